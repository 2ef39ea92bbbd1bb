"""Who is behind an article: original source, writer, editor, and who runs the site.

All as printed. The source is whom the page names as the text's origin. Where it names nobody,
nobody is, and the site's own name does not take its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern, in_both_scripts, simplify
from storage.types import Confidence, Evidence, Origin

from ...sources.model import FieldRules
from ..languages import AGENCIES, GENRES, SOURCE, alternation
from ..page import SHORT_LINE, Page, plain_text
from ..text import STOPS, clean_field, narrow, squeeze
from ..tree import (
    Element,
    VisibleLine,
    attribute,
    has_ancestor,
    line_text,
    names_of,
    spaced_text,
    text_size,
)
from . import metadata as meta
from .byline import NAMING, Label, is_label, names_nobody, read_byline
from .metadata import Clue
from .midst import sources_in_midst
from .persons import MOST, is_institution, is_organisation, persons_in, writer_in
from .visible import VisibleFields, in_columns

# Who runs the site that published an article: as its metas, its JSON-LD or its footer say.

_LAST_LINES = 60
_HOSTED = han_pattern(r"主\s?办(?:单位)?\s?[:：]\s?([^\s:：|;；,，。()]{2,40})")
_NO_NAMES = ("all rights", "copyright", "不得", "未经", "违者", "禁止", "侵权", "请勿", "转载")
_RIGHTS = (
    han_pattern(r"版权所有\s?[:：©@]?\s{0,2}([一-鿿()·]{4,40})"),
    lazy_pattern(
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
    yield from footer_names(page)
    yield from meta.metas(page, ("copyright", "application-name"))
    for name in rules.site_names[:1]:
        yield Clue(Origin.TEMPLATE, "site_names", name)


def footer_names(page: Page) -> Iterator[Clue]:
    """`主办：…`, `版权所有：…`, `Copyright © … All Rights Reserved` among the last lines."""
    last = [
        line
        for line in page.lines[-_LAST_LINES:]
        if len(line.text) <= 300
        and _says_whose(line.text)
        and not has_ancestor(line.tag, "figure", "figcaption")  # whose the picture is
    ]
    for pattern in (_HOSTED, *_RIGHTS):
        for line in last:
            found = pattern.search(narrow(line.text))
            match = pattern.search(narrow(page.read_line(line))) if found else None
            if match is not None and any(c.isalpha() for c in match[1]):
                name = match[1].strip(" .,-").removesuffix("(")
                if not simplify(name.lower()).startswith(_NO_NAMES):
                    yield Clue(Origin.VISIBLE, "footer", name)


_WHOSE = han_pattern(r"主|版权所有|©|\(c\)|copyright", re.I)
"""What stands in all that these patterns find: to look for it takes next to no time."""


@lru_cache(maxsize=4096)  # a footer's lines are the same on every page
def _says_whose(text: str) -> bool:
    return _WHOSE.search(narrow(text)) is not None


_NAME = 120
_NO_NAME = lazy_pattern(r"https?:|www\.|@|^[A-Za-z]?_?\d+$", re.I)
"""Addresses and staff numbers: they fill author metas, they name nobody."""
_NOBODY = han_pattern(r'="|^\d+\)|^(?:此处|楼主|点击此处|点击查看|原创|转载|网络|匿名)$')
"""Markup that was escaped, and words that name no body."""
_PERSON = r"(?:[一-鿿]{2,4}(?:·[一-鿿]{1,6}){0,2}|[一-鿿]\s[一-鿿](?![一-鿿]))"
_PEOPLE = rf"({_PERSON}(?:[\s、,]{{1,3}}{_PERSON}){{0,4}})"
_REPORTERS = han_pattern(rf"(?:记者|通讯员)[\s:]{{0,3}}{_PEOPLE}\s?(?=\)|通讯员|摄影|报道|/|\|)")
_KOREAN_REPORTERS = lazy_pattern(
    r"(?:^|[\n=\])]\s?)([가-힣]{2,4})\s?(?:(?:선임|수습|인턴|객원|전문)\s?)?(?:기자|특파원)(?=\s?(?:=|$|\n|[\w.+-]{2,40}@))"
)
"""`박지은 기자 park@…`, `(서울=…) 박지은 기자 =`."""
_REPORTER_LINE = han_pattern(
    rf"[^一-鿿]{{0,4}}(?:文\s?[/:]\s?)?[一-鿿·\s]{{0,14}}记者[\s:]{{0,3}}{_PEOPLE}(?:发自.{{0,12}}|\s?(?:文|摄|报道))?\s?[)）】]?"
)
_SIGNED = 60
_HEAD, _TAIL = 160, 120
"""Characters at both ends of a text in which it names its reporter."""
_TESTED = etree.XPath("descendant::*[@data-testid]")
_AUTHOR_LINK = lazy_pattern(
    r"/(?:authors?|by|people|contributors?|reporters?|writers?|staff|autor(?:es|en|i)?|auteurs?|team"
    r"|journalists?|columnists?|editors?|profiles?|firmas?|redaktion|redakteure?|penulis|yazar(?:lar)?"
    r"|avtor(?:y|i)?)/(?:\d|[^/?#]{3})[^/?#]*(?:/[^/?#]{3,})?/?(?:$|[?#])",
    re.I,
)
_NAMED = etree.XPath("descendant::*[@itemprop='name' or @rel='author']")
_BYLINE_NAMES = lazy_pattern(
    r"^by\s|(?:^|[\s_-])(?:by-?lines?|authors?|author-?names?|writers?|reporters?|autor|auteur|autore|autorin"
    r"|verfasser|contributors?|theauthor|written-?by|posted-?by|firma|penulis|yazar|journalist"
    r"|signature|skribent|redakteur)(?:$|[\s_-])",
    re.I,
)
_BYLINE_CLASS = lazy_pattern(
    r"\bby\b|by-?_?line|author|writer|reporter|auteur|autor|verfasser|contrib|written-?by|posted-?by|^firma"
    "|penulis|yazar|journalist|signature|skribent|redakteur",
    re.I,
)
_CAMEL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_BESIDE = lazy_pattern(
    r"comment|related|recommend|teaser|promo|sidebar|(?<!elementor-)widget|most-|popular|trending|more-|latest"
    r"|carousel|recirc|disqus|footer|card-list",
    re.I,
)
_COMPANY = han_pattern(
    r"\b(?:GmbH|AG|Inc|Ltd|LLC|PLC|S\.?A\.?S?|B\.?V|Corp|Limited|K\.?K)\b\.?|株式会社|有限公司|^©"
)
"""The legal form of a company: it runs the site, and writes nothing."""
_HAN_MAKER = han_pattern(r"(?:网络|科技|软件|信息技术|技术|互联|数码|传媒|工作室|设计)$")
"""Who made the program of a site, and signs its pages in their head."""
_PERSONS_ONLY = frozenset(
    (
        "rel author",
        "itemprop author",
        "byline element",
        "link to a writer's page",
    )
)
_MOST_MARKED, _LONGEST_BYLINE, _AROUND = 60, 200, 12
_NOT_NAMES = han_pattern(r"^(?:从|在|获悉|日前|今日|昨日|了解|采访|看到|近日)")


@dataclass(frozen=True, slots=True)
class People:
    """Who is named, each None where nobody is. Also the evidence of those that are."""

    source: str | None = None
    author: str | None = None
    editor: str | None = None
    publisher: str | None = None
    evidence: tuple[Evidence, ...] = ()


def read_people(
    page: Page, rules: FieldRules, seen: VisibleFields, text: str, body: Element | None = None
) -> People:
    """Everybody a page names. `text` is the article's own text, whose ends may name a reporter,
    `body` the element that it stands in."""
    zone = rules.zone
    own = {squeeze(name) for name in (page.meta("sitename"), page.host, *rules.site_names) if name}
    source = _first("source", _source_clues(page, rules, seen, text, body), zone)
    if source and not persons_in(source[0]):
        own.add(squeeze(source[0]))  # www.gov.cn names the issuing body twice
    clues = [*_author_clues(page, rules, seen, text, body)]
    author = _author(page, clues, own, zone)
    if not source and not (author and persons_in(author[0])):
        source = _office(page, clues, own, zone)
        author = None if source else author
    if author and source and author[0] == source[0]:
        # A writer alone under the headline was taken for the source.
        if source[1].origin is Origin.VISIBLE and persons_in(author[0]):
            source = None
        else:
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


def _source_clues(
    page: Page, rules: FieldRules, seen: VisibleFields, text: str, body: Element | None
) -> Iterator[Clue]:
    yield from meta.selected(page, rules.source)
    yield from meta.metas(page, meta.SOURCE)
    lines = [*_lines_where(page, _may_name_source)]
    for pictured in filter(None, map(_pictured, lines)):
        yield Clue(Origin.VISIBLE, "picture behind its label", pictured)
    said = "" if _is_sentence(seen.source) else seen.source
    if said and not seen.is_writers:
        yield Clue(Origin.VISIBLE, "source line", said)
    yield from _named_below(page, Label.SOURCE)
    elsewhere: frozenset[int] | None = None
    for line in lines:
        if elsewhere is None:
            elsewhere = sources_in_midst(page, body)
        if id(line) in elsewhere:
            continue
        text = page.read_line(line)
        if is_label(text):
            yield from _source_below(page, line)
            continue
        byline = read_byline(text, rules.zone)
        if byline.source and len("".join(byline.rest)) < 10:
            yield Clue(Origin.VISIBLE, "line apart from the headline", byline.source)
    if said:
        yield Clue(Origin.VISIBLE, "byline", said)
    if is_institution(seen.author) and not persons_in(
        seen.author
    ):  # an office that names itself so
        yield Clue(Origin.VISIBLE, "byline", seen.author)
    yield from (clue for clue in _named_below(page, Label.AUTHOR) if is_institution(clue.raw))
    sent = next((match for each in _SENT_BY if (match := each.match(narrow(text[:_HEAD])))), None)
    if sent is not None:
        yield Clue(Origin.VISIBLE, "dateline", sent[1])


_SENT_BY = (
    lazy_pattern(
        rf"\s?[^\W\d_][^\n!?()]{{1,60}}\((?i:((?:{alternation(AGENCIES)})(?:/[A-Za-z]{{2,12}})?))\)\s?(?:--|[-–—])",
    ),
    han_pattern(
        r"\s?([一-鿿]{1,10}(?:社|网|報|报|台|新闻))[一-鿿]{0,8}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)"
    ),
)
"""The agency behind the place and the day from which a text is sent: `GUIYANG, Nov. 3 (Xinhua) --`,
`新华社贵阳11月3日电`."""


def _named_below(page: Page, label: Label) -> Iterator[Clue]:
    """Names that stand in a line of their own under a line that is their label alone, without a
    colon, in a list of fields: `<dt>Source</dt><dd>Skerry Ferries</dd>`."""
    lines = in_columns(page.lines)
    for at, line in enumerate(lines[:-1]):
        if line.linked:
            continue
        if value := _beside_label(line, label):
            yield Clue(Origin.VISIBLE, "beside its label", value)
        if NAMING.get(line.text.casefold()) is not label:
            continue
        is_field = line.tag.tag in ("dt", "th") or _FIELD.search(names_of(line.tag)) is not None
        if not is_field and not _is_in_fields(line):
            continue
        below = lines[at + 1]
        if len(below.text) <= _LONGEST_VALUE and not names_nobody(below.text):
            yield Clue(Origin.VISIBLE, "under its label", below.text)


def _is_in_fields(line: VisibleLine) -> bool:
    """Whether a line stands in a table of plain cells of which every other one is a label, with its
    value in the cell behind it."""
    cell = next(
        (node for node in (line.tag, *islice(line.tag.iterancestors(), 3)) if node.tag == "td"),
        None,
    )
    table = next(cell.iterancestors("table"), None) if cell is not None else None
    if cell is None or table is None or text_size(table) > _MOST_OF_FIELDS:
        return False
    rows = [[line_text(each) for each in row.iterchildren("td")] for row in table.iter("tr")]
    labels = [said for row in rows if len(row) % 2 == 0 for said in row[::2] if is_label(said)]
    return len(labels) >= _LEAST_FIELDS and line_text(cell) in labels


_LEAST_FIELDS, _MOST_OF_FIELDS = 2, 1_000


def _beside_label(line: VisibleLine, label: Label) -> str:
    """The name in a line of two elements of which the first is its label alone, without a colon:
    `<li><strong>담당부서</strong><span>교통과</span></li>`. Empty for any other line."""
    tag = line.tag.getparent()  # of the first of the two
    if len(line.text) > _LONGEST_VALUE or tag is None or len(tag) != 2 or line.tag is not tag[0]:
        return ""
    said, name = (line_text(each) for each in tag)
    if not is_label(said) or (tag[0].tail or "").strip() or names_nobody(name):
        return ""
    return name if label in read_byline(f"{said.rstrip(' :：')}: x", "").labels else ""


_FIELD = lazy_pattern(r"label|field-name|meta-key|caption|(?<![a-z])key(?![a-z])", re.I)


def _is_sentence(text: str) -> bool:
    """Whether the text begins below a label with nothing behind it."""
    return text.endswith(("。", "！", "？", *STOPS))


def _pictured(line: VisibleLine) -> str:
    """What a picture behind a label at the end of a line says in place of words: `来源：`, a logo.
    Empty where the line ends otherwise, or holds other pictures as well."""
    if not narrow(line.text).rstrip().endswith(":"):
        return ""
    pictures = [*islice(line.tag.iter("img"), 2)]
    said = attribute(pictures[0], "alt").strip() if len(pictures) == 1 else ""
    is_source = Label.SOURCE in read_byline(f"{line.text} x", "").labels
    return said if is_source and len(said) <= _LONGEST_VALUE and not names_nobody(said) else ""


def _source_below(page: Page, label: VisibleLine) -> Iterator[Clue]:
    """The source that stands under a line which is its label alone."""
    lines = in_columns(page.lines)
    at = next(number for number, line in enumerate(lines) if line is label)
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below is None or below.linked * 2 > len(below.text) or len(below.text) > _LONGEST_VALUE:
        return
    if _is_sentence(below.text):
        return
    said = read_byline(f"{label.text.rstrip(' :：')}: {below.text}", "")
    if Label.SOURCE in said.labels and said.source:
        yield Clue(Origin.VISIBLE, "under its label", said.source)


_LONGEST_VALUE = 80
_SOURCE_WORDS = in_both_scripts((
    *SOURCE, "发文机关", "发布机构", "发布机关", "发布单位", "发布部门", "公开机构", "公开单位",
    "公开部门", "制发机关", "發布機構", "發布機關", "發布單位",
))  # fmt: skip
_SOURCE_ALONE = in_both_scripts(("来源", "出典", "출처", "المصدر", "ที่มา", "แหล่งข่าว"))
"""Those that name a source without a colon, too, such as in a cell of their own."""
_LONGEST_SOURCE_WORD = max(map(len, _SOURCE_WORDS))


def _may_name_source(text: str) -> bool:
    """Whether a word for the source stands in a text, before a colon or by itself: `read_byline`
    tells for sure."""
    at = 0
    plain = text.replace("：", ":").replace("丨", ":")
    while (at := plain.find(":", at)) >= 0:
        word = plain[max(0, at - _LONGEST_SOURCE_WORD - 2) : at].rstrip()
        if word.casefold().endswith(_SOURCE_WORDS):
            return True
        at += 1
    return any(word in text for word in _SOURCE_ALONE)


def _author(
    page: Page, clues: Iterable[Clue], own: set[str], zone: str
) -> tuple[str, Evidence] | None:
    """The writers: the first clue that names persons, else the first that names anybody but the
    site. A selector of the source is taken at its word."""
    others: list[Clue] = []
    for clue in clues:
        if squeeze(clue.raw) in own or _EDITED.match(clue.raw):
            continue
        if clue.origin is Origin.META and _HAN_MAKER.search(clue.raw):
            continue
        if clue.origin is Origin.TEMPLATE:
            if (found := _first("author", (clue,), zone)) is not None:
                return found
            continue
        names = persons_in(clue.raw)
        if names:
            doubt = "named in the running text alone" if clue.rule == _IN_TEXT else ""
            return names, _evidence("author", clue, doubt)
        if clue.rule in _PERSONS_ONLY or _COMPANY.search(clue.raw) or _is_phrase(clue):
            if _is_alone(clue):
                others.append(clue)
        else:
            others.append(clue)
    if not others:
        return None
    site = meta.names_of_site(page)
    found = _first("author", [clue for clue in others if squeeze(clue.raw) not in site], zone)
    if found is None:
        return None
    name, evidence = found
    doubt = "not the name of a person, by its shape"
    return name, replace(evidence, confidence=Confidence.DOUBTFUL, doubt=doubt)


def _office(
    page: Page, clues: Iterable[Clue], own: set[str], zone: str
) -> tuple[str, Evidence] | None:
    """The office or the newsroom that stands where writers do, and is none: the text is from it.
    The site itself is nobody's source."""
    known = {*own, *meta.names_of_site(page)}
    for clue in clues:
        if _COMPANY.search(clue.raw):
            continue
        line = read_byline(clue.raw, zone)
        for said in (line.author, line.source, *line.rest):
            name = _DAY_BEHIND.sub("", clean_field(said))
            is_office = (
                is_institution(name) and not persons_in(name) and not _NO_OFFICE.search(name)
            )
            is_site = any(squeeze(name) in each for each in known)
            if is_office and len(name) <= _LONGEST_VALUE and not is_site:
                return name, _evidence("source", clue)
    return None


