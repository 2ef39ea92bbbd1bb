"""Links to files: what kind of file an address leads to, by what the address, the link and the
words before it say. What the file is in the end, its bytes say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Capture

from .. import tree
from ..text import narrow

KINDS = frozenset([
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "wps", "et", "ofd", "txt",
    "csv", "7z", "rtf", "hwp", "hwpx", "odt", "ods", "odp",
])  # fmt: skip
UNKNOWN_KIND = "file"
"""What is a file by its address and the words beside it, and of what kind nothing says."""
VIEWERS = ("iframe", "embed", "object")
"""Elements that show a file in a page."""

_MEDIA_TYPES = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/zip": "zip",
    "application/rtf": "rtf",
    "application/ofd": "ofd",
    "text/csv": "csv",
    "text/plain": "txt",
}
_FILE_NAME = lazy_pattern(r"filename\*?=(?:UTF-8'')?\"?([^\";]{1,200})", re.I)
_NAME_KINDS = "|".join(sorted(KINDS - {"et", "txt", "csv"}, key=len, reverse=True))
"""Not what also ends a word that names no file, as robots.txt does."""
_NAMED = han_pattern(
    rf"[^\s./\\]\.({_NAME_KINDS})(?=\s{{0,3}}(?:$|[\])}}>》】」”\"'([,，;；。]|\d|已?下载|download))",
    re.I,
)
"""`申报表.pdf`, `Annex.docx (210 KB)`."""
_BRACKETED = lazy_pattern(
    r"[(\[【]\s?(pdf|docx?|xlsx?|pptx?|od[tsp]|zip|rtf|ofd)\b[^()\[\]【】]{0,24}[)\]】]", re.I
)
"""`Annex to the decision (PDF, 210 KB)`."""
_PAGES = lazy_pattern(r"\.(?:s?html?|xhtml)$", re.I)
_OTHER_ENDINGS = lazy_pattern(
    r"\.(?:s?html?|xhtml|jpe?g|png|gif|webp|bmp|svg|mp[34]|m4[av]|wav|webm|avi|flv|apk|ipa|exe|dmg"
    r"|msi|xml|rss|css|js)$",
    re.I,
)
_SCRIPTS = lazy_pattern(
    r"(?:down|attach|annex|appendix|fujian|getfile|openfile|readfile|showfile|viewfile|file[-_]?get)"
    r"|/(?:files?|documents?|docs?|fj)/",
    re.I,
)
"""Parts of the path of a program that is asked for a file by its query."""
_STORES = lazy_pattern(
    r"/(?:down(?:loads?|load[-_]?files?|files?)|attach(?:ment|file)?s?|annex|files?|documents?|docs?|fj"
    r"|fujian)(?:\.[a-z]{2,6})?(?:/|$)",
    re.I,
)
"""The same of a path that says itself which file: `/media/4023/download`, `/attachment/17`."""
_FILE_KEYS = lazy_pattern(
    r"(?:^|[&;])(?:\w{0,12}(?:file|attach(?:ment)?|annex|appendix|fj)[-_]?(?:id|no|guid|uuid|key)"
    r"|fileurl|filepath)=",
    re.I,
)
_WORDS = han_pattern(
    r"附件|附表|附图|附錄|附录|下载|下載|download|attachment|annex|enclosure|appendix|anlage|anhang"
    r"|pièce jointe|télécharger|adjunto|descargar|anexo|allegato|scarica|приложение|скачать|첨부",
    re.I,
)
ATTACHED = han_pattern(
    r"附件|附表|附图|附錄|附录|添付|첨부|attachment|annex|enclosure|appendix|anlage|anhang"
    r"|pièces? jointe|adjunto|anexo|allegat|приложени|مرفق",
    re.I,
)
"""What says of a file that it belongs to a text."""
_NAVIGATION = han_pattern(
    r"客户端|用户端|移动端|手机|安卓|浏览器|播放器|阅读器|控件|插件|驱动|软件|下载中心|下载专区|资料下载|表格下载|更多"
    r"|\bapp\b|android|iphone|\bios\b|browser|reader|player|plug-?in|flash|acrobat|software"
    r"|download (?:cent(?:er|re)|area|page)s?|all downloads|more downloads|^downloads?$",
    re.I,
)
"""Ways to programs and to lists of files."""
_ASIDE = ("nav", "footer", "aside", "header", "menu")
_KEYS = ("file", "url", "src", "furl", "pdf", "pdfurl", "fileurl", "path", "document")
_MOST_TEXT, _MOST_PIECES, _BEFORE = 300, 40, 24


@dataclass(frozen=True, slots=True)
class LinkWords:
    """What a link says of itself, and what stands right before it. `is_own` is whether it stands in
    the text of the article and not beside it."""

    text: str = ""
    title: str = ""
    download: str | None = None
    media_type: str = ""
    before: str = ""
    is_own: bool = True


def file_kind(url: str) -> str:
    """`pdf`, `docx`, … from the path or from a download script's `filename=`. Empty for a page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    names = [parts.path]
    if parts.query:
        names += [
            value
            for key, value in parse_qsl(parts.query[:2000])
            if "file" in key.lower() or key.lower() == "name" or "/" in value
        ]
    for name in names:
        suffix = _suffix(name)
        if suffix:
            return suffix
    return _inner_kind(parts.path)


