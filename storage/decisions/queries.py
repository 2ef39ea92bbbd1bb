"""Selecting what people decided of stories, and what these came to since. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..driver import Connection
from ..stamps import unstamp, unstamp_or_none
from .records import VERDICTS, Decision, News, Verb, Verdict, Which, standing, verdict

_AT_A_TIME = 500


class DecisionQueries:
    """The questions about what people decided."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, story_id: int | None = None, which: Which = Which.ALL) -> tuple[Decision, ...]:
        """What people said, of one story or of all, in the order they said it.

        A number that leads to another story stands for that one, and what was said of a story
        before it was joined to another is said of that.
        """
        if story_id is None:
            found = tuple(_decisions(self._db, "1", []))
        else:
            head = "(SELECT coalesce(joined_to, id) FROM stories WHERE id = ?)"
            found = tuple(
                _decisions(self._db, f"s.id = {head} OR s.joined_to = {head}", [story_id] * 2)
            )
        return standing(found) if which is Which.STANDING else found

    def get(self, number: int) -> Decision | None:
        """A decision by its number; None if there is none."""
        return next(_decisions(self._db, "d.id = ?", [number]), None)

    def standing_of(self, story_ids: Sequence[int]) -> dict[int, tuple[Decision, ...]]:
        """What people said of each of these stories that counts now, in the order they said it;
        none for those nobody spoke of. The numbers are those of stories as they stand now."""
        said: dict[int, list[Decision]] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            for decision in _decisions(self._db, _of(part), [*part, *part]):
                said.setdefault(decision.story_id, []).append(decision)
        return {story: standing(words) for story, words in said.items()}

    def verdicts(self, story_ids: Sequence[int]) -> dict[int, Verdict]:
        """What the verdicts on each of these stories come to; none for those nobody spoke of.

        The numbers are those of stories as they stand now.
        """
        said: dict[int, list[Decision]] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            where = f"{_of(part)} AND d.verb IN ({', '.join(repr(verb) for verb in VERDICTS)})"
            for decision in _decisions(self._db, where, [*part, *part]):
                said.setdefault(decision.story_id, []).append(decision)
        news = self.news([*said])
        return {story: verdict(words, news.get(story)) for story, words in said.items()}

    def accepted_since(self, seq: int) -> tuple[int, ...]:
        """The stories, as they stand now, that somebody accepted who knew of that event, and did
        not take that back. Does not look through the decisions from long before it."""
        found: set[int] = set()
        below = _NO_LATER
        while part := list(self._db.query(_LATEST, [below, _AT_A_TIME])):
            since = [row for row in part if row["seq"] >= seq]
            found |= {row["head"] for row in since if row["is_acceptance"]}
            if not since:  # some, of pages opened earlier, may have come between
                break
            below = part[-1]["id"]
        return tuple(sorted(found))

    def news(self, story_ids: Sequence[int]) -> dict[int, News]:
        """Of each of these stories the last material change that was told, where there is one."""
        found: dict[int, News] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            for row in self._db.query(_NEWS.format(", ".join("?" * len(part))), part):
                found[row["story_id"]] = News(row["seq"], unstamp(row["at"]))
        return found


def _of(stories: Sequence[int]) -> str:
    """The condition that something was said of one of these stories; takes them twice."""
    marks = ", ".join("?" * len(stories))
    return f"(s.id IN ({marks}) AND s.joined_to IS NULL OR s.joined_to IN ({marks}))"


_NO_LATER = 2**63 - 1
_LATEST = f"""
SELECT d.id, d.seq, coalesce(s.joined_to, s.id) AS head,
  d.verb = '{Verb.ACCEPT}' AND d.undone_at IS NULL AS is_acceptance
FROM decisions d JOIN stories s ON s.id = d.story_id WHERE d.id < ? ORDER BY d.id DESC LIMIT ?
"""
_NEWS = """
SELECT a.story_id, max(e.seq) AS seq, e.at FROM articles a JOIN events e ON e.article_id = a.id
WHERE a.story_id IN ({}) AND e.change = 'changed' AND NOT e.baseline GROUP BY a.story_id
"""


def _decisions(db: Connection, where: str, parameters: Sequence[Any]) -> Iterator[Decision]:
    found = db.query(
        "SELECT d.*, coalesce(s.joined_to, s.id) AS head FROM decisions d "
        f"JOIN stories s ON s.id = d.story_id WHERE {where} ORDER BY d.id",
        list(parameters),
    )
    for row in found:
        yield Decision(
            id=row["id"],
            story_id=row["head"],
            said_of=row["story_id"],
            article_id=row["article_id"],
            verb=row["verb"],
            value=_told(row["verb"], row["value"]),
            person=row["person"],
            at=unstamp(row["at"]),
            seq=row["seq"],
            undone_at=unstamp_or_none(row["undone_at"]),
            undone_by=row["undone_by"],
        )


def _told(verb: str, value: str) -> str:
    """What was said, in words."""
    if verb in list(Verb):
        return value
    from ..stories.manual_links import MERGE, SPLIT, decode
    from .corrections import (
        CORRECT,
        read,  # most decisions are verdicts
    )

    if verb in (MERGE, SPLIT):
        return decode(verb, value).why
    if verb == CORRECT:
        said = read(value)
        return f"{said.field}: {said.value}"
    return value
