"""The title: as the page means it, whole, without markup and without the site's name."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile
from urllib.parse import urlsplit

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.lists import RowWitness
from storage.text import HAN, han_pattern, simplify
from storage.types import Confidence, Evidence, Origin

from ...sources.model import FieldRules, Taught
from .. import soup
from ..languages import KINDS
from ..page import Page
from ..soup import block_line
from ..text import HOST_NAME, clean_field, clean_line, letters, narrow, squeeze
from ..tree import Element, VisibleLine, attribute, has_ancestor, line_text, names_of, text_size
from . import metadata as meta
from .byline import COLONED, MAX_LINE, Label, is_label, read_byline
from .metadata import Clue
from .people import footer_names
from .visible import is_host_line

_MARKUP = lazy_pattern(r"</?[a-zA-Z][^<>]{0,500}>")
_BREAK = lazy_pattern(r"<br\s{0,3}/?>", re.I)
_ELLIPSIS = lazy_pattern(r"(?:(?<!\.)\.{2,}|(?<!…)…+|(?<!。)。{2,})$")
_JOINTS = lazy_pattern(
    r"\s{1,3}[-–—|·»:]{1,9}\s{1,3}|\s{0,3}[_|｜丨]{1,9}\s{0,3}|\s{0,3}-{2,9}\s{0,3}|\s[-–—]|[-–—]\s{1,3}"
)
_CUT_BEFORE_SITE = lazy_pattern(r"(\.{3}|…)\s{0,3}[-_|–—]\s{0,3}[^-_|–—]{1,60}$")
_SITE_END = han_pattern(
    r"(?:网|网站|网络|门户|政府|频道|日报|晚报|时报|新闻|中心|委员会|厅|局|办公室|委|在线|平台|客户端|公众号"
    r"|\.com|\.cn|\.org|\.net|website|portal|government|daily|times|news|online)$",
    re.I,
)
_NO_TITLE = frozenset((
    "首页", "网站首页", "正文", "详情", "内容", "文章", "新闻", "要闻", "公告", "通知公告",
    "新闻动态", "工作动态", "新闻中心", "新闻资讯",
    "返回首页", "当前位置", "信息公开", "政务公开", "新闻详情", "详细内容", "文章详情",
    "内容页", "标题", "导航", "网站导航", "菜单", "搜索", "登录", "null", "无标题文档",
    "欢迎访问", "打印", "打印页面", "打印本页", "打印预览", "打印版", "print", "printpage",
    "printversion", "printview", "printerfriendly", "loading", "加载中", "home",
    "news", "index", "article", "detail", "details",
    "content", "untitleddocument", "untitled", "title", "undefined", "document",
))  # fmt: skip
_GREETING = han_pattern(r"(?:谢谢您?访问|欢迎(?:您)?(?:访问|光临|来到)|welcome to)", re.I)
_HOST = lazy_pattern(HOST_NAME)
_LABELLED = han_pattern(r"^(?:主\s{0,3}题|标\s{0,3}题)\s?[:：]\s{0,3}")
_WHOLE_SITE = han_pattern(
    r"(?:门户网站|政府网站?|人民政府|官方网站|官网|信息网|新闻网|资讯网|频道|website|portal"
    r"|home ?page)$",
    re.I,
)
"""What a `<title>` ends with that names the site on each of its pages."""
_HEADINGS = ("h1", "h2", "h3")
_DATE_TAIL = lazy_pattern(
    r"[\s(（\[|]{0,5}(?:19|20)\d\d\s?[-/.年]\s?[01]?\d\s?[-/.月]\s?[0-3]?\d日?"
    r"(?:[\sT]{0,3}[0-2]?\d:[0-5]\d(?::[0-5]\d)?)?[\s)）\]]{0,3}$"
)
_START_PAGE = lazy_pattern(r"/(?:(?:index|default|home|main)\.[a-z]{2,5})?", re.I)
_MOST_SITE_NAME = 60
_LEAST_LABEL = 4
"""Letters of a part of the host that is a name: `Daily Harbour` at dailyharbour.example.com."""
_LEAST_ECHO = 6
_MOST_ON, _MOST_PLAIN = 400, 120
_SENTENCES = lazy_pattern(r"[。！？]|[.!?][\"”’)]?\s\W{0,2}[^\W\d_a-z]")
_MOST_PARTED = 500
_TITLE_CLASSES = (
    "ucaptitle", ".arti_title", ".article-title", ".art-title", ".article_title", ".main-title",
    ".content-title", ".con-title", ".h-title", ".xl-title", "#title", "#articleTitle",
    ".title",
)  # fmt: skip


def read_title(
    page: Page, rules: FieldRules, row: RowWitness | None = None
) -> tuple[str, Evidence | None]:
    """The title and where it came from. Empty where the page has none. Where its candidates
    disagree, the one that a `row` of a list agrees with wins."""
    sites = _site_names(page, rules)
    known = _titles(_by_lessons(_clues(page, rules, sites), page, rules), sites)
    is_site = len(known) == 1 and (_names_site(known[0][1]) or _says_site(known[0][0], sites))
    if not known or is_site:
        known = _titles(_above_dateline(page, rules.zone), sites) or known
    elif known[0][1].origin is not Origin.TEMPLATE:
        known = [*_instead(known, page, rules.zone, sites), *known]
    if not known:
        known = _as_said(page, row)
    if not known:
        found = ((clean_title(clue.raw), clue) for clue in _headings(page))
        known = [each for each in found if squeeze(each[0]) in KINDS][:1]
    if not known:
        return _last_resort(page, row)
    title, clue = _agreed(known, _fullest(_shown_first(known, page)), row, page)
    if _ELLIPSIS.search(title):
        title, clue = _line_that_goes_on(page, title) or (title, clue)
    title = _with_line_beside(title, page)
    doubt = _doubt(title, clue, known, page, row)
    said = (page.title_text, *(row.titles if row is not None else ()))
    return clean_field(_in_one_line(title, said)), _evidence(clue, doubt)


def _in_one_line(title: str, said: Iterable[str]) -> str:
    """A title of Han without the blanks where its headline was broken into lines: what is said of
    it in one line, by the page or a list, has none there."""
    breaks = [match.start() for match in _BLANK.finditer(title)]
    lines = [clean_line(text) for text in said if text] if breaks else []
    for at in reversed(breaks):
        before = title[max(0, at - _AROUND_BREAK) : at].rpartition(" ")[2]
        after = title[at + 1 :][:_AROUND_BREAK]
        joined = any(before + after in line for line in lines)
        if joined and not any(f"{before} {after}" in line for line in lines):
            title = title[:at] + title[at + 1 :]
    return title


_BLANK = lazy_pattern(rf"(?<=[{HAN}]) (?=[{HAN}])")
_AROUND_BREAK = 4
"""Letters on both sides by which a place in a title is found again."""


def _with_line_beside(title: str, page: Page) -> str:
    """The title with the line above or below it, where `<title>` says the two as one: a headline
    over two lines, the first of which may be the office that speaks."""
    whole, key = squeeze(page.title_text), squeeze(title)
    if len(key) >= len(whole) or key not in whole:
        return title
    lines = [line for line in page.lines[:_MOST_LINES] if len(line.text) <= _LONGEST_HEADING]
    for above, below in pairwise(lines):
        if above.linked or below.linked:
            continue
        said = (squeeze(above.text), squeeze(below.text))
        if key in said and len(min(said, key=len)) >= _LEAST_PIECE and "".join(said) in whole:
            both = [page.read_line(each) for each in (above, below)]
            return ("" if _UNSPACED.search(both[0]) else " ").join(both)
    return title


_LEAST_PIECE = 4
_UNSPACED = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff]")


def _evidence(clue: Clue, doubt: str) -> Evidence:
    level = Confidence.DOUBTFUL if doubt else Confidence.SURE
    return Evidence("title", clue.origin, clue.rule, clean_field(clue.raw), level, doubt)


def _shown_first(known: list[tuple[str, Clue]], page: Page) -> list[tuple[str, Clue]]:
    """The candidates, a headline that people see first where the page's statements for machines
    or its `<title>` say the same, and nothing says what the first of them does."""
    title, clue = known[0]
    if clue.origin not in _MACHINE or _voices(title, clue, known, page):
        return known
    shown = (
        each
        for each in known[1:]
        if each[1].rule in _HEADLINES and squeeze(each[0]) not in squeeze(title)
    )
    seen = next((each for each in shown if _voices(*each, known, page)), None)
    return known if seen is None else [seen, *(each for each in known if each is not seen)]


_MACHINE = (Origin.JSON_LD, Origin.META)
_HEADLINES = frozenset(("h1", "itemprop headline", "class entry-title", "class p-name"))


def _voices(title: str, clue: Clue, known: list[tuple[str, Clue]], page: Page) -> bool:
    """Whether another place of the page says this title: as its own, or with more around it."""
    key = squeeze(title)
    others = (text for text, other in known if _group(other) != _group(clue))
    if any(key in squeeze(text) for text in others):
        return True
    return clue.rule != "title" and key in squeeze(page.title_text)


def _group(clue: Clue) -> str:
    """Metas are of one hand, and so are the headings of a page."""
    return str(clue.origin) if clue.origin in _MACHINE else clue.rule


def _doubt(
    title: str, clue: Clue, known: list[tuple[str, Clue]], page: Page, row: RowWitness | None
) -> str:
    """Why the title may be another, mostly empty. A selector of the source and the row of a list
    are believed."""
    key = squeeze(title)
    said = [squeeze(each) for each in (row.titles if row else ())]
    if clue.origin is Origin.TEMPLATE or any(key in each or each in key for each in said if each):
        return ""
    if not _voices(title, clue, known, page):
        return f"nothing but {clue.rule} says it"
    if _ELLIPSIS.search(title):
        return "cut off, and nothing says the rest"
    headlines = [text for text, other in known if other.rule in _HEADLINES]
    headlines = [text for text in headlines if len(text) >= _LEAST_LINE]
    if headlines and not any(squeeze(text) in key or key in squeeze(text) for text in headlines):
        return "the headline that people see is another"
    return ""


def split_title(title: str) -> list[str]:
    """The pieces of a title between its joints."""
    return [piece for piece in _JOINTS.split(title[:_MOST_PARTED]) if piece.strip()]


def candidates(page: Page) -> tuple[tuple[str, str], ...]:
    """What a page offers as its title, by the rule that finds it, as it stands there: for whoever
    learns from many pages. Of each rule the first."""
    social = meta.metas(page, meta.SOCIAL_TITLE)
    clues = (
        *meta.metas(page, meta.TITLE),
        *meta.json_ld(page, "headline"),
        *_marked(page),
        *social,
        *_headings(page),
        *_first_headings(page),
    )
    found = {clue.rule: clean_title(clue.raw) for clue in reversed(clues)}
    if page.title_text:
        found["title"] = clean_title(page.title_text)
    return tuple((rule, text) for rule, text in found.items() if text)


def _first_headings(page: Page) -> Iterator[Clue]:
    for name in _HEADINGS:
        for tag in page.select(name)[:1]:
            yield Clue(Origin.VISIBLE, name, _headline(tag))


def _by_lessons(clues: Iterator[Clue], page: Page, rules: FieldRules) -> Iterator[Clue]:
    """The clues, those of places that the source's pages taught before all that no selector found,
    and without the texts that stand on every page around a title."""
    known = rules.taught
    if known == _UNTAUGHT:
        yield from clues
        return
    first = {rule: at for at, (field, rule) in enumerate(known.places) if field == "title"}

    def rank(clue: Clue) -> int:
        return -1 if clue.origin is Origin.TEMPLATE else first.get(clue.rule, len(first))

    headings = (clue for clue in _first_headings(page) if clue.rule in first)
    for clue in sorted((*headings, *clues), key=rank):
        yield replace(clue, raw=without_constants(clean_title(clue.raw), known.constants))


_UNTAUGHT = Taught()


def without_constants(title: str, constants: tuple[str, ...]) -> str:
    """A title without what stands before or behind it on every page of its site."""
    for constant in constants:
        for around in _AROUND_NAMES:
            named = f"{around[0]}{constant}{around[1]}"
            rest = title.removeprefix(named).removesuffix(named).strip()
            title = rest or title
        for text in (constant, constant.casefold()):
            plain = title if text == constant else title.casefold()
            if len(plain) != len(title) or len(title) <= len(text):
                continue
            if plain.startswith(text) and (rest := _rest(title[len(text) :], len(text))):
                title = rest
                break
            if plain.endswith(text) and (rest := _rest(title[: -len(text)], -len(text))):
                title = rest
                break
    return title


_AROUND_NAMES = ("「」", "『』", "【】", "[]", "()", "（）")


def _rest(text: str, side: int) -> str:
    """What is left of a title beside a constant (on its right if `side` is above 0): empty where
    they run into one another, or nothing is left."""
    bare = text.strip()
    edge = (bare[:1] if side > 0 else bare[-1:]) or " "
    if edge not in _BETWEEN or edge in ",，":
        return ""  # a sentence that begins with the site's name
    bare = text.strip().lstrip(_BETWEEN) if side > 0 else text.strip().rstrip(_BETWEEN)
    return bare.strip()


_BETWEEN = "-–—‒―−|·•»«:：_｜丨∣,，/>›‹~→■⋆ "

# The row of a list that led to the page, as a witness for its title

_LEAST_WITNESS = 4
_MOST_LINES = 400
_LEAST_STEM = 8


def _agreed(
    known: list[tuple[str, Clue]], chosen: tuple[str, Clue], row: RowWitness | None, page: Page
) -> tuple[str, Clue]:
    """The title that was chosen, or the one that agrees with the row of a list where that one has
    nothing in common with it, or has more around it than any headline: the name of the site, say.
    A row that is only the beginning of what was chosen says nothing against it."""
    for said in row.titles if row else ():
        title = clean_title(said)
        stem = squeeze(_ELLIPSIS.sub("", title))
        if len(stem) < _LEAST_WITNESS or _may_be_any(stem):
            continue
        found = _before_section(chosen, stem, page)
        found = found or _agreeing(known, chosen, stem, is_cut=_ELLIPSIS.search(title) is not None)
        if not (_SENTENCE_END.search(title) and _is_said_twice(known, chosen)):
            found = found or _line_as_said(page, stem)
        if found is None and _ELLIPSIS.search(title):
            found = _line_that_goes_on(page, title)
        if found is not None:
            return found
    return chosen


_SENTENCE_END = lazy_pattern(r"(?<!\.)[.。]$")


def _is_said_twice(known: list[tuple[str, Clue]], chosen: tuple[str, Clue]) -> bool:
    """Whether a title stands in more than one place that has nothing to do with the other: then a
    sentence that a list shows is what it is about."""
    key = squeeze(chosen[0])
    return len({clue.origin for title, clue in known if squeeze(title) == key}) > 1


def _before_section(chosen: tuple[str, Clue], stem: str, page: Page) -> tuple[str, Clue] | None:
    """What the row says, where `<title>` joins a section to it by the sign by which it joins the
    site to both, `Title-Section-Site`, and nobody sees the two as one line."""
    title, clue = chosen
    whole = page.title_text.strip()
    for joint in _TIGHT.finditer(title):
        head = title[: joint.start()]
        if squeeze(head) != stem or len(title) - joint.end() > _LONGEST_SECTION:
            continue
        rest = whole[len(title) :] if whole.startswith(title) else ""
        if rest.lstrip()[:1] != joint[0].strip() or not joint[0].strip():
            continue
        key = squeeze(title)
        if not any(squeeze(line.text) == key for line in page.lines[:_MOST_LINES]):
            return head, clue
    return None


_TIGHT = lazy_pattern(r"\s?[-_|–—]\s?")
_LONGEST_SECTION = 24


def _as_said(page: Page, row: RowWitness | None) -> list[tuple[str, Clue]]:
    """The line of a page that says what the row of a list says, where no rule finds any title."""
    stems = (squeeze(clean_title(said)) for said in (row.titles if row else ()))
    fit = (stem for stem in stems if len(stem) >= _LEAST_STEM)
    found = (_line_as_said(page, stem) for stem in fit)
    return [each for each in found if each is not None][:1]


def _line_as_said(page: Page, stem: str) -> tuple[str, Clue] | None:
    """A line of the page that no rule takes for the headline, and that says what the row says."""
    for line in page.lines[:_MOST_LINES]:
        if line.linked * 2 <= len(line.text) and squeeze(line.text) == stem:
            text = page.read_line(line)
            return text, Clue(Origin.VISIBLE, "line as the list says", text)
    return None


def _agreeing(
    known: list[tuple[str, Clue]], chosen: tuple[str, Clue], stem: str, *, is_cut: bool
) -> tuple[str, Clue] | None:
    """What agrees with a row: the choice itself, else another candidate, else the piece of one
    that says the same. None where nothing does."""
    key = squeeze(chosen[0])
    if key == stem or (key.startswith(stem) and _goes_on(chosen[0], stem)):
        return chosen
    same = next((each for each in known if squeeze(each[0]) == stem), None)
    if same is not None:
        return same
    if key.startswith(stem):
        return chosen
    longer = (each for each in known if squeeze(each[0]).startswith(stem))
    if (is_cut or len(stem) >= _LEAST_STEM) and (fuller := next(longer, None)) is not None:
        return fuller
    pieces = ((_piece(title, stem), clue) for title, clue in (chosen, *known))
    return next(((piece, clue) for piece, clue in pieces if piece), None)


def _goes_on(title: str, stem: str) -> bool:
    """Whether a title goes on in the middle of a text after this beginning, not at a joint."""
    return all(squeeze(title[: joint.start()]) != stem for joint in _JOINTS.finditer(title))


def _piece(title: str, stem: str) -> str:
    """What follows a joint of a title, if it is this. Empty if nothing does."""
    for joint in _JOINTS.finditer(title):
        piece = title[joint.end() :]
        if squeeze(piece) == stem:
            return piece
    head, dash, tail = title.partition("-")
    return tail.strip() if dash and squeeze(tail) == stem and head else ""


def _line_that_goes_on(page: Page, title: str) -> tuple[str, Clue] | None:
    """The visible line that begins as a cut title does, and does not stop there."""
    stem = squeeze(_ELLIPSIS.sub("", title))
    for line in page.lines[:400]:
        key = squeeze(line.text)
        fits = len(stem) >= 8 and key.startswith(stem) and len(stem) < len(key) <= _MOST_ON
        is_one = fits and not (line.linked or _ELLIPSIS.search(line.text))
        if is_one and (len(key) <= _MOST_PLAIN or not _SENTENCES.search(line.text)):
            whole = page.read_line(line)
            return whole, Clue(Origin.VISIBLE, "line that goes on where the title is cut", whole)
    return None


def _titles(clues: Iterator[Clue], sites: frozenset[str]) -> list[tuple[str, Clue]]:
    cleaned = ((clean_title(clue.raw), clue) for clue in clues)
    return [(title, clue) for title, clue in cleaned if _is_title(title, sites)]


def _instead(
    known: list[tuple[str, Clue]], page: Page, zone: str, sites: frozenset[str]
) -> list[tuple[str, Clue]]:
    """The headline that stands over the text, where the best of the others may be no headline."""
    title, clue = known[0]
    if _is_sectional(known, sites, page):
        return _titles(_over_byline(page, zone), sites)
    if _ends_title(title, clue, page):
        over = _titles(_heading_over_text(page, zone, (clue.rule,)), sites)
        return [each for each in over if squeeze(title) not in squeeze(each[0])]
    if clue.rule in _HEADINGS[1:] and squeeze(title) != squeeze(page.title_text):
        return _other_piece(title, page, zone, sites)
    return _titles(_heading_over_text(page, zone), sites) if clue.rule == "title" else []


def _other_piece(
    title: str, page: Page, zone: str, sites: frozenset[str]
) -> list[tuple[str, Clue]]:
    """The heading right over the day that says another piece of `<title>`, or begins with one,
    where a lower heading says a piece as well: `Site-Section-Headline`."""
    pieces = [squeeze(piece) for piece in _HYPHENS.split(page.title_text[:_MOST_PARTED])]
    if len(pieces) < _LEAST_MENU or squeeze(title) not in pieces:
        return []
    long = tuple(each for each in pieces if len(each) >= _LEAST_ECHO and each != squeeze(title))
    for line, below in pairwise(page.lines[:_MOST_LINES]):
        tag = _heading_of(line.tag)
        if tag is None or not _is_byline(below.text, zone) or _is_aside(tag, page):
            continue
        if squeeze(line.text) == squeeze(title):
            return []
        if squeeze(line.text).startswith(long):
            return _titles(iter([Clue(Origin.VISIBLE, _OVER_BYLINE, _headline(tag))]), sites)
    return []


def _ends_title(title: str, clue: Clue, page: Page) -> bool:
    """Whether a title is a lower heading that is but the end of `<title>`: the site's or an
    office's name as often as a headline."""
    whole, key = squeeze(page.title_text), squeeze(title)
    return clue.rule in _HEADINGS[1:] and whole != key and whole.endswith(key)


