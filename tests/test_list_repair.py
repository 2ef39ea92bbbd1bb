"""A portal builds its lists anew: rows and pager are found again by what the archive knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.sources.load import load_catalogue
from scraper.sources.model import Politeness, Source
from scraper.sources.write import with_entry_keys
from storage.incidents import Kind
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, incidents
from tests.support.servers import Server, page

NAMES = (
    "bridge-of-winds-closes-for-repairs", "clinics-share-one-register", "tram-line-four-opens",
    "library-lends-tools-as-well-as-books", "school-meals-come-from-the-valley",
    "old-mill-becomes-a-workshop", "river-path-gets-new-lamps", "market-hall-has-a-second-floor",
    "observatory-invites-to-a-night-of-stars", "seed-bank-counts-its-thousandth-kind",
    "ferry-runs-on-batteries-from-may", "archive-scans-maps-of-the-harbour",
)  # fmt: skip
MENU = "".join(
    f'<a href="/{name}/">{text}</a> '
    for name, text in (("about-us", "About"), ("contact", "Contact"), ("imprint", "Imprint"))
)
FILE = """# Kept by Ana.
id = "town"
name = "Town"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "generic"
home = "http://town.test/"
schedule = "every 1 h"

[[entry]]  # the news
kind = "list"
url = "http://town.test/news/"
paging = "archive-{n}.html from 2"  # counted
# rows of the theme
row = "ul.post-list > li"  # the theme's
date = "span.post-meta"

[links]
hosts = ["town.test"]
allow = ["/{section}/"]
deny = ["/news/"]
"""


def title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def day(at: int) -> str:
    return f"2026-02-{28 - at:02d}"


def old(names: tuple[str, ...]) -> str:
    rows = "".join(
        f'<li><span class="post-meta">{day(NAMES.index(n))}</span>'
        f'<h2><a href="/{n}/">{title(n)}</a></h2></li>'
        for n in names
    )
    return (
        f"<html><head><title>Town</title></head><body><nav>{MENU}</nav>"
        f'<ul class="post-list">{rows}</ul></body></html>'
    )


def tiles(names: tuple[str, ...]) -> str:
    """Cards in a grid, authors beside them, a pager that links its pages."""
    rows = "".join(
        f'<article class="tile"><a class="cover" href="/{n}/"><img src="/p/{n}.jpg" alt=""></a>'
        f'<h3 class="tile-name"><a href="/{n}/">{title(n)}</a></h3><p>By '
        f'<a href="/author/mei/">Mei Lin</a> on <time>{day(NAMES.index(n))}</time></p></article>'
        for n in names
    )
    return (
        f"<html><head><title>Town</title></head><body><header>{MENU}</header>"
        f'<section class="tiles">{rows}</section><div class="pager"><span>1</span> '
        '<a href="/news/page/2/">2</a> <a href="/news/page/3/">3</a> '
        '<a rel="next" href="/news/page/2/">Older posts</a></div>'
        f'<footer><div class="links">{MENU}</div></footer></body></html>'
    )


def table(names: tuple[str, ...]) -> str:
    """Rows of a table with the day in a cell of its own, other known articles in a box."""
    rows = "".join(
        f'<tr><td class="d">{day(NAMES.index(n))}</td><td><a href="/{n}/">{title(n)}</a></td></tr>'
        for n in names
    )
    read = "".join(f'<p><a href="/{n}/">{title(n)}</a></p>' for n in NAMES[-2:])
    return (
        f"<html><head><title>Town</title></head><body><div class='top'>{MENU}</div>"
        f"<table class='bulletin'><tr><th>Day</th><th>Headline</th></tr>{rows}</table>"
        f"<div class='most-read'><h4>Most read</h4>{read}</div></body></html>"
    )


def sections(names: tuple[str, ...]) -> str:
    """Rows that name a section first, made like an article's address, and a box of recent ones."""
    rows = "".join(
        '<li class="item"><a class="of" href="/mobility/">Mobility</a> '
        f'<b>{day(NAMES.index(n))}</b> <a class="to" href="/{n}/">{title(n)}</a></li>'
        for n in names
    )
    recent = "".join(f'<li><a href="/{n}/">{title(n)}</a></li>' for n in names[:5])
    return (
        f"<html><head><title>Town</title></head><body>{MENU}<ol class='items'>{rows}</ol>"
        f"<aside><ul>{recent}</ul><ul><li><a href='/culture-and-the-arts/'>Culture and the arts"
        "</a></li><li><a href='/mobility/'>Mobility</a></li></ul></aside></body></html>"
    )


