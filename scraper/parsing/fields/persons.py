"""The names of persons in a byline, told apart from organisations and from what stands beside them.

`By Ann Miller, Staff Writer | 5 minute read`: the person is Ann Miller. Knows names by their shape:
a few capitalised words, or two to four Han characters, and none of an organisation.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern, simplify

from ..languages import AGENCIES, HAN_INSTITUTIONS, INSTITUTIONS, OFFICES, WRITERS, alternation
from ..text import clean_field, narrow

MOST = 8
_EDGE = ' \t.,:;|/-–—()[]（）【】"“”、，'
_LONGEST = 300
_LEADS = lazy_pattern(
    r"^(?:[^\w]{0,3})(?:(?:by\s)?[A-Z][\w’-]{1,24}\s(?:staff\s)?(?:writer|reporter|correspondent)s?\s(?=[A-Z])"
    r"|(?:(?:written|reported|posted|published|story|text|words|article|analysis"
    r"|opinion|review|photos?|interview|reporting|compiled)\s{1,3})?by|"
    r"(?:(?:ein(?:e)?\s\w{3,20}|interview)\s)?von|(?:propos\srecueillis\s)?par|por|di|door|af|av|oleh"
    r"|przez|text(?:e|o)?(?= ?:)"
    r"|autore?|autor(?:in)?|auteur|author|writer|reporter|words)\b[\s:]{0,4}",
    re.I,
)
_HAN_LEADS = han_pattern(
    r"^[\s([]{0,3}(?:(?:文|图|撰文|撰稿|作者|记者|本报记者|本网记者|本刊记者|通讯员|责任编辑|责编|编辑|供稿|采写|文字|記者|撰文"
    r")[\s/|、:：]{0,4})+"
)
_STOPS = lazy_pattern(
    r"(?<=\w\s)(?:(?:staff|senior|chief|business|sports?|special|associate|assistant|deputy|managing"
    r"|contributing|political|science|national|foreign|features?)\s){0,2}"
    r"(?:writer|reporter|correspondent|editor|columnist|contributor|journalist)\b"
    r"|\d|@|https?:|www\.|\s[|•·–—/]\s|\s-\s|[|•–—\n\t]|\s{3,}"
    r"|\b(?:published|updated|posted|on|at|min(?:ute)?s?|read|follow|share|view|more|last|first"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|for|via|in)\b(?=\s|$|:|,|\.)",
    re.I,
)
_PARTED = lazy_pattern(
    r"\s?[,;、，；&+]\s?|\s(?:and|und|et|y|e|en|och|og|with|mit|avec|con|và|ve|и|і)\s"
)
_PARTICLES = frozenset((
    "de", "da", "do", "dos", "das", "di", "del", "della", "der", "den", "van", "von", "vom", "zu",
    "zum", "zur", "la", "le", "les", "los", "el", "al", "bin", "ibn", "ben", "y", "e", "ten", "ter",
    "af", "av", "du", "st", "san", "mac", "abu", "umm",
))  # fmt: skip
_AGENCY = lazy_pattern(
    r"\b(?:AP|AFP|DPA|CNN|USA|BBC|NBC|CBS|ABC|UPI|PIB|PTI|ANI|IANS|TNS|AAP|EFE|ANSA|TASS|RIA|NPR|PBS|MS|RD)\b"
)
_ORGANISATION = lazy_pattern(
    r"\b(?:gmbh|ag|inc|ltd|llc|plc|corp|co|s\.?a|b\.?v|news|newsroom|media|zeitung|times|post|staff|team"
    r"|redaktion|redaction|rédaction|redacci[oó]n|redazione|reda[kc]\w*|editorial|editors?|desk|bureau"
    r"|agency|agencies|agence|agentur|ag[eê]ncia|agenzia|sports?|press|presse|prensa|reuters|television|tv|radio"
    r"|magazine|group|limited|corporation|network|online|reports?|service|services|daily|diario|journal"
    r"|university|ministry|department|office|committee|government|council|institute|foundation"
    r"|association|company|center|centre|police|polizei|tribune|gazette|herald|guardian|standard|digital"
    r"|contributors?|correspondents?|reporters?|writers?|columnists?|author|admin|administrator|guest"
    r"|user|webmaster|anonymous|unknown|nobody|wire|board|international|today|insider|advertiser"
    r"|ministerio|ministère|ministero|ministério|ministerium|minist[eè]rstwo|secretar[ií]a|secretariat"
    r"|gobierno|governo|gouvernement|regierung|ayuntamiento|prefeitura|pr[eé]fecture|comune|mairie"
    r"|rathaus|stadtverwaltung|consejo|conseil|consiglio|delegaci[oó]n|direcci[oó]n|prefettura|oficina"
    r"|studio|publishing|publisher|website|portal|info|com|net|org|home|menu|login|subscribe|search"
    r"|profile|biography|photo|image|getty|archive|comments?|the|jornal|giornale|gazet[ae]|haber"
    r"|noticias|notícias|notizie|nouvelles|nachrichten|новости|articles?|blog|forum|club|channel"
    r"|about|contacts?|kontakt|contacto|contatto|community|magazin|revista|periódico|newspaper|eyewitness|\w{0,20}admin)\b",
    re.I,
)
_STEMS = tuple(word.strip("*") for word in INSTITUTIONS)
_SHORT = 4
_AGENCIES = lazy_pattern(
    rf"(?<!\w)(?:{alternation(word.upper() for word in AGENCIES if len(word) <= _SHORT)}"
    rf"|(?i:{alternation(word for word in AGENCIES if len(word) > _SHORT)}))(?!\w)"
)
"""Short ones in capitals alone: `Ani Sharma` is a person."""


def _word_of(words: Iterable[str]) -> str:
    """An expression for any of these words, whose asterisks stand for letters."""
    starred = (re.sub(r"^\\\*", r"\\w{2,24}", re.escape(word)) for word in words)
    any_word = alternation(each.replace(r"\*", r"\w{0,24}") for each in starred)
    return rf"(?<!\w)(?:{any_word})(?!\w)"


_INSTITUTION = lazy_pattern(_word_of(INSTITUTIONS), re.I)
_OFFICE = lazy_pattern(_word_of(OFFICES), re.I)
_WORD = lazy_pattern(r"(?!\d)[\w’'`´.\-‐]{1,24}")
_HAN_NAME = lazy_pattern(r"[一-鿿]{2,4}|[一-鿿]{1,8}·[一-鿿·]{1,12}|[一-鿿]\s{1,3}[一-鿿]")
_HANGUL_NAME = lazy_pattern(r"([가-힣]{2,4})(?:\s?(?:기자|특파원))?")
_HAN_ORGANISATION = han_pattern(
    r"[网報报社局委部办署厅院会所站台处科刊组]$|中心|公司|政府|日报|晚报|编辑|電視|电视|新闻|資訊|资讯|记者|通讯|匿名|佚名"
    r"|本站|网站|发布|管理员|小编|原创|转载|来源|作者|未知|首页|官方|整合|整理|综合|报道|图文|供图|编译"
    r"|篇数|暂无|简介|行情|网络|支部|学院|大学|协会|集团|工作室"
)
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余"
    "潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟"
    "卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
    "辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟"
    "宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
    "叶肖邝惠阙闫欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許蘇盧蔣賈葉閻"
)

_CASELESS = lazy_pattern(r"[؀-ۿऀ-෿฀-๿ა-ჿ\u0590-\u05ff]")
_MOST_WORDS = 5


@lru_cache(maxsize=1024)
def persons_in(text: str) -> str:
    """The persons that a byline names, at most eight, as printed where nothing else stands between
    them. Empty where it names none."""
    plain = clean_field(html.unescape(text[:_LONGEST]))
    plain = _INITIALS.sub("", _HAN_LEADS.sub("", _LEADS.sub("", plain, count=1), count=1))
    head, bar, behind = _BAR.split(plain, maxsplit=1) if _BAR.search(plain) else (plain, "", "")
    if bar and behind and _NEWSROOM.fullmatch(head.strip(_EDGE)):
        plain = behind  # `Redacción / Lucía Prados`
    stop = _STOPS.search(plain)
    if stop is not None:
        plain = plain[: stop.start()]
    parts = [part for part in _parts(plain) if part.strip()]
    if any(not _name(part) for part in parts) and (name := _name(plain)):
        return name  # `José Volta e Pinto`
    names: dict[str, None] = {}
    if len(parts) > 1 and _HAN_NAME.match(plain):
        # `张三 整合`, `李四 山东冠县`: what begins with no surname names what he did, or where.
        kept = [part for part in parts[1:] if simplify(part.strip(_EDGE)[:1]) in _SURNAMES]
        if len(kept) + 1 < len(parts):
            parts, plain = [parts[0], *kept], "、".join([parts[0], *kept])
    for part in parts[:MOST]:
        name = _name(part)
        if name:
            names[name] = None
        elif not names:
            return ""
    if 1 < len(names) == len(parts) and all(part.strip(_EDGE) in names for part in parts):
        return plain.strip(_EDGE)
    return ("、" if _HAN_NAME.match(plain) else ", ").join(names)


_BAR = lazy_pattern(r"(\s?[/|｜]\s?)")
_NEWSROOM = lazy_pattern(r"r[eé]da[kcçz]\w{3,9}|newsroom|news desk|editorial(?: team)?|staff", re.I)
_INITIALS = lazy_pattern(r"(?<=\w)\s?\([a-zß-ÿ]{2,4}\)")
"""The letters by which a newsroom knows who wrote: `Jonas Reuter (jre)`. Capitals are a state's."""


