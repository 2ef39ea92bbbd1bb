"""The program as its next release will be: with one more change of the tables. To it an archive of
today is an older one."""

from __future__ import annotations

from typing import Any

import pytest

from storage import database, tables

NEXT = "m999_next"
"""The name of that change."""


def become_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this process is the next release."""
    monkeypatch.setattr(database, "NAMES", [*database.NAMES, NEXT])
    registered = list(tables.MIGRATIONS._migrations)
    monkeypatch.setattr(tables.MIGRATIONS, "_migrations", registered)
    tables.MIGRATIONS(name=NEXT)(_change)


def _change(db: Any) -> None:
    """A table, a column, and other rules for stories."""
    db.execute("CREATE TABLE next (id INTEGER PRIMARY KEY, url TEXT NOT NULL) STRICT")
    db.execute("INSERT INTO next SELECT id, url FROM articles")
    db.execute("ALTER TABLE sources ADD COLUMN next TEXT")
    db.execute("UPDATE versions SET version = '0' WHERE what = 'sketch'")
