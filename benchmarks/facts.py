"""What reading figures costs on top of grading, and beside a plain search for numbers.

    python -m benchmarks.facts [--articles 400] [--corpora FOLDER] [--archive 10000 100000]

CPU time of this process, the sides in turn on the same texts, so that a busy machine is busy
for all. Facts are read behind the grade of the same text, as in a crawl, where the text is folded
already. The texts are those of the portal that the other benchmarks crawl, and made up ones:
sentences of city portals with figures in them and others without, seeded, ten figures in each.
With `--corpora` also the articles of collections of saved pages. With `--archive` what finding
events takes in archives of so many articles, and for small ones reading their facts again, from
which a large one is worked out.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import portal
from benchmarks.corpora import Absent, Corpora
from desk.facts import reread_facts
from scraper.events.catch_up import find_events
from scraper.events.joins import Profile, anchors_of, profile_of, report_of
from scraper.facts.read import facts_of
from scraper.parsing.article import read_article
from scraper.relevance.match import match
from scraper.relevance.places import load_gazetteer
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.model import FieldRules
from storage.archive import Archive
from storage.sources import SourceRef
from storage.types import ArticleData, Capture

DAY = date(2026, 3, 9)
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|[一二三四五六七八九十百千万亿]{2,}|\b(?:million|billion|percent)\b"
)
_ROUNDS = 3
_HAN = (
    "截至2025年底，{city}科技型企业达到{n}家，同比增长{p}%。",
    "项目总投资{m}亿元，占地{n}亩，预计2027年建成投产。",
    "{city}市科协有关负责人表示，下一步将继续推动产学研深度融合，为企业解决实际问题。",
    "活动现场，专家们围绕新材料、人工智能等领域作了报告，并与企业代表进行了交流。",
    "其中，高新区签约{k}个项目，金额{m}亿元，较上年提高{p}个百分点。",
    "会议要求，各区县要加强组织领导，压实工作责任，确保各项任务落到实处。",
    "报名截止时间为{mo}月{d}日，每个单位限报{k}项。",
    "参观者告诉记者，这里的环境和服务都比以前更好了。",
)
_ENGLISH = (
    "By the end of 2025 {city} had {n} technology companies, up {p} percent.",
    "The project, with an investment of {m} million yuan, covers {k} hectares and opens next year.",
    "Officials said that the city would go on helping universities and companies to work together.",
    "Experts spoke about new materials and met with representatives of local enterprises.",
    "Among them, the high-tech zone signed {k} contracts worth {m} billion yuan.",
    "Visitors found that the service had become better since the new hall was opened.",
    "Applications are open until {month} {d}, and each team may have up to {k} members.",
    "The meeting asked all districts to do what they had promised.",
)
_CITIES = ("Guiyang", "Foshan", "Zunyi", "Hangzhou"), ("贵阳", "佛山", "遵义", "杭州")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is read."""

    title: str
    body: str
    day: date


def made(count: int) -> list[Text]:
    """So many texts, every second one in Chinese."""
    dice = random.Random(5)
    return [_text(dice, is_han=number % 2 == 1) for number in range(count)]


def _text(dice: random.Random, *, is_han: bool) -> Text:
    city = dice.choice(_CITIES[is_han])
    pool = _HAN if is_han else _ENGLISH
    weights = [1 if "{" in line.replace("{city}", "") else 3 for line in pool]
    lines = dice.choices(pool, weights, k=22)
    filled = [
        line.format(
            city=city,
            n=f"{dice.randint(20, 9000):,}",
            m=round(dice.uniform(1, 90), 1),
            p=round(dice.uniform(1, 30), 1),
            k=dice.randint(2, 60),
            mo=dice.randint(1, 12),
            month=dice.choice(("March", "June", "October")),
            d=dice.randint(1, 28),
        )
        for line in lines
    ]
    gap = "" if is_han else " "
    body = "\n\n".join(gap.join(filled[at : at + 4]) for at in range(0, len(filled), 4))
    return Text(filled[0], body, DAY)


def collected(folder: Path) -> Iterator[tuple[str, list[Text]]]:
    """The collections that hold articles as plain text: (name, texts)."""
    corpora = Corpora(folder)
    for name, read in (
        ("articles-en", _english),
        ("articles-zh-labelled", _chinese),
        ("facts", _bilingual),
    ):
        try:
            yield name, list(read(corpora.find(name)))
        except Absent as error:
            _row(name, str(error))


def _english(folder: Path) -> Iterator[Text]:
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return (Text("", one["articleBody"], DAY) for one in truth.values())


def _chinese(folder: Path) -> Iterator[Text]:
    for path in sorted((folder / "cleaned").iterdir()):
        yield Text("", path.read_text("utf-8", "replace"), DAY)