def writer_in(text: str) -> str:
    """The person of a line that is a name and what its bearer is: `Ann Roth, travel writer`, or the
    two below one another. Empty for any other line."""
    match = _NAME_AND_ROLE.fullmatch(text.strip()[:_LONGEST])
    name = match[1].strip() if match is not None else ""
    return name if name and persons_in(name) == name else ""


_NAME_AND_ROLE = lazy_pattern(
    r"([^\W\d_][^,|\n(/–—\d]{3,40}?)\s?(?:[,|\n(–—]|\s-)\s?"
    rf"(?:[^\W\d_][\w’'&-]{{0,20}}\s){{0,3}}(?i:{alternation(WRITERS)})\)?"
)


def is_organisation(text: str) -> bool:
    """True for a name with a word in it that no person bears."""
    return bool(
        _ORGANISATION.search(text)
        or _OFFICE.search(text)
        or _AGENCY.search(text)
        or _HAN_ORGANISATION.search(text)
    )


def is_institution(text: str) -> bool:
    """True for a name that says of itself that a publisher or a public body bears it: an agency's,
    or one with such a word and others beside it."""
    plain = simplify(narrow(text)).strip(_EDGE)
    if (len(plain) > 2 and plain.endswith(HAN_INSTITUTIONS)) or _AGENCIES.search(plain):
        return True
    found = _INSTITUTION.search(plain)
    if found is None:
        return False
    is_bare = found[0] == plain and plain.casefold().startswith(_STEMS)
    return not is_bare or _CASELESS.search(plain) is not None


