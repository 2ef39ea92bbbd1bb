"""How fast names are found, whatever their number; how long a rematch takes; how right it is.

    python benchmarks/relevance.py [--articles 10000] [--archive 20000]

The texts are made up from syllables and Han characters, seeded, with the same hundred names
planted in them whatever the length of the list, so that short and long lists have equal finds.
Those of the archive name places and the programme besides. The rematch runs in a process of its
own, which also says what it had to load.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scraper.relevance.match import match
from scraper.relevance.watchlist import (
    Watchlist,
    load_watchlist,
)
from storage.archive import Archive
from storage.types import ArticleData, Grade, Precision, When

LABELLED = ROOT / "tests" / "labelled"
NOW = datetime(2026, 10, 1, tzinfo=UTC)
_SYLLABLES = ("ba", "ce", "dor", "fin", "gu", "hel", "in", "kor", "lam", "mo", "nu", "per", "ra")
_PLANTED = 100
_COMMON = 2500
"""Han characters in use, the first ones far more often than the last, as in any Chinese text."""


def word(chance: random.Random) -> str:
    """A word that is none."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(1, 4)))


def han(chance: random.Random, length: int) -> str:
    """So many characters without a meaning."""
    return "".join(chr(0x4E00 + int(_COMMON * chance.random() ** 3)) for _ in range(length))


def names(count: int) -> list[str]:
    """So many names, half of them Han; the first hundred are always the same."""
    chance = random.Random(7)
    made: dict[str, None] = {}
    while len(made) < count:
        made[f"{word(chance).title()} {word(chance)}x"] = None
        rare = chr(0x4E00 + _COMMON + chance.randrange(500))  # so that none is met by chance
        made[han(chance, chance.randint(2, 5)) + rare] = None
    return list(made)[:count]


def articles(count: int, planted: list[str]) -> list[ArticleData]:
    """So many articles of about 3 KB, every second one in Han, each with one planted name."""
    chance = random.Random(11)
    made = []
    for number in range(count):
        name = planted[number % len(planted)]
        if number % 2:
            parts = [han(chance, 60) + "。" for _ in range(16)]
        else:
            parts = [
                " ".join(word(chance) for _ in range(20)).capitalize() + "." for _ in range(22)
            ]
        parts.insert(chance.randrange(len(parts)), name)
        body = "\n\n".join(" ".join(parts[at : at + 4]) for at in range(0, len(parts), 4))
        title = han(chance, 12) if number % 2 else " ".join(word(chance) for _ in range(7))
        made.append(ArticleData(f"http://bench.test/{number}", "bench", title, body))
    return made


def list_of(found: list[str], folder: Path) -> Watchlist:
    """A watchlist with these names."""
    file = folder / f"{len(found)}.toml"
    forms = json.dumps(found, ensure_ascii=False)
    file.write_text(
        f'[[topic]]\nid = "bench"\n[[topic.name]]\nlanguage = "en"\nforms = {forms}\n', "utf-8"
    )
    return load_watchlist(file)


def speed(watchlist: Watchlist, texts: list[ArticleData]) -> tuple[float, int]:
    """Megabytes of text a second of one core, all in, and how many names were found."""
    size = sum(len(one.title.encode()) + len(one.body.encode()) for one in texts)
    match(texts[0], watchlist)
    begin = time.process_time()
    found = sum(len(match(one, watchlist).matches) for one in texts)
    return size / 1e6 / (time.process_time() - begin), found


def telling(text: ArticleData, number: int) -> ArticleData:
    """The text with what the shipped list finds: two places, and the programme in every tenth."""
    told = f"贵阳 and Guangzhou met.\n\n{text.body}"
    programme = (
        "Zunyi is a hub city of Innovation China (科创中国).\n\n" if number % 10 == 0 else ""
    )
    return replace(text, body=programme + told)


