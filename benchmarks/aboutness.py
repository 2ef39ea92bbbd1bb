"""What tells a text that is about the subject, learned from labelled texts, and how right it is.

    python -m benchmarks.aboutness [--write] [--corpus FILE ...]

Learns the points of the shipped watchlist's subject from the texts of `tests/labelled` and prints
how right they are: on those, five-fold, and on each further file, whose halves are drawn by a hash
of the text. Of a further file it also prints what is learned from each half and tried on the other
one, and learned from all of it and tried on ours. `--write` puts the points into the watchlist.

A further file holds a JSON object a line: `title`, `body`, `published` and a `label` that is
`core`, `related` or `none`. Plain logistic regression with two thresholds, from the points of an
untrained subject on: those a watchlist has that says none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scraper.relevance.aboutness import BOUNDS, PASSING, UNPLACED
from scraper.relevance.keys import SUBJECT_POINTS
from scraper.relevance.match import match, signs_of
from scraper.relevance.watchlist import (
    CORE_POINTS,
    RELATED_POINTS,
    SHIPPED,
    Watchlist,
    grade_of,
    load_watchlist,
)
from storage.types import ArticleData, Grade, Precision, When

LABELLED = ROOT / "tests" / "labelled"
OURS = {"aboutness.jsonl": 1.0, "tuned.jsonl": 0.4, "blind.jsonl": 0.4}
"""Our labelled texts, and how much each of a file counts: the older ones are short and alike."""
LEVELS = {"none": 0, "related": 1, "core": 2}
POINTS_A_LOGIT = 3.0
"""So many points make a text that is as likely core as not `e` times as likely."""
_TO_USUAL, _STEPS, _RATE = 0.02, 700, 0.6
_TOO_HIGH = 3.0
"""How much dearer a text is that is graded core and is not than one that is and was not."""
_RELATED_COUNTS = 0.6
"""How much being related or not counts, beside being core or not."""


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled text with its signs, none where it does not name the subject, and its weight."""

    article: ArticleData
    label: str
    signs: Mapping[str, float]
    weight: float

    @property
    def half(self) -> int:
        """In which half of its file it is."""
        text = self.article.title + self.article.body
        return hashlib.sha256(text.encode()).digest()[0] % 2


def read(path: Path, watchlist: Watchlist, weight: float = 1.0) -> list[Item]:
    """The texts of a file."""
    return [
        _item(json.loads(line), watchlist, weight) for line in path.read_text("utf-8").splitlines()
    ]


def _item(value: Mapping[str, Any], watchlist: Watchlist, weight: float) -> Item:
    published = value.get("published")
    when = When(date.fromisoformat(published), Precision.DAY, "UTC") if published else None
    article = ArticleData("", "", value["title"], value["body"], published=when)
    found = signs_of(article, watchlist)
    return Item(article, value["label"], next(iter(found.values()), {}), weight)


def usual() -> dict[str, int]:
    """The points of a subject that says none."""
    return {name: int(str(key.default)) for name, key in SUBJECT_POINTS.items()}


def learned(items: Iterable[Item]) -> dict[str, int]:
    """The points that these texts ask for. No sign changes its direction. What a text has at least
    that names the subject in passing is not learned, and left out of what is added up here."""
    named = [one for one in items if one.signs]
    start = {
        name: points / POINTS_A_LOGIT for name, points in usual().items() if name not in BOUNDS
    }
    weights = dict(start)
    total = sum(one.weight for one in named)
    for _ in range(_STEPS):
        pull = _pull(named, weights)
        for name, weight in weights.items():
            back = _TO_USUAL * (weight - start[name]) * (0.1 if name == "start" else 1)
            moved = weight - _RATE * (pull[name] / total + back)
            is_turned = name != "start" and moved * start[name] < 0
            weights[name] = 0.0 if is_turned else moved
    points = {name: round(weight * POINTS_A_LOGIT) for name, weight in weights.items()}
    return {**points, PASSING: usual()[PASSING], UNPLACED: int(CORE_POINTS) - 1}


