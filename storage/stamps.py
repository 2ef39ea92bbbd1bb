"""Instants as the archive stores them: UTC text of fixed width, which sorts as it should."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(instant: datetime) -> str:
    """`2026-11-23T22:49:41.123Z` for an aware datetime. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def unstamp(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)


def unstamp_or_none(text: str | None) -> datetime | None:
    """The same for a column that may be empty."""
    return unstamp(text) if text else None
