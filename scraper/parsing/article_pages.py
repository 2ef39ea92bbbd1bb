"""Articles over several pages: which addresses the further ones have, and all of them as one.

A page whose whole text stands in a frame of it is such an article, too.

A page of the same article is known by its address: the article's own with a number (`…_2.html`,
`?page=2`, `/2`), linked by a number or a word such as 下一页, or counted by the page's own script.
The pager of a list has another name in it, and the next article another number. Fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Evidence, Origin, Outcome, Reading
from storage.urls import without_visit

from ..sources.model import FieldRules
from . import tree
from .body.files import shown_file
from .lists.calls import called_page
from .lists.outline import called_address
from .lists.script_pagers import script_pager
from .page import Page
from .text import MAX_TEXT, cut_bytes, narrow, squeeze
from .tree import Element

MAX_PARTS = 20
"""Pages of one article that are joined, the first included. One more is named, to tell that there
are more."""
FIELD = "pages"
"""The field under which the evidence says of how many pages an article was made."""

_PAGER = han_pattern(
    r"[\[(]?\s?(?:第\s?)?\d{1,2}\s?(?:页)?\s?[\])]?|[\[(<«‹]?\s?(?:上一?页|下一?页|前一?页|后一?页|首页|末页|尾页|最后一?页"
    r"|next(?: page)?|prev(?:ious)?(?: page)?|first(?: page)?|last(?: page)?)\s?[\])>»›→]{0,3}"
    r"|[>»›→<«‹←]{1,3}",
    re.I,
)
_AROUND = han_pattern(
    r"(?:[\s|/·.…,\[\]()<>«»‹›→←【】〔〕]|\d|共|第|页|条|上一?页|下一?页|首页|末页|尾页|前一?页|后一?页|余下全文|pages?|of|next|prev(?:ious)?"
    r"|first|last){0,80}",
    re.I,
)
_NAME = lazy_pattern(r"(?P<stem>.+?)(?P<ending>\.(?:s?html?|aspx?|php|jsp|jhtml))?", re.I)
_NEIGHBOUR = lazy_pattern(r"(?P<stem>.{1,200})[_-](?P<number>\d{1,2})")
_SUFFIX = lazy_pattern(r"[_-](\d{1,2})")
_PARAMETERS = frozenset(
    (
        "page",
        "p",
        "pn",
        "pg",
        "pageno",
        "pagenum",
        "pagenumber",
        "page_no",
        "page_num",
        "pageindex",
        "page_index",
        "currentpage",
        "curpage",
        "cur_page",
        "part",
        "seite",
    )
)
_CALL = lazy_pattern(r"createPage(?:HTML)?\s{0,3}\(([^()]{3,300})\)")
_ARGUMENT = lazy_pattern(r"""["']([^"']{0,100})["']|(-?\d{1,6})""")


@dataclass(frozen=True, slots=True)
class Parts:
    """The further pages that a page of an article names, by their numbers in its addresses, and
    where that was read."""

    addresses: tuple[tuple[int, str], ...] = ()
    rule: str = ""
    links: tuple[Element, ...] = ()


def find_parts(page: Page) -> Parts:
    """The further pages that this page names, in order. None where it is whole."""
    linked = _linked(page)
    if linked.addresses:
        return linked
    scripted = _scripted(page)
    return Parts(scripted.addresses, scripted.rule, linked.links)


def framed_text(page: Page) -> str:
    """The address of the frame that shows the text of a page that has none of its own: on the same
    server, neither a file, a film nor a helper, and of several the one whose address has a number
    of the page's own. Empty where there is none, or no telling which."""
    found = dict.fromkeys(
        url
        for name in _FRAMES
        for tag in page.tags(name)
        if (url := page.link(tree.attribute(tag, "src") or tree.attribute(tag, "data-src")))
        and page.is_on_server(url)
        and url not in (page.here, page.url)
        and not _HELPER.search(urlsplit(url)._replace(scheme="", netloc="").geturl())
        and not shown_file(tag)[0]
        and not _is_tiny(tag)
    )
    own = frozenset(_NUMBER.findall(page.url))
    named = [url for url in found if own.intersection(_NUMBER.findall(url))]
    fit = named or [*found]
    return fit[0] if len(fit) == 1 else ""


