"""Leases on hosts, those of the lists and those of the articles: at any time one process crawls a
host.

Sources of one process share a lease and take turns at the throttle. Waiting is the caller's
business, who has an event loop to keep running.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from hubwatch.locks import Lock


class Leases:
    """The host leases that this process holds, with how many of its sources use each."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._locks: dict[str, Lock] = {}
        self._users: dict[str, int] = {}

    def try_hold(self, hosts: Collection[str], holder: str) -> str:
        """Hold all these hosts, or none; returns who is in the way, or nothing."""
        taken: list[str] = []
        for host in sorted(hosts):
            in_the_way = self._try_one(host, holder)
            if in_the_way:
                self.release(taken)
                return in_the_way
            taken.append(host)
        return ""

    def ask(self, hosts: Collection[str]) -> None:
        """Ask whoever holds these hosts to give way, if it is something that can."""
        for host in hosts:
            Lock(self._archive, f"host-{host}").ask()

    def release(self, hosts: Collection[str]) -> None:
        """Give back what `try_hold` took."""
        for host in hosts:
            self._users[host] -= 1
            if not self._users[host]:
                self._locks.pop(host).release()

    def _try_one(self, host: str, holder: str) -> str:
        if host not in self._locks:
            lock = Lock(self._archive, f"host-{host}")
            if not lock.try_acquire(holder):
                return f"{host} is being crawled by {lock.holder() or 'another process'}"
            self._locks[host] = lock
        self._users[host] = self._users.get(host, 0) + 1
        return ""
