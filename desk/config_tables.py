"""The tables of `hubwatch.toml` that have owners of their own, each loaded only where it is there.

So a command that needs none of them loads none. A table that is absent is None: what is usual then
its owner says. Every function raises ConfigError, one line with file and key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubwatch.toml import Table
    from scheduler.limits import Limits
    from storage.maintenance.retention import Retention

    from .alerting.config import Alerts
    from .delivery.targets import DeliveryTarget
    from .logs import LogFormat
    from .server_config import Reach
    from .timetable import TimetableEntry


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


def reach_in(file: Table) -> Reach | None:
    """The table `[desk]`."""
    if "desk" not in file.data:
        return None
    from .server_config import read_reach

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
    from scraper.configuration import parse_loopback

    return file.table("daemon").only(("listen",)).parsed("listen", parse_loopback, "")


def log_format_in(file: Table) -> LogFormat | None:
    """The table `[log]`."""
    if "log" not in file.data:
        return None
    from .logs import read_format

    return read_format(file.table("log"))
