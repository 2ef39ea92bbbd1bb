"""What happened to articles: the log of events, the versions, and which of them are news.

A change is held back where a page changes at every visit, where it says what was published last,
and where a whole site changes at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hubwatch.patterns import lazy_pattern

from .articles import records
from .articles.records import PARTS, part_list
from .database import Connection, Row, insert, marks, one, stamp, unstamp, unstamp_or_none
from .types import Attachment, Change, Held, Part, Revise, Weight, When


class EventLog:
    """The events of a transaction: recorded here, and nowhere else."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record(
        self, change: Change, article_id: int, run_id: int | None, now: datetime, detail: str = ""
    ) -> None:
        """Record that something happened to an article."""
        self._db.execute(
            _TELL,
            {
                "at": stamp(now),
                "change": change.value,
                "article": article_id,
                "run": run_id,
                "detail": detail,
            },
        )

    def last_seq(self) -> int:
        """The number of the last event there is. 0 if none."""
        return int(one(self._db, "SELECT coalesce(max(seq), 0) AS seq FROM events", [])["seq"])

    def is_baseline_edit(self, run_id: int | None, article_id: int) -> bool:
        """Whether an edit that this run finds of an article is baseline. What no run finds always
        is."""
        values = {"run": run_id, "article": article_id}
        row = next(self._db.query(f"SELECT {IS_BASELINE_EDIT} AS it_is", values))
        return bool(row["it_is"])

    def mark_last_baseline(self) -> None:
        """What was told last is on record, and no news."""
        self._db.execute("UPDATE events SET baseline = 1 WHERE seq = (SELECT max(seq) FROM events)")


IS_BASELINE = "coalesce((SELECT baseline FROM runs WHERE id = :run), 1)"
"""Whether what `:run` finds is baseline; what no run finds always is."""
IS_BASELINE_EDIT = f"""({IS_BASELINE} AND NOT EXISTS (
  SELECT 1 FROM runs r JOIN articles a ON a.id = :article
  WHERE r.id = :run AND r.kind = 'crawl' AND a.first_run_id IS NOT r.id))"""
"""The same of what happens to a known article. A crawl that finds an edit of what an earlier run
brought brings news, also while the first crawl of the source has not come to its end."""
IS_OLD = f"""({IS_BASELINE} OR EXISTS (
  SELECT 1 FROM listings l JOIN runs f ON f.id = l.first_run_id JOIN runs n ON n.id = :run
  WHERE l.source_id = :source AND l.url_key = :key AND f.kind = 'crawl' AND n.kind = 'crawl'
    AND (f.baseline OR (
      EXISTS (SELECT 1 FROM list_sights s JOIN runs b ON b.id = s.first_run_id
        WHERE s.source_id = :source AND s.entry_url = l.entry_url AND b.baseline
          AND s.rows = 0)
      AND NOT EXISTS (SELECT 1 FROM listings e WHERE e.source_id = :source
        AND e.entry_url = l.entry_url AND e.first_run_id < l.first_run_id)))
    AND NOT EXISTS (SELECT 1 FROM quarantine q
      WHERE q.source_id = :source AND q.url_key = :key AND q.outcome <> 'failed')))"""
"""The same of a new article. One that stood on a list in the first crawl and could not be had then
is no news when it comes, nor is what a list shows at its first reading that could not be read in
the first crawl; a page that had nothing to say then, and now has, is."""
_TELL = f"""
INSERT INTO events (at, change, article_id, story_id, run_id, baseline, detail)
SELECT :at, :change, id, story_id, :run,
  CASE :change WHEN 'new' THEN baseline ELSE {IS_BASELINE_EDIT} END, :detail
FROM articles WHERE id = :article
"""


# Where a new version of an article stands among those before, and whether it is told as news.

IN_A_ROW = 3
"""After so many visits in a row that each found a change, the page is one that always changes."""
WINDOW = timedelta(days=30)
"""These visits lie within so much time; what went to and fro longer ago is forgotten."""
_LOOKED_AT = 50
_TITLE = "title"


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """The number of a new version, `back_to` the number of an earlier one that said the same,
    `replaces`: it takes the place of the version of that number, which is told no more."""

    number: int
    held: Held
    back_to: int | None = None
    replaces: bool = False


