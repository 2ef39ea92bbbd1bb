"""What a sentence tells only to say that it is not so: rumours, and what somebody denies."""

from __future__ import annotations

import re
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

_RUMOUR = (
    "(?:网传|网上?流传|疯传|谣传|误传|传言|传闻|谣言|所谓"
    "|有(?:媒体|网友|网民|消息|人|帖子|自媒体)[^，。；]{0,6}?[称说传]|(?:网友|网民|帖文|自媒体|短视频)[称说])"
)
_UNTRUE = (
    "(?:不实|不属实|失实|谣言|谣传|误读|误传|误解|虚假|假消息|不符|否认|子虚乌有|无中生有|没有根据"
    "|并非事实|不是事实)"
)
_TALK = r"(?:reports?|claims?|rumou?rs?|posts?|allegations?|suggestions?|speculation|stories)"
_FALSE = r"(?:not true|false|untrue|fake|wrong|baseless|unfounded|incorrect|a hoax)"
_DENIES = r"(?:den(?:y|ie[sd]|ying)|(?:dismiss|reject|debunk)(?:ed|e?s)?|refut(?:ed?|es))"
_END_OF_IT = r"(?=[.;](?!\d)|, (?:say|add|not|but|put|and (?:said|put))|\bbut\b|$)"
_NO_DENIAL = (
    "(?:only|just|more|less|fewer|including|counting|later|earlier|yet|far|even|merely|least|until"
    "|before|all|every)"
)
_DENIED = lazy_pattern(
    "|".join(
        (
            f"{_RUMOUR}[^。；!！?？\n]{{0,80}}?{_UNTRUE}",
            "否认[^，。；\n]{0,60}",
            "(?:并非|并不是|而不是|而非)[^，。；\n]{0,40}",
            rf"\b{_DENIES} (?:that|(?:[a-z]+ ){{0,3}}?{_TALK})\b[^.;\n]{{0,120}}?{_END_OF_IT}",
            rf"\b{_TALK}\b[^.;\n]{{0,100}}?"
            rf"\b(?:is|are|was|were|proved|turned out)(?: to be)? {_FALSE}\b",
            rf"\bit(?:'s| is| was) (?:{_FALSE}|not the case) that\b[^.;,\n]{{0,120}}",
            rf"\b(?:contrary to|despite) (?:[a-z]+ ){{0,3}}?{_TALK}\b[^.;,\n]{{0,100}}",
            rf"(?:\bnot|n't)\b(?! {_NO_DENIAL})[^.;,\n]{{0,80}}?(?=, (?:but|as)\b|,? but\b)",
        )
    ),
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def denied_in(text: str) -> tuple[tuple[int, int], ...]:
    """Where a sentence tells what it says is not so, each from where that begins to where it is
    denied."""
    return tuple(found.span() for found in _DENIED.finditer(simplify(text)))
