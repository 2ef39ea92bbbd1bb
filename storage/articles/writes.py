"""Writing what pages said: `apply` carries out an intent, and decides nothing.

Every change of an article is recorded as an event in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import decisions
from ..attachments import AttachmentWrites
from ..database import Connection, insert, one, stamp
from ..facts import FactWrites
from ..packing import pack_markup, pack_text
from ..pages import PageWrites
from ..revisions import IS_OLD, EventLog, RevisionQueries, RevisionWrites, place
from ..stories.texts import sketch
from ..stories.writes import StoryWrites
from ..text import fts_text
from ..text_index import PendingWords
from ..types import (
    Applied,
    ArticleData,
    Attachment,
    Change,
    DateClue,
    Insert,
    Intent,
    Outcome,
    Part,
    Quarantine,
    Reading,
    Revise,
    Touch,
    Weight,
)
from ..urls import KEY_VERSION, identity_key
from .records import Held, as_json


@dataclass(frozen=True, slots=True)
class Columns:
    """`evidence`, `dates` and `words_body` are packed texts (`packing.unpack_text`), `html` is
    packed against the body (`packing.unpack_markup`), `images` and `attachments` are JSON. The two
    `words` are what the text index is given, `sketch` is what near copies of the body are found
    by."""

    html: bytes
    evidence: bytes
    dates: bytes
    images: str
    attachments: str
    words_title: str
    words_body: bytes
    sketch: bytes


def columns_of(article: ArticleData) -> Columns:
    """The columns of an article."""
    return Columns(
        html=pack_markup(article.html, article.body),
        evidence=pack_text(as_json(article.evidence)),
        dates=pack_text(dates_json(article.dates)),
        images=as_json(article.images),
        attachments=as_json(article.attachments),
        words_title=fts_text(article.title),
        words_body=pack_text(fts_text(article.body)),
        sketch=sketch(article.body),
    )


def dates_json(clues: Sequence[DateClue]) -> str:
    """The candidates for the dates as JSON. `records.dates` is the inverse."""
    told = [
        {
            "kind": clue.kind,
            "date": clue.when.iso,
            "precision": clue.when.precision,
            "zone": clue.when.zone,
            "origin": clue.origin,
            "rule": clue.rule,
            "raw": clue.raw,
            "standing": clue.status,
            "why": clue.why,
        }
        for clue in clues
    ]
    return json.dumps(told, ensure_ascii=False)


def reading_row(reading: Reading, article: ArticleData, columns: Columns) -> dict[str, Any]:
    """The columns of `readings` that come from the page itself."""
    published, updated = article.published, article.updated
    return {
        "reader_version": reading.version,
        "template": reading.template,
        "encoding": reading.encoding,
        "title": article.title,
        "body": article.body,
        "html": columns.html,
        "published": published.iso if published else None,
        "published_precision": published.precision.value if published else None,
        "published_zone": published.zone if published else None,
        "published_sort": published.sort_key if published else None,
        "updated": updated.iso if updated else None,
        "updated_precision": updated.precision.value if updated else None,
        "updated_zone": updated.zone if updated else None,
        "source_line": article.source,
        "author": article.author,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "images": columns.images,
        "attachments": columns.attachments,
        "evidence": columns.evidence,
        "dates": columns.dates,
        "publisher": article.publisher,
        "editor": article.editor,
    }


class ArticleWrites:
    """The part of a transaction that keeps articles."""

    def __init__(
        self,
        database: Connection,
        *,
        words: PendingWords,
        events: EventLog,
        pages: PageWrites,
        attachments: AttachmentWrites,
        revisions: RevisionWrites,
        stories: StoryWrites,
    ) -> None:
        self._db = database
        self._words = words
        self._events = events
        self._pages = pages
        self._attachments = attachments
        self._revisions = revisions
        self._stories = stories
        self.facts = FactWrites(database)

    def apply(
        self,
        intent: Intent,
        *,
        source_id: str,
        run_id: int | None,
        now: datetime,
        snapshot_id: int | None = None,
        aliases: Sequence[str] = (),
        columns: Columns | None = None,
    ) -> Applied:
        """Carry out an intent. `aliases` are further addresses that led to the same page, `columns`
        those of the intent's article where they have been made already.

        Applying the same intent for a known article twice changes nothing the second time.
        """
        match intent:
            case Quarantine():
                self._pages.set_aside(intent, source_id, snapshot_id, now)
                return Applied(Change.QUARANTINED)
            case Insert():
                applied = self._add(intent, source_id, run_id, now, snapshot_id, columns)
            case Revise():
                applied = self._revise(intent, run_id, now, snapshot_id, columns)
            case Touch():
                applied = self._touch(intent, run_id, now)
        if applied.article_id is not None:
            for alias in aliases:
                self._pages.add_alias(source_id, applied.article_id, alias)
        return applied

    def mark_checked(self, article_id: int, now: datetime) -> None:
        """The article was asked for again and the server says it has not changed."""
        self._db.execute(
            "UPDATE articles SET last_checked_at = ? WHERE id = ?", [stamp(now), article_id]
        )

    def mark_unchanged(self, article_id: int, now: datetime) -> None:
        """The server says that an article has not changed."""
        self._db.execute(
            "UPDATE articles SET last_checked_at = ?, streak = 0 WHERE id = ?",
            [stamp(now), article_id],
        )

    def mark_gone(
        self, article_id: int, *, run_id: int, now: datetime, outcome: Outcome, evidence: str
    ) -> Change:
        """The page is no longer there: keep all we have, and say since when and how we know."""
        row = one(self._db, "SELECT gone_at FROM articles WHERE id = ?", [article_id])
        self.mark_checked(article_id, now)
        if row["gone_at"] is not None:
            return Change.UNCHANGED
        self._db.execute(
            "UPDATE articles SET gone_at = ?, gone_evidence = ? WHERE id = ?",
            [stamp(now), f"{outcome.value}: {evidence}", article_id],
        )
        self._events.record(Change.GONE, article_id, run_id, now, evidence)
        leads = self._stories.reconsider_gone(article_id)
        self._stories.record_leads(leads, run_id, now)
        return Change.GONE

    def set_first_seen(self, article_id: int, at: datetime) -> None:
        """An article was first seen, by another archive, before it came into this one."""
        self._db.execute(
            "UPDATE articles SET dated_at = CASE dated_at WHEN first_seen_at "
            "THEN min(first_seen_at, :at) ELSE dated_at END, "
            "first_seen_at = min(first_seen_at, :at) WHERE id = :id",
            {"at": stamp(at), "id": article_id},
        )

    def keep_parts(self, article_id: int, found: Sequence[Part]) -> None:
        """The further pages of an article as it is shown, none for most."""
        article = one(self._db, "SELECT reading_id FROM articles WHERE id = ?", [article_id])
        _keep_parts(self._db, article["reading_id"], found)

    def reread(
        self,
        article_id: int,
        revision: int,
        reading: Reading,
        *,
        snapshot_id: int,
        content_hash: str,
        body_hash: str,
        now: datetime,
    ) -> bool:
        """Replace how a kept page is read: a new reading, neither a revision nor an event.

        Returns whether that revision is the one shown, so whether matches follow from it.
        """
        columns = columns_of(_data(reading))
        reading_id = self._read(reading, columns, snapshot_id, content_hash, body_hash, now)
        self._hand_on_parts(article_id, revision, reading_id)
        self._db.execute(
            "UPDATE revisions SET reading_id = ? WHERE article_id = ? AND number = ?",
            [reading_id, article_id, revision],
        )
        article = one(self._db, "SELECT revisions FROM articles WHERE id = ?", [article_id])
        shown = bool(article["revisions"] == revision)
        if shown:
            self._show(article_id, reading_id, _data(reading), columns, body_hash)
        self._stories.reconsider(article_id)
        return shown

    def _add(
        self,
        intent: Insert,
        source_id: str,
        run_id: int | None,
        now: datetime,
        snapshot_id: int | None,
        columns: Columns | None,
    ) -> Applied:
        data, at = _data(intent.reading), stamp(now)
        columns = columns or columns_of(data)
        reading_id = self._read(
            intent.reading, columns, snapshot_id, intent.content_hash, intent.body_hash, now
        )
        story_id = insert(self._db, "stories", {"created_at": at})
        added = self._db.execute(
            _ADD,
            {
                "source": source_id,
                "url": data.url,
                "key": identity_key(data.url),
                "version": KEY_VERSION,
                "story": story_id,
                "reading": reading_id,
                "body": intent.body_hash,
                "dated": _dated(data, at),
                "at": at,
                "run": run_id,
            },
        )
        article_id = int(added.lastrowid or 0)
        self._db.execute("UPDATE stories SET article_id = ? WHERE id = ?", [article_id, story_id])
        self._revisions.add_first(article_id, reading_id, run_id, at)
        self._words.add(article_id, columns.words_title, columns.words_body)
        if data.attachments:
            self._attachments.link(article_id, data.attachments)
        leads = self._stories.enter(article_id, intent.body_hash, reading_id, columns.sketch)
        self._pages.release(source_id, data.url)
        self._events.record(Change.NEW, article_id, run_id, now)
        self._stories.record_leads(leads, run_id, now)
        return Applied(Change.NEW, article_id)

    def _revise(
        self,
        intent: Revise,
        run_id: int | None,
        now: datetime,
        snapshot_id: int | None,
        columns: Columns | None,
    ) -> Applied:
        at, article_id = stamp(now), intent.article_id
        self._welcome_back(article_id, run_id, now)
        data = _data(intent.reading)
        columns = columns or columns_of(data)
        reading_id = self._read(
            intent.reading, columns, snapshot_id, intent.content_hash, intent.body_hash, now
        )
        version = place(self._db, intent, now)
        material = intent.weight is Weight.MATERIAL
        self._revisions.add(intent, version, reading_id, run_id, at)
        if version.held is Held.REDESIGN:
            return self._hide(intent, run_id, now)
        self._db.execute(
            "UPDATE articles SET revisions = ?, streak = streak + 1, changed_at = "
            "coalesce(?, changed_at), last_seen_at = ?, last_checked_at = ? WHERE id = ?",
            [version.number, at if material and not version.held else None, at, at, article_id],
        )
        self._show(article_id, reading_id, data, columns, intent.body_hash)
        self._attachments.ask_again(article_id)
        leads = self._stories.reconsider(article_id)
        change = Change.CHANGED if material else Change.COSMETIC
        self._events.record(
            change, article_id, run_id, now, intent.summary or ", ".join(intent.changed)
        )
        if version.held:
            self._events.mark_last_baseline()
        self._stories.record_leads(leads, run_id, now)
        return Applied(change, article_id)

    def _hide(self, intent: Revise, run_id: int | None, now: datetime) -> Applied:
        """Keep a version that lacks what was known, as the latest and unseen: the article goes on
        as it was."""
        at = stamp(now)
        self._db.execute(
            "UPDATE articles SET last_seen_at = ?, last_checked_at = ? WHERE id = ?",
            [at, at, intent.article_id],
        )
        detail = f"lost: {', '.join(intent.lost)}"
        self._events.record(Change.CHANGED, intent.article_id, run_id, now, detail)
        self._events.mark_last_baseline()
        return Applied(Change.CHANGED, intent.article_id, shown=False)

    def show_version(self, article_id: int, number: int) -> None:
        """Show an article as its version of this number says."""
        row = one(self._db, _VERSION, [article_id, number])
        self._db.execute(
            "UPDATE articles SET revisions = ?, reading_id = ?, body_hash = ?, "
            "dated_at = coalesce(?, first_seen_at) WHERE id = ?",
            [number, row["id"], row["body_hash"], row["published_sort"], article_id],
        )
        words = fts_text(row["title"]), pack_text(fts_text(row["body"]))
        self._words.add(article_id, *words)
        files = tuple(Attachment(**item) for item in json.loads(row["attachments"]))
        self._attachments.link(article_id, files)
        if decisions.has_corrections(self._db, article_id):
            self._words.flush()
            decisions.apply_corrections(self._db, self._words, article_id)
        self._stories.reconsider(article_id)

    def show_hidden(self, article_id: int, number: int, held: Held) -> None:
        """Show a version that was held back and not shown, and hold it back from news from now on
        for another reason."""
        self._db.execute(
            "UPDATE revisions SET held = ? WHERE article_id = ? AND number = ? "
            "AND held = 'redesign'",
            [held.value, article_id, number],
        )
        self.show_version(article_id, number)

    def release(self, run_id: int, *, person: str, now: datetime) -> int:
        """A person lets what was held back of a run be told now, and shows what was not shown of
        it. Return of how many articles that is news still. Raises LookupError for a run that holds
        nothing back."""
        for article_id, number in RevisionQueries(self._db).hidden_of(run_id).items():
            self.show_version(article_id, number)
        return self._revisions.release(run_id, person=person, now=now)

    def _touch(self, intent: Touch, run_id: int | None, now: datetime) -> Applied:
        article_id = intent.article_id
        if not intent.as_held:
            self._revisions.end_hidden(article_id)
        back = self._welcome_back(article_id, run_id, now)
        self._db.execute(
            "UPDATE articles SET last_seen_at = ?, last_checked_at = ?, streak = 0 WHERE id = ?",
            [stamp(now), stamp(now), article_id],
        )
        return Applied(Change.BACK if back else Change.UNCHANGED, article_id)

    def _welcome_back(self, article_id: int, run_id: int | None, now: datetime) -> int:
        cursor = self._db.execute(
            "UPDATE articles SET gone_at = NULL, gone_evidence = NULL "
            "WHERE id = ? AND gone_at IS NOT NULL",
            [article_id],
        )
        if cursor.rowcount:
            self._events.record(Change.BACK, article_id, run_id, now)
            leads = self._stories.reconsider_gone(article_id)
            self._stories.record_leads(leads, run_id, now)
        return int(cursor.rowcount)

    def _read(
        self,
        reading: Reading,
        columns: Columns,
        snapshot_id: int | None,
        content_hash: str,
        body_hash: str,
        now: datetime,
    ) -> int:
        values = {
            **reading_row(reading, _data(reading), columns),
            "snapshot_id": snapshot_id,
            "read_at": stamp(now),
            "content_hash": content_hash,
            "body_hash": body_hash,
        }
        return insert(self._db, "readings", values)

    def _show(
        self,
        article_id: int,
        reading_id: int,
        data: ArticleData,
        columns: Columns,
        body_hash: str,
    ) -> None:
        self._db.execute(
            "UPDATE articles SET reading_id = ?, body_hash = ?, "
            "dated_at = coalesce(?, first_seen_at) WHERE id = ?",
            [reading_id, body_hash, _dated(data, None), article_id],
        )
        self._words.add(article_id, columns.words_title, columns.words_body)
        self._attachments.link(article_id, data.attachments)
        if decisions.has_corrections(self._db, article_id):
            self._words.flush()
            decisions.apply_corrections(self._db, self._words, article_id)

    def _hand_on_parts(self, article_id: int, revision: int, reading_id: int) -> None:
        sql = "SELECT reading_id FROM revisions WHERE article_id = ? AND number = ?"
        old = one(self._db, sql, [article_id, revision])
        _hand_on_parts(self._db, old["reading_id"], reading_id)


_ADD = f"""
INSERT INTO articles (source_id, url, url_key, key_version, story_id, reading_id, body_hash,
  dated_at, first_seen_at, first_run_id, last_seen_at, last_checked_at, baseline)
