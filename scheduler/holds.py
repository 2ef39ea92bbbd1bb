"""Why a job shall not run now: what people said, kept in the archive, looked up each time."""

from __future__ import annotations

from datetime import datetime

from storage.store import Store

from .jobs import Hold


def resting(store: Store) -> Hold:
    """Holds the sources that people paused, until the time they said."""

    def hold(name: str, now: datetime) -> str:
        pause = store.pauses(now).get(name)
        if pause is None:
            return ""
        return f"paused until {pause.until:%Y-%m-%d %H:%M} UTC by {pause.person}: {pause.reason}"

    return hold


def standing_still(store: Store) -> Hold:
    """Holds everything while the whole installation stands still."""

    def hold(name: str, now: datetime) -> str:
        found = store.standstill(now)
        return f"everything is paused by {found.person}: {found.reason}" if found else ""

    return hold


def any_of(*holds: Hold) -> Hold:
    """The first reason that one of these has."""

    def hold(name: str, now: datetime) -> str:
        return next(filter(None, (each(name, now) for each in holds)), "")

    return hold