def link_kind(tag: tree.Element, is_own: bool = True) -> str:
    """The kind of the file that a link leads to. Empty for a link to a page."""
    address = tree.attribute(tag, "href")
    if not address:
        return ""
    kind = file_kind(address) if "." in address else ""
    if kind or _is_no_address(address):
        return kind
    text = "".join(islice(tag.itertext(), _MOST_PIECES))[:_MOST_TEXT]
    title, download = tree.attribute(tag, "title")[:_MOST_TEXT], tag.get("download")
    said = LinkWords(text, title, download, tree.attribute(tag, "type"), "", is_own)
    kind = kind_by_words(address, said)
    if kind:
        return kind
    icon = _icon_of(tag)
    if not (icon or _hands_out(address)) or (not is_own and tree.has_ancestor(tag, *_ASIDE)):
        return ""
    if icon and not _ends_otherwise(address) and not _NAVIGATION.search(f"{text} {title}".strip()):
        shown = _ICON_KIND.search(icon)
        if shown is not None:
            return _KINDS_OF_ICONS.get(shown[1].lower(), shown[1].lower())
        if _hands_out(address) or _STORED.search(address):
            return UNKNOWN_KIND
    words = LinkWords(text, title, download, said.media_type, _before(tag), is_own)
    return UNKNOWN_KIND if _is_called_file(words) else ""


def linked_file(tag: tree.Element, is_own: bool = True) -> tuple[str, str]:
    """The address and the kind of the file that a link leads to, one that a viewer shows included.
    Empty for a link to a page."""
    address = tree.attribute(tag, "href")
    inner = viewed_file(address)
    if inner:
        return inner, file_kind(inner)
    return address, link_kind(tag, is_own)


def kind_by_words(address: str, words: LinkWords) -> str:
    """The kind that the words of a link say, where its address says nothing."""
    if _is_no_address(address) or _ends_otherwise(address):
        return ""
    kind = _MEDIA_TYPES.get(words.media_type.partition(";")[0].strip().lower(), "")
    if kind:
        return kind
    if words.download is not None and (kind := _suffix(words.download)):
        return kind
    for text in (words.text, words.title):
        plain = narrow(text).strip() if text else ""
        found = _NAMED.search(plain) or _BRACKETED.search(plain) if plain else None
        if found is not None:
            return found[1].lower()
    # An address that only its attribute says to be a file: in the article, not in a menu.
    return UNKNOWN_KIND if words.download is not None and words.is_own else ""


def shown_file(tag: tree.Element) -> tuple[str, str]:
    """The address and the kind of the file that an element shows. Empty where it shows none."""
    names = ("data", "src") if tag.tag == "object" else ("src", "data-src", "data-url")
    for name in names:
        address = tree.attribute(tag, name)
        if not address or address[:5].lower() == "data:":
            continue
        inner = viewed_file(address)
        if inner:
            return inner, file_kind(inner)
        kind = file_kind(address) if "." in address else ""
        media = tree.attribute(tag, "type").partition(";")[0].strip().lower()
        kind = kind or ("" if _ends_otherwise(address) else _MEDIA_TYPES.get(media, ""))
        if kind:
            return address, kind
    return "", ""


def said_kind(capture: Capture, kind: str) -> str:
    """The kind of a file that has come: `kind`, or what its server says where the link did not."""
    if kind != UNKNOWN_KIND:
        return kind
    media = (capture.header("content-type") or "").partition(";")[0].strip().lower()
    return _suffix(stated_name(capture).strip()) or _MEDIA_TYPES.get(media, kind)