def place(db: Connection, intent: Revise, now: datetime) -> VersionPlace:
    """Where the version that an intent brings belongs."""
    versions = list(db.query(_VERSIONS, [intent.article_id, _LOOKED_AT]))
    streak = next(db.query("SELECT streak FROM articles WHERE id = ?", [intent.article_id]))
    top = versions[0]
    if intent.lost:
        if top["held"] == Held.REDESIGN:
            return VersionPlace(top["number"], Held.REDESIGN, replaces=True)
        return VersionPlace(top["number"] + 1, Held.REDESIGN)
    restless = _is_restless(versions, int(streak["streak"]), now) and _TITLE not in intent.kinds
    if restless and top["held"] == Held.RESTLESS:
        return VersionPlace(top["number"], Held.RESTLESS, replaces=True)
    same = [row["number"] for row in versions if row["content_hash"] == intent.content_hash]
    back_to = max(same, default=None)
    held = Held.NOT
    if restless:
        held = Held.RESTLESS
    elif intent.weight is Weight.MATERIAL and back_to is not None:
        held = _returned(versions, same, now)
    return VersionPlace(top["number"] + 1, held, back_to)


def _is_restless(versions: Sequence[Row], streak: int, now: datetime) -> bool:
    if streak < IN_A_ROW or len(versions) < IN_A_ROW:
        return False
    return unstamp(versions[IN_A_ROW - 1]["seen_at"]) >= now - WINDOW


def _returned(versions: Sequence[Row], same: Sequence[int], now: datetime) -> Held:
    """Going back to what people were told last is no news. Going to and fro is it once."""
    told = (row["number"] for row in versions if not row["held"] and row["weight"] != "cosmetic")
    if next(told, 0) in same:
        return Held.KNOWN
    recent = (row for row in versions if unstamp(row["seen_at"]) >= now - WINDOW)
    again = any(row["back_to"] is not None and row["weight"] == "material" for row in recent)
    return Held.RESTLESS if again else Held.NOT


_VERSIONS = """
SELECT v.number, v.weight, v.held, v.seen_at, v.back_to, r.content_hash
FROM revisions v JOIN readings r ON r.id = v.reading_id
WHERE v.article_id = ? ORDER BY v.number DESC LIMIT ?
"""


# The brake at the end of a run: a redesign that alters everything at once is no flood of news.

MANY = 8
"""So many known articles changed in one run, and at least half of those asked for again: the
portal changed, not its news."""
HELD_DAYS = 14
"""For so many days changes that are only of the same kind as those held back are held as well."""
LOST = 3
"""So many articles that lack what was known of them: the portal's pages are built anew."""
_NAMED = 5
Show = Callable[[int, int], None]
"""Shows an article, by its number, as its version of that number says."""


def apply(db: Connection, run_id: int, show: Show) -> str:
    """Hold back what a run changed if it is too much at once, and what it lost. A sentence for its
    reason, or "". `show` shows an earlier version of an article again."""
    run = next(db.query("SELECT source_id, started_at FROM runs WHERE id = ?", [run_id]))
    source_id, began = run["source_id"], run["started_at"]
    asked = next(db.query(_ASKED, {"source": source_id, "began": began, "run": run_id}))["n"]
    lost = _lost(db, run_id, source_id, asked, show)
    held = _held_back(db, run_id, asked, rebuilt=lost)
    return "; ".join(
        filter(None, (_lost_words(lost, asked, source_id), held, _restless(db, run_id)))
    )


