"""Where the body of an article is: in the element that the template names, in a container that many
portals share, or in the element whose lines weigh most. trafilatura is the last resort.

Finds the element and leaves it as it is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Container, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Origin

from ..dates.in_text import find_dates
from ..page import Page
from ..text import COMMAS, STOPS, UNSTOPPED, letters, squeeze
from ..tree import (
    HEADINGS,
    Element,
    VisibleLine,
    attribute,
    has_text,
    linked_size,
    names_of,
    parse,
    raw_text,
    text_size,
)
from .files import VIEWERS, link_kind, shown_file
from .media import LAZY, is_icon
from .standfirst import find_standfirst, is_called_lead

KNOWN = (
    "#UCAP-CONTENT", "ucapcontent", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view",
    ".trs_paper_default", "#zoom", "#Zoom", "#ivs_content", "#Content", "#detail", "#p-detail",
    "#rwb_zw", "#rm_txt_zw", ".rm_txt_con", ".rwb_zw", ".mm_all_cont_body", "#zoomcon",
    "#fontzoom", "#con_con", "#News_Body_Txt_A", "#js_content", "#artibody", "#article_inbox",
    ".article-content", ".article_con", ".article_content", ".articleContent", ".artContent",
    ".pages_content", ".news_content", ".newscontnet", ".wzcon", ".con-article", ".view",
    ".easysite-news-peruse", ".arc_body", ".moe-detail-box", "[itemprop=articleBody]",
    ".entry-content", ".post-content", ".article-body", ".article__body", ".story-body",
)  # fmt: skip
"""Containers of bodies across portal families, most telling first."""
KNOWN_NAMES = frozenset(rule[1:] for rule in KNOWN if rule[0] in "#.") - {"view", "detail"}
"""The same as they stand in a class or an id, without what any page may use."""
_ENOUGH = 30
_PUNCTUATION = lazy_pattern(rf"[，。、；！？,;{COMMAS}{STOPS}]|\.\s|{UNSTOPPED}")


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """The element of the body and the rule that found it. `standfirst` are elements outside it that
    belong to the text and stand before it.

    `doubt` says in words why another element may be the body, mostly empty; `is_near` whether it
    begins right under the headline, `is_named` whether its author calls it the text. `whole` is how
    many letters run on the page outside menus and footers, 0 where nobody counted.
    """

    tag: Element
    origin: Origin
    rule: str
    standfirst: tuple[Element, ...] = ()
    doubt: str = ""
    is_near: bool = False
    is_named: bool = False
    whole: float = 0.0


def by_template(page: Page, rules: tuple[str, ...]) -> BodyPlace | None:
    """The first selector whose element has any text or picture."""
    for rule in rules:
        tag = _fullest(page.select(rule))
        if tag is not None and (text_size(tag) >= 2 or has_picture(tag)):
            return BodyPlace(tag, Origin.TEMPLATE, rule)
    return None


def by_known_container(page: Page) -> BodyPlace | None:
    """The first well-known container that holds running text, else the first with a picture."""
    pictured: BodyPlace | None = None
    for rule in KNOWN:
        tag = _fullest(page.select(rule))
        if tag is None:
            continue
        if _is_text(tag):
            return BodyPlace(tag, Origin.GENERIC, rule)
        if pictured is None and has_picture(tag) and linked_size(tag) * 2 <= text_size(tag):
            pictured = BodyPlace(tag, Origin.GENERIC, rule)
    return pictured


# A text that its portal cuts into several blocks, one behind the other: with pictures between them.

_LEAST_PART, _MOST_BETWEEN = 20, 120
_DIGITS = lazy_pattern(r"\d+")


def in_one(found: BodyPlace) -> Element:
    """The element of a body. Where the same kind of block stands beside it, with nothing but
    pictures, headings and scraps between, all of them in one element, which is a copy."""
    tag = found.tag
    kind = _kind_of(tag)
    if not kind or found.rule.startswith(("#", "trafilatura")):
        return tag
    for up, parent in _levels(tag):
        beside = list(parent)
        if len(beside) > _MOST_BESIDE:
            return tag
        own = beside.index(up)
        parts = [at for at, each in enumerate(beside) if at == own or _is_part(each, up, kind, tag)]
        first = last = parts.index(own)
        while first > 0 and _is_joined(beside[parts[first - 1] + 1 : parts[first]]):
            first -= 1
        while last + 1 < len(parts) and _is_joined(beside[parts[last] + 1 : parts[last + 1]]):
            last += 1
        if last > first:
            whole = etree.Element("div")
            for each in beside[parts[first] : parts[last] + 1]:
                copied = deepcopy(each)
                whole.append(copied)
            return whole
    return tag


_MOST_BESIDE = 300


def _kind_of(tag: Element) -> frozenset[str]:
    """What an element is called, numbers apart. Empty for one without a class."""
    names = _DIGITS.sub("", attribute(tag, "class")[:300]).split()
    return frozenset(name for name in names if len(name) > 2)


def _levels(tag: Element) -> Iterator[tuple[Element, Element]]:
    """An element and what holds it; then, as long as it stands alone there, what holds that."""
    for _ in range(3):
        parent = tag.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return
        yield tag, parent
        if sum(1 for each in parent if has_text(each)) > 1:
            return
        tag = parent


def _is_part(each: Element, up: Element, kind: frozenset[str], body: Element) -> bool:
    """Whether a neighbour is another block of a text: called the same, and it runs."""
    if each.tag != up.tag:
        return False
    inner = each
    for _ in range(3):
        if inner.tag == body.tag and len(_kind_of(inner) & kind) * 2 > len(kind):
            break
        filled = [child for child in inner if has_text(child)]
        if len(filled) != 1:
            return False
        inner = filled[0]
    else:
        return False
    heading = next(inner.iter("h1", "h2", "h3", "h4"), None)
    if heading is not None and linked_size(heading):
        return False
    text = raw_text(inner)
    size = text_size(inner)
    if size < _LEAST_PART or linked_size(inner) * 2 > size or not _PUNCTUATION.search(text):
        return False
    key, whole = squeeze(text), squeeze(raw_text(body))
    return key[: 2 * _LEAST_PART] not in whole and whole[: 2 * _LEAST_PART] not in key


def _is_joined(between: Iterable[Element]) -> bool:
    """Whether what stands between two blocks parts no text from another: no headline that leads
    elsewhere, no form, little text."""
    size = 0
    for each in between:
        if not isinstance(each.tag, str) or each.tag in ("script", "style", "br", "hr"):
            continue
        if each.tag in ("nav", "form", "footer", "aside", "header") or linked_size(each):
            return False
        size += text_size(each)
    return size <= _MOST_BETWEEN


def has_picture(tag: Element) -> bool:
    """True for an element with an `img` in it."""
    return next(tag.iterdescendants("img"), None) is not None


def _fullest(tags: list[Element]) -> Element | None:
    """Of several matches the one with the most text: some portals repeat the body for readers."""
    return max(tags[:30], key=text_size) if len(tags) > 1 else next(iter(tags), None)


def _is_text(tag: Element) -> bool:
    size = text_size(tag)
    return (
        size >= _ENOUGH
        and linked_size(tag) * 2 < size
        and _PUNCTUATION.search(raw_text(tag)) is not None
    )


# By weight: the body of a page that nobody described is the element whose lines weigh most.

RULE = "heaviest text"
_NEVER = lazy_pattern(
    r"footer|copyright|cookie|consent|gdpr|navbar|navigation|breadcrumb"
    r"|(?:^|[\s_-])(?:nav|foot|menu)(?:$|[\s_-])",
    re.I,
)
_BESIDE = lazy_pattern(
    r"comment|disqus|reply|sidebar|side-bar|related|recommend|crumb|newsletter|subscri|toolbar"
    r"|promo|modal|popup|boilerplate"
    r"|(?:^|[\s_-])(?:rank|hot|aside|share|social|author|bio|ads?|advert|login)(?:$|[\s_-])",
    re.I,
)
_TEXT = lazy_pattern(
    r"articlebody|article[-_]?(?:body|content|text|con\b)|story[-_]?(?:body|content|text)"
    r"|trs_|ueditor|entry-content|post-?(?:content|body)|zoom|ucap|main-?content"
    r"|news[-_]?(?:content|body|text)|content[-_]?(?:body|text|article)"
    r"|(?:^|[\s_-])(?:content|article|text|body|detail)(?:$|[\s_-])",
    re.I,
)
_PART = lazy_pattern(
    r"(?<![a-z])(?:tab(?:s|bed)?|accordion|collaps(?:e|ed|ible)|toggle|expand(?:er|able)?|faq|panel|card"
    r"|slide|carousel)(?:[-_]{1,2}[a-z]{1,20}){0,2}[-_]{1,2}(?:content|text|body|detail)s?(?![a-z])",
    re.I,
)
"""`tab-content`, `accordion__body`: what folds or takes turns is a part of a text, seldom all."""
_COMMENTS = frozenset((
    "comment", "comments", "commentlist", "comment-list", "comment_list", "disqus_thread",
    "respond", "replies", "reply-list", "pinglun", "binhluan", "kommentare", "commentaires",
    "comentarios",
))  # fmt: skip
"""Whole names that nobody gives to a whole page. Readers may say more than the article does."""
COMMENTS_OPEN = han_pattern(
    r"(?:reader |user )?comments?(?:\s?\(?\d{1,5}\)?)?:?$|\d{1,5} (?:comments?|responses|replies)$"
    r"|\d{1,5} (?:comments?|responses|replies|thoughts) (?:to|on)\b"
    r"|(?:leave|post|write|add) a (?:comment|reply)$"
    r"|(?:全部|所有|最新|[热熱][门門]|[网網]友|精彩|用[户戶]|[读讀]者|文章|已有)?\d{0,5}[条个]?(?:[评評][论論]|跟帖|回帖|討論)(?:列表|[区區])?"
    r"\s?[(（]?\d{0,5}[条个]?[)）]?[:：]?$"
    r"|(?:全部|所有|最新|网友|\d{1,5}[条个])(?:留言|回复)|(?:发表|添加|我要|我来)(?:您?的)?评论$"
    r"|(?:\d{1,5} )?(?:bình luận|ý kiến bạn đọc|comentarios?|comentários?|kommentare?"
    r"|commentaires?|commenti"
    r"|комментари[ийев]{1,2}|обсуждение|コメント|댓글|ความคิดเห็น|التعليقات|تعليقات)(?:\s?\(?\d{0,5}\)?)?:?$",
    re.I,
)
"""Not a bare 回复 or 留言: letters to an office have those over their answers."""
LONGEST_HEADING, COMMENTED = 60, 200
_NEVER_TAGS = frozenset(("nav", "button"))
_FOOTER_SHARE = 1.01
"""No article stands in a footer, were it all that runs: pages of a picture have long ones."""
_BESIDE_TAGS = frozenset(("aside", "form"))
_NEVER_SHARE, _RELATED_SHARE, _BESIDE_SHARE = 0.85, 0.7, 0.4
_RELATED = lazy_pattern("related|recommend", re.I)
"""Teasers of three others hold more than a notice of one sentence."""
_COMMENTS_SHARE = 0.97
"""An element named as standing beside the text, and holding this share of it, is wrongly named."""
_KNOWN_BONUS, _NAMED_BONUS = 1.5, 1.25
_INLINE = frozenset((
    "p", "span", "font", "b", "strong", "em", "i", "u", "a", "br", "li", "ul", "ol", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "tbody", "table",
))  # fmt: skip
"""Too small to be a body: what stands beside them belongs to it."""
_NEARLY = 0.8
_SAME = 0.999
_SENTENCE = lazy_pattern(rf"[，。、；！？：{COMMAS}{STOPS}]|[,;:.!?][\s\"”’)]|[.!?]$|{UNSTOPPED}")
_FURNITURE = han_pattern(
    r"copyright|©|版权所有|all rights reserved|icp备|公网安备|网站标识码|主办单位|技术支持", re.I
)
_ENDLESS, _MEDIUM, _SHORT = 400, 30, 15
_HAN_STOPS = ("。", "！", "？", "。”")
_LINK, _MIXED = 15, 0.2
_DOUBTFUL_SHARE, _FAR_LEAST = 0.5, 0.9
_NEAR, _FAR_SHARE, _MOST_HEADINGS = 25, 0.4, 50


@dataclass(frozen=True, slots=True)
class _Weight:
    """What the lines that begin in one element add (`plus`) and take away (`minus`, negative)."""

    plus: float
    minus: float
    chain: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class TextWeights:
    """What the running text of a page weighs, element by element.

    `headings` are the lines of the headline, `starts` the line in which the text of each element
    begins, `far` the elements that begin far from a headline, `beside` those that are named as
    standing beside the text. `whole` is how much runs outside menus and footers.
    """

    sums: dict[Element, float]
    whole: float
    headings: list[int]
    starts: dict[Element, int]
    far: frozenset[Element]
    beside: frozenset[Element]

    def place(self, best: Element, page: Page) -> BodyPlace:
        """This element as the place of the body. In doubt where it holds less than half of what
        runs."""
        tag = _widened(best, self.sums)
        start = self.starts.get(tag, self.starts.get(best, 0))
        heading = max((at for at in self.headings if at < start), default=-1)
        lead = find_standfirst(page, heading, start, tag)
        own = self.sums[best] + sum(self.sums.get(each, 0.0) for each in lead)
        held = own / self.whole if self.whole else 1.0
        least = _FAR_LEAST if best in self.far else _DOUBTFUL_SHARE
        doubt = "" if held >= least else "holds little of what runs on the page"
        if doubt and best in self.far:
            doubt += "; far from the headline"
        near = bool(self.headings) and best not in self.far
        named = any(_bonus(node.tag, names_of(node)) > 1 for node in (best, tag))
        return BodyPlace(tag, Origin.GENERIC, RULE, lead, doubt, near, named, self.whole)


def measure(page: Page, title: str = "") -> TextWeights:
    """Weigh the elements of a page by the lines that begin in them."""
    headings = _headings(page, title)
    weights = _weights(page.lines, headings)
    outside, whole = _outside(weights, _holding_headline(page, headings))
    sums: dict[Element, float] = {}
    for one in weights:
        value = one.minus
        if one.plus and outside.isdisjoint(one.chain):
            value += one.plus
        for node in one.chain:
            sums[node] = sums.get(node, 0.0) + value
    starts = _starts(page, weights)
    far = {node for node, start in starts.items() if headings and not _is_near(start, headings)}
    return TextWeights(sums, whole, headings, starts, frozenset(far), frozenset(outside))


def by_weight(page: Page, title: str = "") -> BodyPlace | None:
    """The element whose lines weigh most, of several that weigh the same the innermost. What begins
    far from the headline weighs less. None on a page without running text."""
    weights = measure(page, title)
    best = _heaviest(weights.sums, weights.far)
    if best is None:  # a text that is shorter than the links to others in its own element
        short = (tag for tag in weights.starts if tag not in weights.far and _is_called_text(tag))
        best = next(short, None)
    elif (text := _text_under(best, weights)) is not None:
        best = text
    return None if best is None else weights.place(best, page)


def _text_under(heaviest: Element, weights: TextWeights) -> Element | None:
    """The text right under its lead, where the lead weighs more: short articles have long ones.
    None where what weighs most is no lead, or something else follows it."""
    around = (heaviest, *islice(heaviest.iterancestors(), 2))
    alone = takewhile(lambda node: text_size(node) == text_size(heaviest), around)
    lead = next(filter(is_called_lead, alone), None)
    below = lead.itersiblings() if lead is not None else ()
    text = next((each for each in below if isinstance(each.tag, str) and has_text(each)), None)
    if text is None or text not in weights.starts or text in weights.beside:
        return None
    is_other = text.tag in _INLINE or linked_size(text) * 2 > text_size(text) or is_list(text)
    return None if is_other else text


def by_short_text(page: Page, title: str, found: BodyPlace | None = None) -> BodyPlace | None:
    """The few words right under the headline that end as a sentence does: a text too short to weigh
    anything. None where another heading, a list of links or nothing follows the headline, and where
    the text `found` by weight may as well be it: it has sentences, and no name of what stands
    beside a text, or stands nearer to the headline."""
    parts = (*found.standfirst, found.tag) if found is not None else ()
    inside = {tag for part in parts for tag in part.iter()}
    said = any(line.tag in inside and _ends_sentence(line.text) for line in page.lines)
    key = squeeze(title)
    headings = [at for at in _headings(page, title) if squeeze(page.lines[at].text) == key]
    for at in reversed(headings):
        heading = page.lines[at].tag
        above = {heading, *heading.iterancestors()}
        if said and found is not None and not _is_beside(found.tag, above):
            return None
        for line in page.lines[at + 1 : at + 1 + _FEW_LINES]:
            if line.tag.tag in HEADINGS or _opens_comments(line) or _leads_on(line):
                break
            if said and line.tag in inside:
                return None
            is_link = 2 * line.linked > len(line.text)
            if is_link or not _ends_sentence(line.text) or _is_beside(line.tag, above):
                continue
            return BodyPlace(_around(line.tag, above), Origin.GENERIC, _BRIEF, is_near=True)
    return None


_BRIEF = "short text under the headline"
_FEW_LINES, _LEAST_BRIEF, _MOST_BRIEF = 15, 8, 1_000
_STOPPED = lazy_pattern(rf"[.!?。！？…{STOPS}][\"'”’»」』)）]{{0,2}}$")


def _ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return letters(text) >= _LEAST_BRIEF and _STOPPED.search(text) is not None


def _is_beside(tag: Element, above: Container[Element]) -> bool:
    """Whether an element stands beside the text, by what holds it and not the headline."""
    around = takewhile(lambda node: node not in above, (tag, *tag.iterancestors()))
    return any(share_beside(node.tag, names_of(node)) for node in around)


def _around(tag: Element, above: Container[Element]) -> Element:
    """The largest element around a line that holds neither the headline nor many links."""
    for node in takewhile(lambda node: node not in above, tag.iterancestors()):
        size = text_size(node)
        if size > _MOST_BRIEF or linked_size(node) * 4 > size:
            break
        tag = node
    return tag


def by_values_or_captions(page: Page, title: str, found: Element) -> BodyPlace | None:
    """The tables of values and the pictures with captions right under the headline, where nothing
    else of the page's own runs: what was `found` to do so stands beside the text or is a list of
    teasers, or such a list follows. None where two captions or three rows do not stand there."""
    key = squeeze(title)
    headings = [at for at in _headings(page, title) if squeeze(page.lines[at].text) == key]
    for at in reversed(headings):
        heading = page.lines[at].tag
        above = {heading, *heading.iterancestors()}
        is_apart = found not in above
        if is_apart and not (_is_beside(found, above) or is_list(found)):
            return None
        inside = {*found.iter()} if is_apart else set()
        boxes: dict[Element, None] = {}
        end = None
        for line in page.lines[at + 1 :]:
            near = (line.tag, *islice(line.tag.iterancestors(), 1))
            is_end = _opens_comments(line) or any(
                node.tag in HEADINGS or node in inside for node in near
            )
            if is_end or _is_beside(line.tag, above):
                end = line.tag
                break
            box = next(line.tag.iterancestors("table", "figure"), None)
            if box is not None and (box in boxes or box.tag == "figure" or has_values(box)):
                if box.tag == "table" or _ends_sentence(line.text):
                    boxes[box] = None
            elif _ends_sentence(line.text):
                return None
        around_end = () if end is None else end.iterancestors()
        if not is_apart and not any(is_list(node) for node in around_end if node not in above):
            return None
        told = [*boxes]
        if len(told) >= _LEAST_CAPTIONS or any(box.tag == "table" for box in told):
            around = {*told[0].iterancestors()}
            tag = next(node for node in told[-1].iterancestors() if node in around)
            return BodyPlace(tag, Origin.GENERIC, "values or captions", is_near=True)
    return None


_LEAST_CAPTIONS, _LEAST_OF_VALUES = 2, 3


def has_values(table: Element) -> bool:
    """Whether a table holds values, and does not lay out the page: rows of several cells, and next
    to no links."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    filled = [sum(map(has_text, row.iterchildren("td", "th"))) for row in table.iter("tr")]
    is_linked = linked_size(table) * 2 > text_size(table)
    return len([cells for cells in filled if cells > 1]) >= _LEAST_OF_VALUES and not is_linked