_FRAMES = ("iframe", "frame")
_NUMBER = lazy_pattern(r"(?<!\d)\d{3,}(?!\d)|[0-9a-f]{16,}")
_HELPER = lazy_pattern(
    r"comment|pinglun|review|reply|share|\b(?:ads?|adv|guanggao)\b|banner|login|search|sousuo|weather"
    r"|tianqi|\bmap|ditu|video|player|live\b|vote|survey|count|hits|click|stat(?:istic)?s?\b|nav\b"
    r"|menu|header|footer|\btop\b|bottom|\bleft\b|\bright\b|related|calendar|captcha|about:",
    re.I,
)
"""What the address of a frame says that shows something beside a text."""
_LEAST_FRAME = 100
"""Pixels in each direction of a frame that has a text to show."""


def _is_tiny(tag: Element) -> bool:
    """Whether a frame is too small for a text, or is not shown at all."""
    style = squeeze(tree.attribute(tag, "style"))
    sizes = (tree.attribute(tag, name).removesuffix("px") for name in ("width", "height"))
    return (
        any(size.isdecimal() and int(size) < _LEAST_FRAME for size in sizes)
        or "display:none" in style
        or "visibility:hidden" in style
    )


def remove_pager(parts: Parts) -> None:
    """Take the links to the further pages out of the tree, with what stands around them."""
    for link in parts.links:
        block, parent = link, link.getparent()
        while parent is not None and parent.tag not in ("body", "html") and _is_pager(parent):
            block, parent = parent, parent.getparent()
        if parent is not None:
            _drop(block, parent)


def join_parts(
    first: Reading, others: Sequence[Reading | None], addresses: Sequence[str], left_out: str = ""
) -> Reading:
    """One article of all its pages: `others` are the readings of those after the first, at these
    addresses. None for one that is not there. Fields are the first page's, but for text, pictures
    and files. The outcome is `partial`, with a reason, where a page is missing or `left_out`."""
    article = first.article
    if article is None or not others:
        return first
    bodies, markups = [article.body], [article.html]
    images, files = dict.fromkeys(article.images), dict.fromkeys(article.attachments)
    missing: list[str] = []
    for number, (reading, url) in enumerate(zip(others, addresses, strict=True), 2):
        part = reading.article if reading else None
        if part is None:
            why = f" ({reading.outcome}: {reading.reason})" if reading else ""
            missing.append(f"page {number} of {len(others) + 1} is missing: {url}{why}")
        elif part.body not in bodies:  # some servers give the first page for any number
            bodies.append(part.body)
            markups.append(part.html)
            images |= dict.fromkeys(part.images)
            files |= dict.fromkeys(part.attachments)
    text_from = () if article.body else _body_evidence(others)
    body = cut_bytes("\n\n".join(filter(None, bodies)), MAX_TEXT).rstrip()
    joined_addresses = " ".join(addresses)
    renewed = (FIELD, *(each.field for each in text_from))
    kept = tuple(each for each in article.evidence if each.field not in renewed)
    rule = f"{len(others) + 1} pages" + (f", {len(missing)} missing" if missing else "")
    joined = replace(
        article,
        body=body,
        html="\n".join(filter(None, markups)),
        images=tuple(images),
        attachments=tuple(files),
        evidence=(*kept, *text_from, Evidence(FIELD, Origin.URL, rule, joined_addresses[:500])),
    )
    reason = "; ".join(filter(None, (first.reason, *missing[:2], left_out)))
    outcome = Outcome.PARTIAL if missing or left_out else first.outcome
    return replace(first, outcome=outcome, reason=reason[:500], article=joined, more_pages=())


def _body_evidence(others: Sequence[Reading | None]) -> tuple[Evidence, ...]:
    """Where the first text of these pages came from."""
    articles = (each.article for each in others if each is not None)
    found = next((each for each in articles if each is not None and each.body), None)
    return tuple(each for each in (found.evidence if found else ()) if each.field == "body")


def rules_of_parts(first: Reading, rules: FieldRules) -> FieldRules:
    """How further pages are read: as the first. A text in a frame stands in no place that the
    rules of a source name."""
    if first.article is None or first.article.body:
        return rules
    return replace(rules, title=(), body=(), older=(), template="")


def is_part(url: str, first: str) -> bool:
    """Whether an address is that of a further page of the article that begins at `first`."""
    return _Own.of(first).number_of(url) is not None


