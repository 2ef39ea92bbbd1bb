"""Which table of single bytes a text was written with: judged by the letters of languages.

A label is a claim. Under a wrong one the letters of a language become those of no language, which
counts show. Knows bytes and letters, and nothing of pages.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from hubwatch.patterns import lazy_pattern

_SAMPLE = 200_000
_FEWEST = 12
"""So many letters beyond ASCII a text has at least, for its letters to show anything."""
_FITS, _BETTER, _MARGIN = 0.93, 0.95, 0.07
"""The share of letters from which a label is believed, that another table must have, and by how
much more than the label."""
_CAPITALS = 0.3
"""So many capital letters a text has at most for each small one. Under a table in which they have
changed places nearly all are capitals."""
_COMMONEST, _MOST_OF = 10, 0.5
"""The commonest letters of a language are half of its texts."""
_RUN = lazy_pattern(rb"[\x80-\xff]{3,}")
_IN_RUNS, _APART = 0.6, 0.3
"""Shares of bytes beyond ASCII in runs of three and more: at least that in another script, at most
this in a Latin one."""
_MARKS = frozenset("\u00a0\u00ad«»„“”‘’‚…–—•·°§©®™€£№ªº›‹¡¿´¨\u200e\u200f\u200c\u200d،؛؟")
"""What stands in texts of any language."""

_LATIN: tuple[tuple[str, str], ...] = (
    ("cp1252", "éèêëàâçîïôùûœæ"),
    ("cp1252", "äöüßé"),
    ("cp1252", "áéíóúñüç"),
    ("cp1252", "áâãàçéêíóôõúü"),
    ("cp1252", "àèéìíòóùúïüç"),
    ("cp1252", "åäöéæø"),
    ("cp1252", "áéíóúýþðæö"),
    ("cp1252", "éëïöüóáè"),
    ("cp1250", "ąćęłńóśźż"),
    ("cp1250", "áčďéěíňóřšťúůýž"),
    ("cp1250", "áäčďéíĺľňóôŕšťúýž"),
    ("cp1250", "áéíóöőúüű"),
    ("cp1250", "ăâîşţ"),
    ("cp1250", "čćžšđ"),
    ("cp1254", "çğıöşüâîû"),
)
"""The letters beyond ASCII of languages in Latin script, small ones, with the Windows table that
has them."""
_THAI = "".join(map(chr, (*range(0xE01, 0xE3B), *range(0xE40, 0xE4F))))
_OTHERS: tuple[tuple[str, str], ...] = (
    ("cp1251", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("cp1251", "оаинтевірслкумдпяьзбгйчхжшюцїщєфґ"),
    ("cp1251", "аоеитнрсвлпкдмзъугябчщжйцхшюфь"),
    ("cp1253", "αοιετσνηυρπκμλςωγδχθφβξζψάόίέήύώϊϋ"),
    ("cp1255", "יוהלאמרתבנשעקדםטחסכפןגזצךףץ"),
    ("cp1256", "الينمرتبوهعدسفةقكحجشصطخذءؤئإأضثغزظىآ"),
    ("cp874", "านรกอ่เง้ม" + _THAI),
)
"""The same of other scripts, the commonest first."""
_TWINS = {
    "cp1250": ("iso8859-2",),
    "cp1251": ("koi8-r",),
    "cp1252": ("iso8859-15",),
    "cp1253": ("iso8859-7",),
}
"""Tables that have the same letters in other places."""


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """The bytes of one language in one table: small letters, capitals, and the commonest."""

    codec: str
    small: frozenset[int]
    capital: frozenset[int]
    common: frozenset[int]
    neutral: frozenset[int]
    is_latin: bool


def likely_table(body: bytes, labelled: list[str], single: frozenset[str]) -> str:
    """The codec of single bytes that makes letters of one language of a text that is no UTF-8,
    where the labelled codecs make nothing of the kind. Empty where a label fits as well, where
    nothing does, and where a label names one of the codecs in `single` that is not known here.
    Linear in what is looked at, the first 200,000 bytes."""
    if not {each.codec for each in _alphabets()}.issuperset(single.intersection(labelled)):
        return ""
    sample = body[:_SAMPLE]
    counts = Counter(sample.translate(None, bytes(range(128))))
    wide = sum(counts.values())
    if wide < _FEWEST:
        return ""
    runs = sum(map(len, _RUN.findall(sample))) / wide
    is_latin = runs <= _APART
    if not is_latin and runs < _IN_RUNS:
        return ""
    best, codec = 0.0, ""
    claimed = 0.0
    for each in _alphabets():
        if each.is_latin is not is_latin:
            continue
        share = _share(each, counts)
        if each.codec in labelled:
            claimed = max(claimed, share)
        if share > best:
            best, codec = share, each.codec
    if best < _BETTER or claimed >= min(_FITS, best) or best - claimed < _MARGIN:
        return ""
    return codec


# Texts with too few letters beyond ASCII for counts, in a language that is known.

_WORDS: dict[str, str] = {
    "fr": "la de le les des est une dans pour qui sur pas avec par plus au sont du ce ont aux",
    "de": "der die das und ist von mit den dem nicht ein eine auf im sich auch es werden wird zu",
    "es": "la de el los las del una por con para que se su lo como al pero sus ha fue y en",
    "pt": "de os do da dos das em um uma para com por que foi ao pelo pela mais como ou na no",
    "it": "la il gli di della che per un una con del sono nel alla dei delle anche si le da",
    "sv": "och att det som en av till med den har inte om ett han var sig de til og ikke",
    "nl": "het een van en dat op te zijn voor met niet aan door ook er maar bij naar worden",
    "pl": "w i na z do nie jest to od po przez oraz dla przy jak ale tym ich jego",
    "cs": "v a na se je z do to ve pro jako ale od za po by jsou tak podle",
    "hu": "a az hogy nem egy is meg van csak mint de volt ez ki ha el vagy magyar",
    "ro": "de la cu din pe nu care este pentru un ca mai sau prin dar fost lui au",
    "tr": "ve bir bu ile da de olarak daha gibi kadar ama olan sonra var her ne",
}
"""The commonest words in ASCII of languages, by which a text says which it is in."""
_LETTERS_OF = {
    tag: _LATIN[at]
    for at, tag in enumerate(
        ("fr", "de", "es", "pt", "it", "sv", "is", "nl", "pl", "cs", "sk", "hu", "ro", "hr", "tr")
    )
}
_LEAST_WORDS, _CLEARLY = 6, 1.5
_TAGS = lazy_pattern(rb"<[^<>]{0,2000}>")
_LANG = lazy_pattern(rb"<html\b[^<>]{0,500}?\blang\s?=\s?[\"']?([a-z]{2})\b", re.I)
_WORD = lazy_pattern(rb"[A-Za-z]+(?![\x80-\xff])")


def table_of_language(body: bytes, labelled: list[str], single: frozenset[str]) -> str:
    """The codec of single bytes in which all letters of a text belong to its language, where under
    each labelled codec some belong to another one. Its language is what its words say, else what
    it states. Empty where a label fits, or another codec fits no better."""
    if not labelled or not single.issuperset(labelled):
        return ""
    text = _TAGS.sub(b" ", _without_scripts(body[:_SAMPLE]))
    if text.isascii():
        return ""
    tag = _language_of(text) or _stated_language(body)
    if tag not in _LETTERS_OF:
        return ""
    codec, letters = _LETTERS_OF[tag]
    allowed = frozenset(letters + letters.upper()) | _MARKS
    if any(not _odd_in(text, each, allowed) for each in labelled):
        return ""
    fitting = (one for one in (codec, *_TWINS.get(codec, ())) if not _odd_in(text, one, allowed))
    return next(fitting, "")


def _without_scripts(body: bytes) -> bytes:
    """What is neither script nor style. Linear."""
    for name in (b"script", b"style"):
        low, at, kept = body.lower(), 0, []
        while (start := low.find(b"<" + name, at)) >= 0:
            kept.append(body[at:start])
            at = low.find(b"</" + name, start)
            if at < 0:
                break
        body = b" ".join([*kept, body[at:] if at >= 0 else b""])
    return body


def _language_of(text: bytes) -> str:
    words = Counter(_WORD.findall(text.lower()))
    counts = sorted(
        (sum(words[one.encode()] for one in common.split()), tag) for tag, common in _WORDS.items()
    )
    (second, _), (most, tag) = counts[-2:]
    return tag if most >= _LEAST_WORDS and most >= _CLEARLY * second else ""


def _stated_language(body: bytes) -> str:
    match = _LANG.search(body[:4_000])
    return match[1].decode("ascii").lower() if match else ""


def _odd_in(text: bytes, codec: str, allowed: frozenset[str]) -> int:
    """How many characters beyond ASCII a reading has that the language does not."""
    return sum(char > "\x7f" and char not in allowed for char in text.decode(codec, "replace"))


def _share(each: _Alphabet, counts: Counter[int]) -> float:
    """How many of the letters beyond ASCII are those of this language (0 to 1)."""
    small = capital = common = neutral = 0
    for byte, count in counts.items():
        if byte in each.small:
            small += count
            common += count if byte in each.common else 0
        elif byte in each.capital:
            capital += count
        elif byte in each.neutral:
            neutral += count
    letters = sum(counts.values()) - neutral
    if letters < _FEWEST:
        return 0.0
    share = (small + min(capital, _CAPITALS * small)) / letters
    return share if each.is_latin else share * min(1.0, common / (_MOST_OF * letters))


@lru_cache(maxsize=1)
def _alphabets() -> tuple[_Alphabet, ...]:
    return tuple(
        _alphabet(codec, letters, is_latin)
        for group, is_latin in ((_LATIN, True), (_OTHERS, False))
        for table, letters in group
        for codec in (table, *_TWINS.get(table, ()))
    )


def _alphabet(codec: str, letters: str, is_latin: bool) -> _Alphabet:
    small = frozenset(_bytes_of(letters, codec))
    capital = frozenset(_bytes_of(letters.upper(), codec)) - small
    common = frozenset(_bytes_of(letters[:_COMMONEST], codec))
    marks = frozenset(_bytes_of("".join(_MARKS), codec)) - small - capital
    return _Alphabet(codec, small, capital, common, marks, is_latin)


def _bytes_of(letters: str, codec: str) -> list[int]:
    found = (letter.encode(codec, "ignore") for letter in letters)
    return [each[0] for each in found if len(each) == 1 and each[0] > 0x7F]
