"""The demo: crawl the embedded practice portal into a folder of its own, and make a digest.

Time is the demo's own: day 1 is some days before the folder was made, at noon, and a day passes by
asking for the next. Prints nothing: that is for the command line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hubwatch.errors import ConfigError
from scraper.configuration import DEFAULT_ZONE, FILE_NAME
from scraper.crawl.request import Clock, CrawlEvent, CrawlRequest
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import load_catalogue
from scraper.sources.model import Source
from storage.archive import Archive
from storage.articles.records import Article, Edit
from storage.contradictions import ContradictionQuery, ContradictionVerdict
from storage.facts import FactQuery, FactReview, FactVerdict, KeptFact
from storage.runs import Run
from storage.types import Change, Weight

from ..digest.build import build
from ..digest.drafts import figured, prove
from ..digest.formats import render
from ..digest.model import Digest, Edition, Format, Period
from ..digest.selection import gather
from ..files import write_atomically
from .portal import sources_folder
from .server import Served

FOLDER = Path("hubwatch-demo")
TITLE = "Hub-city updates from the practice portal"
REVIEWER = "Qin Lan (practice)"
"""Who judges figures in the demo."""
_CONTACT = "mailto:practice@localhost"
_NOON = time(12)
_FIRST_PERIOD = timedelta(days=7)
_DAYS_AGO = timedelta(days=6)
"""Day 1 lies in the past, so that a few days can pass before the demo's clock meets the wall's,
and near enough that "the last seven days" still find it."""

_CONFIG = """\
# The practice portal answers only while `hubwatch demo` or `hubwatch practice` runs.
archive = "hubwatch.db"
timezone = "{zone}"
sources = [{folder}]
enabled = [{enabled}]

