"""How the house stands: figures about the code, and the rules among them that CI holds.

    python -m tests.house              # the figures, a line each
    python -m tests.house --names      # and what is behind those that should be 0
    python -m tests.house --rooms      # docs/rooms.md: every module in one line

`tests/test_house.py` holds the figures that must not get worse.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support import vocabulary

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("hubwatch", "storage", "scraper", "scheduler", "desk")
LONG = 50
"""Lines of a function that is counted as long."""
COMMANDS = {
    "search": ("search", "innovation"),
    "show": ("show", "1"),
    "digest draft": ("digest", "draft", "--since", "2026-01-01", "--by", "Ana"),
}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ROOTLESS = {"object", "Exception", "BaseException", "Protocol", "Generic", "NamedTuple"}


@dataclass(frozen=True)
class Module:
    """One module: its dotted name, its text, its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def code_lines(self) -> int:
        """Lines that hold code: neither empty, nor comments, nor docstrings."""
        prose: set[int] = set()
        for node in ast.walk(self.tree):
            is_expression = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if is_expression and isinstance(node.value.value, str):
                prose.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        lines = enumerate(self.text.splitlines(), 1)
        return sum(
            1
            for number, line in lines
            if line.strip() and not line.strip().startswith("#") and number not in prose
        )

    @cached_property
    def package(self) -> str:
        """The package against which its relative imports are resolved."""
        if self.path.name == "__init__.py":
            return self.name
        return self.name.rpartition(".")[0]

    def imports(self, nodes: Iterator[ast.AST]) -> Iterator[str]:
        """The dotted names of what these nodes import, as modules or names within them."""
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = self.package.split(".")
                    above = above[: len(above) - node.level + 1]
                    base = ".".join([*above, *filter(None, [base])])
                for each in node.names:
                    yield f"{base}.{each.name}"


@cache
def modules() -> Mapping[str, Module]:
    """Every module of the rooms, by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path, text, ast.parse(text))
    return found


def _at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The statements that run when a module is imported; what only type checkers see is none."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.dump(node.test):
                waiting += node.body
            waiting += node.orelse
        elif isinstance(node, ast.Try):
            waiting += [*node.body, *node.orelse, *node.finalbody]
            waiting += [each for handler in node.handlers for each in handler.body]
        elif isinstance(node, ast.ClassDef | ast.With):
            waiting += node.body


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Which of our modules each of our modules imports when it is imported itself."""
    known = modules()
    edges = {}
    for name, module in known.items():
        targets = set()
        for wanted in module.imports(_at_import(module.tree)):
            target = wanted if wanted in known else wanted.rpartition(".")[0]
            if target in known and target != name:
                targets.add(target)
        edges[name] = frozenset(targets)
    return edges