def _lost(db: Connection, run_id: int, source_id: str, asked: int, show: Show) -> int:
    """Hold back, and show no more, what a run found of many pages at once that is not their own:
    one title or one day for all, or a fraction of the text that there was. How many articles of the
    run are held so in all, those that were from the start included."""
    alike = [
        row["article_id"]
        for row in db.query(_ALIKE, {"run": run_id, "source": source_id, "least": LOST})
    ]
    same = [row["article_id"] for row in db.query(_ONE_DAY, {"run": run_id, "least": LOST})]
    cut = [row["article_id"] for row in db.query(_CUT_SHORT, [run_id])]
    if len(cut) < LOST or 2 * len(cut) < asked:
        cut = []
    for article_id in dict.fromkeys([*alike, *same, *cut]):
        row = next(db.query(_LATEST, [run_id, article_id]))
        db.execute(
            "UPDATE revisions SET held = 'redesign', told_at = NULL WHERE id = ?", [row["id"]]
        )
        db.execute(
            "UPDATE events SET baseline = 1 WHERE change = 'changed' AND run_id = ? "
            "AND article_id = ?",
            [run_id, article_id],
        )
        db.execute(_LAST_TOLD, [article_id])
        show(article_id, row["before"])
    return int(next(db.query(_HELD_BY, [run_id]))["n"])


def _lost_words(lost: int, asked: int, source_id: str) -> str:
    if not lost:
        return ""
    asked = max(asked, lost)
    noun = "article" if asked == 1 else "articles"
    return (
        f"{lost} of {asked} {noun} asked for again lost what was known of them: the old "
        f"values stand, `hubwatch sources repair {source_id} --dry-run` looks for the new places"
    )


def _held_back(db: Connection, run_id: int, asked: int, *, rebuilt: int) -> str:
    changed = [row["article_id"] for row in db.query(_CHANGED, [run_id])]
    many = len(changed) >= MANY or (changed and rebuilt >= LOST)
    if not many or 2 * (len(changed) + rebuilt) < asked:
        return _held_like_others(db, run_id, asked)
    hold(db, run_id)
    return (
        f"{len(changed)} of {max(asked, len(changed))} articles asked for again changed at once, "
        "taken for a new layout and held back from news: "
        f"`hubwatch changes release {run_id} --by NAME` tells them"
    )


