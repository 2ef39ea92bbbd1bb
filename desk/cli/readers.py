"""`--place` of `hubwatch reread`: reading again by the workers of a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError

from .. import _
from ..places import extra_is_missing
from .cluster import cluster_of
from .console import note

if TYPE_CHECKING:
    from storage.archive import Archive

    from ..readers.places import PlaceReaders
    from .session import Session


def place_option(command: click.decorators.FC) -> click.decorators.FC:
    """`place`: whose readers read, or None."""
    option = click.option(
        "--place", metavar="NAME", help="Have it read by the workers of this place."
    )
    return option(command)


@contextmanager
def readers_at(
    session: Session,
    store: Archive,
    name: str | None,
    work: str,
    keeps: str = "wet",
) -> Iterator[PlaceReaders | None]:
    """The readers of a place for one job, None where no place is named. What was read there and
    here is said in the end. Raises ConfigError for a place that has none, Busy."""
    if name is None:
        yield None
        return
    config = cluster_of(session)
    place = config.place(name)
    if place is None or not place.readers:
        raise ConfigError(
            _(
                "%(place)s is no place with readers; %(key)s says so of one that you trust",
                place=name,
                key="[[cluster.place]] readers = true",
            )
        )
    try:
        from ..readers.places import PlaceReaders
    except ImportError:
        raise extra_is_missing() from None
    made = PlaceReaders(store, place, config, session.clock, work, keeps=keeps != "dry")
    with made as readers:
        yield readers
        note(
            _(
                "%(there)s read at %(place)s, %(here)s here",
                there=f"{readers.read_there:,}",
                place=name,
                here=f"{readers.read_here:,}",
            )
        )
        if readers.dismissed:
            note(
                _(
                    "what came from %(place)s was not used any more: %(reason)s",
                    place=name,
                    reason=readers.dismissed,
                )
            )
