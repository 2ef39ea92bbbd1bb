"""The values about files that articles link to: what became of them, what they say, what is owed.

That an article links to them is `types.Attachment`. Nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..packing import pack_text
from ..pages.records import Attempts
from ..text import shadow
from ..types import Outcome

GIVE_UP_AFTER = 8
"""So many attempts in vain at a file, over two months of ever longer rests, are enough."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What the bytes of a file say. `kind` is what they are (`pdf`, `docx`, …; empty if unknown),
    whatever the address ends in; `outcome` is `ok`, `partial` (`reason` says what is missing), or
    the word for why there is no text."""

    outcome: Outcome
    reason: str
    kind: str
    version: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class PackedText:
    """A file's text with its index words, packed: made before the archive is locked."""

    read: FileText
    text: bytes
    words: bytes

    @classmethod
    def of(cls, read: FileText) -> PackedText:
        """Pack a text that was read."""
        return cls(read, pack_text(read.text), pack_text(shadow(read.text)))


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file to be asked for: `place` is where it stands among the files of its article, counted
    from 0."""

    id: int
    url: str
    kind: str
    place: int
    tries: int = 0
    asked_at: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether it failed so lately that it is too early to ask again."""
        if not self.tries or self.asked_at is None:
            return False
        return Attempts(self.tries, self.asked_at, self.asked_at).rests(now)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of an article, and what became of it.

    `outcome` says how it was last asked for (None: not yet), `text_outcome` how its bytes read
    (None: they are not kept). `size` is in bytes; `characters` counts the text.
    """

    file_id: int
    url: str
    name: str
    kind: str
    outcome: Outcome | None = None
    reason: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None
    snapshot_id: int | None = None
    text_outcome: Outcome | None = None
    text_reason: str = ""
    characters: int = 0