_NO_OFFICE = lazy_pattern(r"[@:]|播报$|^The\s.*\s[a-z]{4,24}$|^\W")
"""Addresses, and bodies that a sentence is about: `The defence ministries`."""
_DAY_BEHIND = lazy_pattern(r"(?:[\s,|]{1,3}\d{1,4}[/.:-][\d/.:-]{1,12}){1,4}$")


def _is_phrase(clue: Clue) -> bool:
    """True for visible words that read on as a sentence does: `By the harbour, a mill turns`."""
    if clue.origin is not Origin.VISIBLE:
        return False
    words = clean_field(clue.raw).split()
    return len(words) > _MOST_OF_NAME or (len(words) > 1 and words[0].islower())


_MOST_OF_NAME = 6


def _is_alone(clue: Clue) -> bool:
    """True for a name of one word (`Ann`, `annmiller`) that the page marks as the writer's and that
    is no organisation's."""
    word = clean_field(clue.raw)
    marked = clue.rule in ("rel author", "itemprop author")
    return (
        marked and 2 < len(word) <= _LONGEST_WORD and word.isalpha() and not is_organisation(word)
    )


_EDITED = han_pattern(
    r"[\s(（\[]{0,3}(?:责任|網路|网络|本期|执行|网页|值班|責任)?(?:编辑|主编|責编|责编|編輯)\s{0,3}[:：]"
)
"""An editor, though the element that holds him is named after a writer."""
_LONGEST_WORD = 24
_IN_TEXT = "reporter named in the text"


