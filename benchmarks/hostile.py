"""Pages made to keep a reader busy, read as a crawl reads them: how long, and with what word.

Made here by repetition; none is anybody's page. They go through the workers and
bounds that a crawl has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.parsing.article import read_article
from scraper.parsing.lists.read import read_list
from scraper.parsing.page_kinds import sniff
from scraper.sources.model import DEFAULT_ZONE, Entry, EntryKind, FieldRules, LinkRules
from scraper.workers.pool import SECONDS, Workers
from storage.types import Capture

HOST = "www.example.gov.cn"
ADDRESS = f"http://{HOST}/news/t1.html"
SLACK = 1.5
"""Seconds that starting and ending a worker may add to its deadline."""
_META = 10_000
_PARAGRAPH = (
    "<p>" + "The city wants forty laboratories to open their doors this year. " * 4 + "</p>"
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One such page. `is_cut` tells that nobody could read it whole, so that it has to be said."""

    name: str
    markup: bytes
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What became of a page: seconds by the clock, the reader's outcome word and reason."""

    name: str
    kind: str
    seconds: float
    outcome: str
    reason: str
    is_cut: bool

    @property
    def is_met(self) -> bool:
        """Ended within the bound, and what was left out is said."""
        return self.seconds <= SECONDS + SLACK and not (self.is_cut and self.outcome == "ok")


def pages() -> Iterator[Hostile]:
    """Faults 31, 33 and 34 of docs/faults.md, and every expression that reads lines."""
    yield Hostile("200,000 nested tags", _page("<div>" * 200_000 + "x" + "</div>" * 200_000), True)
    yield Hostile("200,000 nested tags, unclosed", _page("<span>" * 200_000), True)
    yield Hostile("20 MB text node", _page("<p>" + "innovation hub city " * 2**20 + "</p>"), True)
    yield Hostile("20 MB of Han", _page("<p>" + "科创中国试点城市" * 875_000 + "</p>"), True)
    yield Hostile("1,000,000 tags", _page("<b>x</b>" * 500_000), True)
    yield Hostile("1,000,000 empty tags", _page("<br>" * 1_000_000), True)
    yield Hostile(
        "100,000 attributes", _page("<p " + " ".join(f"a{n}=1" for n in range(10**5)) + ">x"), True
    )
    yield Hostile("200,000 open brackets", _page("<a" * 200_000), False)
    rows = "".join(f"<li><a href='/n/{n}.html'>Row {n}</a> 2023-01-02</li>" for n in range(10**5))
    yield Hostile("100,000 rows", _page(f"<ul>{rows}</ul>"), True)
    for name, text in _texts():
        yield Hostile(name, _page(f"<p>{text}</p>{_PARAGRAPH * 3}", text), False)


def _texts() -> Iterator[tuple[str, str]]:
    """About 200 kB each, of what expressions look for: nearly, again and again, without an end."""
    size = 200_000
    for name, piece in {
        "half dates": "2023-01-",
        "Han half dates": "2023年",
        "digits": "20230101",
        "times": "12:30:",
        "labels": "发布时间：",
        "labels and blanks": "Updated :   ",
        "source labels": "来源：",
        "bylines": "By A ",
        "capitals": "Aa ",
        "bars": "a | ",
        "breadcrumbs": "Home > ",
        "blanks": " \t",
        "ideographic blanks": "　",
        "brackets": "(",
        "Han brackets": "（责任编辑",
        "full stops": ".",
        "dashes": "- ",
        "copyright": "Copyright © ",
        "ICP numbers": "京ICP备1",
        "page numbers": "【1】",
        "addresses": "http://a.",
        "mail addresses": "a@a.",
        "entities": "&amp;",
        "pager calls": "createPageHTML(1, ",
        "months": "January ",
    }.items():
        yield f"text: {name}", (piece * (size // len(piece)))


def _page(body: str, title: str = "Hostile") -> bytes:
    meta = title[:_META]  # a longer one is cut away as a tag with too many attributes
    head = f"<title>{title}</title><meta name='PubDate' content='{meta}'>"
    return f"<html><head>{head}</head><body><h1>{title}</h1>{body}</body></html>".encode()


def endure(now: datetime, tell: Callable[[str], None]) -> list[Ordeal]:
    """Every hostile page as an article and as a list, in the crawl's workers."""
    return asyncio.run(_endure(now, tell))


async def _endure(now: datetime, tell: Callable[[str], None]) -> list[Ordeal]:
    workers, found = Workers(("scraper.workers.readers",)), []
    try:
        for page in pages():
            capture = _capture(page.markup, now)
            for kind in ("article", "list"):
                await workers.ask(sniff, b"")  # starts one where the last was ended
                call, words = _call(kind, capture)
                begin = time.perf_counter()
                word = await workers.ask(call, *words)
                seconds = time.perf_counter() - begin
                outcome, reason = word.outcome.value, word.reason
                found.append(Ordeal(page.name, kind, seconds, outcome, reason, page.is_cut))
                tell(f"{page.name} as {kind}: {seconds:.2f} s, {outcome} {reason}".rstrip())
    finally:
        workers.close()
    return found


def _call(kind: str, capture: Capture) -> tuple[Callable[..., Any], tuple[object, ...]]:
    if kind == "article":
        return read_article, (capture, FieldRules(), "bench")
    return read_list, (
        capture,
        Entry(EntryKind.LIST, ADDRESS),
        LinkRules((HOST,)),
        DEFAULT_ZONE,
    )


def _capture(markup: bytes, now: datetime) -> Capture:
    return Capture(ADDRESS, ADDRESS, now, 200, (("content-type", "text/html"),), markup)
