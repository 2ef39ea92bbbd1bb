"""Who asks: the command line, configuration, digests and the practice portal.

What it says to people is English where it stands, and goes through `_`, `ngettext`, `pgettext` or
`term`. They return it in the language of who reads: of the page that is being answered, else of the
command line. English reads no catalogue and loads no module.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubwatch.errors import HubwatchError

    from .messages import Translator

_ENVIRONMENT = ("HUBWATCH_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH, _CHINESE = "en", "zh"


class _Reader:
    """Who reads: whoever called the command, and per page whoever asked for it."""

    command_line = _ENGLISH
    page: ContextVar[str | None] = ContextVar("page", default=None)


def language_of_environment() -> str:
    """The language that the first of HUBWATCH_LANGUAGE, LC_ALL, LC_MESSAGES and LANG names:
    `zh`, else `en`."""
    named = next((value for name in _ENVIRONMENT if (value := os.environ.get(name))), "")
    return _CHINESE if named.lower().startswith(_CHINESE) else _ENGLISH


def language() -> str:
    """The language of who reads: `en` or `zh`."""
    return _Reader.page.get() or _Reader.command_line


def set_language(tag: str) -> None:
    """Have the command line speak this language from now on."""
    _Reader.command_line = tag


@contextmanager
def reading_in(tag: str) -> Iterator[None]:
    """Meanwhile whoever reads reads this language: a page that is answered, a document for
    machines."""
    before = _Reader.page.set(tag)
    try:
        yield
    finally:
        _Reader.page.reset(before)


def _(message: str, /, **filling: object) -> str:
    """Return the message with its gaps filled, as `_("No source %(id)s", id=12)`. A percent sign is
    written `%%`."""
    return (_translator()(message, **filling)) if _is_foreign() else message % filling


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """The message as it is: one that is declared here and goes through `_` where it is said."""
    return message


def ngettext(one: str, many: str, number: int, /, **filling: object) -> str:
    """Return the form that suits the number, which fills the gap `number`."""
    if _is_foreign():
        return _translator().plural(one, many, number, **filling)
    return (one if number == 1 else many) % {"number": f"{number:,}", **filling}


def pgettext(context: str, message: str, /, **filling: object) -> str:
    """Return the message as it is meant in a context, where its English has two meanings."""
    return (_translator().pgettext(context, message) if _is_foreign() else message) % filling


def term(group: str, word: str) -> str:
    """Return a word of a closed set (an outcome, a state) for people. In English it is itself."""
    return _translator().term(group, str(word)) if _is_foreign() else str(word)


def described(error: HubwatchError) -> str:
    """Return what an error says. What rooms below the desk say stands in their modules, with its
    gaps, and is a message as well."""
    return _(error.message, **error.filling) if error.filling else str(error)


def sentence(text: str) -> str:
    """Return what a room below the desk found, as `filled("%(n)s rows", n=3)`, for people, also
    where the archive kept it. Any other text stays as it is."""
    return _translator().sentence(text) if _is_foreign() else text


def change_summary(summary: str) -> str:
    """Return the summary of a change as the archive keeps it, its own words for people."""
    return _translator().change(summary) if _is_foreign() else summary


def label(text: str) -> str:
    """Return the heading of a column, or the name of a fact. Where it is declared, as in
    `Column("last crawl")`, it counts as a message of the context `label`."""
    return _translator().pgettext("label", text) if _is_foreign() else text


def padded(text: str, columns: int) -> str:
    """The text with as many blanks as it lacks. Han take two columns."""
    return text.ljust(columns) if text.isascii() else _translator().padded(text, columns)


def _is_foreign() -> bool:
    return language() != _ENGLISH


def _translator() -> Translator:
    from .messages import translator

    return translator(language())
