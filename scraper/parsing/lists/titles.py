"""The words of a list's row: its headline and its summary.

Chooses among what the row says. Which link and which date are the row's is known already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain, islice

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from ..dates.in_text import find_dates
from ..languages import (
    AGE,
    COMMENTS,
    LAST,
    NEXT,
    PERMALINK,
    PREVIOUS,
    READ_ON,
    READ_ON_OF,
    alternation,
)
from ..soup import attribute, line_text
from ..text import clean_field, narrow, squeeze
from ..tree import HEADINGS, names_of
from .outline import Node, Outline, OutlineLink, ShownLine

MAX_SUMMARY = 600
_LONGEST_MORE = 60
_AGE_ROOM = 60
_PARTED = "|:：·–—;；•/()[]"
_ONWARD = (word.replace("(?: {what})?", "") for word in NEXT)
_PAGER_WORDS = (*PREVIOUS, *LAST, *_ONWARD, "first", "首页")
_MORE = han_pattern(
    rf"[\[(【<>»›→\s.…+]*(?:{alternation((*READ_ON, *PERMALINK, *_PAGER_WORDS))})?[\])】>»›→\s.…]*",
    re.I,
)
_COMMENTS = han_pattern(
    rf"\W{{0,3}}(?:\d{{1,6}}\s?)?(?:{alternation(COMMENTS)})\W{{0,3}}(?:\d{{1,6}}\W{{0,2}})?", re.I
)
_MORE_OF = han_pattern(rf"(?:{alternation(READ_ON_OF)})\s*[«“\"]?\s*(?=\S)", re.I)
_LABEL = 12
"""Characters before a date that may be its label, or behind it its brackets."""
_JOINTS = " \t|:：·-–—,，;；[]()（）【】"
_CUT = lazy_pattern(r"(?:(?<!\.)\.{2,}|(?<!…)…+)$")
_TAIL_DATE = lazy_pattern(
    r"[\s\[(（【|]{1,4}(?:19|20)?\d\d[-/.年]\d\d?(?:[-/.月]\d\d?日?)?(?:\s\d\d?:\d\d(?::\d\d)?)?[\s\])）】]{0,3}$"
)
_HEAD_DATE = lazy_pattern(
    r"^[\s\[(（【]{0,3}(?:19|20)\d\d[-/.年]\d\d?[-/.月]\d\d?日?[\s\])）】|]{1,4}(?=\S)"
)
_MARKS = lazy_pattern(r"^[·•▪■◆●○★☆►▶»>\s]+|^\d{1,3}[.、]\s(?=\S)")
_NUMBER_OR_DATE = lazy_pattern(r"[\s\d\[\]()（）【】年月日/.:|,-]*")
_TELLING = lazy_pattern(r"[^\W\d_]{2}[^\w]{1,4}(?:\w{0,12}[^\w]{1,4}){0,3}[^\W\d_]{2}")
_HAN = lazy_pattern(r"[㐀-鿿]{2}[^\s]{0,20}[㐀-鿿]{2}|[㐀-鿿]{4}")
_FORMAT = han_pattern(
    r"\W*(?:(?:download|open|view|下载|查看|附件)\W{0,3})?(?:the\s)?(?:pdf|docx?|html?|word|mp3|play|save|audio|opinion|下载|附件)?"
    r"(?:\sversion|\sfile)?\W*(?:\d{1,5}\s?[km]b\W*)?",
    re.I,
)
_TITLED = lazy_pattern(
    r"(?<![a-z])(?:title|tit|bt|headline|subject|heading|biaoti|name)(?![a-z])", re.I
)


def is_more(text: str) -> bool:
    """Whether a link says only "more", "next", "permalink", "comments (3)", or a number."""
    if text.strip("[]()\uff08\uff09 ").isdecimal():
        return True
    short = text if len(text) <= _LONGEST_MORE else ""
    return bool(short or not text) and bool(_MORE.fullmatch(short) or _COMMENTS.fullmatch(short))


def is_cut(text: str) -> bool:
    """Whether a headline ends in an ellipsis."""
    return _CUT.search(text) is not None


def says_much(text: str) -> bool:
    """Whether words could be a headline: two words, or four Han characters. No mere file format."""
    short = text[:300]
    if _FORMAT.fullmatch(short):
        return False
    return _HAN.search(short) is not None or _TELLING.search(short) is not None


_TITLE_NAMES = han_pattern(
    r"(?<![a-z])(?:title|headline|caption|subject|case name|style|parties|heading|topic)(?![a-z])"
    r"|标题|题名|名称|主题|题目|標題",
    re.I,
)
_OTHER_NAMES = han_pattern(
    r"(?<![a-z])(?:judges?|justices?|panel|counsel|attorneys?|authors?|court|type|docket|numbers?|nos?|id|status|"
    r"citations?|cites?|source|county|departments?|agency|offices?|dispositions?|division|size|"
    r"format|dates?|length|duration|categor\w{1,4}|sections?|views?|location|district|circuit|"
    r"download|vol(?:ume)?|term|argu\w{1,8}|filed|posted|argued|by|tags?|keywords?)(?![a-z])"
    r"|#|索引号|文号|字号|机构|单位|来源|部门|类别|类型|序号|编号|时间|日期|状态|浏览|点击|作者|格式",
    re.I,
)
_LABELLED = lazy_pattern(r"^([^:：]{2,30})[:：]\s{0,5}(?=\S)")


def label_worth(name: str) -> float:
    """How likely a column is the headline's by the word above or before it: 1 where that tells
    nothing."""
    if not name:
        return 1.0
    if _TITLE_NAMES.search(name):
        return 0.5 if re.search(r"author|judge|attorney|counsel", name, re.I) else 2.5
    return 0.4 if _OTHER_NAMES.search(name) else 1.0


def split_label(text: str) -> tuple[str, str]:
    """A line's label and what follows it: `Judges: Henderson, Childs`. The label is empty where
    the line does not begin with one that tells what it is."""
    match = _LABELLED.match(text)
    if match is not None and label_worth(match[1]) != 1.0:
        return match[1], text[match.end() :]
    return "", text


def common_label(texts: Sequence[str]) -> tuple[str, list[str]]:
    """The label that most of a column's texts begin with, and the texts without it."""
    parts = [match and (match[1], text[match.end() :]) for text in texts
             for match in [_LABELLED.match(text)]]  # fmt: skip
    counts = Counter(part[0] for part in parts if part)
    label, count = counts.most_common(1)[0] if counts else ("", 0)
    if len(texts) < 3 or count < 0.6 * len(texts):
        return "", list(texts)
    return label, [
        part[1] if part and part[0] == label else text
        for part, text in zip(parts, texts, strict=True)
    ]


