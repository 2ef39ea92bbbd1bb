"""Bytes to text: a decision among BOM, HTTP header, meta and strict decoding.

A label is a claim, the bytes are the proof: a label that the bytes contradict loses. What no
encoding explains is hopeless and never becomes mojibake. Knows no HTML beyond the labels.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hubwatch.patterns import lazy_pattern

from .alphabets import likely_table, table_of_language

LABEL_BYTES = 8192
"""Where a label is looked for. The HTML standard stops at 1024. Real portals do not."""
BAD_RATIO = 1 / 200
"""Broken sequences allowed for each character beyond ASCII, when every strict reading fails."""

_META = lazy_pattern(
    rb"""<meta[^<>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.-]{2,40})""", re.I
)
_XML = lazy_pattern(
    rb"""^\s{0,9}<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_:.-]{2,40})"""
)
_HEADER = lazy_pattern(r"""charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_:.-]{2,40})""", re.I)
_TITLE = lazy_pattern(r"<title[^<>]{0,200}>([^<]{0,2000})", re.I)
_SEQUENCE = lazy_pattern(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_PAIRS = 20
"""So many good sequences of UTF-8 for each broken one."""
_TWICE = lazy_pattern(
    "[\u00c3-\u00c5\u00d0-\u00d1\u00e2][\u0080-\u00bf\u20ac\u201a-\u2122\u0152-\u017e]"
)
_BARE = "hubwatch-cp1252"
_WIDE_UTF8 = lazy_pattern(rb"[\xe0-\xf4][\x80-\xbf]{2}")

_ALIASES = {
    **dict.fromkeys(
        ("gb2312", "gbk", "x-gbk", "gb_2312-80", "gb_2312", "euc-cn", "euccn", "cp936", "ms936",
         "windows-936", "csgb2312", "chinese", "hz-gb-2312", "gb18030-2000", "gb2312-80", "gb"),
        "gb18030",
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5", "big-5", "big5hk"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii"), "cp1252"),
    "us-ascii": "cp1252",
    **dict.fromkeys(
        ("utf8", "unicode-1-1-utf-8", "unicode11utf8", "x-unicode20utf8", "utf-8n", "utf_8"),
        "utf-8",
    ),
    **dict.fromkeys(("shift_jis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("x-euc-jp", "cseucpkdfmtjapanese"), "euc_jp"),
    **dict.fromkeys(
        ("euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "csksc56011987", "iso-ir-149",
         "windows-949"),
        "cp949",
    ),
    **dict.fromkeys(("iso-8859-9", "iso88599"), "cp1254"),
    **dict.fromkeys(
        ("tis-620", "windows-874", "dos-874", "iso-8859-11", "iso8859-11", "iso885911"), "cp874"
    ),
    **dict.fromkeys(("iso-8859-8-i", "csiso88598i", "logical", "visual"), "iso8859-8"),
    **dict.fromkeys(("iso-8859-6-e", "iso-8859-6-i"), "iso8859-6"),
    **dict.fromkeys(("koi", "koi8"), "koi8-r"),
    "koi8-ru": "koi8-u",
    **dict.fromkeys(("mac", "x-mac-roman"), "mac-roman"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac-cyrillic"),
    **{f"x-cp125{n}": f"cp125{n}" for n in range(9)},
}  # fmt: skip
"""Labels that mean another table than the codec called so has, by the Encoding Standard (WHATWG),
or that Python does not know."""
_SINGLE = frozenset((
    "cp1252", "cp1254", "cp874", *(f"cp125{n}" for n in range(9)), "koi8-r", "koi8-u", "mac-roman",
    "mac-cyrillic",
    *(f"iso8859-{n}" for n in range(1, 17)), "latin-1", "ascii", "cp437", "cp850", "cp866",
))  # fmt: skip
"""Codecs in which each byte is a letter. Nearly any bytes can be read with them."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The commonest characters of running Chinese, simplified and traditional, with its punctuation:
# every real text is full of them, a text read with the wrong table has next to none.
_COMMON = frozenset(
    "，。、：；“”（）《》的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会"
    "自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经"
    "头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名"
    "定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却"
    "代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常"
    "提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林"
    "题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该"
    "领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识"
    "個這來國時們為會學對後於發長動開說過還經頭與進種點聲華報業電東車馬門間問實現樣關機應網縣產區將當從"
    "省市县政府网站首页新闻信息公开服务通知公告版权所有"
)
_WEAK_TEXT = 0.04


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was won. `encoding` is empty where nothing fits. Then `text` is empty too.

    `reason` is one line for people. `broken` counts byte sequences replaced by U+FFFD.
    """

    text: str
    encoding: str
    reason: str
    broken: int = 0

    @property
    def hopeless(self) -> bool:
        """True for a page that must end as `bad_encoding`."""
        return not self.encoding


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decide the encoding of a page. Never raises. See `Decoded.hopeless`."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _lenient(body[len(bom) :], [(name, "byte order mark")])
    utf16 = bare_utf16(body)
    if utf16:
        return _lenient(body, [(utf16, "every second byte is zero")])
    if body.isascii():
        if _ESCAPED.search(body) and (text := _try(body, "iso2022_jp")) is not None:
            return Decoded(text, "iso2022_jp", "ASCII with the escape sequences of Japanese")
        return Decoded(body.decode("ascii"), "utf-8", "ASCII only")
    claims = list(_claims(body, content_type))
    found = _nearly_utf8(body, claims) or _strict(body, claims) or _western(body)
    if found is not None:
        return _once(found, body)
    names = {name for name, _ in claims}
    spare = [(name, "no label fits") for name in ("utf-8", "gb18030") if name not in names]
    return _lenient(body, claims + spare)


_ESCAPED = lazy_pattern(rb"\x1b\$[@B]")
_FEW_WIDE = 1 / 50
"""So many bytes beyond ASCII has a page of a Latin language at most, Chinese ones far more."""
_BAD_IN_LIST = 1 / 20
_BAD_IN_ASCII = 1 / 2_000
_BAD_AT_LEAST = 3


_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r")
_CONTROLS_IN_TEXT = 0.001
"""A share of control characters beyond this is no text with a few bad bytes, but no text."""


def decode_list(body: bytes, content_type: str = "") -> Decoded:
    """Like `decode`, for pages that are lists: a few bad bytes spoil a row, not the others. Its
    addresses are ASCII, and the rows' own pages have their titles."""
    decoded = decode(body, content_type)
    controls = len(body) - len(body.translate(None, _CONTROLS))
    if not decoded.hopeless or controls > _CONTROLS_IN_TEXT * len(body) or not body:
        return decoded
    claims = list(_claims(body, content_type))
    names = {name for name, _ in claims}
    wide = sum(byte > 0x7F for byte in body)
    if wide <= _FEW_WIDE * len(body):
        claims.append(("cp1252", "no label fits"))
    claims += [(n, "no label fits") for n in ("utf-8", "gb18030") if n not in names]
    best = min((_replaced(body, name, why) for name, why in claims), key=lambda one: one.broken)
    beyond = sum(char > "\x7f" for char in best.text)
    if best.broken > max(_BAD_AT_LEAST, beyond * _BAD_IN_LIST, len(best.text) * _BAD_IN_ASCII):
        return decoded
    return best


