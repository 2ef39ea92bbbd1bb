"""The language of an article, by its script, letters and commonest words. The page's own claim
counts only where it fits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..tree import attribute

# Runs as one character and more: a pattern that begins with one skips a text for it at once.
_HAN = lazy_pattern(r"[㐀-鿿][㐀-鿿]*")
_KANA = lazy_pattern(r"[ぁ-ヿ][ぁ-ヿ]*")
_HANGUL = lazy_pattern(r"[가-힯][가-힯]*")
_LATIN = lazy_pattern(r"[À-ɏ][À-ɏ]*")
_OTHER = lazy_pattern(r"[Ͱ-ᇿऀ-῿][Ͱ-ᇿऀ-῿]*")
_ASCII = lazy_pattern(r"[\x00-\x7f]+")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SAMPLE = 4_000
_NOT_LATIN = frozenset(("zh", "ja", "ko", "ru", "ar", "uk", "el", "he", "th", "fa", "hi"))
_SCRIPTS = (
    ("el", "\u0370", "\u03ff"), ("ru", "\u0400", "\u052f"), ("hy", "\u0530", "\u058f"),
    ("he", "\u0590", "\u05ff"), ("ar", "\u0600", "\u077f"), ("hi", "\u0900", "\u097f"),
    ("bn", "\u0980", "\u09ff"), ("pa", "\u0a00", "\u0a7f"), ("gu", "\u0a80", "\u0aff"),
    ("or", "\u0b00", "\u0b7f"), ("ta", "\u0b80", "\u0bff"), ("te", "\u0c00", "\u0c7f"),
    ("kn", "\u0c80", "\u0cff"), ("ml", "\u0d00", "\u0d7f"), ("si", "\u0d80", "\u0dff"),
    ("th", "\u0e00", "\u0e7f"), ("lo", "\u0e80", "\u0eff"), ("bo", "\u0f00", "\u0fff"),
    ("my", "\u1000", "\u109f"), ("ka", "\u10a0", "\u10ff"), ("am", "\u1200", "\u137f"),
    ("km", "\u1780", "\u17ff"),
)  # fmt: skip
"""Scripts, each with the language that is written in it most, from its first character to its last
(Unicode)."""
_LETTERS = {
    "ru": (("be", "ў"), ("uk", "їєґ"), ("kk", "қғұ"), ("sr", "ђћ"), ("mk", "ѓќѕ"), ("ru", "ыэ"),
           ("bg", "ъ")),
    "ar": (("ur", "ٹڈےں"), ("ps", "ښځډ"), ("fa", "پچژگ")),
}  # fmt: skip
"""Letters by which the languages of one script are told apart, looked for in this order."""
_OFTEN = 0.003
_WORDS = {
    tag: tuple(dict.fromkeys(words.split()))
    for tag, words in {
        "en": "the of and to in for is on that with by was as at be from are has have will this",
        "es": "de la el que en y a los del las un por con una para al su lo se como más este fue",
        "pt": "de a o que e do da em para um com uma os no na dos por mais das ao à são foi como",
        "fr": "de la le et les des en à du un une dans pour que au est par sur avec ce qui aux il",
        "de": "der die und in den von zu das mit für auf im ist des dem ein eine nicht sich auch",
        "it": "di e il la che in a per un del è della i una sono con le si da dei nel gli al delle",
        "nl": "de het een van en in is op te dat die voor met zijn aan er door niet om ook bij",
        "sv": "och i att det som en på är av för med till den har de inte om ett från vid kommer",
        "da": "og i at det er en til på af for med den de som har et ikke fra kan om bliver også",
        "no": "og i å det er en til på av for med den som har et ikke fra de kan om blir også seg",
        "fi": "ja on ei että se oli joka myös mukaan ovat sekä kuin mutta sen tai hän kanssa jo",
        "is": "og að í á er sem við til um það en var með fyrir hefur ekki af frá eru því verður",
        "pl": "w i na z do się nie jest że o dla oraz to od przez po jak za są które będzie który",
        "cs": "a v na se je že s z do o pro ve i od k za jsou po byl které jako jeho bude také",
        "sk": "a v na sa je že s z do o pre vo aj od k za sú po bol ktoré ako jeho bude ktorý roku",
        "sl": "in je v za na se so da ki bo z s pa tudi po od iz do ne pri bodo smo bil kot letu",
        "hr": "i u je na za se da su od s o koji će iz kao do koje te koja po ne sa bi nije godine",
        "hu": "a az és hogy nem is egy meg volt ez van csak azt már mint de vagy el kell által",
        "ro": "de și în a la cu pe din care pentru o un mai că al nu este prin ale fi sunt au unei",
        "tr": "ve bir bu ile için da de olarak olan daha çok en sonra kadar ise gibi oldu ilgili",
        "az": "və bir bu ilə üçün də edən olan daha çox ki etmək sonra olub olunub edilib üzrə",
        "lt": "ir į kad yra su iš tai buvo apie ne kaip nuo bei bus taip o dėl už po metų pat",
        "lv": "un ir ar no uz par kas ka to lai tika arī tiek pēc kā bija līdz ne gada pie vai",
        "et": "ja on ei et see oli kui ka ning mis aga selle oma kes või pärast aasta tema välja",
        "ca": "de la i que el a en les els del per un amb una es al dels ha més com són aquest",
        "sq": "të e në dhe për me një i që nga do është janë ka së si më nuk ku kjo duke",
        "vi": "và của các là có trong cho được với không một đã người này những đến về từ khi năm",
        "id": "yang dan di untuk dengan ini dari pada dalam akan itu ke oleh tidak juga para telah",
        "ms": "yang dan di untuk dengan ini daripada pada dalam akan itu ke oleh tidak juga para",
        "tl": "ang ng sa na mga ay at ni para si kay ito nang may hindi siya ako kanilang kung din",
        "sw": "ya na wa kwa ni katika la za kuwa cha hiyo huo pia hii alisema ambao hayo wake kama",
        "uz": "va bilan uchun bu bir ham da tomonidan yilda hamda kerak edi mumkin yangi esa uning",
        "eu": "eta da du bat ez dira ere izan hau baino edo egin ditu zen dute baina urte",
        "cy": "y yr i a yn o ar am wedi ei bod ac mae gan hyn sydd fel hefyd bydd gyda",
        "ga": "an na agus a i ar ag is go do le sin tá atá bhí leis faoi chun seo sé",
    }.items()
}  # fmt: skip
"""What each language in Latin letters says most often: words of the grammar, in any text of it."""
_TELLING: dict[str, list[str]] = {}
for _tag, _words in _WORDS.items():
    for _word in _words:
        _TELLING.setdefault(_word, []).append(_tag)
_SAID_AS = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "fil": "tl"}
"""Tags of languages that have the words of another."""
_OF_ALL = 0.12
"""Such words are at least so much of a text in any language that is told by them."""
_RIVAL = 0.7
"""So much of what the best has is enough for a language that the page says it is in."""
_FEWEST, _DISTINCT = 12, 3
"""Words of which a language is told, and different ones of its grammar among them."""
_WORD = lazy_pattern(r"[^\W\d_]+")
_WORDS_SAMPLE = 1_200


def read_language(page: Page, text: str, expected: str) -> str | None:
    """The language of a page's text. `expected` is the template's word."""
    return language_of(text, (_claim(page), expected[:2].lower()))


def language_of(text: str, claims: Sequence[str] = ()) -> str | None:
    """`zh`, `en` or another primary language tag (BCP 47). None for a text without letters.

    A Chinese template says `lang="en"` as easily as an English one says `zh`, and a Spanish one as
    it came: the letters and words decide, the claims, best first, only between what both fit. An
    empty claim is none.
    """
    claims, sample = [claim for claim in claims if claim], text[:_SAMPLE]
    ascii_ones = sample.encode("ascii", "ignore")
    latin = len(ascii_ones.translate(None, _NO_LETTERS))
    if 2 * len(ascii_ones) > len(sample):
        sample = _ASCII.sub("", sample)  # no other class has any of them
    han, latin = _count(_HAN, sample), latin + _count(_LATIN, sample)
    if _count(_KANA, sample) > 0.1 * (han + 1) and han + latin > 0:
        return "ja"
    if _count(_HANGUL, sample) > han + latin:
        return "ko"
    # A Han character carries about as much as three letters.
    if han and han * 3 >= latin:
        return "zh"
    if _count(_OTHER, sample) > latin:
        return next((claim for claim in claims if claim not in ("en", "zh")), _of_script(sample))
    if latin:
        return _of_words(text[:_WORDS_SAMPLE], [each for each in claims if each not in _NOT_LATIN])
    return None


def _of_words(text: str, claims: Sequence[str]) -> str:
    """The language of a text in Latin letters, by the words of its grammar: the first that is
    claimed and fits about as well as any other. Of too few such words nothing is told."""
    words = Counter(_WORD.findall(text.lower()))
    told, distinct = dict.fromkeys(_WORDS, 0), dict.fromkeys(_WORDS, 0)
    for word in words.keys() & _TELLING.keys():
        for tag in _TELLING[word]:
            told[tag] += words[word]
            distinct[tag] += 1
    best, total = max(told, key=told.__getitem__), words.total()
    if total < _FEWEST or distinct[best] < _DISTINCT or told[best] < _OF_ALL * total:
        return next(iter(claims), "en")
    for claim in claims:
        if told.get(_SAID_AS.get(claim, claim), told[best]) >= _RIVAL * told[best]:
            return claim
    return best


def _of_script(text: str) -> str | None:
    """The language of a text in neither Latin nor Chinese letters, by its script, and by letters
    that only some of the languages of the script have."""
    counts = Counter(text.lower())
    share = {
        tag: sum(n for letter, n in counts.items() if first <= letter <= last)
        for tag, first, last in _SCRIPTS
    }
    script = max(share, key=share.__getitem__)
    for tag, letters in _LETTERS.get(script, ()):
        if sum(counts[letter] for letter in letters) >= _OFTEN * share[script]:
            return tag
    return script if share[script] else None


def _count(runs: re.Pattern[str], text: str) -> int:
    # Runs, since one match for each letter takes ten times as long.
    return sum(map(len, runs.findall(text)))


def _claim(page: Page) -> str:
    for tag in page.tags("html"):
        lang = attribute(tag, "lang") or attribute(tag, "xml:lang")
        if re.fullmatch(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{1,8}){0,3}", lang.strip()):
            return lang.strip()[:2].lower()
    return ""
