"""Text and addresses from pages, made safe to print: one line, visible characters, http(s) only.

Escaping for a format is the format's own business. This is what all of them need first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern

from . import _, ngettext, pgettext

if TYPE_CHECKING:
    from storage.articles.records import AnswerBasis

_UNSAFE_IN_LINK = lazy_pattern(r"[\x00-\x20\x7f-\xa0\\<>\"\ud800-\udfff]")
# Characters that draw nothing yet change what a reader sees or a terminal does: controls,
# direction overrides, byte order marks, noncharacters.
_INVISIBLE = lazy_pattern(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ufffe\uffff]"
)
_UNITS = (("kB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12))
_SURROGATE = lazy_pattern(r"[\ud800-\udfff]")


def one_line(text: str, limit: int | None = None) -> str:
    """The text on one line, without control and direction characters, cut to `limit` characters
    with an ellipsis."""
    line = " ".join(_visible(text).split())
    if limit is not None and len(line) > limit:
        return line[: limit - 1].rstrip() + "…"
    return line


_NAMED = 4


def first_named(names: Sequence[str]) -> str:
    """The first few of what may be many, and how many more there are: `a, b, c, d and 12 more`."""
    more = _(" and %(named)s more", named=len(names) - _NAMED) if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def width(text: str) -> int:
    """How many columns a text takes where characters are of one width: Han take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def format_size(size: int) -> str:
    """A number of bytes as people read it: `830 B`, `12.4 MB`. Units are of 1000, as disks are
    sold."""
    if size < 1000:
        return f"{size} B"
    unit = next((u for u, least in _UNITS if size < 999.5 * least), _UNITS[-1][0])
    value = size / dict(_UNITS)[unit]
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def pluralise(number: int, noun: str) -> str:
    """`1 source`, `2 sources`, `3 stories`."""
    return ngettext(*both_forms(noun), number, number=f"{number:,}")


def count_in_english(number: int, noun: str) -> str:
    """The same for a sentence that is kept, and so has one language."""
    one, many = both_forms(noun)
    return (one if number == 1 else many) % {"number": f"{number:,}"}


def both_forms(noun: str) -> tuple[str, str]:
    """The messages for one and for many of a noun."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"%(number)s {noun}", f"%(number)s {plural}"


def paragraphs(text: str) -> str:
    """The text with its paragraphs, otherwise cleaned like `one_line`."""
    return "\n\n".join(line for part in text.split("\n\n") if (line := one_line(part)))


def _visible(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def safe_link(url: str) -> str | None:
    """The address if it may be offered as a link (http or https, a host, no user name, no
    characters that end or split an address), else None."""
    if _UNSAFE_IN_LINK.search(url):
        return None
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return url if named and parts.scheme in ("http", "https") else None


_LONG_UNREAD = timedelta(days=2)


def basis_text(basis: AnswerBasis, where: Sequence[str]) -> str:
    """What an answer rests on, in one sentence; `where` names the cities or sources asked about,
    the days are those of the source that was read last:
    `Jiaxing: 3 sources, complete since 2026-04-12, last read 2026-11-25, 2 gaps`."""
    named = one_line(pgettext("names", ", ").join(where), 120)
    name = named or _("All that is watched")
    if not basis.sources and not named:
        return _("No source was ever crawled")
    if not basis.sources:
        return _("%(name)s was not watched: no source of it was ever crawled", name=name)
    parts = [ngettext("%(number)s source", "%(number)s sources", basis.sources)]
    since = basis.day(basis.complete_since)
    if basis.complete == basis.sources:
        parts.append(_("complete since %(since)s", since=since))
    elif since:
        parts.append(
            _("%(n)s of them complete, the last since %(since)s", n=basis.complete, since=since)
        )
    else:
        parts.append(_("none read whole so far"))
    if basis.last_read:
        parts.append(_("last read %(day)s", day=basis.day(basis.last_read)))
    oldest = basis.read_longest_ago
    if basis.last_read and oldest and basis.last_read - oldest > _LONG_UNREAD:
        parts.append(_("one of them not since %(day)s", day=basis.day(oldest)))
    if basis.gaps:
        parts.append(ngettext("one gap", "%(number)s gaps", basis.gaps))
    if basis.unread:
        parts.append(_("%(n)s listed, not read", n=basis.unread))
    if not (basis.gaps or basis.unread or basis.amiss):
        parts.append(_("no gaps"))
    if basis.amiss:
        parts.append(_("something is amiss with %(n)s", n=basis.amiss))
    return _("%(what)s: %(detail)s", what=name, detail=_(", ").join(parts))


def decimal(value: float) -> str:
    """A number as people read it: `3,177`, `2.5`. A share that was told as a fraction, such as a
    third, has two decimals."""
    if abs(value) >= 1e9:
        return f"{value:,.0f}"
    text = f"{value:,.10g}"
    is_told = len(text.partition(".")[2]) <= _DECIMALS
    if is_told or not any(abs(value * n - round(value * n)) < 1e-9 for n in _PARTS):
        return text
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.2g}"


_DECIMALS = 6
"""Nobody prints more, but for a number that was told so."""
_PARTS = range(3, 100)
"""A fraction is told in so many parts."""


FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠'")
"""A cell that begins so could be run by a spreadsheet."""


def neutral(cell: str) -> str:
    """The cell, with an apostrophe in front if a spreadsheet could take it for a formula (even
    after leading blanks) or if it begins with an apostrophe itself."""
    if cell[:1] in FORMULA_STARTS or cell.lstrip()[:1] in FORMULA_STARTS:
        return f"'{cell}" if cell else cell
    return cell
