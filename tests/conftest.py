"""Fixtures that many tests need."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from hubwatch.fork_server import is_here
from scraper.configuration import CARRIERS
from storage.archive import SYNCHRONOUS, Archive
from storage.database import Durability
from tests.support.browsers import chromium
from tests.support.cli import CommandLine, away
from tests.support.crawling import Crawl
from tests.support.daemons import House
from tests.support.digest_series import begun
from tests.support.examples import examples
from tests.support.installation import installed
from tests.support.mailboxes import Hook, Mailbox, mailbox, webhook
from tests.support.make import NOW, SOURCE
from tests.support.servers import Server, serving
from tests.support.visits import Visits

# Children of tests start as an installed copy does, with modules compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Tests read what Hubwatch says in English, whatever the machine speaks.
os.environ["HUBWATCH_LANGUAGE"] = "en"

# What this process writes need not outlive the machine: test_power_cuts has processes of its own.
SYNCHRONOUS[Durability.AT_ONCE] = SYNCHRONOUS[Durability.LATER]

# How long an example takes says more about the machine than about us; timings are in benchmarks/.
settings.register_profile("hubwatch", deadline=None, max_examples=examples(100))
settings.load_profile("hubwatch")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more for every two cores: a third of the time a test waits for a server or a child."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) * 3 // 2 or 1


def pytest_collection_finish() -> None:
    """What was collected, thirteen thousand tests, stays: looking through it for garbage again and
    again took a quarter of the time."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of a module that says so run over everything that makes connections, over all but the
    usual one as slow tests."""
    if getattr(metafunc.module, "OVER_EACH_CARRIER", False):
        usual, *others = CARRIERS
        carriers = [usual, *(pytest.param(each, marks=pytest.mark.slow) for each in others)]
        metafunc.parametrize("carrier", carriers, indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def carrier(request: pytest.FixtureRequest) -> Iterator[str]:
    """What makes the connections of this test."""
    usual: str = CARRIERS[0]
    named: str = getattr(request, "param", usual)
    if named == usual:
        yield named
        return
    from scraper.middlewares import handler

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(handler._MADE_BY, usual, handler._MADE_BY[named])
        yield named


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where an archive would be."""
    return tmp_path / "hubwatch.db"


@pytest.fixture
def store(archive: Path) -> Iterator[Archive]:
    """An empty archive that knows one source."""
    with Archive.create(archive) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        yield store


@pytest.fixture
def server() -> Iterator[Server]:
    """A fault server."""
    with serving() as server:
        yield server


@pytest.fixture
def crawl(archive: Path, server: Server) -> Crawl:
    """Crawls of the fault server into one archive."""
    return Crawl(archive, server)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The configuration of a small installation."""
    return installed(tmp_path)


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line of a newcomer, in an empty folder."""
    away(tmp_path, monkeypatch)
    return CommandLine(capsys)


@pytest.fixture
def visits(store: Archive) -> Visits:
    """An archive whose source has been crawled once."""
    return begun(store)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Somebody who takes webhooks."""
    with webhook() as hook:
        yield hook


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture(params=["new", "forked"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "forked" and not is_here:
        pytest.skip("this system cannot fork as is needed")
    Archive.create(tmp_path / "hubwatch.db").close()
    house = House(tmp_path, request.param)
    yield house
    for daemon in house.daemons:
        daemon.kill()
        daemon.communicate()
