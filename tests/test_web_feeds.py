"""Feeds: valid for readers, one entry a story for ever, asked for again at no cost, and private."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import threading
from calendar import timegm
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import atom
from desk.digest.drafts import Wanted, correct, draft
from desk.digest.issues import issue
from desk.digest.model import PLAIN
from storage.archive import Archive
from storage.articles.records import Order, Per, Query
from storage.decisions import Field
from storage.people import PersonRole
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

HUB = "Foshan chosen as hub city & more of <Innovation China>"
HUB_BODY = "Foshan is one of the hub cities of the Innovation China program, officials said."
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def filled(archive: Path) -> Path:
    """Six stories, one of a hub city."""
    keep(archive, *map(page_of, range(1, 6)), page_of(6, title=HUB, body=HUB_BODY))
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Ana, who only reads, at the desk."""
    link = let_in(filled, "Ana", PersonRole.READER)
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, link)
        yield client


def addresses(client: Client) -> dict[str, str]:
    """The Atom feeds that Ana is shown when she makes addresses: their paths by name."""
    page = client.post("/feeds", [("do", "make")]).text
    found = re.findall(r'<li>([^<]*) <a href="([^"]*)">Atom', page)
    assert all(address.startswith(client.origin) for _, address in found)
    return {
        name.strip(): address.removeprefix(client.origin).replace("&amp;", "&")
        for name, address in found
    }


def stranger(client: Client) -> Client:
    """A program that is not signed in."""
    return Client(client.port)


