"""Which articles make a story: found again for those around a change, and written down.

The number of a story is that with which the first of its articles began; the others lead to it.
Compares no texts (see `links`), and tells no events: it returns what became of the leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from ..driver import Connection
from .manual_links import follow_lead
from .partition import Bond, Pair, divide, pair

_PEOPLE, _SAME_TEXT = 4.0, 3.0
_AT_A_TIME = 500
_MOST_TELLERS = 60
"""So many articles with one text are bonded each with each where people hold some apart."""


@dataclass(frozen=True, slots=True)
class NewLead:
    """A story is led by another article than before."""

    story_id: int
    article_id: int
    before: int


@dataclass(frozen=True, slots=True)
class _Member:
    id: int
    story_id: int
    own_story: int
    url_key: str


def join(db: Connection, articles: Iterable[int]) -> list[NewLead]:
    """Find the stories of these articles again, and of all that share one with them now."""
    members = _members(db, articles)
    if len(members) < 2:
        return []
    apart, bonds = _ties(db, members)
    bonds += _bonds(db, members, bool(apart))
    leads = []
    for group in divide(members, bonds, apart):
        lead = _write(db, [members[article] for article in sorted(group)])
        leads += [lead] if lead else []
    follow_lead(db, members)
    return leads


def unite(db: Connection, articles: Iterable[int]) -> list[NewLead]:
    """Make one story of those of these articles, which were found to belong together; the same as
    `join` where nothing was parted, and quicker in a crowd. Not for articles people spoke of."""
    stories = sorted({row[0] for row in _rows(db, _STORIES, articles)})
    if len(stories) < 2:
        return []
    story_id, joined = stories[0], stories[1:]
    sql = "SELECT coalesce(lead_id, article_id) FROM stories WHERE id IN"
    leads = [row[0] for row in _rows(db, sql, stories)]
    for other in joined:
        db.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", [story_id, other])
        db.execute(
            "UPDATE stories SET joined_to = ?1 WHERE id = ?2 OR joined_to = ?2", [story_id, other]
        )
    return [lead] if (lead := _lead(db, story_id, leads)) else []


def are_spoken_of(db: Connection) -> bool:
    """Whether people have said anything of stories that stands."""
    return db.execute("SELECT 1 FROM ties LIMIT 1").fetchone() is not None


def _members(db: Connection, articles: Iterable[int]) -> dict[int, _Member]:
    stories = {row[0] for row in _rows(db, _STORIES, articles)}
    sql = (
        "SELECT a.id, a.story_id, s.id, a.url_key FROM articles a "
        "JOIN stories s ON s.article_id = a.id WHERE a.story_id IN"
    )
    return {row[0]: _Member(*row) for row in _rows(db, sql, stories)}


def _ties(db: Connection, members: dict[int, _Member]) -> tuple[list[Pair], list[Bond]]:
    """What people said of these articles: which are apart, which are together."""
    apart, together = [], []
    sql = "SELECT article_id, other_id, together FROM ties WHERE article_id IN"
    for one, other, is_together in _rows(db, sql, members):
        if other not in members:
            continue
        if is_together:
            together.append(Bond(one, other, _PEOPLE))
        else:
            apart.append(pair(one, other))
    return apart, together


def _bonds(db: Connection, members: dict[int, _Member], each: bool) -> list[Bond]:
    """What texts say: those who tell one body, and those whose bodies are linked. `each`: every
    article with every other, not only as many as it takes."""
    tellers: dict[int, list[int]] = {}
    sql = "SELECT body_id, article_id FROM tellings WHERE article_id IN"
    for body_id, article_id in _rows(db, sql, members):
        tellers.setdefault(body_id, []).append(article_id)
    for found in tellers.values():
        found.sort(key=lambda article: (members[article].url_key, article))
    pairs: list[tuple[int, int, float]] = []
    for found in tellers.values():
        several = combinations(found[:_MOST_TELLERS], 2) if each else pairwise(found)
        pairs += [(one, other, _SAME_TEXT) for one, other in several]
    sql = "SELECT body_id, other_id, share + other_share FROM links WHERE joins AND body_id IN"
    for body_id, other_id, strength in _rows(db, sql, tellers):
        if body_id < other_id and other_id in tellers:
            ends = tellers[body_id], tellers[other_id]
            some = _MOST_TELLERS if each else 1
            pairs += [(one, other, strength) for one in ends[0][:some] for other in ends[1][:some]]
    return [
        Bond(one, other, strength, _order(members[one].url_key, members[other].url_key))
        for one, other, strength in pairs
    ]


def _order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _write(db: Connection, group: list[_Member]) -> NewLead | None:
    """Make a story of a group: its number, where the other numbers lead, its lead."""
    story_id = min(member.own_story for member in group)
    moved = [member.id for member in group if member.story_id != story_id]
    db.conn.executemany(
        "UPDATE articles SET story_id = ? WHERE id = ?", [(story_id, article) for article in moved]
    )
    db.conn.executemany(
        "UPDATE stories SET joined_to = ?1 WHERE id = ?2 AND joined_to IS NOT ?1",
        [
            (None if member.own_story == story_id else story_id, member.own_story)
            for member in group
        ],
    )
    db.conn.executemany(  # numbers from before articles had one each
        "UPDATE stories SET joined_to = ? WHERE joined_to = ? AND article_id IS NULL",
        [(story_id, member.own_story) for member in group if member.own_story != story_id],
    )
    return _lead(db, story_id, [member.id for member in group])


def _lead(db: Connection, story_id: int, group: list[int]) -> NewLead | None:
    """Let the earliest publication lead. Returns who leads now, if that was another before."""
    sql = "SELECT coalesce(lead_id, article_id), lead_id FROM stories WHERE id = ?"
    before, stored = db.execute(sql, [story_id]).fetchone()
    now = min(_rows(db, _STANDING, group))[-1] if len(group) > 1 else None
    if now != stored:
        db.execute("UPDATE stories SET lead_id = ? WHERE id = ?", [now, story_id])
    return NewLead(story_id, now, before) if now not in (None, before) else None


_STORIES = "SELECT story_id FROM articles WHERE id IN"
_STANDING = """
SELECT r.published_sort IS NULL, coalesce(r.published_sort, a.first_seen_at), s.rank, a.url_key,
  a.source_id, a.id
FROM articles a JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id
WHERE a.id IN
"""


def _rows(db: Connection, sql: str, ids: Iterable[int]) -> Iterator[tuple]:  # type: ignore[type-arg]
    """The rows of a question that ends in IN, asked for a part of the ids at a time."""
    wanted = [*ids]
    for start in range(0, len(wanted), _AT_A_TIME):
        part = wanted[start : start + _AT_A_TIME]
        yield from db.execute(f"{sql} ({', '.join('?' * len(part))})", part).fetchall()
