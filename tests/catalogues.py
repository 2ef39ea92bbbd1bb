"""The message catalogues of the desk: taken up from the sources, and compiled.

    python -m tests.catalogues     after a message was changed, or translated

It takes every message of templates, modules and vocabularies up into each language's .po (what is
asked for no more goes), compiles it to the .mo beside it, and says what waits for a translation.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from desk.cli.help_texts import exchange
from desk.cli.main import LazyGroup, cli
from desk.messages import DOMAIN, LANGUAGES, LOCALE
from desk.text import both_forms
from desk.vocabularies import TERMS

ROOT = Path(__file__).resolve().parents[1]
TRANSLATED = tuple(tag for tag in LANGUAGES if tag != "en")
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "N_": None,
    "words": None,  # a `Translator` is called so in our modules
    "plural": (1, 2),
}
_FILLED = {"filled": None}
"""What rooms below the desk find, whose texts know their message."""
LABELS = ("Column", "figure", "fact")
"""What takes the heading of a column or the name of a fact, which it translates itself."""
BELOW = (
    "hubwatch/locks.py",
    "scraper/configuration.py",
    "scraper/crawl/probe.py",
    "scraper/crawl/run.py",
    "scraper/sources/load.py",
    "storage/archive.py",
    "storage/packing.py",
    "storage/pages.py",
    "storage/backups.py",
    "storage/database.py",
)
"""Modules below the desk whose errors have gaps; it shows them in the language of who reads."""
CLICK = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "Missing command.",
    "No such option {name!r}.",
    "No such command {name!r}.",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    "Choose from:\n\t{choices}",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    "Option {name!r} does not take a value.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.",
    "Could not open file {filename!r}: {message}",
    "file",
    "directory",
    "path",
    "default: {default}",
    "required",
    "Aborted!",
)
"""What click says itself and people of ours meet. It asks our catalogue for it."""


def _in_module(
    file: BytesIO, keywords: Collection[str], tags: object, options: object
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """What a module says, read from its syntax tree: Babel's own reader goes by tokens, and loses
    a message that has another in its arguments."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
        if name in LABELS and texts and isinstance(texts[0], str) and texts[0]:
            yield node.lineno, "pgettext", ("label", texts[0]), []
        elif name == "pluralise" and isinstance(texts[-1], str):
            yield node.lineno, "ngettext", both_forms(texts[-1]), []
        elif name in keywords and any(isinstance(each, str) for each in texts):
            yield node.lineno, name, tuple(t if isinstance(t, str) else None for t in texts), []


def _in_template(
    file: BytesIO, keywords: Collection[str], tags: Collection[str], options: dict[str, str]
) -> Iterator[tuple[int, str, object, list[str]]]:
    """What a template says: Jinja's own reader passes over `t.plural`, which is no plain name."""
    text = file.read()
    yield from babel_extract(BytesIO(text), keywords, tags, options)
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(text.decode())
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "plural":
            yield call.lineno, "plural", tuple(getattr(at, "value", None) for at in call.args), []


_METHODS = [("**.py", _in_module), ("**.j2", _in_template)]
_OPTIONS = {"**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "encoding": "utf-8"}}


def folder(tag: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / tag / "LC_MESSAGES"


def extracted() -> Iterator[tuple[str, str | None, str | tuple[str, ...]]]:
    """Every message that the desk may say: the file, the context, the English."""
    found = extract_from_dir(ROOT / "desk", _METHODS, _OPTIONS, _KEYWORDS)  # type: ignore[arg-type]
    for name, _, message, _, context in sorted(found, key=lambda each: each[:2]):
        yield f"desk/{name}", context, message
    for name, _, message, _, context in sorted(
        extract_from_dir(ROOT / "scheduler", _METHODS, _OPTIONS, _FILLED),  # type: ignore[arg-type]
        key=lambda each: each[:2],
    ):
        yield f"scheduler/{name}", context, message
    for group, members in TERMS.items():
        for message in members.values():
            yield "desk/vocabularies.py", group, message

    for file in BELOW:
        for message in _with_gaps(ast.parse((ROOT / file).read_text("utf-8"))):
            yield file, None, message
    for message in CLICK:
        yield "desk/cli/help_texts.py", None, message
    yield from _help_texts(cli, "desk/cli/main.py")


def _help_texts(command: click.Command, file: str) -> Iterator[tuple[str, None, str]]:
    """What `--help` says of a command, of its options, and of the commands below it."""
    found: list[str] = []

    def collect(message: str) -> str:
        found.append(message)
        return message

    if command.callback is not None:
        code = inspect.unwrap(command.callback).__code__
        file = Path(code.co_filename).relative_to(ROOT).as_posix()
    if command.help and not command.hidden:
        exchange(command.help, collect)
    found += [command.epilog] if command.epilog else []
    found += [each.help for each in command.params if isinstance(each, click.Option) and each.help]
    if isinstance(command, LazyGroup):
        found += [listed for _, _, listed in command.entries.values() if listed]
    yield from ((file, None, message) for message in found)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _help_texts(below, file)


def _with_gaps(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and "%(" in str(node.value):
            yield str(node.value)


def read(tag: str) -> Catalog:
    """The catalogue of a language as people edit it."""
    with (folder(tag) / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=tag, domain=DOMAIN, abort_invalid=True)


def updated(old: Catalog) -> Catalog:
    """The same with what the sources say today. What is new has no translation yet."""
    new = Catalog(
        locale=old.locale,
        domain=DOMAIN,
        project="Hubwatch",
        version="1",
        msgid_bugs_address="",
        last_translator="The Hubwatch authors",
        language_team="The Hubwatch authors",
        header_comment="# Messages of Hubwatch. `python -m tests.catalogues` keeps them in step.",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for name, context, message in sorted(extracted(), key=lambda each: each[0]):
        known = old.get(message[0] if isinstance(message, tuple) else message, context)
        fits = known is not None and isinstance(known.id, str) == isinstance(message, str)
        string = known.string if known is not None and fits else None
        new.add(message, string, [(name, 0)], context=context)
    return new


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it."""
    to = BytesIO()
    write_po(to, catalogue, width=100, include_lineno=False)
    return to.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as it is read at run time."""
    to = BytesIO()
    write_mo(to, catalogue)
    return to.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that wait for a translation."""
    return [
        str(each.id) for each in catalogue if each.id and (not _whole(each.string) or each.fuzzy)
    ]


def _whole(translation: str | tuple[str, ...] | None) -> bool:
    return bool(translation) and all(translation or ())


def main() -> None:
    for tag in TRANSLATED:
        catalogue = updated(read(tag))
        (folder(tag) / f"{DOMAIN}.po").write_bytes(as_po(catalogue))
        (folder(tag) / f"{DOMAIN}.mo").write_bytes(as_mo(catalogue))
        print(f"{tag}: {len(catalogue)} messages, {len(untranslated(catalogue))} not translated")
        for message in untranslated(catalogue):
            print(f"  {message}")


if __name__ == "__main__":
    main()