def faults_of(document: bytes) -> list[str]:
    """What RFC 4287 demands of a feed and this one lacks."""
    feed = ElementTree.fromstring(document)
    found = [] if feed.tag == f"{A}feed" else ["no feed"]
    selves = [each for each in feed.findall(f"{A}link") if each.get("rel") == "self"]
    found += [] if len(selves) == 1 else ["not one link to itself"]
    has_author = feed.find(f"{A}author/{A}name") is not None
    ids = [each.findtext(f"{A}id") for each in feed.findall(f"{A}entry")]
    found += [] if len({*ids}) == len(ids) else ["an id stands twice"]
    for part in (feed, *feed.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            each = part.findall(f"{A}{name}")
            found += [] if len(each) == 1 and (each[0].text or "").strip() else [f"{name} is amiss"]
        found += [] if re.match(r"[a-z][a-z0-9+.-]*:", part.findtext(f"{A}id") or "") else ["id"]
        for name in ("updated", "published"):
            for each in part.findall(f"{A}{name}"):
                said = datetime.fromisoformat((each.text or "").replace("Z", "+00:00"))
                found += [] if said.tzinfo else [f"{name} has no zone"]
        found += [] if has_author or part.find(f"{A}author/{A}name") is not None else ["no author"]
    for entry in feed.findall(f"{A}entry"):
        links = [each.get("rel") for each in entry.findall(f"{A}link")]
        found += [] if links.count("alternate") == 1 else ["not one page of an entry"]
    return found


def test_feeds_are_valid_for_readers_and_say_what_came_in_last_first(client: Client) -> None:
    paths = addresses(client)
    assert {"What the watchlist matched", "All stories", "Issued digests"} <= set(paths)
    every = stranger(client).get(paths["All stories"])
    assert every.status == 200
    assert every.headers["content-type"].startswith("application/atom+xml")
    assert faults_of(every.data) == []
    parsed = feedparser.parse(every.data)
    assert not parsed.bozo
    assert next(entry.title for entry in parsed.entries) == HUB
    assert len(parsed.entries) == 6
    matched = feedparser.parse(stranger(client).get(paths["What the watchlist matched"]).data)
    assert [entry.title for entry in matched.entries] == [HUB]
    assert "hub cities" in matched.entries[0].summary
    at_desk = [link.href for link in matched.entries[0].links if link.rel == "related"]
    assert at_desk == [f"{client.origin}/story/6"]
    empty = stranger(client).get(paths["All stories"] + "?q=nowhere")
    assert faults_of(empty.data) == []


def test_the_same_as_json_feed(client: Client) -> None:
    path = addresses(client)["All stories"].replace(".atom", ".json")
    answer = stranger(client).get(path)
    assert answer.headers["content-type"].startswith("application/feed+json")
    feed = json.loads(answer.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{client.origin}{path}"
    assert len(feed["items"]) == 6
    atom_ids = {
        each.id
        for each in feedparser.parse(
            stranger(client).get(path.replace(".json", ".atom")).data
        ).entries
    }
    assert {each["id"] for each in feed["items"]} == atom_ids
    for item in feed["items"]:
        assert item["url"].startswith("http")
        assert item["content_text"]
        assert datetime.fromisoformat(item["date_modified"].replace("Z", "+00:00")).tzinfo


@pytest.mark.parametrize("since", ["Sun, 01 Nov 2099 00:00:00 GMT", "yesterday", ""])
def test_what_people_said_of_a_story_is_sent_to_who_asks_by_date(
    client: Client, filled: Path, since: str
) -> None:
    path = addresses(client)["All stories"]
    program = stranger(client)
    first = program.get(path)
    asked = {"If_Modified_Since": first.headers.get("last-modified", since)}
    with Archive.open(filled) as store:
        one = store.articles.get(6)
        assert one is not None
        with store.writing() as tx:
            title = "Foshan is a hub city"
            tx.decisions.correct(one.id, Field.TITLE, title, person="Ana", now=later(minutes=2))
    again = program.get(path, **asked)
    assert again.status == 200
    assert b"Foshan is a hub city" in again.data


def test_the_feed_of_digests_names_what_was_corrected_and_by_which(
    client: Client, filled: Path
) -> None:
    wanted = Wanted("Weekly", "Asia/Shanghai", since=NOW - timedelta(days=1), enabled=())
    with Archive.open(filled) as store:
        draft(store, wanted, person="Li", now=later(hours=1))
        issue(store, 1, PLAIN, person="Li", now=later(hours=1), forms=("json",))
        correct(store, 1, reason="Item 1: yuan", person="Li", now=later(hours=2))
        issue(store, 2, PLAIN, person="Li", now=later(hours=3), forms=("json",))
    told = feedparser.parse(stranger(client).get(addresses(client)["Issued digests"]).data)
    assert [entry.title for entry in told.entries] == [
        "Digest 2, a correction of digest 1: Weekly",
        "Digest 1, corrected by digest 2: Weekly",
    ]
    assert "Item 1: yuan" in told.entries[0].summary
    assert told.entries[1].updated == told.entries[0].updated


def test_what_is_as_it_was_is_not_sent_again(client: Client, filled: Path) -> None:
    path = addresses(client)["All stories"]
    program = stranger(client)
    first = program.get(path)
    tag = first.headers["etag"]
    assert program.get(path, If_None_Match=tag).status == 304
    assert program.get(path, If_None_Match=f'"other", W/{tag}').status == 304
    assert program.get(path, If_None_Match=tag).data == b""
    assert program.get(path, If_None_Match='"other"').status == 200
    keep(filled, page_of(7), now=later(minutes=30))
    again = program.get(path, If_None_Match=tag)
    assert again.status == 200
    before, after = (
        [each.id for each in feedparser.parse(one.data).entries] for one in (first, again)
    )
    assert after[1:] == before


def test_a_copy_that_joins_a_story_is_no_second_entry(client: Client, filled: Path) -> None:
    path = addresses(client)["All stories"]
    before = {each.id for each in feedparser.parse(stranger(client).get(path).data).entries}
    copy = page_of(3)
    copy["url"] = "http://e.test/elsewhere-3"
    keep(filled, copy, now=later(minutes=30))
    with Archive.open_readonly(filled) as store:
        assert store.stories.of_articles([3, 7]) == {3: 3, 7: 3}
    after = feedparser.parse(stranger(client).get(path).data).entries
    assert {each.id for each in after} == before
    assert len(after) == 6


def test_addresses_are_private_shown_once_and_end(client: Client) -> None:
    program = stranger(client)
    assert program.get("/feeds").status == 303  # to sign in
    assert program.get("/feeds/guess/stories.atom").status == 404
    path = addresses(client)["All stories"]
    secret = path.split("/")[2]
    assert secret not in client.get("/feeds").text
    assert "since" in client.get("/feeds").text
    assert program.get(path).status == 200
    assert program.get(path.replace("stories", "nothing")).status == 404
    assert program.get(path.replace(".atom", ".exe")).status == 404
    assert program.post(path, []).status == 405
    visit = Client(client.port, cookies={"hubwatch-visit": secret})
    assert visit.get("/").status == 303  # a feed's secret signs nobody in
    newer = addresses(client)["All stories"]
    assert program.get(path).status == 404
    assert program.get(newer).status == 200
    client.post("/feeds", [("do", "end")])
    assert program.get(newer).status == 404


def test_whoever_is_let_out_reads_no_feed(client: Client, filled: Path) -> None:
    path = addresses(client)["All stories"]
    with Archive.open(filled) as store, store.writing() as tx:
        tx.people.deactivate("Ana", NOW)
    assert stranger(client).get(path).status == 404


def test_searches_that_are_kept_are_feeds_and_speak_the_language_of_the_program(
    client: Client,
) -> None:
    client.post("/search/keep", [("query", "q=hub&by=newest"), ("name", "Hubs")])
    path = addresses(client)["Hubs"]
    assert [each.title for each in feedparser.parse(stranger(client).get(path).data).entries] == [
        HUB
    ]
    chinese = stranger(client).get(path, Accept_Language="zh-CN,zh;q=0.9").data
    assert ElementTree.fromstring(chinese).get(atom.XML_LANG) == "zh-Hans"


def test_what_arrived_last_is_first_however_often_the_words_are_said(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.articles.search._PART", 2)
    keep(filled, *map(page_of, range(30, 50)), now=later(minutes=5))
    with Archive.open_readonly(filled) as store:
        for words in ("", "town", "word31x1", "nowhere"):
            query = Query(words=words, limit=None, per=Per.STORY)
            every = {story for _, story in store.articles.hits(query)}
            arrived = Query(words=words, order=Order.ARRIVED, limit=100, per=Per.STORY)
            found = [story for _, story in store.articles.hits(arrived)]
            assert found == sorted(every, reverse=True)


@contextmanager
def watched(client: Client) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The desk by way of a port that notes what is asked and answered: its address, and the notes
    (path, status)."""
    seen: list[tuple[str, int]] = []

    class Between(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            passed = ("accept", "if-none-match", "if-modified-since", "accept-language")
            asked = {k.title(): v for k, v in self.headers.items() if k.lower() in passed}
            got = Client(client.port)._ask("GET", self.path, "", asked)
            seen.append((self.path, got.status))
            self.send_response(got.status)
            for name, value in got.headers.items():
                if name not in ("date", "server", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(got.data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


class Newsboat:
    """A reader of somebody else's, with a home of its own."""

    def __init__(self, folder: Path, *urls: str) -> None:
        self.folder = folder
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls))
        (folder / "config").write_text("reload-threads 1\n")

    def reload(self) -> None:
        """Ask for all feeds."""
        env = {"PATH": "/usr/bin:/bin", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        env |= {name: str(self.folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        words = ("-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload")
        subprocess.run(["newsboat", *words], cwd=self.folder, env=env, timeout=60, check=True)

    def items(self, url: str) -> list[tuple[str, str, str, int, str]]:
        """What it holds of a feed: id, title, address, date in seconds, text."""
        sql = "SELECT guid, title, url, pubDate, content FROM rss_item WHERE feedurl = ?"
        with closing(sqlite3.connect(self.folder / "cache.db")) as cache:
            return list(cache.execute(f"{sql} ORDER BY id", [url]))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
def test_newsboat_holds_every_story_once_and_asks_at_no_cost(
    client: Client, filled: Path, tmp_path: Path
) -> None:
    path = addresses(client)["All stories"]
    with watched(client) as (origin, seen):
        url, as_json = origin + path, origin + path.replace(".atom", ".json")
        reader = Newsboat(tmp_path, url, as_json)

        def wanted() -> set[tuple[str, str, str, int]]:
            feed = feedparser.parse(stranger(client).get(path).data)
            dated = {e.id: e.get("published_parsed") or e.updated_parsed for e in feed.entries}
            return {(e.id, e.title, e.link, timegm(dated[e.id])) for e in feed.entries}

        def check(number: int) -> None:
            held = reader.items(url)
            assert len(held) == number
            assert {item[:4] for item in held} == wanted()
            assert all(text for *_, text in held)
            # Where it reads JSON Feed, that has the same entries; version 2.21 reads XML alone.
            ids = {item[0] for item in reader.items(as_json)}
            assert ids in (set(), {item[0] for item in held})

        reader.reload()
        check(6)
        reader.reload()
        check(6)
        # It keeps the validators of a feed that it had before, so it sends them from now on.
        reader.reload()
        check(6)
        assert [status for asked, status in seen if asked == path] == [200, 200, 304]
        assert {status for asked, status in seen if asked != path} <= {200, 304}
        copy = page_of(3)
        copy["url"] = "http://e.test/elsewhere-3"
        keep(filled, page_of(7), copy, now=later(minutes=30))
        reader.reload()
        check(7)


@given(st.text(max_size=60))
def test_whatever_a_page_says_the_document_can_be_read(text: str) -> None:
    feed = atom.root()
    atom.add(feed, "title", text, term=text)
    read = ElementTree.fromstring(atom.written(feed))
    assert read[0].tag == f"{A}title"
    assert re.match("urn:uuid:[0-9a-f-]{36}$", atom.urn(text))