def _is_near(start: int, headings: list[int]) -> bool:
    return any(0 <= start - heading <= _NEAR for heading in headings)


def weight(line: VisibleLine) -> float:
    """What a line adds to the element it stands in, in letters: sentences their length, links less
    than nothing, scraps nothing."""
    text = line.text
    size = letters(text)
    linked = size * line.linked / len(text) if line.linked else 0.0
    plain = size - linked
    if plain < _ENDLESS and not runs(text, plain):
        return -linked - _LINK if plain < linked else 0.0
    if linked > _MIXED * size:
        return 0.0  # a list of headlines with their summaries, or an article made like one
    return 0.0 if len(text) < 400 and _FURNITURE.search(text) else plain - 2 * linked


def runs(text: str, plain: float) -> bool:
    """True for sentences, by the letters of a line that are no links."""
    return (
        plain >= (_SHORT if text.endswith(_HAN_STOPS) else _MEDIUM)
        and _SENTENCE.search(text) is not None
    )


def _weights(lines: tuple[VisibleLine, ...], headings: list[int]) -> list[_Weight]:
    plus: dict[Element, float] = {}
    minus: dict[Element, float] = {}
    for line, value in _line_weights(lines, headings):
        to = plus if value > 0 else minus
        to[line.tag] = to.get(line.tag, 0.0) + value
    return [
        _Weight(plus.get(tag, 0.0), minus.get(tag, 0.0), (tag, *tag.iterancestors()))
        for tag in plus | minus
    ]


