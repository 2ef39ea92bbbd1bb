"""Writing which story an article belongs to and what people say of that. Making all again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, pairwise

from ..contradictions import ContradictionWrites
from ..database import Connection, insert, maybe, one, stamp, unstamp, unstamp_or_none
from ..decisions import Decided, Verb, Word, decode, encode
from ..revisions import EventLog
from ..types import Change
from .links import (
    articles_with,
    bodies_of,
    drop_samples,
    keep_samples,
    link_bodies,
    link_body,
    relink_bodies,
    text_of,
    unlink_body,
)
from .queries import (
    LOOKED_AGAIN,
    DueReport,
    EventLink,
    apply_manual_links,
    follow_lead,
    pack_anchors,
    unpack_keys,
)
from .rules import Edge, Pair, Printing, is_repeated, pair, partition
from .texts import SKETCH_VERSION, sketch_of

_PEOPLE, _SAME_TEXT = 4.0, 3.0
_AT_A_TIME = 500
_MOST_TELLERS = 60
"""So many articles with one text are bonded each with each where some are held apart."""


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
    dated_at: str

    def order(self, other: _Member) -> tuple[str, ...]:
        """Which of what ties it equally to others comes first: what is of the nearest day."""
        one, two = (date.fromisoformat(each.dated_at[:10]) for each in (self, other))
        return f"{abs((one - two).days):06}", *sorted((self.url_key, other.url_key))


def join(db: Connection, articles: Iterable[int]) -> list[NewLead]:
    """Find the stories of these articles again, and of all that share one with them now."""
    members = _members(db, articles)
    if len(members) < 2:
        return []
    apart, together = _ties(db, members)
    repeated = _repeated(db, members)
    edges = _edges(db, members, bool(apart or repeated))
    leads = []
    for group in _stories_of(members, together, edges, apart, repeated):
        lead = _write(db, [members[article] for article in sorted(group)])
        leads += [lead] if lead else []
    follow_lead(db, members)
    return leads


def _stories_of(
    members: Iterable[int],
    together: Sequence[Edge],
    edges: Sequence[Edge],
    apart: Sequence[Pair],
    repeated: Sequence[Pair],
) -> list[frozenset[int]]:
    """Stories by what texts say, over which people's word goes."""
    if repeated:
        found = partition(members, edges, [*apart, *repeated])
        edges = [Edge(*two, _SAME_TEXT) for group in found for two in pairwise(sorted(group))]
    return partition(members, [*together, *edges], apart)


def _repeated(db: Connection, articles: Iterable[int]) -> list[Pair]:
    """Those of these articles with one text that their source published for two occasions."""
    tellers: dict[tuple[int, str], list[tuple[int, Printing]]] = {}
    for body_id, article_id, source, day, seen_at, gone_at in _rows(db, _PRINTINGS, articles):
        printed = date.fromisoformat(day) if day else None
        found = Printing(source, printed, unstamp(seen_at), unstamp_or_none(gone_at))
        tellers.setdefault((body_id, source), []).append((article_id, found))
    return [
        pair(one, other)
        for found in tellers.values()
        for (one, first), (other, second) in combinations(found, 2)
        if is_repeated(first, second)
    ]


_PRINTINGS = """
SELECT t.body_id, a.id, a.source_id, substr(r.published, 1, 10), a.first_seen_at, a.gone_at
FROM articles a JOIN tellings t ON t.article_id = a.id JOIN readings r ON r.id = a.reading_id
WHERE a.id IN
"""


