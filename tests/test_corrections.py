"""A correction as a lesson: the place of the corrected value, seen first, applied, undone."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.parsing.survey import places_of
from scraper.sources.load import Catalogue
from scraper.sources.model import FieldRules
from storage.articles.records import Origin, by_field
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, source
from tests.support.desks import let_in, serving, sign_in
from tests.support.make import capture
from tests.support.servers import Server, page
from tests.support.servers import serving as serving_sites

MANY = 6
RULES = FieldRules(language="en", zone="Asia/Shanghai")
TOWN = source("town", fields=RULES)
WRITERS = ["Ada Moss", "Ben Reed", "Cora Lind", "Dan Foley", "Eva Hart", "Finn Oram"]
TEXT = "".join(
    f"<p>Sentence {n} of what the town said about number NN on that day in spring.</p>"
    for n in range(6)
)


def article(n: int) -> str:
    text = TEXT.replace("NN", str(n))
    return (
        f"<html><head><title>Notice {n} of the town</title></head><body><h1>Notice {n} of the town"
        f"</h1><div class='kicker'>Desk of the town hall</div><div class='signed'><i>{WRITERS[n]}"
        f"</i></div><div class='netday'>Put on the net 2026-02-0{n + 1}</div><p>Release date: "
        f"2026-03-0{n + 1}</p><div class='long'>{text}</div></body></html>"
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with serving_sites() as server:
        yield server


@pytest.fixture
def crawl(server: Server, archive: Path) -> Crawl:
    site = server.site("town.test")
    links = "".join(
        f"<li><a href='/a/{n}.htm'>Notice {n} of the town</a></li>" for n in range(MANY)
    )
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    for n in range(MANY):
        site.answer(f"/a/{n}.htm", page(article(n)))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    return crawl


@pytest.fixture
def home(tmp_path: Path, archive: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "town.toml").write_text(
        'id = "town"\nname = "t"\ncity = "Guiyang"\nlanguage = "en"\ntimezone = "Asia/Shanghai"\n'
        'template = "generic"\nhome = "http://town.test/"\nschedule = "every 1 h"\n\n[[entry]]\n'
        'kind = "list"\nurl = "http://town.test/news.html"\n\n[links]\nhosts = ["town.test"]\n'
        'allow = ["/a/{id}.htm"]\n',
        encoding="utf-8",
    )
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "{archive}"\nsources = ["sources"]\n', encoding="utf-8")
    return config


AUTHORS = "SELECT r.author FROM articles a JOIN readings r ON r.id = a.reading_id ORDER BY a.url"


def authors(crawl: Crawl) -> list[str | None]:
    return [author for (author,) in crawl.table(AUTHORS)]


def test_a_corrected_author_teaches_where_writers_stand(
    crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    before = authors(crawl)
    (third,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/2.htm"))
    at = f"{crawl.now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    line = ("--config", home, "--now", at)
    hubwatch(*line, "decisions", "correct", third.id, "author", WRITERS[2], "--by", "Ana")
    look = (*line, "sources", "teach", third.id, "author", "--by", "Ana")
    seen = hubwatch(*look, "--dry-run", "--json")
    assert seen.code == 0, seen.err
    found = seen.json
    assert found["selector"] in {"div.signed", "div.signed i"}
    assert (found["pages"], found["found"], found["applied"]) == (MANY, MANY, None)
    assert {each["after"] for each in found["changes"]} == set(WRITERS)
    assert authors(crawl) == [*before[:2], WRITERS[2], *before[3:]]  # nothing but the correction
    assert hubwatch(*look).code == 0
    assert authors(crawl) == WRITERS
    shown = hubwatch(*line, "sources", "show", "town", "--json").json["lessons"]
    (lesson,) = (each for each in shown if each["kind"] == "selector")
    assert lesson["field"] == "author"
    assert f"Ana corrected article {third.id}" in lesson["evidence"][0]
    assert crawl.table("SELECT count(*) FROM events WHERE change = 'changed'") == [(0,)]
    undone = hubwatch(*line, "sources", "forget", "town", lesson["number"], "--by", "Ana")
    assert undone.code == 0, undone.err
    assert authors(crawl) == [*before[:2], WRITERS[2], *before[3:]]


def test_the_next_pages_are_read_by_it(
    crawl: Crawl, server: Server, home: Path, hubwatch: CommandLine
) -> None:
    (third,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/2.htm"))
    at = f"{crawl.now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    line = ("--config", home, "--now", at)
    hubwatch(*line, "decisions", "correct", third.id, "published", "2026-02-03", "--by", "Ana")
    done = hubwatch(*line, "sources", "teach", third.id, "published", "--by", "Ana")
    assert done.code == 0, done.err
    site = server.site("town.test")
    links = "<li><a href='/a/9.htm'>Notice 0 of the other town</a></li>"
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    site.answer("/a/9.htm", page(article(4).replace("Notice 4", "Notice 0 of the other")))
    crawl.now += timedelta(days=1, minutes=1)
    crawl(TOWN)
    (new,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/9.htm"))
    assert new.published.iso[:10] == "2026-02-05"
    assert by_field(new.evidence)["published"].origin is Origin.TEMPLATE


def test_a_text_is_found_by_its_first_words(
    crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    (first,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/0.htm"))
    line = ("--config", home, "sources", "teach", first.id, "body", "Sentence 0 of what the town")
    found = hubwatch(*line, "--by", "Ana", "--dry-run", "--json").json
    assert found["selector"] == "div.long"
    assert found["found"] == MANY


def test_the_desk_shows_what_a_correction_teaches_before_it_is_learned(
    crawl: Crawl, archive: Path
) -> None:
    (third,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/2.htm"))
    known = Catalogue({"town": TOWN}, {})
    with serving(archive, now=crawl.now + timedelta(hours=1), sources=known) as client:
        sign_in(client, let_in(archive, "Li"))
        said = [("article", third.id), ("field", "author"), ("value", WRITERS[2])]
        client.post("/correct", [*said, ("story", third.story_id), ("to", "/")])
        address = f"/source/town/teach?article={third.id}&amp;field=author"
        assert address in client.get(f"/story/{third.story_id}").text
        seen = client.get(address.replace("&amp;", "&")).text
        assert f"data-changes>{MANY}<" in seen
        assert all(name in seen for name in WRITERS)
        text = client.get(f"/source/town/teach?article={third.id}&field=body&words=Nobody+said+so")
        assert "stands in no place" in text.text
        wrong = ("article=99&field=author", f"article={third.id}&field=html", "field=author")
        for query in wrong:
            assert client.get(f"/source/town/teach?{query}").status == 404
        assert client.get(f"/source/elsewhere/teach?article={third.id}&field=author").status == 404
    assert authors(crawl).count(None) == MANY - 1


@pytest.mark.slow
def test_a_correction_is_learned_at_the_desk(crawl: Crawl, archive: Path, home: Path) -> None:
    (third,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/2.htm"))
    hubwatch = (sys.executable, "-m", "hubwatch", "--config", str(home), "--db", str(archive))
    known = Catalogue({"town": TOWN}, {})
    with serving(archive, now=crawl.now, sources=known, hubwatch=hubwatch) as client:
        sign_in(client, let_in(archive, "Li"))
        said = [("article", third.id), ("field", "author")]
        client.post("/correct", [*said, ("value", WRITERS[2]), ("story", third.story_id)])
        assert client.post("/source/town/teach", said).status == 303
        page = ""
        for _ in range(240):
            page = client.get("/source/town").text
            if "data-waiting" not in page:
                break
            time.sleep(0.25)
        assert "Li corrected article" in page, page
        assert 'role="alert"' not in page
    assert authors(crawl) == WRITERS


def test_what_stands_nowhere_else_teaches_nothing(
    crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    (first,) = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/0.htm"))
    line = ("--config", home, "sources", "teach", first.id, "author", "Nobody There")
    done = hubwatch(*line, "--by", "Ana", "--json")
    assert (done.code, done.json["selector"], done.json["applied"]) == (1, "", None)
    assert "stands in no place" in hubwatch(*line, "--by", "Ana").err


def test_places_of_a_value_are_named_surest_first() -> None:
    html = (
        "<meta name=writer content='Ada Moss'><h1 id=top>News</h1><p class=by>By Ada Moss</p>"
        "<time class=wentout>2026-02-03 10:00</time>"
    )
    got = capture(html.encode(), url="http://t.test/1", final_url="http://t.test/1")
    assert places_of(got, "author", "Ada Moss", "")[0] == "p.by"
    assert 'meta[name="writer"]' in places_of(got, "author", "Ada Moss", "")
    assert places_of(got, "published", "2026-02-03", "")[0] == "time.wentout"
    assert places_of(got, "title", "News", "")[0] == "#top"
    assert places_of(got, "title", "", "") == places_of(got, "title", "Elsewhere", "") == ()