def _is_sectional(known: list[tuple[str, Clue]], sites: frozenset[str], page: Page) -> bool:
    """Whether the best that a page offers names its site or a section and not the article: an `h1`
    above the links of the site, or a statement of nothing but what such links say, which no
    heading repeats."""
    title, clue = known[0]
    if clue.origin is Origin.VISIBLE:
        return clue.rule in _ABOVE and _is_above_menu(title, page)
    if clue.rule != "title" and clue.origin not in _MACHINE:
        return False
    pieces = [squeeze(piece) for piece in split_title(clean_title(clue.raw))]
    if max(map(len, pieces), default=_MOST_SECTION + 1) > _MOST_SECTION:
        return False
    here = ("", page.url, page.canonical)
    links = {
        squeeze(line_text(tag))
        for tag in page.tags("a")[:_MOST_LINES]
        if page.link(attribute(tag, "href")) not in here
    }
    return all(piece in sites or piece in links for piece in pieces) and (
        clue.rule == "title" or squeeze(title) not in _said_in_headings(page).headings
    )


_ABOVE = ("h1", "line repeated in title")
_MOST_SECTION = 40
"""Letters of the name of a section at most."""
_LEAST_MENU = 3


def _is_above_menu(title: str, page: Page) -> bool:
    """Whether a heading stands above the links to the parts of a site, outside of its article."""
    key = squeeze(title)
    lines = page.lines[:_MOST_LINES]
    at = next((n for n, line in enumerate(lines) if squeeze(line.text) == key), None)
    if at is None or page.is_own(lines[at].tag):
        return False
    menu = 0
    for line in lines[at + 1 :]:
        if line.linked * 2 <= len(line.text):
            break
        menu += 1
    return menu >= _LEAST_MENU


