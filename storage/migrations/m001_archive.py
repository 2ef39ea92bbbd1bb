"""Every table, index and trigger of an archive. What the tables mean is told in docs/archive.md.

Until 0.1.0 is tagged this is the only schema there is, and who needs another one edits it. From the
tag on it never changes: a change is a module of its own beside it.

Nothing here calls a function of ours, so any SQLite reads, counts and checks the file.
"""

from __future__ import annotations

from sqlite_utils import Database

from ..stories.texts import SKETCH_VERSION
from ..text import FTS_TEXT_VERSION
from ..urls import KEY_VERSION

# A bug is one row for each thing it happened to, however often: the article, file, list, row, part
# of an article, robots file or run (`thing`) at an address. `place` is where in the program it was
# raised.
_CRAWLS = """
CREATE TABLE sources (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, language TEXT NOT NULL,
  zone TEXT NOT NULL, registered_at TEXT NOT NULL, baseline_done_at TEXT, last_ok_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL DEFAULT 50
) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), kind TEXT NOT NULL,
  pid INTEGER NOT NULL, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT,
  reason TEXT NOT NULL DEFAULT '', baseline INTEGER NOT NULL, cursor TEXT NOT NULL DEFAULT '',
  listed INTEGER NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '[]', cosmetic INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_by_source ON runs(source_id, id);
CREATE INDEX runs_open ON runs(pid) WHERE ended_at IS NULL;
CREATE INDEX runs_by_start ON runs(started_at);
CREATE TABLE bugs (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  run_id INTEGER NOT NULL REFERENCES runs(id), thing TEXT NOT NULL, url TEXT NOT NULL,
  place TEXT NOT NULL, error TEXT NOT NULL, traceback TEXT NOT NULL, first_at TEXT NOT NULL,
  last_at TEXT NOT NULL, times INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX bugs_by_thing ON bugs(source_id, thing, url, place);
CREATE TABLE listings (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, list_url TEXT NOT NULL, url TEXT NOT NULL, url_key TEXT NOT NULL,
  title TEXT NOT NULL, summary TEXT NOT NULL, published TEXT, position INTEGER NOT NULL,
  first_seen_at TEXT NOT NULL, first_run_id INTEGER NOT NULL REFERENCES runs(id),
  last_seen_at TEXT NOT NULL, last_run_id INTEGER NOT NULL REFERENCES runs(id), vanished_at TEXT,
  UNIQUE (source_id, entry_url, url_key, title)
) STRICT;
CREATE INDEX listings_by_key ON listings(source_id, url_key);
CREATE INDEX listings_by_run ON listings(last_run_id);
CREATE TABLE list_sights (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, list_url TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  rows INTEGER NOT NULL, fresh INTEGER NOT NULL, dated INTEGER NOT NULL, titled INTEGER NOT NULL,
  newest TEXT, oldest TEXT, digest TEXT NOT NULL, validator TEXT NOT NULL,
  believed INTEGER NOT NULL, lied INTEGER NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  first_run_id INTEGER NOT NULL REFERENCES runs(id), first_at TEXT NOT NULL,
  last_run_id INTEGER NOT NULL REFERENCES runs(id), last_at TEXT NOT NULL, times INTEGER NOT NULL
) STRICT;
CREATE INDEX list_sights_by_list ON list_sights(source_id, list_url, id);
CREATE INDEX list_sights_by_run ON list_sights(last_run_id);
CREATE INDEX list_sights_by_snapshot ON list_sights(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE INDEX list_sights_latest ON list_sights(source_id, last_run_id, id);
CREATE TABLE hosts (
  host TEXT PRIMARY KEY, not_before TEXT, reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE certificates (
  host TEXT PRIMARY KEY, not_after TEXT NOT NULL, seen_at TEXT NOT NULL
) STRICT;
"""

