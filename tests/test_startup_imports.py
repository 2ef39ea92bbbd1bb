"""What commands load before they do anything, by name: what was saved there is not lost unnoticed.

How long they take to start is measured by benchmarks/desk.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desk.cli.main import columns
from storage.archive import Archive
from storage.runs import FetchKind
from tests.house import ROOMS
from tests.support.make import NOW, SOURCE, capture, insert
from tests.support.paths import ROOT

COMMAND = """
import sys
before = set(sys.modules)
from desk.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded), file=sys.stderr)
"""
READING = """
import sys
before = set(sys.modules)
from pathlib import Path
from storage.archive import Archive
with Archive.open_readonly(Path(sys.argv[1])) as store:
    print(store.maintenance.survey().articles)
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded), file=sys.stderr)
"""
FOR_HELP = {"desk", "desk.cli", "desk.cli.main", "hubwatch", "hubwatch.errors"}
FOR_THIS_HELP = {
    ("--help",): set(),
    ("digest", "--help"): {"desk.cli.session"},
}
FOR_A_SEARCH = FOR_HELP | {
    "desk.cli.articles",
    "desk.cli.console",
    "desk.cli.options",
    "desk.cli.session",
    "desk.text",
    "hubwatch.patterns",
    "storage",
    "storage.archive",
    "storage.articles",
    "storage.articles.records",
    "storage.articles.queries",
    "storage.articles.search",
    "storage.database",
    "storage.packing",
    "storage.decisions",
    "storage.text",
}
FOR_A_CONFIGURATION = {
    "desk.config",
    "scraper.configuration",
    "scraper",
    "hubwatch.toml",
    "hubwatch.config_keys",
}
"""Whoever adds a module here makes every search slower by about a millisecond."""
NOT_FOR_HELP = {"shutil", "dataclasses", "json", "pathlib", "urllib", "zoneinfo", "tomllib"}
NOT_FOR_A_SEARCH = {
    "calendar",
    "difflib",
    "hashlib",
    "logging",
    "platformdirs",
    "rich",
    "shutil",
    "sqlite_utils",
    "tempfile",
}


def loaded(script: str, *arguments: str | Path) -> tuple[str, set[str], set[str]]:
    """What a script printed, and the modules it loaded: ours, and the packages of others."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    names = json.loads(ended.stderr.splitlines()[-1])
    ours = {name for name in names if name.split(".")[0] in ROOMS}
    return ended.stdout, ours, {name.split(".")[0] for name in names} - set(ROOMS)


@pytest.fixture
def filled(store: Archive, archive: Path) -> Path:
    """An archive with an article."""
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        snapshot = tx.pages.keep(SOURCE.id, capture(), FetchKind.ARTICLE)
        tx.articles.apply(
            insert(), source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot
        )
    store.close()
    return archive


@pytest.mark.parametrize("arguments", FOR_THIS_HELP)
def test_help_loads_next_to_nothing(arguments: tuple[str, ...]) -> None:
    told, ours, others = loaded(COMMAND, *arguments)
    assert "Usage" in told
    assert ours <= FOR_HELP | FOR_THIS_HELP[arguments]
    assert not others & NOT_FOR_HELP


def test_a_search_loads_what_it_asks(filled: Path) -> None:
    told, ours, others = loaded(COMMAND, "--db", filled, "search", "Guiyang")
    assert "Guiyang" in told
    assert "storage.archive" in ours
    assert ours <= FOR_A_SEARCH
    assert not others & (NOT_FOR_A_SEARCH | {"tomllib", "zoneinfo"})


def test_a_search_loads_of_the_configuration_what_it_has(filled: Path, tmp_path: Path) -> None:
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "{filled}"\nenabled = ["guiyang-en"]\n[digest]\ntitle = "W"\n')
    told, ours, others = loaded(COMMAND, "--config", config, "search", "Guiyang")
    assert "Guiyang" in told
    assert ours <= FOR_A_SEARCH | FOR_A_CONFIGURATION
    assert not others & NOT_FOR_A_SEARCH


def test_who_reads_loads_nothing_that_writes(filled: Path) -> None:
    told, ours, others = loaded(READING, filled)
    assert told == "1\n"
    assert not {name for name in ours if name.startswith(("storage.migrations", "storage.tables"))}
    assert not ours & {
        "storage.text_index",
        "storage.pruning",
        "storage.stories.writes",
        "storage.articles.writes",
        "storage.transaction",
    }
    assert "sqlite_utils" not in others


LOOKING = """
import gc, sys
import desk.cli
looks = []
gc.callbacks.append(lambda phase, info: looks.append(phase))
try:
    desk.cli.run()
except SystemExit:
    pass
while_it_ran = len(looks)
made = [[] for _ in range(300_000)]
first = len(looks)
more = [[] for _ in range(50_000)]
print(while_it_ran, first > 0, len(looks) > first, file=sys.stderr)
"""


def test_garbage_is_looked_for_when_all_is_loaded(filled: Path) -> None:
    """Nothing is while a command loads what it needs; what goes on for long is looked through."""
    ended = subprocess.run(
        [sys.executable, "-c", LOOKING, "--db", str(filled), "status"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert ended.stderr.splitlines()[-1] == "0 True True", ended.stderr


@pytest.mark.parametrize("told", ["60", "0", "-5", "wide", "", None])
def test_the_terminal_is_as_wide_as_the_library_says(
    told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if told is not None:
        monkeypatch.setenv("COLUMNS", told)
    assert columns() == shutil.get_terminal_size().columns


def test_a_terminal_is_asked_for_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((123, 40)))
    assert columns() == shutil.get_terminal_size().columns == 123
