"""`parse` reads saved pages for people and for machines; `reparse` betters what is archived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desk.practice.portal import truth
from desk.practice.site import pages_of
from storage.records import FetchKind
from storage.store import Store
from tests.cli import CommandLine, away
from tests.make import NOW, SOURCE, capture, insert

URL = "http://english.guiyang.gov.cn/2026-03/01/c_914299.htm"
PAGE = """<!doctype html><html lang="en"><head><title>Hub city opens labs - Guiyang</title>
<meta name="description" content="x"></head><body>
<div class="article"><h1>Hub city opens labs</h1>
<div class="info">english.guiyang.gov.cn|Updated: 2026-03-01</div>
<div id="Content"><p>Guiyang opened forty laboratories to companies on Sunday, a step in its work
as a hub city of Innovation China, officials said at the opening.</p>
<p>More will follow in May, when the second group of machines is listed.</p></div></div>
</body></html>"""
KEYS = [
    "outcome",
    "title",
    "published",
    "updated",
    "source",
    "author",
    "language",
    "body",
    "images",
    "attachments",
    "provenance",
]


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    return CommandLine(capsys)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_json_has_its_documented_keys(hubwatch: CommandLine, page: Path) -> None:
    read = hubwatch("parse", page, "--url", URL, "--json").json
    assert list(read)[: len(KEYS)] == KEYS
    assert (read["outcome"], read["title"]) == ("ok", "Hub city opens labs")
    assert (read["published"], read["author"]) == ("2026-03-01", None)
    assert read["body"].startswith("Guiyang opened forty laboratories")
    assert "\n\nMore will follow" in read["body"]
    assert {"from", "raw"} <= read["provenance"]["title"].keys()


def test_people_see_every_field_where_it_came_from_and_why(
    hubwatch: CommandLine, page: Path
) -> None:
    out = hubwatch("parse", page, "--url", URL).out
    assert "source guiyang-en takes this address" in out
    for part in ("title", "published   2026-03-01", "Updated: 2026-03-01", "More will follow"):
        assert part in out
    assert "no address is known" in hubwatch("parse", page).out


def test_without_an_address_the_pages_own_canonical_link_chooses_the_rules(
    hubwatch: CommandLine, page: Path
) -> None:
    page.write_text(PAGE.replace("</head>", f'<link rel="canonical" href="{URL}"></head>'))
    read = hubwatch("parse", page, "--json").json
    assert (read["url"], read["template"]) == (URL, "chinadaily")


def test_several_files_are_json_lines_in_order(hubwatch: CommandLine, page: Path) -> None:
    empty = page.with_name("empty.html")
    empty.write_bytes(b"")
    lines = hubwatch("parse", page, empty, "--json").json_lines
    assert [line["file"] for line in lines] == [str(page), str(empty)]
    assert [line["outcome"] for line in lines] == ["ok", "empty"]
    assert lines[1]["title"] is None


def test_a_folder_with_its_addresses_is_read_on_all_cores(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    urls = tmp_path / "urls.tsv"
    served = pages_of(date(2026, 3, 2), 1)
    articles = truth(date(2026, 3, 2), 1).of_source("practice-zh")[:18]
    lines = []
    for number, article in enumerate(articles):
        host, _, path = article.url.removeprefix("http://").partition("/")
        target = folder / f"{number:02}" / "page.html"
        target.parent.mkdir(parents=True)
        target.write_bytes(served[host, f"/{path}"].body)
        lines.append(f"{number:02}/page.html\t{article.url}\n")
    urls.write_text("".join(lines), encoding="utf-8")
    read = hubwatch("parse", folder, "--urls", urls, "--json").json_lines
    assert [line["url"] for line in read] == [article.url for article in articles]
    assert [line["title"] for line in read] == [article.story.title for article in articles]


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("none.html",), 1, "none.html: there is no such file"),
        (("page.html", "page.html", "--url", URL), 2, "--url is for one page"),
        (("page.html", "--urls", "page.html"), 1, "line 1: no tab between file and URL"),
        ((".config-free",), 1, "there is no such file"),
    ],
)
def test_mistakes(
    hubwatch: CommandLine, page: Path, args: tuple[str, ...], code: int, told: str
) -> None:
    ended = hubwatch("parse", *args)
    assert ended.code == code
    assert told in ended.err


@pytest.fixture
def badly_read(tmp_path: Path) -> Iterator[Path]:
    """An archive that holds a page whose title was read wrongly."""
    path = tmp_path / "news.db"
    with Store.create(path) as store:
        with store.writing() as tx:
            tx.register_source(SOURCE, NOW)
            run = tx.start_run(SOURCE.id, NOW)
            url = "http://english.practice.test/2026-03/01/c_1.htm"
            kept = capture(PAGE.encode(), url=url)
            snapshot = tx.keep_capture(SOURCE.id, kept, FetchKind.ARTICLE)
            wrong = insert(title="Home > News", url=url)
            tx.apply(wrong, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot)
        yield path


def test_reparse_says_what_would_change_then_changes_it(
    hubwatch: CommandLine, badly_read: Path, tmp_path: Path
) -> None:
    from desk.demo import practice_config

    config = tmp_path / "practice.toml"
    config.write_text(practice_config({}), encoding="utf-8")
    start = ("--config", config, "--db", badly_read, "reparse", SOURCE.id)
    dry = hubwatch(*start, "--dry-run")
    assert "- Home > News" in dry.out
    assert "+ Hub city opens labs" in dry.out
    assert "1 would change" in dry.err
    with Store.open_readonly(badly_read) as store:
        before = store.events()
        assert store.article(1).title == "Home > News"  # type: ignore[union-attr]
    done = hubwatch(*start, "--json")
    (change,) = done.json_lines
    assert change["changes"]["title"] == {"before": "Home > News", "after": "Hub city opens labs"}
    with Store.open_readonly(badly_read) as store:
        article = store.article(1)
        assert article is not None
        assert (article.title, article.revisions) == ("Hub city opens labs", 1)
        assert {match.topic for match in article.matches} >= {"hub-city", "innovation-china"}
        assert store.events() == before
    assert "0 changed" in hubwatch(*start).err