_PROOF = """
CREATE TABLE blobs (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, codec TEXT NOT NULL,
  size INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE INDEX blobs_by_codec ON blobs(codec);
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), kind TEXT NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER NOT NULL,
  headers TEXT NOT NULL, blob_id INTEGER NOT NULL REFERENCES blobs(id)
) STRICT;
CREATE INDEX snapshots_by_url ON snapshots(source_id, url);
CREATE INDEX snapshots_by_kind ON snapshots(source_id, kind);
CREATE INDEX snapshots_by_blob ON snapshots(blob_id);
CREATE TABLE fetches (
  id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id), kind TEXT NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
  reason TEXT NOT NULL, status INTEGER, size INTEGER NOT NULL, seconds REAL NOT NULL,
  snapshot_id INTEGER REFERENCES snapshots(id)
) STRICT;
CREATE INDEX fetches_by_run ON fetches(run_id);
CREATE INDEX fetches_by_snapshot ON fetches(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE TABLE validators (
  source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL, etag TEXT,
  last_modified TEXT, checked_at TEXT NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  PRIMARY KEY (source_id, url)
) STRICT;
CREATE INDEX validators_by_snapshot ON validators(snapshot_id) WHERE snapshot_id IS NOT NULL;
"""

_ARTICLES = """
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
  url_key TEXT NOT NULL, key_version INTEGER NOT NULL,
  story_id INTEGER NOT NULL REFERENCES stories(id),
  reading_id INTEGER NOT NULL REFERENCES readings(id), body_hash TEXT NOT NULL,
  dated_at TEXT NOT NULL, first_seen_at TEXT NOT NULL, first_run_id INTEGER REFERENCES runs(id),
  last_seen_at TEXT NOT NULL, last_checked_at TEXT NOT NULL, changed_at TEXT, gone_at TEXT,
  gone_evidence TEXT, baseline INTEGER NOT NULL, revisions INTEGER NOT NULL DEFAULT 1,
  streak INTEGER NOT NULL DEFAULT 0, UNIQUE (source_id, url_key)
) STRICT;
CREATE INDEX articles_by_story ON articles(story_id);
CREATE INDEX articles_by_body ON articles(body_hash) WHERE body_hash <> '';
CREATE INDEX articles_by_sight ON articles(first_seen_at);
CREATE INDEX articles_by_date ON articles(dated_at);
CREATE INDEX articles_by_source ON articles(source_id, dated_at);
CREATE INDEX articles_by_reading ON articles(reading_id);
CREATE INDEX articles_by_source_sight ON articles(source_id, first_seen_at);
CREATE TABLE aliases (
  source_id TEXT NOT NULL REFERENCES sources(id), url_key TEXT NOT NULL, url TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id), evidence TEXT NOT NULL,
  PRIMARY KEY (source_id, url_key)
) STRICT;
CREATE INDEX aliases_by_article ON aliases(article_id);
CREATE TABLE readings (
  id INTEGER PRIMARY KEY, snapshot_id INTEGER REFERENCES snapshots(id),
  reader_version INTEGER NOT NULL, template TEXT NOT NULL, encoding TEXT NOT NULL,
  read_at TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, html BLOB NOT NULL,
  published TEXT, published_precision TEXT, published_zone TEXT, published_sort TEXT,
  updated TEXT, updated_precision TEXT, updated_zone TEXT, source_line TEXT, author TEXT,
  language TEXT, canonical_url TEXT, images TEXT NOT NULL, attachments TEXT NOT NULL,
  evidence BLOB NOT NULL, content_hash TEXT NOT NULL, body_hash TEXT NOT NULL, dates BLOB,
  publisher TEXT, editor TEXT, corrects INTEGER REFERENCES readings(id)
) STRICT;
CREATE INDEX readings_by_snapshot ON readings(snapshot_id);
CREATE INDEX readings_by_body ON readings(body_hash) WHERE body_hash <> '';
CREATE INDEX readings_by_corrects ON readings(corrects) WHERE corrects IS NOT NULL;
CREATE TABLE parts (
  reading_id INTEGER NOT NULL REFERENCES readings(id), number INTEGER NOT NULL,
  url TEXT NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  PRIMARY KEY (reading_id, number)
) STRICT;
CREATE INDEX parts_missing ON parts(reading_id) WHERE snapshot_id IS NULL;
CREATE INDEX parts_by_snapshot ON parts(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  number INTEGER NOT NULL, reading_id INTEGER NOT NULL REFERENCES readings(id),
  seen_at TEXT NOT NULL, run_id INTEGER REFERENCES runs(id), changed TEXT NOT NULL,
  weight TEXT NOT NULL DEFAULT '', kinds TEXT NOT NULL DEFAULT '[]',
  summary TEXT NOT NULL DEFAULT '', back_to INTEGER, times INTEGER NOT NULL DEFAULT 1,
  held TEXT NOT NULL DEFAULT '', told_at TEXT, UNIQUE (article_id, number)
) STRICT;
CREATE INDEX revisions_by_run ON revisions(run_id) WHERE number > 1;
CREATE INDEX revisions_by_reading ON revisions(reading_id);
CREATE INDEX revisions_by_told ON revisions(told_at) WHERE told_at IS NOT NULL;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, change TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  story_id INTEGER NOT NULL REFERENCES stories(id), run_id INTEGER REFERENCES runs(id),
  baseline INTEGER NOT NULL, detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_by_article ON events(article_id);
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
  url_key TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  reader_version INTEGER NOT NULL, snapshot_id INTEGER REFERENCES snapshots(id),
  first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source_id, url_key)
) STRICT;
CREATE INDEX quarantine_by_snapshot ON quarantine(snapshot_id) WHERE snapshot_id IS NOT NULL;
"""

