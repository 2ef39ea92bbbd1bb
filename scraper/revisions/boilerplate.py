"""Taking out of a text what is no part of it: counters, clocks, page tools, lists of others.

What a page shows differently to every visitor must never look like news. Reads no HTML; most of it
is gone already when a page has been read.
"""

from __future__ import annotations

import re

from storage.text import visible

_FIGURE = r"\d[\d,.]*\s*[万千kKmM]?"
_HAN_COUNT = (
    r"(?:浏览|阅读|点击|访问|查看|点赞|转发|评论|分享|收藏|下载|播放|人气)"
    r"(?:次数|总数|人数|量|数|率|人次)?"
)
_COUNT = (
    r"(?:page\s?)?(?:views?|hits?|reads?|clicks?|visits?|likes?|shares?|comments?|downloads?)"
    r"(?:\s(?:count|number|times))?"
)
_COUNTERS = (  # with a colon they are counters wherever they stand
    re.compile(
        rf"(?:本[文页站])?(?:共|已|总)?{_HAN_COUNT}\s*[:：]\s*\[?\s*(?:{_FIGURE}|-+)\s*\]?\s*(?:人?次|人)?"
    ),
    re.compile(rf"\b(?:number of )?{_COUNT}\s*[:：]\s*\[?\s*{_FIGURE}\s*\]?(?:\s*times?)?", re.I),
)
_SHORT_COUNTERS = (  # else only in a line that says little more
    re.compile(rf"(?:本[文页站])?(?:共|已)?(?:被)?{_HAN_COUNT}\s*{_FIGURE}\s*(?:人?次|人)?"),
    re.compile(
        rf"(?:已有?|共有?)?\s*{_FIGURE}\s*(?:人?次|人)?(?:已)?(?:浏览|阅读|点击|访问|查看|点赞|读过)"
    ),
    re.compile(r"您?是?本?站?第\s*\d[\d,]*\s*位(?:访客|访问者|浏览者|读者)"),
    re.compile(rf"\b(?:viewed|read|visited|clicked)\s*[:：]?\s*{_FIGURE}\s*times?\b", re.I),
    re.compile(rf"(?<![\w$¥€£]){_FIGURE}\s*{_COUNT}\b", re.I),
    re.compile(r"\byou are (?:the )?visitor (?:no\.?|number)?\s*\d[\d,]*(?:st|nd|rd|th)?", re.I),
)
_SHORT = 60
"""Characters of a line that is too short to be a sentence with a counter's words in it."""
_CLOCK = re.compile(
    r"(?:今天是|今日是|现在是|现在时间|当前时间|当前日期|打印时间|today is\b|current time|time now|"
    r"printed (?:on|at)\b).{0,60}",
    re.I,
)
_BESIDE = r"[\s【】\[\]()（）|｜/:：·,，、]*"
_TOOLS = re.compile(
    rf"{_BESIDE}(?:(?:打印(?:本页|此页)?|关闭(?:本页|窗口|此页)?|收藏(?:本页)?|分享到?|"
    r"返回(?:顶部|列表)?|字[体号]|[大中小]|微信|微博|扫一扫|print(?: this page)?|"
    r"share(?: to| on)?|close(?: window)?|e-?mail|facebook|twitter|wechat|weibo|linkedin|"
    rf"back to top|font size|a[-+]?){_BESIDE})+",
    re.I,
)
_NEIGHBOUR = re.compile(
    r"(?:上一[篇条则]|下一[篇条则]|前一篇|后一篇|previous(?: article| story| post)?|"
    r"next(?: article| story| post)?)\s*[:：>»<«].{0,160}",
    re.I,
)
_OTHERS = re.compile(
    r"[【\[]?\s*(?:相关(?:链接|阅读|新闻|文章|报道|推荐|信息|内容|稿件|文档)|延伸阅读|推荐阅读|"
    r"热门(?:推荐|阅读|新闻|文章)|猜你喜欢|更多(?:新闻|阅读|推荐|相关)|最新(?:文章|资讯|新闻)|"
    r"related (?:stories|story|news|links?|articles?|reading|content|posts|topics|coverage)|"
    r"you (?:may|might) also like|more (?:stories|news|articles|on this topic|from .{1,40})|"
    r"read (?:more|also|next)|recommended(?: stories| articles| for you)?|"
    r"most (?:read|popular|viewed)|latest (?:news|stories|articles)|see also)"
    r"\s*[】\]]?\s*[:：]?\s*",
    re.I,
)
_LINK_LINE = 120
_LONGEST_TOOLS = 200
_ENDS = "。！？.!?；;"

COUNTERS, OTHERS, TOOLS = "counters", "related links", "page tools"


def lines(body: str) -> tuple[list[str], frozenset[str]]:
    """The lines of a text without its boilerplate, and which kinds of it there were."""
    kept: list[str] = []
    found: set[str] = set()
    among_others = False
    for raw in visible(body).splitlines():
        line = " ".join(raw.split())
        if not line:
            continue
        if among_others and _is_link(line):
            continue
        among_others = _OTHERS.fullmatch(line) is not None
        if among_others:
            found.add(OTHERS)
            continue
        bare = _uncounted(line)
        if bare != line:
            found.add(COUNTERS)
        if _is_tool(line):
            found.add(TOOLS)
        elif bare:
            kept.append(bare)
    return kept, frozenset(found)


def _is_link(line: str) -> bool:
    """Whether a line under "related" can be the title of another article."""
    return len(line) <= _LINK_LINE and line[-1] not in _ENDS


def _is_tool(line: str) -> bool:
    if len(line) > _LONGEST_TOOLS:
        return False
    return _TOOLS.fullmatch(line) is not None or _NEIGHBOUR.fullmatch(line) is not None


def _uncounted(line: str) -> str:
    if len(line) <= 2 * _SHORT and _CLOCK.fullmatch(line):
        return ""
    if not any(map(str.isdigit, line)):
        return line
    patterns: tuple[re.Pattern[str], ...] = _COUNTERS
    if len(line) <= _SHORT and line[-1] not in _ENDS:
        patterns += _SHORT_COUNTERS
    for pattern in patterns:
        line = pattern.sub(" ", line)
    return line.strip(" |｜·,，;；")