def _evidence(field: str, clue: Clue, doubt: str = "") -> Evidence:
    level = Confidence.DOUBTFUL if doubt else Confidence.SURE
    return Evidence(field, clue.origin, clue.rule, clean_field(clue.raw), level, doubt)


def _author_clues(
    page: Page, rules: FieldRules, seen: VisibleFields, text: str, body: Element | None
) -> Iterator[Clue]:
    yield from meta.selected(page, rules.author)
    yield from _linked_authors(page)
    yield from meta.metas(page, meta.AUTHOR)
    if seen.author:
        yield Clue(Origin.VISIBLE, "byline", seen.author)
    yield from _named_below(page, Label.AUTHOR)
    yield from _marked_authors(page, body)
    yield from _under_headline(page, body)
    for own in _lines_with(page, _AUTHOR_LABELS):
        author = read_byline(own, rules.zone).author
        if author and (own.lstrip().startswith("作者") or persons_in(author)):
            yield Clue(Origin.VISIBLE, "author line", author)
    yield from _signature(body)
    yield from _reporters(page, text, rules.zone)


_AUTHOR_LABELS = (
    "作者：",
    "作者:",
    "uthor:",
    "ritten by",
    "eporting by",
    "utor:",
    "utora:",
    "uteur :",
    "uteur:",
    "utore:",
    "втор:",
    "enulis:",
    "eporter:",
    "ekst:",
    "ext:",
)


