"""Writing a source: from what was found out and answered to the text of its TOML file, and changing
that text.

The one place that knows how such a file is laid out. `build` reads it back. Looks for no file and
writes none.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from textwrap import fill

from hubwatch.errors import SourceError
from hubwatch.patterns import lazy_pattern
from hubwatch.toml import Table

from .build import Template, source_from
from .load import check_selector
from .model import EntryKind, ListRules, Source

_WIDTH = 96
_NO_RULES = ListRules()


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as it will be written. `paging` in the words of a source file, empty for the
    template's, `max_pages` 0 for the usual, `every` a span such as `1d`, empty for each crawl."""

    kind: EntryKind
    url: str
    paging: str = ""
    max_pages: int = 0
    rows: ListRules = _NO_RULES
    every: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A source as it will be written. `selectors` are those of `[fields]`, by key."""

    id: str
    name: str
    city: str
    language: str
    zone: str
    template: str
    home: str
    schedule: str
    entries: tuple[EntryDraft, ...]
    hosts: tuple[str, ...]
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    selectors: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""
    render: bool = False


def source_text(draft: Draft) -> str:
    """The file's text: TOML 1.0, the keys in the order of docs/sources.md."""
    head = ("id", "name", "city", "language", "zone", "template", "home", "schedule")
    names = {"zone": "timezone"}
    lines = [_pair(names.get(key, key), getattr(draft, key)) for key in head]
    if draft.render:
        lines.append("render = true")
    if draft.note.strip():
        lines.append(_note(draft.note))
    for entry in draft.entries:
        lines += ["", "[[entry]]", *_entry(entry)]
    lines += ["", "[links]", texts_line("hosts", draft.hosts)]
    if draft.allow:
        lines.append(texts_line("allow", draft.allow))
    if draft.deny:
        lines.append(texts_line("deny", draft.deny))
    if draft.selectors:
        lines += ["", "[fields]", *(texts_line(key, rules) for key, rules in draft.selectors)]
    return "\n".join(lines) + "\n"


def entry_text(entry: EntryDraft) -> str:
    """An `[[entry]]` of a file, with an empty line behind it."""
    return "\n".join(("[[entry]]", *_entry(entry))) + "\n\n"


def source_of(text: str, path: str, templates: Mapping[str, Template]) -> Source:
    """The source that a file of this text would be. Raises SourceError, as loading it would."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: is no TOML: {error}") from None
    table = Table(data, path, written=text, fault=SourceError)
    return source_from(table, templates, check_selector)


def _entry(entry: EntryDraft) -> Iterable[str]:
    yield _pair("kind", entry.kind.value)
    yield _pair("url", entry.url)
    if entry.paging:
        yield _pair("paging", entry.paging)
    if entry.max_pages:
        yield f"max_pages = {entry.max_pages}"
    if entry.every:
        yield _pair("every", entry.every)
    names = {"row": "items"} if entry.kind is EntryKind.JSON else {}
    for part in fields(ListRules):
        rule = getattr(entry.rows, part.name)
        if rule:
            yield _pair(names.get(part.name, part.name), rule)


def _pair(key: str, text: str) -> str:
    return f"{key} = {quoted(text)}"


def texts_line(key: str, texts: Iterable[str]) -> str:
    """A key with a list of strings, over several lines where it is long."""
    items = [quoted(text) for text in texts]
    line = f"{key} = [{', '.join(items)}]"
    if len(line) <= _WIDTH:
        return line
    return f"{key} = [\n" + "".join(f"    {item},\n" for item in items) + "]"


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def _note(text: str) -> str:
    line = _pair("note", text)
    if len(line) <= _WIDTH:
        return line
    return paragraph("note", fill(" ".join(text.split()), _WIDTH))


def paragraph(key: str, text: str) -> str:
    """A key with a text of several lines, as a TOML multi-line string."""
    inner = "\n".join(_unescaped(quoted(line)[1:-1]) for line in text.split("\n"))
    return f'{key} = """\n{inner}"""'


def _unescaped(line: str) -> str:
    """A line with its quotation marks as they are, where they cannot end the string."""
    plain = line.replace('\\"', '"')
    return line if '""' in plain or plain.endswith('"') or "\\" in plain else plain


# Changing the text of a file that is there, so that its comments and everything else stay.

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
_VALUE = rf"(?:\[(?:{_STRING}|#[^\n]*|[^\]\"'#])*\]|{_STRING})"
_ENTRY = lazy_pattern(r"^[ \t]*\[\[[ \t]*entry[ \t]*\]\][ \t]*(?:#[^\n]*)?\n", re.MULTILINE)
_URL = lazy_pattern(rf"^[ \t]*url[ \t]*=[ \t]*(?:{_STRING})[ \t]*(?:#[^\n]*)?\n", re.MULTILINE)
_NEXT_TABLE = lazy_pattern(r"^[ \t]*\[", re.MULTILINE)


def entry_lines(changes: Sequence[tuple[str, str | None]]) -> list[str]:
    """The lines of `[[entry]]` as they would be written, one for each key that stays."""
    return [f"{key} = {quoted(value)}" for key, value in changes if value is not None]


def with_entry_keys(text: str, at: int, changes: Sequence[tuple[str, str | None]]) -> str:
    """The text of a source's file with these keys in one of its entries. Those that are None go;
    comments stay."""
    tables = list(_ENTRY.finditer(text))
    if at >= len(tables):
        return text
    start = tables[at].end()
    following = _NEXT_TABLE.search(text, start)
    end = following.start() if following else len(text)
    inner = text[start:end]
    for key, value in changes:
        own = re.compile(rf"^[ \t]*{key}[ \t]*=[ \t]*{_VALUE}[ \t]*(#[^\n]*)?(?:\n|$)", re.M)
        there = own.search(inner)
        note = (there[1] or "") if there else ""
        line = "  ".join(part for part in (*entry_lines([(key, value)]), note) if part)
        line = f"{line}\n" if line else ""
        if there:
            inner = f"{inner[: there.start()]}{line}{inner[there.end() :]}"
        else:
            url = _URL.search(inner)
            place = url.end() if url else 0
            inner = f"{inner[:place]}{line}{inner[place:]}"
    return text[:start] + inner + text[end:]


def with_key(text: str, table: str, key: str, line: str) -> str:
    """The text of a source's file with this line for a key in one of its tables."""
    there = re.search(rf"^[ \t]*\[{table}\][ \t]*(?:#[^\n]*)?\n", text, re.MULTILINE)
    if there is None:
        return f"{text.rstrip()}\n\n[{table}]\n{line}\n"
    following = _NEXT_TABLE.search(text, there.end())
    end = following.start() if following else len(text)
    inner = text[there.end() : end]
    own = re.compile(rf"^[ \t]*{key}[ \t]*=[ \t]*{_VALUE}[ \t]*(?:#[^\n]*)?\n?", re.MULTILINE)
    changed, times = own.subn(lambda _: f"{line}\n", inner, count=1)
    return f"{text[: there.end()]}{changed if times else f'{line}{chr(10)}{inner}'}{text[end:]}"


def without_entries(text: str, places: Collection[int], instead: str) -> str:
    """The text of a source's file without these of its entries, and with others where the first of
    them stood."""
    out, last, put = [], 0, instead
    for at, table in enumerate(_ENTRY.finditer(text)):
        if at not in places:
            continue
        following = _NEXT_TABLE.search(text, table.end())
        out += [text[last : table.start()], put]
        last, put = following.start() if following else len(text), ""
    out.append(text[last:])
    return "".join(out)
