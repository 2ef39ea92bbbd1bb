"""What pages and commands say, in the language of whoever reads it.

The English text is the name of a message. Other languages have a gettext catalogue in `locale/`,
which is read when somebody first asks for the language. CONTRIBUTING.md says how to change one.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from hubwatch.filled_message import FilledMessage, Term
from hubwatch.width import width

from . import language
from .vocabularies import TERMS

LANGUAGES = ("en", "zh")
DOMAIN = "hubwatch"
LOCALE = Path(__file__).with_name("locale")


class Translator:
    """The messages of one language. Called with a message in English and what fills its gaps, as
    `words("Digest %(n)s", n=12)`. A percent sign is written `%%`."""

    __slots__ = ("catalogue", "html", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.html = "zh-Hans" if tag == "zh" else tag
        self.catalogue = _catalogue(tag)

    def __call__(self, message: str, /, **filling: object) -> str:
        """Return the message in this language. It stays in English where the catalogue lacks it."""
        return self.catalogue.gettext(message) % filling

    def pgettext(self, context: str, message: str) -> str:
        """Return the message as it is meant in a context, where its English has two meanings."""
        return self.catalogue.pgettext(context, message)

    def plural(self, one: str, many: str, number: int, /, **filling: object) -> str:
        """Return the form that suits the number, which fills the gap `number`."""
        return self.catalogue.ngettext(one, many, number) % {"number": number, **filling}

    def term(self, group: str, member: str, /, **filling: object) -> str:
        """Return what a member of a vocabulary of ours is called, such as an outcome. One that the
        vocabulary does not know (a selector, a name) is returned as it is."""
        message = TERMS[group].get(member)
        if message is None:
            return member
        text = self.catalogue.pgettext(group, message)
        return text % filling if filling else text

    def sentence(self, text: str) -> str:
        """Return what a room below the desk said, in this language where it knows the message that
        the text was made of. Any other text stays as it is."""
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

    @staticmethod
    def padded(text: str, columns: int) -> str:
        """Return the text with as many blanks as it lacks. Han take two columns."""
        return text + " " * (columns - width(text))


@cache
def translator(tag: str) -> Translator:
    """The translator of one of `LANGUAGES`."""
    return Translator(tag)


def reader() -> Translator:
    """The translator of who reads."""
    return translator(language())


def _catalogue(tag: str) -> NullTranslations:
    if tag == LANGUAGES[0]:
        return NullTranslations()
    with (LOCALE / tag / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)