[digest]
title = "{title}"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo stands: its folder, the date of day 1, the day to show."""

    folder: Path
    anchor: date
    day: int

    @property
    def config(self) -> Path:
        """The demo's configuration."""
        return self.folder / FILE_NAME

    @property
    def archive(self) -> Path:
        """The demo's archive."""
        return self.folder / "hubwatch.db"

    @property
    def digest(self) -> Path:
        """The digest of the day."""
        return self.folder / f"digest-day-{self.day}.html"

    @property
    def noon(self) -> datetime:
        """When the day's first crawl begins."""
        day = self.anchor + timedelta(days=self.day - 1)
        return datetime.combine(day, _NOON, ZoneInfo(DEFAULT_ZONE)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a crawl of the practice portal came to. `joined` counts copies that share a story.
    `edits` are the versions it found, material and cosmetic, `judged` how many figures the practice
    reviewer confirmed and corrected, by verdict, `contradictions` how many the same one confirmed.
    """

    runs: tuple[Run, ...]
    new: tuple[Article, ...]
    edits: tuple[Edit, ...]
    gone: tuple[Article, ...]
    articles: int
    stories: int
    digest: Digest
    judged: Mapping[FactVerdict, int]
    contradictions: int
    reviewer: str = REVIEWER

    def of_weight(self, weight: Weight) -> tuple[Edit, ...]:
        """The edits of that weight."""
        return tuple(edit for edit in self.edits if edit.weight is weight)

    @property
    def joined(self) -> int:
        """How many articles are copies of another."""
        return self.articles - self.stories


def practice_sources() -> tuple[Source, ...]:
    """The sources of the practice portal."""
    folder = sources_folder()
    catalogue = load_catalogue([folder])
    return tuple(
        source for source in catalogue.sources.values() if Path(source.path).parent == folder
    )


def set_stage(folder: Path, day: int | None, today: date) -> Stage:
    """Make the demo's folder, or find it as the last demo left it. `day` None shows the last day
    again. Raises ConfigError for a day that is already past."""
    note = folder / "practice.json"
    anchor, last = _noted(note) if note.exists() else (today - _DAYS_AGO, 1)
    stage = Stage(folder, anchor, day or last)
    if stage.day < last:
        raise ConfigError(
            f"{folder}: the demo is at day {last} already; remove the folder to start again"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(
            json.dumps({"anchor": anchor.isoformat(), "day": stage.day}) + "\n", encoding="utf-8"
        )
        if not stage.config.exists():  # what somebody added to it stays
            stage.config.write_text(practice_config({}), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from error
    return stage


def _noted(note: Path) -> tuple[date, int]:
    try:
        document = json.loads(note.read_text(encoding="utf-8"))
        return date.fromisoformat(document["anchor"]), int(document["day"])
    except (OSError, ValueError, TypeError, LookupError):
        raise ConfigError(f"{note}: cannot be understood; remove the folder") from None


def practice_config(hosts: Mapping[str, str]) -> str:
    """A configuration for the practice portal, served under these names."""
    ids = ", ".join(json.dumps(source.id) for source in practice_sources())
    folder = json.dumps(str(sources_folder()), ensure_ascii=False)
    text = _CONFIG.format(zone=DEFAULT_ZONE, folder=folder, enabled=ids, title=TITLE)
    if hosts:
        lines = [f"{json.dumps(name)} = {json.dumps(place)}" for name, place in hosts.items()]
        text += "\n[network.hosts]\n" + "\n".join(lines) + "\n"
    return text


def beginning(stage: Stage) -> datetime:
    """The moment at which the next crawl begins: noon, or just after the last crawl of the day."""
    with Archive.create(stage.archive) as store:
        ended = [run.ended_at for run in store.runs.latest(50) if run.ended_at is not None]
    return max([stage.noon, *(moment + timedelta(seconds=1) for moment in ended)])


def play(
    stage: Stage, served: Served, clock: Clock, report: Callable[[CrawlEvent], None]
) -> DemoResult:
    """Crawl what is served and write the day's digest. Raises StorageError."""
    from scraper.crawl.run import crawl  # Scrapy is loaded no earlier than it is needed

    with Archive.create(stage.archive) as store:
        before = max((event.seq for event in store.revisions.events()), default=0)
    watchlist = load_watchlist()
    request = CrawlRequest(_CONTACT, clock, hosts=served.hosts, watchlist=lambda: watchlist)
    sources = practice_sources()
    runs = crawl(sources, stage.archive, request, report)
    judged = _judge(stage, clock())
    contradictions = _confirm_contradictions(stage, clock())
    with Archive.open_readonly(stage.archive) as store:
        edition = Edition(TITLE, _period(stage, store, clock()), watched=watchlist.watched)
        found = build(gather(store, edition, [each.ref for each in sources]), edition)
        digest = figured(store, prove(store, found))
        result = _result(store, before, runs, digest, judged, contradictions)
    write_atomically(stage.digest, render(digest, Format.HTML))
    return result


def _period(stage: Stage, store: Archive, now: datetime) -> Period:
    """Since the last crawl of an earlier day. On the first day it is the week before."""
    earlier = [
        run.ended_at
        for run in store.runs.latest(1000)
        if run.ended_at and run.started_at < stage.noon
    ]
    since = max(earlier, default=stage.noon - _FIRST_PERIOD)
    return Period(since, now + timedelta(seconds=1), DEFAULT_ZONE)


def _result(
    store: Archive,
    before: int,
    runs: tuple[Run, ...],
    digest: Digest,
    judged: Mapping[FactVerdict, int],
    contradictions: int,
) -> DemoResult:
    found: dict[Change, list[Article]] = {change: [] for change in Change}
    for event in store.revisions.events(before):
        article = store.articles.get(event.article_id)
        if article is not None:
            found[event.change].append(article)
    survey = store.maintenance.survey()
    ids = {run.id for run in runs}
    edits = store.edits.latest(len(found[Change.CHANGED]) + len(found[Change.COSMETIC]))
    return DemoResult(
        runs=runs,
        new=tuple(found[Change.NEW]),
        edits=tuple(edit for edit in reversed(edits) if edit.run_id in ids),
        gone=tuple(found[Change.GONE]),
        articles=survey.articles,
        stories=survey.stories,
        digest=digest,
        judged=judged,
        contradictions=contradictions,
    )


# Figures: no digest has one that nobody confirmed, so somebody of the practice city confirms some.

_JUDGED: tuple[tuple[float, str, str], ...] = (
    (2846, "2,846 enterprises", "enterprises"),
    (613, "613 technical problems", "technical problems"),
    (268, "268 problems", "problems solved"),
    (41, "41 projects", "projects"),
    (86_000_000, "86 million yuan in support", "support"),
    (1093, "1,093 registered companies", "registered companies"),
    (58, "58 technical problems", "technical problems"),
    (214, "214 contracts", "contracts"),
    (131_000_000, "131 million yuan", "paid out"),
    (212, "212 bookings", "bookings"),
    (4600, "4,600 square meters", "floor space"),
    (2846, "走访企业2846家", "走访企业"),
    (613, "技术难题613个", "技术难题"),
    (342, "342名专家", "专家"),
    (86_000_000, "支持资金8600万元", "支持资金"),
    (214, "214份合同", "合同"),
    (53, "签约项目53个", "签约项目"),
    (275, "接收学员275名", "学员"),
    (6400, "not of 6,400", ""),
    (66.6666666667, "two thirds of what we were given", ""),
    (3, "县招生", ""),
)
"""Value, words of the sentence, and what is counted, where it is none empty. What the rules read
otherwise is corrected."""
_DIFFERING = frozenset({"118 million yuan", "1.32亿元"})
"""What two reports of the signing day say, of the same contracts."""


def _judge(stage: Stage, now: datetime) -> Mapping[FactVerdict, int]:
    """Confirm, correct or reject what the practice reviewer knows, each once. Return how many are
    confirmed and corrected in the archive."""
    with Archive.open(stage.archive) as store, store.writing() as tx:
        for one in store.articles.facts.find(FactQuery(limit=_MOST)):
            known = next((each for each in _JUDGED if _is_meant(each, one)), None)
            if known is None or one.review is not None:
                continue
            verdict, right = FactVerdict.CONFIRMED, ""
            if not known[2]:
                verdict = FactVerdict.REJECTED
            elif one.fact.object != known[2]:
                verdict, right = FactVerdict.CORRECTED, known[2]
            tx.articles.facts.review(one, FactReview(verdict, REVIEWER, "", now, object=right))
    with Archive.open_readonly(stage.archive) as store:
        confirmed = store.articles.facts.find(FactQuery(reviewed=True, limit=_MOST))
    return Counter(one.review.verdict for one in confirmed if one.review is not None)


def _confirm_contradictions(stage: Stage, now: datetime) -> int:
    """Say of what the practice reviewer knows that it is a contradiction and that nobody knows yet
    who is right, once. Return how many people have confirmed."""
    with Archive.open(stage.archive) as store, store.writing() as tx:
        for one in store.stories.contradictions.find(ContradictionQuery(limit=_MOST)):
            values = {one.found.first.value, one.found.second.value}
            if values == _DIFFERING and one.settlement is None:
                verdict, why = ContradictionVerdict.OPEN, "both pages were asked, neither answers"
                tx.stories.contradictions.say(one, verdict, person=REVIEWER, why=why, now=now)
    with Archive.open_readonly(stage.archive) as store:
        found = store.stories.contradictions.find(ContradictionQuery(resolved=True, limit=_MOST))
    return sum(one.settlement is not None for one in found)


def _is_meant(known: tuple[float, str, str], one: KeptFact) -> bool:
    figure = one.figure
    if figure is None or known[1] not in one.fact.sentence:
        return False
    return abs(figure.low - known[0]) < 1e-6 and figure.low == figure.high


_MOST = 100_000