def _linked(page: Page) -> Parts:
    """The pages that links name. A page that is itself a further one names its neighbours."""
    own = _Own.of(page.url)
    if not own.stem:
        return Parts()
    found = _named(page, own)
    match = _NEIGHBOUR.fullmatch(own.stem)
    if found.addresses or match is None:
        return found
    base = replace(own, stem=match["stem"])
    found = _named(page, base)
    number = int(match["number"])
    earlier = any(base.number_of(url) in (None, *range(number)) for url in _targets(page, found))
    if not earlier:  # what has none before it is no later page
        return Parts()
    later = tuple((n, url) for n, url in found.addresses if n > number)
    return replace(found, addresses=later)


def _targets(page: Page, parts: Parts) -> list[str]:
    return [page.link(tree.attribute(tag, "href")) for tag in parts.links]


def _named(page: Page, own: _Own) -> Parts:
    """The pages of that article that links name, and those between two numbers: long pagers leave
    some out."""
    found: dict[int, str] = {}
    links: list[Element] = []
    named = False
    called = _called(page)
    if not called and own.stem not in page.addresses and "\n?" not in page.addresses:
        return Parts()  # as on nearly all pages
    for tag, href in (*page.links, *called):
        if (own.stem not in href and href[:1] != "?") or not own.may_be(href):
            continue
        url = page.link(href)
        number = own.number_of(url) if url else None
        if number is None and not (url and own.is_first(url)):
            continue
        if tag.tag in _PRESSED:
            links.append(tag)
        if number is None:
            continue
        if tag.tag != "link":
            named = named or _PAGER.fullmatch(narrow(tree.line_text(tag)).strip()) is not None
        else:
            named = named or "next" in tree.attribute(tag, "rel").lower().split()
        found.setdefault(number, url)
    if not named:
        return Parts()
    later = {number: url for number, url in found.items() if number > own.number}
    last = min(max(later, default=0), own.number + MAX_PARTS + 1)
    for number in range(min(later, default=0) + 1, last):
        address = re.sub(r"\d{1,2}(?=\D*\Z)", str(number), later[max(later)])
        if number not in later and own.number_of(address) == number:
            later[number] = address
    addresses = tuple(sorted(later.items()))[:MAX_PARTS]
    return Parts(addresses, "numbered links", tuple(links))


_PRESSED = ("a", "span", "li", "button")
_LONGEST_WORDS, _MOST_CALLED = 16, 400


def _called(page: Page) -> list[tuple[Element, str]]:
    """What is pressed or chosen to turn the page, with the address to which its script leads:
    `javascript:toPage(2)`, `<option value="t_2.html">`."""
    if not any(page.has_words(word) for word in ("avascript:", "onclick", "onchange")):
        return []
    found: list[tuple[Element, str]] = []
    for tag in islice(chain.from_iterable(map(page.tags, (*_PRESSED, "option"))), _MOST_PRESSED):
        href = tree.attribute(tag, "href").strip()
        is_script = href[:11].lower() == "javascript:" or tree.attribute(tag, "onclick")
        if not (is_script or tag.tag == "option") or len(found) >= _MOST_CALLED:
            continue
        words = narrow(tree.line_text(tag)[: _LONGEST_WORDS + 1]).strip()
        if len(words) > _LONGEST_WORDS or _PAGER.fullmatch(words) is None:
            continue
        if tag.tag == "option":
            address = tree.attribute(tag, "value").strip()
        else:
            address = called_address(tag) or called_page(page, tag)
        if address:
            found.append((tag, address))
    return found


_MOST_PRESSED = 4_000


def _scripted(page: Page) -> Parts:
    """`createPageHTML(3, 0, "t20220127_123", "html")` on the page `t20220127_123.html`. Called with
    the current page counted from 0 the second has the number 1, otherwise 2."""
    scripts = "\n".join(text for _, text in page.scripts if "createPage" in text)
    own = _Own.of(page.url)
    for call in _CALL.finditer(scripts):
        numbers = [int(number) for _, number in _ARGUMENT.findall(call.group(1)) if number]
        names = [name for name, _ in _ARGUMENT.findall(call.group(1)) if name]
        if len(numbers) < 2 or own.stem not in names or own.number:
            continue
        total, current = numbers[0], numbers[1]
        if total > 1 and current in (0, 1):
            last = min(total, MAX_PARTS + 1) + current
            found = [
                (n, urljoin(page.url, f"{own.stem}_{n}{own.ending}"))
                for n in range(1 + current, last)
            ]
            return Parts(tuple(found), "pager script")
    return _drawn(page, own)