def _line_weights(
    lines: tuple[VisibleLine, ...], headings: list[int]
) -> Iterator[tuple[VisibleLine, float]]:
    """The lines that weigh anything, up to a heading such as "Comments" under an article. One above
    a headline is none: panels opened by buttons stand there in the markup."""
    running, last = 0.0, headings[-1] if headings else -1
    heads = frozenset(headings[:1])
    for at, line in enumerate(lines):
        # A headline with a colon in it reads like a sentence, and is no text.
        value = min(weight(line), 0.0) if at in heads else weight(line)
        if at == last:
            running = 0.0
        if value > 0:
            running += value
        elif at > last and running >= COMMENTED and (_opens_comments(line) or _leads_on(line)):
            return
        if value > 0 or (value and not _turns_page(line)):
            yield line, value


def _turns_page(line: VisibleLine) -> bool:
    """Whether a line is the label of a tab, or a link to a place within its own page: it leads to
    nothing else that could be read."""
    links = [*islice(line.tag.iter("a"), _MOST_LABELS), *islice(line.tag.iterancestors("a"), 1)]
    return bool(links) and all(
        tag.get("role") == "tab" or _PLACE.match(attribute(tag, "href")) for tag in links
    )


_MOST_LABELS = 12
_PLACE = lazy_pattern(r"#[\w-]")


