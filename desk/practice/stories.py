"""The stories of the practice portal: what is written, before it has an address or a layout.

Loads the hand-written ones from `content/*.toml` and fills the slots of a text. Knows nothing of
portals, pages or time beyond the base date of a story.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from hubwatch.patterns import lazy_pattern

SLOT = lazy_pattern(r"\{(day|weekday|month|name|surname|district|\d+\.\.\d+)([+-]\d+)?\}")


class PracticeTopic(StrEnum):
    """What a story is about, as the answer a reader of the topic should come to."""

    HUB = "hub"
    OTHER_HUB = "other-hub"
    EVERYDAY = "everyday"
    NOTICE = "notice"


class EditWeight(StrEnum):
    """What an edit does to a page."""

    MATERIAL = "material"
    COSMETIC = "cosmetic"


@dataclass(frozen=True, slots=True)
class PracticeEdit:
    """A change made on `day` of the portal. `swaps` are replaced in the text, in order."""

    day: int
    verdict: EditWeight
    swaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PracticeStory:
    """One text. `at` names its places (`english`, `kjj-3`: three days earlier there), `age` how
    many days before day 1 it is dated (negative: after), `files` the kinds of what is attached,
    `gone` the day it is taken down, `reprint_of` the slug of the story it is a reprint of. `event`
    names what happened where several stories tell it: their names, districts and numbers agree.
    `happened` is how many days before day 1 that was, from which the days in the text are counted
    (None: from its date)."""

    slug: str
    kind: PracticeTopic
    language: str
    title: str
    paragraphs: tuple[str, ...]
    summary: str = ""
    city: str = "Guiyang"
    at: tuple[str, ...] = ()
    age: int = 0
    source: str = ""
    files: tuple[str, ...] = ()
    edit: PracticeEdit | None = None
    gone: int | None = None
    reprint_of: str = ""
    event: str = ""
    happened: int | None = None

    @property
    def seed(self) -> str:
        """What its invented names and numbers are drawn by."""
        return self.event or self.slug

    @property
    def news(self) -> str:
        """The slug of the story that is printed here: its own, or that of which it is a reprint."""
        return self.reprint_of or self.slug

    @property
    def body(self) -> str:
        """The text as the archive should hold it: paragraphs separated by an empty line."""
        return "\n\n".join(self.paragraphs)

    def edited(self) -> PracticeStory:
        """The story as it reads after its edit. Raises ValueError if a swap finds nothing."""
        if self.edit is None:
            return self
        story = self
        for old, new in self.edit.swaps:
            after = replace(
                story,
                title=story.title.replace(old, new),
                paragraphs=tuple(text.replace(old, new) for text in story.paragraphs),
            )
            if after == story:
                raise ValueError(f"{self.slug}: nothing reads {old!r}")
            story = after
        return story


def number(seed: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`, always the same for one seed."""
    spread = int.from_bytes(sha256(seed.encode()).digest()[:8], "big")
    return low + spread % (high - low + 1)


def pick(seed: str, choices: Sequence[str]) -> str:
    """One of `choices`, always the same for one seed."""
    return choices[number(seed, 0, len(choices) - 1)]


def person(seed: str, language: str) -> str:
    """An invented name, the same one in every language."""
    names = spelling()[language]
    family = pick(f"{seed}/family", names["family"])
    return f"{family}{'' if language == 'zh' else ' '}{pick(f'{seed}/given', names['given'])}"


def filled(story: PracticeStory, dated: date) -> PracticeStory:
    """The story with its slots filled: `{day-3}` counts from `dated`, `{12..40}` is a number that
    stays the same, as do `{name}`, `{surname}` and `{district}`, throughout the event."""
    return replace(
        story,
        title=_fill(story.title, story, dated),
        summary=_fill(story.summary, story, dated),
        paragraphs=tuple(_fill(text, story, dated) for text in story.paragraphs),
    )