_LEVELS = ("h1", "h2", "h3", "h4")
_LONGEST_BYLINE, _LONGEST_HEADING = 120, 200
_BELOW = 2
_OVER_BYLINE = "heading over the byline"
_LEAST_TEXT = 80


def _over_byline(page: Page, zone: str) -> Iterator[Clue]:
    """The heading of the text, else the line above the one of the day."""
    found = [*_heading_over_text(page, zone)]
    yield from found or _above_dateline(page, zone)


def _heading_over_text(page: Page, zone: str, levels: tuple[str, ...] = _LEVELS) -> Iterator[Clue]:
    """The heading directly above the line of writer and day, else the one directly above running
    text, where there is one such heading alone: several of them are entries or sections."""
    lines = page.lines[:_MOST_LINES]
    over_byline: dict[Element, None] = {}
    over_text: dict[Element, None] = {}
    for at, line in enumerate(lines):
        tag = _heading_of(line.tag)
        if tag is None or tag.tag not in levels or tag in over_byline or _is_aside(tag, page):
            continue
        reach = (each for each in lines[at + 1 : at + 1 + _BELOW] if each.tag is not line.tag)
        below = list(takewhile(lambda each: _heading_of(each.tag) is None, reach))
        if any(_is_byline(each.text, zone) for each in below):
            over_byline[tag] = None
        elif any(len(each.text) >= _LEAST_TEXT and not each.linked for each in below[:1]):
            over_text[tag] = None
    for found, rule in ((over_byline, _OVER_BYLINE), (over_text, "heading over the text")):
        if len(found) == 1:
            said = _DATE_TAIL.sub("", _headline(next(iter(found))))
            yield Clue(Origin.VISIBLE, rule, said)
        if found:
            return