def apart(names: tuple[str, ...]) -> str:
    """The newest article above the others, in an element of its own."""
    first, *others = names
    rows = "".join(
        f'<div class="entry"><h2><a href="/{n}/">{title(n)}</a></h2>'
        f"<time>{day(NAMES.index(n))}</time></div>"
        for n in others
    )
    return (
        f"<html><head><title>Town</title></head><body>{MENU}<div class='hero'>"
        f'<a href="/{first}/"><h1>{title(first)}</h1></a><time>{day(NAMES.index(first))}</time>'
        f"</div><main>{rows}</main><footer>{MENU}</footer></body></html>"
    )


Design = Callable[[tuple[str, ...]], str]


@pytest.fixture
def home(tmp_path: Path, archive: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "town.toml").write_text(FILE, encoding="utf-8")
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "{archive}"\nsources = ["sources"]\n', encoding="utf-8")
    return config


def town(home: Path) -> Source:
    from dataclasses import replace

    found = load_catalogue([home.parent / "sources"]).get("town")
    return replace(found, politeness=Politeness(timedelta(seconds=0)))


def redesigned(server: Server, crawl: Crawl, home: Path, design: Design) -> None:
    """A crawl of the old lists, and one a day later of the new ones, with an article more."""
    site = server.site("town.test")
    for at, name in enumerate(NAMES):
        site.article(f"/{name}/", title(name), day=day(at))
    site.answer("/news/", page(old(NAMES[1:9])))
    site.answer("/news/archive-2.html", page(old(NAMES[9:])))
    (run,) = crawl(town(home))
    assert run.counts.new == len(NAMES) - 1
    crawl.now += timedelta(days=1)
    site.answer("/news/", page(design(NAMES[:9])))
    crawl(town(home))


@pytest.mark.parametrize("design", [tiles, table, sections, apart])
def test_the_rows_of_a_redesigned_list_are_found_again(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine, design: Design
) -> None:
    redesigned(server, crawl, home, design)
    (incident,) = [e for e in incidents(crawl, "town") if e.kind is Kind.LAYOUT_CHANGED]
    assert "hubwatch sources repair town --dry-run" in incident.commands
    path = home.parent / "sources" / "town.toml"
    dry = hubwatch("--config", home, "sources", "repair", "town", "--dry-run", "--json").json
    (entry,) = dry["entries"]
    assert (entry["state"], entry["before"], entry["after"]) == ("repaired", 0, 9), entry
    assert [row["title"] for row in entry["rows"]] == [title(name) for name in NAMES[:9]]
    assert [row["published"] for row in entry["rows"]] == [day(at) for at in range(9)]
    assert [row["known"] for row in entry["rows"]] == [False] + 8 * [True]
    assert dry["holds"]
    assert path.read_text("utf-8") == FILE
    shown = hubwatch("--config", home, "sources", "repair", "town", "--dry-run")
    assert "0 rows by today's rules, 9 repaired" in shown.out
    done = hubwatch("--config", home, "sources", "repair", "town")
    assert done.code == 0, done.err
    text = path.read_text("utf-8")
    assert "# Kept by Ana.\n" in text
    assert "# rows of the theme\n" in text
    assert "# the theme's\n" in text
    crawl.now += timedelta(days=1)
    (run,) = crawl(town(home))
    assert run.counts.new == 1
    assert not [e for e in incidents(crawl, "town") if e.kind is Kind.LAYOUT_CHANGED]
    again = hubwatch("--config", home, "sources", "repair", "town", "--json").json
    assert ([e["state"] for e in again["entries"]], again["file"]) == (["well"], None)