def _leads_on(line: VisibleLine) -> bool:
    """Whether a line leads from an article to the one before it or behind it."""
    return _NEIGHBOUR.match(line.text) is not None and line.linked * 3 > len(line.text)


_NEIGHBOUR = han_pattern(
    r"[\s<«‹【\[(]{0,3}(?:[上下前后後][一1]?[篇条條则則][】\])]?\s?[:：]?"
    r"|(?:previous|next) (?:article|post|story|release|news)\b\s?:?"
    r"|(?:vorheriger|nächster) (?:artikel|beitrag)|article (?:précédent|suivant)"
    r"|(?:предыдущая|следующая) (?:статья|новость)|前の記事|次の記事)",
    re.I,
)


def _opens_comments(line: VisibleLine) -> bool:
    is_heading = len(line.text) <= LONGEST_HEADING and not line.linked
    return is_heading and COMMENTS_OPEN.match(line.text) is not None


def _holding_headline(page: Page, headings: list[int]) -> frozenset[Element]:
    """What stands around the headline. Nothing where the page has none."""
    around = (page.lines[at].tag for at in headings)
    return frozenset(node for tag in around for node in (tag, *tag.iterancestors()))


_FOOTERS = frozenset(("footer", "foot", "site-footer", "page-footer", "copyright", "bottom"))
"""Whole names of what ends a page. Where the headline stands elsewhere, no text is in it."""