def _signature(body: Element | None) -> Iterator[Clue]:
    """Who signed a text: a name alone at its end, on the side at which no line of it begins."""
    ends = [] if body is None else [tag for tag in body.iter("p", "div") if line_text(tag)][-3:]
    for tag in reversed(ends):
        said = line_text(tag).strip("()[] ")
        words = said.split()
        if not (2 <= len(words) <= 5 and len(said) <= _LONGEST_SIGNED and persons_in(said) == said):
            continue
        around = [tag, *islice(tag.iter("p", "span", "strong", "em", "b", "i"), 4)]
        is_aside = any(
            _TO_THE_RIGHT.search(f"{each.get('style')} {each.get('align')}") for each in around
        )
        inner = tag[0] if len(tag) == 1 and tag[0].tag in _STANDING_OUT else None
        if is_aside or (inner is not None and line_text(inner) == line_text(tag)):
            yield Clue(Origin.VISIBLE, "signature", said)
            return


_LONGEST_SIGNED = 40
_STANDING_OUT = ("em", "i", "strong", "b")
_TO_THE_RIGHT = lazy_pattern(r"text-align\s?:\s?(?:right|end)|\bright$", re.I)


def _linked_authors(page: Page) -> Iterator[Clue]:
    """The authors in JSON-LD, those that it calls persons before all others."""
    rule = "JSON-LD author"
    found = [item["author"] for item in page.linked if item.get("author")]
    for value in found:
        each = value if isinstance(value, list) else [value]
        persons = [one for one in each[:MOST] if isinstance(one, dict) and _is_person(one)]
        if persons and (text := plain_text(persons)):
            yield Clue(Origin.JSON_LD, rule, text)
    yield from meta.json_ld(page, "author")


