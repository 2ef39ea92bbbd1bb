"""The body of one page as read: where it was found, its text, its clean HTML, pictures and files.

Joins the pieces of this folder. The HTML may be shown: a short list of tags is allowed, addresses
are absolute, and nh3 has the last word over what we prepared.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from html import unescape

import nh3
from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.types import Attachment, Confidence, Image, Origin

from ...sources.model import FieldRules
from ..page import Page
from ..soup import attribute, named, written
from ..text import MAX_TEXT, clean_characters, clean_paragraphs, cut_bytes, letters, squeeze
from ..tree import text_size
from . import trust
from .cut import cut_out, cut_standfirst
from .media import image_address, read_attachments, read_captions, read_images
from .notices import OwnWords, own_notices
from .paragraphs import Paragraph, read_paragraphs, remove_all, strip_lines, teases
from .place import (
    RULE,
    BodyPlace,
    by_known_container,
    by_media,
    by_short_text,
    by_template,
    by_trafilatura,
    by_values_or_captions,
    by_weight,
    in_one,
    is_never,
    runs,
)

# The body as HTML that may be shown: a short allow-list, addresses absolute, nothing else.

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "pre", "strong", "b", "em", "i", "u", "sub", "sup", "a", "img", "figure",
    "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https"}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel="nofollow noopener noreferrer",
    strip_comments=True,
)
_MAX_HTML = 2 * MAX_TEXT
_MAX_ENTITIES = 100_000
"""So many take the sanitizer half a second."""


def read_markup(root: Tag, page: Page) -> str:
    """Sanitised HTML of an element. Empty where it would be too large to keep."""
    for tag in named(root, "a", "img"):
        if tag.name == "a":
            _set(tag, "href", page.link(attribute(tag, "href")))
        else:
            _set(tag, "src", image_address(tag, page))
    raw = written(root)
    if len(raw) > 2 * _MAX_HTML or raw.count("&") > _MAX_ENTITIES:
        return ""
    html = sanitise(raw)
    return html if len(html.encode("utf-8", "replace")) <= _MAX_HTML else ""


def sanitise(raw: str) -> str:
    """Nothing but allowed tags, attributes and http(s) addresses survives."""
    return clean_characters(_CLEANER.clean(clean_characters(raw))).strip()


def _set(tag: Tag, name: str, url: str) -> None:
    if url:
        tag[name] = url
    elif tag.has_attr(name):
        del tag[name]


_LEAST = 80
"""Letters that trafilatura must have found. Of a page that says less it takes the menus."""
_SAME, _STATED = 0.8, 0.6
"""Shares of lines that two readers have in common, and of samples of a stated text."""
_LEAST_STATED, _MOST_STATED, _SAMPLES, _SAMPLE = 300, 50_000, 8, 24
_TAG = lazy_pattern(r"<[^<>]{0,300}>")
_FRAGMENT, _LONGER, _GAP = 300, 3, 15
"""Letters below which a body in doubt may be a part of the article, how much more the whole may
hold, and how many lines may stand between two of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body as read. `cut` says in one line what a bound left out, mostly empty. `split_off`
    holds the lines that stood in the body and belong to other fields (editor, source). `doubt` says
    why the confidence is not `sure`."""

    place: BodyPlace | None = None
    text: str = ""
    html: str = ""
    cut: str = ""
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    split_off: tuple[str, ...] = ()
    confidence: Confidence = Confidence.SURE
    doubt: str = ""

    @property
    def has_content(self) -> bool:
        """True for a body of text, of pictures only, of files only."""
        return bool(self.text) or bool(self.images) or bool(self.attachments)


def find_body(page: Page, rules: FieldRules, title: str) -> BodyPlace | None:
    """Where the body is: by the template's selectors, else by the weight of its text. None where
    nothing runs."""
    if (found := by_template(page, rules.body)) is not None:
        return found
    found = by_weight(page, title)
    if found is not None and (silent := by_values_or_captions(page, title, found.tag)) is not None:
        return silent
    if found is not None and text_size(found.tag) >= _LONG:
        return found
    return by_short_text(page, title, found) or found


_LONG = 600
"""So much text is more likely the article than a sentence under its headline."""


def read_body(found: BodyPlace | None, page: Page, title: str, rules: FieldRules) -> Body:
    """The body at the place found. Where nothing was found there, the well-known containers and
    the pictures and files are asked. Where that is nothing either, or in doubt, trafilatura."""
    body = read_place(found, page, title, rules)
    for find in (by_known_container, by_media):
        if not body.has_content:
            body = read_place(find(page), page, title, rules)
    whole = found.whole if found else 0.0
    usual = tuple(rule for field, rule in rules.taught.places if field == "body")
    found_trust = _unusual(_trust(body, page, title, whole), body, page, usual)
    if body.has_content and not found_trust.is_asked and not _is_doubtful(body):
        return _judged(body, found_trust, None)
    other = read_place(by_trafilatura(page), page, title, rules)
    if not body.has_content or _is_doubtful(body):
        better = _better(body, other, page)
        if better is other:
            other = _with_files(other, body)
            return _judged(other, _trust(other, page, title, whole), body)
    return _judged(body, found_trust, other)


@dataclass(frozen=True, slots=True)
class _Trust:
    """How likely a body is the article (1 where nobody asks), what speaks against it in words, and
    what the page states elsewhere says of it: True, False or nothing."""

    probability: float = 1.0
    doubt: str = ""
    stated: bool | None = None

    @property
    def is_asked(self) -> bool:
        """Whether another reader's word could matter."""
        return self.stated is None and trust.DENIED <= self.probability < trust.SURE


