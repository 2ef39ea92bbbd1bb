"""Do copies find their story, and nothing else: one command, one table.

    python benchmarks/duplicates.py [--articles 20000] [--corpora FOLDER] [--peers FOLDER]

Reprints of the collections' articles arrive at an archive that holds so many articles; near misses
share a third of their sentences with one. Each run is another one unless a seed is given. `--peers`
names an environment (it is made there) in which datasketch and simhash are asked the same.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.corpora import Absent, Corpora
from benchmarks.reprints import CHINESE, ENGLISH, Made, Press, texts_of
from storage.archive import Archive
from storage.articles.writes import Columns
from storage.sources import SourceRef
from storage.stories.texts import sketch
from storage.stories.writes import StoryWrites
from storage.text_index import PendingWords
from storage.types import ArticleData, Insert, Outcome, Reading

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SOURCE = SourceRef("bench", "bench", "Guiyang", "en", "Asia/Shanghai")
KINDS_EACH = 5
MISSES_EACH = 2
BATCH = 200
_SPENT: list[float] = []


@dataclass(frozen=True, slots=True)
class Score:
    """What a method found: of the reprints those joined to their article, of all joins those that
    were right, and the milliseconds a text took (CPU)."""

    recall: float
    precision: float
    milliseconds: float
    missed: Counter[str]


def columns(text: str) -> Columns:
    """What is stored of a text here: no page, no search index; that is not what is measured."""
    return Columns(b"", b"", b"", "[]", "[]", "", b"", sketch(text))


class Arrivals:
    """An archive that articles arrive at; takes the time of what belongs to stories."""

    def __init__(self, path: Path) -> None:
        self.store = Archive.create(path)
        self.made: dict[int, Made] = {}
        with self.store.writing() as tx:
            tx.sources.register(SOURCE, NOW)

    def arrive(self, texts: Iterable[Made]) -> float:
        """Store texts; returns the milliseconds of CPU for one."""
        _SPENT.clear()
        count = 0
        while batch := list(islice(texts := iter(texts), BATCH)):
            with self.store.writing() as tx:
                for made in batch:
                    self._keep(tx, made)
            count += len(batch)
        return 1000 * sum(_SPENT) / max(1, count)

    def _keep(self, tx: Any, made: Made) -> None:
        number = len(self.made) + 1
        began = time.process_time()
        kept = columns(made.text)
        _SPENT.append(time.process_time() - began)
        page = ArticleData(f"http://e.test/{number}", SOURCE.id, made.title, made.text)
        reading = Reading(Outcome.OK, "", 1, article=page)
        name = f"1:{hash(made.text) & (1 << 63) - 1:x}"
        intent = Insert(reading, name, name)
        applied = tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW, columns=kept)
        self.made[applied.article_id] = made

    def stories(self) -> dict[int, int]:
        """Article → story."""
        rows = self.store._db.execute("SELECT id, story_id FROM articles").fetchall()
        return {row[0]: row[1] for row in rows}

    def size(self) -> int:
        """Bytes of the archive, its log written back."""
        self.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.store.path.stat().st_size


def _timed(self: Any, *args: Any) -> Any:
    began = time.process_time()
    try:
        return _ENTER(self, *args)
    finally:
        _SPENT.append(time.process_time() - began)


_ENTER = StoryWrites.enter
StoryWrites.enter = _timed  # type: ignore[method-assign]
PendingWords.add = lambda self, article_id, title, body: None  # type: ignore[method-assign]


def score(archive: Arrivals, arrived: Sequence[int], milliseconds: float) -> Score:
    """Of every reprint: is it in the story of its article, and who else is?"""
    stories = archive.stories()
    members: dict[int, list[int]] = defaultdict(list)
    for article, story in stories.items():
        members[story].append(article)
    found = right = joined = 0
    missed: Counter[str] = Counter()
    for article in arrived:
        made = archive.made[article]
        others = [archive.made[o] for o in members[stories[article]] if o != article]
        hit = any(other.kind == "original" and other.family == made.family for other in others)
        found, missed[made.kind] = found + hit, missed[made.kind] + (not hit)
        joined += len(others)
        right += sum(other.family == made.family for other in others)
    return Score(found / len(arrived), right / max(1, joined), milliseconds, missed)


def index_bytes(archive: Arrivals, folder: Path) -> float:
    """Bytes an article that stories cost: with their tables, less without."""
    copy = folder / "without.db"
    full = folder / "with.db"
    archive.store._db.execute("VACUUM INTO ?", [str(full)])
    archive.store._db.execute("VACUUM INTO ?", [str(copy)])
    from storage.database import sqlite3

    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("links", "samples_fts", "tellings", "bodies"):
        connection.execute(f"DROP TABLE {table}")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    return (full.stat().st_size - copy.stat().st_size) / len(archive.made)


@dataclass(frozen=True, slots=True)
class Filled:
    """An archive after all has arrived: the score of the reprints, further figures, the texts in
    the order they arrived, and the story of each by its place in that order."""

    score: Score
    figures: dict[str, float]
    made: list[Made]
    stories: dict[int, int]


def run(press: Press, count: int, folder: Path) -> Filled:
    """Fill an archive, let the reprints arrive, and score."""
    archive = Arrivals(folder / f"{press.language}.db")
    families = range(len(press.articles))
    stock = [press.original(family) for family in families]
    stock += [press.near_miss(family) for family in families for _ in range(MISSES_EACH)]
    figures: dict[str, float] = {}
    background = press.background(count - len(stock))
    filled = min(count // 10, 10_000)
    random.Random(press.language).shuffle(stock)
    archive.arrive(islice(background, filled))
    figures[f"ms at {len(archive.made):,}"] = archive.arrive(islice(background, 300))
    archive.arrive(stock)
    archive.arrive(islice(background, count - len(archive.made) - 300))
    figures[f"ms at {len(archive.made):,}"] = archive.arrive(background)
    reprints = [made for family in families for made in press.reprints(family, KINDS_EACH)]
    first = len(archive.made) + 1
    spent = archive.arrive(reprints)
    result = score(archive, range(first, len(archive.made) + 1), spent)
    figures["bytes an article"] = index_bytes(archive, folder)
    found = archive.stories()
    stories = {place: found[article] for place, article in enumerate(archive.made)}
    archive.store.close()
    return Filled(result, figures, [*archive.made.values()], stories)


def show(name: str, result: Score) -> None:
    """One row."""
    worst = ", ".join(f"{kind} {n}" for kind, n in result.missed.most_common(4) if n)
    print(
        f"  {name:<28} recall {result.recall:.4f}  precision {result.precision:.4f}  "
        f"{result.milliseconds:6.2f} ms  {'missed: ' + worst if worst else ''}"
    )


def agreement(one: dict[int, int], other: dict[int, int]) -> float:
    """Of the pairs that one order brought together, the share that the other did as well."""
    pairs = [_pairs(stories) for stories in (one, other)]
    return len(pairs[0] & pairs[1]) / max(1, len(pairs[0] | pairs[1]))


def _pairs(stories: dict[int, int]) -> set[tuple[int, int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for article, story in stories.items():
        members[story].append(article)
    return {pair for found in members.values() for pair in combinations(sorted(found), 2)}


def orders(made: list[Made], folder: Path, seed: str, before: dict[int, int] | None) -> float:
    """The same texts in two orders: how far do the stories agree? `before`: those found already
    for one order, by the place of the text."""
    results = [] if before is None else [before]
    for number in range(len(results), 2):
        archive = Arrivals(folder / f"order-{number}.db")
        order = list(range(len(made)))
        random.Random(f"{seed}/{number}").shuffle(order)
        archive.arrive(made[place] for place in order)
        stories = archive.stories()
        results.append({place: stories[n] for n, place in enumerate(order, 1)})
        archive.store.close()
        (folder / f"order-{number}.db").unlink()
    return agreement(*results)


def main() -> None:
    """Run everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument(
        "--order", type=int, nargs="*", default=[5_000], help="so many texts stored in two orders"
    )
    parser.add_argument("--languages", nargs="+", default=[ENGLISH, CHINESE])
    parser.add_argument("--corpora", type=Path, default=os.environ.get("HUBWATCH_CORPORA"))
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--peer-articles", type=int, default=5_000)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    options = parser.parse_args()
    print(f"seed {options.seed}; {options.articles:,} articles stored for each language")
    corpora = Corpora(Path(options.corpora) if options.corpora else None)
    for language in options.languages:
        try:
            press = Press(texts_of(corpora, language), language, options.seed)
        except Absent as absent:
            print(f"{language}: skipped, {absent}")
            continue
        one_language(press, options)
    corpora.close()


