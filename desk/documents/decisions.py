"""What people said of stories, as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.decisions import State, Verdict

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from storage.decisions import Decided, Decision


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


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A word as it was kept: the verb, who said it, and what people's words on its stories come
    to. `person` is who asked for it."""

    verb: str
    person: str
    decided: Decided
    verdicts: Mapping[int, Verdict]

    @property
    def by(self) -> str:
        """Who said it: of what had been taken back before, who did that."""
        return self.person if self.decided.undone_before is None else self.decided.undone_by

    @property
    def stories(self) -> list[tuple[int, str]]:
        """Each story with its state."""
        verdicts = self.verdicts
        return [
            (story, verdicts[story].state if story in verdicts else State.OPEN)
            for story in self.decided.stories
        ]


DECIDED: JsonDocument[CarriedOut] = JsonDocument(
    Member("decision", "integer", "its number, for `decisions undo`; of `undo` what was taken back",
        lambda c: c.decided.decision_id),
    Member("verb", "text", "what was said, as in `decisions`, or `undo`", lambda c: c.verb),
    Member("by", "text", "who said so; empty where nobody was named", lambda c: c.by),
    Member("undone_before", "moment or null", "of `undo`: when it had been taken back already, by "
        "`by`; null: it had not", lambda c: c.decided.undone_before),
    parts("stories", "the stories it is about, as they stand now", lambda c: c.stories,
        STORY_STATE),
    commands=("decisions add --json", "decisions correct --json", "decisions undo --json",
        "stories merge --json", "stories split --json"),
    about="What a person said and what became of the stories by it.",
)  # fmt: skip
