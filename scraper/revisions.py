"""Two versions of an article compared: what was removed and added, of what kind, and whether it
matters.

Texts become sentences of tokens. Boilerplate is taken out first: counters, clocks, page tools,
lists of other articles. Pure. What is not known to be cosmetic is material: an edit reported for
nothing costs a look, one that is not reported costs trust.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern
from storage.revisions import Revision
from storage.text import HAN, han_pattern, squeeze, visible
from storage.types import ArticleData, Attachment, Revise, Weight, When

# Texts as tokens


class TokenType(StrEnum):
    """What a token is, and so what a change of it is called."""

    DOCUMENT = "document numbers"
    DATE = "dates"
    AMOUNT = "amounts"
    NUMBER = "numbers"
    NAME = "names"
    WORD = "wording"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: what it is compared by, what it is, and where it stands in its sentence."""

    key: str
    kind: TokenType
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as printed, and its tokens."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def key(self) -> str:
        """What it is compared by. Numbers never run into one another."""
        return "".join(
            f"|{token.key}|" if token.key[0].isdecimal() else token.key for token in self.tokens
        )


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER = r"\d+(?:[,，]\d{3})*(?:[.．]\d+)?"
_UNIT = (
    r"(?:\s?(?:%|‰|％|per ?cent|million|billion|trillion|thousand|hundred|yuan|rmb|cny|usd|"
    r"dollars?|euros?|square|cubic|hectares?|mu|tons?|tonnes?|kilomet(?:er|re)s?|km|met(?:er|re)s?|"
    r"kilowatts?|mw|kw|gb|tb|pb)\b|\s?(?:%|‰|％)|[百千万亿兆]*(?:元|美元|人次|公里|千米|平方米|公顷|亩|吨|千瓦|项|家|个|人|名|户|倍)|"
    r"[百千万亿]+)"
)
_TOKEN = lazy_pattern(
    rf"(?P<document>[{HAN}]{{1,8}}[〔\[（(【]\s*\d{{4}}\s*[〕\]）)】]\s*第?\s*\d+\s*号|"
    rf"\bno\.?\s?\d+\s?[\[(]\d{{4}}[\])])|"
    rf"(?P<date>\d{{2,4}}\s?年(?:\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?[日号])?)?|"
    rf"\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号]|\d{{1,2}}\s?[月日时]|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|"
    rf"\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?|\b{_MONTH}\s?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s?\d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s?\d{{4}})?|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:星期|周)[一二三四五六日天])|"
    rf"(?P<amount>[$¥€£￥]\s?{_NUMBER}{_UNIT}*|{_NUMBER}{_UNIT}+)|"
    rf"(?P<number>{_NUMBER}|[一二三四五六七八九十百千万亿两〇零]{{2,}}|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|"
    r"thousands?|millions?|billions?)\b)|"
    rf"(?P<word>[^\W\d_{HAN}]+)|(?P<han>[{HAN}])|(?P<sign>[%‰℃°+±$¥€£]|(?<![\w\s])-(?=\d))",
    re.I,
)
_END = lazy_pattern(r"(?<=[。！？!?；;])|(?<=[.])(?<!\b[Nn]o\.)\s+(?=[\"“'(]?[A-Z0-9])")
_DIGITS = lazy_pattern(r"\d+(?:\.\d+)?")
_MONTH_WORD = lazy_pattern(r"[a-z]{3,}", re.I)


def sentences(lines: list[str]) -> tuple[Sentence, ...]:
    """The sentences of some lines. Those without a single token are left out."""
    found = []
    for line in lines:
        for piece in _END.split(line):
            text = piece.strip()
            tokens = tuple(_tokens(text))
            if tokens:
                found.append(Sentence(text, tokens))
    return tuple(found)


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "word"
        key = _KEYS.get(group, squeeze)(match.group())
        if key:
            found.append(Token(key, _kind(group, match), match.start(), match.end()))
    return found


def _kind(group: str, match: re.Match[str]) -> TokenType:
    if group in ("document", "date", "amount", "number"):
        return TokenType[group.upper()]
    if group == "sign":
        return TokenType.AMOUNT
    # A capital at the beginning of a sentence says nothing.
    return TokenType.NAME if match.start() and match.group()[0].isupper() else TokenType.WORD


def _plain(text: str) -> str:
    return squeeze(text).replace(",", "")


def _day(text: str) -> str:
    """`2026-3-1` for 2026年3月1日 and 2026-03-01 alike."""
    folded = squeeze(text)
    if ":" in folded or _MONTH_WORD.search(folded):
        return folded
    digits = _DIGITS.findall(folded.replace(".", "-"))
    return "-".join(str(int(number)) for number in digits) + folded[-1:] * (len(digits) < 3)