def _heading_of(tag: Element) -> Element | None:
    return next(
        (each for each in (tag, *islice(tag.iterancestors(), 4)) if each.tag in _LEVELS), None
    )


def _is_aside(tag: Element, page: Page) -> bool:
    """Whether a heading is that of a side box, of another article, or leads to another page."""
    text = line_text(tag)
    if len(text.encode()) < _LEAST_RUN or len(text) > _LONGEST_HEADING:  # eight letters, three Han
        return True
    if page.is_anothers(tag) or has_ancestor(tag, "aside", "nav", "footer"):
        return True
    links = [*tag.iterdescendants("a"), *tag.iterancestors("a")][:1]
    addresses = (page.link(attribute(link, "href")) for link in links)
    return any(each not in ("", page.url, page.canonical) for each in addresses)


def _is_byline(text: str, zone: str) -> bool:
    if len(text) > _LONGEST_BYLINE:
        return False
    byline = read_byline(text, zone)
    return bool(byline.dates or byline.author or byline.source)


def _names_site(clue: Clue) -> bool:
    """True for a `<title>` that is the same on each page of the site."""
    return clue.rule == "title" and _WHOLE_SITE.search(clue.raw) is not None


def _says_site(title: str, sites: frozenset[str]) -> bool:
    """Whether a title is the site with what kind of page it is: `City Council - News`."""
    pieces = {squeeze(piece) for piece in _BETWEEN_KINDS.split(title) if piece.strip()}
    rest = pieces - sites
    return rest < pieces and all(piece in KINDS or _may_be_any(piece) for piece in rest)


