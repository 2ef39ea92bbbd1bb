"""Regular expressions that are compiled when they are first used.

There are more than a thousand of them. To compile them all takes a command longer than most
commands take, and each needs a few.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, AnyStr, cast

_METHODS = (
    "fullmatch",
    "findall",
    "finditer",
    "flags",
    "groupindex",
    "groups",
    "match",
    "scanner",
    "search",
    "split",
    "sub",
    "subn",
)
_waiting: list[_LazyPattern] = []


class _LazyPattern:
    """Has no method of a pattern until one is asked for; then it has all, and asking costs what it
    costs of a pattern."""

    __slots__ = ("_spell", "_wanted", "pattern", *_METHODS)

    def __init__(self, text: Any, flags: int, spell: Callable[[Any], Any] | None) -> None:
        self.pattern, self._wanted, self._spell = text, flags, spell

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        text = self.pattern if self._spell is None else self._spell(self.pattern)
        compiled = re.compile(text, self._wanted)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return lazy_pattern, (self.pattern, self._wanted, self._spell)

    def __repr__(self) -> str:
        return f"lazy_pattern({self.pattern!r}, {self._wanted})"


def lazy_pattern(
    text: AnyStr, flags: int = 0, spell: Callable[[AnyStr], AnyStr] | None = None
) -> re.Pattern[AnyStr]:
    """As `re.compile`, for what a module declares: it is compiled, and found to be wrong, when it
    is first used, or by `compile_all`. `spell` makes of it what is compiled."""
    made = _LazyPattern(text, flags, spell)
    _waiting.append(made)
    return cast("re.Pattern[AnyStr]", made)


def compile_all() -> None:
    """Compile what was declared until now, for a process that others are forked from. Raise
    `re.error` where one is none."""
    while _waiting:
        _ = cast("re.Pattern[str]", _waiting.pop()).search
