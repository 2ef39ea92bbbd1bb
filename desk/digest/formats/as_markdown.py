"""A digest as Markdown (CommonMark): headings, one list entry an item, links to http(s) only.

Text from pages is escaped and never begins a line, so it cannot become a heading, a list, an
image or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hubwatch.patterns import lazy_pattern

from ...drawing import summary_of, title_of
from ...messages import Translator
from ...text import one_line, safe_link
from .. import wording
from ..model import KEY, Digest, DigestFigure, DigestItem, DigestStyle, Quote, Section
from .templates import fill, is_own

_ACTIVE = lazy_pattern(r"([\\`*_\[\]<>&~|#$!{}^])")
_LIST = lazy_pattern(r"^(\d*)([-+=.)])")
_OWN = "digest.md.j2"
_ENTITY = r"&(?=#?\w+;)"
_DEBATED = lazy_pattern(rf"[`*|]|{_ENTITY}")
_LINK_BREAKERS = {"(": "%28", ")": "%29", "`": "%60", "*": "%2A", "|": "%7C"}


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _ACTIVE.sub(r"\\\1", one_line(text))


def link(url: str, label: str) -> str:
    """A link where the address allows it, else only the label. The label is escaped here."""
    target = safe_link(url)
    if target is None:
        return escaped(label)
    for character, code in _LINK_BREAKERS.items():
        target = target.replace(character, code)
    target = re.sub(_ENTITY, "&amp;", target)
    return f"[{escaped(label)}](<{target}>)"


def bare(url: str) -> str:
    """An address as itself, to be followed and copied (CommonMark, "autolinks"), else a `link`.

    Nothing is escaped in there, so what readers of Markdown differ about must not be in it.
    """
    if safe_link(url) is None or one_line(url) != url:
        return escaped(url)
    return link(url, url) if _DEBATED.search(url) else f"<{url}>"


def render_markdown(digest: Digest, style: DigestStyle) -> str:
    """The whole digest. Raises ConfigError for a template that cannot be used."""
    if is_own(_OWN, style):
        return fill(_OWN, digest, style, escaped)
    return "\n".join(_lines(digest, wording.words_of(digest))) + "\n"


def _lines(digest: Digest, words: Translator) -> Iterator[str]:
    edition, names = digest.edition, wording.city_names(digest)
    yield f"# {escaped(edition.title)}"
    yield ""
    period = wording.with_limits(
        wording.period_of(digest, words), wording.scope(digest, words), words
    )
    yield f"**{words('Period:')}** {escaped(period)}"
    yield ""
    if digest.metadata is not None:
        yield f"**{escaped(wording.status(digest, words))}**"
        yield ""
        correction = wording.correction(digest, words)
        if correction:
            yield from (f"**{escaped(correction)}**", "")
    if cover := wording.cover(digest, words):
        yield from (escaped(cover), "")
    for paragraph in filter(None, digest.introduction.split("\n\n")):
        yield from (_begun(paragraph), "")
    if digest.front:
        yield from _section(Section(KEY, digest.front), digest, words)
    elif not digest.items:
        yield f"*{wording.nothing(digest, words)}*"
    yield ""
    yield f"**{words('Coverage:')}** {escaped(wording.coverage_line(digest, words))}"
    for picture in digest.pictures:
        title, summary = title_of(picture, words), summary_of(picture, words, names)
        yield from ("", f"**{escaped(title)}** {escaped(summary)}")
    for section in digest.inside:
        yield ""
        yield from _section(section, digest, words)
    yield from _paragraphs(words("In doubt"), wording.doubts(digest, words))
    yield from _paragraphs(words("What we could not read"), wording.unread(digest, words))
    yield from _paragraphs(words("Why you get this"), wording.why(digest, words))
    yield from _annex(digest, words)


def _section(section: Section, digest: Digest, words: Translator) -> Iterator[str]:
    yield f"## {escaped(wording.heading(section.heading, digest, words))}"
    yield ""
    for item in section.items:
        yield from _item(item, digest, words)


def _paragraphs(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and lines below it. Nothing where there are none."""
    text = " ".join(map(escaped, lines))
    if text:
        yield from ("", f"## {heading}", "", text)