_HYPHENS = lazy_pattern(r"[-_|–—]")
_BETWEEN_KINDS = lazy_pattern(r"[-_|–—>›»:]")


def _last_resort(page: Page, row: RowWitness | None) -> tuple[str, Evidence | None]:
    """Where nothing is a title: the page's own `<title>`, unless it is a word for any page. Of a
    page without any its first heading, whatever that says. Else what the row of a list says."""
    title, rule = clean_field(clean_title(page.title_text)), "title"
    if not title:
        headings = (clean_field(_headline(tag)) for tag in page.tags("h1"))
        title, rule = next((text for text in headings if text), ""), "h1"
    elif len(squeeze(title)) < 4 or _may_be_any(squeeze(title)):
        title = ""
    if title:
        return title, _evidence(Clue(Origin.GENERIC, rule, title), "a line that may be any page's")
    for said in row.titles if row else ():
        title = clean_title(said)
        if len(squeeze(title)) >= _LEAST_WITNESS and not _ELLIPSIS.search(title):
            return title, _evidence(Clue(Origin.LIST, "row of the list", title), "")
    doubt = "the page has nothing that is a title"
    return "", Evidence("title", Origin.GENERIC, "", "", Confidence.UNKNOWN, doubt)


def _headline(tag: Element) -> str:
    """What a heading says, without a line of day, source and counts that is part of it: some
    programs put their whole head into one element."""
    text = _before_blocks(tag) or block_line(tag)
    plain = narrow(text)
    if len(tag) == 0 or ":" not in plain or len(text) > MAX_LINE:
        return text
    byline = read_byline(text, "")
    label = COLONED.search(plain)
    if not byline.dates or label is None or byline.labels.isdisjoint(_OF_A_LINE):
        return text
    start = min(byline.dates[0].start, label.start())
    head = text[:start].strip(" |-–—·(")
    beside = len("".join(byline.rest)) - len(head)
    return head if letters(squeeze(head)) >= _LEAST_HEAD and beside <= _MOST_BESIDE else text


def _before_blocks(tag: Element) -> str:
    """What a heading says before the first paragraph in it, where it was never closed and holds
    the page's text: no heading is so long. Else nothing."""
    if text_size(tag) <= _LONGEST_HEADING or next(tag.iter("p", "table"), None) is None:
        return ""
    pieces: list[str] = []
    for event, node in etree.iterwalk(tag, events=("start", "end")):
        if event == "start" and node.tag in ("p", "table", "div", "ul", "h2", "article", "section"):
            break
        said = node.text if event == "start" else node.tail
        if said and (event == "start" or node is not tag):
            pieces.append(said)
    return clean_line("".join(pieces))


