"""The expressions that a module declares, compiled, as they meet texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hubwatch import patterns

Expression = re.Pattern[str] | re.Pattern[bytes]


def expressions_in(value: object) -> Iterator[Expression]:
    """All in a value: itself, or what it holds."""
    if isinstance(value, patterns._LazyPattern):
        compiled = value.search.__self__
        assert isinstance(compiled, re.Pattern)
        yield compiled
    elif isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from expressions_in(item)
    elif isinstance(value, dict):
        yield from expressions_in(list(value.values()))