def _drawn(page: Page, own: _Own) -> Parts:
    """The pages that a script counts which draws a pager, where it says their addresses."""
    if own.number or not any(_DRAWS.search(text) for _, text in page.scripts):
        return Parts()
    pager = script_pager(page, ())
    if pager is None or pager.address is None:
        return Parts()
    found: list[tuple[int, str]] = []
    address = pager.address
    for count in range(2, min(pager.total(1), MAX_PARTS + 1) + 1):
        url = address.pattern.replace("{n}", str(count * address.step + address.shift))
        number = own.number_of(url)
        if number is None:
            return Parts()
        found.append((number, url))
    return Parts(tuple(found), "pager script")


_DRAWS = lazy_pattern(r"laypage|kkpager|\.pagination\(|Pag(?:er|inat(?:or|ion))\(")


@dataclass(frozen=True, slots=True)
class _Own:
    """The address of the page itself, in parts. `number` is its own, 0 for the first page."""

    host: str
    folder: str
    stem: str
    ending: str
    query: tuple[tuple[str, str], ...]
    number: int = 0

    def may_be(self, href: str) -> bool:
        """Whether an address as written is worth a closer look. Most are not."""
        name = href.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
        if name.startswith(self.stem):
            return not name[len(self.stem) : len(self.stem) + 1].isalpha()
        return not name or (not self.ending and name.isdecimal())

    def is_first(self, url: str) -> bool:
        """Whether an address is that of the first page."""
        split = _split(url)
        path = f"{self.folder}/{self.stem}"
        here = (f"{path}{self.ending}", f"{path}_0{self.ending}")
        rest, number = _without_number(split.query)
        same = split.netloc.lower() == self.host and rest == self.query and not number
        return same and split.path.rstrip("/") in here

    @classmethod
    def of(cls, url: str) -> _Own:
        split = _split(url)
        folder, _, name = split.path.rstrip("/").rpartition("/")
        match = _NAME.fullmatch(name)
        stem, ending = (match["stem"], match["ending"] or "") if match else (name, "")
        stem = stem.removesuffix("_0")  # some houses number from the first page on
        rest, number = _without_number(split.query)
        return cls(split.netloc.lower(), folder, stem, ending, rest, number)

    def number_of(self, url: str) -> int | None:
        """Which page of the same article an address is. None if it is none."""
        split = _split(url)
        if split.netloc.lower() != self.host:
            return None
        rest, number = _without_number(split.query)
        if rest != self.query:
            return None
        folder, _, name = split.path.rstrip("/").rpartition("/")
        if folder == self.folder and name in (
            self.stem + self.ending,
            f"{self.stem}_0{self.ending}",
        ):
            return number or None
        if number or self.number:
            return None
        if folder == self.folder:
            match = _SUFFIX.fullmatch(name.removeprefix(self.stem).removesuffix(self.ending))
            whole = name.startswith(self.stem) and name.endswith(self.ending)
            return int(match[1]) if match and whole else None
        below = not self.ending and folder == f"{self.folder}/{self.stem}"
        return int(name) if below and re.fullmatch(r"\d{1,2}", name) else None


def _split(url: str) -> SplitResult:
    """An address in its parts, without what belongs to one visit: two of its pages may be linked
    with two session ids."""
    split = urlsplit(url)
    path, query = without_visit(split.path, split.query)
    return split._replace(path=path, query=query)


def _without_number(query: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """A query without its page number, and that number. 0 for none, or the first."""
    rest: list[tuple[str, str]] = []
    number = 0
    for key, value in parse_qsl(query[:2000], keep_blank_values=True):
        if key.lower() in _PARAMETERS and re.fullmatch(r"\d{1,2}", value) and int(value) < 100:
            number = int(value) if int(value) > 1 else 0
        else:
            rest.append((key, value))
    return tuple(rest), number


def _is_pager(tag: Element) -> bool:
    return _AROUND.fullmatch(tree.line_text(tag)[:200]) is not None


def _drop(block: Element, parent: Element) -> None:
    """Take an element out, and the bracket or bar that stood right after it."""
    if block.getparent() is not parent:  # went with an earlier one
        return
    tail = (block.tail or "").lstrip(" |】]\u3000\xa0")
    before = block.getprevious()
    if before is not None:
        before.tail = (before.tail or "").rstrip("【[ ") + tail
    else:
        parent.text = (parent.text or "").rstrip("【[ ") + tail
    parent.remove(block)
