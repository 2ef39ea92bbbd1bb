"""How often a field is right that is called sure, doubtful or unknown: a table, and a diagram.

    python -m benchmarks.reliability --corpora FOLDER [--svg FILE]

Titles and days: of every collection that labels them, by level. A title is right where it is the
labelled one, a day where it is the same day. Bodies: by level on the pages as they are; and by
tenths of the probability that their signs give them, on those pages and on the same pages without
their article, with its first paragraph, and with its first four, by points learned from the other
half of the pages. A body is right where its F1 is a half or more.
"""

from __future__ import annotations

import argparse
import math
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import corpora as pages
from benchmarks.body_trust import RIGHT, collect, learn
from benchmarks.corpora import Absent, Case, Corpora
from benchmarks.extraction_base import Bench, read_generic
from benchmarks.scores import Hit, characters, day_hit, shares, title_hit, words
from scraper.parsing.body.trust import SURE, probability
from storage.articles.records import Confidence, by_field

LEVELS = ("sure", "doubtful", "unknown")
Judged = tuple[str, bool]
"""A level or a tenth, and whether what was read is right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """So many fields of one confidence, and how many of them are right."""

    name: str
    count: int
    right: int

    @property
    def share(self) -> float:
        """How many are right, 0 to 1."""
        return self.right / self.count if self.count else 0.0


def bins(judged: Iterable[Judged], names: Iterable[str]) -> tuple[Bin, ...]:
    """The judgements by their names, those that occur."""
    found = list(judged)
    counts, right = Counter(name for name, _ in found), Counter(name for name, ok in found if ok)
    return tuple(Bin(name, counts[name], right[name]) for name in names if counts[name])


def levels(bench: Bench) -> dict[str, tuple[Bin, ...]]:
    """Titles, days and bodies by level."""
    judged: dict[str, list[Judged]] = {"titles": [], "days": [], "bodies": []}
    for case in _cases(bench.corpora):
        article = read_generic(bench, case).article
        if article is None:
            continue
        told = by_field(article.evidence)
        level = {name: str(one.confidence or Confidence.UNKNOWN) for name, one in told.items()}
        if case.title:
            hit = title_hit(case.title, article.title)
            judged["titles"].append((level.get("title", "unknown"), hit is Hit.RIGHT))
        if case.day:
            read = article.published.iso if article.published else ""
            hit = day_hit(case.day, read)
            judged["days"].append((level.get("published", "unknown"), hit is Hit.RIGHT))
        if case.body:
            cut = characters if _is_han(case.body) else words
            f1 = shares(case.body, article.body, cut).f1
            judged["bodies"].append((level.get("body", "unknown"), f1 >= RIGHT))
    return {name: bins(found, LEVELS) for name, found in judged.items() if found}


def _cases(corpora: Corpora) -> Iterator[Case]:
    for find in (
        pages.english_bodies,
        pages.chinese_pages,
        pages.portal_pages,
        pages.dated_pages,
    ):
        try:
            yield from find(corpora)
        except Absent as reason:
            sys.stderr.write(f"{reason}\n")
    try:
        for cases in pages.labelled_pages(corpora).values():
            yield from cases
    except Absent:
        return


def _is_han(text: str) -> bool:
    return sum("\u3400" <= one <= "\u9fff" for one in text[:2000]) > 100


def tenths(corpora: Corpora) -> tuple[Bin, ...]:
    """Bodies by tenths of their probability, each by what the other half of the pages taught."""
    samples = collect(corpora)
    judged: list[Judged] = []
    for half in (0, 1):
        points = learn([one for one in samples if one.half != half])
        judged += [
            (_tenth(probability(one.signs, points)), one.is_right)
            for one in samples
            if one.half == half and one.kind == "read"
        ]
    return bins(judged, (f"0.{at}" for at in range(10)))


def _tenth(value: float) -> str:
    return f"0.{min(9, math.floor(10 * value))}"


# The diagram

_SIDE, _LEFT, _TOP = 300, 60, 40
_BAR, _GAP, _ROW = 220, 30, 24
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.s{font-size:11px}.a{stroke:#999;fill:none}"
    ".d{stroke:#bbb;stroke-dasharray:4}.p{fill:#0a6b2f;fill-opacity:.75}.r{fill:#0a6b2f}"
    ".w{fill:#e0e0dc}rect.b{fill:#fff}"
)


def diagram(levels_found: Mapping[str, tuple[Bin, ...]], by_tenths: tuple[Bin, ...]) -> str:
    """Two panels: probability of a body against the share that is right; and by level the share
    that is right of each field."""
    rows = [(field, one) for field, found in levels_found.items() for one in found]
    width = _LEFT + _SIDE + 330 + _BAR
    height = max(_TOP + _SIDE + 60, _TOP + _ROW * (len(rows) + len(levels_found)) + 40)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Confidence against the share that is right</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="b" width="{width}" height="{height}"/>',
        *_panel(by_tenths),
        *_bars(rows),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _panel(found: tuple[Bin, ...]) -> Iterator[str]:
    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + x * _SIDE, _TOP + (1 - y) * _SIDE

    yield _text(_LEFT, 22, "Bodies: right, by probability")
    yield f'<rect class="a" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>'
    (x1, y1), (x2, y2) = at(0, 0), at(1, 1)
    yield f'<line class="d" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
    sure = at(SURE, 0)[0]
    yield f'<line class="d" x1="{sure}" y1="{_TOP}" x2="{sure}" y2="{_TOP + _SIDE}"/>'
    yield _text(sure + 3, _TOP + _SIDE - 6, "sure", "s")
    for tick in (0.0, 0.5, 1.0):
        x, y = at(tick, tick)
        yield _text(x - 8, _TOP + _SIDE + 18, f"{tick:.1f}", "s")
        yield _text(_LEFT - 28, y + 4, f"{tick:.1f}", "s")
    most = max((one.count for one in found), default=1)
    for one in found:
        x, y = at(float(one.name) + 0.05, one.share)
        radius = 3 + 11 * math.sqrt(one.count / most)
        label = f"{one.name}: {one.right} of {one.count}"
        yield (
            f'<circle class="p" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
            f"<title>{label}</title></circle>"
        )
    yield _text(_LEFT, _TOP + _SIDE + 40, "probability; the larger a point, the more bodies", "s")


def _bars(rows: list[tuple[str, Bin]]) -> Iterator[str]:
    left, y, field = _LEFT + _SIDE + 60, _TOP + 10, ""
    yield _text(left, 22, "By level: right (green) and not")
    for name, one in rows:
        if name != field:
            field = name
            yield _text(left, y + 14, name)
            y += _ROW
        right = _BAR * one.share
        yield _text(left + 12, y + 14, one.name, "s")
        yield f'<rect class="w" x="{left + 80}" y="{y + 3}" width="{_BAR}" height="14"/>'
        yield f'<rect class="r" x="{left + 80}" y="{y + 3}" width="{right:.1f}" height="14"/>'
        yield _text(left + _BAR + 88, y + 14, f"{one.right} of {one.count}", "s")
        y += _ROW


def _text(x: float, y: float, words_shown: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.0f}" y="{y:.0f}">{escape(words_shown)}</text>'


def main() -> None:
    """Measure, print, and draw where asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--svg", type=Path, help="draw it there")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    corpora = Corpora(options.corpora)
    try:
        bench = Bench(corpora, None, datetime.now(UTC), 0, lambda line: None)
        by_level, by_tenths = levels(bench), tenths(corpora)
    finally:
        corpora.close()
    for field, found in by_level.items():
        total = sum(one.count for one in found)
        for one in found:
            share = one.count / total
            sys.stdout.write(
                f"{field:<8} {one.name:<9} {one.count:>4} of {total} ({share:.1%}), "
                f"right {one.right} ({one.share:.1%})\n"
            )
    for one in by_tenths:
        sys.stdout.write(f"bodies   {one.name}       right {one.right} of {one.count}\n")
    if options.svg:
        options.svg.write_text(diagram(by_level, by_tenths), "utf-8")


if __name__ == "__main__":
    main()