def _held_like_others(db: Connection, run_id: int, asked: int) -> str:
    """Hold back what a run changed in the very same way as a new layout that is held back changed
    others: not all known articles are asked for in one run. What lost or got the same lines and
    nothing else is held as long as those wait for a person. What is only of the same kind is held
    for a few days, and a single one may well be an edit."""
    alike = [row["article_id"] for row in db.query(_LIKE_HELD, {"run": run_id, "least": LOST})]
    if len(alike) < LOST and 2 * len(alike) < asked:
        alike = []
    alike = sorted({*alike, *_of_the_same_lines(db, run_id)})
    if not alike:
        return ""
    for article_id in alike:
        _hold(db, run_id, article_id)
    noun = "article" if len(alike) == 1 else "articles"
    return (
        f"{len(alike)} {noun} changed as those did that a new layout changed before, held back "
        f"from news: `hubwatch changes release {run_id} --by NAME` tells them"
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines that a version lacks and has more than the one before, numbers apart."""

    article_id: int
    kinds: str
    gone: frozenset[str]
    come: frozenset[str]

    def of_their_own(self, gone: frozenset[str], come: frozenset[str]) -> tuple[int, int]:
        """How many of them are not among these."""
        return len(self.gone - gone), len(self.come - come)


def _of_the_same_lines(db: Connection, run_id: int) -> list[int]:
    """The articles of which a run found the very lines gone, or come, that are gone or come on
    several whose change is held back and waits for a person, and nothing else."""
    fresh = [_lines_of(row) for row in db.query(_FRESH, [run_id, _MOST_COMPARED])]
    held = [_lines_of(row) for row in db.query(_WAITING, [run_id, _MOST_COMPARED])] if fresh else []
    gone = _shared([each.gone for each in held])
    come = _shared([each.come for each in held])
    own = [each.of_their_own(gone, come) for each in held if each.gone & gone or each.come & come]
    most_gone, most_come = (max((n[at] for n in own), default=0) for at in (0, 1))
    kinds = {each.kinds for each in held}
    found = []
    for each in fresh:
        less, more = each.of_their_own(gone, come)
        is_of_them = bool(each.gone & gone or each.come & come) and each.kinds in kinds
        if is_of_them and less <= most_gone and more <= most_come:
            found.append(each.article_id)
    return found


def _lines_of(row: Row) -> _Lines:
    before, after = _folded(row["before"] or ""), _folded(row["after"])
    return _Lines(row["article_id"], row["kinds"], before - after, after - before)


def _folded(body: str) -> frozenset[str]:
    lines = (_DIGITS.sub("", line).strip() for line in body.split("\n"))
    return frozenset(line for line in lines if line)


def _shared(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    times = Counter(line for each in sets for line in each)
    return frozenset(line for line, count in times.items() if count >= LOST)


def hold(db: Connection, run_id: int) -> None:
    """Take what a run changed for no news."""
    for row in list(db.query(_CHANGED, [run_id])):
        _hold(db, run_id, row["article_id"])


def _hold(db: Connection, run_id: int, article_id: int) -> None:
    db.execute(
        "UPDATE events SET baseline = 1 WHERE change = 'changed' AND run_id = ? AND article_id = ?",
        [run_id, article_id],
    )
    db.execute(
        f"UPDATE revisions SET held = '{Held.BULK}', told_at = NULL "
        f"WHERE {_NEWS} AND article_id = ?2",
        [run_id, article_id],
    )
    db.execute(_LAST_TOLD, [article_id])


def release(db: Connection, run_id: int, now: datetime) -> list[int] | None:
    """Let go what the brake held back of a run. The articles of which that is news: those that have
    not changed in anything that matters since. None if the run has nothing held back."""
    told = [row["article_id"] for row in db.query(_STILL_NEWS, [run_id])]
    for article_id in told:
        db.execute(
            f"UPDATE revisions SET told_at = ?3 WHERE article_id = ?2 AND {_BULK}",
            [run_id, article_id, stamp(now)],
        )
        db.execute(_LAST_TOLD, [article_id])
    released = db.execute(f"UPDATE revisions SET held = '' WHERE {_BULK}", [run_id])
    return told if released.rowcount else None


def _restless(db: Connection, run_id: int) -> str:
    found = [row["article_id"] for row in db.query(_RESTLESS, [run_id])]
    if not found:
        return ""
    named = ", ".join(map(str, found[:_NAMED])) + (", …" if len(found) > _NAMED else "")
    noun = "article changes" if len(found) == 1 else "articles change"
    return f"{len(found)} {noun} at every visit, kept as one version: {named}"


_NEWS = "run_id = ?1 AND number > 1 AND weight = 'material' AND held = ''"
_CHANGED = f"SELECT article_id FROM revisions WHERE {_NEWS} AND told_at IS NOT NULL"
_RESTLESS = (
    "SELECT article_id FROM revisions WHERE run_id = ? AND number > 1 AND held = 'restless' "
    "ORDER BY article_id"
)
_ASKED = (
    "SELECT count(*) AS n FROM articles WHERE source_id = :source AND last_checked_at >= :began "
    "AND first_run_id IS NOT :run"
)
_LAST_TOLD = """
UPDATE articles SET changed_at = (
  SELECT max(v.told_at) FROM revisions v WHERE v.article_id = ?1)
WHERE id = ?1
"""
_BULK = f"run_id = ?1 AND held IN ('{Held.BULK}', '{Held.REDESIGN}')"
# Which words a change takes away or brings is of the article. That it does one or the other, and of
# what kind they are, is of the layout.
_LIKE_HELD = f"""
SELECT v.article_id FROM revisions v
JOIN articles a ON a.id = v.article_id JOIN runs n ON n.id = v.run_id
WHERE v.run_id = :run AND v.number > 1 AND v.weight = 'material' AND v.held = ''
AND v.told_at IS NOT NULL AND (
  SELECT count(DISTINCT o.article_id) FROM revisions o JOIN articles b ON b.id = o.article_id
  WHERE o.held <> '' AND o.held = 'bulk' AND b.source_id = a.source_id
  AND o.kinds = v.kinds AND o.run_id <> v.run_id
  AND julianday(v.seen_at) - julianday(o.seen_at) <= {HELD_DAYS}
  AND (instr(o.summary, ': removed ') > 0) = (instr(v.summary, ': removed ') > 0)
  AND (instr(o.summary, ': added ') > 0) = (instr(v.summary, ': added ') > 0)) >= :least
AND NOT EXISTS (
  SELECT 1 FROM revisions p WHERE p.article_id = v.article_id AND p.held <> ''
  AND p.held = 'bulk' AND p.number < v.number)
ORDER BY v.article_id
"""
_CHANGED_BODY = """
SELECT v.article_id, v.kinds, r.body AS after, (
  SELECT b.body FROM revisions p JOIN readings b ON b.id = p.reading_id
  WHERE p.article_id = v.article_id AND p.number < v.number AND p.held <> 'redesign'
  ORDER BY p.number DESC LIMIT 1) AS before
FROM revisions v JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id
WHERE v.number > 1 AND v.weight = 'material' AND length(r.body) <= 100000
"""
_FRESH = (
    f"{_CHANGED_BODY} AND v.run_id = ? AND v.held = '' AND v.told_at IS NOT NULL "
    "ORDER BY v.article_id LIMIT ?"
)
_WAITING = f"""{_CHANGED_BODY}
AND v.held <> '' AND v.held = 'bulk' AND v.number = a.revisions
AND a.source_id = (SELECT source_id FROM runs WHERE id = ?) ORDER BY v.id DESC LIMIT ?
"""
_MOST_COMPARED = 60
_DIGITS = lazy_pattern(r"\d+")
_HELD_BY = (
    "SELECT count(DISTINCT article_id) AS n FROM revisions WHERE run_id = ? AND number > 1 "
    "AND held = 'redesign'"
)
# Of one title now that were of several before, those of earlier runs that are held counted as well.
_ALIKE = """
WITH alike AS (
  SELECT v.article_id, r.title, v.run_id, v.held, (
    SELECT b.title FROM revisions p JOIN readings b ON b.id = p.reading_id
    WHERE p.article_id = v.article_id AND p.number < v.number AND p.held <> 'redesign'
    ORDER BY p.number DESC LIMIT 1) AS before
  FROM revisions v JOIN readings r ON r.id = v.reading_id
  WHERE v.number > 1 AND v.run_id = :run
  UNION ALL
  SELECT v.article_id, r.title, v.run_id, v.held, '' FROM revisions v
  JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id
  WHERE v.held <> '' AND v.held = 'redesign' AND a.source_id = :source AND v.run_id <> :run)
SELECT article_id FROM alike WHERE run_id = :run AND held = '' AND title <> before
AND title IN (SELECT title FROM alike GROUP BY title
  HAVING count(DISTINCT article_id) >= :least
  AND sum(CASE WHEN before = title THEN 1 ELSE 0 END) = 0)
ORDER BY article_id
"""
# Of one day now that were of several before.
_ONE_DAY = """
WITH moved AS (
  SELECT v.article_id, v.held, substr(r.published, 1, 10) AS day, (
    SELECT substr(b.published, 1, 10) FROM revisions p JOIN readings b ON b.id = p.reading_id
    WHERE p.article_id = v.article_id AND p.number < v.number AND p.held <> 'redesign'
    ORDER BY p.number DESC LIMIT 1) AS before
  FROM revisions v JOIN readings r ON r.id = v.reading_id
  WHERE v.number > 1 AND v.run_id = :run)
SELECT article_id FROM moved WHERE held = '' AND day <> before AND day IN (
  SELECT day FROM moved WHERE day <> before GROUP BY day
  HAVING count(DISTINCT article_id) >= :least AND count(DISTINCT before) >= :least)
ORDER BY article_id
"""
_CUT_SHORT = """
SELECT v.article_id FROM revisions v JOIN readings r ON r.id = v.reading_id
WHERE v.run_id = ? AND v.number > 1 AND v.held = '' AND 5 * length(r.body) < (
  SELECT length(b.body) FROM revisions p JOIN readings b ON b.id = p.reading_id
  WHERE p.article_id = v.article_id AND p.number < v.number AND p.held <> 'redesign'
  AND length(b.body) >= 400 ORDER BY p.number DESC LIMIT 1)
ORDER BY v.article_id
"""
_LATEST = """
SELECT v.id, (SELECT max(p.number) FROM revisions p WHERE p.article_id = v.article_id
  AND p.number < v.number AND p.held <> 'redesign') AS before
FROM revisions v WHERE v.run_id = ? AND v.article_id = ? ORDER BY v.number DESC LIMIT 1
"""
_STILL_NEWS = """
SELECT DISTINCT v.article_id FROM revisions v WHERE v.run_id = ? AND v.number > 1
AND v.held IN ('bulk', 'redesign') AND NOT EXISTS (
  SELECT 1 FROM revisions n WHERE n.article_id = v.article_id AND n.number > v.number
  AND n.weight = 'material')
ORDER BY v.article_id
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article's content. `changed` names the fields that differ from the one
    before, and is empty for the first.

    `weight` says whether the change matters (None for the first), `kinds` and `summary` what it is.
    `back_to` is the number of an earlier version that said the same, `times` how many visits it
    stands for, `held` why it was not told as news, `reported_at` when it was.
    """

    number: int
    seen_at: datetime
    snapshot_id: int | None
    title: str
    body: str
    published: When | None
    changed: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    weight: Weight | None = None
    kinds: tuple[str, ...] = ()
    summary: str = ""
    back_to: int | None = None
    times: int = 1
    held: Held = Held.NOT
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readable:
    """A revision whose page can be read again: which article, which source, which snapshot, and
    the further pages it goes over. `place` is its number in the order of all revisions."""

    article_id: int
    revision: int
    source_id: str
    snapshot_id: int
    content_hash: str
    reader_version: int
    parts: tuple[Part, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class Hidden:
    """A version of an article that is held back and not shown, and the page that it was read
    from."""

    article_id: int
    number: int
    snapshot_id: int


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order it was recorded, `seq` only ever grows."""

    seq: int
    at: datetime
    change: Change
    article_id: int
    story_id: int
    run_id: int | None
    baseline: bool
    detail: str = ""


class RevisionQueries:
    """The questions about versions and events."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, article_id: int) -> tuple[Revision, ...]:
        """Every version of an article, the first one first."""
        found = self._db.query(
            "SELECT v.number, v.seen_at, v.changed, v.weight, v.kinds, v.summary, v.back_to, "
            "v.times, v.held, v.told_at, r.* "
            "FROM revisions v JOIN readings r ON r.id = v.reading_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            [article_id],
        )
        return tuple(_revision(row) for row in found)

    def events(self, after_seq: int = 0, limit: int | None = None) -> tuple[Event, ...]:
        """What happened after that event, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            [after_seq, -1 if limit is None else limit],
        )
        return tuple(event_of(row) for row in found)

    def events_of(self, article_id: int) -> tuple[Event, ...]:
        """What happened to one article, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE article_id = ? ORDER BY seq", [article_id]
        )
        return tuple(event_of(row) for row in found)

    def titled_alike(self, source_id: str, article_id: int, title: str) -> bool:
        """Whether another article of a source, one of its latest or one of which a version is held
        back, has this title."""
        found = self._db.query(
            _TITLED_ALIKE, {"source": source_id, "article": article_id, "title": title}
        )
        return next(iter(found), None) is not None

    def hidden_of(self, run_id: int) -> dict[int, int]:
        """The articles of which a run found a version that is held back and not shown, as long as
        no later one is, each with the number of that version."""
        found = self._db.query(
            "SELECT v.article_id, v.number FROM revisions v JOIN articles a ON a.id = v.article_id "
            "WHERE v.run_id = ? AND v.held = 'redesign' AND v.number > a.revisions "
            "ORDER BY v.article_id",
            [run_id],
        )
        return {row["article_id"]: row["number"] for row in found}

    def hidden(self, source_id: str, limit: int) -> tuple[Hidden, ...]:
        """The versions of a source that are held back and not shown, the latest of each article,
        the latest first."""
        found = self._db.query(
            "SELECT v.article_id, max(v.number) AS number, r.snapshot_id FROM revisions v "
            "JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id "
            "WHERE v.held <> '' AND v.held = 'redesign' AND v.number > a.revisions "
            "AND a.source_id = ? AND r.snapshot_id IS NOT NULL "
            "GROUP BY v.article_id ORDER BY max(v.id) DESC LIMIT ?",
            [source_id, limit],
        )
        return tuple(Hidden(r["article_id"], r["number"], r["snapshot_id"]) for r in found)

    def newest_page(self, source_id: str) -> int | None:
        """The number of the archived page from which the newest article of a source is read: the
        one published last, undated ones after all others. None if no page is archived."""
        found = self._db.query(
            "SELECT r.snapshot_id FROM articles a JOIN readings r ON r.id = a.reading_id "
            "WHERE a.source_id = ? AND r.snapshot_id IS NOT NULL "
            "ORDER BY r.published IS NULL, a.dated_at DESC, a.id DESC LIMIT 1",
            [source_id],
        )
        return next((int(row["snapshot_id"]) for row in found), None)

    def readable(self, source_ids: Sequence[str] = (), after: int = 0) -> Iterator[Readable]:
        """Every revision with an archived page, of these sources or of all, oldest first, those
        after a place alone."""
        only = f"AND a.source_id IN ({marks(source_ids)})" if source_ids else ""
        sql = (
            "SELECT v.id, v.article_id, v.number, a.source_id, r.snapshot_id, r.content_hash, "
            f"r.reader_version, {PARTS} FROM revisions v JOIN articles a ON a.id = v.article_id "
            "JOIN readings r ON r.id = v.reading_id WHERE r.snapshot_id IS NOT NULL AND v.id > ? "
            f"{only} ORDER BY v.id LIMIT {_AT_A_TIME}"
        )
        last = after
        while found := list(self._db.query(sql, [last, *source_ids])):
            last = found[-1]["id"]
            yield from map(_readable, found)

    def count_readable(self, source_ids: Sequence[str] = (), after: int = 0) -> int:
        """How many `readable` gives."""
        only = f"AND a.source_id IN ({marks(source_ids)})" if source_ids else ""
        sql = (
            "SELECT count(*) AS n FROM revisions v JOIN articles a ON a.id = v.article_id "
            "JOIN readings r ON r.id = v.reading_id WHERE r.snapshot_id IS NOT NULL AND v.id > ? "
            f"{only}"
        )
        return int(next(iter(self._db.query(sql, [after, *source_ids])))["n"])

    def last_seq(self, before: datetime | None = None) -> int:
        """The number of the last event there is, or of the last one before the first that happened
        at that moment or later. 0 if none."""
        if before is not None:
            sql = "SELECT min(seq) - 1 AS seq FROM events INDEXED BY events_by_moment WHERE at >= ?"
            found = next(iter(self._db.query(sql, [stamp(before)])))["seq"]
            if found is not None:
                return int(found)
        sql = "SELECT coalesce(max(seq), 0) AS seq FROM events"
        return int(next(iter(self._db.query(sql)))["seq"])

    def seqs_between(self, since: datetime, until: datetime) -> tuple[int, int]:
        """The events of a period, `until` exclusive: after which (exclusive) and up to which. Where
        the clock was set back in it they end before the first that is stamped before `since`: what
        comes after that is not all of the period."""
        after, last = self.last_seq(since), self.last_seq()
        sql = "SELECT min(seq) - 1 AS seq FROM events WHERE seq > ? AND (at < ? OR at >= ?)"
        first = next(iter(self._db.query(sql, [after, stamp(since), stamp(until)])))["seq"]
        return after, last if first is None else int(first)


_AT_A_TIME = 200
_LATEST_TITLES = 200
_TITLED_ALIKE = f"""
SELECT 1 FROM (
  SELECT r.title FROM (
    SELECT id, reading_id FROM articles WHERE source_id = :source
    ORDER BY first_seen_at DESC LIMIT {_LATEST_TITLES}) a
  JOIN readings r ON r.id = a.reading_id WHERE a.id <> :article
  UNION ALL
  SELECT r.title FROM revisions v JOIN articles a ON a.id = v.article_id
  JOIN readings r ON r.id = v.reading_id
  WHERE v.held <> '' AND v.held = 'redesign' AND a.source_id = :source AND a.id <> :article)
