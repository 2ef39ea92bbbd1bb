"""What portals make of one another's stories: cut and edited reprints, and round-ups.

Takes the stories as they are told, with their slots filled, and tells others. Places nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .story import PracticeStory, PracticeTopic, content

_BLANK = {"en": " ", "zh": ""}


def retold(told: Mapping[str, PracticeStory]) -> Iterator[PracticeStory]:
    """The reprints and round-ups of these stories, which are given by slug."""
    table = content("reprints.toml")
    for row in table["reprint"]:
        yield _reprint(row, told[row["tells"]])
    for row in table["round_up"]:
        yield _round_up(row, [told[slug] for slug in row["gathers"]])


def _reprint(row: Mapping[str, Any], story: PracticeStory) -> PracticeStory:
    """Some paragraphs of a story, edited. Raises ValueError if a swap finds nothing."""
    text = "\n".join(story.paragraphs[number] for number in row["keeps"])
    for old, new in row.get("swaps", ()):
        if old not in text:
            raise ValueError(f"{row['slug']}: nothing reads {old!r}")
        text = text.replace(old, new)
    return _with(row, story, tuple(text.split("\n")))


def _round_up(row: Mapping[str, Any], stories: list[PracticeStory]) -> PracticeStory:
    """Whole stories, a paragraph each."""
    blank = _BLANK[stories[0].language]
    whole = _with(row, stories[0], tuple(blank.join(story.paragraphs) for story in stories))
    return replace(whole, kind=PracticeTopic(row["kind"]))


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
        tells=row.get("tells", ""),
    )
