"""What a sentence tells only to deny it: rumours, what is called false, what something was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hubwatch.patterns import lazy_pattern

from .patterns import either, phrases, words

Span = tuple[int, int]

_ENGLISH_HINTS = (
    *words(
        "deni deny Deny dismiss refut debunk reject rebut true false fake truth ontrary umo hoax"
    ),
    *words("unfounded groundless baseless fabricat incorrect inaccurate wrong mislead mistaken"),
    *words("erroneous bogus n't n’t despite Despite intention"),
    *(" not ", "no evidence", "No evidence", "no plan", "No plan"),
)
"""One of these stands in each English sentence that denies something."""
_TALK = phrases(r"""
    reports?|claims?|posts?|stories|story|messages?|videos?|news|allegations?|suggestions?
    speculation|accusations?|assertions?|statements?|articles?|figures?
""")
_RUMOUR = r"(?:rumou?rs?|hoax(?:es)?)"
_SAYS = phrases(r"that|of|about|saying|claiming|alleging|online|circulating|spreading")
_TOLD = rf"(?:{_RUMOUR}|{_TALK}\s(?:\w+\s){{0,4}}?{_SAYS})\b"
_UNTRUE = phrases(r"""
    false|untrue|fake|not\strue|not\scorrect|groundless|baseless|unfounded|fabricated|a\shoax
    (?:just\s|only\s|merely\s)?(?:a\s)?rumou?rs?|incorrect|inaccurate|misleading|wrong|mistaken|bogus
