"""Languages of texts as documents name them (RFC 5646)."""

from __future__ import annotations

import re

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_tag(language: str) -> str | None:
    """The language as an HTML `lang` value, or None if it is not one: browsers choose Chinese fonts
    by it."""
    if not _LANGUAGE.fullmatch(language):
        return None
    return "zh-Hans" if language.lower() in ("zh", "zh-cn") else language


def office_tag(language: str) -> str | None:
    """The same as word processors write it: `zh-CN` for Chinese."""
    tag = language_tag(language)
    return "zh-CN" if tag and tag.lower().startswith("zh") else tag
