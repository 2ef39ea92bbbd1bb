"""The bodies of the archive, their samples, who tells them, and which ones may be copies.

A body is a text, however many articles have it. Which are copies of one another is decided in
`links`; this only finds the few that are worth a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain

from ..driver import Connection
from .sketch import likeness, unpack_samples
from .tokens import Units, units

_FREQUENT, _POSTINGS = 2000, 8_000
"""A sample in more than _FREQUENT bodies tells nothing: it is part of a form or of a footer. Of the
others the rarest are asked for, as many as are in _POSTINGS bodies together."""
_SHARED, _WEIGHED = 2, 64
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
    """Make a body findable by its samples."""
    db.conn.executemany(
        "INSERT INTO samples VALUES (?, ?)", [(hash_, body_id) for hash_ in unpack_samples(sketch)]
    )


def drop_samples(db: Connection, body_id: int) -> None:
    """Forget the samples of a body."""
    row = db.execute("SELECT sketch FROM bodies WHERE id = ?", [body_id]).fetchone()
    db.conn.executemany(
        "DELETE FROM samples WHERE hash = ? AND body_id = ?",
        [(hash_, body_id) for hash_ in unpack_samples(row[0])],
    )


def candidates(db: Connection, body_id: int, sketch: bytes) -> list[int]:
    """The bodies that probably share a good part of this one, the likeliest first; a bounded
    number of them, whatever the archive holds."""
    samples = unpack_samples(sketch)
    if not samples:
        return []
    shared = _shared(db, body_id, samples)
    if not shared:
        return []
    sql = f"SELECT id, sketch FROM bodies WHERE id IN ({_marks(len(shared))})"
    found = db.execute(sql, [*shared]).fetchall()
    weighed = sorted(
        ((likeness(samples, unpack_samples(packed)), other) for other, packed in found),
        key=lambda pair: (-pair[0], pair[1]),
    )
    chosen = _in_turn([other for weight, other in weighed if weight >= _LIKELY], shared)
    tried = [other for weight, other in weighed if _UNLIKELY <= weight < _LIKELY][:_TRIED]
    return (chosen + tried)[:_COMPARED]


def _in_turn(alike: Sequence[int], shared: Mapping[int, int]) -> list[int]:
    """The likeliest ones and those that share most, in turn: of a long text and a short one few
    samples can be compared, so that two shared ones may be chance, and may be all there is."""
    most = sorted(alike, key=lambda other: (-shared[other], other))
    return [*dict.fromkeys(chain.from_iterable(zip(most, alike, strict=True)))]


def _shared(db: Connection, body_id: int, samples: Sequence[int]) -> dict[int, int]:
    """Other body → how many of the samples asked for it shares: those bodies that share most."""
    asked = _asked(db, samples)
    sql = (
        f"SELECT body_id, count(*) AS shared FROM samples WHERE hash IN ({_marks(len(asked))}) "
        "AND body_id <> ? GROUP BY body_id HAVING shared >= ? "
        "ORDER BY shared DESC, body_id LIMIT ?"
    )
    return dict(db.execute(sql, [*asked, body_id, _SHARED, _WEIGHED]).fetchall())


def _asked(db: Connection, samples: Sequence[int]) -> list[int]:
    """The rarest of the samples, as many as the bodies that are looked through allow. Sentences
    that go from text to text are in hundreds; of a text made of such ones nothing else is known."""
    both = chain.from_iterable((hash_, hash_) for hash_ in samples)
    counted = sorted(db.execute(_counts(len(samples)), [*both]).fetchall())
    total = accumulate(count for count, _ in counted)
    return [
        hash_
        for (count, hash_), postings in zip(counted, total, strict=True)
        if 0 < count <= _FREQUENT and postings <= _POSTINGS
    ]


@lru_cache(maxsize=128)
def _counts(samples: int) -> str:
    few = f"SELECT 1 FROM samples WHERE hash = ? LIMIT {_FREQUENT + 1}"
    return " UNION ALL ".join([f"SELECT (SELECT count(*) FROM ({few})), ?"] * samples)


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
