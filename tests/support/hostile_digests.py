"""Digests whose every text attacks: as markup, as a formula, as a template, as a header."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from desk.digest import edit as by
from desk.digest.build import build
from desk.digest.model import (
    Digest,
    DigestClaim,
    DigestContradiction,
    DigestFigure,
    Edition,
    EventReport,
    Material,
    with_items,
)
from storage.articles.records import Address
from storage.runs import Crawled, Run
from storage.sources import SourceRef as Ref
from storage.sources import SourceState
from storage.types import Grade, Match, Outcome, Precision, When
from tests.support.digest_samples import METADATA, PERIOD, UNTIL, ZONE, article, claim, figure

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://a.test/\"onclick='x'",
    "http://user@evil.test/",
    "http://a.test/)[x](javascript:alert(1)",
    "![x](http://evil.test/x.png)",
    "[x]: javascript:alert(1)",
    "# heading\n\n---\n\n<b>raw</b>",
    "```\ncode",
    "&lt;b&gt; &#106;avascript:",
    "{{ 7*7 }} {% for x in y %} {# c #}",
    '=HYPERLINK("http://evil.test")',
    "\t=1+1",
    "＝cmd|'/C calc'!A0",
    "\u202egnp.exe",
    "\ud800lone\x00nul\x1b[31mred",
    "]]> --> <!--",
    "|a|b|\n|-|-|",
    "https://ok.test/?a=1&copy;=2",
    "http://[::1",
)


hostile = st.one_of(
    st.sampled_from(PAYLOADS),
    st.lists(st.sampled_from(PAYLOADS), max_size=3).map("".join),
    st.text(max_size=40),
)


ALLOWED = {
    "html": {"lang"},
    "head": set(),
    "meta": {"charset", "http-equiv", "content", "name"},
    "title": set(),
    "style": set(),
    "body": set(),
    "header": set(),
    "main": set(),
    "footer": set(),
    "nav": {"aria-label"},
    "section": {"id", "class"},
    "article": set(),
    "div": {"class"},
    "p": {"class", "lang", "dir"},
    "bdi": set(),
    "span": {"class", "lang", "dir", "aria-hidden"},
    "strong": {"class"},
    "mark": set(),
    "h1": set(),
    "h2": set(),
    "h3": {"dir"},
    "ul": set(),
    "ol": {"start", "class"},
    "li": {"id"},
    "a": {"href", "rel", "target", "lang", "dir", "class", "aria-label"},
    "table": {"class"},
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"scope", "class"},
    "td": {"class"},
    "figure": set(),
    "figcaption": set(),
    "caption": set(),
    "svg": {
        *("xmlns", "class", "viewbox", "width", "height", "font-family", "font-size", "role"),
        "aria-label",
    },
    "g": set(),
    "rect": {"x", "y", "width", "height", "rx", "fill", "class", "stroke", "stroke-width"},
    "text": {"x", "y", "fill", "class", "text-anchor"},
    "dl": {"class"},
    "dt": set(),
    "dd": set(),
}


def digest_of(text: Callable[[], str], grade: Grade = Grade.CORE) -> Digest:
    """A digest of one item whose every text is one that `text` gives."""
    held = article(
        1,
        url=text(),
        source_name=text(),
        city=text(),
        language=text(),
        title=text(),
        source=text(),
        published=When(date(2024, 6, 5), Precision.DAY, ZONE),
        matches=(Match(text(), grade, text(), "body", 0, text()),),
        changed_at=UNTIL - timedelta(hours=1),
        also_at=(Address(2, text(), text(), text(), None),),
    )
    ref = Ref(held.source_id, text(), text(), "en", ZONE)
    run = Run(1, held.source_id, UNTIL - timedelta(hours=2), UNTIL, Outcome.BLOCKED, text())
    material = Material((held,), (), {run.source_id: Crawled(1, run)}, (SourceState(ref),), (ref,))
    digest = build(material, Edition(text(), PERIOD))
    figures = (stated(text), replace(stated(text), article_id=2, verdict=""))
    doubts = (disputed(text), replace(disputed(text), verdict=""))
    told = (EventReport(5, 6, text(), text(), text(), text(), None),)
    found = {"figures": figures, "contradictions": doubts, "reported": told}
    return with_items(digest, lambda item: replace(item, **found))  # type: ignore[arg-type]


def disputed(text: Callable[[], str]) -> DigestContradiction:
    """A contradiction whose every text is one that `text` gives."""

    def side() -> DigestClaim:
        before, value, after = text(), text(), text()
        return replace(
            claim(1, "", ""),
            sentence=f"{before}{value}{after}",
            value=value,
            start=len(before),
            end=len(before) + len(value),
            title=text(),
            publisher=text(),
            url=text(),
            language=text(),
        )

    return DigestContradiction(1, "figure", side(), side(), "first", text(), text(), UNTIL)


def stated(text: Callable[[], str]) -> DigestFigure:
    """A figure whose every text is one that `text` gives."""
    before, phrase, after = text(), text(), text()
    return figure(
        -3,
        f"{before}{phrase}{after}",
        "",
        start=len(before),
        end=len(before) + len(phrase),
        object=text(),
        place=text(),
        as_of=text(),
        unit=text(),
        person=text(),
    )


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """A digest whose every text is hostile."""
    return digest_of(lambda: draw(hostile), draw(st.sampled_from(Grade)))


def with_words(digest: Digest, text: Callable[[], str]) -> Digest:
    """With an editor's words, each one that `text` gives."""
    digest = by.introduced(digest, text())
    for item in digest.items:
        digest = by.translated(by.noted(digest, item.article_id, text()), item.article_id, text())
    return replace(digest, metadata=replace(METADATA, made_by=text(), corrects=3, reason=text()))


@st.composite
def edited(draw: st.DrawFn) -> Digest:
    """A digest whose every text is hostile, an editor's words too."""
    return with_words(draw(digests()), lambda: draw(hostile))
