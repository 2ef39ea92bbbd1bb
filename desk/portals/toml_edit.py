"""Changing the file of a source as text, so that its comments and everything else stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from hubwatch.patterns import lazy_pattern
from scraper.sources.write import quoted

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
