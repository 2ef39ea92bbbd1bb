"""`parse` reads saved pages for people and for machines; `reread pages` betters what is
archived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desk.practice.portal import pages_of, truth
from storage.archive import Archive
from storage.runs import FetchKind
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE, capture, insert

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
        (("none.html",), 2, "none.html: there is no such file"),
        (("page.html", "page.html", "--url", URL), 2, "--url is for one page"),
        (("page.html", "--urls", "page.html"), 1, "line 1: no tab between file and URL"),
        (("page.html", "--urls", "none.tsv"), 2, "none.tsv: there is no such file"),
        (("page.html", "--url", "english.guiyang.gov.cn/x"), 2, "no http or https address"),
        (("page.html", "--url", "file:///etc/passwd"), 2, "no http or https address"),
        (("page.html", "--url", URL, "--urls", "page.html"), 2, "--url or --urls, not both"),
        (("/dev/zero",), 1, "/dev/zero: is a device or pipe, no file"),
        ((".config-free",), 2, "there is no such file"),
    ],
)
def test_mistakes(
    hubwatch: CommandLine, page: Path, args: tuple[str, ...], code: int, told: str
) -> None:
    ended = hubwatch("parse", *args)
    assert ended.code == code
    assert told in ended.err


def test_a_missing_file_among_several_is_an_outcome(hubwatch: CommandLine, page: Path) -> None:
    ended = hubwatch("parse", "none.html", page, "--json")
    assert ended.code == 1
    assert [line["outcome"] for line in ended.json_lines] == ["unsupported", "ok"]
    assert ended.json_lines[0]["reason"] == "there is no such file"
    assert "1 of 2 files could not be read" in ended.err
    assert "Errno" not in ended.err


def test_a_file_that_is_too_large_is_not_read(hubwatch: CommandLine, page: Path) -> None:
    huge = page.with_name("huge.html")
    with huge.open("wb") as file:
        file.truncate(50_000_001)
    ended = hubwatch("parse", huge)
    assert (ended.code, ended.err) == (1, f"hubwatch: {huge}: is larger than 50 MB\n")


TRS = """<html><head><title>贵阳开放实验室 - 门户</title>
<meta name="PubDate" content="2026-03-04 09:30"></head>
<body><h1>贵阳开放实验室</h1><div>发布时间：2026-03-04 来源：贵阳市科协</div>
<div class="TRS_Editor">
<p>贵阳市四十个实验室本周起向企业开放，首批名单已经公布，欢迎预约。</p></div></body></html>"""


def test_a_page_that_no_source_claims_is_recognised_by_itself(
    hubwatch: CommandLine, page: Path
) -> None:
    page.write_text(TRS, encoding="utf-8")
    url = "https://portal.example/zwgk/202603/t20260304_1.html"
    read = hubwatch("parse", page, "--url", url, "--json").json
    assert (read["template"], read["title"]) == ("trs", "贵阳开放实验室")
    assert read["body"] == "贵阳市四十个实验室本周起向企业开放，首批名单已经公布，欢迎预约。"
    assert read["published"] == "2026-03-04T09:30:00+08:00"
    told = hubwatch("parse", page, "--url", url).out
    assert "no source takes this address; the page looks like TRS WCM portals" in told
    assert "it matches .TRS_Editor, meta[name=PubDate], h1, the mark 'trs_' and its address" in told


def test_a_page_of_no_known_family_is_read_by_general_rules(
    hubwatch: CommandLine, page: Path
) -> None:
    plain = "".join(f"<p>Sentence {number} of a plain page about labs.</p>" for number in range(9))
    page.write_text(f"<title>Labs</title><h1>Labs open</h1><div id=content>{plain}</div>")
    read = hubwatch("parse", page, "--json").json
    assert (read["template"], read["outcome"], read["title"]) == ("", "ok", "Labs open")
    assert "general (no address is known; " in hubwatch("parse", page).out


@pytest.fixture
def badly_read(tmp_path: Path) -> Iterator[Path]:
    """An archive that holds a page whose title was read wrongly."""
    path = tmp_path / "news.db"
    with Archive.create(path) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
            run = tx.runs.start(SOURCE.id, NOW)
            url = "http://english.practice.test/2026-03/01/c_1.htm"
            kept = capture(PAGE.encode(), url=url)
            snapshot = tx.pages.keep(SOURCE.id, kept, FetchKind.ARTICLE)
            wrong = insert(title="Home > News", url=url)
            tx.articles.apply(
                wrong, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot
            )
        yield path


def test_reparse_says_what_would_change_then_changes_it(
    hubwatch: CommandLine, badly_read: Path, tmp_path: Path
) -> None:
    from desk.practice.demo import practice_config

    config = tmp_path / "practice.toml"
    config.write_text(practice_config({}), encoding="utf-8")
    start = ("--config", config, "--db", badly_read, "reread", "pages", SOURCE.id)
    dry = hubwatch(*start, "--dry-run")
    assert "- Home > News" in dry.out
    assert "+ Hub city opens labs" in dry.out
    assert "1 would change" in dry.err
    with Archive.open_readonly(badly_read) as store:
        before = store.revisions.events()
        assert store.articles.get(1).title == "Home > News"  # type: ignore[union-attr]
    done = hubwatch(*start, "--json")
    (change,) = done.json_lines
    assert change["changes"]["title"] == {"before": "Home > News", "after": "Hub city opens labs"}
    with Archive.open_readonly(badly_read) as store:
        article = store.articles.get(1)
        assert article is not None
        assert (article.title, article.revisions) == ("Hub city opens labs", 1)
        assert {match.topic for match in article.matches} >= {"hub-city", "innovation-china"}
        assert store.revisions.events() == before
    assert "0 changed" in hubwatch(*start).err


def test_what_people_corrected_is_no_change_of_how_a_page_reads(
    hubwatch: CommandLine, badly_read: Path, tmp_path: Path
) -> None:
    from desk.practice.demo import practice_config

    config = tmp_path / "practice.toml"
    config.write_text(practice_config({}), encoding="utf-8")
    start = ("--config", config, "--db", badly_read)
    hubwatch(*start, "reread", "pages")
    assert (
        hubwatch(*start, "decisions", "correct", "1", "title", "Labs open", "--by", "Ana").code == 0
    )
    assert "0 would change" in hubwatch(*start, "reread", "pages", "--dry-run").err
    with Archive.open_readonly(badly_read) as store:
        assert store.articles.get(1).title == "Labs open"  # type: ignore[union-attr]
        assert store.articles.as_read(1).title == "Hub city opens labs"  # type: ignore[union-attr]


def test_every_date_of_the_page_is_shown_with_its_verdict(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    saved = tmp_path / "dated.html"
    saved.write_text(
        '<meta name="Maketime" content="2024-01-01"><h1>Guiyang opens forty labs</h1>'
        "<p>Published: 2023-08-29</p><div id='Content'><p>The city opened forty laboratories to "
        "companies on Aug 5, the local government said.</p></div>",
        encoding="utf-8",
    )
    told = hubwatch("parse", saved, "--url", URL).out
    assert "chosen" in told
    assert "refused: when the page was made" in told
    dates = hubwatch("parse", saved, "--url", URL, "--json").json["dates"]
    assert [(d["kind"], d["date"]) for d in dates if d["verdict"] == "chosen"] == [
        ("published", "2023-08-29")
    ]
    assert ("event", "2023-08-05") in [(d["kind"], d["date"]) for d in dates]
