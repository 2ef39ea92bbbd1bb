"""`hubwatch stories add`: an address or an item added by hand, once, with its origin, told
everywhere."""

from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper.manual_entry import ManualFile
from storage.archive import Archive
from storage.queue import QueueFilter
from tests.support import documents
from tests.support.cli import CommandLine, Ended
from tests.support.manual_entry import HAN, HAN_TITLE, PNG, WECHAT, installed
from tests.support.servers import Server, answer, article_html, redirect

OLD = "2019-03-01"


@pytest.fixture
def config(tmp_path: Path, server: Server, hubwatch: CommandLine) -> Path:
    """An installation whose sources are on a fault server, and its archive."""
    for name in ("a.test", "b.test"):
        site = server.site(name)
        site.article("/a/1.htm", f"Old news of {name}", day=OLD)
    config = installed(tmp_path, server)
    Archive.create(tmp_path / "hubwatch.db").close()
    return config


class Adds:
    """`hubwatch stories add` in one installation."""

    def __init__(self, hubwatch: CommandLine, config: Path) -> None:
        self.run, self.config = hubwatch, config
        self.archive = config.parent.parent / "hubwatch.db"

    def __call__(self, *args: object) -> Ended:
        return self.run("--config", self.config, "stories", "add", *args)

    def json(self, *args: object) -> Any:
        ended = self(*args, "--json")
        assert ended.out, ended.err
        return ended.json

    def item(self, *args: object) -> Any:
        title, date = ("--title", HAN_TITLE), ("--date", "2019-03")
        return self.json(*title, "--source", WECHAT, *date, "--by", "Li", *args)

    def queue(self) -> list[int]:
        with Archive.open(self.archive) as store:
            store.maintenance.update_queue((), 100)
            return [one.story_id for one in store.queue.page(QueueFilter())]

    def counts(self) -> dict[str, int]:
        tables = ("articles", "stories", "events", "revisions", "snapshots", "decisions", "queue")
        with Archive.open(self.archive) as store:
            store.maintenance.update_queue((), 100)
            return {
                name: store._db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in tables
            }


@pytest.fixture
def adds(hubwatch: CommandLine, config: Path) -> Adds:
    return Adds(hubwatch, config)


def test_an_address_goes_to_the_source_of_its_host_and_waits_though_old(adds: Adds) -> None:
    told = adds.json("http://a.test/other/1.htm", "--by", "Li")
    assert (told["added"], told["outcome"]) == (False, "gone")  # no such page
    told = adds.json("http://a.test/a/1.htm", "--by", "Li", "--note", "from Wang")
    assert (told["added"], told["known"], told["source"]) == (True, False, "a")
    assert (told["by"], told["state"]) == ("Li", "open")
    assert adds.queue() == [told["story"]]
    with Archive.open(adds.archive) as store:
        (note,) = store.decisions.of(told["story"])
        assert (note.verb, note.person, note.value) == ("note", "Li", "from Wang")


def test_an_address_on_a_watched_host_beside_its_link_rule_is_that_sources_too(
    adds: Adds, server: Server
) -> None:
    server.site("a.test").article("/elsewhere/page.html", "Beside the rule")
    assert adds.json("http://a.test/elsewhere/page.html")["source"] == "a"


def test_an_address_of_no_source_is_an_external_one(adds: Adds) -> None:
    told = adds.json("http://b.test/a/1.htm", "--by", "Li")
    assert (told["added"], told["source"], told["source_name"]) == (True, "b-test", "b.test")
    assert adds.queue() == [told["story"]]
    with Archive.open(adds.archive) as store:
        assert [run.kind for run in store.runs.latest(5)] == ["hand"]


