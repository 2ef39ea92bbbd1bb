"""What is remembered of a source's pages changes nothing that is read: every field, its evidence
and its candidates are those of a reading that knows no other page."""

from __future__ import annotations

import gzip
import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import portal
from desk.practice.portal import pages_of, sources_folder, truth
from scraper.parsing import memory, tree
from scraper.parsing.article import read_article
from scraper.parsing.memory import CHECKED_EVERY, MOST_BYTES, MOST_PARTS, MOST_SOURCES, PageMemory
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules
from storage.types import Capture, Outcome, Reading
from tests.support.examples import examples
from tests.support.make import capture

ARCHIVES = Path(__file__).parents[2] / "shared" / "corpora"
PLAIN = FieldRules()
TOWN = FieldRules(template="town", zone="Asia/Shanghai", body=("#text",), published=(".info",))
LONG = 40 * "x"
MENU = "".join(f"<li><a href='/col{n}/'>Column number {n}</a></li>" for n in range(12))
FOOT = "<p>Contact</p><p>Legal</p><p>Map</p><p>Copyright © 2026 Town Office</p>"
TEXT = "".join(
    f"<p>Sentence {n} of what was said, at some length, on that day.</p>" for n in range(6)
)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


def town(title: str, day: str, text: str = TEXT, menu: str = MENU, foot: str = FOOT) -> bytes:
    return (
        f"<html><head><title>{title} - Town</title></head><body>"
        f"<div class='nav'><ul>{menu}</ul></div><h1>{title}</h1>"
        f"<div class='info'>Updated: {day} Source: Town Daily</div>"
        f"<div id='text'>{text}</div><div class='foot'>{foot}</div></body></html>"
    ).encode()


def read_alone(pages: Sequence[Capture], rules: FieldRules) -> list[Reading]:
    readings = []
    for page in pages:
        memory.forget()
        readings.append(read_article(page, rules, "town"))
    memory.forget()
    return readings


def read_together(pages: Sequence[Capture], rules: FieldRules) -> list[Reading]:
    return [read_article(page, rules, "town") for page in pages]


def told() -> PageMemory:
    with memory.remembering("town") as known:
        return known


def same(pages: Sequence[Capture], rules: FieldRules) -> None:
    for page, alone, together in zip(
        pages, read_alone(pages, rules), read_together(pages, rules), strict=True
    ):
        assert together == alone, page.url


# Pages of a layout, and what happens to layouts

WORDS = st.sampled_from(
    ["Home", "News", "2026-03-04", "来源：市科协", "By Ann Miller", "作者：张三", "Updated: 2026",
     "© Town 2026 All rights reserved", "主办：市政府", "The harbour opens", "a&amp;b", "　", "x"]
)  # fmt: skip
ITEM = st.builds(
    lambda name, text, more: f"<{name} {more}>{text}</{name}>",
    st.sampled_from(["li", "p", "span", "div", "a", "h1", "h2", "td", "script", "aside", "time"]),
    WORDS,
    st.sampled_from(
        ["", "class='title'", "href='/a_2.html'", "hidden", "style='display:none'", "rel='author'",
         "class='author' id='zoom'", "itemprop='headline'", "href='/authors/ann-miller/'"]
    ),
)  # fmt: skip
BOX = st.builds(
    lambda name, items, head, tail: f"{head}<{name}>{''.join(items)}</{name}>{tail}",
    st.sampled_from(["ul", "div", "nav", "footer", "a", "article", "span", "table"]),
    st.lists(ITEM, min_size=3, max_size=8),
    WORDS,
    WORDS,
)
LAYOUT = st.lists(BOX, min_size=1, max_size=4)


