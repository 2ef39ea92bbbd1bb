"""How one page writes its dates: in which zone, and whether day or month comes first.

Reads what the source says and what the page claims of its language. Reads no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.types import When

from ...sources.model import FieldRules
from ..fields.dates import DateOrder
from ..fields.zones import as_stated
from ..page import Page
from ..tree import attribute

_HAN = re.compile(r"[㐀-鿿]")
_KANA = re.compile(r"[ぁ-ヿ]")
_CHINESE_HOSTS = (".cn", ".hk", ".tw", ".mo", ".中国")
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil", "es-us"))
_UNSURE = frozenset(("", "en", "en-ca", "zh", "ja", "ko"))
"""Languages, or the lack of a word on it, that leave open what `8/9/2023` means."""


@dataclass(frozen=True, slots=True)
class Habits:
    """`zone` is an IANA name; `known` is False where it is only assumed. `watched` is True for
    pages of a source and of the kind we watch: on these nothing is ever guessed."""

    zone: str
    known: bool
    watched: bool
    order: DateOrder

    def told(self, when: When, raw: str) -> When:
        """The date as the page means it: a time in UTC is moved to a known zone only."""
        return when if self.known else as_stated(when, raw)


def read_habits(page: Page, rules: FieldRules, title: str) -> Habits:
    """The habits of a page, with the title as it was read."""
    text = title or page.title_text
    chinese = page.host.endswith(_CHINESE_HOSTS) or (
        _HAN.search(text) is not None and _KANA.search(text) is None
    )
    watched = bool(rules.template) or chinese
    known = watched or rules.zone != FieldRules().zone
    # `en-US` is what a Chinese template says that nobody changed.
    return Habits(rules.zone, known, watched, DateOrder.UNSURE if watched else _order(page))


def _order(page: Page) -> DateOrder:
    lang = next((attribute(tag, "lang") for tag in page.tags("html")), "").lower().replace("_", "-")
    lang = lang or page.meta("og:locale").lower().replace("_", "-")
    if lang in _MONTH_FIRST:
        return DateOrder.MONTH_FIRST
    return (
        DateOrder.UNSURE
        if lang in _UNSURE or lang[:3] in ("zh-", "ja-", "ko-")
        else DateOrder.DAY_FIRST
    )