def one_language(press: Press, options: argparse.Namespace) -> None:
    """Every figure of one language."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{press.language}: {len(press.articles)} articles, {KINDS_EACH} reprints of each")
        filled = run(press, options.articles, folder)
        show("hubwatch", filled.score)
        print("  " + "; ".join(f"{name} {value:,.2f}" for name, value in filled.figures.items()))
        peers(press.language, filled.made, options)
        for count in options.order:
            whole = count >= len(filled.made)
            some = filled.made if whole else sample(filled.made, count)
            agreed = orders(some, folder, options.seed, filled.stories if whole else None)
            print(f"  two orders of {len(some):,}: {agreed:.5f} of the pairs agree", flush=True)


def sample(made: list[Made], count: int) -> list[Made]:
    """All that has to do with reprints, and background to make up the number."""
    ours = [one for one in made if one.kind != "background"][:count]
    return ours + [one for one in made if one.kind == "background"][: count - len(ours)]


def peers(language: str, made: list[Made], options: argparse.Namespace) -> None:
    """The same texts, as many as asked for, put to the peers."""
    if options.peers is None:
        print("  peers: skipped, no --peers FOLDER")
        return
    from benchmarks.duplicate_peers import ask

    arriving = [one for one in made if one.family >= 0 and one.kind != "original"]
    stock = [one for one in made if one.family < 0 or one.kind == "original"]
    some = sample(stock, options.peer_articles)
    for name, found, spent in ask(options.peers, language, some, arriving):
        show(f"{name} ({len(some):,} stored)", peer_score(some, arriving, found, spent))


def peer_score(
    stock: list[Made], arriving: list[Made], found: list[list[int]], spent: float
) -> Score:
    """As `score`: of each reprint the stored texts that the peer calls copies."""
    hits = right = joined = 0
    missed: Counter[str] = Counter()
    for made, places in zip(arriving, found, strict=True):
        others = [stock[place] for place in places]
        hit = any(one.kind == "original" and one.family == made.family for one in others)
        hits, missed[made.kind] = hits + hit, missed[made.kind] + (not hit)
        joined += len(others)
        right += sum(one.family == made.family for one in others)
    return Score(hits / len(arriving), right / max(1, joined), spent, missed)


if __name__ == "__main__":
    main()
