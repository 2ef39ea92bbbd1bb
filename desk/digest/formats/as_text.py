"""A digest as plain text for mails and notes: lines of 76 columns, Han counted as two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hubwatch.patterns import lazy_pattern

from ...drawing import summary_of, title_of
from ...messages import Translator
from ...text import one_line, width
from .. import wording
from ..model import KEY, Digest, DigestItem, DigestStyle, Section
from .templates import fill, is_own

_WIDTH = 76
_OWN = "digest.txt.j2"
_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING = "“‘（［｛〔【〖《〈「『"
_CLOSING = "”’），］｝〕】〗》〉」』。、．：；？！％·…—～,.:;?!%)"
_PIECE = lazy_pattern(
    rf"\s+|(?:[^\s{_HAN}]*[{_OPENING}]{{1,4}})?[{_HAN}][{_CLOSING}]*"
    rf"|[{_OPENING}]{{0,4}}[^\s{_HAN}]+[{_CLOSING}]*"
)
"""What stays on one line. No line begins with a mark that closes or ends with one that opens."""


def render_text(digest: Digest, style: DigestStyle) -> str:
    """The whole digest. Raises ConfigError for a template that cannot be used."""
    if is_own(_OWN, style):
        return fill(_OWN, digest, style, one_line)
    return "\n".join(_lines(digest, wording.words_of(digest))) + "\n"


def _lines(digest: Digest, words: Translator) -> Iterator[str]:
    edition, names = digest.edition, wording.city_names(digest)
    status = wording.status(digest, words)
    if status:
        yield status
    title = one_line(edition.title)
    yield from wrapped(title)
    yield "=" * min(_WIDTH, max(3, width(title)))
    limits = wording.scope(digest, words)
    period = wording.period_of(digest, words)
    yield from wrapped(wording.with_limits(period, limits, words))
    yield from wrapped(wording.cover(digest, words))
    correction = wording.correction(digest, words)
    if correction:
        yield from ("", *wrapped(correction))
    for paragraph in filter(None, digest.introduction.split("\n\n")):
        yield from ("", *wrapped(paragraph))
    if digest.front:
        yield from _section(Section(KEY, digest.front), digest, words)
    elif not digest.items:
        yield from ("", wording.nothing(digest, words))
    yield from ("", "")
    yield from wrapped(wording.coverage_line(digest, words))
    for picture in digest.pictures:
        title, summary = title_of(picture, words), summary_of(picture, words, names)
        yield from ("", *wrapped(words("%(what)s: %(detail)s", what=title, detail=summary)))
    for section in digest.inside:
        yield from _section(section, digest, words)
    yield from _paragraphs(words("In doubt"), wording.doubts(digest, words))
    yield from _paragraphs(words("What we could not read"), wording.unread(digest, words))
    yield from _paragraphs(words("Why you get this"), wording.why(digest, words))
    yield from _end(digest, words)


def _section(section: Section, digest: Digest, words: Translator) -> Iterator[str]:
    yield from ("", "", *_heading(one_line(wording.heading(section.heading, digest, words))))
    for item in section.items:
        yield ""
        yield from _item(item, digest, words)


def _paragraphs(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and lines below it. Nothing where there are none."""
    for place, line in enumerate(lines):
        yield from ("", "", *_heading(heading)) if not place else ()
        yield from wrapped(line)


def _heading(text: str) -> tuple[str, str]:
    return text.upper(), "-" * min(_WIDTH, max(3, width(text)))


def _item(item: DigestItem, digest: Digest, words: Translator) -> Iterator[str]:
    period = digest.edition.period
    inset = " " * len(f"{item.number}. ")
    first, *rest = list(wrapped(f"{item.number}. {item.title or one_line(item.url)}", inset))
    yield from (first.strip(), *rest)
    if item.translation:
        yield from wrapped(f"[{item.translation}]", inset, inset)
    flags = wording.flags(item, period, words)
    by = (*wording.publishers(item), wording.day(item.published, words), *flags)
    yield from wrapped(" · ".join(by), inset, inset)
    note = words.pgettext("digest", "Note:")
    for paragraph in filter(None, item.note.split("\n\n")):
        yield from wrapped(f"{note} {paragraph}", inset, inset)
    quote = wording.said(item)
    if quote is not None:
        yield from wrapped(quote.text, inset, inset)
    if shown := wording.figures(item, words):
        yield from wrapped(f"{words('Figures:')} {shown}", inset, inset)
    for line in wording.proposals(item, words):
        yield from wrapped(line, inset, inset)
    for line in wording.contradictions(item, period.zone, words):
        yield from wrapped(line, inset, inset)
    for line in wording.updates(item, period, words):
        yield from wrapped(words("Updated since: %(what)s", what=line), inset, inset)
    yield f"{inset}<{one_line(item.url)}>"
    for place in item.also_at:
        yield from wrapped(f"{words('Also at:')} {wording.copy(place, words)}", inset, inset)
        yield f"{inset}<{one_line(place.url)}>"
    for one in item.reported:
        by_whom = words("%(what)s:", what=wording.report(one, words))
        yield from wrapped(f"{by_whom} {one.title}", inset, inset)
        yield f"{inset}<{one_line(one.url)}>"


def _end(digest: Digest, words: Translator) -> Iterator[str]:
    zone = digest.edition.period.zone
    if digest.items:
        yield from ("", "", *_heading(words("References")))
    for item in digest.items:
        cited = wording.plain(wording.cite_item(item, zone, words), words)
        first, *rest = list(wrapped(f"{item.number}. {cited}", "   "))
        yield from (first.strip(), *rest)
    if found := wording.annex(digest):
        yield from ("", "", *_heading(words("Figures")))
    for item, figure in found:
        cited = wording.plain(wording.cite_figure(item, figure, zone, words), words)
        said, sentence = wording.figure_of(figure, words), wording.cut_quote(figure.quote).text
        first, *rest = list(wrapped(f"{item.number}. {said}: “{sentence}” {cited}", "   "))
        yield from (first.strip(), *rest)
    if digest.coverage.scans:
        yield from ("", "", *_heading(words("Sources")))
    for city in wording.sources(digest, words):
        yield from wrapped(city.city)
        for state, names in city.states:
            listed = words("%(what)s: %(detail)s", what=state, detail=words("; ").join(names))
            yield from wrapped(listed, "    ", "  ")
    made = (*wording.further(digest, words), *wording.made(digest, words))
    yield from _paragraphs(words("How this was made"), made)


def wrapped(text: str, inset: str = "", first: str = "") -> Iterator[str]:
    """The text in lines of 76 columns at most, broken at blanks and between Han. What has neither
    stays whole. `inset` goes before every line but the first, `first` before that."""
    line = first
    for piece in _pieces(one_line(text)):
        if width(line) + width(piece.rstrip()) > _WIDTH and line.strip():
            yield line.rstrip()
            line = inset
        line += piece if line.strip() else piece.lstrip()
    yield line.rstrip()


def _pieces(text: str) -> Iterable[str]:
    return _PIECE.findall(text)
