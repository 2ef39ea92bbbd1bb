"""Filling the templates: ours and fixed. Text of pages only ever fills them, escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from storage.types import When

from ..digest.wording import language_tag, rich
from ..moments import format_duration
from ..text import format_size, one_line, safe_link
from . import sentences
from .messages import Phrasebook


def render(template: str, words: Phrasebook, values: Mapping[str, object]) -> str:
    """A page as HTML."""
    found = _environment().get_template(template)
    return found.render(t=words, lang=words.tag, **values)


def day(when: When | None) -> str:
    """A date as exactly as the page states it, or an empty text."""
    return "" if when is None else when.iso.replace("T", " ")[:16]


def local(moment: datetime | None, zone: str) -> str:
    """An instant as people read it: `2026-11-25 18:03`."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("desk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        format_size=format_size,
        day=day,
        language=language_tag,
        format_duration=format_duration,
        local=local,
        one_line=one_line,
        rich=rich,
        safe_link=safe_link,
    )
    environment.globals["sentences"] = sentences
    return environment
