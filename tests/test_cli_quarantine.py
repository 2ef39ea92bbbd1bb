"""`hubwatch quarantine`, `reread quarantine` and `archive`: what was set aside, trying it
again, mending the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.practice.server import Served, serve
from scraper.items import FetchedPage
from scraper.pipelines.archive import ingest
from scraper.sources.load import load_catalogue
from scraper.sources.model import Source
from storage.archive import Archive
from storage.runs import FetchKind
from storage.types import Capture, Outcome, Quarantine
from tests.support import make
from tests.support.cli import CommandLine, away
from tests.support.kills import ANCHOR, Ground
from tests.support.make import NOW, later

EN = "practice-en"


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(ANCHOR, 1) as served:
        yield served


@pytest.fixture
def ground(tmp_path: Path, served: Served) -> Ground:
    return Ground(tmp_path, served)


@pytest.fixture
def source(ground: Ground) -> Source:
    from desk.config import read_config

    return load_catalogue(read_config(ground.config).sources).get(EN)


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ground: Ground,
) -> CommandLine:
    away(tmp_path, monkeypatch)
    monkeypatch.setenv("HUBWATCH_CONFIG", str(ground.config))
    monkeypatch.setenv("HUBWATCH_DB", str(tmp_path / "hubwatch.db"))
    return CommandLine(capsys)


@pytest.fixture
def aside(tmp_path: Path, served: Served, source: Source) -> dict[str, str]:
    """An archive with five pages set aside; where each stands, by what is the matter with it."""
    pages = [
        (f"http://{host}{path}", page.body)
        for (host, path), page in sorted(served.pages.items())
        if host == "english.practice.test" and "/c_" in path
    ]
    urls = {
        "readable": pages[0][0],
        "never archived": pages[1][0],
        "empty": pages[2][0],
        "not found": "http://english.practice.test/news/2026-02/01/c_1.htm",
        "led home": pages[3][0],
    }
    html = (("content-type", "text/html; charset=utf-8"),)
    captures = {
        "readable": Capture(urls["readable"], urls["readable"], NOW, 200, html, pages[0][1]),
        "empty": Capture(urls["empty"], urls["empty"], NOW, 200, html, b"<html></html>"),
        "not found": Capture(urls["not found"], urls["not found"], NOW, 404, html, b"none"),
        "led home": Capture(urls["led home"], source.home, NOW, 200, html, pages[3][1]),
    }
    told = {
        "not found": (Outcome.GONE, "HTTP 404"),
        "led home": (Outcome.SOFT_404, f"redirects to {source.home}, no article"),
    }
    with Archive.create(tmp_path / "hubwatch.db") as store, store.writing() as tx:
        tx.sources.register(source.ref, NOW)
        run = tx.runs.start(EN, NOW)
        for name, url in urls.items():
            capture = captures.get(name)
            outcome, reason = told.get(name, (Outcome.EMPTY, "no body was found"))
            kept = tx.pages.keep(EN, capture, FetchKind.ARTICLE) if capture else None
            tx.articles.apply(
                Quarantine(url, make.unreadable(outcome, reason)),
                source_id=EN,
                run_id=run.id,
                now=NOW,
                snapshot_id=kept,
            )
        tx.runs.finish(run.id, later(minutes=1), Outcome.OK, run.counts)
    return urls


def test_the_status_of_a_source_says_how_many_of_its_pages_were_set_aside(
    hubwatch: CommandLine, aside: dict[str, str]
) -> None:
    (row,) = hubwatch("status", EN, "--json").json
    assert row["set_aside"] == len(aside) == 5
    told = hubwatch("status", EN).out
    assert "set aside   5 pages; `hubwatch quarantine --source practice-en` lists them" in told
    heads, *rows = hubwatch("status").out.splitlines()
    (row,) = (each for each in rows if each.startswith(f"{EN} "))
    assert row[: heads.index("set aside") + len("set aside")].endswith(" 5")


def test_pages_set_aside_are_listed_by_source_and_reason(
    hubwatch: CommandLine, aside: dict[str, str]
) -> None:
    groups = hubwatch("quarantine", "--json").json
    assert [
        (each["source"], each["outcome"], each["pages"], each["archived"]) for each in groups
    ] == [
        (EN, "empty", 3, 2),
        (EN, "soft_404", 1, 1),
        (EN, "gone", 1, 1),
    ]
    assert groups[1]["reason"] == "redirects to …, no article"
    listed = hubwatch("quarantine", "--source", EN)
    assert listed.code == 0
    assert all(url in listed.out for url in aside.values())
    other = hubwatch("quarantine", "--source", "practice-zh")
    assert (other.code, other.out) == (0, "")
    assert "nothing is set aside" in other.err


def test_one_page_is_shown(hubwatch: CommandLine, aside: dict[str, str]) -> None:
    shown = hubwatch("quarantine", "show", "4")
    assert shown.code == 0
    assert aside["not found"] in shown.out
    assert "HTTP 404" in shown.out
    assert hubwatch("quarantine", "show", "1", "--json").json["url"] == aside["readable"]
    missing = hubwatch("quarantine", "show", "99")
    assert (missing.code, missing.out) == (1, "")
    assert "page 99 is not set aside" in missing.err


def test_reading_again_closes_what_todays_rules_can_read(
    hubwatch: CommandLine, aside: dict[str, str], tmp_path: Path, served: Served
) -> None:
    done = hubwatch("reread", "quarantine", EN, "--json")
    assert done.code == 0
    assert served.log == []  # no network
    told = {each["url"]: each for each in done.json_lines}
    closed = told[aside["readable"]]
    assert closed["title"]
    assert [url for url, each in told.items() if each["article"]] == [aside["readable"]]
    assert told[aside["led home"]]["outcome"] == "soft_404"
    assert told[aside["not found"]]["outcome"] == "gone"
    assert "no page was archived" in told[aside["never archived"]]["reason"]
    assert "1 gap closed, 4 pages still set aside; --fetch" in done.err
    with Archive.open_readonly(tmp_path / "hubwatch.db") as store:
        assert len(store.pages.quarantined()) == 4
        article = store.articles.get(closed["article"])
        assert article and article.title == closed["title"]
        assert [event.change for event in store.revisions.events()] == ["new"]
        assert not article.baseline  # it is news: only we were not able to read it
        assert (store.runs.latest(1)[0].kind, store.runs.latest(1)[0].outcome) == (
            "retry",
            Outcome.OK,
        )
        assert store.sources.states()[0].last_ok_at == later(minutes=1)

    again = hubwatch("reread", "quarantine", EN)
    assert "0 gaps closed, 4 pages" in again.err


def test_fetching_again_goes_through_the_crawl_of_each_page(
    hubwatch: CommandLine, aside: dict[str, str], tmp_path: Path
) -> None:
    done = hubwatch("reread", "quarantine", EN, "--fetch")
    assert done.code == 0
    closed = [line for line in done.out.splitlines() if line.startswith("closed")]
    assert len(closed) == 4
    assert all("→ article" in line for line in closed)
    (still,) = [line for line in done.out.splitlines() if line.startswith("still")]
    assert aside["not found"] in still
    assert "gone: HTTP 404" in still
    with Archive.open_readonly(tmp_path / "hubwatch.db") as store:
        assert [item.url for item in store.pages.quarantined()] == [aside["not found"]]
        assert len(store.revisions.events()) == 4


def test_a_page_known_meanwhile_is_no_longer_set_aside(
    hubwatch: CommandLine, aside: dict[str, str], tmp_path: Path, source: Source
) -> None:
    """It came in by another door before; its row is swept up, and it is no second article."""
    from scraper.parsing.article import read_article

    with Archive.open(tmp_path / "hubwatch.db") as store:
        row = next(item for item in store.pages.quarantined() if item.url == aside["readable"])
        capture = store.pages.snapshot(row.snapshot_id or 0)
        reading = read_article(capture, source.fields, EN)
        with store.writing() as tx:
            run = tx.runs.start(EN, NOW)
        ingest(store, FetchedPage(source, capture, reading), run_id=run.id, now=NOW, watchlist=None)
    assert hubwatch("reread", "quarantine", EN).code == 0
    with Archive.open_readonly(tmp_path / "hubwatch.db") as store:
        assert store.maintenance.survey().articles == 1
        assert len(store.pages.quarantined()) == 4


def test_an_unknown_source_is_named(hubwatch: CommandLine, aside: dict[str, str]) -> None:
    wrong = hubwatch("reread", "quarantine", "practice-em")
    assert wrong.code == 2
    assert "practice-em" in wrong.err


def test_56_check_finds_a_drifted_index_and_repair_mends_it(
    hubwatch: CommandLine, aside: dict[str, str], tmp_path: Path
) -> None:
    hubwatch("reread", "quarantine", EN)
    good = hubwatch("archive", "check", "--json")
    assert (good.code, good.json["faults"]) == (0, [])
    with Archive.open(tmp_path / "hubwatch.db") as store:
        store._db.execute("UPDATE article_words SET title = 'somebody was here'")
    bad = hubwatch("archive", "check")
    assert bad.code == 1
    assert "text index" in bad.out
    assert "hubwatch archive repair" in bad.err
    mended = hubwatch("archive", "repair")
    assert (mended.code, mended.out) == (0, "")
    assert "indexed 1 article again; in order" in mended.err
    assert hubwatch("archive", "check").code == 0


def test_55_check_of_a_damaged_file_says_so_in_one_line(
    hubwatch: CommandLine, aside: dict[str, str], tmp_path: Path
) -> None:
    archive = tmp_path / "hubwatch.db"
    archive.write_bytes(archive.read_bytes()[:-5000])
    bad = hubwatch("archive", "check")
    assert bad.code == 1
    (line,) = bad.err.splitlines()
    assert "bytes are missing at its end" in line
    assert "backup" in line
    assert hubwatch("archive", "repair").code == 1