_FILES = """
CREATE TABLE files (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
  url_key TEXT NOT NULL, due INTEGER NOT NULL DEFAULT 1, outcome TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, asked_at TEXT,
  media_type TEXT NOT NULL DEFAULT '', size INTEGER,
  snapshot_id INTEGER REFERENCES snapshots(id), blob_id INTEGER REFERENCES blobs(id),
  UNIQUE (source_id, url_key)
) STRICT;
CREATE INDEX files_due ON files(source_id) WHERE due;
CREATE INDEX files_by_blob ON files(blob_id);
CREATE INDEX files_by_snapshot ON files(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE TABLE attachments (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  file_id INTEGER NOT NULL REFERENCES files(id), position INTEGER NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, PRIMARY KEY (article_id, file_id)
) STRICT;
CREATE INDEX attachments_by_file ON attachments(file_id);
CREATE TABLE file_texts (
  id INTEGER PRIMARY KEY, blob_id INTEGER NOT NULL UNIQUE REFERENCES blobs(id),
  kind TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  reader_version INTEGER NOT NULL, read_at TEXT NOT NULL, characters INTEGER NOT NULL,
  text BLOB NOT NULL, words BLOB NOT NULL
) STRICT;
"""

# `samples` refers to no body: who drops a body drops exactly its samples, and to prove that none is
# left SQLite would have to read them all.
_STORIES = """
CREATE TABLE stories (
  id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, joined_to INTEGER REFERENCES stories(id),
  article_id INTEGER REFERENCES articles(id), lead_id INTEGER REFERENCES articles(id)
) STRICT;
CREATE UNIQUE INDEX stories_by_article ON stories(article_id);
CREATE INDEX stories_by_joined ON stories(joined_to) WHERE joined_to IS NOT NULL;
CREATE TABLE bodies (
  id INTEGER PRIMARY KEY, body_hash TEXT NOT NULL UNIQUE,
  reading_id INTEGER NOT NULL REFERENCES readings(id), sketch BLOB NOT NULL,
  gathers INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX bodies_by_reading ON bodies(reading_id);
CREATE TABLE samples (
  hash INTEGER NOT NULL, body_id INTEGER NOT NULL, PRIMARY KEY (hash, body_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE tellings (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  body_id INTEGER NOT NULL REFERENCES bodies(id), PRIMARY KEY (article_id, body_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tellings_by_body ON tellings(body_id);
CREATE TABLE links (
  body_id INTEGER NOT NULL REFERENCES bodies(id),
  other_id INTEGER NOT NULL REFERENCES bodies(id), share REAL NOT NULL,
  other_share REAL NOT NULL, place INTEGER NOT NULL, copy INTEGER NOT NULL,
  joins INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (body_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_other ON links(other_id);
CREATE TABLE ties (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  other_id INTEGER NOT NULL REFERENCES articles(id), together INTEGER NOT NULL,
  decision_id INTEGER NOT NULL REFERENCES decisions(id), PRIMARY KEY (article_id, other_id)
) STRICT, WITHOUT ROWID;
"""

