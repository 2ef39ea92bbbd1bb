"""The links between bodies: made by comparing texts, and weighed against one another.

Every rule looks at a body and those it shares text with, so that the same bodies have the same
links whichever came first. Joins no stories (see `join`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..driver import Connection
from . import judge
from .bodies import candidates, drop_samples, text_of, titles_of
from .compare import compare
from .judge import Link

_MOST_PARTS = 24
_MOST_COPIES = 8
_IN_VAIN = 5
"""The likeliest come first: after so many in a row that share little no other will do better."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The bodies at both ends of the links that count otherwise than before; `parts`: some of them
    do not count any more."""

    bodies: frozenset[int] = frozenset()
    parts: bool = False


def link_body(db: Connection, body_id: int, sketch: bytes) -> Shift:
    """Compare a body that has no links yet with the few it may share text with, and keep what was
    found."""
    likely = candidates(db, body_id, sketch)
    if not likely:
        return Shift()
    ours = text_of(db, body_id)
    copies = linked = in_vain = 0
    for other_id in likely:
        if in_vain == _IN_VAIN or copies == _MOST_COPIES:
            break
        found = compare(ours, text_of(db, other_id))
        copy = judge.is_copy(found)
        if not copy and not judge.is_part(found):
            in_vain += 1
            continue
        turned = found.turned()
        db.conn.executemany(
            "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, 0)",
            [
                (body_id, other_id, found.one, found.other, found.where_one, copy),
                (other_id, body_id, turned.one, turned.other, turned.where_one, copy),
            ],
        )
        copies, linked, in_vain = copies + copy, linked + 1, 0
    return settle(db, {body_id}) if linked else Shift()


def unlink_body(db: Connection, body_id: int) -> Shift:
    """Forget all links of a body; those it was linked with count as bodies of the shift."""
    sql = "SELECT other_id FROM links WHERE body_id = ?"
    others = {int(row[0]) for row in db.execute(sql, [body_id]).fetchall()}
    db.conn.executemany(
        "DELETE FROM links WHERE body_id = ? AND other_id = ?",
        [pair for other in others for pair in ((body_id, other), (other, body_id))],
    )
    if not others:
        return Shift()
    return Shift(settle(db, others).bodies | others, parts=True)


def drop_body(db: Connection, body_id: int) -> Shift:
    """Forget a body that no article tells any more."""
    shift = unlink_body(db, body_id)
    drop_samples(db, body_id)
    db.execute("DELETE FROM bodies WHERE id = ?", [body_id])
    return shift


def settle(db: Connection, bodies: Iterable[int]) -> Shift:
    """Decide again which links of these bodies count, and of those around them that this may
    matter to."""
    web = _Web(db)
    again = set(bodies)
    for body_id in [*again]:
        again |= {other for other, link in web.around(body_id).items() if link.concerns_other}
    for body_id in [*again]:
        if web.weigh(body_id):
            again |= {other for other, link in web.around(body_id).items() if link.is_part}
    changed: set[int] = set()
    parts = False
    for body_id in sorted(again):
        for other_id, link in web.around(body_id).items():
            if web.counts(body_id, other_id) != link.joins:
                changed |= {body_id, other_id}
                parts |= link.joins
                db.conn.executemany(
                    "UPDATE links SET joins = NOT joins WHERE body_id = ? AND other_id = ?",
                    [(body_id, other_id), (other_id, body_id)],
                )
                web.turn(body_id, other_id)
    return Shift(frozenset(changed), parts)


class _Web:
    """Bodies and their links, loaded when they are first asked for."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._around: dict[int, dict[int, Link]] = {}
        self._gathers: dict[int, bool] = {}
        self._best: dict[int, int | None] = {}

    def around(self, body_id: int) -> dict[int, Link]:
        """The links of a body by the body at the other end."""
        if body_id not in self._around:
            sql = (
                "SELECT other_id, share, other_share, place, copy, joins FROM links "
                "WHERE body_id = ?"
            )
            self._around[body_id] = {
                row[0]: Link(row[1], row[2], row[3], bool(row[4]), bool(row[5]))
                for row in self._db.execute(sql, [body_id]).fetchall()
            }
        return self._around[body_id]

    def turn(self, body_id: int, other_id: int) -> None:
        """A link counts now if it did not, and the other way round."""
        for one, other in ((body_id, other_id), (other_id, body_id)):
            link = self.around(one)[other]
            self._around[one][other] = replace(link, joins=not link.joins)

    def weigh(self, body_id: int) -> bool:
        """Find out afresh whether a body gathers several stories, and keep it. Returns whether
        that changed."""
        before = self._stored(body_id)
        now = self._gathers[body_id] = self._is_gathering(body_id)
        if now != before:
            self._db.execute("UPDATE bodies SET gathers = ? WHERE id = ?", [now, body_id])
        return now != before

    def counts(self, body_id: int, other_id: int) -> bool:
        """Whether a link joins what stands at its two ends."""
        link, best = self.around(body_id)[other_id], True
        if link.is_within:
            best = self._belongs(body_id, other_id)
        elif self.around(other_id)[body_id].is_within:
            best = self._belongs(other_id, body_id)
        gathers = self._does_gather(body_id), self._does_gather(other_id)
        return judge.joins(link, gathers, best=best)

    def _belongs(self, body_id: int, larger_id: int) -> bool:
        """Whether a body belongs to this larger one, of all that contain it."""
        if body_id not in self._best:
            found = [
                ((round(link.share, 2), link.other_share, link.place), other)
                for other, link in self.around(body_id).items()
                if link.copy and link.share >= judge.MOSTLY and not self._does_gather(other)
            ]
            self._best[body_id] = max(found)[1] if found else None
        best = self._best[body_id]
        if best is None or best == larger_id:
            return True
        link = self.around(best).get(larger_id)
        return link is not None and link.copy

    def _does_gather(self, body_id: int) -> bool:
        if body_id not in self._gathers:
            self._gathers[body_id] = self._stored(body_id)
        return self._gathers[body_id]

    def _stored(self, body_id: int) -> bool:
        sql = "SELECT gathers FROM bodies WHERE id = ?"
        return bool(self._db.execute(sql, [body_id]).fetchone()[0])

    def _is_gathering(self, body_id: int) -> bool:
        """Beside a part that could be taken for a copy of it others were put that are no copies of
        that, have titles of their own, stand apart in it and are a good deal of it. Where no part
        is so large, it can bridge nothing."""
        links = self.around(body_id)
        parts = [other for other, link in links.items() if link.is_part]
        parts = sorted(parts, key=lambda other: (-links[other].share, other))[:_MOST_PARTS]
        return any(self._is_one_of_several(body_id, one, parts) for one in parts if links[one].copy)

    def _is_one_of_several(self, body_id: int, one: int, parts: Sequence[int]) -> bool:
        links = self.around(body_id)
        beside = [other for other in parts if judge.stand_apart(links[one], links[other])]
        if not judge.fill(links[other] for other in beside):
            return False
        return judge.fill(links[other] for other in beside if self._tell_two_things(one, other))

    def _tell_two_things(self, one: int, other: int) -> bool:
        between = self.around(one).get(other)
        if between and between.copy:
            return False
        return not judge.alike(titles_of(self._db, one), titles_of(self._db, other))