def _is_footer(node: Element, above: Container[Element]) -> bool:
    return node not in above and not _FOOTERS.isdisjoint(names_of(node).lower().split())


def _outside(weights: list[_Weight], above: frozenset[Element]) -> tuple[set[Element], float]:
    """The elements that stand beside the text: named so, and not holding most of what runs. And
    how much runs outside menus and footers. `above` is what holds the headline.

    Elements of one name count together: a name that most of the text bears is no name of noise.
    """
    running: dict[Element, float] = {}
    for one in weights:
        if one.plus:
            for node in one.chain:
                running[node] = running.get(node, 0.0) + one.plus
    shares = {node: share for node in running if (share := share_beside(node.tag, names_of(node)))}
    shares |= {node: _FOOTER_SHARE for node in running if above and _is_footer(node, above)}
    whole = max(running.values(), default=0.0)
    together = _together(shares, running)
    never = {
        node
        for node, share in shares.items()
        if share >= _NEVER_SHARE and together[_name(node)] < share * whole
    }
    whole -= sum(running[node] for node in never if never.isdisjoint(node.iterancestors()))
    beside = {node for node, share in shares.items() if together[_name(node)] < share * whole}
    return never | beside, whole


def _together(named: Iterable[Element], running: dict[Element, float]) -> dict[str, float]:
    """How much runs in all elements of one name, what stands in two of them counted once."""
    sums: dict[str, float] = {}
    for node in named:
        name = _name(node)
        if not any(_name(around) == name for around in node.iterancestors() if around in named):
            sums[name] = sums.get(name, 0.0) + running[node]
    return sums