_LONGEST_HEADING = 250
_OF_A_LINE = (
    Label.SOURCE,
    Label.CREDIT,
    Label.AUTHOR,
    Label.EDITOR,
    Label.SKIP,
    Label.PUBLISHED,
    Label.UPDATED,
)
_MOST_BESIDE, _LEAST_HEAD = 20, 12

_ANCHOR = lazy_pattern(r"\s{0,3}[¶🔗]\ufe0f?$|\s[#§]$|^[¶🔗]\ufe0f?\s{0,3}")
"""The sign that a heading links to itself by, as programs for documents write it."""
_ANY_ANCHOR = lazy_pattern("[¶🔗#§]")


def clean_title(raw: str) -> str:
    """A title without markup and entities, on one line. Twice escaped markup goes as well, and so
    does the sign of a heading's link to itself."""
    text = raw
    for _ in range(2):
        if "<" in text:
            text = _MARKUP.sub("", _BREAK.sub(" ", text))
        if "&" in text:
            text = html.unescape(text)
    line = clean_line(_MARKUP.sub("", text)[:2000])
    if (label := _LABELLED.match(line)) is not None:
        line = line[label.end() :]
    return _ANCHOR.sub("", line) if _ANY_ANCHOR.search(line) else line


def _clues(page: Page, rules: FieldRules, sites: frozenset[str]) -> Iterator[Clue]:
    yield from meta.selected(page, rules.title, soup.line_text)
    yield from meta.metas(page, meta.TITLE)
    social = tuple(meta.metas(page, meta.SOCIAL_TITLE))
    linked = tuple(meta.json_ld(page, "headline"))
    is_parted = any(_JOINTS.search(clue.raw[:_MOST_PARTED]) for clue in (*social, *linked))
    shown = _said_in_headings(page) if is_parted else _NOTHING
    yield from (_without_site(clue, sites, 0, shown) for clue in linked)
    marked = tuple(_marked(page))
    told = [squeeze(text) for text in (page.title_text, *(clue.raw for clue in social))]
    yield from (clue for clue in marked if any(squeeze(clue.raw) in text for text in told))
    yield from (_without_site(clue, sites, 0, shown) for clue in social)
    yield from marked
    yield from _headings(page)
    yield from _echo(page)
    yield from _labelled(page)
    if page.title_text:
        yield _without_site(Clue(Origin.GENERIC, "title", page.title_text), sites, 0.5)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What headings of a page say, squeezed: all of them, those of its own article's `h1`, and as
    they are the longer lines that lead nowhere."""

    headings: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    lines: tuple[str, ...] = ()


_NOTHING = _Shown()


def _said_in_headings(page: Page) -> _Shown:
    found = [tag for name in _HEADINGS for tag in page.select(name)[:20]]
    said = [(tag, text) for tag in found if len(text := line_text(tag)) >= _LEAST_ECHO]
    own = (text for tag, text in said if tag.tag == "h1" and page.is_own(tag))
    lines = (line.text for line in page.lines[:_MOST_LINES] if not line.linked)
    return _Shown(
        frozenset(squeeze(text) for _, text in said),
        frozenset(squeeze(text) for text in own),
        tuple(text for text in lines if _LEAST_LINE <= len(text) <= _MOST_PLAIN * 2),
    )


def _marked(page: Page) -> Iterator[Clue]:
    """The headline as microdata or a microformat marks it, if it marks one only."""
    found = {
        tag: rule
        for tag, rule in meta.marked(page, meta.HEADLINE, meta.HEADLINE_CLASSES)
        if not _leads_home(tag, page)
    }
    if len({squeeze(line_text(tag)) for tag in found}) == 1:
        tag, rule = next(iter(found.items()))
        yield Clue(Origin.VISIBLE, rule, _headline(tag))


def _headings(page: Page) -> Iterator[Clue]:
    """Headings that the page's own `<title>` repeats, else the first `h1`. What stands in the
    banner of the site comes last, what leads to the front page never."""
    whole = squeeze(page.title_text)
    echoes: list[tuple[bool, bool, Clue]] = []
    first: list[tuple[bool, Clue]] = []
    for name in (*_HEADINGS, *_TITLE_CLASSES):
        for tag in page.select(name)[:40]:
            text = line_text(tag)
            key = squeeze(text)
            dated = len(key) >= 4 and key not in whole
            if dated:
                key = squeeze(_DATE_TAIL.sub("", text))
            if len(key) >= 4 and key in whole:
                if _leads_home(tag, page) or has_ancestor(tag, "footer", "nav"):
                    continue
                said = _headline(tag)
                said = _DATE_TAIL.sub("", said) if dated else said
                # What only ends the title is the site's name more often than a headline.
                is_end = whole.endswith(key) and whole != key
                echoes.append((_in_banner(tag, page), is_end, Clue(Origin.VISIBLE, name, said)))
            elif name == "h1" and key and len(first) < 2 and not _is_logo(tag, page):
                first.append((_in_banner(tag, page), Clue(Origin.VISIBLE, name, _headline(tag))))
    yield from (clue for _, _, clue in sorted(echoes, key=lambda echo: echo[:2]))
    yield from (clue for _, clue in sorted(first, key=lambda each: each[0])[:1])


def _in_banner(tag: Element, page: Page) -> bool:
    """True where a heading stands in the header of the whole page, not of an article in it."""
    around = next(tag.iterancestors("header", "article", "main"), None)
    return around is not None and around.tag == "header" and not page.is_own(tag)


def _is_logo(tag: Element, page: Page) -> bool:
    """True for a heading that is named so, or that leads to the front page."""
    names = names_of(tag).lower()
    return "logo" in names or "site" in names or _leads_home(tag, page)


def _leads_home(tag: Element, page: Page) -> bool:
    """True where an element is a link to the front page of the site, or of the part of it that the
    page is in."""
    links = [*tag.iterdescendants("a"), *tag.iterancestors("a")][:1]
    return any(_is_home(page.link(attribute(link, "href")), page) for link in links)


def _is_home(address: str, page: Page) -> bool:
    if not address:
        return False
    there, here = urlsplit(address), urlsplit(page.url)
    if there.query or there.fragment:
        return False
    folder = there.path.rpartition("/")[0] + "/"
    if not _START_PAGE.fullmatch(there.path[len(folder) - 1 :] or "/"):
        return False
    if folder == "/":
        return True
    return (
        there.hostname == here.hostname
        and here.path.startswith(folder)
        and (here.path.strip("/") != folder.strip("/"))
    )


def _echo(page: Page) -> Iterator[Clue]:
    """The longest visible line that `<title>` repeats."""
    whole = squeeze(page.title_text)
    # `News--Society's website`: a line "Society" is no headline.
    *before, last = (squeeze(part) for part in _JOINTS.split(page.title_text[:_MOST_PARTED]))
    site = last if before else ""
    best = None
    longest = _LEAST_ECHO - 1
    for line in page.lines[:400]:
        text = line.text
        if len(text) <= longest or line.linked * 2 >= len(text):
            continue
        key = squeeze(text)
        if key in whole and (key not in site or key == site):
            best, longest = line, len(text)
    if best is not None and len(squeeze(best.text)) >= _LEAST_ECHO:
        yield Clue(Origin.VISIBLE, "line repeated in title", page.read_line(best))
        return
    first = squeeze(_HYPHENS.split(page.title_text[:_MOST_PARTED])[0])
    for line, below in pairwise(page.lines[:_MOST_LINES]):
        is_first = line.text[:1] == first[:1] and not line.linked and squeeze(line.text) == first
        if first and is_first and _is_byline(below.text, ""):  # `讣　告`, and the day under it
            yield Clue(Origin.VISIBLE, "line repeated in title", page.read_line(line))
            return


_LABEL = han_pattern(
    r"(?:subject|title|headline|re|betreff|titel|objet|titre|asunto|título|assunto|oggetto|titolo"
    r"|onderwerp|temat|тема|заголовок|标\s{0,3}题|題名|件名|名\s{0,3}称|公文名称|文件名称|主旨)\s?:?",
    re.I,
)
"""By what forms call the headline, where they have a table of such."""
_LONGEST_LABELLED = 200


def _labelled(page: Page) -> Iterator[Clue]:
    """What stands in the cell behind a label, in a form or a list of terms."""
    if next(page.tree.iter(*_CELLS), None) is None:  # as on most pages
        return
    lines = page.lines[:_MOST_FORM]
    for line, value in pairwise(lines):
        if line.tag.tag not in _CELLS or value.tag is line.tag:
            continue
        if len(line.text) <= 20 and _LABEL.fullmatch(narrow(line.text).strip()) is not None:
            if len(value.text.encode()) >= _LEAST_RUN and len(value.text) <= _LONGEST_LABELLED:
                yield Clue(Origin.VISIBLE, "labelled line", page.read_line(value))
            return


_CELLS = ("dt", "th", "td")
_MOST_FORM = 120


def _above_dateline(page: Page, zone: str) -> Iterator[Clue]:
    """The line over the first labelled date line: all a page without `<title>` has to offer."""
    for at, line in enumerate(page.lines[1:200], 1):
        if (
            len(line.text) <= 200
            and (line.linked * 2 <= len(line.text) or is_host_line(line.text))
            and read_byline(line.text, zone).dates
        ):
            above = page.lines[_above_form(page.lines, at)]
            if (
                6 <= len(above.text) <= 120
                and above.linked * 2 <= len(above.text)
                and "://" not in above.text
            ):
                yield Clue(Origin.GENERIC, "line above the date line", page.read_line(above))
            return


def _above_form(lines: tuple[VisibleLine, ...], at: int) -> int:
    """The line above a date, or above the labels and their values that stand over it in a form."""
    above = at - 1
    if above > 0 and NUMBER_OF_PAPER.fullmatch(narrow(lines[above].text).strip()):
        above -= 1
    for _ in range(_MOST_LABELS):
        if above > 0 and is_label(lines[above].text):
            above -= 1
        elif above > 1 and is_label(lines[above - 1].text):
            above -= 2
        else:
            break
    return above


_MOST_LABELS = 4
NUMBER_OF_PAPER = lazy_pattern(
    r"[\u4e00-\u9fff]{1,16}\s?[〔\[(【]\d{4}[〕\])】]\s?第?\s?\d{1,5}\s?号"
)
"""`岭府〔2025〕15号`, between the headline of an official paper and its day."""


def _site_names(page: Page, rules: FieldRules) -> frozenset[str]:
    names = [*rules.site_names, *rules.taught.constants]
    names += [page.host, page.host.removeprefix("www.")]
    names += [label for label in page.host.split(".")[:-1] if len(label) >= _LEAST_LABEL]
    names += [clue.raw for clue in islice(meta.json_ld(page, "publisher"), 3)]
    names += [clue.raw for clue in islice(footer_names(page), 3)]
    names += [page.meta(n) for n in ("sitename", "og:site_name", "application-name", "columnname")]
    links = [tag for tag, _ in page.anchors[:_MOST_LINKS]]
    names += [
        text
        for tag in links
        if len(text := line_text(tag)) <= _MOST_SITE_NAME
        and _is_home(page.link(attribute(tag, "href")), page)
    ]
    headings = [tag for name in _HEADINGS[:2] for tag in page.select(name)[:20]]
    names += [line_text(tag)[:_MOST_SITE_NAME] for tag in headings if _leads_home(tag, page)]
    return frozenset(squeeze(name) for name in names if name)


_MOST_LINKS = 20


def _may_be_any(key: str) -> bool:
    """Whether a squeezed line may be that of any page, such as what it is a kind of."""
    return key in _NO_TITLE or key in KINDS or simplify(key) in _NO_TITLE


def _is_title(title: str, sites: frozenset[str]) -> bool:
    key = squeeze(title)
    return (
        len(key) >= 2
        and not _may_be_any(key)
        and key not in sites
        and not _GREETING.match(title)
        and not _HOST.fullmatch(title)
        and any(c.isalnum() for c in key)
    )


def _without_site(
    clue: Clue, sites: frozenset[str], share: float, shown: _Shown = _NOTHING
) -> Clue:
    """`Title - Section - Site` and `Site | Title` without what names the site.

    A tail of up to `share` of the head's length goes even where it names no site we know, and any
    where the head is one of the headings `shown`. So does what stands before an own `h1`.
    """
    title = clean_title(clue.raw)
    if whole := _as_shown(title, shown):
        return Clue(clue.origin, clue.rule, whole)
    title = _drop_head(title, sites, shown)
    if len(_PIPES.findall(title)) > 1:
        share = max(share, 0.5)
    for _ in range(5):
        shorter = _drop_tail(title, sites, share, shown.headings)
        if shorter == title:
            break
        title = shorter
    return Clue(clue.origin, clue.rule, title)


def _as_shown(title: str, shown: _Shown) -> str:
    """The longest run of the title's pieces that people see as a heading, in one of some words
    more (a kicker before it, a number behind it), or as a line. Empty where none is."""
    joints = list(_JOINTS.finditer(title[:_MOST_PARTED]))[:_MOST_JOINTS]
    if not joints or squeeze(title) in shown.own or squeeze(title) in shown.headings:
        return ""
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(title)]
    runs = [title[start:end] for n, start in enumerate(starts) for end in ends[n:]]
    fit = [run for run in runs if run != title and len(squeeze(run)) >= _LEAST_RUN]
    for said in (shown.own, shown.headings):
        if found := [run for run in fit if squeeze(run) in said]:
            return max(found, key=len)
    long = [run for run in fit if len(run) >= _LEAST_LINE]
    around = [run for run in long if _is_end_of(squeeze(run), shown.headings)]
    sizes = {len(run) for run in long}
    lines = {squeeze(text) for text in shown.lines if len(text) in sizes}
    return max(around or (run for run in long if squeeze(run) in lines), key=len, default="")


def _is_end_of(key: str, headings: frozenset[str]) -> bool:
    """Whether a heading begins or ends with this, and has little else."""
    return any(
        (said.startswith(key) or said.endswith(key)) and len(said) <= 2 * len(key)
        for said in headings
    )


_LEAST_LINE = 16
_MOST_JOINTS, _LEAST_RUN = 8, 8
_PIPES = lazy_pattern(r"\s[|｜]\s")
"""Nobody writes a headline with two of them: `Title | Section | Site`."""


def _drop_head(title: str, sites: frozenset[str], shown: _Shown) -> str:
    """The title without a site's name before it."""
    for joint in list(_JOINTS.finditer(title))[:5]:
        head, tail = squeeze(title[: joint.start()]), title[joint.end() :]
        if len(squeeze(tail)) >= 4 and (
            head in sites or (squeeze(tail) in shown.own and head not in shown.headings)
        ):
            return tail
    head, dash, tail = title.partition("-")
    return tail.strip() if dash and squeeze(head) in sites and len(squeeze(tail)) >= 4 else title


