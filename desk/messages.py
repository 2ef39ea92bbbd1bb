"""What pages and commands say, in the language of whoever reads it.

The English text is the name of a message. Other languages have a gettext catalogue in `locale/`,
which is read when somebody first asks for the language. CONTRIBUTING.md says how to change one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from hubwatch.filled_message import FilledMessage, Term
from hubwatch.patterns import lazy_pattern

from . import language
from .text import width
from .vocabularies import TERMS

LANGUAGES = ("en", "zh")
BOTH = "both"
"""A reader of both languages: what is said stands there in Chinese, then in English."""
DOMAIN = "hubwatch"
LOCALE = Path(__file__).with_name("locale")


class Bilingual(str):
    """A text in two languages, the first before the second. Where it fills the gap of a message,
    each language gets its own."""

    parts: tuple[str, str]

    def __new__(cls, first: str, second: str) -> Bilingual:
        """Both texts as one, or the one where they are the same."""
        if first == second:
            made = super().__new__(cls, first)
        else:
            made = super().__new__(
                cls, f"{first}{' ' if first.endswith(_STOPS) else ' / '}{second}"
            )
        made.parts = (first, second)
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return self.parts

    def join(self, texts: Iterable[str], /) -> Bilingual:
        """The texts in each language, with its own separator between them."""
        listed = list(texts)
        first, second = (
            separator.join(_side(each, place) for each in listed)
            for place, separator in enumerate(self.parts)
        )
        return Bilingual(first, second)


_STOPS = ("。", "：", "；", "，", "、", "）", " ")


def parts_of(text: str) -> tuple[str, ...]:
    """The text in each of its languages: one, or two that differ."""
    return tuple(dict.fromkeys(text.parts)) if isinstance(text, Bilingual) else (text,)


def _side(text: str, place: int) -> str:
    return text.parts[place] if isinstance(text, Bilingual) else text


def _sides(filling: Mapping[str, object], place: int) -> dict[str, object]:
    return {
        name: _side(value, place) if isinstance(value, str) else value
        for name, value in filling.items()
    }


_CHANGE = lazy_pattern(
    rf"(^|; )({'|'.join(sorted(map(re.escape, TERMS['change']), key=len, reverse=True))})"
    r"(?:(: )(?:(removed|added) )?|(?=; |$))"
)
"""How the summary of a change names a kind: at its beginning, or at that of a further part."""


class Translator:
    """The messages of one language, or of both. Called with a message in English and what fills
    its gaps, as `words("Digest %(n)s", n=12)`. A percent sign is written `%%`."""

    __slots__ = ("catalogue", "html", "tag", "tongues")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.html = "en" if tag == LANGUAGES[0] else "zh-Hans"
        self.tongues = (translator("zh"), translator("en")) if tag == BOTH else ()
        self.catalogue = _catalogue("zh" if tag == BOTH else tag)

    def __call__(self, message: str, /, **filling: object) -> str:
        """Return the message in this language. It stays in English where the catalogue lacks it."""
        if self.tongues:
            first, second = self.tongues
            return Bilingual(
                first(message, **_sides(filling, 0)), second(message, **_sides(filling, 1))
            )
        return self.catalogue.gettext(message) % filling

    def pgettext(self, context: str, message: str) -> str:
        """Return the message as it is meant in a context, where its English has two meanings."""
        if self.tongues:
            return Bilingual(*(each.pgettext(context, message) for each in self.tongues))
        return self.catalogue.pgettext(context, message)

    def plural(self, one: str, many: str, number: int, /, **filling: object) -> str:
        """Return the form that suits the number, which fills the gap `number`."""
        if self.tongues:
            first, second = self.tongues
            return Bilingual(
                first.plural(one, many, number, **_sides(filling, 0)),
                second.plural(one, many, number, **_sides(filling, 1)),
            )
        return self.catalogue.ngettext(one, many, number) % {"number": number, **filling}

    def term(self, group: str, member: str, /, **filling: object) -> str:
        """Return what a member of a vocabulary of ours is called, such as an outcome. One that the
        vocabulary does not know (a selector, a name) is returned as it is."""
        if self.tongues:
            first, second = self.tongues
            return Bilingual(
                first.term(group, member, **_sides(filling, 0)),
                second.term(group, member, **_sides(filling, 1)),
            )
        message = TERMS[group].get(member)
        if message is None:
            return member
        text = self.catalogue.pgettext(group, message)
        return text % filling if filling else text

    def sentence(self, text: str) -> str:
        """Return what a room below the desk said, in this language where it knows the message that
        the text was made of. Any other text stays as it is."""
        if self.tongues:
            return Bilingual(*(each.sentence(text) for each in self.tongues))
        if self.tag == LANGUAGES[0]:
            return text
        if isinstance(text, Term):
            return self.term(text.group, text) if text.group in TERMS else text
        if not isinstance(text, FilledMessage) or not text.message:
            return text
        values = {
            name: self.sentence(value) if isinstance(value, str) else value
            for name, value in text.filling.items()
        }
        try:
            return self.catalogue.gettext(text.message) % values
        except (KeyError, TypeError, ValueError):  # a gap that an older text does not fill
            return text

    def change(self, summary: str) -> str:
        """Return the summary of a change as the archive keeps it (`numbers: 36 → 41`), its kinds in
        this language, what pages said as they said it."""
        if self.tongues:
            return Bilingual(*(each.change(summary) for each in self.tongues))
        if self.tag == LANGUAGES[0]:
            return summary

        words = self

        def said(found: re.Match[str]) -> str:
            kind = words.term("change", found[2])
            part = words("; ") if found[1] else ""
            if found[4]:
                what = words.term("edit", found[4])
                return part + words("%(kind)s: %(what)s ", kind=kind, what=what)
            return part + (words("%(kind)s: ", kind=kind) if found[3] else kind)

        return _CHANGE.sub(said, summary)

    @staticmethod
    def padded(text: str, columns: int) -> str:
        """Return the text with as many blanks as it lacks. Han take two columns."""
        return text + " " * (columns - width(text))


@cache
def translator(tag: str) -> Translator:
    """The translator of one of `LANGUAGES`, or of `BOTH`."""
    return Translator(tag)


def reader() -> Translator:
    """The translator of who reads."""
    return translator(language())


def _catalogue(tag: str) -> NullTranslations:
    if tag == LANGUAGES[0]:
        return NullTranslations()
    with (LOCALE / tag / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)
