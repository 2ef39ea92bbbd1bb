"""What people write of a cluster: the table `[cluster]`, `where` in a source, and what the daemon
makes of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.config import read_config
from hubwatch.errors import ConfigError, SourceError
from scheduler.child import ChildEnd
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import Elsewhere, Fallback, Job, Limits, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from scraper.sources.load import load_catalogue
from scraper.sources.write import source_of
from storage.archive import Archive
from storage.types import Outcome
from tests.support.cli import CommandLine
from tests.support.make import SHANGHAI

CATALOGUE = load_catalogue()
REDIS = 'redis = "rediss://redis.example.org:6380/0"'
START = datetime(2026, 11, 23, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PORTAL = """\
id = "town"
name = "Town"
city = "Guiyang"
language = "en"
template = "generic"
home = "https://town.example/"
schedule = "every 2h"
{more}
[[entry]]
url = "https://town.example/news/"
"""
PLACE = '[[cluster.place]]\nname = "north"\n'


def _read(folder: Path, text: str) -> object:
    path = folder / "hubwatch.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path).said_cluster


def test_places_are_read_with_their_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_SECRET", "hidden")
    own = '[[cluster.place]]\nname = "south"\njobs = 9\nredis = "rediss://other.example:1/0"\n'
    said = f'[cluster]\n{REDIS}\nuser = "centre"\npassword = "env:REDIS_SECRET"\n{PLACE}{own}'
    path = tmp_path / "hubwatch.toml"
    path.write_text(said, encoding="utf-8")
    found = read_config(path).said_cluster
    assert found is not None
    north, south = found.places
    assert (north.jobs, north.server) == (4, found.server)
    assert (south.jobs, south.server.user) == (9, "")
    assert north.server.password is not None and north.server.password() == "hidden"
    assert "hidden" not in repr(found)
    assert found.silence == timedelta(seconds=60) and found.beat_expiry == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('redis = "redis://redis.example.org:6379/0"', "goes over a network without TLS"),
        ('redis = "rediss://me:secret@redis.example.org/0"', "is no address of a Redis"),
        ('redis = "https://redis.example.org"', "is no address of a Redis"),
        ('user = "centre"', "cluster.user: goes with `redis`, which is missing"),
        (f'{REDIS}\npassword = "secret"', "a secret does not belong here"),
        (f'{REDIS}\nbeat = "2h"', "is between 200ms and 1m"),
        (f'{REDIS}\nslice_bytes = "2 GB"', "is between 1 MB and 500 MB"),
        (PLACE, "redis: is missing"),
        (f"{REDIS}\n{PLACE}{PLACE}", "there are two places named 'north'"),
        (f'{REDIS}\n[[cluster.place]]\nname = "No:rth"', "is no name of a place"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_key(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(tmp_path, f"[cluster]\n{text}\n")
    assert why in str(caught.value)
    assert "secret" not in str(caught.value) or "a secret" in str(caught.value)


def test_the_lines_of_the_acl_have_no_password(
    tmp_path: Path, hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRE", "first hidden")
    monkeypatch.setenv("NORTH", "second hidden")
    (tmp_path / "hubwatch.toml").write_text(
        f'[cluster]\n{REDIS}\nuser = "centre"\npassword = "env:CENTRE"\n{PLACE}', encoding="utf-8"
    )
    words = ("--config", tmp_path / "hubwatch.toml", "cluster", "acl")
    made = hubwatch(*words, "--place", "north", "--password", "env:NORTH")
    assert made.code == 0 and "hidden" not in made.out
    default, centre, north = made.out.splitlines()
    assert default == "user default off"
    assert centre.startswith("user centre reset on #") and "~hub:* " in centre
    assert north.startswith("user hub-north reset on #") and "~hub:north:* " in north
    refused = hubwatch(*words, "--place", "west", "--password", "env:NORTH")
    assert refused.code == 2 and "there is no place 'west'" in refused.err


def test_a_source_says_where_it_is_crawled() -> None:
    said = PORTAL.format(more='where = "north"\nfallback = "here"')
    source = source_of(said, "town.toml", CATALOGUE.templates)
    assert (source.where, source.fallback) == ("north", "here")
    for more in ('where = "No:rth"', 'fallback = "never"', 'where = "north"\nrender = true'):
        with pytest.raises(SourceError, match=r"where|fallback"):
            source_of(PORTAL.format(more=more), "town.toml", CATALOGUE.templates)


# What the dispatcher does with jobs that run elsewhere.


class _Places:
    """Places as a test wants them."""

    def __init__(self, **rooms: int) -> None:
        self.rooms, self.out = Counter(rooms), set[str]()

    def room(self, place: str) -> int:
        return self.rooms[place]

    def has_worker(self, place: str) -> bool:
        return place in self.rooms

    def is_out(self, source_id: str) -> bool:
        return source_id in self.out


def _job(name: str, elsewhere: Elsewhere | None = None) -> Job:
    rule = parse_schedule("every 30m", SHANGHAI)
    words = (name,)
    return Job(name, ("true",), rule, 10 * MINUTE, words, "crawl", elsewhere=elsewhere)


def _dispatcher(store: Archive, places: _Places, *sources: str, **how: Fallback) -> Dispatcher:
    made = Dispatcher(Ledger(store), Limits(children=1), skip_nothing, SHANGHAI, places=places)
    jobs = [
        _job(name, Elsewhere(name.partition("-")[0], how.get("fallback", Fallback.WAIT), ()))
        for name in sources
    ]
    made.begin([*jobs, _job("here-1"), _job("here-2")], START)
    return made


def _begun(dispatcher: Dispatcher) -> dict[str, str]:
    """What begins within half an hour, and where."""
    found = {}
    for number in range(1, 32):
        for batch in dispatcher.step(START + number * MINUTE):
            found |= {due.job.name: due.place for due in batch}
            if not batch[0].place:
                dispatcher.ended(batch, ChildEnd(Outcome.OK, 0, (), 1.0), START + number * MINUTE)
    return found


def test_work_elsewhere_takes_no_child_and_no_more_room_than_there_is(store: Archive) -> None:
    sources = ("north-1", "north-2", "north-3", "south-1")
    begun = _begun(_dispatcher(store, _Places(north=2, south=1), *sources))
    assert len([name for name, place in begun.items() if place == "north"]) == 2 + 1
    assert begun["south-1"] == "south"
    assert begun["here-1"] == begun["here-2"] == ""


def test_a_place_without_a_worker_delays_its_own_sources_alone(store: Archive) -> None:
    begun = _begun(_dispatcher(store, _Places(south=1), "north-1", "south-1"))
    assert begun == {"south-1": "south", "here-1": "", "here-2": ""}


def test_where_the_source_says_so_it_runs_here_meanwhile(store: Archive) -> None:
    begun = _begun(_dispatcher(store, _Places(), "north-1", fallback=Fallback.HERE))
    assert begun == {"north-1": "", "here-1": "", "here-2": ""}


def test_what_is_out_already_is_taken_up_whoever_is_there(store: Archive) -> None:
    places = _Places()
    places.out.add("north-1")
    begun = _begun(_dispatcher(store, places, "north-1", fallback=Fallback.HERE))
    assert begun["north-1"] == "north"
