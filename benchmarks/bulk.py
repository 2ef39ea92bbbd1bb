"""A large archive made quickly: every table filled as crawls would have left it, by the thousand.

The rows are those that the archive's own functions make of each article (columns, hashes, index
words, sketches, scores); only the asking before each write is left out, since every address, text
and story is known to be new. Sources, runs, people's passes and the queue come through the
archive's own door. `hubwatch doctor` and `archive check` find such an archive in order.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from scraper.pipelines.decide import hashes_of
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from storage import text_index
from storage.archive import Archive
from storage.articles.writes import columns_of, reading_row
from storage.database import stamp
from storage.packing import ALONE, pack
from storage.relevance import Relevance, parts_json
from storage.runs import Counts
from storage.sources import SourceRef
from storage.stories.texts import sample_words
from storage.transaction import Transaction
from storage.types import ArticleData, Evidence, Origin, Outcome, Precision, Reading, When
from storage.urls import KEY_VERSION, url_key

NOW = datetime(2026, 3, 9, 4, tzinfo=UTC)
ZONE = "Asia/Shanghai"
YEARS = 3
SOURCES = 144
HOURLY_SOURCES = 300
_BATCH = 10_000
_COPY_EVERY = 8
"""Every eighth article is a copy of the one before it."""
_DECIDED = 0.6
"""So much of the archive, its older part, people have decided on."""
_WORDS = 30_000
_CITIES = ("Guiyang", "Foshan", "Zunyi", "Mianyang", "Hangzhou", "Shenyang", "Wuxi", "Dalian")
_LEADS = (
    "{} is a hub city of the Innovation China programme, its science association said.",
    "{} will open forty laboratories to companies this year.",
    "Officials of {} met companies from Guangzhou on Monday.",
    "{} held a fair for new materials, among other things on Innovation China.",
)


class Writer:
    """Makes titles and texts whose words are as unequal in frequency as those of any language
    (Zipf's law), half English and half Han; the same ones every time."""

    def __init__(self) -> None:
        self.dice = random.Random(7)
        letters = "abcdefghijklmnopqrstuvwxyz"
        common = ["city", "science", "new", "company", "plan", "laboratory", "market", "river"]
        self._english = common + [
            "".join(self.dice.choices(letters, k=self.dice.randint(4, 10))) for _ in range(_WORDS)
        ]
        self._han = ["科技", "创新", "城市", "企业", "发展"] + [
            "".join(chr(0x4E00 + int(2500 * self.dice.random() ** 3)) for _ in range(size))
            for size in self.dice.choices((2, 2, 3), k=_WORDS)
        ]
        self._english, self._han = self._english[:_WORDS], self._han[:_WORDS]
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(_WORDS)))

    def words(self, count: int, language: str) -> str:
        """So many words."""
        pool, gap = (self._han, "") if language == "zh" else (self._english, " ")
        return gap.join(self.dice.choices(pool, cum_weights=self._weights, k=count))

    def article(self, number: int, source: SourceRef, at: datetime, lead: str) -> ArticleData:
        """One article, its text after `lead`."""
        language = source.language
        title = f"{self.words(6, language)} {number}"
        paragraphs = [self.words(40, language) for _ in range(3)]
        body = "\n\n".join([lead, *paragraphs] if lead else paragraphs)
        published = When((at - timedelta(hours=number % 20)).date(), Precision.DAY, ZONE)
        return ArticleData(
            f"http://{source.id}.test/{at:%Y-%m/%d}/c_{number}.htm",
            source.id,
            title,
            body,
            "".join(f"<p>{part}</p>" for part in body.split("\n\n")),
            published,
            source=f"{source.city} Daily",
            language=language,
            evidence=(Evidence("title", Origin.TEMPLATE, "h1", title),),
        )


@dataclass(frozen=True, slots=True)
class _Planned:
    """An article to be kept: its number, which is that of all its rows, and whose copy it is."""

    number: int
    data: ArticleData
    run: int
    at: datetime
    is_baseline: bool
    found: Relevance
    copy_of: int | None


