"""Who runs the site that published an article: as its metas, its JSON-LD or its footer say.

Not the original source of the text, which the date line names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storage.types import Origin

from ...sources.model import FieldRules
from ..page import Page
from ..text import narrow
from . import meta
from .meta import Clue

_LAST_LINES = 60
_HOSTED = re.compile(r"主\s?办(?:单位)?\s?[:：]\s?([^\s:：|;；,，。()]{2,40})")
_NO_NAMES = ("all rights", "copyright", "不得", "未经", "违者", "禁止", "侵权", "请勿", "转载")
_RIGHTS = (
    re.compile(r"版权所有\s?[:：©@]?\s{0,2}([一-鿿()·]{4,40})"),
    re.compile(
        r"(?:copyright\s?)?(?:©|\(c\)|copyright)\s?(?:[12]\d{3}\s?)?(?:[-,~]\s?(?:[12]\d{3})?\s?)?"
        r"(?:by\s)?([^\d©.|,;:-][^©|;:]{3,80}?)(?:\.\s|\s)?(?=all rights? reserved|$)",
        re.I,
    ),
)


def publisher_clues(page: Page, rules: FieldRules) -> Iterator[Clue]:
    """Names of the site or of who runs it, the most trusted first."""
    yield from meta.metas(page, ("sitename",))
    yield from meta.json_ld(page, "publisher")
    yield from meta.metas(page, ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher"))
    yield from _footer(page)
    yield from meta.metas(page, ("copyright", "application-name"))
    for name in rules.site_names[:1]:
        yield Clue(Origin.TEMPLATE, "site_names", name)


def _footer(page: Page) -> Iterator[Clue]:
    """`主办：…`, `版权所有：…`, `Copyright © … All Rights Reserved` among the last lines."""
    last = [
        (narrow(line.text), line) for line in page.lines[-_LAST_LINES:] if len(line.text) <= 300
    ]
    for pattern in (_HOSTED, *_RIGHTS):
        for text, line in last:
            found = pattern.search(text)
            match = pattern.search(narrow(page.read_line(line))) if found else None
            if match is not None and any(c.isalpha() for c in match[1]):
                name = match[1].strip(" .,-").removesuffix("(")
                if not name.lower().startswith(_NO_NAMES):
                    yield Clue(Origin.VISIBLE, "footer", name)