def _parts(text: str) -> list[str]:
    if _HAN_NAME.match(text):
        spaced = text.replace("　", " ")
        # `张三 李四` are two, `张 三` is one.
        return re.split(r"[,;、，；/]\s?|(?<=[一-鿿]{2})\s{1,3}(?=[一-鿿]{2})", spaced)
    return _PARTED.split(text)


def _name(raw: str) -> str:
    """One name as printed, or nothing."""
    text = raw.strip(_EDGE)
    if not text:
        return ""
    if _HAN_NAME.fullmatch(text):
        return "" if _HAN_ORGANISATION.search(text) else text
    hangul = _HANGUL_NAME.fullmatch(text)
    if hangul is not None:
        return hangul[1]
    words = text.split()
    at = next((n for n, word in enumerate(words) if _AGENCY.fullmatch(word)), 0)
    if at >= 2:  # `Ann Miller USA TODAY`
        words = words[:at]
        text = " ".join(words)
    if not 2 <= len(words) <= _MOST_WORDS or is_organisation(narrow(text)):
        return ""
    if not all(_WORD.fullmatch(word) for word in words):
        return ""
    if _CASELESS.search(text):
        return text if len(words) <= _MOST_WORDS - 1 else ""
    big = [word for word in words if word[0].isupper()]
    small = [word for word in words if not word[0].isupper()]
    if len(big) < 2 or any(w.casefold() not in _PARTICLES and "'" not in w for w in small):
        return ""
    return text if any(len(word.rstrip(".")) > 1 for word in big) else ""
