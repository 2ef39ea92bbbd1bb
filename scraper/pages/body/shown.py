"""Where the body is on a page that says next to nothing: the element with its pictures or files.

A notice may be a scanned page, or a list of attachments. Finds the element and leaves it as it is.
"""

from __future__ import annotations

from storage.types import Origin

from ..page import Page
from ..tree import Element, attribute, names_of
from .media import LAZY, file_kind, is_icon
from .place import BodyPlace
from .weigh import share_beside

_BOXES = ("div", "td", "section", "article", "main", "founder-content", "ucapcontent")
_AROUND = 3
_MOST = 500


def by_media(page: Page) -> BodyPlace | None:
    """The element that holds most pictures and links to files, the innermost of several; menus and
    what leads to another page do not count. None where there are none."""
    held: dict[Element, int] = {}
    for tag in [*page.tags("img")[:_MOST], *page.tags("a")[:_MOST]]:
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
    return file_kind(attribute(tag, "href")) != ""