def _is_person(item: dict[str, object]) -> bool:
    return "person" in plain_text(item.get("@type")).lower()


def _marked_authors(page: Page, body: Element | None) -> Iterator[Clue]:
    """What the page marks as the writer of its own article: `rel=author`, microdata, and elements
    whose names say so. Those of one kind that stand close together are one clue."""
    marked = [
        tag
        for tag, href in page.anchors
        if _is_authors_page(href[:300]) or "author" in (tag.get("rel") or "")
    ]
    marked += page.with_itemprop("author")
    if page.has_words("data-testid"):
        marked += _TESTED(page.tree)
    marked += page.with_class_like(_BYLINE_CLASS)
    if not marked:
        return
    around = _around_article(page, body)
    found = [
        (tag, rule)
        for tag in _in_order(marked[:_MOST_MARKED], page)
        if (rule := _author_rule(tag))
        and not _is_beside(tag, around, page)
        and not page.is_anothers(tag)
    ]
    done: set[Element] = set()
    for tag, rule in found:
        if tag in done:
            continue
        box = tag.getparent()
        group = [t for t, r in found if r == rule and _is_close(t, box)]
        done.update(group)
        inner = [t for t in group if not any(g in t.iterancestors() for g in group)]
        text = ", ".join(_shown(t) for t in inner[:MOST])
        if 0 < len(text) <= _LONGEST_BYLINE:
            yield Clue(Origin.VISIBLE, rule, text)