def circles() -> list[list[str]]:
    """Groups of modules that import each other, by Tarjan's algorithm."""
    edges = imports()
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(edges[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for name in sorted(edges):
        if name not in index:
            visit(name)
    return found


@cache
def classes() -> Mapping[str, list[str]]:
    """The modules in which a class of each name is defined."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, module in modules().items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(name)
    return found


def doubled_classes() -> dict[str, list[str]]:
    """The class names that stand for two things or more; private ones may repeat."""
    return {
        name: places
        for name, places in classes().items()
        if len(places) > 1 and not name.startswith("_")
    }


def mixins() -> list[str]:
    """Classes that others of ours inherit from to borrow methods: neither exceptions, enums,
    protocols and data classes, nor bases with abstract methods."""
    defined = {
        node.name: (module.name, node)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    parents = {
        _base_name(base)
        for _, node in defined.values()
        for base in node.bases
        if _base_name(base) in defined
    }
    return sorted(f"{defined[name][0]}.{name}" for name in parents if _lends(name, defined, set()))


def _base_name(base: ast.expr) -> str:
    if isinstance(base, ast.Subscript):
        base = base.value
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def _lends(name: str, defined: Mapping[str, tuple[str, ast.ClassDef]], seen: set[str]) -> bool:
    node = defined[name][1]
    decorators = " ".join(ast.dump(each) for each in node.decorator_list)
    if "dataclass" in decorators or name in seen:
        return False
    bases = [_base_name(base) for base in node.bases]
    if any(base.endswith(("Error", "Exception", "Enum", "Protocol", "ABC")) for base in bases):
        return False
    if any(base in defined and not _lends(base, defined, {*seen, name}) for base in bases):
        return False
    if any(base not in defined and base not in _ROOTLESS for base in bases):
        return False  # an adapter of a library's class
    return any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in node.body)


def long_functions() -> list[str]:
    """The functions with more than fifty lines."""
    return sorted(
        f"{module.name}.{node.name} ({(node.end_lineno or 0) - node.lineno + 1})"
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONG
    )


def inner_imports() -> int:
    """Import statements inside functions."""
    count = 0
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count += sum(isinstance(each, ast.Import | ast.ImportFrom) for each in node.body)
    return count


def definitions() -> Iterator[tuple[str, str, str]]:
    """Everything that has a name which others meet: its kind, its name, and its module.

    Variables and parameters are left out; an attribute is a field of a class or set on `self`.
    """
    for place, module in modules().items():
        yield "module", place.rpartition(".")[2], place
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                yield "class", node.name, place
                yield from (("attribute", name, place) for name in _fields(node))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield "function", node.name, place
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and ast.unparse(node.value) == "self"
            ):
                yield "attribute", node.attr, place


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def parts_of(name: str) -> set[str]:
    """The words of which a name is made, in lower case."""
    return {part.lower() for part in _PARTS.findall(name)}


def private_words() -> dict[str, set[str]]:
    """The words of our own that still name something, and what they name."""
    whole = {
        "class": vocabulary.CLASSES,
        "function": vocabulary.FUNCTIONS,
        "module": vocabulary.MODULES,
    }
    found: dict[str, set[str]] = defaultdict(set)
    for kind, name, place in definitions():
        where = place if kind == "module" else f"{place}.{name}"
        for word in parts_of(name) & set(vocabulary.PARTS):
            found[word].add(where)
        if name in whole.get(kind, ()):
            found[f"{kind} {name}"].add(where)
    return dict(found)


def single_clients() -> list[str]:
    """Modules that one other module alone imports, at whatever place."""
    clients: dict[str, set[str]] = defaultdict(set)
    for name, module in modules().items():
        for wanted in module.imports(ast.walk(module.tree)):
            target = wanted if wanted in modules() else wanted.rpartition(".")[0]
            if target in modules() and target != name:
                clients[target].add(name)
    return sorted(name for name, users in clients.items() if len(users) == 1)


@dataclass(frozen=True)
class Prose:
    """How docstrings are written."""

    sentences: int
    words: int
    semicolons: int

    @property
    def words_a_sentence(self) -> float:
        """The mean length of a sentence."""
        return self.words / max(1, self.sentences)

    @property
    def semicolons_a_hundred(self) -> float:
        """Semicolons in a hundred sentences."""
        return 100 * self.semicolons / max(1, self.sentences)


def prose() -> Prose:
    """All docstrings of modules, classes and functions together."""
    sentences = words = semicolons = 0
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for module in modules().values():
        for node in ast.walk(module.tree):
            text = ast.get_docstring(node) if isinstance(node, kinds) else None
            if text:
                plain = re.sub(r"`[^`]*`", "x", text)
                sentences += len(re.findall(r"[.!?](?:\s|$)", plain)) or 1
                words += len(plain.split())
                semicolons += plain.count(";")
    return Prose(sentences, words, semicolons)


_EXECUTED = """
import sys
from desk.cli import run as main
sys.argv[1:] = {arguments!r}
try:
    main()
except SystemExit:
    pass
rooms = {rooms!r}
own = [name for name in sys.modules if name.partition('.')[0] in rooms]
print(len([name for name in own if getattr(sys.modules[name], '__file__', None)]), file=sys.stderr)
"""


def executed(archive: Path) -> dict[str, int]:
    """How many of our modules each of a few commands executes, on an archive with articles."""
    found = {}
    for command, words in COMMANDS.items():
        arguments = ["--db", str(archive), *words]
        script = _EXECUTED.format(arguments=arguments, rooms=ROOMS)
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
        )
        found[command] = int(done.stderr.strip().splitlines()[-1])
    return found


def figures() -> dict[str, float]:
    """The figures that need no archive, by name."""
    found, written = modules(), prose()
    lines = sum(module.code_lines for module in found.values())
    return {
        "modules": len(found),
        "code lines": lines,
        "code lines a module": round(lines / len(found), 1),
        "modules with one client": len(single_clients()),
        "imports inside functions": inner_imports(),
        "class names used twice": len(doubled_classes()),
        "import circles": len(circles()),
        "mixins": len(mixins()),
        "private words that name something": len(private_words()),
        f"functions over {LONG} lines": len(long_functions()),
        "semicolons in 100 sentences of docstrings": round(written.semicolons_a_hundred, 1),
        "words a sentence in docstrings": round(written.words_a_sentence, 1),
    }


_ROOMS = """# Every module in one line

Made from the modules' own words by `python -m tests.house --rooms > docs/rooms.md`. What the
rooms are to each other is in [design.md](design.md).
"""


def rooms() -> str:
    """The text of docs/rooms.md: what each module is, by the first sentence of its docstring."""
    lines = [_ROOMS]
    for name, module in sorted(modules().items()):
        words = " ".join((ast.get_docstring(module.tree) or "").split())
        sentence = re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]
        path = module.path.relative_to(ROOT)
        if name in ROOMS:
            lines.append(f"\n## `{name}/`: {sentence}\n")
        elif path.name == "__init__.py":
            lines.append(f"* **`{path.parent}/`** {sentence}")
        else:
            lines.append(f"* `{path}` {sentence}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the figures."""
    if "--rooms" in sys.argv:
        print(rooms(), end="")
        return
    for name, value in figures().items():
        print(f"{name:<44}{value:>10,}")
    by_room = Counter(name.partition(".")[0] for name in modules())
    print(f"{'modules by room':<44}{', '.join(f'{r} {n}' for r, n in by_room.items())}")
    archive = ROOT / "hubwatch-demo" / "hubwatch.db"
    if archive.is_file():
        for command, count in executed(archive).items():
            print(f"{f'own modules executed by {command}':<44}{count:>10,}")
    else:
        print("run `hubwatch demo` here first to count the modules that commands execute")
    if "--names" in sys.argv:
        print("\nclass names used twice:")
        for name, places in sorted(doubled_classes().items()):
            print(f"  {name}: {', '.join(places)}")
        print("import circles:", *(f"\n  {' '.join(group)}" for group in circles()))
        print("mixins:", *(f"\n  {name}" for name in mixins()))
        print("private words:")
        for word, places in sorted(private_words().items()):
            print(f"  {word}: {', '.join(sorted(places))}")
        print("long functions:", *(f"\n  {name}" for name in long_functions()))


if __name__ == "__main__":
    main()
