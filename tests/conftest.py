"""Fixtures that many tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.make import NOW, SOURCE


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
