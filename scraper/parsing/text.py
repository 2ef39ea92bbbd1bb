"""Makes text well-formed: no control, bidi or zero-width characters, plain white space.

Changes characters only. What a text means is for others.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hubwatch.patterns import lazy_pattern

MAX_TITLE = 500
"""Characters of a title (also of source and author lines)."""
MAX_TEXT = 1024 * 1024
"""Bytes of UTF-8 in a body."""

_GONE = [
    *range(0x00, 0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,  # soft hyphen
    0x61C,
    0x180E,
    *range(0x200B, 0x2010),  # zero width, joiners, direction marks
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates
    *range(0xFDD0, 0xFDF0),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
    *range(0xD800, 0xE000),  # lone surrogates cannot be encoded
    *range(0xE0000, 0xE0080),  # invisible tags
]
_TABLE: dict[int, str | None] = dict.fromkeys(_GONE)
_TABLE |= {
    plane + end: None for plane in range(0x10000, 0x110000, 0x10000) for end in (65534, 65535)
}
_TABLE |= {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n\n"}
_TABLE |= dict.fromkeys([0xA0, 0x202F, *range(0x2000, 0x200B), 0x205F], " ")

# Full-width forms, and digits of Arabic, Persian, of India and its neighbours, have one ASCII twin
# each, so a folded text keeps every offset.
_ZEROS = (
    *(0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810),
)
_NARROW: dict[int, str] = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
_NARROW |= {zero + i: str(i) for zero in _ZEROS for i in range(10)}
_NARROW |= {0x3000: " ", 0xA0: " ", 0xFE55: ":", 0xFE63: "-", 0x2236: ":", 0x2010: "-"}
_NARROW |= {0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2015: "-", 0x2212: "-"}
_NARROW |= {0x3014: "[", 0x3015: "]", 0x3010: "[", 0x3011: "]", 0x4E28: "|", 0x2502: "|"}

# One range for all planes above: naming their few odd characters slows the search fifty times.
_BASIC = "".join(chr(code) for code in _TABLE if code < 0x10000)
# A run of them as one and more: a pattern that begins with one character skips a text for it.
_ODD = lazy_pattern("{0}{0}*".format(f"[{re.escape(_BASIC)}\U00010000-\U0010ffff]"))
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_ARABIC = lazy_pattern("[\u0600-\u08ff\u1800-\u18af\ufb50-\ufdff]")
_INDIC = lazy_pattern("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff]")
_PICTOGRAPH = lazy_pattern("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_WIDE = lazy_pattern(f"[{re.escape(''.join(map(chr, _NARROW)))}]")
_TWINS = {chr(code): twin for code, twin in _NARROW.items()}
_HAN = lazy_pattern(r"[\u3400-\u9fff][\u3400-\u9fff]*")
_HAN_WORTH = 2.2
"""So many letters a translation has."""
_LINE = 400
"""Characters of what is taken for a line, and worth remembering."""
_PARAGRAPH = 4_000
MOST_FOLDED = 3
"""Characters that one becomes at most where case does not count."""
_ASCII_SPACE = bytes(code for code in range(128) if chr(code).isspace())
STOPS = "।॥۔؟։።។။"
"""With what sentences end in other scripts than Latin, Greek, Cyrillic and Han: of India, Arabic
ones, Armenian, Ethiopic, Khmer, Burmese."""
COMMAS = "،؛፣၊"
"""What parts them within."""
UNSTOPPED = "[\u0e01-\u0edf ]{50}"
"""What is too long for a heading in Thai or Lao, whose sentences end with no sign."""
RUNS = lazy_pattern(rf"[，。；！？{STOPS}]|[,;.!?](?:\s|$|[\"”’)])|{UNSTOPPED}")
"""A sign at which a sentence ends or pauses."""
HOST_NAME = (
    r"(?:(?i:(?:[a-z0-9-]{1,40}\.){1,5}(?:cn|com|net|org|gov|edu|info|int|eu))"
    r"|[a-z0-9-]{3,40}\.(?:[a-z0-9-]{1,40}\.){0,4}(?!js|md|py|sh|ts|rs|hi)[a-z]{2})"
)
"""A host's name as a page prints it, for a pattern: under a country's two letters in small ones
alone, since `Mr.Li` is nobody's host."""
_BLANK_LINES = lazy_pattern(r"\n{3,}")


