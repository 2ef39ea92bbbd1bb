"""The walls of the house, made executable: who imports whom, and which room owns which library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property

import pytest

from storage.archive import Archive
from storage.transaction import Transaction
from tests.house import ROOMS, imports
from tests.support.paths import ROOT

MAY_IMPORT = {
    "hubwatch": {"hubwatch"},
    "storage": {"storage", "hubwatch"},
    "scraper": {"scraper", "storage", "hubwatch"},
    "scheduler": {"scheduler", "storage", "hubwatch"},
    "desk": set(ROOMS),
}
OWNERS = {
    "sqlite_utils": ("storage/tables.py", "storage/migrations/"),
    "sqlite3": ("storage/",),
    "pysqlite3": ("storage/",),
    "zstandard": ("storage/", "scraper/codings.py"),
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
    "httptools": ("scraper/middlewares/connections.py",),
    "aiohappyeyeballs": ("scraper/middlewares/connections.py",),
    "protego": ("scraper/middlewares/",),
    "bs4": ("scraper/parsing/",),
    "lxml": ("scraper/parsing/",),
    "soupsieve": ("scraper/parsing/",),
    "trafilatura": ("scraper/parsing/",),
    "feedparser": ("scraper/parsing/",),
    "dateparser": ("scraper/parsing/",),
    "htmldate": ("scraper/parsing/dates/",),
    "nh3": ("scraper/parsing/",),
    "apscheduler": ("scheduler/clock.py",),
    "cronsim": ("scheduler/",),
    "holidays": ("scheduler/holidays.py",),
    "click": ("desk/cli/",),
    "rich": ("desk/cli/",),
    "jinja2": ("desk/digest/formats/", "desk/web/", "desk/explanation.py"),
    "docx": ("desk/digest/formats/",),
    "xlsxwriter": ("desk/digest/formats/",),
    "smtplib": ("desk/delivery/",),
    "starlette": ("desk/web/",),
    "uvicorn": ("desk/web/server.py",),
    "pypdf": ("scraper/parsing/documents/",),
    "pypdfium2": ("scraper/parsing/documents/",),
    "PIL": ("scraper/parsing/documents/",),
    "warcio": ("scraper/archives/",),
    "ahocorasick_rs": ("scraper/relevance/", "scraper/events/lexicon.py"),
    "regex": (
        "scraper/expressions.py",
        "scraper/relevance/",
    ),
    "pypinyin": ("scraper/events/lexicon.py",),
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
    def name(self) -> str:
        """`storage.archive`; a package by its own name."""
        return self.place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @cached_property
    def package(self) -> str:
        """The package that its relative imports start from."""
        is_package = self.place.endswith("/__init__.py")
        return self.name if is_package else self.name.rpartition(".")[0]

    def target(self, node: ast.ImportFrom) -> str:
        """The full name of the module that an import names."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *filter(None, [node.module])])

    @cached_property
    def origin(self) -> dict[str, tuple[str, str]]:
        """Every name that it imports from a module: (module, name there)."""
        return {
            name.asname or name.name: (self.target(node), name.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }

    @cached_property
    def loads_at_once(self) -> set[str]:
        """What is imported as soon as it is: neither in a function nor for types alone."""
        found: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                target = self.target(node)
                names = {f"{target}.{name.name}" for name in node.names}
                found |= names & set(named_modules())
                if names - set(named_modules()):
                    found.add(target)
        return found - {self.name}

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


@cache
def classes() -> dict[tuple[str, str], ast.ClassDef]:
    """Every class at the top of a module, by the module's name and its own."""
    return {
        (name, node.name): node
        for name, module in named_modules().items()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }


@cache
def named_modules() -> dict[str, Module]:
    return {module.name: module for module in modules()}


def names_of(room: str) -> set[str]:
    return {name for name in named_modules() if name.partition(".")[0] == room}


def class_of(place: str, base: ast.expr) -> tuple[str, ast.ClassDef] | None:
    """The class of ours that a base names, and its module; None for anybody else's."""
    base = base.value if isinstance(base, ast.Subscript) else base
    head, _, rest = ast.unparse(base).partition(".")
    target, symbol = named_modules()[place].origin.get(head, (place, head))
    if rest:  # `module.Class`
        target, symbol = f"{target}.{symbol}", rest
    node = classes().get((target, symbol))
    return (target, node) if node else None


def may_be_extended(place: str, node: ast.ClassDef) -> bool:
    if any("dataclass" in ast.unparse(each) for each in node.decorator_list):
        return True
    return adapts_a_library(place, node) or any(
        may_be_extended(*found) for base in node.bases if (found := class_of(place, base))
    )


def adapts_a_library(place: str, node: ast.ClassDef) -> bool:
    """Whether it has a base that is not ours: of a library, or an exception, protocol or enum."""
    return any(class_of(place, base) is None for base in node.bases)


def public_names(kind: type) -> set[str]:
    """The public attributes of a class: those of its body, and those its `__init__` sets."""
    own = {name for name in vars(kind) if not name.startswith("_")}
    node = classes()[kind.__module__, kind.__name__]
    return own | {
        target.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Attribute) and not target.attr.startswith("_")
    }


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The modules that cannot be put in an order: what is left when all that needs nothing of the
    rest has been taken away, again and again, from both ends."""
    left = dict(graph)
    while True:
        needed = {name for wanted in left.values() for name in wanted}
        kept = {
            name: wanted & set(left)
            for name, wanted in left.items()
            if wanted & set(left) and name in needed
        }
        if len(kept) == len(left):
            return [sorted(left)] if left else []
        left = kept


def test_no_wall_is_crossed() -> None:
    crossed = [
        f"{module.place}: imports {name}"
        for module in modules()
        for level, name in module.imports
        if level == 0 and (top := name.partition(".")[0]) in ROOMS
        if top not in MAY_IMPORT[module.place.partition("/")[0]]
        if (module.place, top) != ("hubwatch/__main__.py", "desk")  # the command's door
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


def test_no_class_inherits_to_borrow_methods() -> None:
    """A class of ours may extend an exception, a protocol, an enum, a data class, or what adapts a
    class of a library; behaviour is composed. `scraper` has two classes left that do so."""
    rooms = set(ROOMS) - {"scraper"}
    offenders = [
        f"{place}: {node.name}({ast.unparse(base)})"
        for (place, _), node in classes().items()
        if place.partition(".")[0] in rooms
        for base in node.bases
        if (found := class_of(place, base)) is not None and not may_be_extended(*found)
        if not adapts_a_library(place, node)
    ]
    assert offenders == []


def test_archive_and_transaction_are_small() -> None:
    for kind in (Archive, Transaction):
        assert len(public_names(kind)) <= 25, kind


def test_no_import_goes_in_a_circle_within_storage() -> None:
    """At module level, where it counts: a circle there makes the order of imports matter."""
    graph = {
        name: module.loads_at_once & names_of("storage")
        for name, module in named_modules().items()
        if name.partition(".")[0] == "storage"
    }
    assert circles(graph) == []


def test_the_practice_portal_is_known_to_its_commands_alone() -> None:
    """It is a feature, and nothing of the product rests on pages that we made ourselves."""
    within = "desk.practice."
    known = {
        name
        for name, module in named_modules().items()
        if not f"{name}.".startswith(within)
        if any(f"{'.'.join(origin)}.".startswith(within) for origin in module.origin.values())
    }
    assert known == {"desk.cli.demo"}


def test_an_option_that_commands_share_is_declared_once() -> None:
    """In `desk/cli/options.py`, where its words are the same for all of them."""
    declared = Counter(
        ast.unparse(node)
        for name, module in named_modules().items()
        if name.startswith("desk.cli.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "click.option"
    )
    assert {option: times for option, times in declared.items() if times > 1} == {}


def test_texts_are_compared_without_the_archive() -> None:
    edges = imports()
    allowed = {"hubwatch.patterns", "storage.text", "storage.stories", "storage.stories.texts"}
    for name in ("storage.stories.texts", "storage.stories.rules"):
        assert edges[name] <= allowed, name


def test_no_test_module_imports_another() -> None:
    """What they share is in `tests/support`, so that one can be read, moved or run alone."""
    named = re.compile(r"\b(?:from tests import .*|tests\.)test_\w+")
    found = {
        path.name: named.findall(path.read_text(encoding="utf-8"))
        for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/*.py")]
    }
    assert {name: imports for name, imports in found.items() if imports} == {}


def test_modules_say_what_they_are() -> None:
    assert [each.place for each in modules() if not ast.get_docstring(each.tree)] == []


def test_the_door_of_a_package_loads_nothing_of_what_is_behind_it() -> None:
    doors = [each for each in modules() if each.place.endswith("/__init__.py")]
    loaded = {(door.name, each) for door in doors for each in door.loads_at_once}
    assert {(door, each) for door, each in loaded if each.startswith(f"{door}.")} == set()


def test_the_clock_is_read_at_the_edges_only() -> None:
    """`now` comes in as a value everywhere but in the command lines and the daemon's clock."""
    edges = {
        "desk/cli/session.py",
        "scheduler/schedules.py",
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
