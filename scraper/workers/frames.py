"""Messages between a process and its workers: a length, then a pickled value.

Both ends are the same program; nothing that comes from a network is ever unpickled.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any

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
    if len(names) < len(fields(kind)) or len(names) < 2 or "__reduce__" in vars(kind):
        return None
    return attrgetter(*names)


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