def _name(tag: Element) -> str:
    return f"{tag.tag} {tag.get('class') or tag.get('id') or ''}"


def _heaviest(sums: dict[Element, float], far: Container[Element]) -> Element | None:
    best, most = None, 0.0
    for node, value in sums.items():
        boosted = value * _bonus(node.tag, names_of(node)) if value > 0 else 0.0
        if node in far:
            boosted *= _FAR_SHARE
        if boosted > most:
            best, most = node, boosted
    if best is None:
        return None
    for node in best.iterdescendants():
        if sums.get(node, 0.0) * _bonus(node.tag, names_of(node)) >= most * _SAME:
            best = node
    return best


def _starts(page: Page, weights: list[_Weight]) -> dict[Element, int]:
    """The line in which the running text of each element begins."""
    starts: dict[Element, int] = {}
    chains = {one.chain[0]: one.chain for one in weights if one.plus}
    for at, line in enumerate(page.lines):
        for node in chains.pop(line.tag, ()):
            starts.setdefault(node, at)
    return starts


def _headings(page: Page, title: str) -> list[int]:
    """The lines that are the headline, or that an `h1` holds."""
    key, least, most = squeeze(title), len(title) - 10, len(title) + 10
    inside = {tag for heading in page.tags("h1")[:_MOST_HEADINGS] for tag in heading.iter()}
    return [
        at
        for at, line in enumerate(page.lines)
        if line.tag in inside
        or (key and least <= len(line.text) <= most and squeeze(line.text) == key)
    ]