def _fill(text: str, story: PracticeStory, dated: date) -> str:
    def value(match: re.Match[str]) -> str:
        slot, shift = match.group(1), int(match.group(2) or 0)
        if ".." in slot:
            low, high = (int(part) for part in slot.split(".."))
            drawn = number(f"{story.seed}/{slot}", low, high)
            return f"{drawn:,}" if story.language == "en" else str(drawn)
        if slot in ("day", "weekday", "month"):
            return day_words(dated + timedelta(days=shift), slot, story.language)
        return _named(slot, story)

    return SLOT.sub(value, text)


def _named(slot: str, story: PracticeStory) -> str:
    if slot == "district":
        return pick(f"{story.seed}/district", spelling()[story.language]["districts"][story.city])
    name = person(story.seed, story.language)
    if slot == "name":
        return name
    return name[0] if story.language == "zh" else name.split()[0]


def day_words(day: date, slot: str, language: str) -> str:
    """A date as running text says it: `Aug 5`, `8月5日`, or its weekday or month alone."""
    if language == "zh":
        words = {"day": f"{day.month}月{day.day}日", "month": f"{day.month}月"}
        return words.get(slot, f"星期{'一二三四五六日'[day.weekday()]}")
    short, month = spelling()["months"][day.month - 1], spelling()["full_months"][day.month - 1]
    words = {"day": f"{short} {day.day}", "month": month}
    return words.get(slot, str(spelling()["weekdays"][day.weekday()]))


def written(text: str) -> tuple[str, ...]:
    """Paragraphs of a block of text: an empty line parts them, line ends inside are blanks."""
    joined = (re.sub(r"(?<=[^\x00-\x7f])\n|\n(?=[^\x00-\x7f])", "", part) for part in parts(text))
    return tuple(part.replace("\n", " ").strip() for part in joined)


def parts(text: str) -> list[str]:
    """A block of text cut at its empty lines."""
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def content(name: str) -> Mapping[str, Any]:
    """One of the content files of this package, as a table."""
    text = files(__package__).joinpath("content", name).read_text("utf-8")
    return tomllib.loads(text)


@cache
def spelling() -> Mapping[str, Any]:
    """Names of people, places, months and weekdays."""
    return content("names.toml")


@cache
def hand_written() -> tuple[PracticeStory, ...]:
    """Every story written out in full, slots not yet filled."""
    names = sorted(
        item.name
        for item in files(__package__).joinpath("content").iterdir()
        if item.name.startswith("stories_")
    )
    return tuple(story for name in names for story in _stories(content(name)))


def _stories(table: Mapping[str, Any]) -> Iterator[PracticeStory]:
    for row in table["story"]:
        paragraphs = written(row["text"])
        yield PracticeStory(
            slug=row["slug"],
            kind=PracticeTopic(row.get("kind", table["kind"])),
            language=table["language"],
            title=row["title"],
            paragraphs=paragraphs,
            summary=row.get("summary", ""),
            at=tuple(row["at"]),
            age=row["age"],
            source=row.get("source", ""),
            files=tuple(row.get("files", ())),
            edit=_edit(row.get("edit")),
            gone=row.get("gone"),
            event=row.get("event", ""),
            happened=row.get("happened"),
        )


def _edit(row: Mapping[str, Any] | None) -> PracticeEdit | None:
    if row is None:
        return None
    swaps = tuple((old, new) for old, new in row.get("swaps", ()))
    return PracticeEdit(row["day"], EditWeight(row["verdict"]), swaps)


# Everyday stories, woven from themes: a title and lead, facts, a voice and a close each.

VARIANTS = 4  # stories of a theme, and items of a round-up
STRIDES = (1, 7, 11, 13, 17, 19, 23, 27)  # odd and no multiples of 5: each visits every lead
BRIEF = {"en": "In brief: {title}, and more", "zh": "简讯四则：{title}"}


@cache
def themes(language: str) -> Mapping[str, Mapping[str, Any]]:
    """The themes of one language: name → title, lead, fact (eight), voice, close."""
    names = ("themes_en_1.toml", "themes_en_2.toml") if language == "en" else ("themes_zh.toml",)
    return {theme: rows for name in names for theme, rows in content(name)["theme"].items()}


