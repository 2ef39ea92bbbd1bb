"""One portal from its home page to a change of theme, as a user goes: wizard, crawls, back-fill,
a second day, another theme; and what came of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum, auto
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.archive import Archive
from storage.articles.records import Article, Order, Precision, Query
from tests.realworld.articles import SCRIPT, Edition, Story, edition
from tests.realworld.portals import Portal
from tests.realworld.serving import Served, serving

ID = "portal"
FIRST, AGAIN = "2025-12-01T12:00+00:00", "2025-12-01T14:00+00:00"
SECOND_DAY = "2025-12-02T10:00+00:00"
THEME_DAYS = ("2025-12-03T10:00+00:00", "2025-12-09T10:00+00:00", "2026-01-05T10:00+00:00",
              "2026-01-05T12:00+00:00")  # fmt: skip
"""The day of the switch, and days on which known articles are asked for again."""

_TOLD_AS = ("redesign", "layout_changed")
"""The incidents by which a new dress of the pages, or of the list, is told."""

THRESHOLDS = {"found": 0.99, "titles": 0.98, "days": 0.98, "body": 0.98}


@dataclass(slots=True)
class Outcome:
    """What came of a portal."""

    name: str
    programs: str = ""
    wizard: str = ""
    """`right`, or what is wrong with the source that it wrote."""
    source: dict[str, object] = field(default_factory=dict)
    expected: int = 0
    first: float = 0.0
    """Found by the first crawl alone."""
    found: float = 0.0
    titles: float = 0.0
    days: float = 0.0
    body: float = 0.0
    doubled: int = 0
    foreign: list[str] = field(default_factory=list)
    """Archived pages that are no articles of the portal."""
    requests: int = 0
    """Requests for articles in the second crawl."""
    events: dict[str, str] = field(default_factory=dict)
    """Event of the second day → `told`, or what came instead."""
    theme: str = ""
    starts: dict[str, str] = field(default_factory=dict)
    """Another page that a user may begin at → `right`, or what is wrong with the source."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0
    failure: str = ""

    def short_of(self) -> dict[str, str]:
        """What the portal does not reach, by name, and what came instead."""
        if self.failure:
            return {"wizard": self.failure}
        out = {} if self.wizard == "right" else {"wizard": self.wizard}
        for name, least in THRESHOLDS.items():
            value = getattr(self, name)
            if value < least:
                out[name] = f"{value:.3f} instead of {least}"
        if self.doubled:
            out["twice"] = f"{self.doubled} addresses"
        if self.requests:
            out["second crawl"] = f"{self.requests} article requests"
        out |= self.missed()
        if not self.theme.startswith(("nothing lost", "–")):
            out["theme"] = self.theme
        return out | {f"from {kind}": word for kind, word in self.starts.items() if word != "right"}

    def said(self) -> str:
        """Of the wizard, or of the program that failed, on one line."""
        return (self.failure or self.wizard or "?").splitlines()[0]

    def missed(self) -> dict[str, str]:
        """The events of the second day that were not told, or told as something else."""
        return {name: word for name, word in self.events.items() if word not in ("told", "–")}

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "short_of": self.short_of()}


