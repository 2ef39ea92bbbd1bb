"""One grammar for spans of time, wherever people write one: `90s`, `1.5h`, `2w`.

In a source, a schedule, the configuration and on the command line the same text means the same.
"""

from __future__ import annotations

import re
from datetime import timedelta

from .patterns import lazy_pattern

SPAN = r"[0-9]{1,9}(?:\.[0-9]{1,3})?\s*(?:ms|s|m|h|d|w)"
"""A span as a part of a larger expression, to be matched without regard to case."""
_SPAN = lazy_pattern(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(ms|s|m|h|d|w)", re.IGNORECASE)
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def is_span(text: str) -> bool:
    """Whether a text is a span of time."""
    return _SPAN.fullmatch(text.strip()) is not None


def parse_span(text: str) -> timedelta:
    """`500ms`, `90s`, `15m`, `1.5h`, `7d`, `2w`: a length of time, not negative. Raises ValueError,
    also for one that is longer than Python can count."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no span of time; write 30s, 15m, 1.5h, 7d or 2w")
    try:
        return float(found[1]) * _UNITS[found[2].lower()]
    except OverflowError:
        raise ValueError(f"{text!r} is too long for a span of time") from None
