"""The scheduler's log: one past-tense `key=value` line for each thing that happened."""

from __future__ import annotations

import logging

from hubwatch.log_line import LogLine

_log = logging.getLogger("hubwatch.scheduler")


def note(verb: str, **fields: object) -> None:
    """Log what went as it should."""
    _log.info("%s", LogLine(verb, fields))


def warn(verb: str, **fields: object) -> None:
    """Log what somebody should look at."""
    _log.warning("%s", LogLine(verb, fields))
