"""The article's block cut out of the page, without what is noise by name, for BeautifulSoup.

A soup of the block costs a twentieth of a soup of the page. Cautious: what holds a large part of
the text is never noise. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import takewhile

from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from .. import languages
from ..dates.in_text import DateOrder
from ..fields.byline import read_byline
from ..page import Page
from ..soup import parsed_soup_of
from ..text import MAX_TEXT, STOPS, clean_characters, clean_line
from ..tree import HEADINGS, Element, is_hidden, line_text, linked_size, names_of, text_size
from .media import CAPTION, LAZY
from .standfirst import leads_in

_CAMEL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = lazy_pattern(r"[\s_-]+")


def _words_of(names: str) -> list[str]:
    return _SPLIT.split(_CAMEL.sub("-", names).lower())


_TAGS = [
    "iframe", "form", "button", "input", "select",
    "textarea", "nav", "footer", "aside", "object", "embed", "svg", "canvas", "video", "audio",
    "map", "link", "meta", "title",
]  # fmt: skip
_WORDS = frozenset(_words_of(
    "headerlink share shares sharing bdshare bds social print printer fontsize crumb crumbs"
    " breadcrumb"
    " breadcrumbs related relatednews relatedcontent recommend recommended copyright footer foot"
    " comment comments pagination pager pagenav toolbar tool tools qrcode ewm erweima advert"
    " advertisement ad ads xgxw xglj xgwz newstools position location hits editorinfo newsletter"
    " newsletters subscribe subscription signup sidebar promo promos promotion disclaimer byline"
    " bylines by dateline author authors bio tags taglist keywords topics teaser teasers recirc"
    " recirculation outbrain taboola sponsor sponsored sponsors rail readmore infobox meta postmeta"
    " metadata entrymeta postinfo popular trending browse attribution disclosure cookie cookies"
    " consent audio video videos toc addthis addtoany sharethis feedback rating helpful contactbox"
    " navbox catlinks printfooter editsection footnotes endnotes"
))  # fmt: skip
"""Words in a class or an id by which its author calls a thing beside the text."""
_PAIRS = lazy_pattern(
    r"(?:^|[\s_-])(?:(?:header|heading)-anchor|anchorjs-link|font-size|page-nav|pages-nav|news-tools|prev-next|next-prev|post-nav|editor-info"
    r"|(?:article|entry|item)-(?:info|meta|details)|node-submitted|category-name"
    r"|read-more|more-(?:news|posts|stories|on|from|in)|also-(?:read|like)|related\w+|sign-up"
    r"|most-read|see-also|post-info|share-?\w+"
    # what screen readers alone are told
    r"|(?:visually|element|a11y|accessibly?)-(?:hidden|invisible)|(?:u|is)-vh|hidden-visually|sr-only"
    r"|visuallyhidden|screen-?reader\w*(?:-text|-only)?|off-?screen|assistive-text)(?:$|[\s_-])"
    r"|bdsharebutton|sharebutton|print-?(?:btn|button)|breadcrumb|sharewarp",
    re.I,
)
_PICTURES = lazy_pattern(
    r"caption|(?:^|-)(?:credits?|gallery|slideshow|carousel|slider|photo-?info|imageinfo)(?:-|$)"
)
_CREDITED = han_pattern(
    r"[\[(【（]\s?(?:(?:file )?photos?|images?)\b[^\[\]()【】（）]{0,80}[\])】）]\s?$"
    r"|[\[(【（][一-鿿·/、\s]{0,24}(?:摄|供图|图片?|摄影)[\])】）]\s?$",
    re.I,
)
"""`[Photo by Li/China Daily]`, `（刘通 摄）`: whose picture it is, where its caption ends."""
_CREDIT_ALONE = han_pattern(
    rf"\W?(?:{languages.any_of(languages.PHOTO_OF)})\s?[:：/]\s?[^:：]{{2,60}}[^.。!！?？:：]", re.I
)
_MOST_CAPTION, _MOST_CREDIT = 400, 110
_LARGE, _LEAST_LARGE = 0.4, 200
_MOST = MAX_TEXT + MAX_TEXT // 2
"""Characters of text. What is more than `MAX_TEXT` bytes of it is cut, and said, later."""
_SILENT = ("script", "style", "noscript", "template")
_PLAIN = ("span", "font", "label", "small", "big", "nobr")
_KEPT = frozenset([
    "href", "title", "alt", "width", "height", "colspan", "rowspan", CAPTION, *LAZY,
])  # fmt: skip
_NAMED = etree.XPath("descendant::*[@class or @id or @style or @hidden]")
_QUOTES = ("table", "blockquote", "pre")


def cut_out(root: Element, page: Page, remove: tuple[str, ...]) -> Tag:
    """A soup of one element of the page: without what is never text, what the template removes,
    and small parts named like noise. The page stays as it is."""
    block = deepcopy(root)
    block.tail = None
    if block.tag in ("body", "html"):
        block.tag = "div"
    twins = dict(zip(root.iter(), block.iter(), strict=True)) if remove else {}
    doomed = [
        twin for rule in remove for tag in page.select(rule) if (twin := twins.get(tag)) is not None
    ]
    if next(block.iter(*_SILENT), None) is not None:
        etree.strip_elements(block, *_SILENT, with_tail=False)
    sizes = _sizes(block)
    if sizes[block] > _MOST:
        _shorten(block)
    small = max(_LEAST_LARGE, _LARGE * sizes[block])
    doomed += [tag for tag in block.iter(*_TAGS) if sizes[tag] <= small]
    doomed += _noise_by_name(block, sizes, small)
    for tag in doomed:
        if tag is not block and tag.getparent() is not None:
            _drop(tag)
    _mark_pictures(block, sizes, small)
    _set_apart(block)
    return _soup(block)


def cut_standfirst(elements: Iterable[Element]) -> Tag:
    """A soup with one paragraph for each of these elements."""
    box = etree.Element("div")
    for element in elements:
        paragraph = deepcopy(element)
        paragraph.tag, paragraph.tail = "p", None
        paragraph.attrib.clear()
        etree.strip_elements(paragraph, *_SILENT, with_tail=False)
        box.append(paragraph)
    return _soup(box)


def _soup(block: Element) -> Tag:
    """The block, or what it holds, in a soup."""
    # They carry nothing that is kept, and some editors wrap every other word.
    if next(block.iter(*_PLAIN), None) is not None:
        etree.strip_tags(block, *_PLAIN)
    for tag in block.iter():
        if tag.attrib:
            _thin_out(tag)
    known = parsed_soup_of(block)
    if known is not None:
        return known
    markup = clean_characters(etree.tostring(block, encoding="unicode", method="html"))
    soup = BeautifulSoup(markup, "lxml", multi_valued_attributes=None)
    # `soup.body` would search for it, which takes as long as to build a small tree.
    html = next((tag for tag in _elements(soup) if tag.name == "html"), None)
    body = next((tag for tag in _elements(html) if tag.name == "body"), None)
    return next(_elements(body), soup)


def _sizes(block: Element) -> dict[Element, int]:
    """How many characters of text each element holds, in one walk."""
    sizes: dict[Element, int] = {}
    for tag in reversed(list(block.iter())):
        size = len(tag.text or "")
        for child in tag:
            size += sizes[child] + len(child.tail or "")
        sizes[tag] = size
    return sizes


def _shorten(block: Element) -> None:
    """Leave out text beyond what can be kept. A soup of megabytes takes seconds."""
    left = _MOST
    for event, tag in etree.iterwalk(block, events=("start", "end")):
        text = (tag.text if event == "start" else tag.tail) or ""
        if len(text) > left and event == "start":
            tag.text = text[:left]
        elif len(text) > left:
            tag.tail = text[:left]
        left = max(0, left - len(text))


def _thin_out(tag: Element) -> None:
    """Leave only the attributes that are read later: a soup is made faster without the others."""
    for name in tag.attrib:
        if name not in _KEPT:
            del tag.attrib[name]


def _drop(tag: Element) -> None:
    """Take an element out. The text behind it belongs to its parent and stays."""
    parent, before = tag.getparent(), tag.getprevious()
    if tag.tail and before is not None:
        before.tail = (before.tail or "") + tag.tail
    elif tag.tail:
        parent.text = (parent.text or "") + tag.tail
    tag.tail = None
    parent.remove(tag)


def _elements(tag: Tag | None) -> Iterator[Tag]:
    return (node for node in (tag.contents if tag else ()) if isinstance(node, Tag))


def _mark_pictures(block: Element, sizes: dict[Element, int], small: float) -> None:
    """Mark what is printed with pictures, so that it is not read as text. The pictures stay."""
    for tag in block.iter("header", "figure", "figcaption"):
        if sizes[tag] > small or next(tag.iterdescendants(*_QUOTES), None) is not None:
            continue
        if tag.tag == "header":
            _mark_header(tag)
        else:
            tag.set(CAPTION, tag.tag)
    for tag in _NAMED(block):
        if sizes.get(tag, 0) <= small and _names_picture(names_of(tag)[:300]):
            tag.set(CAPTION, "caption")
    for picture in block.iter("img"):
        below = _below(picture, sizes)
        said = line_text(below)[-_MOST_CREDIT:] if below is not None else ""
        if below is not None and (_CREDITED.search(said) or _CREDIT_ALONE.fullmatch(said)):
            below.set(CAPTION, "caption")


def _set_apart(block: Element) -> None:
    """A line of its own for what stands in elements of their own before a text that goes on in the
    same line: the day, how often the page was read. What the sentence goes on from stays."""
    box = block
    while len(box) and not (box.text or "").strip() and box[0].tag in _BOXES:
        box = box[0]
    if (box.text or "").strip():
        return
    for child in list(box):
        if line_text(child):
            is_named = child.tag == "time" or child.get("class") or child.get("id")
            if child.tag not in _INLINE or not is_named or not _is_of_page(line_text(child)):
                return
            after = child.getnext()
            behind = clean_line(f"{child.tail or ''} {'' if after is None else after.text or ''}")
            if behind[:1].islower() or behind[:1] in _GOES_ON:
                return
            child.tag = "p"
        if (child.tail or "").strip():
            return


def _is_of_page(text: str) -> bool:
    """Whether a short text is but a day, or a label with its value."""
    if len(text) > _LONGEST_MARK:
        return False
    found = read_byline(text, "UTC", DateOrder.DAY_FIRST)
    return not found.rest and bool(found.dates or found.labels)


_BOXES, _INLINE = ("div", "section", "article"), ("span", "time", "em", "i", "small", "font")
_LONGEST_MARK = 80
_GOES_ON = tuple(",，、;；.。:)")


def _mark_header(header: Element) -> None:
    """All of the box of a headline but its standfirst."""
    leads = leads_in(header)
    around = {node for tag in leads for node in tag.iterancestors()}
    boxes = [header]
    while boxes:
        box = boxes.pop()
        said = (box.text, *(child.tail for child in box))
        if box in around and not any(text and text.strip() for text in said):
            boxes += [child for child in box if isinstance(child.tag, str) and child not in leads]
        else:
            box.set(CAPTION, "")


def _below(picture: Element, sizes: dict[Element, int]) -> Element | None:
    """The short paragraph right under a picture that stands alone, in the same box or behind it."""
    box = picture
    while box.tag not in ("p", "div", "center") and box.getnext() is None:
        parent = box.getparent()
        if parent is None or box is parent.getroottree().getroot():
            return None
        box = parent
    after = box.getnext()
    if after is None or line_text(box) or (box.tail or "").strip():
        return None
    if not 0 < sizes.get(after, 0) <= _MOST_CAPTION:
        return None
    return after if after.tag in ("p", "div", "center") else None


def _noise_by_name(block: Element, sizes: dict[Element, int], small: float) -> list[Element]:
    """Small parts that are hidden or named like noise. A name that many parts bear, and with them
    a large part of the text, is none of noise."""
    named = _NAMED(block)
    most = _NEARLY_ALL * sizes[block]
    found = [
        tag
        for tag in named
        if sizes[tag] <= small
        and _is_noise(tag)
        and not (sizes[tag] >= most and _runs(tag))
        and not _is_own_lead(tag, block)
    ]
    sums: dict[str, int] = {}
    for tag in found:
        name = tag.get("class") or ""
        sums[name] = sums.get(name, 0) + sizes[tag]
    noise = [tag for tag in found if is_hidden(tag) or sums[tag.get("class") or ""] <= small]
    return noise + [field for tag in named if (field := _field(tag, sizes)) is not None]


def _runs(tag: Element) -> bool:
    """Whether what is named like noise, and holds nearly all of a short text, is that text: seen,
    few links, and it ends as a sentence does (HubSpot: `cos_wrapper_meta_field`)."""
    if is_hidden(tag) or 2 * linked_size(tag) > text_size(tag):
        return False
    return line_text(tag).endswith(_STOPPED)


def _is_own_lead(tag: Element, block: Element) -> bool:
    """Whether what is called a teaser is the lead of this text and none of another: it runs, before
    all else that does, and has neither a headline of its own nor a link."""
    if "teaser" not in names_of(tag).lower() or not _runs(tag):
        return False
    if next(tag.iter("a", *HEADINGS), None) is not None:
        return False
    around = {*tag.iterancestors()}
    before = takewhile(lambda node: node is not tag, block.iter("p", "div", "li", "td"))
    return not any(line_text(node).endswith(_STOPPED) for node in before if node not in around)


_NEARLY_ALL = 0.8
_STOPPED = (".", "!", "?", "。", "！", "？", *STOPS)


def _field(label: Element, sizes: dict[Element, int]) -> Element | None:
    """The field that a program sets beside the text, by its label (Drupal: `Photo`, `Section`)."""
    field = label.getparent()
    is_label = field is not None and _FIELD_LABEL.search(f" {names_of(label)} ") is not None
    is_short = is_label and sizes[label] <= _LONGEST_LABEL and sizes[field] <= _LONGEST_FIELD
    return field if is_short and not line_text(field).endswith(_STOPPED) else None


_FIELD_LABEL = lazy_pattern(r"[\s]field(?:__|--?)label[\s]")
_LONGEST_LABEL, _LONGEST_FIELD = 40, 200
_OWN_TEXT = ("description", "articleBody")
"""What an article's own markup calls its text, whatever class that has."""


def _is_noise(tag: Element) -> bool:
    if is_hidden(tag):
        return True
    if tag.get("itemprop") in _OWN_TEXT:
        return False
    names = names_of(tag)
    if len(names) < 2 or not _names_noise(names[:300]):
        return False
    return next(tag.iterdescendants("blockquote"), None) is None


@lru_cache(maxsize=8192)  # a site's names are the same on every page
def _names_noise(names: str) -> bool:
    words = set(_words_of(names))
    if "print" in words and not words.isdisjoint(_PRINTED):
        words.discard("print")  # `printArea`, `print-content`: what is printed, and no button
    return not _WORDS.isdisjoint(words) or _PAIRS.search(names) is not None


_PRINTED = frozenset(("area", "con", "cont", "content", "body", "main", "text", "article", "title"))


@lru_cache(maxsize=8192)
def _names_picture(names: str) -> bool:
    return _PICTURES.search("-".join(_words_of(names))) is not None