def _replaced(body: bytes, name: str, why: str) -> Decoded:
    text = body.decode(name, "replace")
    broken = max(0, text.count("\ufffd") - body.count(b"\xef\xbf\xbd") * (name == "utf-8"))
    note = f"; {broken} broken sequences" if broken else ""
    return Decoded(text, name, why + note, broken)


def _claims(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """What header and page say of themselves, as (codec, who says so), without doubles."""
    seen: set[str] = set()
    head = body[:LABEL_BYTES]
    found = [(m.group(1), "header") for m in _HEADER.finditer(content_type[:500])]
    found += [(m.group(1).decode("ascii"), "xml") for m in _XML.finditer(head)]
    found += [(m.group(1).decode("ascii"), "meta") for m in _META.finditer(head)]
    for label, who in found:
        name = _codec(label)
        # A page whose label could be read as ASCII is not UTF-16, whatever the label says.
        if name and name not in seen and not name.startswith(("utf-16", "utf-32")):
            seen.add(name)
            yield name, f"{who} says {label}"


_NOTATIONS = frozenset(
    (
        *("idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined"),
        *("unicode-escape", "utf-7"),
    )
)
"""What Python calls text encodings and no browser knows: a page would be read as what it does not
show, or not at all. UTF-7 is one that the Encoding Standard (WHATWG) leaves out on purpose."""


def _codec(label: str) -> str:
    """The codec that reads what the label means. Empty for an unknown label."""
    key = label.strip().lower()
    try:
        found = codecs.lookup(_ALIASES.get(key, key))
    except (LookupError, ValueError):
        return ""
    name = found.name
    if name in _NOTATIONS:
        return ""
    return _ALIASES.get(name, name) if getattr(found, "_is_text_encoding", True) else ""


def _strict(body: bytes, claims: list[tuple[str, str]]) -> Decoded | None:
    """The reading that breaks no byte and looks most like writing."""
    utf8 = _try(body, "utf-8")
    labelled = dict(claims)
    is_utf8 = utf8 is not None and (labelled.keys() <= _SINGLE or "utf-8" in labelled)
    if utf8 is not None and (is_utf8 or _WIDE_UTF8.search(body) or _has_many_pairs(body)):
        return Decoded(utf8, "utf-8", labelled.get("utf-8", "strict UTF-8, against the label"))
    if (other := _by_script(body, labelled)) is not None:
        return other
    if utf8 is None and (table := likely_table(body, list(labelled), _SINGLE)):
        text = _try(body, table)
        if text is not None:
            return Decoded(text, table, f"no label fits; its letters are those of {table}")
    if utf8 is None and (table := table_of_language(body, list(labelled), _SINGLE)):
        text = _try(body, table)
        if text is not None:
            why = f"under the label some letters are none of its language; those of {table} are"
            return Decoded(text, table, why)
    names = [*labelled, *(n for n in ("gb18030", "big5hkscs") if n not in labelled)]
    readings = [(name, text) for name in names if (text := _try(body, name)) is not None]
    if not readings and utf8 is None:
        return None
    best = max(readings, key=lambda r: _fit(r[1], r[0], labelled), default=None)
    if best is None or (best[0] not in labelled and _han_share(best[1]) < _WEAK_TEXT):
        return Decoded(utf8, "utf-8", "strict UTF-8") if utf8 is not None else None
    if best[0] not in labelled and (western := _western(body)) is not None:
        return western  # Chinese characters come in runs of such bytes
    return Decoded(best[1], best[0], labelled.get(best[0], f"bytes read as {best[0]}"))


_DISTINCT, _MANY = 5, 12
_PAIR_UTF8 = lazy_pattern(rb"[\xc2-\xdf][\x80-\xbf]")


def _has_many_pairs(body: bytes) -> bool:
    """Whether strict UTF-8 has so many letters of two bytes that it is no accident: each one of
    GBK or Big5 would have to look like it."""
    found: set[bytes] = set()
    for count, match in enumerate(_PAIR_UTF8.finditer(body), 1):
        found.add(match[0])
        if len(found) >= _DISTINCT or count >= _MANY:
            return True
    return False


_KANA = lazy_pattern("[\u3041-\u3096\u30a1-\u30fc]")
_HANGUL = lazy_pattern("[\uac00-\ud7a3]")
_SCRIPTS = (("cp932", _KANA, 0.2), ("euc_jp", _KANA, 0.2), ("cp949", _HANGUL, 0.8))
"""So much of the letters beyond ASCII a text of the script has at least, read with its codec."""
_FEWEST = 40
_CHINESE = 0.25
"""Of a Chinese text that is read with the right table so many characters are the commonest."""
_READ = 100_000


def _by_script(body: bytes, labelled: dict[str, str]) -> Decoded | None:
    """Japanese or Korean under their label, or under one that knows neither, or under none. Their
    letters are those of rare Han when they are read as Chinese, and no byte breaks."""
    for name, script, least in sorted(_SCRIPTS, key=lambda each: each[0] not in labelled):
        text = _try(body, name)
        head = text[:_READ] if text else ""
        wide = len(head) - len(head.encode("ascii", "ignore"))
        if text is None or wide < _FEWEST or len(script.findall(head)) < least * wide:
            continue
        if name in labelled or not _is_chinese(body, name):
            why = labelled.get(name, f"no label fits; its letters are those of {name}")
            return Decoded(text, name, why)
    return None


def _is_chinese(body: bytes, other: str) -> bool:
    """Whether one of the Chinese tables makes common characters of the bytes. Kana have the same
    places in GB 2312 as in `euc_jp`, the one of the others that Big5 is never taken for."""
    names = ("gb18030",) if other == "euc_jp" else ("gb18030", "big5hkscs")
    texts = (_try(body, name) for name in names)
    return any(text is not None and _han_share(text) >= _CHINESE for text in texts)


_ALONE = lazy_pattern(
    rb"(?<![\x80-\xff])[\xa0-\xff\x80\x82-\x8c\x8e\x91-\x9c\x9e\x9f](?![\x80-\xff])"
)
_MOST_ALONE, _MOST_WIDE = 0.85, 0.15


def _western(body: bytes) -> Decoded | None:
    """A text of Latin letters in which those beyond ASCII stand one by one, as accents do in the
    languages of Western Europe: that is what pages without a label were written in."""
    wide = len(body) - len(body.translate(None, bytes(range(128, 256))))
    if not wide or wide > _MOST_WIDE * len(body):
        return None
    if len(_ALONE.findall(body)) < _MOST_ALONE * wide or (text := _try(body, "cp1252")) is None:
        return None
    return Decoded(text, "cp1252", "no label fits; letters of Western Europe")


def _nearly_utf8(body: bytes, claims: list[tuple[str, str]]) -> Decoded | None:
    """UTF-8 with a broken byte here and there, under labels of which each byte is a letter: those
    read anything, and make two odd letters of each that is meant."""
    labelled = dict(claims)
    if not labelled or not labelled.keys() <= _SINGLE or _try(body, "utf-8") is not None:
        return None
    pairs = len(_SEQUENCE.findall(body))
    replaced = _replaced(body, "utf-8", "nearly all UTF-8, against the label")
    return replaced if pairs >= _PAIRS * max(1, replaced.broken) else None


_MAYBE_TWICE = lazy_pattern(rb"\xc3[\x83-\x85\x90\x91\xa2\xa4-\xa9][\xc2\xc5\xc6\xcb\xe2]")
"""What `_TWICE` finds, as bytes: to look for one byte takes next to no time."""


def _once(found: Decoded, body: bytes) -> Decoded:
    """A page whose UTF-8 was taken for letters and encoded once more, read as it was meant."""
    if found.encoding != "utf-8" or not _MAYBE_TWICE.search(body):
        return found
    if not _TWICE.search(found.text) and not _TWICE_HAN.search(found.text):
        return found
    try:
        text = found.text.encode("cp1252", _BARE).decode("utf-8")
    except UnicodeError:
        text = _TWICE_RUN.sub(_meant, found.text)
        if len(text) + _LEAST_SAVED > len(found.text):
            return found
        return Decoded(text, "utf-8", f"{found.reason}; in part encoded twice", found.broken)
    return Decoded(text, "utf-8", f"{found.reason}; encoded twice", found.broken)


_LEAST_SAVED = 40
"""So many characters fewer is a text that was encoded twice in more than a word or two."""
_TAIL_BYTES = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TWICE_RUN = lazy_pattern(
    rf"(?:[Â-ß][{_TAIL_BYTES}]|[à-ï][{_TAIL_BYTES}]{{2}}|ð[{_TAIL_BYTES}]{{3}}){{2,400}}"
)
"""UTF-8 as letters of Western Europe: no two such follow one another in any language."""

_TWICE_HAN = lazy_pattern(rf"(?:[ä-é][{_TAIL_BYTES}]{{2}}){{4}}")


def _meant(match: re.Match[str]) -> str:
    try:
        return match[0].encode("cp1252", _BARE).decode("utf-8")
    except UnicodeError:
        return match[0]


def _bare(fault: UnicodeError) -> tuple[bytes, int]:
    """The five bytes that cp1252 leaves out stand for themselves."""
    if isinstance(fault, UnicodeEncodeError):
        code = ord(fault.object[fault.start])
        if code <= 0xFF:
            return bytes((code,)), fault.start + 1
    raise fault


codecs.register_error(_BARE, _bare)


def _fit(text: str, name: str, labelled: dict[str, str]) -> float:
    """How likely the text is meant: common Han, and a bonus for a label in its favour."""
    share = _han_share(text)
    if name in labelled:
        share += 0.02 if name == "cp1252" else 0.05
    return share


def _han_share(text: str) -> float:
    """Common Chinese characters among those beyond ASCII, in the first 100,000 characters."""
    wide = [c for c in text[:100_000] if c > "\x7f"]
    if not wide:
        return 0.0
    return sum(c in _COMMON for c in wide) / len(wide)


def _try(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def bare_utf16(body: bytes) -> str:
    """UTF-16 without a byte order mark betrays itself by the zeros of its ASCII markup."""
    for size in (64, 2000):  # the first tags, or a page that begins with words
        head = body[:size]
        if len(head) < 8 or head.count(0) * 4 < len(head):
            continue
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > 4 * even:
            return "utf-16-le"
        if even > 4 * odd:
            return "utf-16-be"
    return ""


def _lenient(body: bytes, claims: list[tuple[str, str]]) -> Decoded:
    """The reading with the fewest broken sequences, if they are very few and none in the title."""
    best: Decoded | None = None
    for name, why in claims:
        text = body.decode(name, "replace")
        broken = text.count("�") - body.count(b"\xef\xbf\xbd") * (name == "utf-8")
        if best is None or broken < best.broken:
            best = Decoded(text, name, why, max(broken, 0))
    if best is None:
        return Decoded("", "", "no encoding fits the bytes")
    wide = sum(c > "\x7f" for c in best.text)
    title = _TITLE.search(best.text)
    if best.broken > max(1, wide * BAD_RATIO) or (title and "�" in title.group(1)):
        return Decoded("", "", f"{best.broken} broken sequences even when read as {best.encoding}")
    note = f"; {best.broken} broken sequences" if best.broken else ""
    return Decoded(best.text, best.encoding, best.reason + note, best.broken)
