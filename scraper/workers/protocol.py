"""Messages between a process and its workers: a length, then a pickled value.

Values that many calls have in common are sent to a worker once and known at both ends after that.
Both ends are the same program. Nothing that comes from a network is ever unpickled.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar, cast

HEAD = struct.Struct(">Q")


def frozen(mapping: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that nobody may change: what one is made of again at the other end."""
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (frozen, (dict(mapping),)))


class _Pickler(pickle.Pickler):
    """Takes a dataclass as a call with its fields: its own way asks for their names, for each
    object and at both ends, which takes longer than all the rest of a message."""

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind not in _VALUES:
            _VALUES[kind] = _values_of(kind)
        values = _VALUES[kind]
        return (kind, values(obj)) if values is not None else NotImplemented


_VALUES: dict[type, Callable[[Any], tuple[Any, ...]] | None] = {}


def _values_of(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What gives the arguments that an object is made of again, if it is that simple."""
    if not is_dataclass(kind):
        return None
    names = [field.name for field in fields(kind) if field.init and not field.kw_only]
    if len(names) < len(fields(kind)) or not names or "__reduce__" in vars(kind):
        return None
    values = attrgetter(*names)
    return values if len(names) > 1 else lambda obj: (values(obj),)


def packed(value: object) -> bytes:
    """A value as one message."""
    message = io.BytesIO()
    message.write(HEAD.pack(0))
    _Pickler(message, pickle.HIGHEST_PROTOCOL).dump(value)
    message.seek(0)
    message.write(HEAD.pack(message.getbuffer().nbytes - HEAD.size))
    return message.getvalue()


def unpacked(body: bytes | bytearray) -> Any:
    """The value in a message without its length."""
    return pickle.loads(body)  # noqa: S301 - see above


def receive(channel: socket.socket) -> bytearray:
    """The next message without its length. Raises EOFError where the other end is gone, OSError
    where the channel breaks, and MemoryError."""
    (size,) = HEAD.unpack(_exactly(channel, HEAD.size))
    return _exactly(channel, size)


def _exactly(channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = channel.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return data


# Values that many calls have in common

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
    is known, so a key means one value. An identity that is given anew after that is news.
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
