"""The queue of stories that wait for a person's word: which belong in, and in what state.

Made from articles, scores and decisions; says nothing that they do not. Triggers note which stories
something happened to (`queue_due`), and here they are looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ..decisions.queries import DecisionQueries
from ..decisions.records import State, Verb, Verdict
from ..driver import Connection
from ..relevance.records import STRENGTH, PlaceRole

NOT_GRADED = len(STRENGTH)
"""The strength of a story in which no watched name was found; smaller is stronger."""
NEWS_DAYS = 7
"""What a first crawl, a back-fill or an import brings is news if it was published so many days or
fewer before it was first seen."""
_AT_A_TIME = 400
_DUE = """
SELECT d.story_id, coalesce(s.joined_to, d.story_id) AS head
FROM queue_due d LEFT JOIN stories s ON s.id = d.story_id ORDER BY d.story_id DESC LIMIT ?
"""


class Key(StrEnum):
    """What a story of the queue can be found by. A place is one it is about, a language the primary
    subtag (RFC 5646), a mark the verb of a star or note."""

    TOPIC = "topic"
    PLACE = "place"
    SOURCE = "source"
    LANGUAGE = "language"
    TAG = "tag"
    MARKED = "marked"


def update(db: Connection, verdicts: DecisionQueries, topics: Sequence[str], limit: int) -> int:
    """Look again at stories that something happened to, the latest ones first, `limit` at most.
    `topics` are those whose grades count. Returns how many are left."""
    while limit > 0:
        due = list(db.query(_DUE, [min(limit, _AT_A_TIME)]))
        if not due:
            return 0
        # What was said of a story that has joined another concerns that one.
        stories = {number for row in due for number in (row["story_id"], row["head"])}
        _settle(db, verdicts, topics, sorted(stories, reverse=True))
        limit -= len(due)
    return int(db.execute("SELECT count(*) FROM queue_due").fetchone()[0])


def note_changed_topics(db: Connection, topics: Sequence[str]) -> None:
    """Note every story for another look, if other topics count than the last time."""
    counting = " ".join(sorted(topics))
    row = next(iter(db.query("SELECT version FROM versions WHERE what = 'queue'")), None)
    if row is None or row["version"] != counting:
        db.execute("INSERT OR REPLACE INTO versions VALUES ('queue', ?)", [counting])
        if row is not None:
            db.execute("INSERT OR IGNORE INTO queue_due SELECT story_id FROM queue")


def _settle(
    db: Connection, verdicts: DecisionQueries, topics: Sequence[str], due: Sequence[int]
) -> None:
    marks = ", ".join("?" * len(due))
    said = verdicts.verdicts(due)
    found = {row["story_id"]: row for row in db.query(_STORIES.format(marks), list(due))}
    strengths = _strengths(db, topics, list(found))
    kept: dict[int, _Place] = {}
    for story_id in due:
        row = found.get(story_id)
        verdict = said.get(story_id, Verdict(State.OPEN))
        if row is None or (row["arrived_at"] is None and not verdict.decisions):
            db.execute("DELETE FROM queue WHERE story_id = ?", [story_id])
            continue
        strength, points = strengths.get(story_id, (NOT_GRADED, 0.0))
        arrived_at, state = row["arrived_at"] or row["first_seen_at"], verdict.state.value
        place = (strength, points, row["language"])
        db.execute(_KEEP, [story_id, row["lead_id"], arrived_at, state, *place])
        kept[story_id] = (state, arrived_at, strength, points)
    _keep_keys(db, kept)
    db.execute(f"DELETE FROM queue_due WHERE story_id IN ({marks})", list(due))


def _strengths(
    db: Connection, topics: Sequence[str], stories: Sequence[int]
) -> dict[int, tuple[int, float]]:
    """Story → its strongest grade and the points of that, among these topics."""
    found: dict[int, tuple[int, float]] = {}
    grades = {grade.value: strength for grade, strength in STRENGTH.items()}
    sql = _SCORES.format(", ".join("?" * len(stories)), ", ".join("?" * len(topics)))
    for row in db.query(sql, [*stories, *topics]):
        mine = grades[row["grade"]], row["points"]
        best = found.get(row["story_id"], (NOT_GRADED, 0.0))
        found[row["story_id"]] = min(best, mine, key=lambda each: (each[0], -each[1]))
    return found


_Place = tuple[str, str, int, float]
"""State, arrival, strength and points of a story: where it stands in the queue."""


def _keep_keys(db: Connection, kept: Mapping[int, _Place]) -> None:
    """Bring the keys of these stories up to date; those of a story that left went with it."""
    stories = list(kept)
    marks = ", ".join("?" * len(stories))
    before = set(db.execute(_KEPT_KEYS.format(marks), stories).fetchall())
    now = {
        (story_id, kind, id_, *kept[story_id])
        for kind, id_, story_id in db.execute(_KEYS.replace("{}", marks), stories * 5).fetchall()
        if id_
    }
    gone = [row[:3] for row in sorted(before - now)]
    db.conn.executemany("DELETE FROM queue_keys WHERE (story_id, kind, id) = (?, ?, ?)", gone)
    db.conn.executemany(_KEEP_KEY, sorted(now - before))


_KEPT_KEYS = """
SELECT story_id, kind, id, state, arrived_at, strength, points FROM queue_keys
WHERE story_id IN ({})
"""
_KEEP_KEY = """
INSERT INTO queue_keys (story_id, kind, id, state, arrived_at, strength, points)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_KEYS = f"""
SELECT '{Key.TOPIC}', x.topic, a.story_id FROM articles a JOIN scores x ON x.article_id = a.id
WHERE a.story_id IN ({{}})
UNION SELECT '{Key.PLACE}', x.place, a.story_id FROM articles a JOIN places x
ON x.article_id = a.id AND x.role = '{PlaceRole.ABOUT}' WHERE a.story_id IN ({{}})
UNION SELECT '{Key.SOURCE}', a.source_id, a.story_id FROM articles a WHERE a.story_id IN ({{}})
UNION SELECT '{Key.LANGUAGE}',
  substr(q.language, 1, instr(replace(q.language, '_', '-') || '-', '-') - 1), q.story_id
FROM queue q WHERE q.story_id IN ({{}})
UNION SELECT iif(d.verb = '{Verb.TAG}', '{Key.TAG}', '{Key.MARKED}'),
  iif(d.verb = '{Verb.TAG}', d.value, d.verb), coalesce(s.joined_to, s.id)
FROM (SELECT value AS head FROM json_each(json_array({{}}))) h
JOIN stories s ON s.id = h.head OR s.joined_to = h.head JOIN decisions d ON d.story_id = s.id
WHERE d.undone_at IS NULL AND d.verb IN ('{Verb.TAG}', '{Verb.STAR}', '{Verb.NOTE}')
"""
ARRIVES = f"(NOT a.baseline OR julianday(a.first_seen_at) - julianday(a.dated_at) <= {NEWS_DAYS})"
"""The condition that an article `a` was news when it was first seen."""
_STORIES = f"""
SELECT a.story_id, coalesce(s.lead_id, s.article_id, min(a.id)) AS lead_id,
  min(a.first_seen_at) AS first_seen_at,
  max(lower(coalesce(r.language, o.language))) AS language,
  min(CASE WHEN {ARRIVES} THEN a.first_seen_at
    WHEN a.changed_at IS NOT NULL THEN a.changed_at END) AS arrived_at
FROM articles a JOIN stories s ON s.id = a.story_id JOIN readings r ON r.id = a.reading_id
JOIN sources o ON o.id = a.source_id
WHERE a.story_id IN ({{}}) GROUP BY a.story_id
"""
_SCORES = """
SELECT a.story_id, c.grade, c.points FROM articles a JOIN scores c ON c.article_id = a.id
WHERE a.story_id IN ({}) AND c.topic IN ({})
"""
_KEEP = """
INSERT INTO queue VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  lead_id = excluded.lead_id, arrived_at = excluded.arrived_at, state = excluded.state,
  strength = excluded.strength, points = excluded.points, language = excluded.language
"""
