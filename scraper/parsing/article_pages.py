"""Articles over several pages: which addresses the further ones have, and all of them as one.

A page of the same article is known by its address: the article's own with a number (`…_2.html`,
`?page=2`, `/2`), linked by a number or a word such as 下一页, or counted by the page's own script.
The pager of a list has another name in it, and the next article another number. Fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from storage.types import Evidence, Origin, Outcome, Reading

from . import tree
from .page import Page
from .text import MAX_TEXT, cut_bytes, narrow
from .tree import Element

MAX_PARTS = 20
"""Pages of one article that are joined, the first included. One more is named, to tell that there
are more."""
FIELD = "pages"
"""The field under which the evidence says of how many pages an article was made."""

_PAGER = re.compile(
    r"[\[(]?\s?(?:第\s?)?\d{1,2}\s?(?:页)?\s?[\])]?|[\[(<«‹]?\s?(?:上一?页|下一?页|前一?页|后一?页|首页|末页|尾页|最后一?页"
    r"|next(?: page)?|prev(?:ious)?(?: page)?|first(?: page)?|last(?: page)?)\s?[\])>»›→]{0,3}"
    r"|[>»›→<«‹←]{1,3}",
    re.I,
)
_AROUND = re.compile(
    r"(?:[\s|/·.…,\[\]()<>«»‹›→←【】〔〕]|\d|共|第|页|条|上一?页|下一?页|首页|末页|尾页|前一?页|后一?页|余下全文|pages?|of|next|prev(?:ious)?"
    r"|first|last){0,80}",
    re.I,
)
_NAME = re.compile(r"(?P<stem>.+?)(?P<ending>\.(?:s?html?|aspx?|php|jsp|jhtml))?", re.I)
_NEIGHBOUR = re.compile(r"(?P<stem>.{1,200})[_-](?P<number>\d{1,2})")
_SUFFIX = re.compile(r"[_-](\d{1,2})")
_PARAMETERS = frozenset(
    ("page", "p", "pn", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "cur_page")
)
_CALL = re.compile(r"createPage(?:HTML)?\s{0,3}\(([^()]{3,300})\)")
_ARGUMENT = re.compile(r"""["']([^"']{0,100})["']|(-?\d{1,6})""")


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
    return replace(_scripted(page), links=linked.links)


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
    body = cut_bytes("\n\n".join(filter(None, bodies)), MAX_TEXT).rstrip()
    joined_addresses = " ".join(addresses)
    kept = tuple(each for each in article.evidence if each.field != FIELD)
    rule = f"{len(others) + 1} pages" + (f", {len(missing)} missing" if missing else "")
    joined = replace(
        article,
        body=body,
        html="\n".join(filter(None, markups)),
        images=tuple(images),
        attachments=tuple(files),
        evidence=(*kept, Evidence(FIELD, Origin.URL, rule, joined_addresses[:500])),
    )
    reason = "; ".join(filter(None, (first.reason, *missing[:2], left_out)))
    outcome = Outcome.PARTIAL if missing or left_out else first.outcome
    return replace(first, outcome=outcome, reason=reason[:500], article=joined, more_pages=())


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
    if own.stem not in page.addresses and "\n?" not in page.addresses:  # as on nearly all pages
        return Parts()
    for tag, href in page.links:
        if (own.stem not in href and href[:1] != "?") or not own.may_be(href):
            continue
        url = page.link(href)
        number = own.number_of(url) if url else None
        if number is None and not (url and own.is_first(url)):
            continue
        if tag.tag == "a":
            links.append(tag)
        if number is None:
            continue
        if tag.tag == "a":
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


def _scripted(page: Page) -> Parts:
    """`createPageHTML(3, 0, "t20220127_123", "html")` on the page `t20220127_123.html`. Called with
    the current page counted from 0 the second has the number 1, otherwise 2."""
    scripts = "\n".join(
        text for tag in page.tags("script") if "createPage" in (text := tag.text or "")
    )
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
    return Parts()


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
        split = urlsplit(url)
        path = f"{self.folder}/{self.stem}"
        here = (f"{path}{self.ending}", f"{path}_0{self.ending}")
        rest, number = _without_number(split.query)
        same = split.netloc.lower() == self.host and rest == self.query and not number
        return same and split.path.rstrip("/") in here

    @classmethod
    def of(cls, url: str) -> _Own:
        split = urlsplit(url)
        folder, _, name = split.path.rstrip("/").rpartition("/")
        match = _NAME.fullmatch(name)
        stem, ending = (match["stem"], match["ending"] or "") if match else (name, "")
        stem = stem.removesuffix("_0")  # some houses number from the first page on
        rest, number = _without_number(split.query)
        return cls(split.netloc.lower(), folder, stem, ending, rest, number)

    def number_of(self, url: str) -> int | None:
        """Which page of the same article an address is. None if it is none."""
        split = urlsplit(url)
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
