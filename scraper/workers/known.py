"""Values that many calls have in common: sent to a worker once, and known at both ends after that.

Both ends keep the same values in the same order, the least recently used one first, because both
do the same with each call. So neither has to tell the other what it has forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")

MOST_KNOWN = 64
"""Values that are kept between calls."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    value: Any


@dataclass(frozen=True, slots=True)
class _Ref:
    """Stands in a message for a value that the other end knows."""

    key: int


def shared(value: T) -> T:
    """An argument that many calls have in common: each worker is sent this very object once."""
    return cast(T, _Shared(value))


class SharedValues:
    """The values that an end of a channel knows.

    A key is the value's identity in the parent. The parent keeps a value alive for as long as it
    is known, so a key means one value; an identity that is given anew after that is news.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._values: dict[int, Any] = {}

    def refer(self, args: Sequence[Any]) -> tuple[tuple[Any, ...], dict[int, Any]]:
        """What to send instead of these arguments, and the values that are new to the other end.

        Changes nothing: the message may yet turn out to be one that cannot be sent.
        """
        news = {
            id(arg.value): arg.value
            for arg in args
            if isinstance(arg, _Shared) and id(arg.value) not in self._values
        }
        refs = (_Ref(id(arg.value)) if isinstance(arg, _Shared) else arg for arg in args)
        return tuple(refs), news

    def learn(self, refs: Sequence[Any], news: dict[int, Any]) -> None:
        """Follow a call that has been sent or received, in the same way at both ends.

        What it refers to becomes the latest used. Only then the oldest are forgotten, and never
        one that this call needs, even if it needs more than are kept.
        """
        keys = [ref.key for ref in refs if isinstance(ref, _Ref)]
        for key in keys:
            value = news[key] if key in news else self._values[key]
            self._values.pop(key, None)
            self._values[key] = value
        surplus = len(self._values) - max(self._most, len(set(keys)))
        for key in list(self._values)[: max(0, surplus)]:
            del self._values[key]

    def resolve(self, refs: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments that were meant by a call that has been learnt."""
        return tuple(self._values[ref.key] if isinstance(ref, _Ref) else ref for ref in refs)
