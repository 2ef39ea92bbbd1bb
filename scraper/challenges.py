"""Answers that firewalls send in place of a page, to tell people from programs."""

from __future__ import annotations

import re

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

_SCRIPT_TRAPS = (
    b"__jsl_clearance", b"_$jsl", b"acw_sc__v2", b"acw_tc=", b"__cf_chl",
    b"cf-browser-verification", b"challenge-platform", b"_$_ts", b"ddos-guard", b"incapsula",
    b"probe.js?", b"FSSBBIl1UgzbN7N", b"__jsluid", b"cf-challenge",
    b"jschl_vc", b"captcha-delivery",
    b"px-captcha", b"_Incapsula_Resource", b"aws-waf-token", b"awsWafCookie",
)  # fmt: skip
_TS_VARIABLE = lazy_pattern(rb"\$_ts\b")
_TRAPS_WITHIN = 65_536
_CHECK_COOKIE = lazy_pattern(
    rb"\s{0,9}(?:__jsl|__cf|cf_|acw_|incap_|visid_incap|datadome|_abck|bm_sz|ak_bmsc|__ddg|reese84"
    rb"|aws-?waf|hwwaf|yunsuo_|security_session|wzws|_px|fssbb|waf_?|safeline|captcha|geetest)",
    re.I,
)
"""The names of cookies by which firewalls know whom they have checked."""
CHECK_WORDS = han_pattern(
    r"just a moment|attention required|access denied|checking your browser"
    r"|are you (?:a )?(?:human|robot)"
    r"|(?:verify(?:ing)?|check(?:ing)?|confirm(?:ing)?|prove|making sure)"
    r" (?:that |if |whether )?you(?: are|'re) (?:a |not a )?(?:human|robot|bot)"
    r"|review(?:ing)? the security of your connection|访问(?:已)?被阻断"
    r"|(?:检查|确认|验证|证明)[您你](?:是否|不是|是)为?(?:真人|机器人)"
    r"|captcha|验证码|安全验证|人机验证|滑动验证|访问验证|访问被拦截|访问被拒绝|访问行为(?:存在)?异常|访问过于频繁|请求过于频繁|访问频率|拦截提示|网站防火墙"
    r"|web application firewall|request blocked|您的请求带有不合法参数|云防护|安全狗|异常流量"
    r"|too many requests|enable (?:javascript|cookies)",
    re.I,
)
"""What a page says that wants to know who asks."""
_SAID_OF_OTHER_THINGS = ("enable", "too many requests")
"""A page that works with scripts alone says the one, a busy server the other."""
_UNSEEN = (("<!--", "-->"), ("<head", "</head"), ("<script", "</script"), ("<style", "</style"))
_TAG = lazy_pattern(r"<[^<>]{0,2000}>")
_TITLE = lazy_pattern(r"<title[^<>]{0,200}>([^<]{1,300})", re.I)
_SHORT = 600
"""Characters of text in what is no page. The pages of these checks have a third of it."""


def has_trap(body: bytes) -> bool:
    """True for a page that carries a script by which a firewall tells people from programs."""
    # Word by word: one pattern of all of them takes fifty times as long.
    head = body[:_TRAPS_WITHIN]
    return any(word in head for word in _SCRIPT_TRAPS) or _TS_VARIABLE.search(head) is not None


def is_check_cookie(cookie: bytes) -> bool:
    """Whether a cookie that is set is one by which a firewall tells people from programs."""
    return _CHECK_COOKIE.match(cookie) is not None or has_trap(cookie)


def _without(text: str, opening: str, closing: str) -> str:
    """A text without what stands between two marks, in any case of their letters."""
    lower = text.lower()
    if len(lower) != len(text):
        text = lower
    pieces, at = [], 0
    while (start := lower.find(opening, at)) >= 0:
        pieces.append(text[at:start])
        end = lower.find(closing, start)
        at = len(text) if end < 0 else end + len(closing)
    return " ".join([*pieces, text[at:]])


def is_challenge(body: bytes) -> bool:
    """Whether an answer that is an error by its status wants to know if a person asks: by a script
    that firewalls use, or in words, where it says little else."""
    head = body[:_TRAPS_WITHIN]
    if has_trap(head):
        return True
    text = head.decode("utf-8", "replace")
    if "\ufffd" in text:
        text = head.decode("gb18030", "replace")
    title = _TITLE.search(text)
    for opening, closing in _UNSEEN:
        text = _without(text, opening, closing)
    shown = " ".join(_TAG.sub(" ", text).split())
    if len(shown) >= _SHORT:
        return False
    said = f"{title[1] if title else ''} {shown}"
    asked = (found[0].lower() for found in CHECK_WORDS.finditer(said))
    return any(not words.startswith(_SAID_OF_OTHER_THINGS) for words in asked)