def test_what_is_known_is_said_and_not_asked_for_again(adds: Adds, server: Server) -> None:
    first = adds.json("http://b.test/a/1.htm", "--by", "Li", "--note", "look")
    before, asked = adds.counts(), len(server.site("b.test").hits)
    for address in ("http://b.test/a/1.htm", "https://b.test/a/1.htm", "http://b.test/a/1.htm#x"):
        again = adds.json(address, "--by", "Li", "--note", "look")
        assert (again["added"], again["known"]) == (False, True)
        assert (again["article"], again["story"]) == (first["article"], first["story"])
    assert adds.counts() == before
    assert len(server.site("b.test").hits) == asked
    told = adds("http://b.test/a/1.htm", "--by", "Bo")
    assert told.code == 0
    assert f"known       article {first['article']}, story {first['story']} (open)" in told.out


@pytest.mark.parametrize(
    ("path", "status", "outcome", "says"),
    [
        ("/no.htm", 404, "gone", "no page at that address"),
        ("/shut.htm", 403, "blocked", "Save the page in your browser"),
    ],
)
def test_what_cannot_be_had_is_kept_as_an_outcome_and_says_what_to_do(
    adds: Adds, server: Server, path: str, status: int, outcome: str, says: str
) -> None:
    server.site("b.test").answer(path, answer(status))
    ended = adds(f"http://b.test{path}", "--by", "Li")
    assert ended.code == 1
    assert f"not added   {outcome}" in ended.out
    assert says in ended.out
    with Archive.open(adds.archive) as store:
        (addition,) = store.additions.latest(5)
        assert (addition.outcome, addition.person, addition.article_id) == (outcome, "Li", None)
        assert addition.ended_at is not None


def test_robots_txt_is_obeyed(adds: Adds, server: Server) -> None:
    site = server.site("b.test")
    site.answer(
        "/robots.txt", answer(200, b"User-agent: *\nDisallow: /a/", Content_Type="text/plain")
    )
    told = adds.json("http://b.test/a/1.htm")
    assert (told["added"], told["outcome"]) == (False, "robots")
    assert site.paths() == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "http://10.0.0.1/",
            "http://localhost/x", "http://[::1]/"],
)  # fmt: skip
def test_inner_addresses_are_refused(
    adds: Adds, url: str, hubwatch: CommandLine, config: Path
) -> None:
    told = adds.json(url)
    assert (told["added"], told["outcome"]) == (False, "refused_address")


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_leads_to_the_article_new_or_known(
    adds: Adds, server: Server, status: int
) -> None:
    server.site("b.test").answer("/go.htm", redirect("/a/1.htm", status))
    server.site("b.test").answer("/again.htm", redirect("/a/1.htm", status))
    first = adds.json("http://b.test/go.htm", "--by", "Li")
    assert (first["added"], first["url"]) == (True, "http://b.test/a/1.htm")
    again = adds.json("http://b.test/again.htm", "--by", "Bo")
    assert (again["added"], again["known"], again["by"]) == (False, True, "Li")
    assert again["article"] == first["article"]


def test_a_redirect_to_an_inner_address_is_refused(adds: Adds, server: Server) -> None:
    server.site("b.test").answer("/go.htm", redirect(f"http://127.0.0.1:{server.port}/a/1.htm"))
    assert adds.json("http://b.test/go.htm")["outcome"] == "refused_address"


@pytest.mark.parametrize(
    "url", ["ftp://a.test/x", "javascript:alert(1)", "a.test", "http://u@a.test/"]
)
def test_what_is_no_address_is_a_usage_error(adds: Adds, url: str) -> None:
    ended = adds(url)
    assert ended.code == 2
    assert "is no http or https address" in ended.err