def make(
    path: Path, articles: int, watchlist: Watchlist, report: Callable[[int], None] = print
) -> None:
    """An archive of so many articles over three years at a path where there is none."""
    writer, leads = Writer(), _leads(watchlist)
    with Archive.create(path) as store:
        store._db.execute("PRAGMA cache_size = -400000")
        store._db.execute("PRAGMA synchronous = OFF")
        refs = _sources(store)
        for start in range(1, articles + 1, _BATCH):
            numbers = range(start, min(start + _BATCH, articles + 1))
            with store.writing() as tx:
                _keep(tx, list(_planned(tx, writer, leads, refs, numbers, articles)))
            report(numbers[-1])
        _decide(store, articles)
        while store.maintenance.update_queue(watchlist.watched, 20_000):
            pass
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add_hourly_year(path: Path) -> None:
    """Add what a year of hourly crawls that find nothing leaves in an archive: of each of 300
    sources and each hour a slot, a run, and two requests, one for robots.txt and one for a list
    that is as it was. Sources that the archive lacks are registered."""
    hours = f"""
        WITH RECURSIVE hour(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM hour WHERE n < {365 * 24}),
        due AS MATERIALIZED (
            SELECT strftime('%Y-%m-%dT%H:%M:%S.000Z', '{stamp(NOW)}', '-' || n || ' hours') AS at
            FROM hour ORDER BY n DESC),
        source AS MATERIALIZED (
            SELECT id, row_number() OVER (ORDER BY id) AS place, 'http://' || id || '.test/' AS home
            FROM sources),
        run AS MATERIALIZED (
            SELECT ? + row_number() OVER (ORDER BY at, place) AS id,
                   source.id AS source_id, home, at, replace(at, '00.000Z', '01.000Z') AS ended
            FROM due, source)
    """
    with Archive.open(path) as store:
        store._db.execute("PRAGMA cache_size = -400000")
        store._db.execute("PRAGMA synchronous = OFF")
        with store.writing() as tx:
            for ref in _refs(HOURLY_SOURCES):
                tx.sources.register(ref, _moment(0.0))
            before = tx._db.execute("SELECT ifnull(max(id), 0) FROM runs").fetchone()[0]
            for into, chosen in (
                (
                    "runs (id, source_id, kind, pid, started_at, ended_at, outcome, baseline, "
                    "listed, unchanged)",
                    "id, source_id, 'crawl', 1, at, ended, 'ok', 0, 40, 40 FROM run",
                ),
                (
                    "slots (job, due_at, schedule, state, planned_at, started_at, ended_at, "
                    "outcome)",
                    "source_id, at, 'every 1h', 'done', at, at, ended, 'ok' FROM run",
                ),
                (
                    "fetches (run_id, kind, url, final_url, at, outcome, reason, status, size, "
                    "seconds)",
                    "run.id, kind, home || path, home || path, at, outcome, reason, status, 0, "
                    "0.02 FROM run, (SELECT 'robots' AS kind, 'robots.txt' AS path, 'gone' AS "
                    "outcome, 'HTTP 404' AS reason, 404 AS status UNION ALL "
                    "SELECT 'list', 'news/', 'unchanged', '', 304)",
                ),
            ):
                tx._db.execute(f"INSERT INTO {into} {hours} SELECT {chosen}", [before])
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _leads(watchlist: Watchlist) -> list[tuple[str, Relevance]]:
    """What articles begin with, and what the watchlist finds in it: of a lead of words that nobody
    watches nothing."""
    texts = [lead.format(city) for city in _CITIES for lead in _LEADS]
    return [(text, match(ArticleData("", "", "", text), watchlist)) for text in texts]


def _sources(store: Archive) -> list[SourceRef]:
    refs = _refs(SOURCES)
    with store.writing() as tx:
        for ref in refs:
            tx.sources.register(ref, _moment(0.0))
    return refs


def _refs(count: int) -> list[SourceRef]:
    return [
        SourceRef(f"s{n}", f"Portal {n}", f"City {n % 30}", "zh" if n % 2 else "en", ZONE)
        for n in range(count)
    ]


def _moment(share: float) -> datetime:
    """When such a share of the archive had come in."""
    return NOW - timedelta(days=365 * YEARS * (1 - share), hours=1)


