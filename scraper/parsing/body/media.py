"""Images and attached files of a body, by absolute http(s) address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import unquote, urlsplit

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Attachment, Image
from storage.urls import without_place

from .. import tree
from ..lists.calls import called_row
from ..page import Page
from ..soup import attribute, line_text, named, soup_of
from ..text import clean_field
from .files import (
    ATTACHED,
    VIEWERS,
    LinkWords,
    file_kind,
    kind_by_words,
    linked_file,
    shown_file,
)

CAPTION = "data-caption"
"""Marks captions: they live with their images, the text goes on without them."""
MAX_IMAGES = 200
MAX_ATTACHMENTS = 200

LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url", "oldsrc", "src",
)  # fmt: skip
"""Where the address of a picture stands, those of pictures loaded late first."""
_ICON = lazy_pattern(
    r"(?:^|[/_-])(?:icon|icons|logo|share|blank|spacer|loading|pixel|dot|arrow|btn|filetypeimages)(?:[/._-]|\d)",
    re.I,
)
_FILE_NAME = han_pattern(
    r"^[\w.%-]*\.(?:jpe?g|png|gif|webp|bmp)$|^(?:undefined|null|image|img|图片|插图)$", re.I
)


def read_images(root: Tag, page: Page) -> tuple[Image, ...]:
    """The pictures of an element in order, each once, with the caption printed under it."""
    found: dict[str, Image] = {}
    for tag in named(root, "img"):
        url = image_address(tag, page)
        if url and not is_icon(attribute(tag, "width"), attribute(tag, "height"), url):
            image = Image(url, _caption(tag))
            if url not in found or len(image.caption) > len(found[url].caption):
                found[url] = image
        if len(found) >= MAX_IMAGES:
            break
    return tuple(found.values())


def image_address(tag: Tag, page: Page) -> str:
    """The address of a picture, lazily loaded ones included. Empty where it is not http(s)."""
    for name in LAZY:
        raw = attribute(tag, name)
        if raw and not raw.lower().startswith("data:"):
            url = page.link(raw)
            if url:
                return url
    return ""


def is_icon(width: str | None, height: str | None, url: str) -> bool:
    """True for a picture that is part of the page's boilerplate, by its size or its address."""
    sizes = [(size or "").removesuffix("px") for size in (width, height)]
    if any(size.isdecimal() and int(size[:6]) <= 32 for size in sizes):
        return True
    return _ICON.search(urlsplit(url).path) is not None


def read_captions(root: Tag) -> list[str]:
    """The captions printed with the pictures of an element, in order, each once."""
    tags = (tag for tag in root.descendants if isinstance(tag, Tag))
    printed = (tag for tag in tags if attribute(tag, CAPTION) in _PRINTED)
    return [*dict.fromkeys(clean_field(line_text(tag)) for tag in printed)]


_PRINTED = ("figcaption", "caption")


def _caption(tag: Tag) -> str:
    figure = _parent_named(tag, "figure")
    if figure is not None:
        within = [node for node in figure.descendants if isinstance(node, Tag)]
        marked = (
            next((node for node in within if node.name == "figcaption"), None),
            next((node for node in within if attribute(node, CAPTION) == "caption"), None),
        )
        caption = next((node for node in marked if node is not None), None)
        if caption is not None:
            return clean_field(line_text(caption))
    nearby = caption_element(tag)
    if nearby is not None:
        return clean_field(line_text(nearby))
    for name in ("alt", "title"):
        text = clean_field(attribute(tag, name))
        if text and not _FILE_NAME.match(text):
            return text
    return ""


def caption_element(tag: Tag) -> Tag | None:
    """The element right after a picture (or its paragraph) that is marked as its caption."""
    node: Tag | None = tag
    for _ in range(3):
        if node is None:
            return None
        after = node.next_sibling
        while after is not None and not isinstance(after, Tag):
            after = after.next_sibling
        if after is not None and attribute(after, CAPTION):
            return after
        node = node.parent
    return None


def _parent_named(tag: Tag, name: str) -> Tag | None:
    """The nearest element around a tag that has this name."""
    parent = tag.parent
    while parent is not None and parent.name != name:
        parent = parent.parent
    return parent


def read_attachments(root: tree.Element, page: Page) -> tuple[Attachment, ...]:
    """The files linked from the body, or shown in it, those beside it in the same container, and
    those that follow further out and say that they are attached."""
    found: dict[str, Attachment] = {}
    parent = root.getparent()
    while parent is not None and len(parent) == 1 and parent.tag != "body":
        root, parent = parent, parent.getparent()  # a wrapper, with nothing else in it
    own = set(root.iter("a")) if parent is not None else None
    block = root if parent is None else parent
    for tag in chain(block.iter("a", *VIEWERS), _attached_after(block)):
        if len(found) >= MAX_ATTACHMENTS:
            break
        is_link = tag.tag == "a"
        if is_link:
            address, kind = linked_file(tag, own is None or tag in own)
            if not kind and (address := called_row(page, tag)):
                words = LinkWords(tree.line_text(tag), tree.attribute(tag, "title"))
                kind = file_kind(address) or kind_by_words(address, words)
        else:
            address, kind = shown_file(tag)
        url = page.link(address) if kind else ""
        if not url or url in found or without_place(url) == page.here:
            continue
        title = tree.attribute(tag, "title") or tree.attribute(tag, "download")
        name = (line_text(soup_of(tag).root) if is_link else "") or title or _file_name(url)
        found[url] = Attachment(url, clean_field(name), kind)
    return tuple(found.values())


def _attached_after(block: tree.Element) -> Iterator[tree.Element]:
    """Links that follow a block in what is around it, as far as there is little else, whose own row
    says that they are attached."""
    beside = 0
    for _ in range(_MOST_AROUND):
        parent = block.getparent()
        if parent is None or block.tag == "body":
            return
        others = [each for each in parent if each is not block]
        beside += sum(map(tree.text_size, others))
        if beside > _MOST_BESIDE:
            return
        for other in block.itersiblings():
            for link in other.iter("a"):
                row = next(link.iterancestors(*_ROWS), other)
                if tree.text_size(row) <= _LONGEST_ROW and ATTACHED.search(tree.line_text(row)):
                    yield link
        block = parent


_MOST_AROUND, _MOST_BESIDE, _LONGEST_ROW = 6, 600, 300
_ROWS = ("li", "tr", "p", "dd", "div")


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])
