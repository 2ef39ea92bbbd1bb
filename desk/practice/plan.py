"""Where and when each story stands: hosts, addresses, dates, date-line looks, first days.

Turns stories into placed articles for one anchor (the date of day 1). Renders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from storage.types import Precision, When

from .stories import (
    EditWeight,
    PracticeStory,
    PracticeTopic,
    counterpart,
    everyday,
    filled,
    hand_written,
    number,
    person,
    pick,
    reprinted,
)

ZONE = "Asia/Shanghai"
SPAN = 40  # days before the anchor over which day 1 is spread


class PracticeState(StrEnum):
    """How an article stands on one day, seen from the day before."""

    ABSENT = "absent"
    NEW = "new"
    SAME = "same"
    CHANGED_MATERIAL = "changed_material"
    CHANGED_COSMETIC = "changed_cosmetic"
    GONE = "gone"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Site:
    """One host of the practice portal, and the source that watches it."""

    key: str
    host: str
    source_id: str
    language: str
    city: str
    footer: str


SITES = {
    site.key: site
    for site in (
        Site(
            "english", "english.practice.test", "practice-en", "en", "Guiyang", "黔ICP备00000001号"
        ),
        Site(
            "kjj",
            "kjj.english.practice.test",
            "practice-en-kjj",
            "en",
            "Guiyang",
            "黔ICP备00000001号-3",
        ),
        Site(
            "jw",
            "jw.english.practice.test",
            "practice-en-jw",
            "en",
            "Guiyang",
            "黔ICP备00000001号-5",
        ),
        Site("zh", "zh.practice.test", "practice-zh", "zh", "Guiyang", "黔ICP备00000002号"),
        Site("feed", "feed.practice.test", "practice-feed", "en", "Anshun", "Guizhou ICP 00000003"),
    )
}


@dataclass(frozen=True, slots=True)
class DateLineShape:
    """One shape of date line: its text, and what a reader should find in it.

    Slots: `{host}`, `{iso}`, `{long}`, `{short}`, `{time}`, `{clock}`, `{name}`, `{upper}`.
    """

    line: str
    source: str = ""
    author: str = ""
    timed: bool = False


CITY_VARIANTS = (
    DateLineShape("( {host})\nUpdated: {iso}", "{host}"),
    DateLineShape("{host}|Updated: {iso}", "{host}"),
    DateLineShape("Updated: {iso}"),
    DateLineShape("Updated: {long}"),
    DateLineShape("chinadaily.com.cn| Updated: {iso} Print", "chinadaily.com.cn"),
    DateLineShape("(China Daily Global) | Updated : {iso}", "China Daily Global"),
    DateLineShape("By {name} (China Daily) Updated: {iso} {time}", "China Daily", "{name}", True),
    DateLineShape("by {upper} (China Daily)|{iso}", "China Daily", "{upper}"),
    DateLineShape("By {upper} | China Daily| Updated: {iso} Print", "China Daily", "{upper}"),
    DateLineShape("By {name} | China Daily | Updated: {iso} {time}", "China Daily", "{name}", True),
)
COPIED_VARIANT = 1
FEED_VARIANTS = (
    DateLineShape("Updated: {short} {clock}", timed=True),
    DateLineShape("{iso}   Source:Anshun Practice Daily", "Anshun Practice Daily"),
    DateLineShape("Release date:{iso} {time}", timed=True),
    DateLineShape("Source: Anshun WeChat Official Account {iso}", "Anshun WeChat Official Account"),
)
SECTIONS = ("wsb", "news", "kxjsj", "zhujianju")
ZH_SOURCES = ("贵阳市科协", "筑城练习报", "市融媒体中心", "贵阳市大数据局", "市政府办公厅")


@dataclass(frozen=True, slots=True)
class Placed:
    """A story at one address. `variant` numbers the shape of its date line or page. `source` and
    `author` are what a reader should find (None: the page names none)."""

    site: Site
    path: str
    story: PracticeStory
    published: When
    variant: int
    source: str | None
    author: str | None
    first_day: int

    @property
    def url(self) -> str:
        """The address as sources write it, without a port."""
        return f"http://{self.site.host}{self.path}"

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of what is attached, in the order of the story's `files`."""
        folder, _, page = self.path.rpartition("/")
        stem = page.removeprefix("t").partition(".")[0].replace("_", "")
        return tuple(
            f"{folder}/P0{stem}{order:02d}.{kind}" for order, kind in enumerate(self.story.files, 1)
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The line under which each attachment stands at the end of the body."""
        return tuple(
            f"附件{order}：{self.story.title}（{kind.upper()}）"
            for order, kind in enumerate(self.story.files, 1)
        )

    def body(self, day: int) -> str:
        """The text a reader should find on this page on `day`, paragraphs apart."""
        return "\n\n".join((*self.text(day).paragraphs, *self.labels))

    def text(self, day: int) -> PracticeStory:
        """The story as this page has it on `day`."""
        edit = self.story.edit
        return self.story.edited() if edit is not None and edit.day <= day else self.story

    def served(self, day: int) -> bool:
        """Whether its address answers with the article on `day`."""
        gone = self.story.gone
        return self.first_day <= day and (gone is None or day < gone)

    def state(self, day: int) -> PracticeState:
        """How it stands on `day`, seen from the day before."""
        gone, edit = self.story.gone, self.story.edit
        if day < self.first_day:
            return PracticeState.ABSENT
        if gone is not None and day >= gone:
            return PracticeState.GONE if day == gone else PracticeState.AWAY
        if day == self.first_day:
            return PracticeState.NEW
        if edit is None or edit.day != day:
            return PracticeState.SAME
        material = edit.verdict is EditWeight.MATERIAL
        return PracticeState.CHANGED_MATERIAL if material else PracticeState.CHANGED_COSMETIC


@lru_cache(maxsize=16)
def plan(anchor: date, day: int) -> tuple[Placed, ...]:
    """Every article that was first served on `day` or before, in a stable order.

    `anchor` is the date of day 1. Raises ValueError for a day before 1.
    """
    if day < 1:
        raise ValueError("the practice portal begins with day 1")
    counters = dict.fromkeys(SITES, 0)
    stories: dict[str, PracticeStory] = {}
    placed = []
    for story in (*hand_written(), *_everyday(day)):
        base = anchor - timedelta(days=story.age)
        happened = story.age if story.happened is None else story.happened
        written = stories[story.slug] = filled(story, anchor - timedelta(days=happened))
        for place in written.at:
            key, shift = _place(place)
            article = _placed(
                written, SITES[key], base + timedelta(days=shift), anchor, counters[key]
            )
            counters[key] += 1
            placed.append(article)
    for story in reprinted(stories):
        base = anchor - timedelta(days=story.age)
        placed += [_placed(story, SITES[key], base, anchor, 0) for key in story.at]
    return tuple(article for article in placed if article.first_day <= day)


def _everyday(day: int) -> Iterator[PracticeStory]:
    """Everyday stories of day 1, spread over `SPAN` days, then the few of each later day."""
    ages: dict[int, int] = {}
    for key, (start, end) in _FIRST_DAY.items():
        for order in range(start, end):
            ages[order] = (order - start) * SPAN // (end - start)
            yield _everyday_story(key, order, ages[order])
    for order in range(_CHINESE):
        yield _retold(order, ages)
    for later in range(2, day + 1):
        english, chinese = 58 + (later - 2) * 3, _CHINESE + (later - 2) * 2
        yield _everyday_story("english", english, 1 - later)
        yield _everyday_story("feed", english + 1, 1 - later)
        yield _everyday_story("zh", chinese, 1 - later)
        if later > 2:
            yield _everyday_story("kjj", english + 2, 1 - later)
            yield _everyday_story("zh", chinese + 1, 1 - later)


_FIRST_DAY = {"english": (0, 35), "kjj": (35, 38), "jw": (38, 41), "feed": (41, 58)}
_CHINESE = 35
_LATER_BY = 2  # days after the English page at which a Chinese one tells the same, at most


def _retold(order: int, ages: Mapping[int, int]) -> PracticeStory:
    """A Chinese everyday story: of the same day as the English one that tells the same."""
    english = counterpart("zh", order)
    assert english is not None, order
    happened = ages[english]
    later = number(f"zh/{order}/later", 0, _LATER_BY)
    story = _everyday_story("zh", order, max(0, happened - later))
    return replace(story, happened=happened)


def _everyday_story(key: str, order: int, age: int) -> PracticeStory:
    return replace(everyday(SITES[key].language, SITES[key].city, order), at=(key,), age=age)


def _place(place: str) -> tuple[str, int]:
    for sign in "+-":
        key, found, days = place.partition(sign)
        if found:
            return key, int(f"{sign}{days}")
    return place, 0


def _placed(story: PracticeStory, site: Site, dated: date, anchor: date, order: int) -> Placed:
    first_day = max(1, (dated - anchor).days + 1)
    variant = _variant_number(story, site, order)
    published = _published(story, site, dated, variant, dated >= anchor)
    path = _path(story, site, dated)
    source, author = _named(story, site, variant)
    return Placed(site, path, story, published, variant, source, author, first_day)


def _variant_number(story: PracticeStory, site: Site, order: int) -> int:
    if site.language == "zh":
        return order
    if site.key == "feed":
        return order % len(FEED_VARIANTS)
    return COPIED_VARIANT if len(story.at) > 1 else order % len(CITY_VARIANTS)


def _published(story: PracticeStory, site: Site, dated: date, variant: int, fresh: bool) -> When:
    """Pages dated on the anchor or later carry early hours, so that no stamp is in the future."""
    precision = Precision.DAY
    if site.language == "zh":
        shapes = (Precision.DAY, Precision.MINUTE, Precision.SECOND, Precision.MINUTE)
        precision = shapes[variant % 4]
    elif site.key == "feed":
        precision = Precision.MINUTE if FEED_VARIANTS[variant].timed else Precision.DAY
    elif CITY_VARIANTS[variant].timed:
        precision = Precision.MINUTE
    if precision is Precision.DAY:
        return When(dated, precision, ZONE)
    seed = f"{story.slug}/{site.key}/time"
    hour = number(seed, 0, 6) if fresh else number(seed, 8, 18)
    second = number(f"{seed}/s", 1, 59) if precision is Precision.SECOND else 0
    moment = datetime(
        dated.year,
        dated.month,
        dated.day,
        hour,
        number(f"{seed}/m", 1, 59),
        second,
        tzinfo=ZoneInfo(ZONE),
    )
    return When(moment, precision, ZONE)


def _path(story: PracticeStory, site: Site, dated: date) -> str:
    digits = int.from_bytes(sha256(f"{site.key}/{story.slug}".encode()).digest()[:6], "big")
    if site.language == "zh":
        column = "tzgg" if story.kind is PracticeTopic.NOTICE or story.files else "xwzx"
        return f"/{column}/{dated:%Y%m}/t{dated:%Y%m%d}_{7_000_000 + digits % 999_983}.html"
    if site.key == "feed":
        return f"/news/{dated:%Y/%m%d}/{10_000 + digits % 89_989}.html"
    if digits % 2 and site.key == "english":
        return f"/{dated:%Y-%m}/{dated:%d}/content_{37_000_000 + digits % 999_983}.htm"
    section = SECTIONS[digits % len(SECTIONS)]
    return f"/{section}/{dated:%Y-%m}/{dated:%d}/c_{900_000 + digits % 99_991}.htm"


def _named(story: PracticeStory, site: Site, variant: int) -> tuple[str | None, str | None]:
    if site.language == "zh":
        return story.source or pick(f"{story.slug}/source", ZH_SOURCES), None
    shape = FEED_VARIANTS[variant] if site.key == "feed" else CITY_VARIANTS[variant]
    name = person(f"{story.slug}/by", "en")
    slots = {"host": SITES["english"].host, "name": name, "upper": name.upper()}
    return shape.source.format(**slots) or None, shape.author.format(**slots) or None