_RELEVANCE = """
CREATE TABLE matches (
  id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id),
  watchlist TEXT NOT NULL, topic TEXT NOT NULL, grade TEXT NOT NULL, phrase TEXT NOT NULL,
  field TEXT NOT NULL, start INTEGER NOT NULL, sentence TEXT NOT NULL
) STRICT;
CREATE INDEX matches_by_article ON matches(article_id);
CREATE INDEX matches_by_topic ON matches(topic, article_id);
CREATE TABLE relevance (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), watchlist TEXT NOT NULL
) STRICT;
CREATE INDEX relevance_by_watchlist ON relevance(watchlist, article_id);
CREATE TABLE scores (
  article_id INTEGER NOT NULL REFERENCES articles(id), topic TEXT NOT NULL, grade TEXT NOT NULL,
  points REAL NOT NULL, parts TEXT NOT NULL, PRIMARY KEY (article_id, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX scores_by_topic ON scores(topic, grade, article_id);
CREATE TABLE places (
  article_id INTEGER NOT NULL REFERENCES articles(id), place TEXT NOT NULL, role TEXT NOT NULL,
  phrase TEXT NOT NULL, field TEXT NOT NULL, start INTEGER NOT NULL, times INTEGER NOT NULL,
  why TEXT NOT NULL, PRIMARY KEY (article_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_place ON places(place, role, article_id);
"""

# That an article was added by hand follows from its first run, so that it cannot be there without
# its origin.
_PEOPLE = """
CREATE TABLE people (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, added_at TEXT NOT NULL, revoked_at TEXT
) STRICT;
CREATE TABLE passes (
  hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people(name), kind TEXT NOT NULL,
  made_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
) STRICT;
CREATE INDEX passes_by_person ON passes(person);
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL REFERENCES stories(id),
  article_id INTEGER REFERENCES articles(id), verb TEXT NOT NULL, value TEXT NOT NULL DEFAULT '',
  person TEXT NOT NULL, at TEXT NOT NULL, undone_at TEXT, seq INTEGER NOT NULL DEFAULT 0,
  undone_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX decisions_by_story ON decisions(story_id);
CREATE INDEX decisions_by_article ON decisions(article_id) WHERE verb = 'correct';
CREATE INDEX decisions_on_stories ON decisions(id) WHERE verb IN ('merge', 'split');
CREATE TABLE additions (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, url_key TEXT NOT NULL, person TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, run_id INTEGER REFERENCES runs(id),
  ended_at TEXT, outcome TEXT, reason TEXT NOT NULL DEFAULT '',
  article_id INTEGER REFERENCES articles(id)
) STRICT;
CREATE UNIQUE INDEX additions_by_run ON additions(run_id) WHERE run_id IS NOT NULL;
CREATE INDEX additions_waiting ON additions(url_key) WHERE ended_at IS NULL;
"""

