"""What a message says: one subject, a text for people, a document for programs.

Everything comes from stored notices, so a message that is sent again says the same. No secret is
known here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storage.incidents.records import AlertDelivery, Finding, Incident, Notice, What

from ..text import one_line

_SHOWN = 40
_SUBJECT = 160
_WORDS = {
    What.OPENED: "new",
    What.REOPENED: "back",
    What.WORSE: "worse",
    What.REMINDER: "still there",
    What.CLOSED: "over",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message, whatever the channel. `key` is the same however often it is sent, `tries` how
    often it was before; `lacking` are the addresses that have not got what others got."""

    key: str
    subject: str
    text: str
    document: dict[str, Any]
    tries: int = 0
    lacking: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The document as it is handed over."""
        return json.dumps(self.document, ensure_ascii=False).encode()


def message_of(delivery: AlertDelivery, incidents: dict[int, Incident], where: str) -> Message:
    """The message of a delivery; `where` names this installation."""
    told = [(notice, incidents[notice.incident_id]) for notice in delivery.notices]
    told.sort(key=lambda each: (-each[0].severity.rank, each[0].id))
    parts = [_paragraph(notice, incident) for notice, incident in told[:_SHOWN]]
    if len(told) > _SHOWN:
        parts.append(f"and {len(told) - _SHOWN} more: hubwatch incidents --all")
    if delivery.tries:
        parts.append(
            f"Sent for the {delivery.tries + 1}. time: whether it arrived before is not known. "
            f"Its key is {delivery.key}."
        )
    parts.append(f"Hubwatch on {where}. `hubwatch incidents ack NUMBER --by NAME` ends reminders.")
    subject = one_line(f"Hubwatch {where}: {_subject(told)}", _SUBJECT)
    text = "\n\n".join(parts) + "\n"
    document = {
        "key": delivery.key,
        "subject": subject,
        "text": text,
        "where": where,
        "notices": [_document(notice, incident) for notice, incident in told],
    }
    return Message(delivery.key, subject, text, document, delivery.tries, delivery.lacking)


def test_message(key: str, channel: str, where: str) -> Message:
    """A message that says nothing but that the channel works."""
    subject = f"Hubwatch {where}: test of {channel}"
    text = f"This is a test of the channel {channel}. Nothing is amiss because of it.\n"
    document = {"key": key, "subject": subject, "text": text, "where": where, "notices": []}
    return Message(key, subject, text, document)


def _subject(told: Sequence[tuple[Notice, Incident]]) -> str:
    if len(told) == 1:
        notice, incident = told[0]
        return f"{_WORDS[notice.what]}: {incident.finding.kind} {_of(incident.finding)}"
    counts = dict.fromkeys(_WORDS, 0)
    for notice, _ in told:
        counts[notice.what] += 1
    said = ", ".join(f"{count} {_WORDS[what]}" for what, count in counts.items() if count)
    worst = told[0][1].finding
    return f"{said}; {worst.kind} {_of(worst)} and others"


def _of(finding: Finding) -> str:
    """Whose it is: a source's, a job's, or this machine's as a whole."""
    if finding.source_id:
        return finding.source_id
    return f"job {finding.place}" if finding.place else "this machine"


def _lines(finding: Finding) -> list[str]:
    """The evidence without tracebacks: who needs one finds it with the incident."""
    return [line for line in finding.evidence if "\n" not in line]


def _paragraph(notice: Notice, incident: Incident) -> str:
    finding = incident.finding
    head = f"{_WORDS[notice.what].upper()} {notice.severity} {finding.kind} {_of(finding)}"
    lines = [f"{head} (incident {incident.id}, {notice.at:%Y-%m-%d %H:%M} UTC)", notice.told]
    if notice.what is What.CLOSED:
        lines.append(f"it was: {finding.told}")
    else:
        lines += [f"- {line}" for line in _lines(finding)]
        lines += [f"$ {line}" for line in finding.commands]
    return "\n".join(
        one_line(line) if i == 0 else f"  {one_line(line)}" for i, line in enumerate(lines)
    )


def _document(notice: Notice, incident: Incident) -> dict[str, Any]:
    finding = incident.finding
    return {
        "incident": incident.id,
        "what": notice.what.value,
        "at": notice.at.isoformat(),
        "severity": notice.severity.value,
        "kind": finding.kind.value,
        "source": finding.source_id or None,
        "told": one_line(notice.told),
        "evidence": [one_line(line) for line in _lines(finding)],
        "commands": list(finding.commands),
    }
