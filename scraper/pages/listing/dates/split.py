"""Dates that a page's markup spreads over several lines: the day large, year and month below it.

Joins them into one line that can be read; reads nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..outline import ShownLine

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_PARTS = (
    ("day", re.compile(r"(\d{1,2})(?:日|st|nd|rd|th)?,?")),
    ("month", re.compile(r"(1[0-2]|0?[1-9])月")),
    ("year", re.compile(r"((?:19|20)\d\d)年?")),
    ("name", re.compile(_NAME, re.I)),
    ("year month", re.compile(r"((?:19|20)\d\d)\s?[-/.年]\s?(1[0-2]|0?[1-9])月?")),
    ("month year", re.compile(r"(1[0-2]|0?[1-9])\s?[-/.]\s?((?:19|20)\d\d)")),
    ("month day", re.compile(r"(1[0-2]|0?[1-9])\s?[-/.月]\s?([0-3]?\d)日?")),
    ("name year", re.compile(rf"{_NAME},?\s{{0,3}}((?:19|20)\d\d)", re.I)),
    ("name day", re.compile(rf"{_NAME}\s{{0,3}}(\d{{1,2}}),?", re.I)),
    ("day name", re.compile(rf"(\d{{1,2}})\s{{0,3}}{_NAME},?", re.I)),
)  # fmt: skip
_WORDS = re.compile(r"[-/.\[\]()|,]+")
_LONGEST = 16


def join_split(lines: list[tuple[str, ShownLine]]) -> list[tuple[str, ShownLine]]:
    """The lines, neighbours that are one date together as one line in the first one's column."""
    if not any(len(line.text) <= 4 or (len(line.text) <= _LONGEST and line.text[:1].isalnum())
               for _, line in lines):  # fmt: skip
        return lines
    joined: list[tuple[str, ShownLine]] = []
    at = 0
    while at < len(lines):
        taken, text = _joined(lines[at : at + 4])
        key, line = lines[at]
        joined.append((key, replace(line, text=text) if taken > 1 else line))
        at += taken
    return joined


def _joined(lines: list[tuple[str, ShownLine]]) -> tuple[int, str]:
    """How many of these lines are one date, and that date; 1 where the first is none."""
    parts: dict[str, str] = {}
    taken = 0
    for _, line in lines:
        text = line.text.strip()
        if len(text) > _LONGEST:
            break
        if taken and _WORDS.fullmatch(text):
            taken += 1
            continue
        named = _part(text)
        if named is None or named.keys() & parts.keys():
            break
        parts |= named
        taken += 1
    if taken < 2 or not {"day", "month"} <= parts.keys():
        return 1, ""
    if "year" in parts:
        return taken, f"{parts['year']}-{parts['month']:0>2}-{parts['day']:0>2}"
    return taken, f"{parts['month']:0>2}-{parts['day']:0>2}"


def _part(text: str) -> dict[str, str] | None:
    for names, pattern in _PARTS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found: dict[str, str] = {}
        for name, value in zip(names.split(), match.groups(), strict=True):
            number = str(_MONTHS.index(value[:3].lower()) + 1) if name == "name" else value
            found["month" if name == "name" else name] = number
        return found if 0 < int(found.get("day", 1)) <= 31 else None
    return None
