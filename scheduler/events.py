"""The scheduler's log: one past-tense `key=value` line for each thing that happened."""

from __future__ import annotations

import json
import logging

_log = logging.getLogger("hubwatch.scheduler")


def note(verb: str, **fields: object) -> None:
    """Log what went as it should."""
    _log.info("%s", _line(verb, fields))


def warn(verb: str, **fields: object) -> None:
    """Log what somebody should look at."""
    _log.warning("%s", _line(verb, fields))


def _line(verb: str, fields: dict[str, object]) -> str:
    return " ".join([verb, *(f"{key}={_value(value)}" for key, value in fields.items())])


def _value(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    plain = text.isprintable() and text and not any(each in text for each in ' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)