# Triggers count, and note which stories something happened to, so that no writer needs to know of
# it.
_QUEUE = """
CREATE TABLE queue (
  story_id INTEGER PRIMARY KEY REFERENCES stories(id),
  lead_id INTEGER NOT NULL REFERENCES articles(id), arrived_at TEXT NOT NULL,
  state TEXT NOT NULL, strength INTEGER NOT NULL, points REAL NOT NULL, language TEXT NOT NULL
) STRICT;
CREATE INDEX queue_by_arrival ON queue(state, arrived_at DESC, story_id DESC);
CREATE INDEX queue_by_strength
  ON queue(state, strength, points DESC, arrived_at DESC, story_id DESC);
CREATE TABLE queue_keys (
  kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, arrived_at TEXT NOT NULL,
  story_id INTEGER NOT NULL REFERENCES queue(story_id) ON DELETE CASCADE,
  strength INTEGER NOT NULL, points REAL NOT NULL, PRIMARY KEY (story_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_keys_by_arrival
  ON queue_keys(kind, id, state, arrived_at DESC, story_id DESC, strength);
CREATE INDEX queue_keys_by_strength
  ON queue_keys(kind, id, state, strength, points DESC, arrived_at DESC, story_id DESC);
CREATE TABLE queue_counts (
  state TEXT NOT NULL, strength INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (state, strength)
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_key_counts (
  state TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (state, kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_due (story_id INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER queue_added AFTER INSERT ON queue BEGIN
  INSERT INTO queue_counts VALUES (new.state, new.strength, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER queue_removed AFTER DELETE ON queue BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE state = old.state AND strength = old.strength;
END;
CREATE TRIGGER queue_moved AFTER UPDATE OF state, strength ON queue BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE state = old.state AND strength = old.strength;
  INSERT INTO queue_counts VALUES (new.state, new.strength, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER queue_keys_added AFTER INSERT ON queue_keys BEGIN
  INSERT INTO queue_key_counts VALUES (new.state, new.kind, new.id, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER queue_keys_removed AFTER DELETE ON queue_keys BEGIN
  UPDATE queue_key_counts SET n = n - 1
  WHERE state = old.state AND kind = old.kind AND id = old.id;
END;
CREATE TRIGGER queue_articles_came AFTER INSERT ON articles BEGIN
  INSERT OR IGNORE INTO queue_due VALUES (new.story_id);
END;
CREATE TRIGGER queue_articles_moved
AFTER UPDATE OF story_id, reading_id, changed_at, gone_at ON articles BEGIN
  INSERT OR IGNORE INTO queue_due VALUES (old.story_id);
  INSERT OR IGNORE INTO queue_due VALUES (new.story_id);
END;
CREATE TRIGGER queue_stories_moved AFTER UPDATE OF joined_to, lead_id ON stories BEGIN
  INSERT OR IGNORE INTO queue_due VALUES (new.id);
  INSERT OR IGNORE INTO queue_due VALUES (coalesce(new.joined_to, new.id));
END;
CREATE TRIGGER queue_scores_came AFTER INSERT ON scores BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = new.article_id;
END;
CREATE TRIGGER queue_scores_went AFTER DELETE ON scores BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = old.article_id;
END;
CREATE TRIGGER queue_places_came AFTER INSERT ON places BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = new.article_id;
END;
CREATE TRIGGER queue_places_went AFTER DELETE ON places BEGIN
  INSERT OR IGNORE INTO queue_due SELECT story_id FROM articles WHERE id = old.article_id;
END;
CREATE TRIGGER queue_decisions_came AFTER INSERT ON decisions BEGIN
  INSERT OR IGNORE INTO queue_due VALUES (new.story_id);
END;
CREATE TRIGGER queue_decisions_undone AFTER UPDATE OF undone_at ON decisions BEGIN
  INSERT OR IGNORE INTO queue_due VALUES (new.story_id);
END;
"""

