"""Fixtures that many tests need."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.store import Store
from tests.crawling import Crawl
from tests.examples import examples
from tests.installation import installed
from tests.make import NOW, SOURCE
from tests.servers import Server, serving

# Children of tests start as an installed copy does, with modules compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says more about the machine than about us; timings are in benchmarks/.
settings.register_profile("hubwatch", deadline=None, max_examples=examples(100))
settings.load_profile("hubwatch")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more for every two cores: a third of the time a test waits for a server or a child."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) * 3 // 2 or 1


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where an archive would be."""
    return tmp_path / "hubwatch.db"


@pytest.fixture
def store(archive: Path) -> Iterator[Store]:
    """An empty archive that knows one source."""
    with Store.create(archive) as store:
        with store.writing() as tx:
            tx.register_source(SOURCE, NOW)
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
