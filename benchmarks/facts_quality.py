"""How right figures, events in two languages and contradictions are, on labelled texts.

    python -m benchmarks.facts_quality [--corpora FOLDER] [--wrong]

Precision and recall on our own labelled texts (`tests/labelled`): those that the rules were made
with, and those that were only measured. With `--corpora` also on the collection `facts` of labelled
articles, its two halves apart: every second line, or event, was developed on. `--wrong` names what
is wrong, of what was developed on only. Measures no time: that is `benchmarks.facts`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.corpora import Absent, Corpora
from scraper.contradictions import doubts_of
from scraper.events.joins import SURE, evidence_of, is_joined, profile_of, report_of
from scraper.events.statements import Report
from scraper.facts.patterns import words
from scraper.facts.read import facts_of

LABELLED = ROOT / "tests" / "labelled"
Article = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What was found rightly, wrongly, and not at all. `wrong` names the latter two."""

    right: int = 0
    extra: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, *, meant: bool, found: bool) -> None:
        """Count one thing that is meant to be found, or is not."""
        self.right += meant and found
        self.extra += found and not meant
        self.missed += meant and not found
        if meant != found:
            self.wrong.append(f"{'missed' if meant else 'extra'} {name}")

    @property
    def precision(self) -> float:
        """The share of what was found that is right, 0 to 1."""
        return self.right / max(1, self.right + self.extra)

    @property
    def recall(self) -> float:
        """The share of what is meant that was found, 0 to 1."""
        return self.right / max(1, self.right + self.missed)