def test_an_item_with_a_picture_is_kept_with_its_origin(adds: Adds, tmp_path: Path) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    told = adds.item("--file", tmp_path / "post.png", "--note", "shared in the group")
    assert (told["added"], told["by"], told["source_name"]) == (True, "Li", WECHAT)
    assert told["url"].startswith("urn:uuid:")
    (file,) = told["files"]
    assert (file["kind"], file["sha256"]) == ("png", hashlib.sha256(PNG).hexdigest())
    assert adds.queue() == [told["story"]]  # though it is of 2019
    with Archive.open(adds.archive) as store:
        article = store.articles.get(told["article"])
        assert article is not None
        assert article.published is not None
        assert (article.published.iso, article.published.precision) == ("2019-03", "month")
        assert [(clue.rule, clue.verdict) for clue in article.dates] == [("said by Li", "chosen")]
        assert article.added is not None
        assert article.added.person == "Li"
        (kept,) = store.attachments.of(article.id)
        assert store.pages.snapshot(kept.snapshot_id or 0).body == PNG
        assert article.language == "zh"
        assert store.maintenance.integrity() == ()


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("post.pdf", documents.pdf(HAN_TITLE, HAN), "pdf"),
        ("post.docx", documents.docx(HAN_TITLE, HAN), "docx"),
        ("post.txt", f"{HAN_TITLE}\n\n{HAN}".encode(), "txt"),
        ("post.txt", f"{HAN_TITLE}\n\n{HAN}".encode("gb18030"), "txt"),
        ("post.html", article_html(HAN_TITLE, HAN).encode(), "html"),
    ],
)
def test_the_text_of_a_file_is_searched_and_matched(
    adds: Adds, tmp_path: Path, name: str, body: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(body)
    told = adds.item("--title", "A post", "--file", tmp_path / name)
    assert told["files"][0]["kind"] == kind
    found = adds.run("--db", adds.archive, "search", "枢纽城市", "--json")
    assert (
        [hit["id"] for hit in found.json] == [told["article"]]
        if isinstance(found.json, list)
        else found.out
    )
    with Archive.open(adds.archive) as store:
        relevance = store.relevance.of(told["article"])
        assert relevance is not None
        assert relevance.scores


def test_the_same_item_again_is_the_same(adds: Adds, tmp_path: Path) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    (tmp_path / "copy.png").write_bytes(PNG)
    first = adds.item("--file", tmp_path / "post.png")
    before = adds.counts()
    again = adds.item("--file", tmp_path / "copy.png", "--title", f" {HAN_TITLE} ")
    assert (again["added"], again["known"], again["article"]) == (False, True, first["article"])
    assert adds.counts() == before
    (tmp_path / "other.png").write_bytes(PNG + b"\x00")
    assert adds.item("--file", tmp_path / "other.png")["added"]


def test_an_item_at_an_address_is_that_address_and_asks_nobody(
    adds: Adds, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(article_html("A saved page", "word " * 80))
    url = "http://b.test/s/abc"
    told = adds.item("--file", tmp_path / "page.html", "--url", url)
    assert (told["added"], told["url"]) == (True, url)
    assert server.site("b.test").hits == []
    assert adds.json(url)["article"] == told["article"]  # known from now on
    assert server.site("b.test").hits == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--date", "tomorrow"), "no date such as"),
        (("--date", "2099-01-01"), "has not come yet"),
        (("--title", " "), "Type the title"),
        (("--source", ""), "Say where it is from"),
        (("--url", "ftp://x"), "no http or https address"),
        (("--by", " "), "--by"),
    ],
)
def test_what_is_wrong_is_reported_by_option(adds: Adds, args: tuple[str, ...], says: str) -> None:
    usual = ("--title", "T", "--source", "S", "--date", "2026-01-01", "--by", "Li")
    ended = adds(*usual, *args)
    assert ended.code == 2
    assert says in ended.err
    assert adds.counts()["articles"] == 0


@pytest.mark.parametrize(
    ("body", "says"), [(b"MZ\x90\x00\x03", "none that is taken"), (b"", "empty")]
)
def test_other_files_are_refused(adds: Adds, tmp_path: Path, body: bytes, says: str) -> None:
    (tmp_path / "x.pdf").write_bytes(body)
    usual = ("--title", "T", "--source", "S", "--date", "2026-01-01", "--by", "Li")
    ended = adds(*usual, "--file", tmp_path / "x.pdf")
    assert (ended.code, says in ended.err) == (2, True)
    assert adds.counts()["articles"] == 0