def merge_stories(db: Connection, articles: Iterable[int]) -> list[NewLead]:
    """Make one story of those of these articles, which were found to belong together. The same as
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
        "SELECT a.id, a.story_id, s.id, a.url_key, a.dated_at FROM articles a "
        "JOIN stories s ON s.article_id = a.id WHERE a.story_id IN"
    )
    return {row[0]: _Member(*row) for row in _rows(db, sql, stories)}


def _ties(db: Connection, members: dict[int, _Member]) -> tuple[list[Pair], list[Edge]]:
    """What people said of these articles: which are apart, which are together."""
    apart, together = [], []
    sql = "SELECT article_id, other_id, together FROM ties WHERE article_id IN"
    for first, other, is_together in _rows(db, sql, members):
        if other not in members:
            continue
        if is_together:
            together.append(Edge(first, other, _PEOPLE))
        else:
            apart.append(pair(first, other))
    return apart, together


def _edges(db: Connection, members: dict[int, _Member], each: bool) -> list[Edge]:
    """What texts say: those who tell one body, and those whose bodies are linked. `each`: every
    article with every other, not only as many as it takes."""
    tellers: dict[int, list[int]] = {}
    sql = "SELECT body_id, article_id FROM tellings WHERE article_id IN"
    for body_id, article_id in _rows(db, sql, members):
        tellers.setdefault(body_id, []).append(article_id)
    for found in tellers.values():
        found.sort(key=lambda one: (members[one].dated_at[:10], members[one].url_key, one))
    pairs: list[tuple[int, int, float]] = []
    for found in tellers.values():
        reach = _MOST_TELLERS if each else 2
        several = ((one, place) for place, one in enumerate(found))
        pairs += [
            (one, other, _SAME_TEXT)
            for one, place in several
            for other in found[place + 1 : place + reach]
        ]
    sql = "SELECT body_id, other_id, share + other_share FROM links WHERE joins AND body_id IN"
    for body_id, other_id, strength in _rows(db, sql, tellers):
        if body_id < other_id and other_id in tellers:
            ends = tellers[body_id], tellers[other_id]
            some = _MOST_TELLERS if each else 1
            pairs += [(one, other, strength) for one in ends[0][:some] for other in ends[1][:some]]
    return [
        Edge(one, other, strength, members[one].order(members[other]))
        for one, other, strength in pairs
    ]


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


class StoryWrites:
    """The part of a transaction that keeps stories."""

    def __init__(self, database: Connection, events: EventLog) -> None:
        self._db = database
        self._events = events
        self.events = EventWrites(database)
        self.contradictions = ContradictionWrites(database)

    def enter(
        self, article_id: int, body_hash: str, reading_id: int, sketch: bytes
    ) -> Sequence[NewLead]:
        """Find the story that a new article, which has begun one, belongs to."""
        if not body_hash:
            return ()
        around = link_bodies(self._db, article_id, body_hash, reading_id, sketch)
        if around.articles == {article_id}:
            return ()
        if (
            around.parts
            or are_spoken_of(self._db)
            or self._are_several(around.articles - {article_id})
            or _repeated(self._db, around.articles)
        ):
            return join(self._db, around.articles)
        return merge_stories(self._db, around.articles)

    def _are_several(self, articles: Iterable[int]) -> bool:
        """Whether articles that hang together by their texts are several stories all the same."""
        told = [row[0] for row in _rows(self._db, _PRINTINGS, articles)]
        stories = {row[0] for row in _rows(self._db, _STORIES, articles)}
        return len(stories) > 1 and len(told) > len(set(told))

    def reconsider_gone(self, article_id: int) -> Sequence[NewLead]:
        """Find the story of an article again that is gone now, or back, where that tells whether
        its source published it twice."""
        same = articles_with(self._db, bodies_of(self._db, article_id))
        return join(self._db, same) if len(same) > 1 else ()

    def reconsider(self, article_id: int) -> Sequence[NewLead]:
        """Find the story of an article again that says something else now, or is read otherwise."""
        return join(self._db, relink_bodies(self._db, article_id))

    def record_leads(self, leads: Sequence[NewLead], run_id: int | None, now: datetime) -> None:
        """Record an event for each story that another article leads now."""
        for lead in leads:
            self._events.record(
                Change.LEAD, lead.article_id, run_id, now, f"before: article {lead.before}"
            )

    def merge(self, stories: Sequence[int], *, person: str, why: str, now: datetime) -> Decided:
        """A person says that these stories are one. Raises LookupError for one that is not there,
        ValueError where all are one already."""
        heads = sorted({self.head(story) for story in stories})
        if len(heads) < 2:
            raise ValueError(f"story {heads[0]} is one story already")
        groups = tuple(self.group(head) for head in heads)
        return self._say(Word(Verb.MERGE, groups, why), heads[0], person, now)

    def split(
        self, story: int, articles: Sequence[int], *, person: str, why: str, now: datetime
    ) -> Decided:
        """A person says that these articles of a story do not belong to the rest of it. Raises
        LookupError for a story or an article that is not there, ValueError where nothing or
        nobody is left.

        The number of a story that people merged into this one stands for all that came with it, and
        for copies that joined it since: parting by the numbers that were merged leads back."""
        head = self.head(story)
        group = self.group(head)
        articles = [one for number in articles for one in self._merged(number, head, group)]
        strange = sorted(set(articles) - set(group))
        if strange:
            raise LookupError(f"story {head} has no article {strange[0]}")
        rest = tuple(article for article in group if article not in articles)
        if not rest or not articles:
            raise ValueError(f"story {head} would keep no article; name those that shall leave it")
        apart = tuple(article for article in group if article in articles)
        return self._say(Word(Verb.SPLIT, (rest, apart), why), head, person, now)

    def _merged(self, number: int, head: int, group: tuple[int, ...]) -> frozenset[int]:
        """The articles of a story of that number that was merged into `head`, where such a merge
        stands; else the article of that number alone."""
        if number == head:
            return frozenset((number,))
        sql = (
            "SELECT value FROM decisions WHERE verb = 'merge' AND undone_at IS NULL "
            "ORDER BY id DESC"
        )
        for (value,) in self._db.execute(sql).fetchall():
            groups = decode(Verb.MERGE, value).groups
            for brought in groups:
                if number == self._number_of(brought):
                    others = frozenset(one for each in groups if each != brought for one in each)
                    return self._with_copies(frozenset(brought), others, group)
        return frozenset((number,))

    def _number_of(self, articles: Sequence[int]) -> int | None:
        """The number of the story that these articles are, or were by themselves."""
        sql = "SELECT id FROM stories WHERE article_id IN"
        return min((row[0] for row in _rows(self._db, sql, articles)), default=None)

    def _with_copies(
        self, brought: frozenset[int], others: frozenset[int], group: tuple[int, ...]
    ) -> frozenset[int]:
        """These articles of a story, and those that hang with them, and with no `others`, by their
        texts."""
        members = {each: one for each, one in _members(self._db, group).items() if each in group}
        edges = _edges(self._db, members, True)
        parts = _stories_of(members, (), edges, (), _repeated(self._db, members))
        copies = (part for part in parts if part & brought and not part & others)
        return (brought & frozenset(group)).union(*copies)

    def _say(self, word: Word, story: int, person: str, now: datetime) -> Decided:
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": story,
                "verb": word.verb,
                "value": encode(word),
                "person": person,
                "at": stamp(now),
                "seq": self._events.last_seq(),
            },
        )
        return self.apply_word(decision_id, word, now)

    def apply_word(self, decision_id: int, word: Word, now: datetime) -> Decided:
        """Find the stories of the articles that a word names again, now that it was said or taken
        back."""
        apply_manual_links(self._db)
        articles = {article for group in word.groups for article in group}
        leads = join(self._db, articles)
        self.record_leads(leads, None, now)
        return Decided(decision_id, tuple(sorted({self.of_article(a) for a in articles})))

    def head(self, story: int) -> int:
        """The number of a story as it stands now. Raises LookupError for one that is not there."""
        row = maybe(self._db, "SELECT id, joined_to FROM stories WHERE id = ?", [story])
        if row is None:
            raise LookupError(f"there is no story {story}")
        return int(row["joined_to"] or row["id"])

    def group(self, head: int) -> tuple[int, ...]:
        """The articles of a story, its lead first."""
        rows = self._db.query(
            "SELECT a.id FROM articles a JOIN stories s ON s.id = a.story_id "
            "WHERE a.story_id = ? ORDER BY a.id <> coalesce(s.lead_id, s.article_id), a.id",
            [head],
        )
        return tuple(row["id"] for row in rows)

    def of_article(self, article_id: int) -> int:
        """The number of the story in which an article stands now."""
        row = one(self._db, "SELECT story_id FROM articles WHERE id = ?", [article_id])
        return int(row["story_id"])


class EventWrites:
    """The part of a transaction that keeps events."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def forget(self, article_id: int) -> None:
        """Drop what was found of an article, not what people said."""
        self._drop_anchors([article_id])
        self._db.execute("DELETE FROM event_reports WHERE article_id = ?", [article_id])
        self._recount(self._drop_links([article_id]))

    def lay(self, reports: Mapping[int, tuple[Iterable[int], int]]) -> None:
        """Keep by what these articles are found: the anchors and the day (ordinal) of each."""
        self._drop_anchors(reports)
        packed = {number: pack_anchors(*found) for number, found in reports.items()}
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO event_reports VALUES (?, ?)", packed.items()
        )
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO event_anchors VALUES (?, ?)",
            [(key, number) for number, keys in packed.items() for key in unpack_keys(keys)],
        )

    def keep(self, reports: Sequence[DueReport], links: Sequence[EventLink]) -> None:
        """Keep what ties these reports to others in the place of all that did before. An article
        that reads otherwise by now stays due."""
        changed = self._drop_links([report.article_id for report in reports])
        rows = []
        for link in links:
            one, other = sorted((link.article_id, link.other_id))
            kept = json.dumps(
                {key: [*shared] for key, shared in link.evidence.items()},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            said = link.across, link.sure, link.strength
            rows += [(one, other, *said, kept), (other, one, *said, "")]
            changed |= {one, other}
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO event_links VALUES (?, ?, ?, ?, ?, ?, 0)", rows
        )
        self._db.conn.executemany(
            "DELETE FROM event_due WHERE article_id = ?1 "
            "AND ?2 = (SELECT reading_id FROM articles WHERE id = ?1)",
            [(report.article_id, report.reading_id) for report in reports],
        )
        self._recount(changed)

    def _drop_anchors(self, articles: Iterable[int]) -> None:
        sql = (
            "SELECT article_id, keys FROM event_reports "
            "WHERE article_id IN (SELECT value FROM json_each(?))"
        )
        found = self._db.execute(sql, [json.dumps([*articles])]).fetchall()
        self._db.conn.executemany(
            "DELETE FROM event_anchors WHERE key = ? AND article_id = ?",
            [(key, number) for number, keys in found for key in unpack_keys(keys)],
        )

    def _drop_links(self, articles: Iterable[int]) -> set[int]:
        """Forget the links of these articles. Returns those at their other ends."""
        wanted = json.dumps([*articles])
        sql = (
            "SELECT article_id, other_id FROM event_links "
            "WHERE article_id IN (SELECT value FROM json_each(?))"
        )
        found = self._db.execute(sql, [wanted]).fetchall()
        self._db.conn.executemany(
            "DELETE FROM event_links WHERE article_id = ? AND other_id = ?",
            [ends for one, other in found for ends in ((one, other), (other, one))],
        )
        return {other for _, other in found}

    def look_again(self, most: int) -> int:
        """Let the events of the next articles be looked for again, at most so many, in the order of
        their numbers. Returns how many: 0 behind the last ones, and then it begins anew."""
        row = maybe(self._db, "SELECT version FROM versions WHERE what = ?", [LOOKED_AGAIN])
        sql = "SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?"
        last = int(row["version"]) if row else 0
        ids = [found[0] for found in self._db.execute(sql, [last, most]).fetchall()]
        if not ids:
            self._db.execute("DELETE FROM versions WHERE what = ?", [LOOKED_AGAIN])
            return 0
        self._db.execute(
            "INSERT OR IGNORE INTO event_due SELECT value FROM json_each(?)", [json.dumps(ids)]
        )
        self._db.execute(
            "INSERT OR REPLACE INTO versions (what, version) VALUES (?, ?)",
            [LOOKED_AGAIN, str(ids[-1])],
        )
        return len(ids)

    def _recount(self, articles: Iterable[int]) -> None:
        """Decide again which links of these articles count: those that are sure, and those that are
        the best one of both their ends."""
        if wanted := [*articles]:
            self._db.execute(_RECOUNT, [json.dumps(wanted)])

    def say(
        self, *, together: bool, articles: Sequence[int], person: str, why: str, now: datetime
    ) -> int:
        """A person says that the stories of these articles tell one event, or that the first tells
        another than the rest. Returns the number of the decision."""
        return insert(
            self._db,
            "event_decisions",
            {
                "together": together,
                "articles": json.dumps([*articles]),
                "person": person,
                "why": why,
                "at": stamp(now),
            },
        )

    def undo(self, decision_id: int, *, person: str, now: datetime) -> None:
        """Take a decision back. Raises LookupError for one that is not there or does not stand."""
        sql = "SELECT 1 FROM event_decisions WHERE id = ? AND undone_at IS NULL"
        if maybe(self._db, sql, [decision_id]) is None:
            raise LookupError(f"there is no decision {decision_id} on events that stands")
        sql = "UPDATE event_decisions SET undone_at = ?, undone_by = ? WHERE id = ?"
        self._db.execute(sql, [stamp(now), person, decision_id])


