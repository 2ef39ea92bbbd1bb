"""What an article consists of, what is watched in it, and how its changes are weighed.

The values that every reader of articles needs; those of crawling them are `types`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article's body, by absolute http(s) address."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the article links to; `kind` is the lower-case suffix without dot, such as `pdf`."""

    url: str
    name: str
    kind: str


class Weight(StrEnum):
    """Whether a change of an article matters: only a material one becomes news again."""

    MATERIAL = "material"
    COSMETIC = "cosmetic"


class Held(StrEnum):
    """Why a version of an article is kept and not told as news: it is one of a page that changes at
    every visit or goes to and fro, it says what people were told last, or too much changed at
    once."""

    NOT = ""
    RESTLESS = "restless"
    KNOWN = "known"
    BULK = "bulk"


class Grade(StrEnum):
    """How strongly an article belongs to a watched topic."""

    CORE = "core"
    RELATED = "related"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Match:
    """One watched name found in an article: `field` is `title` or `body`, `start` an offset in it,
    `sentence` the sentence around it as printed."""

    topic: str
    grade: Grade
    phrase: str
    field: str
    start: int
    sentence: str
