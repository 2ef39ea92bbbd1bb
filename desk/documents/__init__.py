"""JSON documents, each declared once: what commands print, what the HTTP API answers, and what is
written of both.

A document is declared in the module of its noun here where both use it, else beside the command
that alone prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from storage.articles.records import When

Subject = TypeVar("Subject")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Member(Generic[Subject]):
    """A key of a JSON document with its value: type and meaning as docs/machine.md has them, and
    how the value is had from what the document tells of. A value of documents names theirs."""

    name: str
    kind: str
    meaning: str
    value: Callable[[Subject], object]
    inner: JsonDocument[Any] | None = None
    way: str = ""
    """What stands between this key and one of `inner` in a path: `[]` of a list, `.*` of names."""


class JsonDocument(Generic[Subject]):
    """A JSON document: its keys in their order. Called with a value, it tells of that.

    One that commands print names them as they are typed; `about` is what docs/machine.md says of it
    before its keys.
    """

    def __init__(
        self, *keys: Member[Subject], commands: tuple[str, ...] = (), about: str = ""
    ) -> None:
        self.keys, self.commands, self.about = keys, commands, about

    def __call__(self, subject: Subject) -> dict[str, Any]:
        """The document as plain data."""
        return {key.name: _plain(key.value(subject)) for key in self.keys}

    def of(
        self, whole: Callable[[Part], Subject], but: tuple[str, ...] = ()
    ) -> Iterable[Member[Part]]:
        """These keys as some of a larger document, which tells of what `whole` takes from it, `but`
        for what that says in its own way."""
        for key in self.keys:
            if key.name in but:
                continue
            value = _chained(key.value, whole)
            yield Member(key.name, key.kind, key.meaning, value, key.inner, key.way)


def _chained(
    value: Callable[[Subject], object], whole: Callable[[Part], Subject]
) -> Callable[[Part], object]:
    return lambda subject: value(whole(subject))


def parts(
    name: str, meaning: str, of: Callable[[Subject], Iterable[Part]], inner: JsonDocument[Part]
) -> Member[Subject]:
    """A key whose value is a list of documents."""
    return Member(
        name, "list", meaning, lambda subject: [inner(one) for one in of(subject)], inner, "[]"
    )


def parts_by_name(
    name: str, meaning: str, of: Callable[[Subject], Mapping[str, Part]], inner: JsonDocument[Part]
) -> Member[Subject]:
    """A key whose value is an object with a document under each name."""

    def value(subject: Subject) -> object:
        return {word: inner(one) for word, one in of(subject).items()}

    return Member(name, "object", meaning, value, inner, ".*")


def part(
    name: str,
    meaning: str,
    one: Callable[[Subject], Part | None],
    inner: JsonDocument[Part],
    kind: str = "object",
) -> Member[Subject]:
    """A key whose value is a document, or null."""

    def value(subject: Subject) -> object:
        found = one(subject)
        return None if found is None else inner(found)

    return Member(name, kind, meaning, value, inner)


def _plain(value: object) -> object:
    """A value as JSON has it: moments and days as ISO 8601, a page's date as exactly as it is."""
    if value is None or isinstance(value, str | int | float | dict):
        return value
    if isinstance(value, date):  # a moment is one, too
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    return cast("When", value).iso