WHERE title = :title LIMIT 1
"""


def _revision(row: Row) -> Revision:
    return Revision(
        number=row["number"],
        seen_at=unstamp(row["seen_at"]),
        snapshot_id=row["snapshot_id"],
        title=row["title"],
        body=row["body"],
        published=records.when(row, "published"),
        changed=tuple(json.loads(row["changed"])),
        attachments=tuple(Attachment(**item) for item in json.loads(row["attachments"])),
        weight=Weight(row["weight"]) if row["weight"] else None,
        kinds=tuple(json.loads(row["kinds"])),
        summary=row["summary"],
        back_to=row["back_to"],
        times=row["times"],
        held=Held(row["held"]),
        reported_at=unstamp_or_none(row["told_at"]),
    )


def _readable(row: Row) -> Readable:
    return Readable(
        row["article_id"],
        row["number"],
        row["source_id"],
        row["snapshot_id"],
        row["content_hash"],
        row["reader_version"],
        part_list(row["parts"]),
        row["id"],
    )


def event_of(row: Row) -> Event:
    """A row of `events`."""
    return Event(
        seq=row["seq"],
        at=unstamp(row["at"]),
        change=Change(row["change"]),
        article_id=row["article_id"],
        story_id=row["story_id"],
        run_id=row["run_id"],
        baseline=bool(row["baseline"]),
        detail=row["detail"],
    )


class RevisionWrites:
    """The part of a transaction that keeps what an article said, version by version."""

    def __init__(self, database: Connection, events: EventLog) -> None:
        self._db = database
        self._events = events

    def release(self, run_id: int, *, person: str, now: datetime) -> int:
        """A person lets what the brake held back of a run be told now. Return of how many articles
        that is news still. Raises LookupError for a run that holds nothing back."""
        found = release(self._db, run_id, now)
        if found is None:
            raise LookupError(f"run {run_id} holds no changes back")
        for article_id in found:
            self._events.record(Change.CHANGED, article_id, run_id, now, f"released by {person}")
        return len(found)

    def end_hidden(self, article_id: int) -> None:
        """The page says again what is shown of an article: what was held back and not shown of it
        is over."""
        self._db.execute(
            "UPDATE revisions SET held = 'known' WHERE article_id = ? AND held <> '' "
            "AND held = 'redesign'",
            [article_id],
        )

    def add_first(self, article_id: int, reading_id: int, run_id: int | None, at: str) -> None:
        """Keep the first version of an article."""
        insert(
            self._db,
            "revisions",
            {
                "article_id": article_id,
                "number": 1,
                "reading_id": reading_id,
                "seen_at": at,
                "run_id": run_id,
                "changed": "[]",
            },
        )

    def add(
        self, intent: Revise, version: VersionPlace, reading_id: int, run_id: int | None, at: str
    ) -> None:
        """Keep a further version, or put it in the place of the one that it replaces."""
        matters = intent.weight is Weight.MATERIAL and not version.held
        is_news = matters and not self._events.is_baseline_edit(run_id, intent.article_id)
        values = {
            "article_id": intent.article_id,
            "number": version.number,
            "reading_id": reading_id,
            "seen_at": at,
            "run_id": run_id,
            "changed": json.dumps(list(intent.changed)),
            "weight": intent.weight.value,
            "kinds": json.dumps(list(intent.kinds)),
            "summary": intent.summary,
            "back_to": version.back_to,
            "held": version.held.value,
            "told_at": at if is_news else None,
        }
        if not version.replaces:
            insert(self._db, "revisions", values)
            return
        where = [intent.article_id, version.number]
        before = one(
            self._db, "SELECT weight FROM revisions WHERE article_id = ? AND number = ?", where
        )
        if before["weight"] == Weight.MATERIAL:
            values["weight"] = Weight.MATERIAL.value
        assignments = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(
            f"UPDATE revisions SET {assignments}, times = times + 1 "
            "WHERE article_id = ? AND number = ?",
            [*values.values(), *where],
        )
