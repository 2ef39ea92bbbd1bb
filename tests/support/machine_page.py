"""The sections of docs/machine.md: a JSON document each, as the commands declare it."""

from __future__ import annotations

import pkgutil
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from desk import cli, documents
from desk.documents import JsonDocument

_SECTION = re.compile(r"^## ", re.MULTILINE)


def declared() -> dict[str, JsonDocument[Any]]:
    """The documents that commands print, by the headings of their sections."""
    found = (
        value
        for package in (documents, cli)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for value in vars(import_module(found.name)).values()
        if isinstance(value, JsonDocument) and value.commands
    )
    return {heading(document): document for document in found}


def heading(document: JsonDocument[Any]) -> str:
    """``hubwatch crawl --json`, `hubwatch sources runs --json``."""
    return ", ".join(f"`hubwatch {command}`" for command in document.commands)


def page(written: str) -> str:
    """The page with the sections of what is declared made anew. The others, and what is before the
    first of them, stay as they are written."""
    documents = declared()
    introduction, *sections = _SECTION.split(written)
    made = []
    for section in sections:
        title, _, text = section.partition("\n")
        document = documents.pop(title, None)
        made.append(f"{title}\n{_text(document) if document else text}")
    made[-1] = f"{made[-1].rstrip()}\n\n"
    made += [f"{title}\n{_text(document)}" for title, document in documents.items()]
    return "## ".join((introduction, *made)).rstrip() + "\n"


def by_hand(written: str) -> list[str]:
    """The headings of the sections that nothing declares."""
    documents = declared()
    titles = [section.partition("\n")[0] for section in _SECTION.split(written)[1:]]
    return [title for title in titles if title not in documents]


def _text(document: JsonDocument[Any]) -> str:
    paragraphs = [
        textwrap.fill(each, 100, break_long_words=False, break_on_hyphens=False)
        for each in document.about.split("\n\n")
        if each
    ]
    table = ["| key | type | meaning |", "|---|---|---|", *_rows(document, "")]
    return "\n" + "\n\n".join((*paragraphs, "\n".join(table))) + "\n\n"


def _rows(document: JsonDocument[Any], above: str) -> Iterator[str]:
    for key in document.keys:
        path = f"{above}{key.name}"
        yield f"| `{path}` | {key.kind} | {key.meaning} |"
        if key.inner is not None:
            yield from _rows(key.inner, f"{path}{key.way}.")
