"""The tables of `hubwatch.toml` that have owners of their own, each loaded only where it is there.

So a command that needs none of them loads none. A table that is absent is None: what is usual then
its owner says. Every function raises ConfigError, one line with file and key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.limits import Limits
    from scraper.sources.toml import Table
    from storage.maintenance.retention import Retention

    from .alerting.config import Alerts
    from .delivery.targets import DeliveryTarget
    from .logs import LogFormat
    from .reach import Reach
    from .timetable import TimetableEntry

Network = tuple[Mapping[str, str], str, tuple[str, ...]]
"""Hosts with the loopback addresses at which they are dialled, the proxy, hosts of one's own
network; as in `Config`."""


def network_in(file: Table) -> Network:
    """The table `[network]`."""
    if "network" not in file.data:
        return MappingProxyType({}), "", ()
    from scraper.sources.values import parse_host, parse_proxy

    table = file.table("network").only(("hosts", "proxy", "intranet"))
    return (
        _hosts(table.table("hosts")),
        table.parsed("proxy", parse_proxy, ""),
        table.all_parsed("intranet", parse_host),
    )


def _hosts(table: Table) -> Mapping[str, str]:
    from .reach import loopback

    return MappingProxyType({name: table.parsed(name, loopback) for name in table.data})


def deliveries_in(file: Table, home: Path) -> tuple[DeliveryTarget, ...]:
    """The tables `[[delivery]]`; their paths are relative to `home`."""
    tables = file.tables("delivery")
    if not tables:
        return ()
    from .delivery.targets import read_targets  # loads what speaks to mail servers

    return read_targets(tables, home)


def timetable_in(file: Table, zone: str) -> tuple[TimetableEntry, ...]:
    """The tables `[[timetable]]`; their times are those of `zone` where they name no other."""
    if not file.tables("timetable"):
        return ()
    from .timetable import read_entries

    return read_entries(file, zone)


def limits_in(file: Table) -> Limits | None:
    """The table `[limits]`, but for the free space."""
    if "limits" not in file.data:
        return None
    from .timetable import read_limits

    return read_limits(file.table("limits"))


def free_space_in(file: Table, usual: int) -> int:
    """`[limits] free_space` in bytes."""
    if "limits" not in file.data:
        return usual
    from .retention import parse_size

    return file.table("limits").parsed("free_space", parse_size, usual)


def reach_in(file: Table) -> Reach | None:
    """The table `[desk]`."""
    if "desk" not in file.data:
        return None
    from .reach import read_reach

    return read_reach(file.table("desk"))


def retention_in(file: Table) -> Retention | None:
    """The table `[retention]`."""
    if "retention" not in file.data:
        return None
    from .retention import read_retention

    return read_retention(file.table("retention"))


def alerts_in(file: Table, home: Path) -> Alerts | None:
    """The table `[alerts]`; paths in it are relative to `home`."""
    if "alerts" not in file.data:
        return None
    from .alerting.config import read_alerts

    return read_alerts(file.table("alerts"), file.tables("delivery"), home)


def listen_in(file: Table) -> str:
    """`[daemon] listen`."""
    if "daemon" not in file.data:
        return ""
    from .reach import loopback

    return file.table("daemon").only(("listen",)).parsed("listen", loopback, "")


def log_format_in(file: Table) -> LogFormat | None:
    """The table `[log]`."""
    if "log" not in file.data:
        return None
    from .logs import read_format

    return read_format(file.table("log"))
