"""How each list looked at each visit, how long certificates last, what was amiss and who was told.

Of the time before there are runs and list rows, but no sights; judging begins with the next crawl.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_SEEN = """
CREATE TABLE list_sights (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  entry_url TEXT NOT NULL, list_url TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  rows INTEGER NOT NULL, fresh INTEGER NOT NULL, dated INTEGER NOT NULL, titled INTEGER NOT NULL,
  newest TEXT, oldest TEXT, digest TEXT NOT NULL, validator TEXT NOT NULL,
  believed INTEGER NOT NULL, lied INTEGER NOT NULL,
  snapshot_id INTEGER REFERENCES snapshots(id),
  first_run_id INTEGER NOT NULL REFERENCES runs(id), first_at TEXT NOT NULL,
  last_run_id INTEGER NOT NULL REFERENCES runs(id), last_at TEXT NOT NULL,
  times INTEGER NOT NULL
) STRICT;
CREATE INDEX list_sights_by_list ON list_sights(source_id, list_url, id);
CREATE INDEX list_sights_by_run ON list_sights(last_run_id);
CREATE TABLE certificates (
  host TEXT PRIMARY KEY, not_after TEXT NOT NULL, seen_at TEXT NOT NULL
) STRICT;
"""

_JUDGED = """
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
"""

_SENT = """
CREATE TABLE alert_deliveries (
  id INTEGER PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, tried_at TEXT, sent_at TEXT, dropped_at TEXT,
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alert_deliveries_waiting ON alert_deliveries(channel)
  WHERE sent_at IS NULL AND dropped_at IS NULL;
CREATE TABLE delivered (
  notice_id INTEGER NOT NULL REFERENCES notices(id), channel TEXT NOT NULL,
  delivery_id INTEGER REFERENCES alert_deliveries(id), PRIMARY KEY (notice_id, channel)
) STRICT;
"""


@MIGRATIONS()
def m008_health(db: Database) -> None:
    """Tables of sights, certificates, incidents, notices and their deliveries."""
    for part in (_SEEN, _JUDGED, _SENT):
        db.executescript(part)