@dataclass(slots=True)
class Journey:
    """A portal that is being gone through."""

    portal: Portal
    folder: Path
    served: Served
    host: str
    transcript: list[str] = field(default_factory=list)

    def hubwatch(self, now: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A command as a user types it, at that time."""
        command = ["-P", "-m", "hubwatch", "--config", "hubwatch.toml", "--now", now, *words]
        ended = subprocess.run(
            ["nice", sys.executable, *command],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        self.transcript.append(f"$ hubwatch {' '.join(words)}\n{ended.stdout}{ended.stderr}")
        (self.folder / "transcript.txt").write_text("\n".join(self.transcript), encoding="utf-8")
        return ended

    def configure(self) -> None:
        """A fresh installation whose portal is the one on loopback."""
        for name in ("hubwatch.db", "hubwatch.db-wal", "hubwatch.db-shm", "sources/portal.toml"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "hubwatch.toml").write_text(
            f'archive = "hubwatch.db"\nenabled = ["{ID}"]\n[network.hosts]\n'
            f'"{self.host}" = "127.0.0.1:{self.served.port}"\n',
            encoding="utf-8",
        )

    def articles(self) -> tuple[Article, ...]:
        """What the archive holds."""
        with Archive.open_readonly(self.folder / "hubwatch.db") as store:
            return store.articles.select(Query(sources=(ID,), order=Order.NEWEST, limit=2000))


class Thoroughness(Enum):
    """Whether a portal is added from its home page alone, or from other pages as well."""

    HOME = auto()
    ALL_STARTS = auto()


def travel(portal: Portal, folder: Path, thoroughness: Thoroughness) -> Outcome:
    """Go the whole way with an installed portal."""
    began = time.monotonic()
    out = Outcome(portal.name, programs=" → ".join(portal.themes))
    first = edition(portal.language, 1)
    portal.publish(first, folder)
    host = f"{portal.name}.test"
    with portal.running(folder) as upstream:
        served = Served(portal.public(folder), upstream, portal.answer)
        with serving(served):
            way = Journey(portal, folder, served, host)
            _go(way, out, first, thoroughness)
    out.seconds = round(time.monotonic() - began, 1)
    return out


def _go(way: Journey, out: Outcome, first: Edition, thoroughness: Thoroughness) -> None:
    portal = way.portal
    if failure := _added(way, portal.start):
        out.wizard = out.failure = failure
        return
    out.source = tomllib.loads((way.folder / "sources" / f"{ID}.toml").read_text("utf-8"))
    way.hubwatch(FIRST, "crawl", ID, "--json")
    out.first = _measured(way, first).found
    way.served.forget()
    way.hubwatch(AGAIN, "crawl", ID, "--json")
    paths = {unquote(portal.address(story)) for story in first.stories}
    out.requests = sum(unquote(path) in paths for path in way.served.asked)
    way.hubwatch(AGAIN, "backfill", ID, "--since", "2020-01-01", "--json")
    after = _measured(way, first)
    out.expected, out.found = len(first.stories), after.found
    out.titles, out.days, out.body = after.titles, after.days, after.body
    out.doubled, out.foreign, out.examples = after.doubled, after.foreign, after.examples
    out.wizard = _judged(out.found, out.foreign, out.source, portal)
    if thoroughness is Thoroughness.ALL_STARTS:
        starts = (("an article", portal.address(first.stories[10])), *portal.starts)
        out.starts = {kind: _from_there(way, first, kind, path) for kind, path in starts}
    out.events = _second_day(way, first)
    out.theme = _theme(way) if len(portal.themes) > 1 else "–"


def _added(way: Journey, path: str) -> str:
    """Have the wizard write a source of that page; what is wrong, or nothing."""
    way.configure()
    way.hubwatch(FIRST, "init")
    city = "Yunling" if way.portal.language == "zh" else "Harrowdene"
    there = f"http://{way.host}{path}"
    added = way.hubwatch(FIRST, "sources", "add", there, "--yes", "--id", ID, "--city", city)
    if added.returncode or not (way.folder / "sources" / f"{ID}.toml").is_file():
        return "no source: " + (added.stderr.strip().splitlines() or ["?"])[-1]
    return ""


def _from_there(way: Journey, first: Edition, kind: str, path: str) -> str:
    """Add the portal anew from another of its pages: `right`, or what is wrong."""
    folder = way.folder / "starts" / kind.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    other = Journey(way.portal, folder, way.served, way.host)
    if failure := _added(other, path):
        return failure
    other.hubwatch(FIRST, "crawl", ID, "--json")
    other.hubwatch(AGAIN, "backfill", ID, "--since", "2020-01-01", "--json")
    came = _measured(other, first)
    source = tomllib.loads((folder / "sources" / f"{ID}.toml").read_text("utf-8"))
    return _judged(came.found, came.foreign, source, way.portal)


def _judged(found: float, foreign: list[str], source: Mapping[str, object], portal: Portal) -> str:
    wrong = []
    if found < THRESHOLDS["found"]:
        wrong.append(f"finds {found:.0%}")
    if foreign:
        wrong.append(f"{len(foreign)} pages that are no articles")
    if source.get("language", portal.language) != portal.language:
        wrong.append(f"language {source['language']}")
    zone = source.get("timezone")
    if portal.language == "en" and zone == "Asia/Shanghai":
        wrong.append(f"zone {zone}")
    return ", ".join(wrong) or "right"


@dataclass(slots=True)
class Measured:
    """An archive beside what the portal holds."""

    found: float
    titles: float
    days: float
    body: float
    doubled: int
    foreign: list[str]
    examples: dict[str, list[str]]
    right: dict[int, tuple[bool, bool, bool]]
    """Number of a story → whether title, day and text are right."""


def _measured(way: Journey, shown: Edition) -> Measured:
    of_path = {plain_path(way.portal.address(story)): story for story in shown.stories}
    read: dict[int, list[Article]] = {}
    foreign = []
    for article in way.articles():
        story = of_path.get(plain_path(article.url))
        if story:
            read.setdefault(story.number, []).append(article)
        else:
            foreign.append(article.url)
    right: dict[int, tuple[bool, bool, bool]] = {}
    scores: list[float] = []
    asked = 0
    examples: dict[str, list[str]] = {"missing": [], "titles": [], "days": [], "body": []}
    for story in shown.stories:
        if story.number not in read:
            examples["missing"].append(way.portal.address(story))
            continue
        article = read[story.number][0]
        score = token_f1(story.text, article.body)
        scores.append(score)
        day = article.published.iso[:10] if article.published else ""
        states = way.portal.states_day(story, shown)
        asked += states
        marks = (folded(article.title) == folded(story.title),
                 day == f"{story.at:%Y-%m-%d}" if states else _is_near(article, story),
                 score >= THRESHOLDS["body"])  # fmt: skip
        right[story.number] = marks
        if not marks[0]:
            examples["titles"].append(f"{article.url}: {article.title!r}")
        if not marks[1]:
            examples["days"].append(f"{article.url}: {day} instead of {story.at:%Y-%m-%d}")
        if not marks[2]:
            examples["body"].append(f"{article.url}: {score:.3f}")
    count = max(len(read), 1)
    return Measured(
        found=len(read) / len(shown.stories),
        titles=sum(each[0] for each in right.values()) / count,
        days=1 - sum(not each[1] for each in right.values()) / max(asked, 1),
        body=sum(scores) / count,
        doubled=sum(len(each) - 1 for each in read.values()),
        foreign=foreign,
        examples={name: found[:6] for name, found in examples.items() if found},
        right=right,
    )


def _is_near(article: Article, story: Story) -> bool:
    """Whether what is held of an article whose day nobody states claims nothing wrong: nothing, or
    what its age says, which is a day to and fro, or about a month."""
    when = article.published
    if when is None:
        return True
    off = abs((when.day - story.at.date()).days)
    return off <= (45 if when.precision is Precision.MONTH else 1)


def _last_event(way: Journey) -> int:
    with Archive.open_readonly(way.folder / "hubwatch.db") as store:
        return max((event.seq for event in store.revisions.events()), default=0)


def _happened(way: Journey, after: int) -> Mapping[str, Counter[str]]:
    """Path → what people were told of it since that event; what is held back is not told."""
    out: dict[str, Counter[str]] = {}
    with Archive.open_readonly(way.folder / "hubwatch.db") as store:
        for event in store.revisions.events(after):
            article = store.articles.get(event.article_id)
            if article and not event.baseline:
                out.setdefault(plain_path(article.url), Counter())[str(event.change.value)] += 1
    return out


def _second_day(way: Journey, first: Edition) -> dict[str, str]:
    portal = way.portal
    second = edition(portal.language, 2)
    portal.publish(second, way.folder)
    before = _last_event(way)
    way.hubwatch(SECOND_DAY, "crawl", ID, "--json")
    happened = _happened(way, before)
    of_number = {story.number: plain_path(portal.address(story)) for story in first.stories}
    of_number |= {story.number: plain_path(portal.address(story)) for story in second.stories}
    delisted = {plain_path(each.url) for each in way.articles() if each.delisted_at}

    def told(number: int, *words: str) -> str:
        seen = happened.get(of_number[number], Counter())
        if any(seen[word] for word in words):
            return "told"
        if "gone" in words and of_number[number] in delisted:
            return "told"
        return "not told" if not seen else "told as " + ", ".join(seen)

    def quiet(number: int) -> str:
        seen = happened.get(of_number[number], Counter())
        loud = [word for word in seen if word not in ("cosmetic", "lead")]
        return "told as " + ", ".join(loud) if loud else "told"

    new = [told(number, "new") for number in SCRIPT.new]
    expected = {of_number[number] for number in (
        *SCRIPT.new, SCRIPT.edited, SCRIPT.cosmetic, SCRIPT.deleted, SCRIPT.hidden, SCRIPT.late,
        SCRIPT.pinned)}  # fmt: skip
    others = [path for path, seen in happened.items()
              if path not in expected and set(seen) - {"cosmetic", "lead"}]  # fmt: skip
    return {
        "new": next((word for word in new if word != "told"), "told"),
        "edited": told(SCRIPT.edited, "changed"),
        "cosmetic": quiet(SCRIPT.cosmetic),
        "deleted": told(SCRIPT.deleted, "gone"),
        "un-published": told(SCRIPT.hidden, "gone"),
        "late": told(SCRIPT.late, "new"),
        "pinned": quiet(SCRIPT.pinned) if portal.pins else "–",
        "others": f"{len(others)} told for nothing: {sorted(others)[:2]}" if others else "told",
    }


def _theme(way: Journey) -> str:
    portal = way.portal
    third = edition(portal.language, 3)
    before = _measured(way, edition(portal.language, 2))
    portal.publish(third, way.folder)
    last = _last_event(way)
    told = ""
    for now in THEME_DAYS:
        way.hubwatch(now, "crawl", ID, "--json")
        way.hubwatch(now, "incidents", "check")
        listed = way.hubwatch(now, "incidents", "--all", "--source", ID, "--json").stdout
        told = told or next((word for word in _TOLD_AS if f'"kind": "{word}"' in listed), "")
    after = _measured(way, third)
    lost = Counter[str]()
    for number, marks in before.right.items():
        now_right = after.right.get(number, (False, False, False))
        for name, was, still in zip(("titles", "days", "texts"), marks, now_right, strict=True):
            lost[name] += was and not still
    newest = after.right.get(104)
    mended = (SCRIPT.edited, SCRIPT.cosmetic, SCRIPT.hidden)
    untouched = {
        plain_path(portal.address(story))
        for story in edition(portal.language, 2).stories
        if story.number not in mended
    }
    happened = _happened(way, last)
    false = sum(
        seen["changed"] + seen["gone"] for path, seen in happened.items() if path in untouched
    )
    words = [f"{count} {name} lost" for name, count in lost.items() if count]
    if false:
        words.append(f"{false} changes told that are none")
    if not told and newest is None:
        words.append("the new article is not found")
    elif not told and newest and not all(newest):
        words.append("the new article is read wrong")
    head = ", ".join(words) or "nothing lost"
    return f"{head}; told as {told}" if told else head


def plain_path(url: str) -> str:
    """The path of an address, decoded; with its query, without a trailing slash."""
    parts = urlsplit(url)
    path = unquote(parts.path).removesuffix("index.html").rstrip("/")
    return path + (f"?{unquote(parts.query)}" if parts.query else "")


_FOLDED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})


def folded(text: str) -> str:
    """As titles are compared: programs dress quotation marks and dashes as they like."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_FOLDED)).split()).casefold()


def _tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text.casefold()))


def token_f1(expected: str, got: str) -> float:
    """How much of the words is there, and nothing else."""
    left, right = _tokens(expected), _tokens(got)
    both = sum((left & right).values())
    if not both:
        return 0.0
    precision, recall = both / sum(right.values()), both / sum(left.values())
    return 2 * precision * recall / (precision + recall)


def table(outcomes: Iterable[Outcome]) -> str:
    """The rows, as Markdown."""
    head = ("portal", "wizard", "found", "titles", "days", "body F1", "twice", "second crawl",
            "second day", "theme switch", "other starts")  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for each in outcomes:
        missed = [f"{name}: {word}" for name, word in each.missed().items()]
        cells = (
            each.name, each.said(), f"{each.found:.1%}", f"{each.titles:.1%}",
            f"{each.days:.1%}", f"{each.body:.3f}", str(each.doubled), str(each.requests),
            "; ".join(missed) or ("all told" if each.events else ""), each.theme,
            "; ".join(f"{kind}: {word}" for kind, word in each.starts.items()) or "–",
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def line_of(outcome: Outcome) -> str:
    """As one line of JSON."""
    return json.dumps(outcome.document(), ensure_ascii=False, default=str)