def fill(path: Path, texts: list[ArticleData]) -> None:
    """An archive with these articles, as an import would leave it."""
    from scraper.pipelines.decide import decide
    from storage.sources import SourceRef
    from storage.types import Outcome, Reading

    with Archive.create(path) as store:
        for start in range(0, len(texts), 500):
            with store.writing() as tx:
                tx.sources.register(SourceRef("bench", "Bench", "Guiyang", "en", "UTC"), NOW)
                for one in texts[start : start + 500]:
                    reading = Reading(Outcome.OK, "", 1, article=one)
                    tx.articles.apply(
                        decide(reading, None, one.url), source_id="bench", run_id=None, now=NOW
                    )


def peak() -> float:
    """The most memory this process has had, in MiB. `ru_maxrss` would be that of its parent, if
    that had more before it started us."""
    status = Path("/proc/self/status").read_text("ascii")
    told = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def rematch(path: str) -> None:
    """In a process of its own: match the whole archive, and say what it took."""
    from desk.relevance.backtest import rematch as run

    watchlist = load_watchlist()
    begin, cpu = time.perf_counter(), time.process_time()
    with Archive.open(Path(path)) as store:
        done = sum(run(store, watchlist))
    figures = {
        "done": done,
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - cpu,
        "peak": peak(),
        "loaded": sorted({"scrapy", "bs4"} & set(sys.modules)),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def rightness(name: str) -> tuple[float, float, list[str]]:
    """Precision and recall for core over one labelled file, and the misses."""
    watchlist = load_watchlist()
    right = told = wanted = 0
    misses = []
    for line in (LABELLED / name).read_text("utf-8").splitlines():
        item = json.loads(line)
        published = item.get("published")
        when = When(date.fromisoformat(published), Precision.DAY, "UTC") if published else None
        article = ArticleData("", "", item["title"], item["body"], published=when)
        grade = match(article, watchlist).grade(watchlist.watched)
        is_told, is_wanted = grade is Grade.CORE, item["core"]
        right += is_told and is_wanted
        told += is_told
        wanted += is_wanted
        if is_told != is_wanted:
            misses.append(f"{'not core' if is_told else 'core'}, graded {grade}: {item['title']}")
    return right / max(1, told), right / max(1, wanted), misses


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--archive", type=int, default=20_000)
    parser.add_argument("--role")
    options = parser.parse_args()
    if options.role:
        rematch(options.role)
        return
    every = names(10_000)
    texts = articles(options.articles, every[:_PLANTED])
    with tempfile.TemporaryDirectory() as folder:
        few, few_found = speed(list_of(every[:_PLANTED], Path(folder)), texts)
        many, many_found = speed(list_of(every, Path(folder)), texts)
        row("names found, 100 names / 10,000", "equal", f"{few_found} / {many_found}")
        row("MB/s, one core, 10,000 names", ">= 15", f"{many:.1f}")
        row("slower than with 100 names", "<= 2.5", f"{few / many:.2f}")
        archive = Path(folder) / "bench.db"
        made = articles(options.archive, every[:_PLANTED])
        fill(archive, [telling(text, number) for number, text in enumerate(made)])
        command = [sys.executable, str(Path(__file__).resolve()), "--role", str(archive)]
        out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        figures = json.loads(out)
    many = 100_000 / figures["done"] / 60
    row(
        f"rematch of {figures['done']}: minutes for 100,000",
        "minutes",
        f"{figures['seconds'] * many:.1f}",
    )
    row("the same in minutes of CPU", "minutes", f"{figures['cpu'] * many:.1f}")
    row("rematch: peak memory, MiB", "bounded", f"{figures['peak']:.0f}")
    row("rematch: Scrapy or BeautifulSoup loaded", "neither", ", ".join(figures["loaded"]) or "no")
    for name, what in (("tuned.jsonl", "written with the rules"), ("blind.jsonl", "without them")):
        precision, recall, misses = rightness(name)
        row(f"core, {what}: precision / recall", ">= 0.95", f"{precision:.3f} / {recall:.3f}")
        for miss in misses:
            sys.stdout.write(f"    {miss}\n")


def row(what: str, wanted: str, measured: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{what:<48} {wanted:>10} {measured:>16}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
