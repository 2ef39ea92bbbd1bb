"""Words by which a link says that it leads to another page of a list, and so to no article."""

from __future__ import annotations

import re

from storage.text import han_pattern

from .. import languages
from ..text import narrow

_MOST = 40
_WORDS = languages.any_of((
    *languages.NEXT, *languages.LAST, *languages.PREVIOUS, *languages.OLDER_ISSUE,
    "下一期", "下期", "后一期", "next issue",
    "首页", "首頁", "第一页", "第一頁", "(?:go to )?(?:the )?first(?: page)?",
    "début", "erste(?: seite)?",
))  # fmt: skip
_NUMBER = rf"(?:第|{languages.any_of(languages.PAGE)})?\s?\d{{1,4}}\s?[页頁]?"
_SIGNS = r"[\s<>«»‹›←→⟨⟩❮❯◀▶＜＞|.…\[\]()【】]{0,9}"
_WAY_ON = han_pattern(rf"{_SIGNS}(?:{_WORDS}|{_NUMBER})?{_SIGNS}", re.I)


_SECTION = han_pattern(
    r"(?:第\s?)?[A-Z]{0,2}\s?\d{1,3}\s?版(?:\s?[:·|-]?\s?[^\s《》“”,。!?]{0,12})?"
    r"|[A-Z]{1,2}\d{1,3}\s?:\s?[^\s《》“”,。!?]{1,12}"
    rf"|{languages.any_of(languages.PAGE)}\s?[A-Z]{{0,2}}\s?\d{{1,3}}\s?[:·|-]\s?[^《》“”,。.!?]{{1,24}}",
    re.I,
)


def is_section(text: str) -> bool:
    """Whether these words name a page of a newspaper (`第A03版：科教·民生`, `Page A3: Sports`): it
    lists articles."""
    said = narrow(text[: _MOST + 1]).strip()
    return 0 < len(said) <= _MOST and _SECTION.fullmatch(said) is not None


def is_way_on(text: str) -> bool:
    """Whether these are the words of a pager's link: a number, an arrow, "next", 下一页. Empty text
    says nothing."""
    said = narrow(text[: _MOST + 1]).strip()
    return 0 < len(said) <= _MOST and _WAY_ON.fullmatch(said) is not None