def _in_order(tags: list[Element], page: Page) -> list[Element]:
    """Each once, in the order of the page: the byline stands before other people's."""
    if len(tags) < 2:  # as on most pages
        return tags
    wanted = set(tags)
    return [tag for tag in page.tree.iter() if tag in wanted]


@lru_cache(maxsize=4096)  # a site's menus are the same on every page
def _is_authors_page(address: str) -> bool:
    return _AUTHOR_LINK.search(address) is not None


def _is_close(tag: Element, box: Element | None) -> bool:
    return box is not None and (tag.getparent() is box or box in islice(tag.iterancestors(), 3))


def _shown(tag: Element) -> str:
    """The text of a byline. Its first line, where it has several, names the writer; of the names
    that are marked in it, each is one's."""
    named = _NAMED(tag)
    names = [each for each in named if not any(a in named for a in each.iterancestors())][:MOST]
    text = ", ".join(_unlabelled(each) for each in names or [tag])[:_LONGEST_BYLINE]
    if not names and not persons_in(text) and persons_in(joined := line_text(tag)):
        return joined  # the first or last letter of a name stands in an element of its own
    return text


def _unlabelled(tag: Element) -> str:
    """The text of an element without the word in an element of its own that says whose name it
    is: `<span>Text</span> <span>Ann Miller</span>`."""
    text = spaced_text(tag)
    first = spaced_text(tag[0]) if len(tag) and not (tag.text or "").strip() else ""
    if first.rstrip(": \uff1a").casefold() in NAMING:
        text = text.removeprefix(first).lstrip(" :\uff1a") or text
    return text


def _author_rule(tag: Element) -> str:
    if "author" in attribute(tag, "rel").lower().split():
        return "rel author"
    if "author" in attribute(tag, "itemprop").lower().split() and tag.tag != "meta":
        return "itemprop author"
    if attribute(tag, "data-testid").lower() in ("byline", "author", "author-name"):
        return "byline element"
    if tag.tag == "a" and _AUTHOR_LINK.search(attribute(tag, "href")[:300]):
        return "link to a writer's page"
    return "byline element" if _BYLINE_NAMES.search(_hyphened(names_of(tag))) else ""


@lru_cache(maxsize=4096)
def _hyphened(names: str) -> str:
    return _CAMEL.sub("-", names[:200])


