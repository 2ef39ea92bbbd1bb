"""The walls of the house, made executable: who imports whom, and which room owns which library."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, cached_property
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
    "zstandard": ("storage/", "scraper/middlewares/content_coding.py"),
    "scrapy": (
        "scraper/crawl/",
        "scraper/middlewares/",
        "scraper/spiders/",
        "scraper/pipelines/",
        "scraper/loader.py",
        "scraper/contracts.py",
        "scraper/items.py",  # for its types
    ),
    "twisted": ("scraper/crawl/", "scraper/middlewares/"),
    "protego": ("scraper/middlewares/",),
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
    "platformdirs": ("desk/config.py", "scraper/configuration.py"),
}


@cache
def modules() -> tuple[Module, ...]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return tuple(
        Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
        for path, text in zip(paths, texts, strict=True)
    )


@dataclass(frozen=True)
class Module:
    """A module: where it lies, what it says."""

    place: str
    text: str
    tree: ast.Module

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """(level, dotted name) of every import anywhere in it."""
        found: list[tuple[int, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.extend((0, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.append((node.level, node.module or ""))
        return found


def test_no_wall_is_crossed() -> None:
    crossed = [
        f"{module.place}: imports {name}"
        for module in modules()
        for level, name in module.imports
        if level == 0 and (top := name.partition(".")[0]) in ROOMS
        if top not in MAY_IMPORT[module.place.partition("/")[0]]
    ]
    assert crossed == []


def test_inside_a_room_imports_are_relative() -> None:
    absolute = [
        f"{module.place}: imports {name}"
        for module in modules()
        for level, name in module.imports
        if level == 0 and name.partition(".")[0] == module.place.partition("/")[0]
    ]
    assert absolute == []


def test_every_library_has_one_owner() -> None:
    strangers = [
        f"{module.place}: must not import {name}"
        for module in modules()
        for level, name in module.imports
        if level == 0 and (owners := OWNERS.get(name.partition(".")[0]))
        if not module.place.startswith(owners)
    ]
    assert strangers == []


def test_modules_say_what_they_are() -> None:
    assert [each.place for each in modules() if not ast.get_docstring(each.tree)] == []


def test_the_modules_of_packages_are_empty_apart_from_their_docstring() -> None:
    packages = [each for each in modules() if each.place.endswith("/__init__.py")]
    assert [each.place for each in packages if len(each.tree.body) != 1] == []


def test_the_clock_is_read_at_the_edges_only() -> None:
    """`now` comes in as a value everywhere but in the command lines and the daemon's clock."""
    edges = {
        "desk/cli/session.py",
        "scheduler/schedules/wallclock.py",
        "scraper/crawl/project.py",  # Scrapy's own command line
    }
    offenders = [
        each.place
        for each in modules()
        if any(word in each.text for word in ("datetime.now(", "utcnow("))
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
