"""Whose hosts a source's crawl touches: those of its entries and those its articles stand on."""

from __future__ import annotations

from .links import authority_of
from .model import Source


def hosts_of(source: Source) -> frozenset[str]:
    """All hosts a crawl of this source may ask, lower-case, `:port` only where it is unusual."""
    named = (*source.links.hosts, *source.attachments.hosts)
    return entry_hosts(source) | {host.lower() for host in named}


def entry_hosts(source: Source) -> frozenset[str]:
    """The hosts of the source's entry points."""
    return frozenset(authority_of(entry.url) for entry in source.entries)
