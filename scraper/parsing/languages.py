"""The words by which pages of many languages say how old something is, what a date, name or source
stands for, and where a list goes on: declared here, a table a meaning.

A reader asks for an expression made of a table. A further language is a further line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def alternation(words: Iterable[str]) -> str:
    """An expression for any of these words, which are expressions themselves: the longest first, so
    that none hides behind a shorter one."""
    return "|".join(sorted(dict.fromkeys(words), key=len, reverse=True))


# How long ago: `3 weeks, 4 days ago`, `il y a 3 jours`, `vor 2 Stunden`, `3日前`.

SECONDS, MINUTES, HOURS, DAYS, WEEKS, MONTHS, YEARS = range(7)
UNITS: tuple[tuple[str, ...], ...] = (
    ("seconds?", "secs?", "secondes?", "segundos?", "sekunden?", "second[oi]", "seconden",
     "sekund[yę]?", "секунд[ауы]?", "detik", "saniye", "秒钟?", "초", "giây", "ثوان[يٍ]?", "ثانية"),
    ("minutes?", "mins?", "minutos?", "minuten?", "minut[oi]", "minut[ayę]?", "минут[ауы]?", "мин",
     "menit", "dakika", "分(?:钟|間)?", "분", "phút", "دقائق", "دقيقة"),
    ("hours?", "hrs?", "heures?", "horas?", "stunden?", "or[ae]", "uur", "uren", "timm(?:e|ar)",
     "timer?", "godzin[ayę]?", "час(?:а|ов)?", "jam", "saat", "小时", "钟头", "時間", "小時",
     "시간", "giờ", "ساعات", "ساعة"),
    ("days?", "jours?", "d[ií]as?", "tag(?:e|en)?", "giorn[oi]", "dag(?:en|ar|e)?", "dni", "dzień",
     "день", "дня", "дней", "hari", "gün", "天", "日", "일", "ngày", "أيام", "يوم(?:ين)?"),
    ("weeks?", "wks?", "semaines?", "semanas?", "wochen?", "settiman[ae]", "weken", "veck(?:a|or)",
     "uger?", "tydzień", "tygodni[ea]?", "недел[юиья]", "недель", "minggu", "hafta", "周", "星期",
     "礼拜", "週間?", "주일?", "tuần", "أسابيع", "أسبوع(?:ين)?"),
    ("months?", "mois", "mes(?:es)?", "m[êe]s", "monat(?:e|en)?", "mes[ei]", "maand(?:en)?",
     "månad(?:er)?", "måneder?", "miesiąc[ae]?", "miesięcy", "месяц(?:а|ев)?", "bulan", "ay",
     "个月", "月", "[かヶカ箇]月", "個月", "개월", "달", "tháng", "أشهر", "شهر(?:ين)?"),
    ("years?", "yrs?", "ans?", "années?", "a[ñn]os?", "jahre?n?", "ann[oi]", "ja(?:ar|ren)",
     "år", "rok", "lata?", "лет", "года?", "tahun", "yıl", "年", "년", "năm",
     "سنوات", "سنة", "عام"),
)  # fmt: skip
"""The units of an age from the smallest on, singular and plural."""
AGO_BEFORE = ("il y a", "hace", "h[áa]", "vor", "منذ", "قبل", "cách đây")
AGO_BEHIND = (
    "ago", "前", "以前", "之前", "назад", "전", "fa", "geleden", "temu", "trước", "sedan", "siden",
    "önce", "(?:yang )?lalu", "atrás", "earlier",
)  # fmt: skip
"""What says that a time is one that has passed, before it or behind it."""
COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "半": 0,
    "几": 3, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "十": 10, "un": 1, "une": 1, "uma?": 1, "una": 1, "ein(?:e[mr]?)?": 1, "een": 1,
}  # fmt: skip
"""Counts in words."""
_COUNT = rf"(?:(\d{{1,3}})|({alternation(COUNTS)}))\s?[个個]?\s?"
_UNIT = "(?:" + "|".join(f"({alternation(words)})" for words in UNITS) + ")"
AGE_PART = re.compile(rf"(?<!\d){_COUNT}{_UNIT}(?![a-zà-ÿа-яё])", re.I)
"""One part of an age: its count as digits or in words, then a group a unit, the smallest first."""
_PART = (
    rf"(?:\d{{1,3}}|{alternation(COUNTS)})\s?[个個]?\s?"
    rf"(?:{alternation(word for words in UNITS for word in words)})"
)
_PARTS = rf"{_PART}(?:\s?(?:,|，|、|and|et|und|y|e|i|и|和|零)?\s{{0,3}}{_PART}){{0,3}}"
AGE = re.compile(
    rf"(?<![\w.:/-])(?:{alternation(AGO_BEFORE)})\s({_PARTS})(?![a-zà-ÿа-яё\d])"
    rf"|(?<![\w.:/-])({_PARTS})\s?(?:{alternation(AGO_BEHIND)})(?![a-zà-ÿа-яё])",
    re.I,
)
"""A whole age, its parts in the first group or the second."""
JUST_NOW = ("just now", "moments? ago", "刚刚", "刚才", "à l'instant", "только что", "방금",
            "たった今")  # fmt: skip
TODAY = ("today", "今天", "今日", "aujourd['’]hui", "heute", "hoy", "oggi", "hoje", "vandaag",
         "сегодня", "오늘", "اليوم", "hôm nay", "dzisiaj", "dziś", "bugün", "i dag", "idag",
         "hari ini")  # fmt: skip
YESTERDAY = ("yesterday", "昨天", "昨日", "hier", "gestern", "ayer", "ieri", "ontem", "gisteren",
             "вчера", "어제", "أمس", "hôm qua", "wczoraj", "dün", "i går", "igår",
             "kemarin")  # fmt: skip
BEFORE_YESTERDAY = ("前天", "一昨日", "おととい", "avant-hier", "vorgestern", "позавчера", "그저께")
