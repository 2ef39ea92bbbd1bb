"""`parse --explain`: the blocks of a page, the one that was taken, why the others were not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.explanation import draw, explain_address
from scraper.parsing.explain import Explanation, explain, joined
from scraper.sources.load import Catalogue
from scraper.sources.model import FieldRules
from storage.archive import Archive
from storage.types import Outcome
from tests.support.cli import CommandLine
from tests.support.crawling import source
from tests.support.desks import keep, page_of
from tests.support.make import capture

TITLE = "Harbour town opens its tide mill again"
TEXT = (
    "The tide mill at the old harbour turned its wheel on Tuesday for the first time in years.",
    "Volunteers had spent eleven winters on the beams, the sluice and the stones of the mill.",
    "From June the mill will grind oats for the bakery next door, the mayor said on the quay.",
    "Whoever wants to see it before then may come on Sundays, when two of them show it, free.",
)
PAGE = f"""<html lang=en><head><title>{TITLE}</title>
<meta property="article:published_time" content="2024-05-07T10:00:00+02:00"></head><body>
<nav class=menu><a href=/a>News</a> <a href=/b>Town</a></nav>
<h1>{TITLE}</h1><p class=by>By Ada Moss</p>
<div class=article-body>{"".join(f"<p>{text}</p>" for text in TEXT)}</div>
<aside class=related><p>Other people, so it is said here, were also reading about the mills.</p>
</aside><div class=notice><p>The owner of this site, as ever, is not answerable for any link.</p>
</div><script>alert(1)</script></body></html>"""


def of(html: str, rules: FieldRules | None = None) -> Explanation:
    got = capture(html.encode(), url="http://t.test/1", final_url="http://t.test/1")
    return joined(explain(got, rules or FieldRules(), "t"))


def why(found: Explanation) -> dict[str, str]:
    return {one.name: one.why for one in found.blocks}


def test_the_chosen_block_and_why_others_are_not() -> None:
    found = of(PAGE)
    (chosen,) = (one for one in found.blocks if one.is_chosen)
    assert chosen.name == "div.article-body"
    assert [line.text for line in chosen.lines] == list(TEXT)
    assert chosen.why == "most of the text that runs stands in it"
    assert 0.5 < chosen.share < 1
    said = why(found)
    assert said["nav.menu"] == said["aside.related"] == "named as what stands beside a text"
    assert said["div.notice"].startswith("weighs less")
    fields = [field for one in found.blocks for line in one.lines for field in line.fields]
    assert {"title", "author"} <= set(fields)


def test_a_selector_is_why_where_the_rules_name_the_text() -> None:
    found = of(PAGE, FieldRules(body=(".notice",)))
    (chosen,) = (one for one in found.blocks if one.is_chosen)
    assert (chosen.name, found.rule) == ("div.notice", ".notice")
    assert chosen.why == "a selector of the rules names it"
    assert why(found)["div.article-body"] == "the rules name another"


@pytest.mark.parametrize("html", ["", "<html><body></body></html>", "<p>", "\x00\x01", "{}"])
def test_pages_of_nothing_have_an_outcome_and_no_chosen_block(html: str) -> None:
    found = of(html)
    assert found.reading.outcome is not Outcome.OK
    assert not any(one.is_chosen for one in found.blocks)
    assert draw(found, "x").startswith("<!doctype html>")


ACTIVE = re.compile(
    r"<(?!/?(?:html|head|meta|title|style|body|h1|h2|p|table|tr|th|td|span|section|mark|b)\b"
    r"|!doctype)|<[^>]*\s(?:on\w+|href|src)\s*=|<[^>]*url\(|@import",
    re.I,
)


def test_the_drawing_holds_nothing_active() -> None:
    nasty = "<p onclick=go()>One & two &lt;script&gt;alert(2)&lt;/script&gt;, and more of it.</p>"
    page = PAGE.replace("<div class=notice>", f"<div class='notice\"><img src=x>'>{nasty}")
    drawn = draw(of(page), "http://t.test/1?<script>")
    assert ACTIVE.search(drawn) is None
    assert "default-src 'none'" in drawn
    assert "&lt;script&gt;alert(2)" in drawn
    assert '<section class="chosen">' in drawn
    assert "alert(1)" not in drawn


PIECES = (
    "<p>", "</div>", "<div class=x>", "Words, and more words here. ", "<script>", "<h1>", "<!--",
    "\"'><b onload=x>", "&lt;i onload=x&gt;", "<style>p{}", "贵阳市科技局，今日。",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_page_gets_anything_active_into_the_drawing(html: str) -> None:
    assert ACTIVE.search(draw(of(html), html)) is None


def test_a_saved_page_is_explained_and_drawn(hubwatch: CommandLine, tmp_path: Path) -> None:
    page, drawn = tmp_path / "page.html", tmp_path / "why.html"
    page.write_text(PAGE, "utf-8")
    shown = hubwatch("parse", "--explain", page, "--drawn", drawn)
    assert shown.code == 0, shown.err
    assert re.search(r"→ +div\.article-body .* most of the text that runs stands in it", shown.out)
    assert "<section" in drawn.read_text("utf-8")
    found = hubwatch("parse", "--explain", page, "--json").json
    assert [one["name"] for one in found["blocks"] if one["chosen"]] == ["div.article-body"]
    assert found["provenance"]["published"]["confidence"] == "sure"
    assert hubwatch("parse", page, "--drawn", drawn).code == 2
    assert hubwatch("parse", "--explain", page, page).code == 2


def test_an_archived_page_is_explained_by_its_address(hubwatch: CommandLine, archive: Path) -> None:
    keep(archive, page_of(1))
    missing = hubwatch("--db", archive, "parse", "--explain", "http://a.test/other.htm")
    assert (missing.code != 0, "no page of it is archived" in missing.err) == (True, True)
    known = Catalogue({"a": source("a")}, {})
    with Archive.open_readonly(archive) as store:
        found = explain_address(store, known, "http://a.test/a/1.htm")
    assert found is not None
    assert found.blocks
    assert "Story number 1" in found.blocks[0].lines[0].text
