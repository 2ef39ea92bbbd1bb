"""What tells a body that is the article from one that is not, learned from labelled pages.

    python -m benchmarks.body_trust --corpora FOLDER [--write]

Every page is read four times: as it is, without its article, and with the first paragraph or the
first four of it as if that were all. Beside what is read counts what trafilatura takes, and what
other elements of the page hold. A body is right where its F1 is a half or more. Plain logistic
regression over the signs of `scraper.parsing.body.trust`, learned from one half of the pages and
tried on the other, both ways.
`--write` learns from all of them and writes `scraper/parsing/body/trust.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import html as markup

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import corpora as pages
from benchmarks.corpora import Case, Corpora
from benchmarks.extraction_base import text_of
from benchmarks.extraction_parts import half_of
from benchmarks.scores import characters, shares, words
from scraper.parsing.body.place import by_trafilatura, by_weight, measure
from scraper.parsing.body.read import Body, read_body, read_place
from scraper.parsing.body.trust import POINTS, SURE, probability, signs
from scraper.parsing.fields.title import read_title
from scraper.parsing.page import Page
from scraper.parsing.text import squeeze
from scraper.sources.model import FieldRules

RIGHT = 0.5
_WHOLE = "whole"
_SHORTENED = {"without its article": 0, "one paragraph of it": 2, "four paragraphs": 5}
"""What is left of the article; the element around all of it is the first piece."""
_OTHERS, _LEAST_OTHER = 5, 60
_COUNTS = {"read": 1.0, "trafilatura": 0.5, "other": 0.25}
"""How much a body of each kind counts in what is learned. Of a page that was cut half as much."""
_STEPS, _RATE, _TO_ZERO = 1_500, 2.0, 0.002
_PIECE = 25
_BLOCKS = ("p", "li", "h2", "h3", "h4", "blockquote", "td", "div", "span", "font", "pre")
_RULES = FieldRules()


@dataclass(frozen=True, slots=True)
class Sample:
    """A body that was read from some page, its signs, and its F1."""

    half: int
    page: str
    kind: str
    signs: Mapping[str, float]
    f1: float

    @property
    def is_right(self) -> bool:
        """Whether it is the article rather than not."""
        return self.f1 >= RIGHT

    @property
    def weight(self) -> float:
        """How much it counts."""
        return _COUNTS[self.kind] * (1.0 if self.page == _WHOLE else 0.5)


def shortened(text: str, body: str, kept: int) -> tuple[str, str]:
    """The page without what stands in this text, but for its first pieces, and what these say."""
    tree = markup.fromstring(text.encode(), parser=markup.HTMLParser(encoding="utf-8"))
    for script in list(tree.iter("script")):
        script.drop_tree()
    key, left = squeeze(body), []
    for tag in list(tree.iter(*_BLOCKS)):
        said = squeeze(tag.text_content())
        if tag.getparent() is None or len(said) < _PIECE or said not in key:
            continue
        if len(left) < kept:
            left.append(tag)
        else:
            tag.drop_tree()
    for tag in list(tree.iter()) if kept == 0 else ():
        if not isinstance(tag.tag, str) or tag.tag in ("title", "style"):
            continue
        if tag.text and len(said := squeeze(tag.text)) >= _PIECE and said in key:
            tag.text = ""
        if tag.tail and len(said := squeeze(tag.tail)) >= _PIECE and said in key:
            tag.tail = ""
    outer = [tag for tag in left if not any(around in left for around in tag.iterancestors())]
    label = "\n".join(str(tag.text_content()) for tag in outer)
    return str(markup.tostring(tree, encoding="unicode")), label


def samples_of(case: Case, cut: Callable[[str], Sequence[str]]) -> Iterator[Sample]:
    """All bodies of one labelled page."""
    text = text_of(case)
    shapes = {_WHOLE: (text, case.body)}
    shapes |= {name: shortened(text, case.body, kept) for name, kept in _SHORTENED.items()}
    for name, (shape, label) in shapes.items():
        page = Page(shape, case.url, datetime.now(UTC))
        title, _ = read_title(page, _RULES, None)
        found = by_weight(page, title)
        whole = found.whole if found else 0.0
        bodies = [("read", read_body(found, page, title, _RULES))]
        bodies.append(("trafilatura", read_place(by_trafilatura(page), page, title, _RULES)))
        if name == _WHOLE:
            bodies += (("other", body) for body in _others(page, title, case.name))
        for kind, body in bodies:
            if body.text and body.place is not None:
                found_signs = signs(body.text, body.place, page, title, whole)
                f1 = shares(label, body.text, cut).f1
                yield Sample(half_of(case.name), name, kind, found_signs, f1)


def _others(page: Page, title: str, name: str) -> Iterator[Body]:
    weights = measure(page, title)
    sums = weights.sums
    ranked = sorted((tag for tag in sums if sums[tag] > _LEAST_OTHER), key=lambda tag: -sums[tag])
    for tag in random.Random(name).sample(ranked[1:30], min(_OTHERS, len(ranked[1:30]))):
        yield read_place(weights.place(tag, page), page, title, _RULES)


def learn(samples: Sequence[Sample]) -> dict[str, float]:
    """The points of each sign, and `start`."""
    names = list(samples[0].signs)
    points = dict.fromkeys(("start", *names), 0.0)
    total = sum(one.weight for one in samples)
    for _ in range(_STEPS):
        slopes = {name: _TO_ZERO * points[name] for name in names} | {"start": 0.0}
        for one in samples:
            error = (probability(one.signs, points) - one.is_right) * one.weight / total
            slopes["start"] += error
            for name in names:
                slopes[name] += error * one.signs[name]
        for name, slope in slopes.items():
            points[name] -= _RATE * slope
    return {name: round(value, 2) for name, value in points.items()}


def report(samples: Sequence[Sample], points: Mapping[str, float]) -> Iterator[str]:
    """How right what is read counts as, a line for each kind of page and one of tenths."""
    for page in (_WHOLE, *_SHORTENED):
        read = [one for one in samples if one.page == page and one.kind == "read"]
        sure = [one for one in read if probability(one.signs, points) >= SURE]
        wrong = sum(not one.is_right for one in sure)
        yield f"  {page}: {len(read)} bodies, {len(sure)} sure, {wrong} of those wrong"
    tenths: dict[int, list[bool]] = {}
    for one in samples:
        if one.kind == "read":
            at = min(9, math.floor(10 * probability(one.signs, points)))
            tenths.setdefault(at, []).append(one.is_right)
    yield "  right by tenths: " + ", ".join(
        f"{at / 10:.1f}: {sum(right)} of {len(right)}" for at, right in sorted(tenths.items())
    )


def collect(corpora: Corpora) -> list[Sample]:
    """The bodies of all labelled pages."""
    english = ((case, words) for case in pages.english_bodies(corpora))
    chinese = ((case, characters) for case in pages.chinese_pages(corpora) if case.body)
    return [one for case, cut in (*english, *chinese) for one in samples_of(case, cut)]


def main() -> None:
    """Learn, try on the other half, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    corpora = Corpora(options.corpora)
    try:
        samples = collect(corpora)
    finally:
        corpora.close()
    for half in (0, 1):
        points = learn([one for one in samples if one.half != half])
        tried = [one for one in samples if one.half == half]
        sys.stdout.write(f"half {half}, learned from the other: {points}\n")
        sys.stdout.write("\n".join(report(tried, points)) + "\n")
    if options.write:
        points = learn(samples)
        POINTS.write_text(json.dumps(points, indent=1) + "\n", "utf-8")
        sys.stdout.write(f"wrote {POINTS}\n")


if __name__ == "__main__":
    main()
