"""Incidents as JSON documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from storage.incidents import Incident, Notice

    from ..incidents import RowBlock


INCIDENT: JsonDocument[Incident] = JsonDocument(
    Member("incident", "integer", "its number", lambda i: i.id),
    Member("kind", "text", "what is amiss; [operation.md](operation.md) has the kinds",
        lambda i: i.finding.kind),
    Member("severity", "text", "`info`, `warning` or `critical`", lambda i: i.finding.severity),
    Member("source", "text or null", "id of the source; null: this machine",
        lambda i: i.finding.source_id or None),
    Member("place", "text", "the list or field that is meant; may be empty",
        lambda i: i.finding.place),
    Member("told", "text", "what it is, in one line", lambda i: i.finding.message),
    Member("evidence", "list", "lines of proof", lambda i: i.finding.evidence),
    Member("commands", "list", "the next three commands", lambda i: i.finding.commands),
    Member("opened", "moment", "since when", lambda i: i.opened_at),
    Member("last_seen", "moment", "when it was last found", lambda i: i.last_seen_at),
    Member("closed", "moment or null", "when it was over", lambda i: i.closed_at),
    Member("closed_why", "text", "why it closed", lambda i: i.closed_why),
    Member("reopened", "integer", "how often it came back within a day", lambda i: i.reopened),
    Member("acked", "moment or null", "when somebody said to see to it", lambda i: i.acked_at),
    Member("acked_by", "text", "who", lambda i: i.acked_by),
    Member("ack_note", "text", "what is being done", lambda i: i.ack_note),
    commands=("incidents --json",),
    about="A list: what is amiss, the worst first; with `--all` or `--source` closed ones too, the "
        "latest first.",
)  # fmt: skip


NOTICE: JsonDocument[Notice] = JsonDocument(
    Member("what", "text", "`opened`, `reopened`, `worse`, `reminder` or `closed`",
        lambda n: n.what),
    Member("at", "moment", "when", lambda n: n.at),
    Member("told", "text", "the line", lambda n: n.message),
)  # fmt: skip


BLOCK: JsonDocument[RowBlock] = JsonDocument(
    Member("when", "text", "`before` or `now`", lambda b: b.when),
    Member("snapshot", "integer", "number of the archived page", lambda b: b.snapshot_id),
    Member("html", "text", "the element around the rows and the first two, a line each",
        lambda b: b.html),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownIncident:
    """An incident with what was put up to be told of it, and its rows' place in the page."""

    incident: Incident
    notices: Sequence[Notice]
    blocks: Sequence[RowBlock]


SHOWN_INCIDENT: JsonDocument[ShownIncident] = JsonDocument(
    *INCIDENT.of(lambda s: s.incident),
    parts("notices", "what was put up to be told", lambda s: s.notices, NOTICE),
    parts("blocks", "of a list that lost its rows: their place before and now",
        lambda s: s.blocks, BLOCK),
    commands=("incidents show --json",),
)  # fmt: skip


SEEN_TO: JsonDocument[tuple[int, str, datetime | None]] = JsonDocument(
    Member("incident", "integer", "its number", lambda s: s[0]),
    Member("by", "text", "who sees to it: the first who said so", lambda s: s[1]),
    Member("since", "moment", "since when", lambda s: s[2]),
    commands=("incidents ack --json",),
)  # fmt: skip
