"""What people say of stories: these are one, these are not. Kept as decisions, heard as ties.

A later word outweighs an earlier one about the same two articles; a word that was undone is not
heard. Who may say so is not decided here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..driver import Connection
from .partition import Pair, pair

MERGE, SPLIT = "merge", "split"


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word about groups of articles: that the first articles of all groups belong
    together (MERGE), or that no article of a group belongs to one of another (SPLIT)."""

    verb: str
    groups: tuple[tuple[int, ...], ...]
    why: str = ""


def encode(word: Word) -> str:
    """A word as `decisions` keeps it."""
    return json.dumps({"groups": word.groups, "why": word.why}, ensure_ascii=False)


def decode(verb: str, value: str) -> Word:
    """The inverse of `encode`."""
    told = json.loads(value)
    return Word(verb, tuple(tuple(group) for group in told["groups"]), told["why"])


def apply_manual_links(db: Connection) -> None:
    """Make the ties from all words that stand."""
    ties: dict[Pair, tuple[bool, int]] = {}
    sql = (
        "SELECT id, verb, value FROM decisions WHERE verb IN ('merge', 'split') "
        "AND undone_at IS NULL ORDER BY id"
    )
    for decision_id, verb, value in db.execute(sql).fetchall():
        word = decode(verb, value)
        for one, other in _across(word.groups):
            ties.pop(pair(one, other), None)
            if verb == SPLIT:
                ties[pair(one, other)] = (False, decision_id)
        if verb == MERGE:
            for group in word.groups[1:]:
                ties[pair(word.groups[0][0], group[0])] = (True, decision_id)
    db.execute("DELETE FROM ties")
    db.conn.executemany(
        "INSERT INTO ties VALUES (?, ?, ?, ?)",
        [(*articles, together, decision) for articles, (together, decision) in ties.items()],
    )


def follow_lead(db: Connection, articles: Iterable[int]) -> None:
    """What was said of a story goes with the article that led it then: let it follow these, which
    may have been parted from others."""
    db.execute(_FOLLOW, [json.dumps([*articles])])


_FOLLOW = """
UPDATE decisions SET story_id = (SELECT story_id FROM articles WHERE id = decisions.article_id)
WHERE id IN (
  SELECT d.id FROM stories s JOIN decisions d ON d.story_id = s.id
  JOIN articles a ON a.id = d.article_id
  WHERE s.article_id IN (SELECT value FROM json_each(?))
    AND a.story_id <> coalesce(s.joined_to, s.id))
"""


def _across(groups: Sequence[Sequence[int]]) -> Iterator[Pair]:
    for place, group in enumerate(groups):
        for other in groups[place + 1 :]:
            yield from ((one, two) for one in group for two in other)
