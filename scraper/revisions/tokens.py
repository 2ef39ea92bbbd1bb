"""A text as sentences of tokens: words, numbers, dates, amounts, and Han characters one by one.

Spaces, punctuation, case and width are no tokens. Compares nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from storage.text import HAN, squeeze


class TokenType(StrEnum):
    """What a token is, and so what a change of it is called."""

    DOCUMENT = "document numbers"
    DATE = "dates"
    AMOUNT = "amounts"
    NUMBER = "numbers"
    NAME = "names"
    WORD = "wording"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: what it is compared by, what it is, and where it stands in its sentence."""

    key: str
    kind: TokenType
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as printed, and its tokens."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def key(self) -> str:
        """What it is compared by; numbers never run into one another."""
        return "".join(
            f"|{token.key}|" if token.key[0].isdigit() else token.key for token in self.tokens
        )


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER = r"\d+(?:[,，]\d{3})*(?:[.．]\d+)?"
_UNIT = (
    r"(?:\s?(?:%|‰|％|per ?cent|million|billion|trillion|thousand|hundred|yuan|rmb|cny|usd|"
    r"dollars?|euros?|square|cubic|hectares?|mu|tons?|tonnes?|kilomet(?:er|re)s?|km|met(?:er|re)s?|"
    r"kilowatts?|mw|kw|gb|tb|pb)\b|\s?(?:%|‰|％)|[百千万亿兆]*(?:元|美元|人次|公里|千米|平方米|公顷|亩|吨|千瓦|项|家|个|人|名|户|倍)|"
    r"[百千万亿]+)"
)
_TOKEN = re.compile(
    rf"(?P<document>[{HAN}]{{1,8}}[〔\[（(【]\s*\d{{4}}\s*[〕\]）)】]\s*第?\s*\d+\s*号|"
    rf"\bno\.?\s?\d+\s?[\[(]\d{{4}}[\])])|"
    rf"(?P<date>\d{{2,4}}\s?年(?:\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?[日号])?)?|"
    rf"\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号]|\d{{1,2}}\s?[月日时]|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|"
    rf"\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?|\b{_MONTH}\s?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s?\d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s?\d{{4}})?|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:星期|周)[一二三四五六日天])|"
    rf"(?P<amount>[$¥€£￥]\s?{_NUMBER}{_UNIT}*|{_NUMBER}{_UNIT}+)|"
    rf"(?P<number>{_NUMBER}|[一二三四五六七八九十百千万亿两〇零]{{2,}}|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|"
    r"thousands?|millions?|billions?)\b)|"
    rf"(?P<word>[^\W\d_{HAN}]+)|(?P<han>[{HAN}])|(?P<sign>[%‰℃°+±$¥€£]|(?<![\w\s])-(?=\d))",
    re.I,
)
_END = re.compile(r"(?<=[。！？!?；;])|(?<=[.])(?<!\b[Nn]o\.)\s+(?=[\"“'(]?[A-Z0-9])")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_MONTH_WORD = re.compile(r"[a-z]{3,}", re.I)


def sentences(lines: list[str]) -> tuple[Sentence, ...]:
    """The sentences of some lines; those without a single token are left out."""
    found = []
    for line in lines:
        for piece in _END.split(line):
            text = piece.strip()
            tokens = tuple(_tokens(text))
            if tokens:
                found.append(Sentence(text, tokens))
    return tuple(found)


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "word"
        key = _KEYS.get(group, squeeze)(match.group())
        if key:
            found.append(Token(key, _kind(group, match), match.start(), match.end()))
    return found


def _kind(group: str, match: re.Match[str]) -> TokenType:
    if group in ("document", "date", "amount", "number"):
        return TokenType[group.upper()]
    if group == "sign":
        return TokenType.AMOUNT
    # A capital at the beginning of a sentence says nothing.
    return TokenType.NAME if match.start() and match.group()[0].isupper() else TokenType.WORD


def _plain(text: str) -> str:
    return squeeze(text).replace(",", "")


def _day(text: str) -> str:
    """`2026-3-1` for 2026年3月1日 and 2026-03-01 alike."""
    folded = squeeze(text)
    if ":" in folded or _MONTH_WORD.search(folded):
        return folded
    digits = _DIGITS.findall(folded.replace(".", "-"))
    return "-".join(str(int(number)) for number in digits) + folded[-1:] * (len(digits) < 3)


def _document(text: str) -> str:
    return re.sub(r"[^\w]", "-", squeeze(text))


_KEYS = {
    "date": lambda text: _day(text) if text[:1].isdigit() else squeeze(text),
    "amount": _plain,
    "number": _plain,
    "document": _document,
}
