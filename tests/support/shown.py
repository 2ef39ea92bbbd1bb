"""What the documents show for typing: command lines and TOML."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import click

from desk.cli.main import cli
from tests.support.paths import ROOT

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_TYPED = re.compile(
    r"^ *(?:\$ |next +|then +|start +)?"  # a prompt, or what we advise ourselves
    r"(?:sudo (?:-u \w+ )?)?(?:[A-Z_]+=\S+ +)*"
    r"(?:\S*/)?hubwatch(?: (?! )|$)(.*)"
)
_AT_ONCE = {
    "digest": "make",
    "timetable": "show",
    "backup": "make",
    "facts": "list",
    "contradictions": "list",
}
"""Groups that do something without a command: as if this one had been named."""
_HEADER = re.compile(r"^(\[\[?[a-z._]+\]\]?)(?: +([a-z_]+)(?: *= *(.+))?)?$")


@dataclass(frozen=True)
class Shown:
    """What a document shows. `whole` is false for what only names a command or table."""

    place: str
    text: str
    whole: bool

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def blocks(language: str) -> Iterator[Shown]:
    """The blocks of code in a language, of all documents."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for found in _FENCE.finditer(text):
            if found[1] == language:
                line = text[: found.start(2)].count("\n") + 1
                yield Shown(f"{path.relative_to(ROOT)}:{line}", found[2], True)


def inline() -> Iterator[Shown]:
    """What stands between backquotes, of all documents."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        prose = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
        for found in _CODE.finditer(prose):
            line = prose[: found.start()].count("\n") + 1
            place = f"{path.relative_to(ROOT)}:{line}"
            yield Shown(place, " ".join(found[1].split()).replace(r"\|", "|"), False)


def command_lines() -> Iterator[Shown]:
    """What follows the word `hubwatch` where it is a command, and what is a command without it."""
    commands = set(_inner(cli))
    for block in blocks(""):
        for line in block.text.replace("\\\n", " ").splitlines():
            for part in line.split(" && "):
                if found := _TYPED.match(part):
                    yield Shown(block.place, found[1], True)
    for code in inline():
        if found := _TYPED.match(code.text):
            yield Shown(code.place, found[1], False)
        elif code.text.partition(" ")[0] in commands and " " in code.text:
            yield code


def tables() -> Iterator[Shown]:
    """TOML: blocks, and tables with or without a key between backquotes."""
    yield from blocks("toml")
    for code in inline():
        if found := _HEADER.match(code.text):
            header, key, value = found.groups()
            text = f"{header}\n" + (f"{key} = {value or '0'}\n" if key else "")
            yield Shown(code.place, text, False)


def complaint(shown: Shown) -> str:
    """What is wrong with a command line; empty if nothing is. Values are not looked at, but for
    those that are one word of a few."""
    try:
        words = shlex.split(shown.text, comments=True)
    except ValueError as error:
        return str(error)
    command: click.Command = cli
    context = click.Context(cli, info_name="hubwatch")
    given: set[str] = set()
    left: list[str] = []
    while words:
        word = words.pop(0)
        if word in ("…", "...", "|", ">") or word.startswith("["):  # and so on
            return ""
        if word in ("-h", "--help"):
            return ""
        if word == "--":
            left += words
            break
        if word.startswith("-") and word != "-":
            name, _, value = word.partition("=")
            option = next((one for one in _options(command) if name in one.opts), None)
            if option is None:
                return f"{command.name} has no option {name}"
            given.add(option.name or "")
            if not option.is_flag and not value:
                values, words = words[: option.nargs], words[option.nargs :]
                if shown.whole and len(values) < option.nargs:
                    return f"{name} lacks its value"
                if wrong := _wrong_choice(option, values):
                    return wrong
        elif isinstance(command, click.Group):
            if word.isupper():
                return ""  # COMMAND
            names = word.split("|")  # show|copy
            found = [command.get_command(context, name) for name in names]
            inner = found[0]
            if inner is None or None in found:
                return f"{command.name} has no command {word}"
            command, context = inner, click.Context(inner, parent=context, info_name=word)
            given = set()
            is_group = isinstance(command, click.Group)
            if is_group and command.name in _AT_ONCE and not set(words[:1]) & set(_inner(command)):
                words.insert(0, _AT_ONCE[command.name])
        else:
            left.append(word)
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    most = sum(one.nargs for one in arguments)
    if len(left) > most and all(one.nargs > 0 for one in arguments):
        return f"{command.name} takes {most} words, not {len(left)}"
    for argument, word in zip(arguments, left, strict=False):
        if wrong := _wrong_choice(argument, [word]):
            return wrong
    if not shown.whole or isinstance(command, click.Group):
        return ""
    least = sum(one.nargs if one.nargs > 0 else 1 for one in arguments if one.required)
    if len(left) < least:
        return f"{command.name} wants {least} words, not {len(left)}"
    missing = [one.opts[0] for one in _options(command) if one.required and one.name not in given]
    return f"{command.name} wants {', '.join(missing)}" if missing else ""


def _options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option)]


def _inner(command: click.Command) -> list[str]:
    if not isinstance(command, click.Group):
        return []
    return [*command.list_commands(click.Context(command)), "-h", "--help"]


def _wrong_choice(parameter: click.Parameter, words: list[str]) -> str:
    if not isinstance(parameter.type, click.Choice):
        return ""
    known = list(parameter.type.choices)
    wrong = [
        word
        for word in words
        if not word.isupper() and not set(re.split(r"[|/]", word)) <= set(known)
    ]
    return f"{parameter.name} is one of {', '.join(known)}, not {wrong[0]}" if wrong else ""