def stated_name(capture: Capture) -> str:
    """The name that its server gives a file (RFC 6266). Empty where it gives none."""
    name = _FILE_NAME.search(capture.header("content-disposition") or "")
    return unquote(name[1]) if name else ""


def viewed_file(address: str) -> str:
    """The address of the file in that of a viewer: `viewer.html?file=/f/1.pdf`. Else empty."""
    if "=" not in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if _suffix(parts.path):
        return ""
    for key, value in parse_qsl((parts.query or parts.fragment)[:2000]):
        is_address = "/" in value or _PAGES.search(parts.path) is not None
        if key.lower() in _KEYS and is_address and _kind_of_path(value):
            return value
    return ""


def _kind_of_path(address: str) -> str:
    try:
        return _suffix(urlsplit(address).path)
    except ValueError:
        return ""


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    return suffix if suffix in KINDS and suffix != name.lower() else ""


def _inner_kind(path: str) -> str:
    """The ending of an inner part of a path whose last part has none: `/note.pdf/0b6b6f0a`."""
    parts = path[:2000].split("/")
    if len(parts) < 3 or "." in parts[-1]:
        return ""
    return next((kind for part in reversed(parts[:-1]) if (kind := _named_kind(part))), "")


def _named_kind(part: str) -> str:
    kind = _suffix(unquote(part)) if "." in part[1:] else ""
    return kind if kind not in ("et", "txt", "csv", "zip") else ""


def _is_no_address(address: str) -> bool:
    start = address[:12].strip().lower()
    return start in ("", "/", "./") or start.startswith(("#", "javascript:", "mailto:", "tel:"))


def _ends_otherwise(address: str) -> bool:
    try:
        return _OTHER_ENDINGS.search(urlsplit(address).path) is not None
    except ValueError:
        return True


def _hands_out(address: str) -> bool:
    """True for the address of a program that hands out files."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    path, query = parts.path[:2000], parts.query[:2000]
    if _OTHER_ENDINGS.search(path):
        return False
    if _FILE_KEYS.search(query):
        return True
    # What has neither a number nor a question behind it is the list of all of them.
    if query and _SCRIPTS.search(path):
        return True
    return _STORES.search(path) is not None and any(c.isdecimal() for c in path)


def _is_called_file(words: LinkWords) -> bool:
    if not words.text.strip() and not words.title:
        return False  # a picture that leads somewhere
    said = f"{words.before} {words.text} {words.title}"
    if _NAVIGATION.search(f"{words.text} {words.title}".strip()):
        return False
    return (_WORDS if words.is_own else ATTACHED).search(said) is not None


_ICON_KIND = lazy_pattern(
    r"(?:^|[\W_]|ic(?:on)?)(pdf|docx?|word|xlsx?|excel|pptx?|powerpoint|od[tsp]|zip|rtf|ofd)(?:[\W_\d]|$)",
    re.I,
)
_KINDS_OF_ICONS = {"word": "doc", "excel": "xls", "powerpoint": "ppt"}
_ICON = lazy_pattern(
    r"(?:^|[\W_])(?:files?|attach(?:ments?)?|paperclip|downloads?|docs?|documents?)(?:[\W_]|$)",
    re.I,
)
_STORED = lazy_pattern(r"/(?:uploads?|assets|documentcenter|resources?)/\S{0,60}\d", re.I)
"""Where a system keeps files, and pictures and scripts, too: an icon of a file says which."""


def _icon_of(tag: tree.Element) -> str:
    """What the icon of a file in a link is called, or the link itself. Empty for any other."""
    for each in islice(tag.iter("a", "img", "i", "span", "svg"), _MOST_ICONS):
        name = tree.attribute(each, "class")[:_MOST_TEXT]
        if each.tag == "img":
            source = tree.attribute(each, "src")[:_MOST_TEXT].rpartition("/")[2]
            name = f"{source} {tree.attribute(each, 'alt')[:_MOST_TEXT]} {name}"
        if name and (_ICON_KIND.search(name) or _ICON.search(name)):
            return name
    return ""


_MOST_ICONS = 6


def _before(tag: tree.Element) -> str:
    """What stands right before a link in its line."""
    previous, parent = tag.getprevious(), tag.getparent()
    text = (previous.tail or "") if previous is not None else ""
    if previous is not None and not text.strip():
        text = "".join(islice(previous.itertext(), _MOST_PIECES))
        if not text.strip() and previous.getprevious() is None and parent is not None:
            text = parent.text or ""
    elif previous is None and parent is not None:
        text = parent.text or ""
    return text[-_BEFORE:]