def test_the_pager_is_written_as_the_new_page_shows_it(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    redesigned(server, crawl, home, tiles)
    hubwatch("--config", home, "sources", "repair", "town")
    text = (home.parent / "sources" / "town.toml").read_text("utf-8")
    assert "archive-{n}" not in text
    server.site("town.test").answer("/news/page/2/", page(tiles(NAMES[9:])))
    crawl.now += timedelta(days=1)
    server.site("town.test").answer("/news/", page(tiles((*NAMES[:3], *NAMES[8:]))))
    crawl(town(home))
    assert "/news/page/2/" in {hit.path for hit in server.site("town.test").hits}


def test_rows_of_articles_that_nobody_knows_prove_nothing(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    def others(names: tuple[str, ...]) -> str:
        return tiles(names).replace('href="/', 'href="/other-').replace("other-news", "news")

    redesigned(server, crawl, home, others)
    ended = hubwatch("--config", home, "sources", "repair", "town")
    assert ended.code == 1
    assert "lead to known articles: too few to prove anything" in ended.err
    assert "sources add URL" in ended.err
    assert "sources check town" in ended.err
    assert (home.parent / "sources" / "town.toml").read_text("utf-8") == FILE


def test_rows_whose_days_are_others_prove_nothing(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    redesigned(server, crawl, home, lambda names: table(names).replace("2026-02-", "2024-05-"))
    ended = hubwatch("--config", home, "sources", "repair", "town")
    assert ended.code == 1
    assert "dates are the known ones" in ended.err
    assert (home.parent / "sources" / "town.toml").read_text("utf-8") == FILE


def test_links_that_could_be_articles_and_are_no_rows_are_named(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    link = '<p><a href="/mayor-answers-letters/">The mayor answers letters of the young</a></p>'

    def design(names: tuple[str, ...]) -> str:
        return tiles(names).replace("<footer>", f"{link}<footer>")

    redesigned(server, crawl, home, design)
    found = hubwatch("--config", home, "sources", "repair", "town", "--dry-run", "--json").json
    assert found["entries"][0]["beside"] == ["http://town.test/mayor-answers-letters/"]
    shown = hubwatch("--config", home, "sources", "repair", "town", "--dry-run")
    assert "1 link on the page could be an article" in shown.err


def test_a_menu_alone_is_no_list(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    redesigned(server, crawl, home, lambda names: tiles(()))
    found = hubwatch("--config", home, "sources", "repair", "town", "--json").json
    (entry,) = found["entries"]
    assert (entry["state"], entry["rows"], found["file"]) == ("unproven", [], None)


def test_a_list_that_is_read_as_ever_is_left_alone(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    redesigned(server, crawl, home, old)
    ended = hubwatch("--config", home, "sources", "repair", "town")
    assert ended.code == 1
    assert "no known article of town lacks what was known of it" in ended.err
    assert (home.parent / "sources" / "town.toml").read_text("utf-8") == FILE


def test_a_shipped_source_is_copied_into_ones_own_folder(
    server: Server,
    crawl: Crawl,
    home: Path,
    hubwatch: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redesigned(server, crawl, home, table)
    own = home.parent / "own"
    own.mkdir()
    home.write_text(
        f'archive = "{crawl.archive}"\nsources = ["sources", "own"]\n', encoding="utf-8"
    )
    monkeypatch.setattr("desk.portals.redesign.HERE", home.parent / "sources")
    done = hubwatch("--config", home, "sources", "repair", "town")
    assert done.code == 0, done.err
    assert (home.parent / "sources" / "town.toml").read_text("utf-8") == FILE
    assert "ul.post-list" not in (own / "town.toml").read_text("utf-8")


TWO = """[[entry]]
kind = "list"
url = "http://a.test/"
row = "li"

[[entry]] # two
url = 'http://b.test/'
row = 'p' # rows
"""


@pytest.mark.parametrize(
    ("at", "changes", "expected"),
    [
        (0, [("row", "tr")], TWO.replace('"li"', '"tr"')),
        (0, [("row", None)], TWO.replace('row = "li"\n', "")),
        (1, [("row", None)], TWO.replace("row = 'p' # rows", "# rows")),
        (1, [("row", "b")], TWO.replace("'p' #", '"b"  #')),
        (1, [("date", "i")], TWO.replace("b.test/'\n", 'b.test/\'\ndate = "i"\n')),
        (2, [("date", "i")], TWO),
    ],
)
def test_keys_are_written_into_one_entry_of_a_file(
    at: int, changes: list[tuple[str, str | None]], expected: str
) -> None:
    assert with_entry_keys(TWO, at, changes) == expected
