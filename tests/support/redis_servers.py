"""A real redis-server on loopback, in a folder of its own, with users as we print them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from scheduler.cluster.tickets import ACL_OF_DEFAULT, acl_of_centre, acl_of_place, worker_user

CENTRE, SECRET = "hub-centre", "for tests alone"
needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not installed"
)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def acl_lines(places: Sequence[str]) -> list[str]:
    """The users of these places, and the centre, with one password."""
    digest = sha256(SECRET.encode()).hexdigest()
    users = [acl_of_place(name, worker_user(name), digest) for name in places]
    return [ACL_OF_DEFAULT, acl_of_centre(CENTRE, digest), *users]


@dataclass
class RedisProcess:
    """One server. `lines` are further lines of its configuration."""

    folder: Path
    port: int
    places: Sequence[str] = ()
    lines: Sequence[str] = ()
    aof: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Without TLS."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Begin, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        acl = self.folder / "users.acl"
        acl.write_text("\n".join(acl_lines(self.places)) + "\n")
        config = self.folder / "redis.conf"
        config.write_text(
            "\n".join(
                [
                    f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", 'save ""',
                    f"appendonly {'yes' if self.aof else 'no'}", "maxmemory 256mb",
                    "maxmemory-policy noeviction", f"aclfile {acl}", "loglevel warning",
                    *self.lines,
                ]
            )
        )  # fmt: skip
        self.process = subprocess.Popen(
            ["redis-server", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, "redis-server ended at once"
            try:
                with socket.create_connection(("127.0.0.1", self.listens_at), 1):
                    return
            except OSError:
                assert time.monotonic() < until, "redis-server does not answer"
                time.sleep(0.02)

    @property
    def listens_at(self) -> int:
        """The port that is to answer: that of TLS where there is one."""
        tls = [line for line in self.lines if line.startswith("tls-port ")]
        return int(tls[0].split()[1]) if tls else self.port

    def kill(self) -> None:
        """End it at once, with whatever it had not written."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server(
    folder: Path, places: Sequence[str], lines: Sequence[str] = (), aof: bool = False
) -> Iterator[RedisProcess]:
    """A server for these places."""
    found = RedisProcess(folder, free_port(), places, lines, aof)
    found.start()
    try:
        yield found
    finally:
        found.kill()