def _planned(
    tx: Transaction,
    writer: Writer,
    leads: Sequence[tuple[str, Relevance]],
    refs: Sequence[SourceRef],
    numbers: range,
    articles: int,
) -> Iterator[_Planned]:
    """The articles of these numbers, found by a run of each source that began with the first."""
    begun = _moment(numbers[0] / articles)
    runs = [tx.runs.start(ref.id, begun) for ref in refs]
    before: ArticleData | None = None
    for number in numbers:
        ref, run = refs[number % SOURCES], runs[number % SOURCES]
        lead, found = leads[number // 3 % len(leads)] if number % 3 == 0 else ("", Relevance())
        at = _moment(number / articles)
        data = writer.article(number, ref, at, lead)
        copy_of = None
        if number % _COPY_EVERY == 0 and number % 3 != 0 and before is not None:
            copy_of = number - 1
            lead, found = leads[copy_of // 3 % len(leads)] if copy_of % 3 == 0 else (lead, found)
            data = _copy(data, before)
        yield _Planned(number, data, run.id, at, run.baseline, found, copy_of)
        before = data
    for run in runs:
        counts = Counts(new=len(numbers) // SOURCES)
        tx.runs.finish(run.id, begun + timedelta(minutes=1), Outcome.OK, counts)


def _copy(data: ArticleData, original: ArticleData) -> ArticleData:
    """The text of another article at an address of its own, published the same day or later."""
    assert data.published is not None and original.published is not None
    return ArticleData(
        data.url,
        data.source_id,
        data.title,
        original.body,
        original.html,
        max(data.published, original.published, key=lambda when: when.sort_key),
        source=original.source,
        language=data.language,
        evidence=data.evidence,
    )


def _keep(tx: Transaction, planned: Sequence[_Planned]) -> None:
    """Write all rows of these articles, table by table."""
    copied = {one.copy_of for one in planned}
    made: dict[str, list[dict[str, Any]]] = {}
    words: dict[int, text_index.Words] = {}
    samples: dict[int, str] = {}
    for one in planned:
        for table, row in _rows(one, words, samples):
            made.setdefault(table, []).append(row)
    for table, several in made.items():
        names = ", ".join(several[0])
        marks = ", ".join(f":{name}" for name in several[0])
        tx._db.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", several)
    text_index.keep_words(tx._db, words)
    text_index.enter_samples(tx._db, samples)
    tx._db.conn.executemany(  # the two tables point at one another
        "UPDATE stories SET article_id = ?1, lead_id = ?2 WHERE id = ?1",
        [(one.number, one.number if one.number in copied else None) for one in planned],
    )


def _rows(
    one: _Planned, words: dict[int, text_index.Words], samples: dict[int, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, row) of one article, those that others point at first."""
    number, data, at = one.number, one.data, stamp(one.at)
    columns, hashes = columns_of(data), hashes_of(data)
    page = f"<html><h1>{data.title}</h1>{data.html}</html>".encode()
    key, story = url_key(data.url), one.copy_of or number
    words[number] = columns.words_title, columns.words_body
    yield (
        "blobs",
        {
            "id": number,
            "sha256": hashlib.sha256(page).hexdigest(),
            "codec": ALONE,
            "size": len(page),
            "data": pack(page),
        },
    )
    yield (
        "snapshots",
        {
            "id": number,
            "source_id": data.source_id,
            "kind": "article",
            "url": data.url,
            "final_url": data.url,
            "fetched_at": at,
            "status": 200,
            "headers": '[["content-type", "text/html"]]',
            "blob_id": number,
        },
    )
    yield "fetches", _fetch(one, len(page), at)
    yield "listings", _listing(one, key, at)
    yield (
        "readings",
        {
            "id": number,
            **reading_row(Reading(Outcome.OK, "", 1, "utf-8", "t", data), data, columns),
            "snapshot_id": number,
            "read_at": at,
            "content_hash": hashes.content,
            "body_hash": hashes.body,
        },
    )
    yield "stories", {"id": number, "created_at": at, "joined_to": one.copy_of}
    yield "articles", _article(one, key, hashes.body, story, at)
    yield (
        "revisions",
        {
            "article_id": number,
            "number": 1,
            "reading_id": number,
            "seen_at": at,
            "run_id": one.run,
            "changed": "[]",
        },
    )
    yield (
        "events",
        {
            "at": at,
            "change": "new",
            "article_id": number,
            "story_id": story,
            "run_id": one.run,
            "baseline": int(one.is_baseline),
        },
    )
    if one.copy_of is None:
        body = {"id": number, "body_hash": hashes.body, "reading_id": number}
        yield "bodies", {**body, "sketch": columns.sketch}
        samples[number] = sample_words(columns.sketch)
    yield "tellings", {"article_id": number, "body_id": story}
    yield from _found(number, one.found)


def _fetch(one: _Planned, size: int, at: str) -> dict[str, Any]:
    return {
        "run_id": one.run,
        "kind": "article",
        "url": one.data.url,
        "final_url": one.data.url,
        "at": at,
        "outcome": "ok",
        "reason": "",
        "status": 200,
        "size": size,
        "seconds": 0.2,
        "snapshot_id": one.number,
    }


def _listing(one: _Planned, key: str, at: str) -> dict[str, Any]:
    entry = f"http://{one.data.source_id}.test/news/"
    return {
        "source_id": one.data.source_id,
        "entry_url": entry,
        "list_url": entry,
        "url": one.data.url,
        "url_key": key,
        "title": one.data.title,
        "summary": "",
        "published": None,
        "position": one.number % 40,
        "first_seen_at": at,
        "first_run_id": one.run,
        "last_seen_at": at,
        "last_run_id": one.run,
    }


def _article(one: _Planned, key: str, body_hash: str, story: int, at: str) -> dict[str, Any]:
    assert one.data.published is not None
    return {
        "id": one.number,
        "source_id": one.data.source_id,
        "url": one.data.url,
        "url_key": key,
        "key_version": KEY_VERSION,
        "story_id": story,
        "reading_id": one.number,
        "body_hash": body_hash,
        "dated_at": one.data.published.sort_key,
        "first_seen_at": at,
        "first_run_id": one.run,
        "last_seen_at": at,
        "last_checked_at": at,
        "baseline": int(one.is_baseline),
    }


def _found(number: int, found: Relevance) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "relevance", {"article_id": number, "watchlist": found.watchlist or "made"}
    for one in found.matches:
        row = {"topic": one.topic, "grade": one.grade.value, "phrase": one.phrase}
        place = {"field": one.field, "start": one.start, "sentence": one.sentence}
        yield "matches", {"article_id": number, "watchlist": found.watchlist, **row, **place}
    for score in found.scores:
        parts = parts_json(score.parts)
        row = {"topic": score.topic, "grade": score.grade.value, "points": score.points}
        yield "scores", {"article_id": number, **row, "parts": parts}
    for where in found.places:
        row = {"place": where.place, "role": where.role.value, "phrase": where.phrase}
        spot = {"field": where.field, "start": where.start, "times": where.times, "why": where.why}
        yield "places", {"article_id": number, **row, **spot}


_VERBS = ("reject", "reject", "reject", "accept", "later")


def _decide(store: Archive, articles: int) -> None:
    """What two people said of the older stories, and the stars and tags of some."""
    with store.writing() as tx:
        told = tx._db.query(
            "SELECT id FROM stories WHERE joined_to IS NULL AND id <= ?",
            [int(articles * _DECIDED)],
        )
        said = [row for one in told for row in _words(one["id"], articles)]
        tx._db.conn.executemany(
            "INSERT INTO decisions (story_id, verb, value, person, at, seq) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            said,
        )


def _words(story: int, articles: int) -> Iterator[tuple[Any, ...]]:
    at = stamp(_moment(story / articles) + timedelta(hours=5))
    yield story, _VERBS[story % 5], "", "Ana", at, articles
    if story % 50 == 0:
        yield story, "accept", "", "Li", at, articles
    if story % 40 == 0:
        yield story, "star", "", "Ana", at, articles
    if story % 200 == 0:
        yield story, "tag", f"tag{story % 7}", "Ana", at, articles