def _pull(items: Sequence[Item], weights: Mapping[str, float]) -> dict[str, float]:
    """In which direction the errors pull each weight."""
    pull = dict.fromkeys(weights, 0.0)
    for one in items:
        signs = {name: value for name, value in one.signs.items() if name not in BOUNDS}
        reached = sum(weights[name] * value for name, value in signs.items())
        for points, grade, counts in (
            (CORE_POINTS, 2, 1.0),
            (RELATED_POINTS, 1, _RELATED_COUNTS),
        ):
            likely = 1 / (1 + math.exp(points / POINTS_A_LOGIT - reached))
            error = likely - (LEVELS.get(one.label, 0) >= grade)
            error *= one.weight * counts * (_TOO_HIGH if error > 0 and grade == 2 else 1)
            for name, value in signs.items():
                pull[name] += error * value
    return pull


def graded(item: Item, points: Mapping[str, int]) -> Grade | None:
    """What these points make of a text."""
    if not item.signs:
        return None
    added = (
        round(points[name] * value, 1) for name, value in item.signs.items() if name not in BOUNDS
    )
    most = points[UNPLACED] if UNPLACED in item.signs else math.inf
    least = points[PASSING] if PASSING in item.signs else -math.inf
    return grade_of(max(min(round(sum(added), 1), most), least))


def rightness(judged: Iterable[tuple[str, Grade | None]]) -> str:
    """Precision and recall for core; of the related ones how many are graded so, and how many are
    graded so or as a mention."""
    every = list(judged)
    told = sum(grade is Grade.CORE for _, grade in every)
    wanted = sum(label == "core" for label, _ in every)
    right = sum(label == "core" and grade is Grade.CORE for label, grade in every)
    related = [grade for label, grade in every if label == "related"]
    among = sum(grade in (Grade.RELATED, Grade.MENTION) for grade in related)
    return (
        f"core P {right / max(1, told):.3f} R {right / max(1, wanted):.3f}, "
        f"related {related.count(Grade.RELATED)} or mention {among} of {len(related)}"
    )


def by(points: Mapping[str, int], items: Iterable[Item]) -> str:
    """How right these points are."""
    return rightness((one.label, graded(one, points)) for one in items)


def folded(items: Sequence[Item], always: Sequence[Item], folds: int = 5) -> str:
    """How right what is learned from four fifths is on the last one."""
    judged: list[tuple[str, Grade | None]] = []
    for fold in range(folds):
        points = learned([*always, *(one for at, one in enumerate(items) if at % folds != fold)])
        judged += [(one.label, graded(one, points)) for one in items[fold::folds]]
    return rightness(judged)


def written(points: Mapping[str, int], text: str) -> str:
    """The watchlist with these points."""
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    return re.sub(r"(?<=\[subject\.points\]\n)(?:\w+ = -?\d+\n)*", lines, text, count=1)


def main() -> None:
    """Learn, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    options = parser.parse_args()
    watchlist = load_watchlist()
    ours = {name: read(LABELLED / name, watchlist, weight) for name, weight in OURS.items()}
    every = [one for items in ours.values() for one in items]
    points = learned(every)
    for name, value in points.items():
        row(name, f"{value:+d}")
    if options.write:
        SHIPPED.write_text(written(points, SHIPPED.read_text("utf-8")), "utf-8")
    for name, items in ours.items():
        row(name, by(points, items))
    newest, *older = ours.values()
    row("five-fold on the first", folded(newest, [one for items in older for one in items]))
    for path in options.corpus:
        further(read(path, watchlist), path.name, watchlist, points, every)


def further(
    items: Sequence[Item],
    name: str,
    watchlist: Watchlist,
    points: Mapping[str, int],
    ours: Sequence[Item],
) -> None:
    """The figures of a file that is not ours."""
    shipped = [(one.label, match(one.article, watchlist).grade(watchlist.watched)) for one in items]
    row(f"{name}, as shipped", rightness(shipped))
    row(f"{name}, learned from ours", by(points, items))
    row(f"{name}, untrained", by(usual(), items))
    halves = [[one for one in items if one.half == half] for half in (0, 1)]
    for half, other in ((0, 1), (1, 0)):
        row(f"half {half}, learned from ours", by(points, halves[half]))
        row(f"half {half}, from the other half", by(learned(halves[other]), halves[half]))
    row("ours, learned from that file", by(learned(items), ours))


def row(what: str, measured: str) -> None:
    """One line."""
    sys.stdout.write(f"{what:<40} {measured}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
