"""What people said of stories, as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import JsonDocument, Member

if TYPE_CHECKING:
    from storage.decisions import Decision


DECISION: JsonDocument[Decision] = JsonDocument(
    Member("id", "integer", "its number, for `decisions undo`", lambda o: o.id),
    Member("story", "integer", "the story as it stands now", lambda o: o.story_id),
    Member("verb", "text", "`accept`, `reject`, `later`, `note`, `star`, `tag`, `merge`, `split` "
        "or `correct`", lambda o: o.verb),
    Member("by", "text", "who said so", lambda o: o.person),
    Member("at", "moment", "when", lambda o: o.at),
    Member("why", "text", "the reason or the note, may be empty", lambda o: o.value),
    Member("undone", "moment or null", "when it was taken back; null: it was not",
        lambda o: o.undone_at),
    Member("undone_by", "text or null", "who took it back; null: nobody, or it is not known",
        lambda o: o.undone_by or None),
    commands=("decisions --json",),
    about="A list of what people said, the latest first: what counts now, with `--all` everything.",
)  # fmt: skip


STORY_STATE: JsonDocument[tuple[int, str]] = JsonDocument(
    Member("id", "integer", "number of the story", lambda s: s[0]),
    Member("state", "text", "`open`, `accepted`, `rejected`, `later` or `disputed`",
        lambda s: s[1]),
)  # fmt: skip
