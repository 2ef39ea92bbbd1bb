"""Messages between a process and its workers: a length, then a pickled value.

Both ends are the same program; nothing that comes from a network is ever unpickled.
"""

from __future__ import annotations

import copyreg
import pickle
import socket
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

HEAD = struct.Struct(">Q")


def frozen(mapping: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that nobody may change: what one is made of again at the other end."""
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (frozen, (dict(mapping),)))


def packed(value: object) -> bytes:
    """A value as one message."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(body)) + body


def unpacked(body: bytes | bytearray) -> Any:
    """The value in a message without its length."""
    return pickle.loads(body)  # noqa: S301 - see above


def receive(channel: socket.socket) -> Any:
    """The next message. Raises EOFError where the other end is gone."""
    (size,) = HEAD.unpack(_exactly(channel, HEAD.size))
    return unpacked(_exactly(channel, size))


def _exactly(channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = channel.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return data
