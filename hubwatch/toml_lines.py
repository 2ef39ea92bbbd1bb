"""In which line of a TOML file a key stands: what tomllib does not tell, for complaints alone.

Reads no more of TOML than that needs: where strings and comments end, headers, and keys at the
beginning of a line. What stands inside an inline table has the line of that table's key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SKIPPED = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[^\\])*(?:"""|\Z)'
    r"|'''[\s\S]*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
)
_PART = r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?")
_ASSIGNED = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_PARTS = re.compile(_PART)


def line_of(text: str, place: str) -> int | None:
    """The line, counted from 1, of a dotted key with tables counted from 1 (`topic[2].name[1].id`);
    of the nearest table around it where the key itself is not there. None for what is nowhere."""
    lines: dict[str, int] = {}
    for number, found in _places(text):
        lines.setdefault(found, number)
    while place and place not in lines:
        place = place[: max(0, place.rfind("[" if place.endswith("]") else "."))]
    return lines.get(place)


def _places(text: str) -> Iterator[tuple[int, str]]:
    table = ""
    counted: dict[str, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            *around, last = _split(header[2])
            above = _inside("", around, counted)
            table = _inside(above, [last], counted if header[1] == "[" else {})
            if header[1] == "[[":
                counted[table] = counted.get(table, 0) + 1
                table = f"{table}[{counted[table]}]"
            yield number, table
        elif assigned := _ASSIGNED.match(line):
            place = table
            for part in _split(assigned[1]):
                place = f"{place}.{part}".lstrip(".")
                yield number, place


def _inside(place: str, parts: list[str], counted: dict[str, int]) -> str:
    """The place of a table within another one; of several tables of a name the last is meant."""
    for part in parts:
        place = f"{place}.{part}".lstrip(".")
        if place in counted:
            place = f"{place}[{counted[place]}]"
    return place


def _split(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PARTS.findall(key)]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin outside every string, list and inline table, with their numbers."""
    bare = _SKIPPED.sub(lambda found: re.sub(r"[^\n]", "_", found.group()), text)
    depth = 0
    for number, (line, there) in enumerate(zip(text.split("\n"), bare.split("\n"), strict=True), 1):
        if depth == 0 and (there[:1] != "_" or line[:1] in "\"'"):
            yield number, line
        depth = max(0, depth + sum(map(there.count, "[{")) - sum(map(there.count, "]}")))