def _around_article(page: Page, body: Element | None) -> frozenset[Element]:
    """The elements that have the headline or the text in them: whatever they are called, nobody
    else's article is meant."""
    anchors = [*page.tags("h1")[:3], *([body] if body is not None else [])]
    return frozenset(node for anchor in anchors for node in anchor.iterancestors())


def _is_beside(tag: Element, around: frozenset[Element], page: Page) -> bool:
    """True within lists of other articles, comments, and what is hidden for good."""
    for node in islice(tag.iterancestors(), _AROUND):
        if node in around:
            return False
        names = names_of(node)
        if _OWN_FOOT.search(names) or (node.tag == "footer" and page.is_own(tag)):
            continue
        if node.tag in ("aside", "nav", "footer") or _BESIDE.search(names):
            return True
    return False


_OWN_FOOT = lazy_pattern(r"(?:article|entry|post|story)[-_]{0,2}footer", re.I)
_LEADS_NAME = lazy_pattern(
    r"(?:propos recueillis|recueilli|entretien|texte|reportage|article) par\s"
    r"|(?:geschrieben|ein beitrag|protokolliert|aufgezeichnet|verfasst) von\s"
    r"|(?:escrito|redactado) por\s|a cura di\s|(?:oleh|przez)\s"
    r"|(?:opgetekend|geschreven) door\s|(?:skrevet|skriven) a[fv]\s|Τ(?:ου|ης|ων)\s"
    r"|γράφει (?:ο|η)\s"
    r"|haber\s?:\s?|מאת\s|بقلم\s|"
    r"(?:(?:written|reported|posted|story|text|words|compiled|interview|analysis|report|reporting"
    r"|article|review|essay)\s)?(?:by|von|par|por|di|door|av|af)\s{1,3}"
    r"(?=[^\W\d_])|(?:by|words|text|von|par|por)\s?:\s?",
    re.I,
)
_OTHERS_BEHIND = lazy_pattern(r"[.;|·•]\s{1,3}(?=[A-Z\d])|\s[–—]\s|;")
"""What parts the writer from who did something else: `By Ann Roth. Photographs by Bo Lind`."""
_NAME_CLASS = lazy_pattern(r"(?:^|[\s_-])(?:full-?)?name(?:$|[\s_-])|auther|authr", re.I)
_MOST_UNDER, _LONGEST_LINE = 12, 120


def _under_headline(page: Page, body: Element | None) -> Iterator[Clue]:
    """`By Ann Miller`, `di Anna Bianchi`: a line between headline and text that begins so."""
    heading = next((tag for tag in page.tags("h1")[:1]), None)
    if heading is None:
        return
    inside = set(heading.iter())
    at = next(
        (
            n
            for n, line in enumerate(page.lines)
            if line.tag in inside and _is_in(line.tag, heading)
        ),
        None,
    )
    if at is None:
        return
    for line, below in pairwise(page.lines[at + 1 : at + 2 + _MOST_UNDER]):
        if len(line.text) > _LONGEST_LINE:
            if body is not None and _is_in(line.tag, body):
                return
            continue
        match = _LEADS_NAME.match(line.text)
        said = line.text[match.end() :] if match is not None else line.text
        said = _OTHERS_BEHIND.split(said, maxsplit=1)[0] if match is not None else said
        names = persons_in(said)
        if match is None:
            is_whole = names == said and _NAME_CLASS.search(names_of(line.tag)) is not None
            names = names if is_whole else _beside_role(line, below) or _beside_genre(said)
            names = names or _beside_site(said, page)
        if names:
            is_plain = persons_in(line.text) == names
            raw = page.read_line(line) if is_plain else names
            yield Clue(Origin.VISIBLE, "line under the headline", raw)


def _beside_role(line: VisibleLine, below: VisibleLine) -> str:
    """The name in a line that says what its bearer does, too, or that stands over one that does."""
    return writer_in(line.text) or writer_in(f"{line.text}\n{below.text}")


def _beside_site(text: str, page: Page) -> str:
    """The name in a line that says for which paper, whose page it is: `Ann Roth - City Gazette`."""
    parts = [part.strip() for part in _BESIDE_NAME.split(text) if part.strip()]
    if len(parts) != _NAME_AND_SITE or squeeze(parts[1]) not in meta.names_of_site(page):
        return ""
    return parts[0] if persons_in(parts[0]) == parts[0] else ""