def clean_characters(text: str) -> str:
    """The text without characters that no reader sees or no format can carry. The joiners that
    spell words of some scripts stay (Unicode Standard, 23.2, "Cursive Connection")."""
    # Nothing that is printable is to go, nor are the commonest white space characters, and to ask
    # for that takes a fifth of a search.
    plain = text.replace("\n", "").replace("\u3000", "")
    if plain.isprintable() or plain.replace("\t", "").replace("\r", "").isprintable():
        return text
    # Few texts hold any, and looking for them is far cheaper than translating everything.
    return _ODD.sub(_cleaned, text)


def _cleaned(odd: re.Match[str]) -> str:
    run, start = odd.group(), odd.start()
    if _JOINER not in run and _NON_JOINER not in run:
        return run.translate(_TABLE)
    kept = (
        char if _spells(odd.string, at) else char.translate(_TABLE)
        for at, char in enumerate(run, start)
    )
    return "".join(kept)


def _spells(text: str, at: int) -> bool:
    """Whether a joiner or non-joiner is part of how a word is written: the one within words of
    Arabic letters, both behind a letter of India, the joiner between parts of one pictograph."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] == _JOINER and _PICTOGRAPH.match(before):
        return _PICTOGRAPH.match(after) is not None
    if _INDIC.match(before):
        return text[at] == _JOINER or _INDIC.match(after) is not None
    within = _ARABIC.match(before) and _ARABIC.match(after)
    return text[at] in (_NON_JOINER, _JOINER) and within is not None


def clean_line(text: str) -> str:
    """One line: clean characters, every run of white space (also U+3000) one blank."""
    # Nothing that is printable is to go, a blank is the only white space that is, and asking costs
    # next to nothing.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join(clean_characters(text).split())


def clean_field(text: str) -> str:
    """A line short enough for a title or a source line. A cut one ends in an ellipsis."""
    line = clean_line(text)
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def clean_paragraphs(text: str) -> str:
    """Paragraphs separated by exactly one empty line, each line clean."""
    lines = (clean_line(line) for line in clean_characters(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def letters(text: str) -> float:
    """How much a text says, in letters of an alphabet. A Han character is worth about two."""
    size = float(len(text))
    return size if text.isascii() else size + (_HAN_WORTH - 1) * len("".join(_HAN.findall(text)))


def narrow(text: str) -> str:
    """Full-width forms, digits of other scripts and odd dashes as ASCII, length unchanged."""
    if text.isascii():
        return text
    return _narrow_line(text) if len(text) <= _LINE else _narrowed(text)


@lru_cache(maxsize=4096)  # a line is asked about many times, a menu's on every page
def _narrow_line(text: str) -> str:
    return _narrowed(text)


def _narrowed(text: str) -> str:
    # A twentieth of a text is such forms; translating all of it takes four times as long.
    return _WIDE.sub(lambda wide: _TWINS[wide.group()], text)


def squeeze(text: str) -> str:
    """For comparing only: narrow, lower-case, without any white space."""
    if len(text) <= _LINE:
        return _squeeze_line(text)
    return _squeeze_paragraph(text) if len(text) <= _PARAGRAPH else _squeezed(text)


def _squeezed(text: str) -> str:
    if text.isascii():
        return text.encode().translate(None, _ASCII_SPACE).decode().lower()
    return "".join(narrow(text).split()).casefold()


_squeeze_line = lru_cache(maxsize=4096)(_squeezed)
_squeeze_paragraph = lru_cache(maxsize=128)(_squeezed)  # asked about several times on its page


def around(text: str, anchor: re.Pattern[str], before: int, after: int) -> list[tuple[int, int]]:
    """The stretches of a text that reach so many characters to both sides of what `anchor` finds,
    in order, those that touch as one: all that a costly pattern with that in it needs to see."""
    stretches: list[tuple[int, int]] = []
    for found in anchor.finditer(text):
        start, end = max(0, found.start() - before), found.end() + after
        if stretches and start <= stretches[-1][1]:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches


def cut_bytes(text: str, limit: int) -> str:
    """The longest head of `text` within `limit` bytes of UTF-8."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore")
