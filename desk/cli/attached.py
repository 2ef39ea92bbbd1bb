"""How the files of articles are shown: what became of each, and where a search found something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from .console import fact

if TYPE_CHECKING:
    from storage.articles.records import InFile
    from storage.attachments.records import AttachedFile

_KILO = 1024


def files_json(files: Iterable[AttachedFile]) -> list[dict[str, Any]]:
    """The files of an article; the keys are documented and stay."""
    return [
        {
            "url": file.url,
            "name": file.name,
            "kind": file.kind,
            "outcome": file.outcome,
            "reason": file.reason,
            "media_type": file.media_type or None,
            "bytes": file.size,
            "sha256": file.sha256,
            "snapshot": file.snapshot_id,
            "text_outcome": file.text_outcome,
            "text_reason": file.text_reason,
            "characters": file.characters,
        }
        for file in files
    ]


def in_files_json(found: Iterable[InFile]) -> list[dict[str, Any]]:
    """The files in which a search found something."""
    return [
        {"url": file.url, "name": file.name, "kind": file.kind, "snippet": file.snippet}
        for file in found
    ]


def print_files(files: Iterable[AttachedFile]) -> None:
    """A line a file: its name, what it is, what became of it."""
    for file in files:
        click.echo(fact("attachment", f"{file.name} ({_state(file)}) {file.url}"))


def _state(file: AttachedFile) -> str:
    told = [file.kind]
    if file.size is not None:
        told.append(_size(file.size))
    if file.outcome is None:
        told.append("not fetched yet")
    elif file.outcome != "ok":
        told.append(
            f"{'not fetched again' if file.size is not None else 'not fetched'}: "
            f"{file.outcome}, {file.reason}"
        )
    if file.text_outcome in ("ok", "partial"):
        told.append(f"{file.characters:,} characters of text")
    if file.text_reason:
        told.append(f"text: {file.text_reason}")
    return "; ".join(told)


def _size(count: int) -> str:
    if count < _KILO:
        return f"{count} bytes"
    kilo = count / _KILO
    return f"{kilo:,.0f} KiB" if kilo < _KILO else f"{kilo / _KILO:,.1f} MiB"