# What was issued is not changed, replaced or added to by any program that writes here, ours
# included. Where a program has not switched recursive triggers on, REPLACE deletes a row without
# asking its triggers for deleting, so inserting has triggers of its own. An issue inserts its
# files, articles and proofs before it is marked as issued.
_DIGESTS = """
CREATE TABLE digests (
  id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, since TEXT NOT NULL,
  until TEXT NOT NULL, zone TEXT NOT NULL, selection TEXT NOT NULL, basis TEXT NOT NULL,
  after_seq INTEGER NOT NULL, upto_seq INTEGER NOT NULL, items INTEGER NOT NULL,
  made_by TEXT NOT NULL, made_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  issued_by TEXT, issued_at TEXT, discarded_at TEXT, corrects INTEGER REFERENCES digests(id),
  reason TEXT NOT NULL DEFAULT '', document BLOB NOT NULL
) STRICT;
CREATE INDEX digests_by_selection ON digests(selection, id) WHERE issued_at IS NOT NULL;
CREATE TABLE digest_edits (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  person TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL
) STRICT;
CREATE INDEX digest_edits_by_digest ON digest_edits(digest_id);
CREATE TABLE digest_files (
  digest_id INTEGER NOT NULL REFERENCES digests(id), format TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (digest_id, format)
) STRICT;
CREATE TABLE digest_articles (
  digest_id INTEGER NOT NULL REFERENCES digests(id),
  article_id INTEGER NOT NULL REFERENCES articles(id), role TEXT NOT NULL,
  PRIMARY KEY (article_id, digest_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_articles_by_digest ON digest_articles(digest_id, role);
CREATE TABLE digest_proofs (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  reading_id INTEGER REFERENCES readings(id), snapshot_id INTEGER REFERENCES snapshots(id)
) STRICT;
CREATE INDEX digest_proofs_by_digest ON digest_proofs(digest_id);
CREATE INDEX digest_proofs_by_reading ON digest_proofs(reading_id);
CREATE INDEX digest_proofs_by_snapshot ON digest_proofs(snapshot_id);
CREATE TRIGGER digests_frozen BEFORE UPDATE ON digests WHEN old.issued_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digests_kept BEFORE DELETE ON digests BEGIN
  SELECT RAISE(ABORT, 'a digest is never removed');
END;
CREATE TRIGGER digest_files_frozen BEFORE UPDATE ON digest_files BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_files_kept BEFORE DELETE ON digest_files BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_proofs_frozen BEFORE UPDATE ON digest_proofs BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_proofs_kept BEFORE DELETE ON digest_proofs BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_articles_frozen BEFORE UPDATE ON digest_articles BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_articles_kept BEFORE DELETE ON digest_articles BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digests_not_replaced BEFORE INSERT ON digests
WHEN EXISTS (SELECT 1 FROM digests WHERE id = new.id) BEGIN
  SELECT RAISE(ABORT, 'a digest is never removed');
END;
CREATE TRIGGER digests_keep_numbers BEFORE UPDATE ON digests WHEN new.id <> old.id BEGIN
  SELECT RAISE(ABORT, 'a digest never changes its number');
END;
CREATE TRIGGER digest_files_not_replaced BEFORE INSERT ON digest_files
WHEN EXISTS (SELECT 1 FROM digests WHERE id = new.digest_id AND issued_at IS NOT NULL)
OR EXISTS (SELECT 1 FROM digest_files
  WHERE rowid = new.rowid OR (digest_id = new.digest_id AND format = new.format)) BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_proofs_not_replaced BEFORE INSERT ON digest_proofs
WHEN EXISTS (SELECT 1 FROM digests WHERE id = new.digest_id AND issued_at IS NOT NULL)
OR EXISTS (SELECT 1 FROM digest_proofs WHERE id = new.id) BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
CREATE TRIGGER digest_articles_not_replaced BEFORE INSERT ON digest_articles
WHEN EXISTS (SELECT 1 FROM digests WHERE id = new.digest_id AND issued_at IS NOT NULL)
OR EXISTS (SELECT 1 FROM digest_articles
  WHERE digest_id = new.digest_id AND article_id = new.article_id) BEGIN
  SELECT RAISE(ABORT, 'an issued digest never changes');
END;
"""

_DELIVERIES = """
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, digest_id INTEGER NOT NULL REFERENCES digests(id),
  target TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, made_at TEXT NOT NULL,
  state TEXT NOT NULL, next_at TEXT, UNIQUE (digest_id, target)
) STRICT;
CREATE INDEX deliveries_owed ON deliveries(target) WHERE state = 'owed';
CREATE TABLE delivery_attempts (
  id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
  began_at TEXT NOT NULL, ended_at TEXT, sent TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '', lacking TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts(delivery_id);
"""

