"""Do copies find their story, and nothing else: one command, one table.

    python benchmarks/duplicates.py [--bulk] [--articles 20000 ...] [--corpora FOLDER]
        [--peers FOLDER]

Reprints of the collections' articles arrive at an archive that holds so many articles; near misses
share a third of their sentences with one. Each run is another one unless a seed is given. `--peers`
names an environment (it is made there) in which datasketch and simhash are asked the same.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import ceil
from pathlib import Path
from statistics import fmean, median, quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.arrivals import LAID, Arrivals
from benchmarks.corpora import Absent, Corpora
from benchmarks.reprints import CHINESE, ENGLISH, Made, Press, texts_of

KINDS_EACH = 5
MISSES_EACH = 2
FRESH = 300
"""So many new articles are stored to know what one costs."""
TOGETHER = 8
"""Texts in one transaction where an archive is probed: what a crawl puts together."""
TOLD_EVERY = 30
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a method found: of the reprints those joined to their article, of all joins those that
    were right, and the milliseconds a text took (CPU)."""

    recall: float
    precision: float
    milliseconds: float
    missed: Counter[str]


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
        others = [archive.made.get(o, LAID) for o in members[stories[article]] if o != article]
        hit = any(other.kind == "original" and other.family == made.family for other in others)
        found, missed[made.kind] = found + hit, missed[made.kind] + (not hit)
        joined += len(others)
        right += sum(other.family == made.family for other in others)
    return Score(found / len(arrived), right / max(1, joined), milliseconds, missed)


def stock_of(press: Press) -> list[Made]:
    """The articles of the collection and their near misses, in no order."""
    families = range(len(press.articles))
    stock = [press.original(family) for family in families]
    stock += [press.near_miss(family) for family in families for _ in range(MISSES_EACH)]
    random.Random(press.language).shuffle(stock)
    return stock


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
    stock = stock_of(press)
    filled = min(count // 10, 10_000)
    if count - len(stock) < filled + 2 * FRESH:
        raise SystemExit(
            f"--articles {count}: too few beside {len(stock)} originals; 10000 will do"
        )
    figures: dict[str, float] = {}
    background = press.background(count - len(stock))
    archive.arrive(islice(background, filled))
    figures[f"ms at {archive.count:,}"] = fmean(archive.arrive(islice(background, FRESH)))
    archive.arrive(stock)
    archive.arrive(islice(background, count - archive.count - FRESH))
    figures[f"ms at {archive.count:,}"] = fmean(archive.arrive(background))
    reprints = [made for family in families for made in press.reprints(family, KINDS_EACH)]
    first = archive.count + 1
    spent = archive.arrive(reprints)
    result = score(archive, range(first, archive.count + 1), fmean(spent))
    figures["bytes an article"] = archive.index_bytes()
    found = archive.stories()
    stories = {place: found[article] for place, article in enumerate(archive.made)}
    archive.close()
    return Filled(result, figures, [*archive.made.values()], stories)


def in_bulk(press: Press, options: argparse.Namespace, folder: Path) -> None:
    """Lay the background up to each size, and there let all the rest arrive at a copy."""
    path = folder / f"{press.language}.db"
    stock, fresh = stock_of(press), [*press.background(FRESH)]
    families = range(len(press.articles))
    kinds = ceil(options.reprints / len(families))
    reprints = [made for family in families for made in press.reprints(family, kinds)]
    random.Random(press.language).shuffle(reprints)
    del reprints[options.reprints :]
    background = press.background(max(options.articles))
    for size in sorted(options.articles):
        archive = Arrivals(path)
        began, count = time.process_time(), size - len(stock) - archive.count
        archive.lay(islice(background, count), Progress(count))
        laid = 1000 * (time.process_time() - began) / count
        archive.close()
        probed = folder / "probed.db"
        shutil.copyfile(path, probed)
        probe(Arrivals(probed), (stock, fresh, reprints), laid)
        probed.unlink()


def probe(archive: Arrivals, texts: tuple[list[Made], list[Made], list[Made]], laid: float) -> None:
    """Store a stock, fresh articles and reprints the ordinary way; a row each of figures."""
    stock, fresh, reprints = texts
    spent = {"stock": archive.arrive(stock, TOGETHER)}
    size = archive.count
    spent["new"] = archive.arrive(fresh, TOGETHER)
    first = archive.count + 1
    spent["reprint"] = archive.arrive(reprints, TOGETHER)
    whole = archive.size()
    show(f"{size:,}", score(archive, range(first, archive.count + 1), fmean(spent["reprint"])))
    for name, found in spent.items():
        middle, high = median(found), quantiles(found, n=20)[-1]
        print(f"    {name:<8} {fmean(found):6.2f} ms, median {middle:.2f}, 95 % within {high:.2f}")
    print(
        f"    {archive.index_bytes():,.0f} bytes an article of {whole / archive.count:,.0f}, "
        f"{whole / 1e6:,.0f} MB in all; a text was laid in {laid:.2f} ms",
        flush=True,
    )
    archive.close()


class Progress:
    """Tells now and then how many of so many texts are laid, how fast, and what that leaves."""

    def __init__(self, count: int) -> None:
        self._count, self._done = count, 0
        self._began = self._told = time.monotonic()

    def __call__(self, texts: int) -> None:
        """So many more are laid."""
        self._done += texts
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY:
            self._told, rate = now, self._done / (now - self._began)
            left = (self._count - self._done) / rate / 60
            print(
                f"  {self._done:,} of {self._count:,} laid, {rate:,.0f} a second, "
                f"{left:.0f} minutes left",
                flush=True,
            )


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
        archive.close()
        (folder / f"order-{number}.db").unlink()
    return agreement(*results)


def main() -> None:
    """Run everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[20_000])
    parser.add_argument(
        "--bulk", action="store_true", help="store the background without looking for its copies"
    )
    parser.add_argument("--reprints", type=int, default=500, help="so many, with --bulk")
    parser.add_argument(
        "--order", type=int, nargs="*", default=[5_000], help="so many texts stored in two orders"
    )
    parser.add_argument("--languages", nargs="+", default=[ENGLISH, CHINESE])
    parser.add_argument("--corpora", type=Path, default=os.environ.get("HUBWATCH_CORPORA"))
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--peer-articles", type=int, default=5_000)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    options = parser.parse_args()
    sizes = ", ".join(f"{size:,}" for size in options.articles)
    print(f"seed {options.seed}; {sizes} articles stored for each language")
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
        if options.bulk:
            print(f"{press.language}: {len(press.articles)} articles, {options.reprints} reprints")
            in_bulk(press, options, folder)
            return
        print(f"{press.language}: {len(press.articles)} articles, {KINDS_EACH} reprints of each")
        filled = run(press, options.articles[-1], folder)
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
