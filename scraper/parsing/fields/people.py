"""Who is behind an article: original source, writer, editor, and who runs the site.

All as printed. The source is whom the page names as the text's origin. Where it names nobody,
nobody is, and the site's own name does not take its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from storage.types import Evidence, Origin

from ...sources.model import FieldRules
from ..page import Page
from ..text import clean_field, narrow, squeeze
from . import metadata as meta
from .byline import read_byline
from .metadata import Clue
from .visible import VisibleFields

# Who runs the site that published an article: as its metas, its JSON-LD or its footer say.

_LAST_LINES = 60
_HOSTED = re.compile(r"主\s?办(?:单位)?\s?[:：]\s?([^\s:：|;；,，。()]{2,40})")
_NO_NAMES = ("all rights", "copyright", "不得", "未经", "违者", "禁止", "侵权", "请勿", "转载")
_RIGHTS = (
    re.compile(r"版权所有\s?[:：©@]?\s{0,2}([一-鿿()·]{4,40})"),
    re.compile(
        r"(?:copyright\s?)?(?:©|\(c\)|copyright)\s?(?:[12]\d{3}\s?)?(?:[-,~]\s?(?:[12]\d{3})?\s?)?"
        r"(?:by\s)?([^\d©.|,;:-][^©|;:]{3,80}?)(?:\.\s|\s)?(?=all rights? reserved|$)",
        re.I,
    ),
)


def publisher_clues(page: Page, rules: FieldRules) -> Iterator[Clue]:
    """Names of the site or of who runs it, the most trusted first."""
    yield from meta.metas(page, ("sitename",))
    yield from meta.json_ld(page, "publisher")
    yield from meta.metas(page, ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher"))
    yield from _footer(page)
    yield from meta.metas(page, ("copyright", "application-name"))
    for name in rules.site_names[:1]:
        yield Clue(Origin.TEMPLATE, "site_names", name)


def _footer(page: Page) -> Iterator[Clue]:
    """`主办：…`, `版权所有：…`, `Copyright © … All Rights Reserved` among the last lines."""
    last = [
        (narrow(line.text), line) for line in page.lines[-_LAST_LINES:] if len(line.text) <= 300
    ]
    for pattern in (_HOSTED, *_RIGHTS):
        for text, line in last:
            found = pattern.search(text)
            match = pattern.search(narrow(page.read_line(line))) if found else None
            if match is not None and any(c.isalpha() for c in match[1]):
                name = match[1].strip(" .,-").removesuffix("(")
                if not name.lower().startswith(_NO_NAMES):
                    yield Clue(Origin.VISIBLE, "footer", name)


_NAME = 120
_NO_NAME = re.compile(r"https?:|www\.|@|^[A-Za-z]?_?\d+$", re.I)
"""Addresses and staff numbers: they fill author metas, they name nobody."""
_NOBODY = re.compile(r'="|^\d+\)|^(?:此处|楼主|点击此处|点击查看|原创|转载|网络|匿名)$')
"""Markup that was escaped, and words that name no body."""
_PERSON = r"[一-鿿]{2,4}(?:·[一-鿿]{1,6}){0,2}"
_PEOPLE = rf"({_PERSON}(?:[\s、,]{{1,3}}{_PERSON}){{0,4}})"
_REPORTERS = re.compile(rf"记者[\s:]{{0,3}}{_PEOPLE}\s?(?=\)|通讯员|摄影|报道|/|\|)")
_REPORTER_LINE = re.compile(
    rf"[^一-鿿]{{0,4}}[一-鿿·\s]{{0,14}}记者[\s:]{{0,3}}{_PEOPLE}(?:发自.{{0,12}}|\s?(?:文|摄|报道))?"
)
_SIGNED = 60
_HEAD, _TAIL = 160, 120
"""Characters at both ends of a text in which it names its reporter."""
_NOT_NAMES = re.compile(r"^(?:从|在|获悉|日前|今日|昨日|了解|采访|看到|近日)")


@dataclass(frozen=True, slots=True)
class People:
    """Who is named, each None where nobody is. Also the evidence of those that are."""

    source: str | None = None
    author: str | None = None
    editor: str | None = None
    publisher: str | None = None
    evidence: tuple[Evidence, ...] = ()


def read_people(page: Page, rules: FieldRules, seen: VisibleFields, text: str) -> People:
    """Everybody a page names. `text` is the article's own text, whose ends may name a reporter."""
    zone = rules.zone
    own = {squeeze(name) for name in (page.meta("sitename"), page.host, *rules.site_names) if name}
    source = _first("source", _source_clues(page, rules, seen), zone)
    own |= {squeeze(source[0])} if source else set()  # www.gov.cn names the issuing body twice
    writers = (c for c in _author_clues(page, rules, seen, text) if squeeze(c.raw) not in own)
    author = _first("author", writers, zone)
    if author and source and author[0] == source[0]:
        author = None
    editor = _first("editor", _editor_clues(page, seen, zone), zone)
    publisher = _first("publisher", publisher_clues(page, rules), zone)
    evidence = [found[1] for found in (source, author, editor, publisher) if found]
    return People(
        source[0] if source else None,
        author[0] if author else None,
        editor[0] if editor else None,
        publisher[0] if publisher else None,
        tuple(evidence),
    )


