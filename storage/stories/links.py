"""The bodies of the archive, the links between them, and which articles have which body.

A body is a text, however many articles have it. Every rule looks at a body and those it shares text
with, so that the same bodies have the same links whichever came first. Joins no stories (see
`writes`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

from ..database import Connection
from . import rules
from .rules import Link
from .texts import BINS, Units, compare, likeness, sample_words, sketch_of, units, unpack_samples

_RARE, _PAIRED = 100, 80_000
"""The bodies that share a sample are looked through where there are few. A sample of a sentence
that goes from text to text is in thousands and tells little, but two of them do: the rarest of
these, as many as are in _PAIRED bodies together, are asked for in pairs."""
_SHARED, _WEIGHED, _CROWDED = 2, 64, 16
"""Of the first bodies that share what many do some are weighed as well: of a text that is in the
archive a hundred times no sample is rare."""
_LIKELY, _COMPARED = 0.2, 12
_UNLIKELY, _TRIED = 0.1, 3
"""Those that share so little that they are hardly copies are tried too, but few of them."""


def keep_body(db: Connection, body_hash: str, reading_id: int, sketch: bytes) -> tuple[int, bool]:
    """The body of that hash, and whether it was not known before."""
    added = db.execute(
        "INSERT INTO bodies (body_hash, reading_id, sketch) VALUES (?, ?, ?) "
        "ON CONFLICT (body_hash) DO NOTHING",
        [body_hash, reading_id, sketch],
    )
    if not added.rowcount:
        sql = "SELECT id FROM bodies WHERE body_hash = ?"
        return int(db.execute(sql, [body_hash]).fetchone()[0]), False
    body_id = int(added.lastrowid or 0)
    keep_samples(db, body_id, sketch)
    return body_id, True


def keep_samples(db: Connection, body_id: int, sketch: bytes) -> None:
    """Make a body findable by its samples: in a transaction of the archive at once for what is
    asked in it, for others with its commit."""
    if db.samples is not None:
        db.samples.add(body_id, sample_words(sketch))
        return
    sql = "INSERT INTO samples_fts (rowid, samples) VALUES (?, ?)"
    db.execute(sql, [body_id, sample_words(sketch)])


def drop_samples(db: Connection, body_id: int) -> None:
    """Forget the samples of a body, whose sketch is still the one they are of."""
    if db.samples is not None and db.samples.drop(body_id):
        return
    sql = "SELECT sketch FROM bodies WHERE id = ?"
    words = sample_words(db.execute(sql, [body_id]).fetchone()[0])
    sql = "INSERT INTO samples_fts (samples_fts, rowid, samples) VALUES ('delete', ?, ?)"
    db.execute(sql, [body_id, words])


def candidates(db: Connection, body_id: int, sketch: bytes) -> list[int]:
    """The bodies that probably share a good part of this one, the likeliest first. A bounded
    number of them, whatever the archive holds."""
    likely = _sharing(db, body_id, sketch)
    if not likely:
        return []
    sql = f"SELECT id, sketch FROM bodies WHERE id IN ({_marks(len(likely))})"
    samples = unpack_samples(sketch)
    ours = frozenset(samples)
    weights, shared = {}, {}
    for other, packed in db.execute(sql, likely).fetchall():
        theirs = unpack_samples(packed)
        shared[other] = len(ours.intersection(theirs))
        weights[other] = likeness(samples, theirs, shared[other])
    weighed = sorted(weights, key=lambda other: (-weights[other], other))
    chosen = _in_turn([other for other in weighed if weights[other] >= _LIKELY], shared)
    tried = [other for other in weighed if _UNLIKELY <= weights[other] < _LIKELY][:_TRIED]
    return (chosen + tried)[:_COMPARED]


def _in_turn(alike: Sequence[int], shared: Mapping[int, int]) -> list[int]:
    """The likeliest ones and those that share most, in turn: of a long text and a short one few
    samples can be compared, so that two shared ones may be chance, and may be all there is."""
    most = sorted(alike, key=lambda other: (-shared[other], other))
    return [*dict.fromkeys(chain.from_iterable(zip(most, alike, strict=True)))]


def _sharing(db: Connection, body_id: int, sketch: bytes) -> list[int]:
    """Other bodies, those that share most samples with this one."""
    words = sample_words(sketch).split()
    found = _having(db, [(word,) for word in words])
    pairs = [*pairwise(_frequent(db, words, found))]
    found += _having(db, pairs) * _SHARED
    few = Counter(chain.from_iterable(each for each in found if len(each) <= _RARE))
    crowds = Counter(chain.from_iterable(each for each in found if len(each) > _RARE))
    likely = _most(few, _WEIGHED, body_id) + _most(crowds, _CROWDED, body_id)
    return [*dict.fromkeys(likely)]


def _most(counts: Counter[str], number: int, but: int) -> list[int]:
    several = [(-count, int(other)) for other, count in counts.items() if count >= _SHARED]
    return [other for _, other in sorted(several) if other != but][:number]


def _having(db: Connection, asked: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """The bodies that have all samples of each tuple, hardly more than _RARE of them. Their numbers
    stay text: thousands are counted, and few of them looked at."""
    if not asked:
        return []
    sought = json.dumps([" AND ".join(words) for words in asked])
    rows = db.execute(_WITH_EACH, [sought, _RARE + 1]).fetchall()
    found = [row[0].split(",") if row[0] else [] for row in rows]
    if db.samples is not None:
        for words, bodies in zip(asked, found, strict=True):
            if words[0] in db.samples:
                bodies.extend(map(str, db.samples.having(words)))
    return found


_WITH_EACH = """
SELECT (SELECT group_concat(rowid) FROM (
  SELECT rowid FROM samples_fts WHERE samples_fts MATCH k.value LIMIT ?2
)) FROM json_each(?1) k ORDER BY k.key
"""


def _frequent(db: Connection, words: Sequence[str], found: Sequence[list[str]]) -> list[str]:
    """Those of the samples that more than _RARE bodies have and that are asked for in pairs, in
    their order. In how many a sample is follows from how close together the first of them are."""
    both = zip(words, found, strict=True)
    many = [(word, bodies) for word, bodies in both if len(bodies) > _RARE]
    if not many:
        return []
    (last,) = db.execute("SELECT max(id) FROM bodies").fetchone()
    sizes = {}
    for word, bodies in many:
        first = int(bodies[0])
        sizes[word] = _RARE * (last - first + 1) / abs(int(bodies[_RARE]) - first)
    total = accumulate(sorted(sizes.values()))
    most = sum(1 for size in total if size <= _PAIRED)
    taken = sorted(sizes, key=sizes.__getitem__)[:most]
    return [word for word in words if word in taken]


def text_of(db: Connection, body_id: int) -> Units:
    """The units of a body."""
    sql = "SELECT body_hash FROM bodies WHERE id = ?"
    (body_hash,) = db.execute(sql, [body_id]).fetchone()
    if body_hash not in _TEXTS:
        if len(_TEXTS) >= _KEPT_TEXTS:
            _TEXTS.pop(next(iter(_TEXTS)), None)
        sql = "SELECT r.body FROM bodies b JOIN readings r ON r.id = b.reading_id WHERE b.id = ?"
        _TEXTS[body_hash] = units(db.execute(sql, [body_id]).fetchone()[0])
    return _TEXTS[body_hash]


_KEPT_TEXTS = 256
_TEXTS: dict[str, Units] = {}
"""By hash: what was compared just now is often compared again with the next copy."""


def titles_of(db: Connection, body_id: int) -> list[str]:
    """The titles under which a body stands now, as units."""
    sql = (
        "SELECT DISTINCT r.title FROM tellings t JOIN articles a ON a.id = t.article_id "
        "JOIN readings r ON r.id = a.reading_id WHERE t.body_id = ? LIMIT 20"
    )
    return [units(row[0]).raw for row in db.execute(sql, [body_id]).fetchall()]


def _title(db: Connection, body_id: int) -> Units:
    """The title under which a body was read first."""
    sql = "SELECT r.title FROM bodies b JOIN readings r ON r.id = b.reading_id WHERE b.id = ?"
    return units(db.execute(sql, [body_id]).fetchone()[0] or "")


def bodies_of(db: Connection, article_id: int) -> set[int]:
    """The bodies of an article: of today, and of its earlier versions."""
    sql = "SELECT body_id FROM tellings WHERE article_id = ?"
    return {row[0] for row in db.execute(sql, [article_id]).fetchall()}


def articles_with(db: Connection, bodies: Iterable[int]) -> set[int]:
    """The articles that have or had one of these bodies."""
    wanted = [*bodies]
    found: set[int] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        sql = f"SELECT article_id FROM tellings WHERE body_id IN ({_marks(len(part))})"
        found.update(row[0] for row in db.execute(sql, part).fetchall())
    return found


def _marks(count: int) -> str:
    return ", ".join(["?"] * count)


_MOST_PARTS = 24
_MOST_COPIES = 8
_IN_VAIN = 5
"""The likeliest come first: after so many in a row that share little no other will do better."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The bodies at both ends of the links that count otherwise than before, `parts`: some of them
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
        theirs = text_of(db, other_id)
        found = compare(ours, theirs)
        copy = rules.is_copy(found) and not rules.is_filled_in(found, (ours, theirs))
        if not copy and not rules.is_part(found):
            in_vain += 1
            continue
        if found.swaps or found.changed or max(found.one, found.other) < 1:
            titles = _title(db, body_id), _title(db, other_id)
            if (found.swaps and rules.is_series(*titles)) or (
                copy and rules.are_titled_apart(titles, (ours, theirs))
            ):
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
    return update_edges(db, {body_id}) if linked else Shift()