def _widened(best: Element, sums: dict[Element, float]) -> Element:
    """The element, or what is around it where it is but a paragraph. Links to other articles in
    what is called the text outweigh a short one, and yet all of it is the text."""
    while best.tag in _INLINE:
        around = best.getparent()
        if around is None:
            break
        if sums[around] < _NEARLY * sums[best] and not _is_called_text(around):
            break
        best = around
    return best


def _is_called_text(tag: Element) -> bool:
    is_named = tag.tag not in _INLINE and _bonus(tag.tag, names_of(tag)) > 1
    return is_named and linked_size(tag) * 2 < text_size(tag)


@lru_cache(maxsize=8192)  # a site's names are the same on every page
def share_beside(tag: str, names: str) -> float:
    """How large a share of the running text an element may hold and still stand beside it."""
    if tag == "footer":
        return _FOOTER_SHARE
    if tag in _NEVER_TAGS:
        return _NEVER_SHARE
    if len(names) > 1:
        if not _COMMENTS.isdisjoint(names.lower().split()):
            return _COMMENTS_SHARE
        if _NEVER.search(names[:300]):
            # `box article modal-enabled`: what is also called the text is not so easily no text.
            return _BESIDE_SHARE if _TEXT.search(names[:300]) else _NEVER_SHARE
        if _BESIDE.search(names[:300]):
            return _RELATED_SHARE if _RELATED.search(names[:300]) else _BESIDE_SHARE
    return _BESIDE_SHARE if tag in _BESIDE_TAGS else 0.0


def is_never(tag: Element) -> bool:
    """Whether an element stands in a menu or a footer, by the names of what is around it."""
    return any(
        share_beside(node.tag, names_of(node)) >= _NEVER_SHARE
        for node in (tag, *tag.iterancestors())
    )


@lru_cache(maxsize=8192)
def _bonus(tag: str, names: str) -> float:
    """More for what its author calls the text."""
    if tag == "ucapcontent" or not KNOWN_NAMES.isdisjoint(names.split()):
        return _KNOWN_BONUS
    if tag == "article" or (len(names) > 1 and _TEXT.search(_PART.sub(" ", names[:300]))):
        return _NAMED_BONUS
    return 1.0


_LEAST_ROWS, _LONGEST_ROW, _MOST_OF_LIST, _AROUND_ROW = 3, 600, 0.8, 3


def is_list(tag: Element) -> bool:
    """Whether an element is one of several boxes that each lead to another page by a headline of
    their own, or holds next to nothing else: a list of teasers, and no text."""
    rows = [child for child in tag if _is_row(child)]
    if len(rows) >= _LEAST_ROWS and sum(map(text_size, rows)) >= _MOST_OF_LIST * text_size(tag):
        return True
    for node in (tag, *islice(tag.iterancestors(), _AROUND_ROW)):
        parent = node.getparent()
        if parent is None or not _is_row(node):
            continue
        beside = [each for each in parent if each.tag == node.tag and _is_row(each)]
        if len([each for each in beside if each.get("class") == node.get("class")]) >= _LEAST_ROWS:
            return True
    return False


def is_one_teaser(tag: Element, page: Page, title: str) -> bool:
    """Whether all that runs in an element is one paragraph right under a link to another page, in
    one box with it: the teaser of an article, on a page that has no text of its own. A short link
    leads back, and one under the headline `title` to the section of this text."""
    inside = set(tag.iter())
    running = [at for at, line in enumerate(page.lines) if line.tag in inside and weight(line) > 0]
    if len(running) != 1 or running[0] < _LEAST_ABOVE:
        return False
    over, above, line = page.lines[running[0] - 2 : running[0] + 1]
    if squeeze(over.text) == squeeze(title) or len(above.text.encode()) < _LEAST_HEADLINE:
        return False
    near = {line.tag, *islice(line.tag.iterancestors(), _AROUND_ROW)}
    box = next((node for node in above.tag.iterancestors() if node in near), None)
    links = [above.tag, *islice(above.tag.iter("a"), 1), *islice(above.tag.iterancestors("a"), 1)]
    leads = (page.link(attribute(link, "href")) for link in links)
    return (
        box is not None
        and text_size(box) <= _BOTH * len(above.text + line.text)
        and above.linked >= _MOSTLY_LINKED * len(above.text)
        and line.linked == 0
        and any(each not in ("", page.url, page.canonical) for each in leads)
    )


_LEAST_ABOVE, _LEAST_HEADLINE = 2, 24
_MOSTLY_LINKED, _BOTH = 0.8, 1.2