def likeness(texts: Sequence[str]) -> float:
    """How much the texts of a column are like headlines, 0 to 1: full of words, and different
    from row to row even without their numbers. "Civil Action No. 12-1249" is not."""
    said = [text for text in texts if text]
    if not said:
        return 0.0
    skeletons = {_NUMBERS.sub("#", text[:200].lower()) for text in said}
    differ = len(skeletons) / len(said) if len(said) > 2 else 1.0
    if len(said) > 2 and differ < 0.34:
        return 0.0
    words = sum(min(30, letters_in(text[:200])) / 30 for text in said) / len(said)
    long = sum(len(text) > 240 for text in said) / len(said)
    return len(said) / len(texts) * (0.1 + 0.9 * differ) * words * (1 - 0.7 * long)


def are_numbered(texts: Sequence[str]) -> bool:
    """Whether the texts of a column are all the same without their numbers."""
    said = [text for text in texts if text]
    if said and sum(map(_is_code, said)) >= 0.8 * len(said):
        return True
    skeletons = {_NUMBERS.sub("#", text[:200].lower()) for text in said}
    digits = sum(bool(_NUMBERS.search(text)) for text in said)
    return len(said) > 2 and digits > 0.8 * len(said) and len(skeletons) <= max(1, 0.34 * len(said))


def _is_code(text: str) -> bool:
    """Whether a text is a number with hardly a word: `No. 26-1045`, `2026 WI App 12`."""
    return _NUMBERS.search(text) is not None and text.isascii() and letters_in(text) <= 6


_NUMBERS = lazy_pattern(r"\d+")
_WORD = lazy_pattern(r"[^\W\d_]{2,}")


def letters_in(text: str) -> int:
    """Letters in words of two letters or more, a Han character for three. Codes are no words."""
    count = 3 * sum("\u3400" <= char <= "\u9fff" for char in text) if not text.isascii() else 0
    if _FORMAT.fullmatch(text) or _MORE.fullmatch(text):
        return 0
    for token in text.split()[:40]:
        if not any(map(str.isdigit, token)):
            count += sum(len(word[0]) for word in _WORD.finditer(token) if word[0].isascii())
    return count


def better_title(one: str, other: str) -> str:
    """Longer titles say more, up to where a link around the summary begins. The first of equals."""
    return max((one, other), key=lambda text: len(text) if len(text) <= 200 else -len(text))


def undated(text: str) -> str:
    """A link's words without the date that some lists print inside the link, and bullets."""
    bare = _HEAD_DATE.sub("", _TAIL_DATE.sub("", text)) or text
    return _MARKS.sub("", bare).strip() or text