def _source_clues(page: Page, rules: FieldRules, seen: VisibleFields) -> Iterator[Clue]:
    yield from meta.selected(page, rules.source)
    yield from meta.metas(page, meta.SOURCE)
    if seen.source:
        yield Clue(Origin.VISIBLE, "source line", seen.source)
    for text in _lines_with(page, ("来源", "ource:", "ource：")):
        byline = read_byline(text, rules.zone)
        if byline.source and len("".join(byline.rest)) < 10:
            yield Clue(Origin.VISIBLE, "line apart from the headline", byline.source)


def _author_clues(page: Page, rules: FieldRules, seen: VisibleFields, text: str) -> Iterator[Clue]:
    yield from meta.selected(page, rules.author)
    yield from meta.metas(page, meta.AUTHOR)
    yield from meta.json_ld(page, "author")
    if seen.author:
        yield Clue(Origin.VISIBLE, "byline", seen.author)
    for own in _lines_with(page, ("作者：", "作者:")):
        author = read_byline(own, rules.zone).author
        if author:
            yield Clue(Origin.VISIBLE, "author line", author)
    yield from _reporters(page, text, rules.zone)


def _reporters(page: Page, text: str, zone: str) -> Iterator[Clue]:
    """`本报记者 张三` as a line of its own, `（记者 张三）` at one of the ends of the text."""
    for line in _lines_with(page, ("记者",)):
        own = _REPORTER_LINE.fullmatch(narrow(line)) if len(line) <= 40 else None
        if own is not None:
            if not _NOT_NAMES.match(own[1]) and not line.endswith("摄"):  # who took a picture
                yield Clue(Origin.VISIBLE, "reporter line", own[1])
        elif len(line) <= _SIGNED and "来源" in line and (author := read_byline(line, zone).author):
            yield Clue(Origin.VISIBLE, "reporter beside the source", author)
    for part in (text[:_HEAD], text[-_TAIL:]):
        for match in _REPORTERS.finditer(narrow(part)):
            if not _NOT_NAMES.match(match[1]):
                yield Clue(Origin.VISIBLE, "reporter named in the text", match[1])


def _editor_clues(page: Page, seen: VisibleFields, zone: str) -> Iterator[Clue]:
    yield from meta.metas(page, meta.EDITOR)
    if seen.editor:
        yield Clue(Origin.VISIBLE, "date line", seen.editor)
    for text in _lines_with(page, ("编辑", "责编", "ditor:", "ditor：", "ditors:", "ditor :")):
        editor = read_byline(text, zone).editor
        if editor:
            yield Clue(Origin.VISIBLE, "editor line", editor)


def _lines_with(page: Page, words: tuple[str, ...]) -> Iterator[str]:
    """Short visible lines, not links, in which one of the words stands. At most thirty."""
    left = 30
    stands_in = _any_of(words)  # three times as fast as asking for each word
    for line in page.lines:
        text = line.text
        if len(text) <= 100 and stands_in(text):
            if line.linked * 2 <= len(text):
                yield page.read_line(line)
            left -= 1
            if not left:
                return


@lru_cache(maxsize=16)
def _any_of(words: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(map(re.escape, words))).search


def _first(field: str, clues: Iterable[Clue], zone: str) -> tuple[str, Evidence] | None:
    for clue in clues:
        name = _name(field, clue, zone)
        if name:
            return name, Evidence(field, clue.origin, clue.rule, clean_field(clue.raw))
    return None


def _name(field: str, clue: Clue, zone: str) -> str:
    """The name in a clue: its labelled part, else what is left without label and date."""
    if clue.origin is Origin.VISIBLE or field == "publisher":
        fits = len(clue.raw) <= _NAME and not _NOBODY.search(clue.raw)
        return clean_field(clue.raw) if fits else ""
    line = read_byline(clue.raw, zone)
    labelled = {"source": line.source, "author": line.author, "editor": line.editor}[field]
    name = labelled or next(iter(line.rest), "")
    if not labelled and clue.origin is Origin.TEMPLATE and line.labels and not line.rest:
        return ""
    refused = field != "source" and _NO_NAME.search(name)
    plain = len(name) <= _NAME and not name.isdigit() and "://" not in name and not refused
    return clean_field(name) if plain else ""