def _document(text: str) -> str:
    return re.sub(r"[^\w]", "-", squeeze(text))


_KEYS = {
    "date": lambda text: _day(text) if text[:1].isdecimal() else squeeze(text),
    "amount": _plain,
    "number": _plain,
    "document": _document,
}


# Boilerplate

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
    han_pattern(
        rf"(?:本[文页站])?(?:共|已|总)?{_HAN_COUNT}\s*[:：]\s*\[?\s*(?:{_FIGURE}|-+)\s*\]?\s*(?:人?次|人)?"
    ),
    han_pattern(rf"\b(?:number of )?{_COUNT}\s*[:：]\s*\[?\s*{_FIGURE}\s*\]?(?:\s*times?)?", re.I),
)
_SHORT_COUNTERS = (  # else only in a line that says little more
    han_pattern(rf"(?:本[文页站])?(?:共|已)?(?:被)?{_HAN_COUNT}\s*{_FIGURE}\s*(?:人?次|人)?"),
    han_pattern(
        rf"(?:已有?|共有?)?\s*{_FIGURE}\s*(?:人?次|人)?(?:已)?(?:浏览|阅读|点击|访问|查看|点赞|读过)"
    ),
    han_pattern(r"您?是?本?站?第\s*\d[\d,]*\s*位(?:访客|访问者|浏览者|读者)"),
    han_pattern(rf"\b(?:viewed|read|visited|clicked)\s*[:：]?\s*{_FIGURE}\s*times?\b", re.I),
    han_pattern(rf"(?<![\w$¥€£]){_FIGURE}\s*{_COUNT}\b", re.I),
    han_pattern(r"\byou are (?:the )?visitor (?:no\.?|number)?\s*\d[\d,]*(?:st|nd|rd|th)?", re.I),
)
_SHORT = 60
"""Characters of a line that is too short to be a sentence with a counter's words in it."""
_CLOCK = han_pattern(
    r"(?:今天是|今日是|现在是|现在时间|当前时间|当前日期|打印时间|today is\b|current time|time now|"
    r"printed (?:on|at)\b).{0,60}",
    re.I,
)
_BESIDE = r"[\s【】\[\]()（）|｜/:：·,，、]*"
_TOOLS = han_pattern(
    rf"{_BESIDE}(?:(?:打印(?:本页|此页)?|关闭(?:本页|窗口|此页)?|收藏(?:本页)?|分享到?|"
    r"返回(?:顶部|列表)?|字[体号]|[大中小]|微信|微博|扫一扫|print(?: this page)?|"
    r"share(?: to| on)?|close(?: window)?|e-?mail|facebook|twitter|wechat|weibo|linkedin|"
    rf"back to top|font size|a[-+]?){_BESIDE})+",
    re.I,
)
_NEIGHBOUR = han_pattern(
    r"(?:上一[篇条则]|下一[篇条则]|前一篇|后一篇|previous(?: article| story| post)?|"
    r"next(?: article| story| post)?)\s*[:：>»<«].{0,160}",
    re.I,
)
_OTHERS = han_pattern(
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


TITLE, PUBLISHED, ATTACHMENTS, SENTENCES = "title", "published", "attachments", "sentences"
SPACING = "spaces and punctuation"
PRECISION = "precision of the date"
ADDRESSES = "addresses of attachments"

_MOST_SENTENCES = 1500
_MOST_TOKENS = 3000
_MOST_PAIRS = 200_000
"""Beyond these the parts that differ are told as wholes: an honest verdict, a coarser diff. Pairs
are places in both with the same word. Comparing takes that long and longer."""
_ALIKE = 0.5
"""A sentence of which less than half is left is another sentence."""
_CONTEXT = 30
_SUMMARY = 240
_TOLD = 60
_OFFICE = han_pattern(
    f"(?:[市省县区局处院校会]长|主任|书记|主席|委员|教授|院士|记者|经理)[{HAN}]{{0,2}}$"
)
"""After such a word stands the name of who holds the office."""


@dataclass(frozen=True, slots=True)
class Version:
    """What counts of one version of an article."""

    title: str
    body: str
    published: When | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Hunk:
    """One difference, as printed: what was `removed` and what was `added`, either may be empty,
    `before` and `after` are the words around it. `kind` says what it is, `weight` if it matters."""

    kind: str
    weight: Weight
    removed: str = ""
    added: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TextComparison:
    """All differences of two versions, in their order."""

    hunks: tuple[Hunk, ...]

    @property
    def weight(self) -> Weight:
        """Material if one difference is."""
        heavy = any(hunk.weight is Weight.MATERIAL for hunk in self.hunks)
        return Weight.MATERIAL if heavy else Weight.COSMETIC

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of what matters, or of all if nothing does, the most frequent first."""
        counts = Counter(hunk.kind for hunk in self.hunks if hunk.weight is self.weight)
        return tuple(kind for kind, _ in counts.most_common())

    @property
    def summary(self) -> str:
        """One line for people: what changed from what to what."""
        described = [_describe(hunk) for hunk in self.hunks if hunk.weight is self.weight]
        text = "; ".join(dict.fromkeys(described))
        return text if len(text) <= _SUMMARY else text[: _SUMMARY - 1].rstrip() + "…"


def compare(before: Version, after: Version) -> TextComparison:
    """What differs between two versions of one article."""
    hunks = [*_titles(before, after), *_days(before.published, after.published)]
    hunks += _files(before.attachments, after.attachments)
    hunks += _bodies(before.body, after.body)
    return TextComparison(tuple(hunks))


def differences(revisions: Iterable[Revision]) -> dict[int, tuple[Hunk, ...]]:
    """Number of a version → its differences from the one before, in their order. The first version
    has none."""
    return {
        after.number: compare(_version(before), _version(after)).hunks
        for before, after in pairwise(revisions)
    }


def _describe(hunk: Hunk) -> str:
    removed, added = _cut(hunk.removed), _cut(hunk.added)
    if not removed and not added:
        return hunk.kind
    if removed and added:
        return f"{hunk.kind}: {removed} → {added}"
    return f"{hunk.kind}: {'removed' if removed else 'added'} {removed or added}".strip()


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TOLD else flat[: _TOLD - 1].rstrip() + "…"


def _titles(before: Version, after: Version) -> Iterator[Hunk]:
    if before.title == after.title:
        return
    same = _keys(sentences([before.title])) == _keys(sentences([after.title]))
    yield Hunk(
        SPACING if same else TITLE,
        Weight.COSMETIC if same else Weight.MATERIAL,
        before.title,
        after.title,
    )


def _keys(found: Iterable[Sentence]) -> str:
    return "".join(sentence.key for sentence in found)


def _days(before: When | None, after: When | None) -> Iterator[Hunk]:
    if before == after:
        return
    removed, added = (when.iso if when else "" for when in (before, after))
    if before and after and _same_moment(before, after):
        yield Hunk(PRECISION, Weight.COSMETIC, removed, added)
    elif removed != added:
        yield Hunk(PUBLISHED, Weight.MATERIAL, removed, added)


def _same_moment(one: When, other: When) -> bool:
    if isinstance(one.value, datetime) and isinstance(other.value, datetime):
        if bool(one.zone) is not bool(other.zone):  # the same clock, its zone known now or no more
            return one.value.replace(tzinfo=None) == other.value.replace(tzinfo=None)
        return one.value == other.value or (
            one.precision is not other.precision and _calendar_day(one) == _calendar_day(other)
        )
    return one.precision is not other.precision and _calendar_day(one) == _calendar_day(other)


def _calendar_day(when: When) -> date:
    return when.value.date() if isinstance(when.value, datetime) else when.value


def _files(before: Sequence[Attachment], after: Sequence[Attachment]) -> Iterator[Hunk]:
    old, new = ({each.url: each for each in part} for part in (before, after))
    if old.keys() == new.keys():
        return
    gone, come = [old[url] for url in old if url not in new], [new[u] for u in new if u not in old]
    if sorted(map(_place, gone)) == sorted(map(_place, come)):
        yield Hunk(ADDRESSES, Weight.COSMETIC, _named(gone), _named(come))
    else:
        yield Hunk(ATTACHMENTS, Weight.MATERIAL, _named(gone), _named(come))


def _place(file: Attachment) -> str:
    parts = urlsplit(file.url)
    return f"{parts.netloc}{parts.path}"


def _named(files: Iterable[Attachment]) -> str:
    return ", ".join(file.name or file.url for file in files)


def _bodies(before: str, after: str) -> Iterator[Hunk]:
    (old_lines, old_kinds), (new_lines, new_kinds) = lines(before), lines(after)
    old, new = sentences(old_lines), sentences(new_lines)
    if _keys(old) == _keys(new):
        if before != after:
            for kind in sorted(old_kinds | new_kinds) or [SPACING]:
                yield Hunk(kind, Weight.COSMETIC)
        return
    for removed, added in _blocks(old, new):
        yield from _within(removed, added)


def _blocks(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Sentence]]]:
    """The runs of sentences that differ."""
    head = 0
    while head < min(len(old), len(new)) and old[head].key == new[head].key:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail].key == new[-1 - tail].key:
        tail += 1
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    a, b = [each.key for each in old], [each.key for each in new]
    if max(len(a), len(b)) > _MOST_SENTENCES or _pairs(a, b) > _MOST_PAIRS:
        yield old, new
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield old[i1:i2], new[j1:j2]


def _within(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Hunk]:
    """The differences of a run of sentences: word by word where they are the same at heart."""
    if _keys(old) == _keys(new):  # cut into sentences elsewhere
        yield Hunk(SPACING, Weight.COSMETIC, _printed(old), _printed(new))
        return
    one, other = _Row.of(old), _Row.of(new)
    a, b = [token.key for token in one.tokens], [token.key for token in other.tokens]
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    too_many = max(len(a), len(b)) > _MOST_TOKENS or _pairs(a, b) > _MOST_PAIRS
    if not old or not new or too_many or matcher.ratio() < _ALIKE:
        yield Hunk(SENTENCES, Weight.MATERIAL, _printed(old), _printed(new))
        return
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield _hunk(one, other, (i1, i2), (j1, j2))


def _pairs(one: Sequence[str], other: Sequence[str]) -> int:
    counts = Counter(other)
    return sum(counts[key] for key in one)


def _printed(found: Sequence[Sentence]) -> str:
    return " ".join(sentence.text for sentence in found)


@dataclass(frozen=True, slots=True)
class _Row:
    """Some sentences in a row, their tokens placed in the joined text."""

    text: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, found: Sequence[Sentence]) -> _Row:
        tokens: list[Token] = []
        start = 0
        for each in found:
            tokens += [
                Token(token.key, token.kind, start + token.start, start + token.end)
                for token in each.tokens
            ]
            start += len(each.text) + 1
        return cls(_printed(found), tuple(tokens))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where these tokens stand in the text. Nothing of it if there are none."""
        if first == last:
            at = self.tokens[first].start if first < len(self.tokens) else len(self.text)
            return at, at
        return self.tokens[first].start, self.tokens[last - 1].end


def _hunk(one: _Row, other: _Row, old: tuple[int, int], new: tuple[int, int]) -> Hunk:
    removed, added = one.tokens[slice(*old)], other.tokens[slice(*new)]
    start, end = one.span(*old)
    new_start, new_end = other.span(*new)
    same = _runs(removed) == _runs(added)
    kind = SPACING if same else _kind_of_change((*removed, *added))
    if kind == TokenType.WORD and _OFFICE.search(one.text[max(0, start - _CONTEXT) : start]):
        kind = TokenType.NAME.value
    weight = Weight.COSMETIC if same else Weight.MATERIAL
    return Hunk(
        kind,
        weight,
        one.text[start:end],
        other.text[new_start:new_end],
        one.text[max(0, start - _CONTEXT) : start],
        one.text[end : end + _CONTEXT],
    )


def _runs(tokens: Sequence[Token]) -> str:
    return Sentence("", tuple(tokens)).key


def _kind_of_change(tokens: Sequence[Token]) -> str:
    """The gravest of what differs."""
    found = {token.kind for token in tokens}
    return next(kind for kind in TokenType if kind in found).value


# The verdict on a new version


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What changed from one version of an article to the next, and whether that matters. The fields
    are those of `Revise`."""

    changed: tuple[str, ...]
    weight: Weight
    kinds: tuple[str, ...]
    summary: str

    def of(self, intent: Revise) -> Revise:
        """The intent that brings that change."""
        return replace(
            intent,
            changed=self.changed,
            weight=self.weight,
            kinds=self.kinds,
            summary=self.summary,
        )


def classify_change(before: ArticleData | Revision, after: ArticleData) -> ChangeSummary:
    """Compare two versions of an article. Takes a while for long ones, so do it before any lock."""
    found = compare(_version(before), _version(after))
    return ChangeSummary(changed_fields(before, after), found.weight, found.kinds, found.summary)


def _version(article: ArticleData | Revision) -> Version:
    return Version(article.title, article.body, article.published, article.attachments)


def changed_fields(before: ArticleData | Revision, after: ArticleData) -> tuple[str, ...]:
    """Which of the fields that count for `content_hash` differ."""
    pairs = {
        "title": (squeeze(before.title), squeeze(after.title)),
        "body": (squeeze(before.body), squeeze(after.body)),
        "published": (before.published, after.published),
        "attachments": (
            sorted(attachment.url for attachment in before.attachments),
            sorted(attachment.url for attachment in after.attachments),
        ),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)
