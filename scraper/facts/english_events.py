"""Events in English sentences: which verbs tell one, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hubwatch.patterns import lazy_pattern
from storage.facts import EventKind

from .found import LONGEST_OBJECT, FoundEvent
from .patterns import words

_AGREEMENTS = lazy_pattern(
    r"\b(?:agreements?|contracts?|deals?|memorand(?:um|a)|mous?|pacts?|treat(?:y|ies)|accords?|"
    r"protocols?|letters? of intent|charters?|projects?|orders?|leases?|partnerships?|"
    r"cooperation|co-operation|documents?|intents?|compacts?|declarations?)\b",
    re.IGNORECASE,
)
_GATHERINGS = lazy_pattern(
    r"\b(?:meetings?|conferences?|forums?|summits?|symposiums?|symposia|congress|sessions?|"
    r"seminars?|workshops?|expos?|expositions?|fairs?|exhibitions?|exhibits?|shows?|festivals?|"
    r"ceremon(?:y|ies)|contests?|competitions?|tournaments?|match(?:es)?|races?|marathons?|"
    r"hearings?|briefings?|talks|lectures?|trainings?|courses?|drills?|rehearsals?|events?|"
    r"activit(?:y|ies)|galas?|concerts?|performances?|auctions?|salons?|roadshows?|"
    r"matchmaking|debates?|celebrations?|plenary|plenum|dialogues?|round-?tables?|open days?|"
    r"open house|camps?|finals?|games|championships?|conventions?|gatherings?|receptions?|"
    r"banquets?|consultations?|assembl(?:y|ies)|colloqui(?:um|a)|hackathons?|parades?|trials?(?!\s(?:operation|run|production|service))|"
    r"class(?:es)?|elections?|inspections?|promotions?|presentations?|commemorations?|clinics?|"
    r"tours?|biennale|olympiad|cup|league|derby|regatta|screenings?|premieres?|votes?)\b",
    re.IGNORECASE,
)
_LISTS = lazy_pattern(
    r"\b(?:lists?|short-?lists?|catalog(?:ue)?s?|director(?:y|ies)|registers?|rosters?|rankings?|"
    r"results?|winners?|names|inventor(?:y|ies)|winning (?:bids?|entries)|top (?:ten|\d+))\b",
    re.IGNORECASE,
)
_SIGNING = lazy_pattern(r"\b(?:contract[- ]|agreement[- ]|deal[- ])?signing\b", re.IGNORECASE)
_OPENING = lazy_pattern(
    r"\b(?:launch(?:ing)?|inaugura(?:l|tion)|unveiling|ground-?breaking|commissioning|opening)"
    r"\s(?:ceremon|event|rit)",
    re.IGNORECASE,
)
_STARTED = lazy_pattern(
    r"\b(?:operations?|constructions?|services?|trial|production|works?|campaigns?|programs?|"
    r"programmes?|projects?|drives?|registration|enrol\w+|sales?|lines?|routes?|plants?|"
    r"deliver(?:y|ies)|recruitment|pilot|renovation)\b",
    re.IGNORECASE,
)

_FAMILIES = {
    "sign": ("sign signs signed", "ink inks inked", "initial initials initialled", "conclude"),
    "launch": (
        "launch launches launched", "inaugurate inaugurates inaugurated",
        "commission commissions commissioned", "establish establishes established",
        "found founds founded", "kick kicks kicked", "roll rolls rolled",
    ),
    "reveal": ("unveil unveils unveiled",),
    "open": ("open opens opened", "reopen reopens reopened"),
    "run": ("run runs ran",),
    "begin": ("begin begins began begun", "start starts started", "commence commences commenced"),
    "go": (
        "go goes went gone", "come comes came", "put puts", "enter enters entered",
        "break breaks broke broken",
    ),
    "select": (
        "select selects selected", "choose chooses chose chosen", "elect elects elected",
        "shortlist shortlists shortlisted", "designate designates designated",
        "pick picks picked", "name names named", "recognise recognises recognised",
        "recognize recognizes recognized", "approve approves approved", "add adds added",
        "include includes included", "list lists listed", "award awards awarded",
        "win wins won",
    ),
    "hold": (
        "hold holds held", "host hosts hosted", "convene convenes convened", "stage stages staged",
    ),
    "take": (
        "take takes took taken", "close closes closed", "conclude concludes concluded",
        "wrap wraps wrapped",
    ),
    "meet": ("meet meets met", "gather gathers gathered"),
    "publish": (
        "publish publishes published", "release releases released", "issue issues issued",
        "announce announces announced", "post posts posted", "disclose discloses disclosed",
        "make makes made",
    ),
    "schedule": ("scheduled", "slated", "planned", "set", "due"),
}  # fmt: skip
_IRREGULAR = frozenset(
    words("held met took taken chose chosen began begun went gone came broke broken put won made")
)
_PARTICIPLES = frozenset(words("held met taken chosen begun gone broken put won made")) | {
    word
    for rows in _FAMILIES.values()
    for row in rows
    for word in row.split()
    if word.endswith("ed")
}


def _forms() -> dict[str, tuple[str, str]]:
    """The family of each form of a verb, and whether it is base, present or past."""
    forms: dict[str, tuple[str, str]] = {}
    for family, rows in _FAMILIES.items():
        for row in rows:
            for number, word in enumerate(row.split()):
                is_past = number > 1 or family == "schedule"
                forms[word] = family, "past" if is_past else ("base", "present")[number]
    return forms


_FORMS = _forms()
ENGLISH_EVENT_CUES = tuple(_FORMS)
"""The verbs that tell events, in small letters."""
_BE = r"(?:is|are|was|were|been|be|being|got|gets?)"
_ADVERBS = r"(?:(?:\w+ly|also|then|now|again|both|together|first|soon|hereby|just|already)\s)*"
_PASSIVE = lazy_pattern(rf"\b{_BE}\s{_ADVERBS}$")
_PLANNED = lazy_pattern(
    r"\b(?:will|shall|'ll|(?:is|are)\s(?:\w+ly\s)?(?:(?:set|due|scheduled|slated|expected|planned|"
    r"going|about)\s)?to|(?:plans?|planning|scheduled|slated|expected|set|due)\sto)\s"
    rf"{_ADVERBS}(?:be\s{_ADVERBS})?$|\bto\sbe\s{_ADVERBS}$"
)
_WAS_TO = lazy_pattern(r"\b(?:was|were|had been)\s(?:\w+\s){0,2}to\s(?:have\s)?(?:\w+\s)?$")
_SUPPOSED = lazy_pattern(
    r"\b(?:would|could|might|may|should|can|cannot|must|ought|to)\s"
    rf"{_ADVERBS}(?:have\s)?(?:be(?:en)?\s)?{_ADVERBS}$"
)
_NEGATED = lazy_pattern(
    r"\b(?:not|never|[Nn]either|nor|[Ww]ithout|[Nn]o longer|[Nn]othing|[Nn]obody|[Nn]o one|[Nn]one|"
    r"hardly|almost|nearly|[Ii]nstead of|fail\w*|refus\w+|declin\w+|yet)\b(?!\sonly)"
    r"|n['’]t\b|\b[Nn]o\s[a-z]"
)
_IF = lazy_pattern(
    r"\b(?:[Ii]f|[Ww]hether|[Uu]nless|provided that|in case|as if|as though"
    r"|[Ss]hould (?:the|it|they))\b"
)
_OFF = lazy_pattern(
    r"\b(?:cancel\w*|call(?:ed|ing)? off|postpon\w+|scrapp\w+|put off|suspend\w*|denie[ds]|deny\w*|"
    r"rumou?r\w*|hypothetical\w*|fake|false(?:ly)?|untrue|unfounded|groundless|baseless|hoax"
    r"|debunk\w*|refut\w+)\b",
    re.IGNORECASE,
)
_HABIT = lazy_pattern(
    r"\b(?:every|annually|each (?:year|month|week|day)|usually|regularly|normally|typically"
    r"|biennially|once a|twice a|always|often)\b",
    re.IGNORECASE,
)
_WORD = lazy_pattern("[A-Za-z]+")
BREAK = lazy_pattern(
    r"[;:?!()“”\"]|\s[—–-]{1,2}\s|,\s(?:and|but|while|which|who|where|when|with|as|after|before|during)\s"
    r"|\s(?:while|which|who|after|before|where|when|because|although|though|and\s(?:was|were|will|is|are))\s"
)
_NO_OPENING = lazy_pattern(
    r"\s(?:up\s|an?\s|the\s)?(?:\w+\s)?(?:investigations?|probes?|fire|cases?|accounts?|inquir\w+|doors?|"
    r"higher|lower|flat|at\s[\d$]|[\d$])"
)
_INTO = r"into\s(?:\w+\s)?(?:operation|service|production|use)"
_FEW = r"\s(?:[\w'’-]+\s){0,8}?"
_LISTED = r"[^.;]{0,60}?\b(?:list|catalog(?:ue)?|register|roster|batch)\b"
_PRIZE = r"(?:titles?|honou?rs?|prizes?|bids?|medals?|awards?|tenders?|right|status|contracts?)\b"
_ONE_WORD_ON = {
    "kick": r"\s(?:\w+\s){0,4}?off\b",
    "roll": r"\s(?:\w+\s){0,6}?out\b",
    "wrap": r"\s(?:\w+\s)?up\b",
    "go": rf"\s(?:\w+ly\s)?(?:{_INTO}|live|on\sstream)\b",
    "come": rf"\sto\s(?:an\send|a\sclose)\b|\s(?:\w+ly\s)?{_INTO}\b|\son\sstream\b",
    "put": rf"{_FEW}{_INTO}\b",
    "enter": r"\s(?:\w+\s)?(?:operation|service|production|use)\b",
    "break": r"\sground\b",
    "take": r"\splace\b",
    "make": rf"{_FEW}public\b",
    "add": rf"{_FEW}to\s{_LISTED}",
    "include": rf"{_FEW}(?:in|on|among)\s{_LISTED}",
    "list": rf"{_FEW}(?:as|among)\b",
    "approve": rf"{_FEW}(?:as|among)\b",
    "recogn": rf"{_FEW}(?:as|among)\b",
    "award": rf"{_FEW}{_PRIZE}",
    "win": rf"{_FEW}{_PRIZE}",
}
_RIGHT = {stem: lazy_pattern(pattern) for stem, pattern in _ONE_WORD_ON.items()}
_STEM = {
    word: stem
    for stem, row in (
        ("kick", "kick kicks kicked"), ("roll", "roll rolls rolled"),
        ("wrap", "wrap wraps wrapped"),
        ("go", "go goes went gone"), ("come", "come comes came"), ("put", "put puts"),
        ("enter", "enter enters entered"), ("break", "break breaks broke broken"),
        ("take", "take takes took taken"), ("make", "make makes made"), ("add", "add adds added"),
        ("include", "include includes included"), ("list", "list lists listed"),
        ("approve", "approve approves approved"), ("award", "award awards awarded"),
        ("recogn", "recognise recognises recognised recognize recognizes recognized"),
        ("win", "win wins won"),
    )
    for word in row.split()
}  # fmt: skip
_NAMED = lazy_pattern(
    r"\s(?:as|an?|the|one|among|to|[\w'’-]+\s(?:\w+\s){0,3}(?:as|an?|the|one|to)|\d+|winners?)\b"
)
_TOGETHER = lazy_pattern(
    r"\s(?:in|at|on|for|with|here|there|to\s(?:discuss|exchange|review|mark))\b|\s[A-Z]"
)
_AT_NOUN = lazy_pattern(
    r"(?:^|\b(?:the|a|an|of|in|for|its|their|these|those|all|other|newly|by|with|and)\s)$", re.I
)
_REDUCED = lazy_pattern(
    r"\s(?:on|in|at|by|between|with|from|during|to|earlier|last|this|yesterday|today|among|as|here|jointly|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|for|off|place|up|into|out|together|public|there|tomorrow)\b"
    r"|\s?[,.;)]|$"
)
_SUBJECT_HEAD = lazy_pattern(
    r"^(?:(?:and|but|that|also|meanwhile|here|then|later|where|when|while|which|who|after|before|as|"
    r"the|an?|its|their|this|these|both)\b[\s,]*)+",
    re.IGNORECASE,
)
_SUBJECT_TAIL = lazy_pattern(
    r"(?:[\s,]+(?:will|shall|is|are|was|were|be|been|being|has|have|had|to|set|due|scheduled|slated|expected|"
    r"planned|going|about|officially|formally|jointly|also|that|which|who|successfully|both|together|soon|"
    r"already|plans?|just|on|in))+[\s,]*$"
)
_OBJECT_STOP = lazy_pattern(
    r"[,.;:!?()“”\"—–]|\s(?:in|at|on|for|to|as|that|which|who|where|when|while|by|from|during|yesterday|today|"
    r"tomorrow|last|this|next|every|and\s(?:was|were|will|the|a|an)|covering|worth|involving|after|before|earlier|into)\s"
    r"|\s(?:yesterday|today|tomorrow)\b"
)
_FINITE = lazy_pattern(
    r"^.*\b(?:is|are|was|were|has|have|had|will|said|\w+ed)\s(?:\w+\s)??(?:on|in|to|by|at|for|as)?\b"
)
_LEAD_DATE = lazy_pattern(
    r"^(?:(?:On|In|At|By|From|During|Earlier|Last|This|After|Under|With)\s[^,]{1,60},\s*)+"
)
_ARTICLE = lazy_pattern(
    r"^(?:off|out|up|place|an?|the|its|their|his|her|some|about)\s", re.IGNORECASE
)
ENGLISH_AGAIN = lazy_pattern(
    r"\b(?:[Aa]t|[Dd]uring)\s(?:the|this|that|its)\s(?:same\s)?(?:[\w-]+\s){0,2}?(?:meeting|event|ceremony|conference|"
    r"forum|summit|expo|fair|symposium|session|gathering|launch|opening|signing|seminar|exhibition|festival|"
    r"workshop|congress|briefing)\b|\b(?:[Tt]he|[Tt]hat)\ssame\sday\b|\b[Oo]n\sthe\sday\b|\b[Tt]hat\sday\b"
    r"|\b[Oo]n\s(?:the|its)\s(?:opening|closing|first|last|same)\sday\b"
)


def find_english_events(sentence: str, starts: Sequence[int]) -> Iterator[FoundEvent]:
    """What an English sentence tells at the words that begin at `starts`."""
    if sentence.rstrip().endswith("?") or _OFF.search(sentence):
        return
    for start in starts:
        word = _WORD.match(sentence, start)
        known = _FORMS.get(word.group().lower()) if word else None
        if (
            word is None
            or known is None
            or (word.group()[0].isupper() and start and known[1] == "past")
        ):
            continue
        if told := _english_verb(sentence, start, word.end(), *known):
            yield told


def _english_verb(sentence: str, start: int, end: int, family: str, form: str) -> FoundEvent | None:
    low = sentence[start:end].lower()
    cut, relative = max(0, start - _CLAUSE), ""
    for stop in BREAK.finditer(sentence, cut, start):
        before, cut = cut, stop.end()
        relative = sentence[before : stop.start()] if _RELATIVE.search(stop.group()) else ""
    left, right = sentence[cut:start], sentence[end : end + _CLAUSE]
    if behind := _CLAUSE_END.search(right):
        right = right[: behind.start()]
    near = left[left.rfind(",") + 1 :]
    after = right[: right.find(",") if "," in right[:40] else 40]
    if _NEGATED.search(near[-60:]) or _IF.search(sentence, 0, start) or _HABIT.search(near + after):
        return None
    is_planned = bool(_PLANNED.search(left)) and not _WAS_TO.search(left)
    if not is_planned and (_SUPPOSED.search(left) or _WAS_TO.search(left)):
        return None
    if form == "base" and not is_planned and low not in _PARTICIPLES and low not in _IRREGULAR:
        return None
    is_passive = low in _PARTICIPLES and bool(_PASSIVE.search(left))
    if family == "schedule":
        if not (_IS_NOW.search(left) and _FOR_DAY.match(right)):
            return None
        is_planned, is_passive = True, True
    is_bare = is_passive or bool(_REDUCED.match(right))
    if form == "past" and not is_bare and _AT_NOUN.search(left):
        return None
    subject = _subject(left)
    if is_bare and not is_passive and (finite := _FINITE.search(subject)):
        subject = _subject(subject[finite.end() :])
    if relative and len(subject) < 3:
        subject = _last_noun(relative)
    thing = subject if is_bare else _object(right)
    if relative and not thing:
        thing = _last_noun(relative)
    kind = _english_kind(family, low, subject, thing, right, is_bare=is_bare, is_passive=is_passive)
    if kind is None and relative and is_bare:  # the list, which the ministry published
        subject = thing = _last_noun(relative)
        kind = _english_kind(family, low, subject, thing, right, is_bare=True, is_passive=False)
    if kind is None:
        return None
    if family == "select" and (chosen := _CHOSEN_AS.match(right)):
        thing = _object(right[chosen.end() :]) or thing
    thing = thing or subject or _object(right)
    is_present = form == "present" or (is_passive and bool(_IS_NOW.search(left)))
    is_founding = low.startswith(("establish", "found"))
    return FoundEvent(
        kind, thing[:LONGEST_OBJECT].strip(), start, end, is_planned, is_present, is_founding
    )


_CLAUSE = 160
"""So many characters before and behind a verb are looked at."""
_RELATIVE = lazy_pattern(r"\b(?:which|who|that)\s$")
_CLAUSE_END = lazy_pattern(r"[.;!?](?:\s|$)")
_IS_NOW = lazy_pattern(rf"\b(?:is|are)\s{_ADVERBS}$")
_FOR_DAY = lazy_pattern(r"\s(?:for|on|from)\s")
_LAST_NOUN = lazy_pattern(
    r"(?:^|.*\b(?:is|are|was|were|made|has|have|had|the|an?|on|in|to|by)\s)(?=\w)"
)


def _last_noun(text: str) -> str:
    """The noun phrase that a relative clause belongs to."""
    text = text.strip(" ,")
    found = _LAST_NOUN.match(text)
    return _SUBJECT_HEAD.sub("", text[found.end() :] if found else text)


def _english_kind(
    family: str, low: str, subject: str, thing: str, right: str, *, is_bare: bool, is_passive: bool
) -> EventKind | None:
    """What a verb tells of its subject and object, or None where that is none of our events."""
    if (
        (stem := _STEM.get(low))
        and not _RIGHT[stem].match(right)
        and not (is_bare and stem in ("win", "award") and _PRIZES.search(subject))
    ):
        return None
    whole = f"{subject} {right}" if not is_bare else f"{subject} {thing}"
    if family == "sign":
        return EventKind.SIGNING if _AGREEMENTS.search(whole) else None
    if family == "publish" or (family == "reveal" and _LISTS.search(thing)):
        return EventKind.LIST if _LISTS.search(thing if low != "made" else whole) else None
    if family == "select":
        if low.startswith("name") and not (is_passive or _NAMED.match(right)):
            return None
        if low.startswith("name") and _AFTER.match(right):
            return None
        return EventKind.SELECTION
    gathering = _of_gathering(subject if is_bare else thing or subject)
    if family in ("hold", "take", "schedule"):
        if family == "schedule" and gathering is None and _OPENING_NOUN.search(subject):
            return EventKind.LAUNCH
        return gathering
    if family == "meet":
        return EventKind.MEETING if _TOGETHER.match(right) and len(subject) > 2 else None
    if family == "open":
        if _NO_OPENING.match(right):
            return None
        return gathering or _of_gathering(subject) or EventKind.LAUNCH
    if family == "run":
        return gathering or _of_gathering(subject) if _RUNS.match(right) else None
    if family == "begin":
        if found := _of_gathering(subject if is_bare else thing):
            return found
        return EventKind.LAUNCH if _STARTED.search(subject if is_bare else thing) else None
    if low in ("kicked", "kicks", "kick") or _TO_END.match(right):
        found = _of_gathering(subject)
        return found or (None if _TO_END.match(right) else EventKind.LAUNCH)
    return EventKind.LAUNCH


_CHOSEN_AS = lazy_pattern(
    r"\s(?:(?:(?!on|in|by|yesterday|today|last|this)[\w'’-]+\s){0,3}?as\s(?:one\sof\s)?|(?:to|among|for)\s|(?=an?\s|the\s|[A-Z]|\d))"
)
_PRIZES = lazy_pattern(
    r"\b(?:tenders?|bids?|contracts?|titles?|prizes?|awards?|medals?|honou?rs?)\b", re.IGNORECASE
)
_AFTER = lazy_pattern(r"\s(?:after|for)\b")
_RUNS = lazy_pattern(r"\s(?:from|until|through|on|for\s\w+\s(?:days|weeks)\sfrom)\b")
_TO_END = lazy_pattern(r"\sto\s(?:an\send|a\sclose)\b")
_OPENING_NOUN = lazy_pattern(
    r"\b(?:launch|opening|inauguration|commissioning|ground-?breaking)\b", re.IGNORECASE
)


def _of_gathering(thing: str) -> EventKind | None:
    """What holding something is: a meeting, or the signing or launch that it was held for."""
    if not _GATHERINGS.search(thing):
        return EventKind.SIGNING if _SIGNING.search(thing) else None
    if _SIGNING.search(thing):
        return EventKind.SIGNING
    opening = _OPENING.search(thing)
    if opening and not _GATHERINGS.search(
        thing.replace(opening.group(), "")[len("ony") :].replace("ceremony", "")
    ):
        return EventKind.LAUNCH
    return EventKind.MEETING


def _subject(left: str) -> str:
    """The noun phrase that a clause begins with, before its verb."""
    text = _LEAD_DATE.sub("", left.strip(" ,"))
    if joined := _JOINED.match(text):
        text = text[joined.end() :]
    for _ in range(2):
        text = _SUBJECT_TAIL.sub("", f" {text}").strip(" ,")
    text = (
        text.rpartition(", ")[2]
        if text.count(",") == 1 and len(text.rpartition(", ")[2]) > 12
        else text
    )
    return _SUBJECT_HEAD.sub("", text).strip(" ,")


_JOINED = lazy_pattern(
    r".*\b(?:was|were|is|are|has|have|will|[a-z]{3,}ed|held)\b.*\sand\s(?=\S+\s\S)"
)


def _object(right: str) -> str:
    """The noun phrase behind a verb."""
    text = right.strip()
    for _ in range(2):
        text = _ARTICLE.sub("", text)
    stop = _OBJECT_STOP.search(f"{text} ")
    return text[: stop.start()].strip() if stop else text
