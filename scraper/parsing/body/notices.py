"""The block beside a text that says of which page it is: licence, permanent link, citation, share.

It repeats the page's own headline, address, author and day. Whatever a theme calls it, what holds
the page's own address is the portal's and not the text's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from ..fields.byline import Label, read_byline
from ..page import Page
from ..soup import attribute
from ..text import narrow, squeeze
from .paragraphs import Paragraph, is_foot, is_running

_ADDRESS = lazy_pattern(r"(?:https?://|www\.)[^\s<>\"“”，。；）】]{4,1000}", re.I)
_SCHEME = lazy_pattern(r"^(?:https?:)?//", re.I)
_INDEX = lazy_pattern(r"/(?:index|default)\.[a-z]{3,5}$")
_NOTICE = han_pattern(
    r"licen[cs]e|copyright|©|all rights|reprint|republish|short ?link|\bcite\b|citation|share"
    r"|copy (?:the )?link|版权|著作权|许可|转载|引用|分享|原文链接"
    r"|droits|derechos|urheberrecht|rechte|lizenz",
    re.I,
)
_CERTAIN = han_pattern(
    r"licen[cs]ed under|creative ?commons|\bcc[ -]by\b|all rights reserved|permanent ?link"
    r"|permalink|版权(?:声明|归|所有)|著作权归|许可协议|转载(?:请|自|须|时)"
    r"|(?:本文|文章)(?:链接|地址|作者|标题|网址)|永久链接|固定链接|原文链接"
    r"|lien permanent|enlace permanente|tous droits|alle rechte",
    re.I,
)
"""What no sentence of an article says just so, so that it counts without an element around."""
_LABELS = frozenset((Label.AUTHOR, Label.SOURCE, Label.EDITOR, Label.PUBLISHED, Label.UPDATED))
_MOST_BESIDE = 40
"""Characters that may stand beside a headline or an address in a line: `Permanent link: …`."""
_MOST_LINE, _MOST_BLOCK, _SHARE = 400, 500, 0.25
_CLIMBED, _LINES = 8, 40
_LEAST_PATH, _LEAST_STEM = 6, 20
_MOST_FOUND = 20


class OwnWords:
    """How a page calls itself: its headline, and its addresses in any spelling."""

    def __init__(self, page: Page, title: str) -> None:
        self._title = squeeze(title)
        stated = (page.url, page.canonical, page.link(page.meta("og:url")))
        keys = {key for address in stated if (key := _key(address))}
        self._addresses = keys
        self._paths = {path for key in keys if len(path := _path(key)) >= _LEAST_PATH}
        self._link: Callable[[str], str] = page.link

    def is_address(self, paragraph: Paragraph) -> bool:
        """True for a line that is the page's own address, a label apart, or a link to it."""
        text = paragraph.text
        if len(text) > _MOST_LINE + len(self._title):
            return False
        beside = len(squeeze(text).replace(self._title, "")) if self._title else len(text)
        for found in _ADDRESS.findall(text):
            if self._is_own(found):
                return beside - len(squeeze(found)) <= _MOST_BESIDE
        return beside <= _MOST_BESIDE and any(map(self._leads_here, _anchors(paragraph)))

    def is_title(self, text: str) -> bool:
        """True for a line that is the page's headline, a label before it apart."""
        key = squeeze(text)
        if not self._title or len(key) > len(self._title) + _MOST_BESIDE // 2:
            return False
        before = key.removesuffix(self._title)
        return before != key and (not before or before[-1] in ":《「“\"'|-")

    def _leads_here(self, anchor: Tag) -> bool:
        href = attribute(anchor, "href").strip()
        is_page = bool(href) and "#" not in href and not href.startswith("?")
        return is_page and _key(self._link(href)) in self._addresses

    def _is_own(self, address: str) -> bool:
        key = _key(address.rstrip(".,;:)]"))
        if key in self._addresses or _path(key) in self._paths:
            return True
        stem = key.rstrip(".…")
        is_cut = stem != key and len(stem) >= _LEAST_STEM
        return is_cut and any(own.startswith(stem) for own in self._addresses)


