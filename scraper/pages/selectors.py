"""Checks CSS selectors that people write, with the engine that will run them."""

from __future__ import annotations

import soupsieve


def check(selector: str) -> None:
    """Raises ValueError, on one line, for a selector that cannot be used."""
    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as fault:
        first = str(fault).splitlines()[0] if str(fault) else "unknown"
        raise ValueError(f"{selector!r} is no CSS selector ({first})") from None
