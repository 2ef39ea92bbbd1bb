"""Where names become addresses: only allowed ones are handed out.

The resolver sees every name and every literal that Twisted is about to dial, for pages, redirects
and robots files alike, and the address it checked is the address that is dialled.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from zope.interface import implementer

from hubwatch.guard import dialable, literal, places
from storage.types import Outcome

from .fetch_result import Unreachable

Found = Sequence[str]
Lookup = Callable[[str], Found]


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str, task: asyncio.Task[None] | None = None) -> None:
        self.name = name
        self._task = task

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names to public addresses only. Names in `hosts` to their loopback port only, and
    those in `intranet` (`name` or `name:port`) to addresses of one's own network too.

    `refusals` tells for which names all addresses were refused, `broken` at which names something
    of ours broke. Nothing is cached: what a name
    meant a minute ago is no proof of what it means now.
    """

    def __init__(
        self,
        hosts: Mapping[str, str],
        lookup: Lookup | None = None,
        intranet: Collection[str] = (),
    ) -> None:
        self._hosts = {name.lower(): _host_port(where) for name, where in hosts.items()}
        self._intranet = frozenset(place for name in intranet for place in places(name))
        self._lookup = lookup or _system_lookup
        self._tasks: set[asyncio.Task[None]] = set()
        self._proxies: set[tuple[str, int]] = set()
        self.refusals: dict[str, str] = {}
        self.broken: dict[str, Exception] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Scrapy's way to make one (`TWISTED_DNS_RESOLVER`): by the configuration. Raises
        ConfigError."""
        from ..crawl.project import config_of

        config = config_of(crawler.settings)
        return cls(config.hosts, intranet=config.intranet)

    def install_on_reactor(self) -> None:
        """Have every name that Twisted dials go through this resolver."""
        from twisted.internet import reactor

        installer: Any = reactor
        installer.installNameResolver(self)

    async def proxy_address(self, name: str, port: int) -> str:
        """The IP address of a configured proxy, which may be dialled from now on, whatever it is.

        Raises Fault if there is none.
        """
        spelled = literal(name)
        found = [spelled] if spelled else await self._look_up(name)
        found = sorted(found, key=lambda address: ":" in address)
        if not found:
            raise Unreachable(Outcome.NET_ERROR, f"the name of the proxy {name} leads nowhere")
        self._proxies.add((found[0], port))
        return found[0]

    def resolveHostName(  # noqa: N802 - the names of Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Twisted's IHostnameResolver: tell the receiver each address that may be dialled."""
        task = asyncio.get_running_loop().create_task(
            self._resolve(resolutionReceiver, hostName, portNumber)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return _Resolution(hostName, task)

    async def _resolve(self, receiver: Any, name: str, port: int) -> None:
        receiver.resolutionBegan(_Resolution(name))
        try:
            for address in await self.allowed(name, port):
                receiver.addressResolved(address)
        except Exception as error:  # Twisted would take it for a name that leads nowhere
            self.broken[name.lower()] = error
        finally:
            receiver.resolutionComplete()

    async def allowed(self, name: str, port: int) -> list[IPv4Address | IPv6Address]:
        """The addresses of a name that may be dialled. Empty if there are none."""
        mapped = self._hosts.get(name.lower())
        if mapped is not None:
            return [_address(*mapped)]
        if (name, port) in self._proxies:
            return [_address(name, port)]
        found = await self._look_up(name)
        public = dialable(found, (name, port), self._intranet)
        if found and not public:
            self.refusals[name.lower()] = f"{name} leads to {found[0]}, not a public address"
        return [_address(address, port) for address in public]

    async def _look_up(self, name: str) -> Found:
        spelled = literal(name)
        if spelled is not None:
            return [spelled]
        try:
            return await asyncio.to_thread(self._lookup, name)
        except (OSError, UnicodeError):
            return []


def _host_port(where: str) -> tuple[str, int]:
    host, _, port = where.rpartition(":")
    return host.strip("[]"), int(port)


def _address(host: str, port: int) -> IPv4Address | IPv6Address:
    kind = IPv6Address if ":" in host else IPv4Address
    return kind("TCP", host, port)


def _system_lookup(name: str) -> Found:
    found = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
