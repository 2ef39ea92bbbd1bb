"""Every sketch, link and story made again with today's rules, in steps that can be gone on with.

Three passes: what each article tells, which bodies are linked, which articles are one story. How
far they got is kept, so that what was interrupted goes on there. Tells no events: nothing is news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..driver import Connection
from .bodies import drop_samples, keep_samples, text_of
from .body_links import relink_bodies
from .join import join
from .links import link_body, unlink_body
from .manual_links import apply_manual_links
from .sketch import SKETCH_VERSION, sketch_of

_AT_A_TIME = 50
_PROGRESS = "stories rebuilt"
_TELL, _LINK, _JOIN = "tell", "link", "join"
_TABLES = {_TELL: "articles", _LINK: "bodies", _JOIN: "articles"}
_NEXT = {_TELL: _LINK, _LINK: _JOIN}


def is_due(db: Connection) -> bool:
    """Whether the archive's stories were made by other rules than today's, or a rebuild waits to be
    gone on with."""
    versions = dict(db.execute("SELECT what, version FROM versions").fetchall())
    return versions.get("sketch") != str(SKETCH_VERSION) or _PROGRESS in versions


def step(db: Connection, report: Callable[[int, int], None]) -> bool:
    """Go on for some articles or bodies, inside a write transaction. Returns whether there is more
    to do; `report` is told how much of the whole is done."""
    row = db.execute("SELECT version FROM versions WHERE what = ?", [_PROGRESS]).fetchone()
    stage, last = row[0].split() if row else (_TELL, "0")
    ids = [
        int(found[0])
        for found in db.execute(
            f"SELECT id FROM {_TABLES[stage]} WHERE id > ? ORDER BY id LIMIT ?",
            [int(last), _AT_A_TIME],
        ).fetchall()
    ]
    _work(db, stage, ids)
    report(*_done(db, stage, ids[-1] if ids else None))
    if ids:
        return _note(db, f"{stage} {ids[-1]}")
    if stage in _NEXT:
        return _note(db, f"{_NEXT[stage]} 0")
    db.execute("DELETE FROM versions WHERE what = ?", [_PROGRESS])
    db.execute("UPDATE versions SET version = ? WHERE what = 'sketch'", [str(SKETCH_VERSION)])
    return False


def _work(db: Connection, stage: str, ids: Sequence[int]) -> None:
    if stage == _TELL:
        for article_id in ids:
            relink_bodies(db, article_id)
    elif stage == _LINK:
        for body_id in ids:
            _link(db, body_id)
    else:
        if ids and ids[0] == db.execute("SELECT min(id) FROM articles").fetchone()[0]:
            apply_manual_links(db)
        for article_id in ids:
            _join(db, article_id)


def _join(db: Connection, article_id: int) -> None:
    """Find the story of an article again, where that was not done with one before it."""
    near = {row[0] for row in db.execute(_NEAR, {"id": article_id}).fetchall()} | {article_id}
    marks = ", ".join("?" * len(near))
    sql = f"SELECT DISTINCT story_id FROM articles WHERE id IN ({marks})"
    stories = db.execute(sql, [*near]).fetchall()
    sql = "SELECT min(id) FROM articles WHERE story_id = ?"
    if len(stories) > 1 or db.execute(sql, stories[0]).fetchone()[0] == article_id:
        join(db, near)


_NEAR = """
SELECT o.article_id FROM tellings t JOIN tellings o ON o.body_id = t.body_id
WHERE t.article_id = :id
UNION SELECT o.article_id FROM tellings t JOIN links l ON l.body_id = t.body_id AND l.joins
JOIN tellings o ON o.body_id = l.other_id WHERE t.article_id = :id
UNION SELECT other_id FROM ties WHERE article_id = :id AND together
UNION SELECT article_id FROM ties WHERE other_id = :id AND together
LIMIT 500
"""


def _link(db: Connection, body_id: int) -> None:
    text = text_of(db, body_id)
    packed = sketch_of(text)
    unlink_body(db, body_id)
    drop_samples(db, body_id)
    db.execute("UPDATE bodies SET sketch = ?, gathers = 0 WHERE id = ?", [packed, body_id])
    keep_samples(db, body_id, packed)
    link_body(db, body_id, packed)


def _note(db: Connection, progress: str) -> bool:
    db.execute(
        "INSERT INTO versions VALUES (?, ?) "
        "ON CONFLICT (what) DO UPDATE SET version = excluded.version",
        [_PROGRESS, progress],
    )
    return True


def _done(db: Connection, stage: str, last: int | None) -> tuple[int, int]:
    """How many of the three passes' articles and bodies are done, and of how many."""
    sizes = {
        name: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for name, table in _TABLES.items()
    }
    done = 0
    for name, size in sizes.items():
        if name == stage:
            sql = f"SELECT count(*) FROM {_TABLES[stage]} WHERE id <= ?"
            done += size if last is None else db.execute(sql, [last]).fetchone()[0]
            break
        done += size
    return done, sum(sizes.values())