def is_round_up(tag: Element, *, is_sure: bool) -> bool:
    """Whether a list of boxes is one text all the same, on a page that has a day of its own: no box
    has one, and either most of them tell more than a teaser does, or sentences lead up to them or
    close them. Where the day is surely the page's, two sentences are more than a teaser."""
    rows = [child for child in tag if _is_row(child)]
    if len(rows) < _LEAST_ROWS or any(find_dates(raw_text(row), "") for row in rows):
        return False
    told = [row for row in rows if _sentences(row, is_sure=is_sure) > 1]
    others = (child for child in tag if child not in rows and child.tag in ("p", "div"))
    return len(told) * 2 > len(rows) or any(map(_is_sentence, others))


def _sentences(row: Element, *, is_sure: bool) -> int:
    """How many paragraphs of a box are sentences, or how many sentences these have together."""
    told = [tag for tag in row.iter("p", "div", "td", "dd") if _is_sentence(tag)]
    if not is_sure:
        return len(told)
    return sum(len(_SENTENCE_END.findall(raw_text(tag))) for tag in told)


_SENTENCE_END = lazy_pattern(r"\w{3}[)”\"’]?[.!?][”\"’)]?(?=\s{1,3}[^\W\d_a-z]|\s{0,3}$)|[。！？]")


def _is_sentence(tag: Element) -> bool:
    """Whether a paragraph, or a bare box of text, ends as a sentence does, and is no link."""
    return not any(child.tag in ("p", "div") for child in tag) and (
        linked_size(tag) == 0 and _ends_sentence(raw_text(tag).strip())
    )


def _is_row(tag: Element) -> bool:
    if tag.tag in _INLINE - {"li"} or not isinstance(tag.tag, str):
        return False
    if text_size(tag) > _LONGEST_ROW:
        return False
    headings = list(tag.iter("h2", "h3", "h4", "h5"))
    return len(headings) == 1 and (
        linked_size(headings[0]) > 0 or next(headings[0].iterancestors("a"), None) is not None
    )


# The last resort for a body: trafilatura's reading of the whole page, as an element of ours.

MAX_ELEMENTS, MAX_CHARACTERS = 15_000, 2_000_000
"""It walks a page many times over. Larger ones are left to cheaper means."""

# It warns about every page it finds nothing in; our outcome words say that better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def by_trafilatura(page: Page) -> BodyPlace | None:
    """The main text as an element, or None where trafilatura finds nothing but links."""
    if page.elements > MAX_ELEMENTS or len(page.markup) > MAX_CHARACTERS:
        return None
    from trafilatura import extract as _extract

    try:
        html = _extract(
            page.markup,
            output_format="html",
            include_comments=False,
            include_images=True,
            include_links=True,
            include_tables=True,
            with_metadata=False,
        )
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError):
        return None  # its faults on odd trees must not be ours
    if not html:
        return None
    body = parse(html)[0].find("body")
    if body is None or linked_size(body) * 2 > text_size(body):
        return None
    return BodyPlace(body, Origin.GENERIC, "trafilatura")


# Where the body is on a page that says next to nothing: the element with its pictures or files.

_BOXES = ("div", "td", "section", "article", "main", "founder-content", "ucapcontent")
_AROUND = 3
_MOST = 500


def by_media(page: Page) -> BodyPlace | None:
    """The element that holds most pictures and files, linked or shown, the innermost of several.
    Menus and what leads to another page do not count. None where there are none."""
    held: dict[Element, int] = {}
    shown = [tag for name in ("img", "a", *VIEWERS) for tag in page.tags(name)[:_MOST]]
    for tag in shown:
        if not (_is_picture(tag, page) if tag.tag == "img" else _is_file(tag)):
            continue
        around = list(tag.iterancestors())
        if any(share_beside(node.tag, names_of(node)) for node in around):
            continue
        for box in [node for node in around if node.tag in _BOXES][:_AROUND]:
            held[box] = held.get(box, 0) + 1
    best = max(held, key=lambda box: held[box], default=None)
    return None if best is None else BodyPlace(best, Origin.GENERIC, "pictures and files")


def _is_picture(tag: Element, page: Page) -> bool:
    link = next((node for node in tag.iterancestors("a") if node.get("href")), None)
    if link is not None and not _leads_to_picture(attribute(link, "href")):
        return False
    url = next((url for name in LAZY if (url := page.link(attribute(tag, name)))), "")
    return bool(url) and not is_icon(tag.get("width"), tag.get("height"), url)


def _leads_to_picture(address: str) -> bool:
    return address.lower().rpartition(".")[2] in ("jpg", "jpeg", "png", "gif", "webp", "bmp")


def _is_file(tag: Element) -> bool:
    if tag.tag in VIEWERS:
        return bool(shown_file(tag)[1])
    return bool(link_kind(tag, is_own=False))