@pytest.mark.slow
def test_the_origin_is_shown_by_show_why_cite_and_export(adds: Adds, tmp_path: Path) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    told = adds.item("--file", tmp_path / "post.png")
    here = ("--db", adds.archive)
    number, sha256 = told["article"], hashlib.sha256(PNG).hexdigest()
    shown = adds.run(*here, "show", number).out
    assert "added       by hand by Li, " in shown
    assert "as first seen; added by hand, no archived page behind it" in shown
    assert adds.run(*here, "show", number, "--json").json["added"]["by"] == "Li"
    for asked in (number, told["url"]):
        assert "added       by hand by Li, " in adds.run(*here, "why", asked).out
        answers = adds.run(*here, "why", asked, "--json").json["answers"]
        assert [one["added"]["by"] for one in answers] == ["Li"]
    cited = adds.run(*here, "cite", number).out
    assert f"“{HAN_TITLE}”. {WECHAT}, 2019-03. {told['url']}. Added by hand by Li, " in cited
    assert re.search(rf"Archived .+, article {number}, file \d+, SHA-256 {sha256}\.", cited)
    moved = tmp_path / "moved.jsonl"
    adds.run(*here, "export", "-o", moved)
    other = ("--db", tmp_path / "other.db")
    assert adds.run(*other, "import", moved).code == 0
    shown = adds.run(*other, "show", 1).out
    assert "as first seen; imported, no archived page behind it" in shown
    again = adds.run(*other, "show", 1, "--json").json
    assert (again["url"], again["title"]) == (told["url"], HAN_TITLE)
    assert again["provenance"]["published"] == {
        "from": "person",
        "rule": "said by Li",
        "raw": "2019-03",
        "confidence": None,
        "doubt": "",
    }


def test_a_digest_and_its_evidence_say_who_added_it(adds: Adds, tmp_path: Path) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    adds.item("--file", tmp_path / "post.png")
    here = ("--config", adds.config)
    drafted = adds.run(*here, "digest", "draft", "--since-last", "--by", "Ana")
    assert drafted.code == 0, drafted.err
    assert adds.run(*here, "digest", "issue", 1, "--by", "Ana").code == 0
    text = adds.run(*here, "digest", "--since", "1d", "--format", "txt").out
    assert "added by hand by Li" in text
    assert "Added by hand by Li, " in " ".join(text.split())
    below = " ".join(text.partition(HAN_TITLE)[2].split())
    # Nobody could have scanned it: no gap.
    assert f"From elsewhere, not scanned: {WECHAT} (1 item)." in below, below
    for form in ("html", "md", "json", "atom", "csv", "docx", "eml", "xlsx"):
        out = tmp_path / f"digest.{form}"
        made = adds.run(*here, "digest", "--since", "1d", "--format", form, "-o", out)
        assert made.code == 0, made.err
    assert "Added by hand by Li, " in (tmp_path / "digest.html").read_text()
    adds.run(*here, "digest", "evidence", 1, "-o", tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as packed:
        (picture,) = [name for name in packed.namelist() if name.endswith(".png")]
        assert packed.read(picture) == PNG
        origin = packed.read(f"{picture.rpartition('/')[0]}/origin.txt").decode()
    assert "added by hand by Li at " in origin
    assert f"title: {HAN_TITLE}" in origin
    assert hashlib.sha256(PNG).hexdigest() in origin


def test_pages_of_what_was_added_can_be_exported_as_warc(adds: Adds, tmp_path: Path) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    adds.item("--file", tmp_path / "post.png")
    out = tmp_path / "pages.warc"
    adds.run("--db", adds.archive, "export", "-o", out)
    warc = out.read_bytes()
    assert b"WARC-Type: resource" in warc
    assert b"HTTP/1.1 0" not in warc
    assert ManualFile("", PNG).address.encode() in warc
    assert PNG in warc


def test_what_has_no_page_is_never_asked_for(adds: Adds, server: Server) -> None:
    told = adds.item("--source", "a", "--date", "2026-01-01")
    assert told["source"] == "a"
    server.site("a.test").listing("/news.html", "/a/1.htm")
    with Archive.open(adds.archive) as store:
        article = store.articles.get(told["article"])
        assert article is not None
        later = article.first_seen_at.replace(year=article.first_seen_at.year + 1)
        assert store.pages.due_rechecks("a", later, (timedelta(days=1),), 10) == ()