def _item(item: DigestItem, digest: Digest, words: Translator) -> Iterator[str]:
    flags = wording.flags(item, digest.edition.period, words)
    title = link(item.url, item.title or item.url)
    yield " · ".join(
        [
            f"{item.number}. **{title}**",
            *(escaped(name) for name in wording.publishers(item)),
            wording.day(item.published, words),
            *(f"**{escaped(flag)}**" for flag in flags),
        ]
    )
    inset = " " * len(f"{item.number}. ")
    if item.translation:
        yield f"{inset}- *{words('Title in translation:')}* {escaped(item.translation)}"
    for paragraph in filter(None, item.note.split("\n\n")):
        yield f"{inset}- *{words.pgettext('digest', 'Note:')}* {escaped(paragraph)}"
    if item.quote is None and item.excerpt:
        yield f"{inset}- *{words('Begins:')}* {escaped(item.excerpt)}"
    if item.quote is not None:
        where = Quote("", item.quote.phrase, "") if item.marks_title else item.quote
        yield f"{inset}- *{words('Matched:')}* {_quote(where)}"
    if shown := wording.figures(item, words):
        yield f"{inset}- *{words('Figures:')}* {escaped(shown)}"
    yield from (f"{inset}- *{escaped(line)}*" for line in wording.proposals(item, words))
    told = wording.contradictions(item, digest.edition.period.zone, words)
    yield from (f"{inset}- {escaped(line)}" for line in told)
    if item.updates:
        changes = words("; ").join(
            map(escaped, wording.updates(item, digest.edition.period, words))
        )
        yield f"{inset}- *{words('Updated since:')}* {changes}"
    if item.also_at:
        places = (
            link(place.url, place.url)
            + words(" (%(what)s)", what=escaped(wording.copy(place, words)))
            for place in item.also_at
        )
        yield f"{inset}- *{words('Also at:')}* {words('; ').join(places)}"
    for one in item.reported:
        by = escaped(words("%(what)s:", what=wording.report(one, words)))
        yield f"{inset}- *{by}* {link(one.url, one.title or one.url)}"


def _quote(quote: Quote) -> str:
    # Emphasis that begins or ends with a quotation mark is none between Han characters (CommonMark,
    # "left-flanking delimiter run"), so such marks stay outside.
    edges = re.fullmatch(r"(\W*)(.*?)(\W*)", quote.phrase, re.DOTALL)
    opening, core, closing = edges.groups() if edges else ("", quote.phrase, "")
    marked = f"**{escaped(core)}**" if core else ""
    return _inner(quote.before + opening) + marked + _inner(closing + quote.after)


def _inner(text: str) -> str:
    """Like `escaped`, but a blank at either end stays, since it parts words."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return head + escaped(text) + tail


def _begun(paragraph: str) -> str:
    """A paragraph of an editor: escaped, and no list or heading by how it begins."""
    found = _LIST.match(escaped(paragraph))
    return escaped(paragraph) if found is None else _LIST.sub(r"\1\\\2", escaped(paragraph), 1)


def _figure(item: DigestItem, figure: DigestFigure, digest: Digest, words: Translator) -> str:
    """A figure with its sentence, the figure marked in it, and where that stands."""
    cited = wording.cite_figure(item, figure, digest.edition.period.zone, words)
    said = f"**{escaped(wording.figure_of(figure, words))}**"
    place = wording.marked(cited, escaped, bare, words)
    what = escaped(words("Item %(n)s", n=item.number))
    return f"- {what} · {said}: “{_quote(wording.cut_quote(figure.quote))}” {place}"


def _annex(digest: Digest, words: Translator) -> Iterator[str]:
    if digest.items:
        yield from ("", f"## {words('References')}", "")
    for item in digest.items:
        cited = wording.cite_item(item, digest.edition.period.zone, words)
        yield f"{item.number}. {wording.marked(cited, escaped, bare, words)}"
    if found := wording.annex(digest):
        yield from ("", f"## {words('Figures')}", "")
        yield from (_figure(item, figure, digest, words) for item, figure in found)
    made = (*wording.further(digest, words), *wording.made(digest, words))
    yield from _paragraphs(words("How this was made"), made)
    if not digest.coverage.scans:
        return
    yield from ("", f"## {words('Sources')}", "")
    for city in wording.sources(digest, words):
        yield f"- **{escaped(city.city)}**"
        for state, names in city.states:
            listed = words("%(what)s: %(detail)s", what=state, detail=words("; ").join(names))
            yield f"  - {escaped(listed)}"