def _drop_tail(title: str, sites: frozenset[str], share: float, shown: frozenset[str]) -> str:
    if cut := _CUT_BEFORE_SITE.search(title):
        return title[: cut.end(1)]
    joints = list(_JOINTS.finditer(title))
    if joints:
        head, tail = title[: joints[-1].start()], title[joints[-1].end() :]
        underscored = joints[-1].group().strip() in ("_", "|", "｜", "丨")
        if len(squeeze(head)) >= 4 and (
            squeeze(tail) in sites
            or _SITE_END.search(tail)
            or (underscored and share > 0)
            or squeeze(head) in shown
            or len(tail) <= len(head) * share
        ):
            return head
    head, dash, tail = title.rpartition("-")
    if dash and len(squeeze(head)) >= 4 and (squeeze(tail) in sites or _SITE_END.search(tail)):
        return head.strip()
    return title


def _fullest(known: list[tuple[str, Clue]]) -> tuple[str, Clue]:
    """The first title, or the fuller one that it is a cut head of."""
    title, clue = known[0]
    stem = squeeze(_ELLIPSIS.sub("", title))
    is_cut = _ELLIPSIS.search(title) is not None
    fuller = [(t, c) for t, c in known[1:] if _extends(squeeze(t), stem)]
    if is_cut:
        whole = [(t, c) for t, c in fuller if not _ELLIPSIS.search(t)]
        return whole[0] if whole else (title, clue)
    votes: dict[str, tuple[str, Clue]] = {}
    for text, other in fuller:
        key = squeeze(text)
        if key in votes and votes[key][1].rule != other.rule and len(stem) >= 8:
            return votes[key]
        votes.setdefault(key, (text, other))
    return title, clue


def _extends(longer: str, stem: str) -> bool:
    """True where `longer` goes on in the middle of a text, not with a site's name after a joint."""
    return (
        len(longer) > len(stem) >= 4
        and longer.startswith(stem)
        and longer[len(stem)] not in "-_|–—·("
    )