def own_notices(
    paragraphs: Sequence[Paragraph], own: OwnWords, zone: str
) -> Iterator[tuple[range, Tag | None]]:
    """The paragraphs of each block that says of which page it is, and the element that holds
    nothing else, where there is one. Whatever runs stays."""
    total = sum(len(p.text) for p in paragraphs)
    found = [at for at, each in enumerate(paragraphs) if own.is_address(each)][:_MOST_FOUND]
    done = -1
    for at in found:
        if at <= done:
            continue
        lines, around = _box(paragraphs, at, own, zone, total) or (range(at, at + 1), None)
        lines = _with_neighbours(paragraphs, lines, own, zone)
        done = lines.stop - 1
        yield lines, around


def _box(
    paragraphs: Sequence[Paragraph], at: int, own: OwnWords, zone: str, total: int
) -> tuple[range, Tag] | None:
    """The largest element around a line that is nothing but such a block."""
    best: tuple[range, Tag] | None = None
    parents = list(paragraphs[at].tag.parents)[:_CLIMBED]
    for around in (paragraphs[at].tag, *parents):
        if around.parent is None:
            break
        lines = _lines_in(paragraphs, at, around)
        if not _is_box(paragraphs, lines, own, zone, total):
            break
        best = lines, around
    return best


def _lines_in(paragraphs: Sequence[Paragraph], at: int, around: Tag) -> range:
    first = last = at
    while first and at - first < _LINES and _stands_in(paragraphs[first - 1].tag, around):
        first -= 1
    while (
        last + 1 < len(paragraphs)
        and last - at < _LINES
        and _stands_in(paragraphs[last + 1].tag, around)
    ):
        last += 1
    return range(first, last + 1)


def _stands_in(tag: Tag, around: Tag) -> bool:
    return tag is around or any(parent is around for parent in tag.parents)


def _is_box(
    paragraphs: Sequence[Paragraph],
    lines: range,
    own: OwnWords,
    zone: str,
    total: int,
) -> bool:
    if len(lines) == 1:
        return True
    inside = [paragraphs[n] for n in lines]
    marks = [own.is_address(p) or own.is_title(p.text) for p in inside]
    rest = [p for p, is_mark in zip(inside, marks, strict=True) if not is_mark]
    held = sum(len(p.text) for p in rest)
    if held > max(_MOST_BLOCK, _SHARE * total) or 2 * sum(len(p.text) for p in inside) > total:
        return False
    is_named = any(own.is_title(p.text) or _is_notice(p.text) or is_foot(p, zone) for p in inside)
    return is_named and not any(
        is_running(p.text, p.linked) and not _is_notice(p.text) for p in rest
    )


def _with_neighbours(
    paragraphs: Sequence[Paragraph], lines: range, own: OwnWords, zone: str
) -> range:
    """The lines with those of the same kind right before and behind them, where a theme puts no
    element around them."""
    first, last = lines.start, lines.stop - 1
    while first and _belongs(paragraphs[first - 1], own, zone):
        first -= 1
    while last + 1 < len(paragraphs) and _belongs(paragraphs[last + 1], own, zone):
        last += 1
    return range(first, last + 1)


def _belongs(paragraph: Paragraph, own: OwnWords, zone: str) -> bool:
    text = paragraph.text
    if own.is_title(text) or is_foot(paragraph, zone) or _is_labelled(text, zone):
        return True
    return len(text) <= _MOST_LINE // 2 and _CERTAIN.search(narrow(text)) is not None


def _is_labelled(text: str, zone: str) -> bool:
    """True for `Author: Li Hua`, `Posted on 5 August`."""
    if len(text) > _MOST_BESIDE * 2:
        return False
    byline = read_byline(text, zone)
    return not _LABELS.isdisjoint(byline.labels) and len("".join(byline.rest)) <= _MOST_BESIDE // 2


def _is_notice(text: str) -> bool:
    plain = narrow(text)
    return len(text) <= _MOST_LINE and bool(_NOTICE.search(plain) or _CERTAIN.search(plain))


def _anchors(paragraph: Paragraph) -> Iterable[Tag]:
    if not paragraph.linked:
        return ()
    tag = paragraph.tag
    if tag.name == "a":
        return (tag,)
    around = tag.find_parent("a")
    return (around,) if isinstance(around, Tag) else tag.find_all("a", limit=5)


def _key(address: str) -> str:
    """An address without what two spellings of it may differ in: scheme, `www.`, index, slash."""
    plain = _SCHEME.sub("", unquote(address.strip()[:2000]).partition("#")[0]).casefold()
    return _INDEX.sub("/", plain.removeprefix("www.")).rstrip("/").replace(" ", "")


def _path(key: str) -> str:
    return key.partition("/")[2]