_BESIDE_NAME, _NAME_AND_SITE = lazy_pattern(r"\s[-–—|/·•]\s|,\s|\s?/\s?"), 2


def _beside_genre(text: str) -> str:
    """The name in a line parted by dots or bars that says of what kind an article is, or how long
    one reads: `Explainer · Ann Roth · 4 May · 3 min read`."""
    parts = [part.strip() for part in _DOTS.split(text) if part.strip()]
    if len(parts) < _LEAST_PARTS or not any(map(_GENRE.fullmatch, parts)):
        return ""
    names = [part for part in parts if not _GENRE.fullmatch(part) and persons_in(part) == part]
    return names[0] if len(names) == 1 else ""


_DOTS, _LEAST_PARTS = lazy_pattern(r"\s[·•|–—]\s"), 2
_GENRE = lazy_pattern(
    rf"{alternation(GENRES)}|\d{{1,3}}[\s-]?(?:min(?:ute)?s?|Min(?:uten)?\.?)(?:\s(?:read|Lesezeit"
    r"|de lecture|de lectura|de leitura|di lettura))?",
    re.I,
)


def _is_in(tag: Element, around: Element) -> bool:
    return tag is around or any(node is around for node in islice(tag.iterancestors(), 20))


def _reporters(page: Page, text: str, zone: str) -> Iterator[Clue]:
    """`本报记者 张三` as a line of its own, `（记者 张三）` at one of the ends of the text."""
    for line in _lines_with(page, ("记者",)):
        own = _REPORTER_LINE.fullmatch(narrow(line)) if len(line) <= 40 else None
        if own is not None:
            took_picture = line.endswith(("摄", "攝"))
            if not _NOT_NAMES.match(own[1]) and not took_picture:
                yield Clue(Origin.VISIBLE, "reporter line", own[1])
        elif (
            len(line) <= _SIGNED
            and ("来源" in line or "來源" in line)
            and (author := read_byline(line, zone).author)
        ):
            yield Clue(Origin.VISIBLE, "reporter beside the source", author)
    signed = "\n".join(_lines_with(page, ("기자", "특파원")))
    for match in islice(_KOREAN_REPORTERS.finditer(f"{text[:_HEAD]}\n{signed}"), 1):
        yield Clue(Origin.VISIBLE, "reporter line", match[1])
    for part in (text[:_HEAD], text[-_TAIL:]):
        for match in _REPORTERS.finditer(narrow(part)):
            if not _NOT_NAMES.match(match[1]):
                yield Clue(Origin.VISIBLE, _IN_TEXT, match[1])


def _editor_clues(page: Page, seen: VisibleFields, zone: str) -> Iterator[Clue]:
    yield from meta.metas(page, meta.EDITOR)
    if seen.editor:
        yield Clue(Origin.VISIBLE, "date line", seen.editor)
    for text in _lines_with(
        page, ("编辑", "责编", "diting by", "ditor:", "ditor：", "ditors:", "ditor :")
    ):
        editor = read_byline(text, zone).editor
        if editor:
            yield Clue(Origin.VISIBLE, "editor line", editor)


def _lines_with(page: Page, words: tuple[str, ...]) -> Iterator[str]:
    """The text of short visible lines, not links, in which one of the words stands. At most
    thirty."""
    words = in_both_scripts(words)
    if any(word in page.short_lines for word in words):
        # An expression is three times as fast for many lines as asking for each word.
        yield from map(page.read_line, _lines_where(page, _any_of(words)))


def _lines_where(page: Page, is_such: Callable[[str], object]) -> Iterator[VisibleLine]:
    """Short visible lines, not links but behind a label, of which this is true, if it is of all
    together. At most thirty."""
    if not is_such(page.short_lines):
        return
    left = 30
    for line in page.lines:
        text = line.text
        if len(text) <= SHORT_LINE and is_such(text):
            if line.linked * 2 <= len(text) or _is_labelled_link(line):
                yield line
            left -= 1
            if not left:
                return


def _is_labelled_link(line: VisibleLine) -> bool:
    """Whether a line is a label and one link behind it: `Source: <a>City Gazette</a>`."""
    label, colon, value = narrow(line.text).partition(":")
    return bool(colon) and len(value.strip()) >= line.linked > 0 and is_label(label.strip())


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
    plain = len(name) <= _NAME and not name.isdecimal() and "://" not in name and not refused
    return clean_field(name) if plain else ""
