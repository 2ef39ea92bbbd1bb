"""How log lines are written: `key=value` for people, JSON for programs; on standard error."""

from __future__ import annotations

from enum import StrEnum

from scraper.sources.toml import Table


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "key=value"
    JSON = "json"


def read_format(table: Table) -> LogFormat:
    """The table `[log]`. Raises ConfigError, one line with file and key."""
    return table.only(("format",)).parsed("format", _format, LogFormat.TEXT)


def _format(text: str) -> LogFormat:
    if text not in list(LogFormat):
        raise ValueError(f"{text!r} is none of {', '.join(LogFormat)}")
    return LogFormat(text)