VALUES (:source, :url, :key, :version, :story, :reading, :body,
  :dated, :at, :run, :at, :at, {IS_OLD})
"""


_VERSION = """
SELECT r.id, r.title, r.body, r.body_hash, r.published_sort, r.attachments
FROM revisions v JOIN readings r ON r.id = v.reading_id WHERE v.article_id = ? AND v.number = ?
"""


def _data(reading: Reading) -> ArticleData:
    if reading.article is None:
        raise ValueError(f"a reading without an article cannot be kept: {reading.reason}")
    return reading.article


def _dated(data: ArticleData, otherwise: str | None) -> str | None:
    """Where the article stands in time: its published date, else when it was first seen."""
    return data.published.sort_key if data.published else otherwise


def _keep_parts(db: Connection, reading_id: int, parts: Sequence[Part]) -> None:
    """Put on record of which further pages a reading was made."""
    db.execute("DELETE FROM parts WHERE reading_id = ?", [reading_id])
    for number, part in enumerate(parts, 2):
        db.execute(
            "INSERT INTO parts VALUES (?, ?, ?, ?)",
            [reading_id, number, part.url, part.snapshot_id],
        )


def _hand_on_parts(db: Connection, old: int, new: int) -> None:
    """A new reading of the same pages was made of the same parts."""
    db.execute(
        "INSERT OR IGNORE INTO parts SELECT ?, number, url, snapshot_id FROM parts "
        "WHERE reading_id = ?",
        [new, old],
    )
