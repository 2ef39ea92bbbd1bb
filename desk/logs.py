"""How log lines are written: `key=value` for people, JSON for programs, on standard error."""

from __future__ import annotations

import json
import logging
import time
from enum import StrEnum

from hubwatch.log_line import LogLine
from hubwatch.toml import Table


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "key=value"
    JSON = "json"


def read_format(table: Table) -> LogFormat:
    """The table `[log]`. Raise ConfigError, one line with file and key."""
    return table.only().parsed("format", _format)


def _format(text: str) -> LogFormat:
    if text not in list(LogFormat):
        raise ValueError(f"{text!r} is none of {', '.join(LogFormat)}")
    return LogFormat(text)


def log_to_stderr(how: LogFormat) -> None:
    """Print our own log lines, and warnings of the libraries, each with its moment in UTC."""
    handler = logging.StreamHandler()
    handler.setFormatter(_FORMATTERS[how]())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("hubwatch").setLevel(logging.INFO)


class _Text(logging.Formatter):
    """`2026-03-01T08:00:00Z INFO crawled source=…`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime


class _Json(logging.Formatter):
    """A JSON document a line: `at`, `level`, `logger`, `event` and what it happened to. Of a line
    that is not ours the words are under `message`."""

    def format(self, record: logging.LogRecord) -> str:
        """One record on one line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        made = record.args[0] if isinstance(record.args, tuple) and record.args else None
        said: dict[str, object] = {"message": " ".join(record.getMessage().split())}
        if isinstance(made, LogLine) and record.msg == "%s":
            said = {"event": made.word, **{key: _plain(v) for key, v in made.fields.items()}}
        head = {
            "at": f"{at}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        trace = {"trace": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps({**head, **said, **trace}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    return value if value is None or type(value) in (int, bool, str) else str(value)


_FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {
    LogFormat.TEXT: _Text,
    LogFormat.JSON: _Json,
}