def read(path: Path) -> list[Article]:
    """The lines of a file of labelled texts."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _report(article: Article) -> Report:
    published = date.fromisoformat(article["published"][:10])
    language = article.get("language", "")
    return report_of(article["source"], language, published, article["title"], article["body"])


def contradictions(pairs: Iterable[Article]) -> Tally:
    """How right it is which pairs of articles contradict each other."""
    tally = Tally()
    for pair in pairs:
        one, other = map(_report, pair["articles"])
        found = any(doubt.excuse is None for doubt in doubts_of(one, other))
        name = f"{pair['id']} {pair['kind']}"
        tally.add(name, meant=pair["label"] == "contradiction", found=found)
    return tally


def same_city(articles: list[Article]) -> Tally:
    """How many reports of one city about other things are said to contradict each other."""
    tally = Tally()
    for one, other in combinations(articles, 2):
        if one.get("city") == other.get("city") and one["event"] != other["event"]:
            doubts = doubts_of(_report(one), _report(other))
            found = any(doubt.excuse is None for doubt in doubts)
            tally.add(f"{one['event']} {other['event']}", meant=False, found=found)
            tally.right += not found
    return tally


def events(articles: list[Article]) -> tuple[Tally, Tally]:
    """How right it is which articles tell one event: across languages, and within one."""
    profiles = [profile_of(_report(each), each.get("city") or "") for each in articles]
    links, best = [], Counter[int]()
    for first, second in combinations(range(len(articles)), 2):
        across = articles[first]["language"] != articles[second]["language"]
        evidence = evidence_of(profiles[first], profiles[second])
        if is_joined(evidence, across=across):
            links.append((first, second, evidence, across))
            for each in (first, second):
                best[each] = max(best[each], evidence.strength)
    leads = list(range(len(articles)))
    for first, second, evidence, across in links:
        sure = not across or (evidence.strength >= SURE and not evidence.against)
        if sure or evidence.strength >= max(best[first], best[second]):
            old, new = leads[first], leads[second]
            leads = [new if lead == old else lead for lead in leads]
    between, within = Tally(), Tally()
    for first, second in combinations(range(len(articles)), 2):
        one, other = articles[first], articles[second]
        tally = between if one["language"] != other["language"] else within
        name = f"{one['event']} {other['event']}"
        meant = one["event"] == other["event"]
        tally.add(name, meant=meant, found=leads[first] == leads[second])
    return between, within


_STOP = frozenset(words("the a an of in on at for to and with by from its their per is are was"))
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def _tokens(text: str) -> Counter[str]:
    found = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return Counter(word.removesuffix("s") for word in found if word not in _STOP)


def _object_fits(meant: Iterable[str], found: str) -> bool:
    """Whether at least half of the words of what is counted agree (F1 of one wording)."""
    mine = _tokens(found)
    for wording in meant:
        theirs = _tokens(wording)
        if 2 * sum((mine & theirs).values()) >= 0.5 * (mine.total() + theirs.total()) > 0:
            return True
    return False


Found = tuple[Any, str, str, str]
"""A figure: value in its base, unit, what is counted, sentence."""


def _found(article: Article) -> Iterator[Found]:
    published = date.fromisoformat(article["published"][:10])
    for figure in facts_of(article["body"], "", published).figures:
        value = figure.normalised
        yield (
            [*value] if isinstance(value, tuple) else value,
            figure.unit, figure.object, figure.sentence,
        )  # fmt: skip


def _agrees(fact: Article, found: Found) -> bool:
    value, unit, _, sentence = found
    meant = fact["normalised"]
    if isinstance(meant, list) != isinstance(value, list) or fact["unit"] != unit:
        return False
    pairs = zip(meant, value, strict=True) if isinstance(meant, list) else ((meant, value),)
    if any(abs(a - b) > 1e-6 * max(abs(a), abs(b), 1e-30) for a, b in pairs):
        return False
    mine, theirs = _flat(sentence), _flat(fact["sentence"])
    return bool(mine and theirs) and (mine in theirs or theirs in mine)


def figures(articles: Iterable[Article]) -> tuple[Tally, Tally]:
    """How right values and units of figures are, and of those what is counted. Deadlines and what
    is optional count neither way."""
    values, objects = Tally(), Tally()
    for article in articles:
        left = list(_found(article))
        for fact in article["facts"]:
            if fact["unit"] == "date":
                continue
            fits = [one for one in left if _agrees(fact, one)]
            hit = max(fits, key=lambda one: _object_fits(fact["objects"], one[2]), default=None)
            if hit is not None:
                left.remove(hit)
            if fact["optional"]:
                continue
            name = f"{article['id']} {fact['span']}"
            values.add(name, meant=True, found=hit is not None)
            if hit is not None:
                objects.add(name, meant=True, found=_object_fits(fact["objects"], hit[2]))
        for value, unit, *_ in left:
            values.add(f"{article['id']} {value} {unit}", meant=False, found=True)
    return values, objects


def _halves(articles: list[Article], key: str) -> Iterator[tuple[str, list[Article]]]:
    """Every second line or event, whose reports and neighbours stay together by city."""
    groups = list(dict.fromkeys(each.get(key) or each["source"] for each in articles))
    for half, name in enumerate(("developed on", "the other half")):
        chosen = set(groups[half::2])
        yield name, [each for each in articles if (each.get(key) or each["source"]) in chosen]


def _row(what: str, where: str, tally: Tally) -> tuple[str, Tally]:
    precision = f"{tally.precision:.3f}" if tally.right + tally.extra else "-"
    recall = f"{tally.recall:.3f}" if tally.right + tally.missed else "-"
    counts = f"{tally.right:7}{tally.extra:7}{tally.missed:7}"
    return f"{what:30}{where:34}{precision:>6}{recall:>7}{counts}", tally


def _ours() -> Iterator[tuple[str, Tally]]:
    for name, where in (
        ("contradictions.jsonl", "ours, developed on"),
        ("contradictions_tuned.jsonl", "ours, hard ones, developed on"),
        ("contradictions_aligned.jsonl", "ours, of every kind, developed on"),
        ("contradictions_unseen.jsonl", "ours, only measured"),
    ):
        yield _row("contradictions", where, contradictions(read(LABELLED / name)))
    for name, where in (
        ("events.jsonl", "ours, developed on"),
        ("events_tuned.jsonl", "ours, hard ones, developed on"),
        ("events_unseen.jsonl", "ours, only measured"),
    ):
        yield from _event_rows(where, read(LABELLED / name))


def _event_rows(where: str, articles: list[Article]) -> Iterator[tuple[str, Tally]]:
    between, within = events(articles)
    yield _row("events in two languages", where, between)
    yield _row("events in one language", where, within)
    yield _row("no contradiction in a city", where, same_city(articles))


def _theirs(folder: Path) -> Iterator[tuple[str, Tally]]:
    folder = next(folder.rglob("facts.dev.jsonl"), folder / "facts.dev.jsonl").parent
    for where, lines in _halves(read(folder / "facts.dev.jsonl"), "id"):
        values, objects = figures(lines)
        yield _row("figures, value and unit", where, values)
        yield _row("figures, what is counted", where, objects)
    for where, lines in _halves(read(folder / "bilingual.dev.jsonl"), "city"):
        yield from _event_rows(where, lines)
    for where, lines in _halves(read(folder / "contradictions.dev.jsonl"), "id"):
        yield _row("contradictions", where, contradictions(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description="How right facts, events, contradictions are.")
    parser.add_argument("--corpora", type=Path, help="a folder of collections")
    parser.add_argument("--wrong", action="store_true", help="name what is wrong")
    asked = parser.parse_args()
    print(f"{'what':30}{'where':34}{'P':>6}{'R':>7}{'right':>7}{'extra':>7}{'missed':>7}")
    rows = [*_ours()]
    corpora = Corpora(asked.corpora)
    try:
        rows += _theirs(corpora.find("facts"))
    except Absent as absent:
        print(f"({absent})", file=sys.stderr)
    for line, tally in rows:
        print(line)
        if asked.wrong and "developed on" in line:
            print(*(f"    {each}" for each in tally.wrong), sep="\n")


if __name__ == "__main__":
    main()
