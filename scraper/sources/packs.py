"""Packs of shipped sources, and what a public record saw of their lists before we did."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from hubwatch.errors import ConfigError
from hubwatch.toml import suggest

_PACKS = Path(__file__).with_name("packs.toml")
_RECORD = Path(__file__).with_name("record.toml")


@dataclass(frozen=True, slots=True)
class Pack:
    """Shipped sources that are crawled together or not at all."""

    id: str
    name: str
    about: str
    sources: tuple[str, ...]


@cache
def packs() -> dict[str, Pack]:
    """All packs, by id. Each shipped source is in one of them."""
    tables = tomllib.loads(_PACKS.read_text("utf-8"))
    return {
        key: Pack(key, table["name"], table["about"], tuple(table["sources"]))
        for key, table in tables.items()
    }


@cache
def pack_of(source_id: str) -> str:
    """The pack of a shipped source. Empty for one that is not shipped."""
    return next((key for key, pack in packs().items() if source_id in pack.sources), "")


def sources_in(names: Sequence[str]) -> frozenset[str]:
    """The ids of the sources of these packs. Raises ConfigError for a pack that there is not."""
    for name in names:
        if name not in packs():
            hint = suggest(name, packs()) or f"; there are: {', '.join(packs())}"
            raise ConfigError(f"packs: there is no pack {name!r}{hint}")
    return frozenset(each for name in names for each in packs()[name].sources)


class SeenBefore(StrEnum):
    """What the record says of a list."""

    WORKING = "working"
    FAILING = "failing"  # it worked before
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class PriorEvidence:
    """What a public record of daily tests saw of a source's list. `last` is the last day on which
    it worked, `until` the last day of the record. It was made from outside of China, where some
    portals answer nobody: it says where to look first, not what is true today."""

    seen: SeenBefore
    until: date
    last: date | None = None
    is_sure: bool = True


@cache
def _record() -> dict[str, PriorEvidence]:
    said = tomllib.loads(_RECORD.read_text("utf-8"))
    until, unsure = said["until"], set(said["unsure"])
    found: dict[str, PriorEvidence] = {}
    for word in SeenBefore:
        entries = said[word]
        for source_id in entries:
            last = entries[source_id] if isinstance(entries, dict) else None
            last = until if word is SeenBefore.WORKING else last
            found[source_id] = PriorEvidence(word, until, last, source_id not in unsure)
    return found


def prior_evidence(source_id: str) -> PriorEvidence | None:
    """What the record saw of a source's list. None if it is not in it."""
    return _record().get(source_id)