def _trust(body: Body, page: Page, title: str, whole: float) -> _Trust:
    place = body.place
    if place is None or not body.text or place.origin is Origin.TEMPLATE:
        return _Trust()
    share = _share_of_stated(body, page)
    if share is not None and (share >= _STATED or share <= 1 - _STATED):
        is_stated = share >= _STATED
        words = "has little of the text that the page's JSON-LD states"
        return _Trust(float(is_stated), "" if is_stated else words, is_stated)
    signs = trust.signs(body.text, place, page, title, whole)
    probability = trust.probability(signs, trust.learned())
    if trust.is_notice(body.text):
        against = dict.fromkeys((*trust.doubt_of(signs).split("; "), trust.WORDS["notices"]))
        return _Trust(min(probability, _OUTLIER), "; ".join(against))
    return _Trust(probability, "" if probability >= trust.SURE else trust.doubt_of(signs))


def _unusual(found: _Trust, body: Body, page: Page, usual: tuple[str, ...]) -> _Trust:
    """In doubt where the text stands elsewhere than nearly all other texts of the source, and the
    page does not state it."""
    place = body.place
    if not usual or place is None or place.origin is Origin.TEMPLATE or found.stated:
        return found
    if place.rule == RULE and any(place.tag in page.select(rule) for rule in usual):
        return found
    doubt = "; ".join(filter(None, ("not where the other texts of the source stand", found.doubt)))
    return replace(found, probability=min(found.probability, _OUTLIER), doubt=doubt)


_OUTLIER = 0.45
"""An outlier of its source, or a notice, is not believed on the word of another reader alone."""


def _judged(body: Body, found: _Trust, other: Body | None) -> Body:
    """The body with how far it may be believed. `other` is what another reader made of the page,
    where one was asked: two that agree are believed, unless much speaks against both."""
    if body.place is None or not body.text:
        doubt = "no text was found" + (", pictures or files alone" if body.place else "")
        return replace(body, confidence=Confidence.UNKNOWN, doubt=doubt)
    doubt = found.doubt
    if found.stated is None and other is not None and other.text:
        if not _agree(body.text, other.text):
            doubt = doubt or body.place.doubt or "little was found"
            doubt += "; another reader takes other lines"
        elif found.probability >= trust.DENIED:
            doubt = ""
    if not doubt:
        return body
    return replace(body, confidence=Confidence.DOUBTFUL, doubt=doubt)


def _agree(text: str, other: str) -> bool:
    """True where most lines of each stand in the other, by letters."""
    return _share_in(text, other) >= _SAME and _share_in(other, text) >= _SAME


def _share_in(text: str, whole: str) -> float:
    found = squeeze(whole)
    sizes = [(letters(line), squeeze(line) in found) for line in text.split("\n") if line]
    return sum(size for size, stands in sizes if stands) / (sum(s for s, _ in sizes) or 1.0)


