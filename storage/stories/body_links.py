"""Which bodies an article tells: that of today and those of the versions it grew out of.

A text that was put in the place of another altogether says nothing of what the article was a copy
of. Joins nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..driver import Connection
from . import judge
from .bodies import articles_with, bodies_of, keep_body
from .compare import compare
from .links import drop_body, link_body, settle
from .sketch import sketch_of
from .tokens import units

_VERSIONS = 20
"""So many versions of an article count; what changes at every visit must not grow without end."""


@dataclass(frozen=True, slots=True)
class _Version:
    body_hash: str
    reading_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """The articles whose stories must be found again; `parts`: some may not belong together any
    more."""

    articles: frozenset[int]
    parts: bool


def link_bodies(
    db: Connection, article_id: int, body_hash: str, reading_id: int, sketch: bytes
) -> Around:
    """Note that an article tells a body, and link that if it is a new one."""
    body_id, is_new = keep_body(db, body_hash, reading_id, sketch)
    db.execute("INSERT OR IGNORE INTO tellings VALUES (?, ?)", [article_id, body_id])
    shift = link_body(db, body_id, sketch) if is_new else settle(db, {body_id})
    same = set() if is_new else {_another(db, body_id, article_id)}
    return Around(frozenset(articles_with(db, shift.bodies) | same | {article_id}), shift.parts)


def _another(db: Connection, body_id: int, article_id: int) -> int:
    sql = "SELECT article_id FROM tellings WHERE body_id = ? AND article_id <> ? LIMIT 1"
    row = db.execute(sql, [body_id, article_id]).fetchone()
    return int(row[0]) if row else article_id


def relink_bodies(db: Connection, article_id: int) -> set[int]:
    """Find out from an article's versions which bodies it tells. Returns the articles whose stories
    must be found again."""
    before = bodies_of(db, article_id)
    now: set[int] = set()
    again = {article_id}
    for version in _grown(db, article_id):
        text = units(version.text)
        packed = sketch_of(text)
        body_id, is_new = keep_body(db, version.body_hash, version.reading_id, packed)
        db.execute("INSERT OR IGNORE INTO tellings VALUES (?, ?)", [article_id, body_id])
        now.add(body_id)
        linked = link_body(db, body_id, packed).bodies if is_new else frozenset()
        again |= articles_with(db, linked | {body_id})
    for body_id in before - now:
        again |= articles_with(db, {body_id})
        sql = "DELETE FROM tellings WHERE article_id = ? AND body_id = ?"
        db.execute(sql, [article_id, body_id])
        if not articles_with(db, {body_id}):
            again |= articles_with(db, drop_body(db, body_id).bodies)
    return again


def _grown(db: Connection, article_id: int) -> Iterator[_Version]:
    """Today's version and those before, back to where the text became another."""
    sql = (
        "SELECT r.body_hash, r.id, r.body FROM revisions v JOIN readings r ON r.id = v.reading_id "
        "WHERE v.article_id = ? AND r.body_hash <> '' ORDER BY v.number DESC LIMIT ?"
    )
    newer: _Version | None = None
    for row in db.execute(sql, [article_id, _VERSIONS]).fetchall():
        version = _Version(*row)
        if newer is not None and newer.body_hash != version.body_hash:
            found = compare(units(newer.text), units(version.text))
            if not judge.follows(found):
                return
        yield version
        newer = version