_RECOUNT = """
UPDATE event_links AS l SET joins = NOT joins
WHERE (l.article_id IN (SELECT value FROM json_each(?1))
   OR l.other_id IN (SELECT value FROM json_each(?1)))
AND joins <> (l.sure OR (
  NOT EXISTS (SELECT 1 FROM event_links m WHERE m.article_id = l.article_id
    AND m.across = l.across AND m.strength > l.strength)
  AND NOT EXISTS (SELECT 1 FROM event_links m WHERE m.article_id = l.other_id
    AND m.across = l.across AND m.strength > l.strength)
))
"""


# Every sketch, link and story made again with today's rules, in steps that can be gone on with.

_REMADE_AT_ONCE = 50
_PROGRESS = "stories rebuilt"
_BODIES, _LINK, _JOIN = "tell", "link", "join"
_TABLES = {_BODIES: "articles", _LINK: "bodies", _JOIN: "articles"}
_NEXT = {_BODIES: _LINK, _LINK: _JOIN}


def is_due(db: Connection) -> bool:
    """Whether the archive's stories were made by other rules than today's, or a rebuild waits to be
    gone on with."""
    versions = dict(db.execute("SELECT what, version FROM versions").fetchall())
    return versions.get("sketch") != str(SKETCH_VERSION) or _PROGRESS in versions


def step(db: Connection, report: Callable[[int, int], None]) -> bool:
    """Go on for some articles or bodies, inside a write transaction. Returns whether there is more
    to do. `report` is told how much of the whole is done."""
    row = db.execute("SELECT version FROM versions WHERE what = ?", [_PROGRESS]).fetchone()
    stage, last = row[0].split() if row else (_BODIES, "0")
    ids = [
        int(found[0])
        for found in db.execute(
            f"SELECT id FROM {_TABLES[stage]} WHERE id > ? ORDER BY id LIMIT ?",
            [int(last), _REMADE_AT_ONCE],
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
    if stage == _BODIES:
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