@st.composite
def sequences(draw: st.DrawFn) -> list[bytes]:
    """Pages of one layout, some with a changed menu, a banner, no date, too deep, or of another."""
    boxes, others = draw(LAYOUT), draw(LAYOUT)
    pages = []
    for n in range(draw(st.integers(3, 9))):
        kind = draw(
            st.sampled_from(["as it is", "as it is", "menu", "banner", "bare", "deep", "other"])
        )
        parts = list(others if kind == "other" else boxes)
        if kind == "menu":
            at = draw(st.integers(0, len(parts) - 1))
            parts[at] = draw(BOX)
        if kind == "banner":
            parts.insert(draw(st.integers(0, len(parts))), draw(BOX))
        if kind == "deep":
            depth = draw(st.sampled_from([30, 395, 398, 399, 400, 401, 450]))
            parts[0] = "<div>" * depth + parts[0] + "</div>" * depth
        above, below = "".join(parts[: len(parts) // 2]), "".join(parts[len(parts) // 2 :])
        day = "" if kind == "bare" else f"2026-03-{n + 1:02d}"
        page = town(f"The harbour opens {n}", day, TEXT.replace("said", f"said {n}"), above, below)
        pages.append(page)
    return pages


@settings(max_examples=examples(60), deadline=None)
@given(sequences(), st.sampled_from([PLAIN, TOWN]))
def test_pages_of_a_layout_read_as_each_of_them_alone(
    pages: list[bytes], rules: FieldRules
) -> None:
    memory.forget()
    same(
        [capture(body, url=f"https://town.example/a/{n}.html") for n, body in enumerate(pages)],
        rules,
    )


@settings(max_examples=examples(60), deadline=None)
@given(sequences())
def test_lines_are_those_of_a_walk_element_by_element(pages: list[bytes]) -> None:
    known = PageMemory()
    for body in (*pages, *pages):
        text = body.decode()
        remembered, plain = tree.parse(text)[0], tree.parse(text)[0]
        found, cut = known.walk(remembered, 6_000)
        expected, expected_cut = tree.walk_lines(plain, 6_000)
        numbers = [{tag: at for at, tag in enumerate(root.iter())} for root in (remembered, plain)]
        assert [(one.text, numbers[0][one.tag], one.linked) for one in found] == [
            (one.text, numbers[1][one.tag], one.linked) for one in expected
        ]
        assert cut == expected_cut
        names, alone = tree.names_around(remembered, known.found), tree.names_in(remembered)
        for kind in ("ids", "classes", "items"):
            assert [*getattr(names, kind).items()] == [*getattr(alone, kind).items()]
    assert known.disagreed == 0


@pytest.mark.parametrize(("shape", "template"), [("en", "chinadaily"), ("zh", "trs")])
def test_pages_of_a_large_portal_read_the_same(shape: str, template: str) -> None:
    rules = load_catalogue().templates[template].fields
    pages = [
        capture(
            portal.article(shape, n).encode(),
            url=f"http://{shape}.bench.test{portal.path_of(shape, n)}",
        )
        for n in range(2 * CHECKED_EVERY + 2)
    ]
    same(pages, rules)
    known = told()
    assert known.remembered > 0.8 * known.lines
    assert known.disagreed == 0


def test_every_page_of_the_practice_portal_reads_the_same() -> None:
    anchor = date(2026, 3, 18)
    pages = pages_of(anchor, 1)
    catalogue = load_catalogue([sources_folder()])
    for source_id in ("practice-en", "practice-en-kjj", "practice-en-jw", "practice-zh"):
        source = catalogue.get(source_id)
        captures = []
        for placed in truth(anchor, 1).of_source(source.id)[:20]:
            host, _, path = placed.url.removeprefix("http://").partition("/")
            found = pages[host, f"/{path}"]
            if "html" in found.kind:
                captures.append(capture(found.body, url=placed.url))
        assert captures
        same(captures, source.fields)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portals", "articles-zh", "articles-en", "dates", "repro"])
def test_every_page_of_the_corpora_reads_the_same(name: str, tmp_path: Path) -> None:
    unpacked = os.environ.get("HUBWATCH_CORPORA")
    folder = Path(unpacked) if unpacked else tmp_path
    if not unpacked:
        archive = ARCHIVES / f"{name}.tar.gz"
        if not archive.exists():
            pytest.skip(f"no {archive}")
        with tarfile.open(archive) as tar:
            tar.extractall(tmp_path, filter="data")
    files = sorted((folder / name).rglob("*.html*"))
    if not files:
        pytest.skip(f"no pages in {folder / name}")
    bodies = [
        gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files
    ]
    pages = [
        capture(body, url=f"https://www.example.cn/a/{n}.html") for n, body in enumerate(bodies)
    ]
    pages = pages[:60]
    alone = read_alone(pages, PLAIN)
    for _ in range(2):  # the second time all that repeats is known
        assert read_together(pages, PLAIN) == alone


# What is remembered, and what ends it


def pages_of_town(count: int, **fields: str) -> list[Capture]:
    return [
        capture(
            town(f"The harbour opens {n}", "2026-03-04", f"{TEXT}<p>The {n}.</p>", **fields),
            url=f"https://town.example/a/{n}.html",
        )
        for n in range(count)
    ]


def test_a_menu_is_remembered_once_another_page_had_it() -> None:
    *two, third = pages_of_town(3)
    read_together(two, TOWN)
    assert told().remembered == 0
    read_together([third], TOWN)
    assert told().remembered >= 12


def test_a_menu_for_each_column_is_remembered_though_its_pages_come_in_turn() -> None:
    menus = [MENU.replace(f"<li><a href='/col{n}/'>", "<li class='on'><a>") for n in range(5)]
    pages = [page for n in range(12) for menu in menus for page in pages_of_town(1, menu=menu)]
    read_together(pages[:-5], TOWN)
    before = told().remembered
    read_together(pages[-5:], TOWN)
    assert told().remembered - before >= 5 * 12


def test_a_menu_with_another_word_is_read_and_not_remembered() -> None:
    other = MENU.replace("Column number 7", "Column number seven")
    pages = [*pages_of_town(4), *pages_of_town(1, menu=other)]
    read_together(pages, TOWN)
    with memory.remembering("town") as known:
        root = tree.parse(pages[-1].body.decode())[0].find("body")
        lines, _ = known.walk(root, 6_000)
    texts = [line.text for line in lines]
    assert "Column number seven" in texts
    assert "Column number 7" not in texts


def test_a_menu_that_is_hidden_or_in_a_link_has_no_lines_of_its_own() -> None:
    known = PageMemory()
    for before, behind in (
        ("", ""),
        ("", ""),
        ("<div hidden>", "</div>"),
        ("<a href='/x'>", "</a>"),
    ):
        body = town("The harbour opens", "2026-03-04").decode()
        markup = body.replace("<div class='nav'>", f"{before}<div class='nav'>").replace(
            "<h1>", f"{behind}<h1>"
        )
        root = tree.parse(markup)[0].find("body")
        plain = tree.parse(markup)[0].find("body")
        assert [(one.text, one.linked) for one in known.walk(root, 6_000)[0]] == [
            (one.text, one.linked) for one in tree.walk_lines(plain, 6_000)[0]
        ]


def test_every_twentieth_page_is_compared_and_what_disagrees_is_forgotten() -> None:
    pages = pages_of_town(CHECKED_EVERY)
    read_together(pages[:-1], TOWN)
    with memory.remembering("town") as known:
        assert known.pages == CHECKED_EVERY - 1
        for markup, part in known._parts.items():
            known._parts[markup] = replace(part, texts=tuple("wrong" for _ in part.texts))
    (alone,) = read_alone(pages[-1:], TOWN)
    assert alone.outcome is Outcome.OK
    memory._memories["town"] = known
    assert read_together(pages[-1:], TOWN) == [alone]
    assert told().disagreed == 1
    assert not told()._parts


def test_a_memory_is_bounded() -> None:
    known = PageMemory()
    for n in range(200):
        lists = "".join(
            f"<ul>{''.join(f'<li>Line {n // 2} {box} {at} {LONG}</li>' for at in range(30))}</ul>"
            for box in range(20)
        )
        known._next = 1  # every page is learned from
        known.walk(tree.parse(f"<body><div>{lists}</div></body>")[0].find("body"), 6_000)
        assert len(known._parts) <= MOST_PARTS
        assert sum(map(len, known._parts)) == known._size <= MOST_BYTES
        assert len(known._looks) <= 4 * MOST_PARTS
    for n in range(2 * MOST_SOURCES):
        with memory.remembering(f"town {n}"):
            pass
    assert len(memory._memories) <= MOST_SOURCES


def test_an_empty_page_and_one_without_a_body_are_walked() -> None:
    known = PageMemory()
    for markup in ("", "<frameset><frame></frameset>", "text", *[town("A", "").decode()] * 3):
        root, plain = tree.parse(markup)[0], tree.parse(markup)[0]
        assert len(known.walk(root, 6_000)[0]) == len(tree.walk_lines(plain, 6_000)[0])
