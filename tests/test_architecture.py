"""The walls of the house, made executable: who imports whom, and which room owns which library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("storage", "scraper", "scheduler", "desk")

MAY_IMPORT = {
    "storage": {"storage"},
    "scraper": {"scraper", "storage"},
    "scheduler": {"scheduler", "storage"},
    "desk": set(ROOMS),
}
OWNERS = {
    "sqlite_utils": ("storage/tables.py", "storage/migrations/"),
    "sqlite3": ("storage/",),
    "pysqlite3": ("storage/",),
    "zstandard": ("storage/", "scraper/crawl/wire/coding.py"),
    "scrapy": ("scraper/crawl/",),
    "twisted": ("scraper/crawl/",),
    "protego": ("scraper/crawl/",),
    "bs4": ("scraper/pages/",),
    "lxml": ("scraper/pages/", "scraper/files/"),
    "soupsieve": ("scraper/pages/",),
    "trafilatura": ("scraper/pages/",),
    "feedparser": ("scraper/pages/",),
    "dateparser": ("scraper/pages/",),
    "htmldate": ("scraper/pages/dating/",),
    "nh3": ("scraper/pages/",),
    "apscheduler": ("scheduler/clock.py",),
    "cronsim": ("scheduler/",),
    "holidays": ("scheduler/holidays.py",),
    "click": ("desk/cli/",),
    "rich": ("desk/cli/",),
    "jinja2": ("desk/digest/formats/", "desk/web/"),
    "docx": ("desk/digest/formats/",),
    "xlsxwriter": ("desk/digest/formats/",),
    "smtplib": ("desk/delivery/",),
    "starlette": ("desk/web/",),
    "uvicorn": ("desk/cli/desk.py",),
    "pypdf": ("scraper/files/",),
    "warcio": ("scraper/archives/",),
    "ahocorasick_rs": ("scraper/relevance/",),
    "regex": ("scraper/relevance/",),
    "opencc": ("scraper/relevance/",),
    "china_cities": ("scraper/relevance/",),
    "platformdirs": ("desk/config.py",),
}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 60


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(level, dotted name) of every import anywhere in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


PATHS = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in modules()]


@pytest.mark.parametrize("path", PATHS)
def test_no_wall_is_crossed(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for level, name in imports(path):
        top = name.split(".")[0]
        if level == 0 and top in ROOMS:
            assert top in MAY_IMPORT[room], f"{path}: {room} must not import {name}"
            assert top != room, f"{path}: inside a room imports are relative, not {name}"


@pytest.mark.parametrize("path", PATHS)
def test_every_library_has_one_owner(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    for level, name in imports(path):
        owners = OWNERS.get(name.split(".")[0]) if level == 0 else None
        assert not owners or place.startswith(owners), f"{place} must not import {name}"


@pytest.mark.parametrize("path", PATHS)
def test_modules_say_what_they_are_and_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{path} has no docstring"
    assert len(text.splitlines()) <= LONGEST_MODULE, f"{path} is longer than one sitting"
    if path.name == "__init__.py":
        assert len(tree.body) == 1, f"{path} stays empty apart from its docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno
            assert lines <= LONGEST_FUNCTION, f"{path}: {node.name} has {lines} lines"


def test_the_clock_is_read_at_the_edges_only() -> None:
    """`now` comes in as a value everywhere but in the command line and the daemon's clock."""
    edges = {"desk/cli/session.py", "scheduler/wallclock.py"}
    offenders = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(word in path.read_text(encoding="utf-8") for word in ("datetime.now(", "utcnow("))
    ]
    assert set(offenders) <= edges


@pytest.mark.parametrize("arguments", [["--help"], ["crawl", "--help"], ["search", "--help"]])
def test_light_commands_load_neither_scrapy_nor_beautifulsoup(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom desk.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'scrapy', 'twisted', 'bs4', 'lxml', 'trafilatura'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_nothing_names_an_index_host() -> None:
    words = ("--index-url", "--extra-index-url", "files.python" + "hosted", "pypi" + ".org")
    for pattern in ("*.toml", "*.txt", "*.lock", "*.cfg", ".ci/*"):
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path