def _share_of_stated(body: Body, page: Page) -> float | None:
    """How many of eight samples of JSON-LD's `articleBody` the body has. None where it states no
    text of any length."""
    for item in page.linked:
        stated = item.get("articleBody")
        if isinstance(stated, str) and len(stated) >= _LEAST_STATED:
            key, text = squeeze(_TAG.sub("", unescape(stated[:_MOST_STATED]))), squeeze(body.text)
            step = max(1, (len(key) - _SAMPLE) // _SAMPLES)
            samples = [key[at : at + _SAMPLE] for at in range(0, len(key) - _SAMPLE, step)]
            return sum(one in text for one in samples) / max(1, len(samples))
    return None


def _with_files(whole: Body, part: Body) -> Body:
    """The longer reading of a text with the files that are linked beside the shorter one."""
    if not part.attachments or _share_in(part.text, whole.text) < _SAME:
        return whole
    files = {one.url: one for one in (*whole.attachments, *part.attachments)}
    return replace(whole, attachments=tuple(files.values()))


def _is_doubtful(body: Body) -> bool:
    """True where another reader has to be asked."""
    place = body.place
    if place is None or not place.doubt or (place.is_near and place.is_named):
        return False
    return not place.is_near or _running(body.text) < _FRAGMENT


def _better(body: Body, other: Body, page: Page) -> Body:
    """Which of two readings is the article. A fragment gives way to a longer text that holds it and
    stands in one piece, what stands far from the headline to anything that runs."""
    size, most = _running(body.text), _running(other.text)
    if most <= max(_LEAST, size) or not (body.text or _stands_on(page, other.text)):
        return body
    if not body.text or body.place is None or not body.place.is_near:
        return other
    is_whole = most <= _LONGER * size and _share_in(body.text, other.text) >= 0.5
    return other if is_whole and _is_one_piece(other.text, page) else body


def _stands_on(page: Page, text: str) -> bool:
    """True where most of a text, by letters, are lines of the page or parts of one, and no menu or
    footer holds them. A menu that was run together into one line is none of them."""
    lines = "\n".join(squeeze(line.text) for line in page.lines if not is_never(line.tag))
    own = sum(letters(line) for line in text.split("\n") if squeeze(line) in lines)
    return own * 2 >= letters(text)


def _is_one_piece(text: str, page: Page) -> bool:
    """True where no more than a few other lines of the page stand between those of the text, and
    none of it above the headline. What is run together into other lines than the page's is none."""
    wanted = {squeeze(line) for line in text.split("\n")} - {""}
    at = [n for n, line in enumerate(page.lines) if squeeze(line.text) in wanted]
    inside = {tag for heading in page.tags("h1")[:1] for tag in heading.iter()}
    top = next((n for n, line in enumerate(page.lines) if line.tag in inside), 0)
    is_below = bool(at) and at[0] >= top
    return is_below and all(after - before <= _GAP for before, after in itertools.pairwise(at))


def _running(text: str) -> float:
    """Letters of the lines that are sentences."""
    sizes = ((line, letters(line)) for line in text.split("\n"))
    return sum(size for line, size in sizes if runs(line, size))


def read_place(found: BodyPlace | None, page: Page, title: str, rules: FieldRules) -> Body:
    """What stands at this place as the body, judged by nobody."""
    if found is None:
        return Body()
    block = in_one(found)
    attachments = read_attachments(found.tag, page)
    root = cut_out(block, page, rules.remove)
    images = read_images(root, page)
    paragraphs = read_paragraphs(root)
    notices = list(own_notices(paragraphs, OwnWords(page, title), rules.zone))
    remove_all([around for _, around in notices if around is not None])
    spans = [span for span, _ in notices]
    lines = strip_lines(paragraphs, title, rules.zone, found.origin, spans)
    above: list[Paragraph] = []
    if found.standfirst:
        lead = cut_standfirst(found.standfirst)
        for paragraph in read_paragraphs(lead):
            if teases(paragraph.text, lines.kept):
                around = (paragraph.tag, *paragraph.tag.parents)
                remove_all([tag for tag in around if tag.name == "p"])
            else:
                above.append(paragraph)
        for tag in reversed(named(lead, "p")):
            root.insert(0, tag)
    said = [p.text for p in (*above, *lines.kept)]
    if not said:  # captions that tell something, under pictures without a text, are the text
        said = [caption for caption in read_captions(root) if runs(caption, letters(caption))]
    whole = clean_paragraphs("\n\n".join(said))
    text = cut_bytes(whole, MAX_TEXT).rstrip()
    cut = "" if len(text) == len(whole) else f"text cut after {MAX_TEXT} bytes"
    html = read_markup(root, page)
    return Body(found, text, html, cut, images, attachments, lines.split_off)