""")
_BE = r"\b(?:is|are|was|were|be|been|being)\s(?:\w+ly\s|all\s|also\s|simply\s)?"
_DENIED_HERE = lazy_pattern(  # what follows is denied
    r"\b(?:"
    + phrases(rf"""
        [Dd]en(?:y|ies|ied|ying)\s(?:[\w'’]+\s){{0,3}}?(?:that|having|being|{_RUMOUR}|{_TALK})
        (?:[Dd]ismiss|[Rr]efut|[Dd]ebunk|[Rr]eject|[Rr]ebut)\w*\s(?:[a-z-]+\s){{0,4}}?{_TOLD}
        [Ii]t\s(?:is|was)\s(?:{_UNTRUE})\sthat|{_UNTRUE}\sto\s(?:say|claim)\sthat
        [Nn]o\s(?:truth\s(?:to|in)|evidence\s(?:that|of)|(?:plans?|intention)\s(?:to|of|for))
        [Cc]ontrary\sto|[Dd]espite\s(?:\w+\s){{0,2}}?{_TOLD}
        (?:[Ww]rong|[Ff]alse|[Mm]istaken|[Ee]rroneous|[Ii]ncorrect)ly\s(?:reported|claimed|said|stated)
        (?:[Ff]alse|[Ff]ake|[Bb]aseless|[Uu]nfounded|[Bb]ogus|[Uu]ntrue|[Mm]isleading)\s(?:\w+\s){{0,2}}?{_TOLD}
        [Rr]umou?rs?\s(?:\w+\s){{0,3}}?{_SAYS}
        (?:will|would)(?:\snot|\snever)|won['’]t
    """)
    + r")\b"
)
_WILL = ("will", "would", "won")
_LIMITED = lazy_pattern(
    r"\b(?:more|less|fewer|higher|lower|longer|than|exceed|until|till|before|after|for|within|any|only|just|if)\b"
)
"""What is not to be more than something is limited by it."""
_CALLED = lazy_pattern(rf"\b(?i:{_TOLD})")
_CALLED_UNTRUE = lazy_pattern(
    rf"{_BE}(?:{_UNTRUE}|denied|dismissed|refuted|debunked|rejected\s(?:as|by))\b"
)
_NOT_BUT = lazy_pattern(
    r"(?:\bnot|n['’]t)\s(?!only\b|just\b|merely\b|simply\b)[^.;]{1,120}?\bbut\s"
    r"(?:only\s|just\s|about\s|in\sfact\s|rather\s|some\s|a\s|for\s|by\s|at\s|to\s|in\s){0,2}"
    r"(?=[$€£¥]?\d|RMB|US\$|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
)
_END = lazy_pattern(
    r"[;!?—–]|\.(?!\d)|:\s|,\s(?:but|and|while|saying|adding|whereas|though|although|because|as|which|who|only"
    r"|after|instead|it|he|she|they|there)\s|\s(?:but|while|whereas|although|though|because)\s"
)
_NEXT = lazy_pattern(r";|,\s(?:but|and|while|although|though|whereas)\s")
_COMMA = lazy_pattern(r",\s|[;!?—–]|\.(?!\d)")
_BEFORE_DENIED = lazy_pattern(
    r"\s*(?:(?:But|However|Yet|In fact),?\s)?(?:[^.,;]{1,50}\b(?:said|says|added),?\s(?:that\s)?)?"
    r"(?i:this|that|it|these|those|both|the\s(?:\w+\s)?(?:claims?|reports?|rumou?rs?|posts?|messages?|figures?|stor(?:y|ies)|"
    rf"videos?|news|information))\s(?:is|are|was|were)\s(?:\w+ly\s)?(?:{_UNTRUE})\b"
)

_HAN_HINTS = words("谣 传 否认 不实 并非 并不是 并未 并没有 不会 不是 所谓 属实 虚假 失实 乌有")
_HAN_OPENS = lazy_pattern(
    either("""
        (?:网[上络]?|谣|误|讹|坊间|平台|朋友圈|[上中内]|间)[流盛疯]?传(?<![上中内间]传)(?![播统媒承输真达奇染热]|(?<=流传)[的着])
        [传谣][言闻](?=[：:“"，称说]) 所谓(?=的?[“"]) 谣传 流传(?=[：:“"着]|一)
        有(?:媒体|网[友民]|消息|人|帖子|自媒体|报道|传言|说法|文章|视频)[^，。；“”]{0,8}?[称说传]
        (?:网[友民]|帖[子文]?|视频|文章|消息|自媒体|微信群)[^，。；“”]{0,6}?称
    """)
)
_HAN_NOUN = lazy_pattern("(?:的?(?:信息|谣言|线索|内容|视频))?(?:[0-9]|共|近|约)")
"""网传信息3000条 counts rumours, and tells none."""
_HAN_UNTRUE = lazy_pattern(
    either("""
        不[属真]?实 [为系是属皆均][^，。；“”0-9]{0,4}谣言 谣言 失实 子虚乌有 并非事实 无中生有
        否认
        [为系是属][^，。；“”0-9]{0,4}(?:虚假|假的|误[读传解]|捏造|编造|杜撰) 辟谣
    """)
)
_HAN_TALK = lazy_pattern(
    r"(?:的|等)(?:[^，。；“”0-9]{0,4})(?:消息|说法|传[闻言]|报道|信息|内容|言论|谣言|帖子|视频)[^，。；“”0-9]{0,8}$"
)
_HAN_QUOTE = lazy_pattern('[“"]([^”"。]*)[”"][^，。；“”0-9]{0,12}$')
_HAN_QUOTED = lazy_pattern('[^，。；“”"0-9]{0,8}[“"]')
_HAN_NOT = lazy_pattern(
    "(?:并非|并不是|并未|并没有|不会|不是(?=[^。；]{1,60}而是))"
    "(?!是?[超达低高少大多满足只仅到]|因|由于|要求)"
)
_HAN_QUOTE_END = lazy_pattern('[”"]')
_HAN_STOP = lazy_pattern("[，,；;。！？!?：:”]")
_HAN_BEFORE_DENIED = lazy_pattern(
    r"\s*(?:[^，。；：:“”]{0,16}[，：:“])?(?:[^，。；：:“”]{0,12}(?:表示|回应|称|核[实查]|证实|核)[，：:“]*)?"
    "(?:该|此|上述|这|相关|以上|有关)[^，。；0-9]{0,8}?"
    "(?:不(?:属|真)?实|[为系是属][^，。；0-9]{0,4}(?:谣言|虚假|假|捏造|编造)|失实|子虚乌有)"
)


def denied_in(sentence: str, *, is_han: bool) -> list[Span]:
    """The stretches of a sentence that it tells to deny them, or as a rumour."""
    hints = _HAN_HINTS if is_han else _ENGLISH_HINTS
    if not any(hint in sentence for hint in hints):
        return []
    return list(_han_denied(sentence) if is_han else _english_denied(sentence))


def is_denied_next(behind: str, *, is_han: bool) -> bool:
    """Whether what follows a sentence says that it is not true."""
    pattern = _HAN_BEFORE_DENIED if is_han else _BEFORE_DENIED
    return pattern.match(behind, 0, 120) is not None


def is_within(at: int, spans: Sequence[Span]) -> bool:
    """Whether a place is in one of some stretches."""
    return any(start <= at < end for start, end in spans)


def _english_denied(sentence: str) -> Iterator[Span]:
    for cue in _DENIED_HERE.finditer(sentence):
        low = cue.group().lower()
        is_apart = low.startswith(("contrary", "despite"))
        stop = (_COMMA if is_apart else _END).search(sentence, cue.end())
        end = stop.start() if stop else len(sentence)
        if not (low.startswith(_WILL) and _LIMITED.search(sentence, cue.end(), end)):
            yield cue.start(), end
    for untrue in _CALLED_UNTRUE.finditer(sentence):
        floor = max(0, untrue.start() - 300)
        for stop in _NEXT.finditer(sentence, floor, untrue.start()):
            floor = stop.end()
        if called := _CALLED.search(sentence, floor, untrue.start()):
            yield called.start(), untrue.end()
    for other in _NOT_BUT.finditer(sentence):
        yield other.span()


def _han_denied(sentence: str) -> Iterator[Span]:
    untrue = [one.span() for one in _HAN_UNTRUE.finditer(sentence)]
    at = 0
    for opened in _HAN_OPENS.finditer(sentence):
        if opened.start() < at or _HAN_NOUN.match(sentence, opened.end()):
            continue
        at = next((end for start, end in untrue if start >= opened.end()), 0)
        if not at:
            stop = _HAN_STOP.search(sentence, opened.end() + 1)
            at = stop.start() if stop else len(sentence)
            if not opened.group().endswith("传") and not opened.group().startswith("所谓"):
                continue  # what media say need not be untrue
        yield opened.start(), at
    for start, end in untrue:
        before = sentence[max(0, start - 120) : start]
        if quote := _HAN_QUOTE.search(before):
            yield start - len(before) + quote.start(1), start
        elif talk := _HAN_TALK.search(before):
            cut = max((one.end() for one in _HAN_STOP.finditer(before, 0, talk.start())), default=0)
            yield start - len(before) + cut, start
        if sentence.startswith("否认", start):
            yield end, _han_end(sentence, end)
    for cue in _HAN_NOT.finditer(sentence):
        yield cue.start(), _han_end(sentence, cue.end())


def _han_end(sentence: str, at: int) -> int:
    """Where what follows ends: its quote, else its clause."""
    quoted = _HAN_QUOTED.match(sentence, at)
    stop = (_HAN_QUOTE_END if quoted else _HAN_STOP).search(
        sentence, quoted.end() if quoted else at
    )
    return stop.start() if stop else len(sentence)