def _bilingual(folder: Path) -> Iterator[Text]:
    for line in (folder / "bilingual.dev.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        yield Text(one["title"], one["body"], date.fromisoformat(one["published"][:10]))


def spent(work: Callable[[Text], object], texts: Sequence[Text]) -> float:
    """Seconds of CPU time that a pass over the texts takes."""
    begin = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - begin


def compare(name: str, texts: Sequence[Text]) -> None:
    """One line: what a text costs on each side, the best of some rounds."""
    watchlist = load_watchlist()

    def grade(text: Text) -> None:
        match(ArticleData("", "", text.title, text.body), watchlist)

    def grade_and_read(text: Text) -> None:
        grade(text)
        facts_of(text.body, text.title, text.day)

    sides = (grade, grade_and_read, lambda text: _NUMBER.findall(text.body))
    for work in sides:
        spent(work, texts[:3])
    gc.collect()
    rounds = [[spent(work, texts) for work in sides] for _ in range(_ROUNDS)]
    grading, both, plain = (1000 * min(each) / len(texts) for each in zip(*rounds, strict=True))
    size = sum(len(text.body) for text in texts) / len(texts)
    figures = sum(len(facts_of(text.body, text.title, text.day).figures) for text in texts)
    _row(
        f"{name}: {len(texts)} texts of {size:,.0f} characters",
        f"{both - grading:.2f} ms a text with {figures / len(texts):.1f} figures; grading "
        f"{grading:.2f} ms, numbers alone {plain:.3f} ms",
    )


def portal_texts(count: int) -> list[Text]:
    """The texts of so many pages of the portal that the other benchmarks crawl."""
    found = []
    for number in range(count):
        page = portal.article(portal.SHAPES[number % 2], number).encode()
        kind = (("content-type", "text/html"),)
        capture = Capture(_ADDRESS, _ADDRESS, datetime.now(UTC), 200, kind, page)
        article = read_article(capture, FieldRules(), "bench").article
        if article is not None:
            found.append(Text(article.title, article.body, DAY))
    return found


_ADDRESS = "http://bench.test/"


def in_archives(sizes: Sequence[int]) -> None:
    """What finding events and reading facts again take in archives of so many articles."""
    pool = made(_POOL)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, _laid(Path(folder), size, pool) as store:
            begin = time.process_time()
            done = find_events(store, _MEASURED)
            spent_on_each = 1000 * (time.process_time() - begin) / done
            _row(f"events of {done} articles among {size:,}", f"{spent_on_each:.2f} ms each")
            if size > _MOST_REREAD:
                continue
            begin = time.monotonic()
            done = sum(reread_facts(store))
            wall = time.monotonic() - begin
            _row(
                f"reread facts of {done:,} articles, two processes",
                f"{wall:.1f} s, so 100,000 in {wall / done * 100_000 / 60:.1f} minutes",
            )


def _laid(folder: Path, size: int, pool: Sequence[Text]) -> Archive:
    """An archive of so many articles of three years and thirty cities. All but the last are laid
    with their anchors; nothing but what is asked here is in it."""
    store = Archive.create(folder / "made.db")
    cities = [place.en for place in load_gazetteer().places.values() if place.is_city][:30]
    with store.writing() as tx:
        for number in range(_SOURCES):
            language = "zh" if number % 2 else "en"
            ref = SourceRef(f"s{number}", f"s{number}", cities[number % 30], language, "UTC")
            tx.sources.register(ref, datetime(2023, 3, 9, tzinfo=UTC))
    store._db.execute("PRAGMA foreign_keys = OFF")
    store._db.execute("PRAGMA synchronous = OFF")
    profiles = [profile_of(report_of("", "", one.day, one.title, one.body)) for one in pool]
    with store.writing() as tx:
        execute = tx._db.conn.executemany
        numbers = range(1, size + 1)
        execute(
            "INSERT INTO stories (id, created_at, article_id) VALUES (?1, '2026', ?1)",
            ((number,) for number in numbers),
        )
        execute(_READING, (_reading_row(number, size, pool) for number in numbers))
        execute(_ARTICLE, (_article_row(number, size) for number in numbers))
        laid = range(1, size + 1 - _MEASURED)
        for start in range(0, len(laid), 1000):
            tx.stories.events.lay(
                {
                    number: (
                        _keys(profiles[number % _POOL], cities[number % _SOURCES % 30]),
                        _day_of(number, size).toordinal(),
                    )
                    for number in laid[start : start + 1000]
                }
            )
        tx._db.execute("DELETE FROM event_due WHERE article_id <= ?", [size - _MEASURED])
    return store


_POOL, _SOURCES, _MEASURED, _MOST_REREAD, _DAYS = 997, 120, 500, 20_000, 3 * 365
_READING = """
INSERT INTO readings (id, reader_version, template, encoding, read_at, title, body, html,
  published, published_sort, images, attachments, evidence, content_hash, body_hash)
VALUES (?, 1, '', '', '2026', ?, ?, x'', ?, ?, '[]', '[]', x'', ?, ?)
"""
_ARTICLE = """
INSERT INTO articles (id, source_id, url, url_key, key_version, story_id, reading_id, body_hash,
  dated_at, first_seen_at, last_seen_at, last_checked_at, baseline)
VALUES (?1, ?2, ?3, ?3, 1, ?1, ?1, ?3, ?4, ?4, ?4, ?4, 1)
"""


def _day_of(number: int, size: int) -> date:
    return DAY - timedelta(days=_DAYS * (size - number) // size)


def _reading_row(number: int, size: int, pool: Sequence[Text]) -> tuple[object, ...]:
    text, day = pool[number % _POOL], str(_day_of(number, size))
    return number, text.title, text.body, day, day, str(number), str(number)


def _article_row(number: int, size: int) -> tuple[object, ...]:
    address = f"http://s{number % _SOURCES}.test/{number}"
    return number, f"s{number % _SOURCES}", address, str(_day_of(number, size))


def _keys(profile: Profile, city: str) -> tuple[int, ...]:
    place = re.sub("[^a-z]", "", city.lower())
    return tuple(anchors_of(replace(profile, places=frozenset((place,)))))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--archive", type=int, nargs="*", default=())
    options = parser.parse_args()
    compare("benchmark portal", portal_texts(options.articles // 2))
    texts = made(options.articles)
    compare("made, English", texts[::2])
    compare("made, Chinese", texts[1::2])
    if options.corpora:
        for name, found in collected(options.corpora):
            compare(name, found)
    in_archives(options.archive)


def _row(what: str, measured: str) -> None:
    sys.stdout.write(f"{what:<60} {measured}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
