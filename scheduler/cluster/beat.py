"""The beat of a node, in a process of its own: `python -m scheduler.cluster.beat`.

What the worker does may keep it busy for minutes; this says meanwhile that it is there. It reads
lines from its standard input: first how Redis is reached, then, whenever that changes, what the
worker does. At the end of the input the worker is gone, and so is its beat. After each beat that
Redis took it writes a line.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

from .link import LinkError, WorkerLink
from .tickets import Beat, RedisServer


def first_line(server: RedisServer, place: str, node: str, every: float) -> str:
    """How the process is told to reach Redis."""
    return json.dumps(
        {
            "address": server.address,
            "user": server.user,
            "password": server.password() if server.password else None,
            "files": [
                str(each) if each else "" for each in (server.ca, server.certificate, server.key)
            ],
            "place": place,
            "node": node,
            "every": every,
        }
    )


def _server(told: dict[str, object]) -> RedisServer:
    password = told["password"]
    files = told["files"]
    assert isinstance(files, list)
    ca, certificate, key = (Path(each) if each else None for each in files)
    return RedisServer(
        str(told["address"]),
        str(told["user"]),
        (lambda: str(password)) if password is not None else None,
        ca,
        certificate,
        key,
    )


def serve(lines: BinaryIO, said: TextIO) -> int:
    """Beat until the input, which is not buffered, ends. Return 0."""
    told = json.loads(lines.readline())
    link = WorkerLink(_server(told), told["place"])
    node, every, attempt, rest = str(told["node"]), float(told["every"]), "", b""
    while True:
        try:
            link.beat(Beat(node, attempt), int(3000 * every))
            said.write("beat\n")
            said.flush()
        except LinkError:
            pass  # the worker sees that no line comes
        except OSError:
            return 0
        ready, _, _ = select.select([lines], [], [], every)
        if ready:
            chunk = os.read(lines.fileno(), 4096)
            if not chunk:
                return 0
            *whole, rest = (rest + chunk).split(b"\n")
            if whole:
                attempt = whole[-1].decode("utf-8", "replace")


if __name__ == "__main__":
    with open(0, "rb", buffering=0, closefd=False) as unbuffered:
        sys.exit(serve(unbuffered, sys.stdout))
