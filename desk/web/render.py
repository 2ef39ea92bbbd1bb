"""Filling the templates: ours and fixed. Text of pages only ever fills them, escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from storage.articles.records import When, doubtful
from storage.facts import EVENT_KINDS, rounded

from .. import sentences
from ..digest.wording import change, direction, language_tag, rich
from ..messages import Translator, translator
from ..moments import format_duration
from ..text import format_size, one_line, safe_link


def render(template: str, words: Translator, values: Mapping[str, object]) -> str:
    """A page as HTML."""
    return _environment(words.tag).get_template(template).render(values)


def day(when: When | None) -> str:
    """A date as exactly as the page states it, or an empty text."""
    return "" if when is None else when.iso.replace("T", " ")[:16]


def local(moment: datetime | None, zone: str) -> str:
    """An instant as people read it: `2026-11-25 18:03`."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _as_written(value: object) -> object:
    """What a page says, in the order in which it is written: an override of direction shows words
    and figures that nobody wrote or finds."""
    for override in ("\u202d", "\u202e"):
        if isinstance(value, str) and override in value:
            value = value.replace(override, "")
    return value


@cache
def _environment(language: str) -> Environment:
    words = translator(language)
    environment = Environment(
        loader=PackageLoader("desk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_as_written,
    )
    environment.filters.update(
        change=partial(change, words=words),
        format_size=format_size,
        day=day,
        doubtful=doubtful,
        language=language_tag,
        direction=direction,
        format_duration=format_duration,
        local=local,
        one_line=one_line,
        plain_number=rounded,
        rich=partial(rich, words=words),
        safe_link=safe_link,
    )
    environment.install_gettext_translations(words.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        event_kinds=EVENT_KINDS, t=words, lang=words.tag, sentences=sentences
    )
    return environment