def unlink_body(db: Connection, body_id: int) -> Shift:
    """Forget all links of a body. Those it was linked with count as bodies of the shift."""
    sql = "SELECT other_id FROM links WHERE body_id = ?"
    others = {int(row[0]) for row in db.execute(sql, [body_id]).fetchall()}
    db.conn.executemany(
        "DELETE FROM links WHERE body_id = ? AND other_id = ?",
        [pair for other in others for pair in ((body_id, other), (other, body_id))],
    )
    if not others:
        return Shift()
    return Shift(update_edges(db, others).bodies | others, parts=True)


def drop_body(db: Connection, body_id: int) -> Shift:
    """Forget a body that no article tells any more."""
    shift = unlink_body(db, body_id)
    drop_samples(db, body_id)
    db.execute("DELETE FROM bodies WHERE id = ?", [body_id])
    return shift


def update_edges(db: Connection, bodies: Iterable[int]) -> Shift:
    """Decide again which links of these bodies count, and of those around them that this may
    matter to."""
    web = _Web(db)
    again = set(bodies)
    for body_id in [*again]:
        again |= {other for other, link in web.around(body_id).items() if link.concerns_other}
    for body_id in [*again]:
        if web.update_gathering(body_id):
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


_EVENT_DUE = "INSERT OR IGNORE INTO event_due SELECT article_id FROM tellings WHERE body_id = ?"
"""What gathers several stories tells the event of none."""


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

    def update_gathering(self, body_id: int) -> bool:
        """Find out afresh whether a body gathers several stories, and keep it. Returns whether
        that changed."""
        before = self._stored(body_id)
        now = self._gathers[body_id] = self._is_gathering(body_id)
        if now != before:
            self._db.execute("UPDATE bodies SET gathers = ? WHERE id = ?", [now, body_id])
            self._db.execute(_EVENT_DUE, [body_id])
        return now != before

    def counts(self, body_id: int, other_id: int) -> bool:
        """Whether a link joins what stands at its two ends."""
        link, best = self.around(body_id)[other_id], True
        if link.is_within:
            best = self._belongs(body_id, other_id)
        elif self.around(other_id)[body_id].is_within:
            best = self._belongs(other_id, body_id)
        gathers = self._does_gather(body_id), self._does_gather(other_id)
        return rules.joins(link, gathers, best=best)

    def _belongs(self, body_id: int, larger_id: int) -> bool:
        """Whether a body belongs to this larger one, of all that contain it."""
        if body_id not in self._best:
            found = [
                ((round(link.share, 2), link.other_share, link.place), other)
                for other, link in self.around(body_id).items()
                if link.copy and link.share >= rules.MOSTLY and not self._does_gather(other)
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
        beside = [other for other in parts if rules.stand_apart(links[one], links[other])]
        if not rules.fill((links[other] for other in beside), BINS):
            return False
        cover = (links[other] for other in beside if self._cover_two_subjects(one, other))
        return rules.fill(cover, BINS)

    def _cover_two_subjects(self, one: int, other: int) -> bool:
        between = self.around(one).get(other)
        if between and between.copy:
            return False
        return not rules.alike(titles_of(self._db, one), titles_of(self._db, other))


# Which bodies an article tells: that of today and those of the versions it grew out of.

_VERSIONS = 20
"""So many versions of an article count; what changes at every visit must not grow without end."""


@dataclass(frozen=True, slots=True)
class _Version:
    body_hash: str
    reading_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """The articles whose stories must be found again, `parts`: some may not belong together any
    more."""

    articles: frozenset[int]
    parts: bool


def link_bodies(
    db: Connection, article_id: int, body_hash: str, reading_id: int, sketch: bytes
) -> Around:
    """Note that an article tells a body, and link that if it is a new one."""
    body_id, is_new = keep_body(db, body_hash, reading_id, sketch)
    db.execute("INSERT OR IGNORE INTO tellings VALUES (?, ?)", [article_id, body_id])
    shift = link_body(db, body_id, sketch) if is_new else update_edges(db, {body_id})
    same = set() if is_new else _others(db, body_id, article_id)
    return Around(frozenset(articles_with(db, shift.bodies) | same | {article_id}), shift.parts)


def _others(db: Connection, body_id: int, article_id: int) -> set[int]:
    """An article of each of the stories that tell a body, those nearest by their day, and those of
    the source of this article that are furthest from it by theirs."""
    found = (db.execute(sql, [body_id, article_id]).fetchall() for sql in (_NEAREST, _FURTHEST))
    return {int(row[0]) for row in chain.from_iterable(found)}


_TELLING = """
FROM tellings t JOIN articles o ON o.id = t.article_id JOIN articles a ON a.id = ?2
WHERE t.body_id = ?1 AND o.id <> a.id
"""
_DISTANCE = "abs(julianday(substr(o.dated_at, 1, 10)) - julianday(substr(a.dated_at, 1, 10)))"
_NEAREST = f"SELECT min(o.id) {_TELLING} GROUP BY o.story_id ORDER BY min({_DISTANCE}), 1 LIMIT 60"
_FURTHEST = f"""
SELECT o.id {_TELLING} AND o.source_id = a.source_id ORDER BY {_DISTANCE} DESC LIMIT 20
"""


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
            if not rules.follows(found):
                return
        yield version
        newer = version