_TIMETABLE = """
CREATE TABLE slots (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, due_at TEXT NOT NULL, schedule TEXT NOT NULL,
  state TEXT NOT NULL, planned_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
  outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  day TEXT NOT NULL DEFAULT '', nominal TEXT NOT NULL DEFAULT '',
  repeats INTEGER REFERENCES slots(id) ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX slots_named ON slots(job, day, nominal) WHERE nominal <> '';
CREATE UNIQUE INDEX slots_timed ON slots(job, due_at) WHERE nominal = '';
CREATE INDEX slots_of_job ON slots(job, due_at);
CREATE INDEX slots_by_due ON slots(due_at);
CREATE INDEX slots_open ON slots(job, due_at) WHERE state = 'due';
CREATE INDEX slots_claimed ON slots(job) WHERE state = 'claimed';
CREATE INDEX slots_repeating ON slots(repeats) WHERE repeats IS NOT NULL;
CREATE TABLE pauses (
  job TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE standstill (
  one INTEGER PRIMARY KEY CHECK (one = 1), since TEXT NOT NULL, until TEXT, reason TEXT NOT NULL,
  person TEXT NOT NULL
) STRICT;
"""

_INCIDENTS = """
CREATE TABLE incidents (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source_id TEXT NOT NULL, place TEXT NOT NULL,
  severity TEXT NOT NULL, told TEXT NOT NULL, evidence TEXT NOT NULL, commands TEXT NOT NULL,
  opened_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, closed_at TEXT,
  closed_why TEXT NOT NULL DEFAULT '', reopened INTEGER NOT NULL DEFAULT 0, noticed_at TEXT,
  acked_at TEXT, acked_by TEXT NOT NULL DEFAULT '', ack_note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents(kind, source_id, place) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_source ON incidents(source_id, id);
CREATE TABLE notices (
  id INTEGER PRIMARY KEY, incident_id INTEGER NOT NULL REFERENCES incidents(id),
  what TEXT NOT NULL, at TEXT NOT NULL, severity TEXT NOT NULL, told TEXT NOT NULL
) STRICT;
CREATE INDEX notices_by_incident ON notices(incident_id);
CREATE TABLE alert_deliveries (
  id INTEGER PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, tried_at TEXT, sent_at TEXT, dropped_at TEXT,
  reason TEXT NOT NULL DEFAULT '', lacking TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alert_deliveries_waiting ON alert_deliveries(channel)
  WHERE sent_at IS NULL AND dropped_at IS NULL;
CREATE TABLE delivered (
  notice_id INTEGER NOT NULL REFERENCES notices(id), channel TEXT NOT NULL,
  delivery_id INTEGER REFERENCES alert_deliveries(id), PRIMARY KEY (notice_id, channel)
) STRICT;
"""

_KEEPING = """
CREATE TABLE backups (
  id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL
) STRICT;
CREATE TABLE versions (what TEXT PRIMARY KEY, version TEXT NOT NULL) STRICT;
"""

# The text indexes keep no copy of the words, so they need nothing else to be read. To take words
# out of such an index one has to say them, so they are kept packed beside it: in `article_words`
# those of articles, in `file_texts` those of files. `text_index` writes both in step. No trigger
# could, for SQL alone cannot unpack.
SEARCH = """
CREATE TABLE article_words (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id), title TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, body, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
"""
FILE_SEARCH = """
CREATE VIRTUAL TABLE file_texts_fts USING fts5(
  words, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
"""
"""What makes the indexes again, of articles and of files."""

_PARTS = (
    _CRAWLS,
    _PROOF,
    _ARTICLES,
    _FILES,
    _STORIES,
    _RELEVANCE,
    _PEOPLE,
    _QUEUE,
    _DIGESTS,
    _DELIVERIES,
    _TIMETABLE,
    _INCIDENTS,
    _KEEPING,
    SEARCH,
    FILE_SEARCH,
)
_VERSIONS = {"url_key": KEY_VERSION, "fts_text": FTS_TEXT_VERSION, "sketch": SKETCH_VERSION}


def m001_archive(db: Database) -> None:
    """All of it, and by which rules its contents are made."""
    for part in _PARTS:
        db.executescript(part)
    for what, version in _VERSIONS.items():
        db.execute("INSERT INTO versions VALUES (?, ?)", [what, str(version)])