def everyday(language: str, city: str, order: int) -> PracticeStory:
    """The everyday story number `order` (from 0) of a language, its slots not yet filled."""
    total = len(themes(language)) * VARIANTS
    if order >= total:
        return _round_up(language, city, order - total)
    theme, variant = _strand(language, order)
    rows = themes(language)[theme]
    paragraphs = [
        rows["lead"][variant],
        rows["fact"][2 * variant],
        rows["fact"][2 * variant + 1],
        rows["voice"][variant],
        rows["close"][variant],
    ]
    if order % 3 == 0:
        profiles = content("profiles.toml")[language][city]
        paragraphs.insert(3, profiles[(order // 3) % len(profiles)])
    slug, title = f"{language}-{theme}-{variant}", rows["title"][variant]
    event = f"{city}-{rows.get('tells', theme)}-{variant}"
    return replace(_story(slug, language, city, title, paragraphs), event=event)


def counterpart(language: str, order: int) -> int | None:
    """The number of the English everyday story that tells the same as this one of another language,
    None where there is none."""
    if order >= len(themes(language)) * VARIANTS:
        return None
    theme, variant = _strand(language, order)
    names = tuple(themes("en"))
    return variant * len(names) + names.index(themes(language)[theme]["tells"])


def _round_up(language: str, city: str, order: int) -> PracticeStory:
    """Four leads on one page. Each round through all leads groups them in another way."""
    total = len(themes(language)) * VARIANTS
    picked = []
    for place in range(order * VARIANTS, (order + 1) * VARIANTS):
        turn, step = divmod(place, total)
        theme, variant = _strand(language, (step * STRIDES[turn % len(STRIDES)] + turn) % total)
        rows = themes(language)[theme]
        picked.append((rows["title"][variant], rows["lead"][variant]))
    title = BRIEF[language].replace("{title}", picked[0][0])
    paragraphs = [lead for _, lead in picked]
    return _story(f"{language}-brief-{order}", language, city, title, paragraphs)


def _strand(language: str, order: int) -> tuple[str, int]:
    names = tuple(themes(language))
    return names[order % len(names)], order // len(names)


def _story(slug: str, language: str, city: str, title: str, paragraphs: list[str]) -> PracticeStory:
    text = written("\n\n".join(paragraphs))
    return PracticeStory(slug, PracticeTopic.EVERYDAY, language, title, text, city=city)


# What portals make of one another's stories: cut and edited reprints, and round-ups.

_BLANK = {"en": " ", "zh": ""}


def reprinted(stories: Mapping[str, PracticeStory]) -> Iterator[PracticeStory]:
    """The reprints and round-ups of these stories, which are given by slug."""
    table = content("reprints.toml")
    for row in table["reprint"]:
        yield _reprint(row, stories[row["reprint_of"]])
    for row in table["round_up"]:
        yield _digest_of_stories(row, [stories[slug] for slug in row["gathers"]])


def _reprint(row: Mapping[str, Any], story: PracticeStory) -> PracticeStory:
    """Some paragraphs of a story, edited. Raises ValueError if a swap finds nothing."""
    text = "\n".join(story.paragraphs[number] for number in row["keeps"])
    for old, new in row.get("swaps", ()):
        if old not in text:
            raise ValueError(f"{row['slug']}: nothing reads {old!r}")
        text = text.replace(old, new)
    return _with(row, story, tuple(text.split("\n")))


def _digest_of_stories(row: Mapping[str, Any], stories: list[PracticeStory]) -> PracticeStory:
    """Whole stories, a paragraph each."""
    blank = _BLANK[stories[0].language]
    joined = _with(row, stories[0], tuple(blank.join(story.paragraphs) for story in stories))
    return replace(joined, kind=PracticeTopic(row["kind"]))


def _with(
    row: Mapping[str, Any], story: PracticeStory, paragraphs: tuple[str, ...]
) -> PracticeStory:
    return replace(
        story,
        slug=row["slug"],
        title=row["title"],
        paragraphs=paragraphs,
        summary="",
        at=tuple(row["at"]),
        age=row["age"],
        files=(),
        edit=None,
        gone=None,
        reprint_of=row.get("reprint_of", ""),
        event=story.event if "reprint_of" in row else "",
    )