def title_of(
    outline: Outline,
    node: Node,
    link: OutlineLink,
    lines: Sequence[tuple[str, ShownLine]],
    date_at: Collection[int],
) -> str:
    """The link's words, its `title` where the words are cut, its heading where it says "more"."""
    words = undated(_link_words(outline, link, date_at))
    whole = _from_words_on(attribute(link.tag, "title"), words)
    if whole and (
        not words or is_cut(words) or is_more(words) or (squeeze(whole).startswith(squeeze(words))
        and len(whole) < 4 * len(words) + 40)
    ) and not _FORMAT.fullmatch(whole):  # fmt: skip
        return undated(whole)
    if about := _MORE_OF.match(words):
        named = words[about.end() :].rstrip('»”" ')
        heading = _heading(node.tag)
        if heading or says_much(named):
            return heading or clean_field(named)
    is_own = bool(words) and not is_more(words) and (says_much(words) or not _is_bare(words))
    if is_own and not _FORMAT.fullmatch(words):
        return clean_field(words)
    heading = _heading(node.tag)
    if heading:
        return heading
    telling = [line.text for _, line in lines if says_much(line.text) and line.start not in date_at]
    if telling:
        return clean_field(undated(telling[0]))
    image = link.tag.find("img")
    described = clean_field(attribute(image, "alt")) if isinstance(image, Tag) else ""
    return described or clean_field(whole or words or attribute(link.tag, "aria-label"))


def _from_words_on(whole: str, words: str) -> str:
    """A link's `title` from where the link's own words begin in it: "Permalink to" is no title, nor
    are further lines, which say who wrote it and when."""
    head = _CUT.sub("", words).strip()[:40]
    lines = [clean_field(line) for line in whole.splitlines()] if len(head) >= 6 else []
    for line in lines:
        if (at := line.find(head)) >= 0:
            return line[at:]
    return clean_field(whole)


def _is_bare(words: str) -> bool:
    return _NUMBER_OR_DATE.fullmatch(words) is not None


def _link_words(outline: Outline, link: OutlineLink, date_at: Collection[int]) -> str:
    """The words of a link. Of a link around a whole card the line that is its headline."""
    lines = list(outline.parts(link.start, link.end))[:12]
    if len(lines) < 2:
        return lines[0].text if lines else ""
    heading = _heading(link.tag)
    if heading:
        return heading
    named = [line.text for line in lines if _TITLED.search(names_of(line.tag))]
    if named:
        return named[0]
    strong = [line_text(inner) for inner in link.tag.find_all(("strong", "b"), limit=3)]
    if len(strong) == 1 and says_much(strong[0]) and len(strong[0]) <= 200:
        return strong[0]
    fit = [
        line.text for line in lines
        if line.start not in date_at and not _is_bare(line.text) and not is_more(line.text)
        and not _FORMAT.fullmatch(line.text)
    ]  # fmt: skip
    telling = [text for text in fit if says_much(text)]
    return next(iter(telling), next(iter(fit), lines[0].text))


def is_heading(tag: Tag) -> bool:
    """Whether a line is marked as a headline, by its element, one around it, or their names."""
    return any(
        step.name in HEADINGS or _TITLED.search(names_of(step)) is not None
        for step in islice(chain((tag,), tag.parents), 3)
    )


def _heading(tag: Tag) -> str:
    inside = (one for one in tag.descendants if isinstance(one, Tag))
    for inner in chain((tag,), inside):
        text = line_text(inner) if inner.name in HEADINGS else ""
        if text and not is_more(text):
            return clean_field(undated(text))
    return ""


def summary_of(lines: Sequence[ShownLine], title: str, date_at: Collection[int]) -> str:
    """The longest line of a row that is neither title nor date nor a link's words."""
    key = squeeze(title)
    best = ""
    for line in lines:
        text = line.text if line.start not in date_at else _beside_date(line.text)
        least = 15 if _HAN.search(text[:60]) else 30
        if len(text) < max(least, len(best) + 1):
            continue
        if line.linked > 0.5 * len(text) and len(text) < 80:
            continue
        if (
            key
            and squeeze(narrow(text[: len(title) + 40])).startswith(key)
            and len(text) < len(title) + 40
        ):
            continue
        best = text
    best = _without_age(best)
    return best[:MAX_SUMMARY] if squeeze(best) != key else ""


def _without_age(text: str) -> str:
    """A summary without how long ago it was at its head or end: that grows, and is no change."""
    head = AGE.match(text[:_AGE_ROOM])
    if head is not None and text[head.end() :].lstrip()[:1] in _PARTED:
        text = text[head.end() :].strip(_JOINTS)
    start = max(0, len(text) - _AGE_ROOM)
    tail = AGE.search(text[start:])
    if tail is None or start + tail.end() < len(text):
        return text
    before = text[: start + tail.start()].rstrip()
    return before.strip(_JOINTS) if before[-1:] in _PARTED else text


def _beside_date(text: str) -> str:
    """What stands in one line with a date, before or behind it. Empty for a date in its middle."""
    for found in find_dates(text, "UTC"):
        if found.start <= _LABEL:
            return text[found.end :].strip(_JOINTS)
        if len(text) - found.end <= _LABEL:
            return text[: found.start].strip(_JOINTS)
    return ""
