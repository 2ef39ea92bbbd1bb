"""A digest as one self-contained HTML page: no script, no picture, nothing fetched.

The template is ours and fixed; text of pages only ever fills it, escaped.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..text import one_line, safe_link
from . import wording
from .model import Digest

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def render_html(digest: Digest) -> str:
    """The whole digest."""
    return _template().render(
        digest=digest,
        edition=digest.edition,
        period=digest.edition.period,
        chapters=digest.chapters,
        coverage=wording.coverage(digest),
        scope=wording.scope(digest),
        wording=wording,
        safe_link=safe_link,
        one_line=one_line,
        language=language_tag,
    )


def language_tag(language: str) -> str | None:
    """The language as an HTML `lang` value (RFC 5646), or None if it is not one: browsers choose
    Chinese fonts by it."""
    if not _LANGUAGE.fullmatch(language):
        return None
    return "zh-Hans" if language.lower() in ("zh", "zh-cn") else language


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("desk.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("digest.html.j2")
