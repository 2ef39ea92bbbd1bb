"""The words by which pages of many languages say how old something is, what a date, name or source
stands for, and where a list goes on: declared here, a table a meaning.

A reader asks for an expression made of a table. A further language is a further line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.text import han_pattern


def alternation(words: Iterable[str]) -> str:
    """An expression for any of these words, which are expressions themselves: the longest first, so
    that none hides behind a shorter one."""
    return "|".join(sorted(dict.fromkeys(words), key=len, reverse=True))


WHAT = (
    r"(?:page|posts?|entries|articles?|results?|items?|news|stories|set|records?|releases?|rows?"
    r"|stuff|headlines?|updates?|announcements?|notices?|bulletins?|messages?)"
)
"""What lists are of, for `{what}` in what follows."""


def any_of(words: Iterable[str]) -> str:
    """An expression for any of these words, as a group."""
    return f"(?:{alternation(word.replace('{what}', WHAT) for word in words)})"


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
AGE_PART = han_pattern(rf"(?<!\d){_COUNT}{_UNIT}(?![a-zà-ÿа-яё])", re.I)
"""One part of an age: its count as digits or in words, then a group a unit, the smallest first."""
_PART = (
    rf"(?:\d{{1,3}}|{alternation(COUNTS)})\s?[个個]?\s?"
    rf"(?:{alternation(word for words in UNITS for word in words)})"
)
_PARTS = rf"{_PART}(?:\s?(?:,|，|、|and|et|und|y|e|i|и|和|零)?\s{{0,3}}{_PART}){{0,3}}"
AGE = han_pattern(
    rf"(?<![\w.:/-])(?:{alternation(AGO_BEFORE)})\s({_PARTS})(?![a-zà-ÿа-яё\d])"
    rf"|(?<![\w.:/-])({_PARTS})\s?(?:{alternation(AGO_BEHIND)})(?![a-zà-ÿа-яё])",
    re.I,
)
"""A whole age, its parts in the first group or the second."""
_SIGNS = (
    "ago", "前", "назад", "전", " fa", "geleden", "temu", "trước", "sedan", "siden", "önce", "lalu",
    "atrás", "earlier", "il y a", "hace ", "há ", "ha ", "vor ", "منذ", "قبل", "cách đây",
)  # fmt: skip


def may_be_aged(text: str) -> bool:
    """Whether a text has any word that an age has: asked before the costly search for one."""
    plain = text.casefold()
    return any(sign in plain for sign in _SIGNS)


JUST_NOW = ("just now", "moments? ago", "刚刚", "刚才", "à l'instant", "только что", "방금",
            "たった今")  # fmt: skip
TODAY = ("today", "今天", "今日", "aujourd['’]hui", "heute", "hoy", "oggi", "hoje", "vandaag",
         "сегодня", "오늘", "اليوم", "hôm nay", "dzisiaj", "dziś", "bugün", "i dag", "idag",
         "hari ini")  # fmt: skip
YESTERDAY = ("yesterday", "昨天", "昨日", "hier", "gestern", "ayer", "ieri", "ontem", "gisteren",
             "вчера", "어제", "أمس", "hôm qua", "wczoraj", "dün", "i går", "igår",
             "kemarin")  # fmt: skip
BEFORE_YESTERDAY = ("前天", "一昨日", "おととい", "avant-hier", "vorgestern", "позавчера", "그저께")

WEEKDAYS = (
    # Germanic
    "mon(?:day)?", "tue(?:s(?:day)?)?", "wed(?:nesday)?", "thu(?:rs?(?:day)?)?", "fri(?:day)?",
    "sat(?:urday)?", "sun(?:day)?", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonnabend", "sonntag", "m[oi]", "d[io]", "f[r]", "s[ao]", "maandag", "dinsdag",
    "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "ma", "wo", "vr", "za", "zo",
    "m[åa]ndag", "tisdag", "onsdag", "torsdag", "fredag", "l[öø]rdag", "s[öø]ndag", "mandag",
    "tirsdag", "m[áa]nudagur", "þriðjudagur", "miðvikudagur", "fimmtudagur", "föstudagur",
    "laugardagur", "sunnudagur",
    # Romance
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lun", "mar", "mer",
    "jeu", "ven", "sam", "dim", "lunes", "martes", "mi[ée]rcoles", "jueves", "viernes",
    "s[áa]bado", "domingo", "mi[ée]", "jue", "vie", "s[áa]b", "dom", "luned[iì]", "marted[iì]",
    "mercoled[iì]", "gioved[iì]", "venerd[iì]", "sabato", "domenica",
    "(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:[- ]feira)?", "luni", "mar[țţt]i", "miercuri",
    "joi", "vineri", "s[âa]mb[ăa]t[ăa]", "duminic[ăa]", "dilluns", "dimarts", "dimecres", "dijous",
    "divendres", "dissabte", "diumenge",
    # Slavonic, Baltic
    "понедельник", "вторник", "сред[ау]", "четверг", "пятниц[ау]", "суббот[ау]", "воскресенье",
    "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "понеділок", "вівторок", "серед[ау]", "четвер",
    "п['’ʼ]ятниц[яю]", "субот[ау]", "неділ[яю]", "понеделник", "сряда", "четвъртък", "петък",
    "събота", "неделя", "понедељак", "уторак", "четвртак", "петак", "недеља", "панядзелак",
    "аўторак", "чацвер", "пятніца", "нядзеля", "poniedziałek", "wtorek", "środa", "czwartek",
    "piątek", "sobota", "niedziela", "pon", "wt", "śr", "czw", "pt", "sob", "ndz?", "pondělí",
    "úterý", "středa", "čtvrtek", "pátek", "neděle", "pondelok", "utorok", "streda", "štvrtok",
    "piatok", "nedeľa", "ponedelj[ae]k", "utorak", "sr[ie]jeda", "sreda", "četvrtak", "petak",
    "subota", "ned[ij]?elj[ae]", "torek", "četrtek", "petek", "pirmadienis", "antradienis",
    "trečiadienis", "ketvirtadienis", "penktadienis", "šeštadienis", "sekmadienis", "pirmdiena",
    "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena",
    # Finnish, Estonian, Hungarian, Greek, Albanian, Turkish and its neighbours
    "maanantai(?:na)?", "tiistai(?:na)?", "keskiviikko(?:na)?", "torstai(?:na)?",
    "perjantai(?:na)?", "lauantai(?:na)?", "sunnuntai(?:na)?", "(?:ma|ti|ke|to|pe|la|su)",
    "esmaspäev", "teisipäev", "kolmapäev", "neljapäev", "reede", "laupäev", "pühapäev", "hétfő",
    "kedd", "szerda", "csütörtök", "péntek", "szombat", "vasárnap", "δευτ[έε]ρα", "τρ[ίι]τη",
    "τετ[άα]ρτη", "π[έε]μπτη", "παρασκευ[ήη]", "σ[άα]ββατο", "κυριακ[ήη]", "δευ", "τρ[ίι]", "τετ",
    "π[έε]μ", "παρ", "σ[άα]β", "κυρ", "e hën[ëe]", "e mart[ëe]", "e mërkur[ëe]", "e enjte",
    "e premte", "e shtun[ëe]", "e diel", "pazartesi", "salı", "çarşamba", "perşembe", "cuma",
    "cumartesi", "pazar", "pzt", "çar", "per", "cmt", "paz", "bazar(?: ertəsi)?",
    "çərşənbə(?: axşamı)?", "cümə(?: axşamı)?", "şənbə", "дүйсенбі", "сейсенбі", "сәрсенбі",
    "бейсенбі", "жұма", "сенбі", "жексенбі",
    # Hebrew, Arabic, Persian
    "(?:יום |ביום )?(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת)", "(?:يوم )?(?:السبت|الأحد|الاحد)",
    "(?:يوم )?(?:الإثنين|الاثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة)",
    "(?:یک|دو|سه|چهار|پنج)[ \u200c]?شنبه", "شنبه", "جمعه",
    # of Asia
    "(?:星期|周|礼拜)[一二三四五六日天]", "[月火水木金土日]曜日?", "[월화수목금토일]요일",
    "thứ (?:hai|ba|tư|năm|sáu|bảy)(?:,? ngày)?", "chủ nhật(?:,? ngày)?",
    "(?:วัน)?(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์|อาทิตย์)(?:ที่)?",
    "senin", "selasa", "rabu", "kamis", "khamis", "jum['’]?at", "jumaat", "sabtu", "minggu", "ahad",
    "isnin", "lunes", "huwebes", "biyernes", "linggo", "(?:सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि)वार",
)  # fmt: skip
"""The days of the week, in full and short."""
CLOCK_WORDS = (
    "uhr", "klokken", "kl", "klo", "um", "am", "at", "of", "on", "the", "hrs?", "hours?", "heures?",
    "ore", "ora", "a las", "[àá]s", "om", "godz", "godzina", "hodin", "óra(?:kor)?", "saat",
    "год", "год(?:а|ина)?", "року", "ч", "часов", "г", "р", "lúc", "sa", "ch", "เวลา", "น", "pukul",
    "wib", "wita", "wit", "στις", "ώρα", r"[πμ]\.\s?μ", "öö", "ös", "الساعة", "ساعت",
    "[صم]", "الموافق",
    "(?:[ecmp][sd]t|et|pt|ct|gmt|utc|bst|ist|cet|cest|mez|mesz|aest|aedt|jst|hkt|eet|eest|msk)",
)  # fmt: skip
"""What stands beside the time of a date."""
HIJRI = (
    r"\d{1,2}\s{1,3}(?:محرم|صفر|ربيع\s(?:ال)?(?:أول|اول|آخر|اخر|ثاني)|جمادى\s(?:ال)?(?:أولى|اولى"
    r"|آخرة|اخرة|ثانية)|رجب|شعبان|رمضان|شوال|ذ[وي]\s(?:القعدة|الحجة))\s{1,3}\d{4}\s?هـ?"
)
"""A day of the Islamic calendar, beside which the same day stands as others count it."""


# What names the source of a text.

SOURCE = (
    # Chinese, Japanese, Korean
    "来源", "出处", "稿源", "来自", "出典", "所属課室", "担当課", "担当部署", "출처",
    # Germanic, Romance, Celtic
    "source", "sources", "quelle", "quellen", "bron", "bronnen", "kilde", "kilder", "källa",
    "heimild", "fuente", "fuentes", "fonte", "fonti", "fontes", "sursa", "foinse", "ffynhonnell",
    # Slavonic, Baltic, Finnish, Hungarian, Albanian, Greek
    "źródło", "zdroj", "izvor", "vir", "источник", "джерело", "крыніца", "източник", "извор",
    "avots", "šaltinis", "allikas", "lähde", "forrás", "burimi", "πηγή", "πηγη",
    # Turkish and its neighbours, Caucasian
    "kaynak", "mənbə", "manba", "дереккөз", "эх сурвалж", "წყარო", "աղբյուր",
    # Hebrew, Arabic, Persian, Urdu, of India
    "מקור", "المصدر", "مصدر", "منبع", "ماخذ", "स्रोत", "सौजन्य", "সূত্র", "ஆதாரம்",
    # of South-East Asia and Africa
    "sumber", "sumber berita", "nguồn", "nguồn tin", "ที่มา", "แหล่งที่มา", "แหล่งข่าว",
    "ແຫຼ່ງຂ່າວ", "ប្រភព", "pinagmulan", "chanzo",
)  # fmt: skip
"""What stands before the name of the source, and before nothing else."""
AGENCIES = (
    "reuters", "xinhua", "afp", "ap", "pti", "ani", "ians", "dpa", "efe", "ansa", "tass", "bns",
    "upi", "čtk", "pap", "mti", "apa", "aap", "lusa", "kyodo", "yonhap", "cgtn", "cctv", "bbc",
    "cna", "acn", "bernama", "antara", "ttxvn", "pib", "тасс", "риа", "интерфакс",
)  # fmt: skip
"""Agencies and stations, by names that hold no such word."""
OFFICES = (
    "division", "newsroom", "directorate*", "gabinete*", "gabinet", "gabinetto", "cabinet du",
    "cabinet de", "ufficio", "uffici", "división*", "divisão", "divisione", "dirección",
    "direcção", "direção", "direzione", "direction de", "direction des", "direction du",
    "departamento*", "département*", "dipartimento", "servicio*", "servei*",
    "serviço*", "servizio", "servizi", "service de", "service des", "service du", "serviciul",
    "unidad", "unidade", "unità", "unité",
    "consejería", "concejalía", "conselleria", "jefatura", "área de", "assessoria", "assessorato",
    "settore", "cellule de", "pôle", "délégation", "abteilung*", "referat", "fachbereich",
    "fachdienst", "stabsstelle", "dezernat", "pressestelle", "afdeling*", "*afdeling", "avdeling*",
    "*avdelingen", "avdelning*", "*avdelningen", "*afdelingen", "enheden", "enheten", "*enheten",
    "biuro", "wydział", "oddział", "referat", "oddělení", "oddelenie", "odbor*", "odsjek", "odjel",
    "odeljenje", "služba", "oddelek", "отдел*", "управлени*", "пресс-служб*", "пресс-центр*",
    "прес-служб*", "відділ*", "*osasto", "*yksikkö", "*osztály", "*iroda", "biroul*",
    "compartimentul", "direcția", "bürosu", "müdürlü*", "dairesi", "bagian", "bidang", "phòng",
    "γραφείο", "τμήμα", "διεύθυνση", "إدارة", "قسم", "مكتب",
)  # fmt: skip
"""Words by which a part of a body is known that gives out news: no person bears one. An asterisk
stands for any letters."""
INSTITUTIONS = (
    *OFFICES,
    # who publishes news: agencies, papers, stations, press offices
    "agenc*", "agence*", "agência*", "agenzia*", "agentur*", "ajans*", "агентств*",
    "агенці*", "news", "newsroom", "newswire", "daily", "times", "post", "press", "presse",
    "pressestelle", "presseamt", "prensa", "stampa", "imprensa", "pers", "prasow*", "herald",
    "gazette*", "gazet*", "*zeitung", "*krant", "*tidning*", "*avis", "*lehti", "journal", "jornal",
    "diario", "diário", "giornale", "dziennik", "deník", "tribune", "chronicle", "observer",
    "telegraph", "guardian", "bulletin", "broadcast*", "rundfunk*", "radio", "radyo", "rádio",
    "television*", "tv", "газет*", "вестник", "новости", "пресс-служб*", "пресс-центр*",
    "прес-служб*", "redaktion*", "redakcj*", "redakc*", "редакц*", "editorial", "*bureau",
    "bureau*",
    # public bodies
    "ministr*", "minister*", "*ministerium*", "ministèr*", "ministér*", "*ministeriet", "министер*",
    "правительств*", "мэри*", "мчс", "минобр*", "минздрав*", "минэконом*", "минсельхоз*", "минфин*",
    "минпром*", "минцифр*", "минтранс*", "минстро*", "минкультур*", "минтруд*", "прокуратур*",
    "госдум*", "міністер*", "bakanlı*", "kementerian", "department*", "departament*",
    "département*", "dipartimento", "départementale", "департамент*", "office*", "oficin*",
    "ufficio", "uffici", "*amt", "amt", "*kanzlei*", "*präsidium*", "polizei*", "*behörde*",
    "bundestag", "landtag*", "urząd*", "úřad*", "управлени*", "управлінн*", "council*", "concejo",
    "junta", "presidencia", "presidência", "présidence", "treasury", "conselho", "consiglio",
    "conseil", "consejo", "gemeinde*", "stadt*", "*stadt", "ayuntamiento", "prefeitura",
    "prefettura", "préfecture", "câmara", "comune", "mairie", "secretar*", "secrétariat*",
    "segreteria", "committee*", "comité*", "comissão", "comisión", "commission*", "комитет*",
    "комітет*", "authorit*", "autorid*", "autorità", "institut*", "universi*", "университет*",
    "academ*", "associat*", "asocia*", "associa*", "chamber", "government*", "gobierno", "governo",
    "gouvernement*", "*regierung*", "администраци*", "адміністраці*", "отдел*", "відділ*", "dinas",
    "badan", "pemerintah*", "diskominfo", "humas", "sekretariat*", "*kommun*", "belediye*",
    "valili*", "müdürlü*", "başkanlı*", "*virasto*", "*verwaltung*", "*direktion*", "dirección",
    "direzione", "directorate*", "delegación", "biblioteca", "museo", "hospital*", "police",
    "policía", "foundation", "centre", "center", "laborator*",
    # Arabic, Persian, Hebrew
    "وزارة", "وكالة", "هيئة", "صحيفة", "جريدة", "مديرية", "بلدية", "أمانة", "إدارة", "جامعة",
    "مكتب", "روابط", "خبرگزاری", "خبرگزاري", "وزارت", "اداره", "دانشگاه", "شهرداری", "پایگاه",
    "معاونت", "משרד", "עיריית", "דוברות", "דובר", "אגף", "מחלקת", "מינהל", "לשכת", "רשות", "סוכנות",
    # Romanian, Hungarian, Albanian; South Slavonic, Bulgarian; Slovak; Baltic, Estonian, Finnish
    "consiliul*", "primări*", "primăria", "prefectur*", "agenți*", "agenţi*", "ziarul", "biroul*",
    "direcți*", "direcţi*", "inspectorat*", "*minisztérium*", "minisztérium*", "*önkormányzat*",
    "önkormányzat*", "*hivatal*", "hivatal*", "*ügynökség*", "bashkia*", "agjenci*", "ministarstv*",
    "ured", "ureda", "općin*", "občin*", "opštin*", "županij*", "uprava", "uprave", "zavod",
    "zavoda", "zavodu",
    "agencij*", "министарств*",
    "општин*", "общин*", "дирекци*", "агенци*", "úrad*", "savivaldyb*", "taryba", "tarybos",
    "skyrius", "tarnyba", "agentūr*", "administracij*", "ministerij*", "ministrij*", "pašvaldīb*",
    "pārvald*", "aģentūr*", "dienest*", "*ministeerium*", "*valitsus", "osakond",
    "*ministeriö*", "*laitos",
    # of Central Asia and the Caucasus
    "министрліг*", "әкімдіг*", "басқармас*", "агенттіг*", "вазорат*", "vazirlig*", "hokimlig*",
    "hokimiyat*", "agentlig*", "boshqarmas*", "nazirliy*", "agentliy*", "სამინისტრო*", "სააგენტო*",
    "მერია", "նախարարություն*", "քաղաքապետարան*", "яам", "*газар",
    # of Africa, Malay, Filipino, Vietnamese
    "wizara", "ofisi", "halmashauri", "mamlaka", "serikali", "taasisi", "manispaa",
    "departement*", "munisipaliteit*", "ሚኒስቴር", "ቢሮ", "ኮሚሽን", "jabatan", "pejabat", "majlis",
    "kerajaan", "kagawaran", "tanggapan", "pamahalaan", "bộ", "cục", "ủy ban", "trung tâm", "đài",
    # of India and South-East Asia, Greek
    "محکمہ", "ادارہ", "دفتر", "حکومت", "کمیشن", "मन्त्रालय", "नगरपालिका", "महानगरपालिका", "দপ্তর",
    "বিভাগ", "পরিষদ", "পৌরসভা", "அமைச்சகம்", "துறை", "அலுவலகம்", "ஆணையம்", "శాఖ", "కార్యాలయం", "ಇಲಾಖೆ", "ಕಚೇರಿ",
    "വകുപ്പ്", "കാര്യാലയം", "අමාත්‍යාංශය", "දෙපාර්තමේන්තුව", "කාර්යාලය", "ဝန်ကြီးဌာန*", "ក្រសួង*", "ກະຊວງ*",
    "कार्यालय", "विभाग", "ब्यूरो", "मंत्रालय", "समाचार", "प्रशासन", "निगम", "কার্যালয়",
    "মন্ত্রণালয়", "প্রতিবেদক", "অধিদপ্তর", "báo", "sở", "ubnd", "cổng", "thông tấn", "สำนัก*",
    "กระทรวง*", "กรม*", "กอง*", "ศูนย์*", "เทศบาล*", "υπουργε*", "δήμο*", "γραφε*", "περιφέρει*",
    "αμπε", "εφημερίδα",
)  # fmt: skip
"""Words by which the name of a publisher or a public body is known: an asterisk stands for any
letters."""
HAN_INSTITUTIONS = (
    "报", "社", "网", "台", "局", "委", "办", "部", "厅", "署", "院", "会", "所", "站", "处", "科",
    "课", "室", "庁", "省", "府", "县", "市", "中心", "大学", "学院", "公司", "集团", "政府",
    "频道", "センター", "新闻", "发布", "融媒", "视讯", "财经", "科技", "ニュース", "放送", "통신",
    "뉴스", "일보", "신문", "방송", "부", "처", "청", "위원회", "공단", "공사", "협회", "대학교",
    "연구원", "진흥원",
)  # fmt: skip
"""With what such a name ends in Chinese, in simplified signs, in Japanese and in Korean."""
PRINT = (
    "print(?: (?:this )?page)?", "drucken", "imprimer", "imprimir", "stampa", "afdrukken",
    "skriv ut", "udskriv", "prenta", "tulosta", "prindi", "drukāt", "izdrukāt", "spausdinti",
    "drukuj", "wydrukuj", "vytisknout", "tisk", "tlačiť", "vytlačiť", "nyomtatás", "natisni",
    "tiskaj", "ispiši", "ispis", "štampaj", "tipărește", "tipărire", "printo", "печать",
    "распечатать", "друк(?:увати)?", "роздрукувати", "друкаваць", "отпечатай", "печат", "штампај",
    "басып шығару", "хэвлэх", "εκτύπωση", "yazdır", "çap et", "chop etish", "cetak", "i-print",
    "in trang", "bản in", "พิมพ์", "หน้าพิมพ์", "הדפס(?:ה)?", "طباعة", "چاپ", "پرنٹ", "प्रिंट",
    "인쇄", "印刷",
)  # fmt: skip
"""What prints a page."""
SHARE = (
    "share", "teilen", "partager", "compartir", "condividi", "compartilhar", "delen", "dela", "jaa",
    "udostępnij", "sdílet", "zdieľať", "megosztás", "distribuie", "поделиться", "поширити",
    "κοινοποίηση", "paylaş", "bagikan", "kongsi", "chia sẻ", "แบ่งปัน", "แชร์", "공유", "مشاركة",
)  # fmt: skip
"""What hands a page on to others."""
VERSION = (
    "versions?", "revisions?", "fassung", "versión", "versão", "versione", "versie", "versjon",
    "udgave", "versio", "versioon", "versija", "wersja", "verze", "verzia", "verzija", "verzió",
    "versiunea?", "версия", "версія", "верзија", "έκδοση", "sürüm", "versiya",
    "versi", "phiên bản", "גרסה", "الإصدار", "نسخه",
)  # fmt: skip
"""What one state of a page is called among those before it."""
MISSING_PAGE = (
    r"(?:error |erreur |fehler |errore |http )?404(?:\W{1,3}(?:error|erreur|fehler))?",
    "(?:error )?404 not found",
    r"(?:the |this |your |that )?(?:requested )?(?:page|content|document|resource|file|article) "
    "(?:was |is |could |can |has |cannot )?(?:not )?(?:be |been )?(?:not found|found|missing|"
    "unavailable|not available|deleted|removed)",
    r"(?:the |this |that )?page (?:you .{1,40} )?(?:does not|doesn't|no longer) exists?"
    r"(?: anymore)?",
    r"(?:the |this |that )?page you .{1,40} (?:can(?:not|'t)|could ?n[o']t) be found",
    r"(?:the |this |that )?page can(?:not|'t) be found",
    r"(?:we|i) (?:can(?:not|'t| not)|could ?n[o']t|are unable to|were unable to) find "
    r"(?:that|this|the|your) page(?: you.{1,40})?",
    r"(?:die |diese )?(?:angeforderte |gewünschte |gesuchte )?seite (?:wurde |konnte |kann |ist )?"
    r"(?:leider )?nicht (?:gefunden|vorhanden|verfügbar)(?: werden)?",
    "(?:die |diese )?(?:angeforderte |gewünschte |gesuchte )?seite existiert (?:leider )?nicht"
    "(?: mehr)?",
    r"(?:la |cette )?page (?:demandée |recherchée |que vous .{1,30} )?(?:est )?"
    r"(?:introuvable|non trouvée|inexistante|indisponible)",
    "(?:la |cette )?page (?:demandée |recherchée |que vous .{1,30} )?(?:n'existe (?:pas|plus)|"
    "n'a pas été trouvée|n'est (?:pas|plus) disponible)",
    r"(?:la )?página (?:solicitada |que .{1,30} )?no (?:se )?(?:ha sido |fue |ha )?"
    r"(?:encontrada|encontrado|encuentra|existe|está disponible|disponible)",
    r"(?:a )?página (?:solicitada |que .{1,30} )?não (?:foi )?"
    r"(?:encontrada|existe|está disponível)",
    "(?:la )?pagina (?:richiesta |cercata )?non (?:è stata )?"
    "(?:trovata|esiste|esistente|disponibile)",
    r"(?:de )?(?:opgevraagde )?pagina (?:kan |is )?niet (?:worden )?(?:gevonden|beschikbaar)",
    "(?:de )?pagina bestaat niet(?: meer)?",
    r"sidan (?:kunde inte hittas|hittades inte|finns inte|saknas)",
    r"siden (?:blev |ble )?(?:ikke (?:fundet|funnet)|findes ikke|finnes ikke|kunne ikke findes)",
    "sivua ei löyt(?:ynyt|nyt)", r"strona nie (?:została znaleziona|istnieje)",
    "nie znaleziono (?:takiej )?strony", r"stránka (?:nebyla nalezena|nenalezena|neexistuje)",
    r"stránka (?:nebola nájdená|sa nenašla)", "az oldal nem található",
    r"pagina nu (?:a fost găsită|există)", "stranica nije pronađena", "strani ni mogoče najti",
    r"(?:запрашиваемая )?страница не (?:найдена|существует)", "сторінку не знайдено",
    "страницата не е намерена", "η σελίδα δεν (?:βρέθηκε|υπάρχει)", "sayfa bulunamadı",
    "lehte ei leitud", "lapa nav atrasta", "puslapis nerastas", "halaman tidak ditemukan",
    r"không tìm thấy trang", "(?:お探しの)?ページ(?:が|は)見つかりません(?:でした)?",
    "페이지를 찾을 수 없습니다", "الصفحة غير موجودة", "صفحه (?:مورد نظر )?یافت نشد",
    r"(?:您(?:要)?(?:访问|查看|请求)的)?(?:页面|网页)(?:不存在|未找到|没有找到|已(?:被)?删除)(?:或已(?:被)?删除)?",
)  # fmt: skip
"""With what a page is headed that stands where another one was, in all the words of its heading."""
IS_MISSING = (
    "不存在", "已经?(?:被)?删除", "已经?下[线架]", "已经?过期", "(?:没有|未)找到", "找不到",
    "沒有找到", "已(?:被)?刪除", "存在しません", "見つかりません", "削除され", "존재하지 ?않",
    "삭제(?:된|되었)", "없는 (?:게시물|글|페이지)", "찾을 수 없",
    r"\b(?:deleted|removed|no such)\b", "не (?:найден|существует)", "удал[её]н",
    "không tồn tại", "đã bị xóa", "tidak ditemukan", "bulunamadı", "n[oã]o? existe",
    "não encontrad",
)  # fmt: skip
"""What a message says of something that is not there, or no more."""
FOUND_BY_SEARCH = (
    "(?:your )?search results", "suchergebnisse?", "résultats de (?:la |votre )?recherche",
    "resultados? (?:de|da) (?:la |tu |su )?(?:búsqueda|pesquisa|busca)", "zoekresultaten",
    "risultati (?:della |di )?ricerca", "sökresultat", "søgeresultater", "søkeresultater",
    "hakutulokset", "wyniki wyszukiwania", "výsledky (?:vyhledávání|hledání)",
    "keresési találatok", "rezultatele căutării", "результаты поиска", "результати пошуку",
    "arama sonuçları", "hasil pencarian", "kết quả tìm kiếm", "نتائج البحث",
    "(?:全文|站内|高级)?(?:搜索|检索|查询)结果", "検索結果", "검색 ?결과",
)  # fmt: skip
"""With what a page is headed that shows what a search found."""
SITE_PAGE = (
    "contact(?: us| details| information)?", "get in touch", "about(?: us)?", "who we are",
    "site ?map", "imprint",
    "legal notices?", "disclaimer", "copyright(?: notice)?", "accessibility(?: statement)?",
    "(?:privacy|cookies?)(?: (?:and|&) cookies?)?(?: (?:policy|notice|statement|settings))?",
    "terms(?: (?:and|&) conditions| of (?:use|service))?",
    "(?:staff |phone |telephone )?directory", "organi[sz]ation(?:al)? (?:chart|structure)",
    "opening hours", "(?:send|leave) (?:us )?(?:a message|feedback)", "feedback",
    "kontakt(?:e|formular)?", "impressum", "über uns", "datenschutz(?:erklärung|hinweise)?",
    "nutzungsbedingungen", "barrierefreiheit", "erklärung zur barrierefreiheit",
    "ansprechpartner", "öffnungszeiten", "(?:nous )?contact(?:er|ez)?(?:-nous)?",
    "mentions légales", r"qui sommes-nous\s?\??", "politique de confidentialité", "plan du site",
    "contáct(?:enos|anos)", "contactos?", "contacto", "quiénes somos", "acerca de", "aviso legal",
    "política de (?:privacidad(?:e)?|cookies)", "mapa (?:del sitio|do site)", "contat(?:o|ti)",
    "fale conosco", "quem somos", "chi siamo", "note legali", "informativa sulla privacy",
    "over ons", "om oss", "om os", "o nas", "o nás", "контакты", "о нас", "карта сайта",
    "iletişim", "hakkımızda", "hubungi kami", "tentang kami", "liên hệ", "اتصل بنا", "من نحن",
    "(?:联系|聯絡|聯繫)(?:我们|我們|方式)", "(?:关于|關於)(?:我们|我們|本站|本网)",
    "(?:网站|網站)(?:地图|導覽|声明|简介)", "(?:隐私|隱私)(?:政策|声明|权)",
    "(?:法律|免责|版权)声明", "机构(?:职能|设置|概况|简介|信息)",
    "(?:主要|部门|单位|工作)(?:职责|职能)", "(?:内设|下属|直属)(?:机构|单位)",
    "(?:领导|部门)(?:信息|分工|之窗)", "组织(?:机构|架构)",
    "(?:学校|单位|部门|公司|本局|本院|医院|院系|学院)(?:简介|概况)",
    "我要(?:写信|留言|咨询|投诉|建议|提问)", "(?:在线|网上)(?:留言|咨询|投诉|办事)",
    "友情链接", "お問い合わせ(?:先)?", "個人情報保護方針", "サイトマップ",
    "組織(?:図|案内)", "오시는 ?길", "조직도", "개인정보 ?처리방침",
)  # fmt: skip
"""With what the pages of a site are headed that stand for years and tell nothing new: whom to ask,
who it is, what its rules are, in all the words of their heading."""
EVERGREEN_PAGE = (
    r"about (?:the|our|this)\s.{1,60}", r"(?:how to )?contact(?:ing)? (?:the|our)\s.{1,60}",
    r"(?:.{1,60}: )?(?:frequently asked questions|faqs?)(?:\s.{1,60})?",
    r"glossary(?: of\s.{1,60})?", r"(?:privacy|cookie) (?:policy|notice)(?: (?:of|for)\s.{1,60})?",
    r"(?:events? )?calendar(?:(?: of|:| -)\s.{1,40})?", r"a(?: ?[-–] ?| to )z(?: of\s.{1,40})?",
    "home(?: ?page)?", r"welcome(?: to\s.{1,60})?", r"über (?:den|die|das|unsere?n?)\s.{1,60}",
    "häufige fragen", "häufig gestellte fragen", "glossar", "veranstaltungskalender", "startseite",
    r"willkommen(?: (?:in|bei|auf|beim)\s.{1,60})?", "questions fréquentes", "foire aux questions",
    "glossaire", "accueil", r"bienvenue(?: (?:sur|à|au|dans)\s.{1,60})?", "inicio",
    "preguntas frecuentes", "glosario", r"bienvenid[oa]s(?: al?\s.{1,60})?", "perguntas frequentes",
    "glossário", "página inicial", "domande frequenti", "glossario", "veelgestelde vragen",
    "vanliga frågor", "usein kysyttyä", "najczęściej zadawane pytania", "strona główna",
    "часто задаваемые вопросы", "главная(?: страница)?", "sık sorulan sorular", "ana sayfa",
    "câu hỏi thường gặp", "trang chủ", "الأسئلة الشائعة", "الرئيسية", "よくある(?:ご)?質問",
    "トップページ", "자주 ?(?:묻는|하는) ?질문", "(?:网站)?首页", "(?:网站)?首頁",
    "欢迎(?:访问|光临|来到).{1,30}",
    r"[^\s，。]{2,20}(?:公司|集团|学院|大学|医院|委员会|协会|中心|局)(?:简介|概况|职责|职能|主要职责|机构职能)",
    "(?:常见|热点)(?:问题|问答)(?:解答|汇总)?", "名词解释", "术语表", "活动日历",
)  # fmt: skip
"""The same, in words that may well head an article: only where nothing on the page has a day."""
EVERGREEN_PART = (
    "what we do", "who we are", "our (?:history|mission|vision|values|team|people|board|purpose"
    "|aims|work)", "(?:how to )?find us", "getting here", "opening (?:hours|times)", "biography",
    "responsibilities", "lebenslauf", "zuständigkeiten", "unsere (?:aufgaben|geschichte|ziele)",
    "so finden sie uns", "öffnungszeiten", "nos (?:missions|valeurs)", "notre histoire",
    "nuestra (?:historia|misión)", "(?:个人)?(?:简历|简介|履历)",
    "(?:工作)?分工", "(?:分管|负责)工作", "(?:主要|工作|部门|单位)?(?:职责|职能)",
    "(?:内设|下属|直属)(?:机构|单位|科室)", "领导(?:班子|成员|分工)",
    # when a place is open
    "horaires(?: d['’]ouverture)?", "horarios?(?: de (?:apertura|atención|funcionamento))?",
    "orari(?: di apertura)?", "openingstijden", "öppettider", "åpningstider", "åbningstider",
    "aukioloajat", "godziny otwarcia", "otevírací doba", "otváracie hodiny", "nyitvatartás",
    "program de vizitare", "часы работы", "режим работы", "график работы", "ωράριο",
    "çalışma saatleri", "jam buka", "giờ mở cửa", "ساعات العمل", "(?:开放|营业|服务)时间",
    "(?:開館|利用|営業)時間", "(?:이용|운영) ?시간",
    # what it costs
    "(?:entry |admission )?(?:fees|prices|charges)", "(?:eintritts)?preise", "gebühren",
    "tarifs?", "tarifas", "precios", "preços", "tariffe", "prezzi", "tarieven", "priser",
    "hinnat", "cennik", "ceny(?: vstupného)?", "vstupné", "цены", "тарифы",
    "стоимость (?:билетов|посещения)", "ücretler", "giá vé", "(?:门票|收费)(?:价格|标准)",
    "(?:利用|入館)料金?", "이용 ?(?:요금|료)",
    # how one gets there
    "getting there", "how to get (?:here|there)", "directions", "anfahrt", "so erreichen sie uns",
    "accès", "comment venir", "cómo llegar", "como chegar", "come arrivare", "dove siamo",
    "bereikbaarheid", "hitta hit", "slik finner du oss", "find vej", "dojazd", "jak dojechać",
    "kudy k nám", "как (?:добраться|проехать)", "ulaşım", "交通(?:指南|路线|方式)", "乘车路线",
    "アクセス", "交通案内", "(?:찾아)?오시는 ?길",
    "办公(?:地址|地点|时间|电话)", "机构设置", "企业文化", "发展历程", "組織", "沿革", "所在地",
)  # fmt: skip
"""What stands over the parts of a page that says who an office or a person is, or when a place is
open, what it costs and how one gets there."""
FOR_SALE = (
    "add to (?:basket|cart|bag|trolley)", "buy now", "in den warenkorb", "ajouter au panier",
    "añadir (?:al carrito|a la cesta)", "adicionar ao carrinho", "aggiungi al carrello",
    "in winkelwagen", "lägg i varukorgen?", "læg i kurven?", "dodaj do koszyka", "в корзину",
    "добавить в корзину", "sepete ekle", "أضف إلى السلة", "加入购物车", "加入購物車", "立即购买",
    "カートに入れる", "장바구니(?: ?담기)?",
)  # fmt: skip
"""What the button of a shop says beside what it sells."""
LOG_IN = (
    r"(?:sign|log) ?in(?: (?:to|with)\s.{1,40})?", "login", "anmelden", "anmeldung",
    "se connecter", "connexion", "iniciar sesión", "entrar", "accedi", "inloggen", "logga in",
    "zaloguj(?: się)?", "logowanie", "вход(?: в систему)?", "giriş(?: yap)?", "đăng nhập",
    "تسجيل الدخول", "(?:用户|会员|统一身份认证)?(?:登录|登陆|登入)", "ログイン", "로그인",
)  # fmt: skip
"""With what a page is headed that asks who is there."""
ATTACHED = (
    "attachments?", "attached files?", "related (?:documents|files)", "downloads?", "documents",
    "anhänge?", "anlagen?", "dokumente", "pièces jointes", "documents joints", "télécharger",
    "(?:archivos |documentos )?adjuntos", "anexos?", "descargas", "allegati", "documenti",
    "bijlagen?", "downloads", "bilagor", "vedlegg", "bilag", "vedhæftede filer", "liitteet",
    "załączniki", "pliki", "přílohy", "prílohy", "prilozi", "priloge", "priedai", "pielikumi",
    "lisad", "mellékletek", "anexe", "fișiere atașate", "приложения", "файлы", "вложения",
    "додатки", "прикачени файлове", "файлове", "прилози", "συνημμένα", "ekler", "əlavələr",
    "қосымшалар", "lampiran", "viambatisho", "nyaraka", "tệp đính kèm", "tài liệu đính kèm",
    "เอกสารแนบ", "ไฟล์แนบ", "المرفقات", "پیوست(?:‌| )?ها", "קבצים מצורפים", "संलग्नक", "সংযুক্তি",
    "添付ファイル", "添付資料", "첨부 ?파일",
)  # fmt: skip
"""What stands over the files of an article, below its text."""
PHOTO_OF = (
    "photos?", "photo credits?", "picture", "image credits?", "image", "fotos?", "foto credits?",
    "fotografía", "imagen", "imagem", "crédits? photo", "bild", "bildquelle", "zdjęcie", "fot",
    "valokuva", "kuva", "фото", "снимка", "φωτογραφία", "φωτο", "ảnh", "صورة", "تصوير", "تصویر",
    "ภาพ", "사진", "写真", "图片?来源", "图", "摄影", "摄",
)  # fmt: skip
"""What stands before whose a picture is: `Foto: Ana Lima`."""

PRESS_CONTACT = (
    "for (?:more|further) information,? (?:please )?contact",
    # Chinese, Japanese, Korean
    "(?:媒体|新闻|新闻媒体)(?:联系|联络)(?:人|方式)?",
    "(?:この(?:ページ|記事|件)に(?:関する|ついての))?(?:お)?問い?合わ?せ(?:先|はこちら)?",
    "担当(?:課|部署)", "(?:언론 ?)?문의(?: ?처)?",
    # Germanic
    "(?:news )?(?:media|press) (?:contacts?|enquiries|inquiries)", "contacts? for (?:the )?media",
    "presse-?kontakt", "medienkontakt", "kontakt für (?:die )?(?:presse|medien)",
    "renseignements", "pour (?:plus de |tout )?renseignements?", "demandes? m[ée]dias?",
    "ansprechpartner(?:in)?(?: für (?:die )?(?:presse|medien))?", "perscontact",
    "(?:contact )?voor de pers", "pressekontakter?", "presskontakte?r?", "mediakontakt",
    # Romance
    "contacts? (?:presse|m[ée]dias?)", "contacto (?:de|para|con) (?:la )?prensa",
    "conta(?:c)?to (?:de|para) (?:a )?imprensa", "assessoria de imprensa",
    "contatti (?:per la )?stampa", "ufficio stampa", "contact(?:e)? (?:de )?pres[ăa]",
    # Slavonic, Hungarian, Finnish, Greek
    "kontakt dla (?:mediów|prasy)", "kontakt pro (?:média|novináře)", "kontakt pre médiá",
    "контакт(?:ы)? для (?:прессы|сми)", "контакт(?:и)? для (?:преси|змі)", "sajtókapcsolat",
    "lisätie(?:toja|dot)(?: antaa)?", "(?:στοιχεία )?επικοινων[ίι]α[ςσ]?",
    "γραφε[ίι]ο τ[ύυ]που",
    # Turkish, Arabic, Vietnamese
    "basın (?:iletişimi?|irtibat)", "للتواصل(?: الإعلامي)?", "جهة الاتصال(?: الإعلامي)?",
    "liên hệ (?:báo chí|truyền thông)",
)  # fmt: skip
"""What stands above whom the press may ask, at the end of a release."""


# Where a list goes on: the words of its links. A further language is a further line.

NEXT = (
    # Chinese, Japanese, Korean
    "下一页", "下一版", "下页", "后一页", "下一頁", "下頁", "后页", "后一頁", "往后",
    "更早(?:的文章|文章)?",
    "次(?:へ|の(?:ページ|[0-9]{1,3}件)(?:へ)?|ページ(?:へ)?|頁)?", "다음(?: ?(?:페이지|목록|글))?",
    # English
    "(?:go to )?(?:the )?next(?: [0-9]{1,4})?(?: {what})?", "(?:older|earlier)(?: {what})?",
    # French, Spanish, Italian, Portuguese, Romanian, Catalan
    "(?:page )?suivante?s?", "(?:la )?suite(?: des? (?:l['’])?[^\\W\\d_]{3,16})?",
    "(?:articles|actualités|billets) (?:plus ancien(?:ne)?s|précédente?s)", "plus anciens?",
    "(?:p[áa]gina )?siguientes?(?: p[áa]gina)?", "(?:entradas|noticias) (?:m[áa]s )?antiguas",
    "(?:pagina )?successiv[aoie](?: pagina)?", "(?:pagina )?prossim[aoe](?: pagina)?", "avanti",
    "(?:articoli|notizie) (?:precedenti|più vecchi[e]?)",
    "(?:p[áa]gina )?(?:pr[óo]xim[ao]s?|seguintes?)(?: p[áa]gina)?",
    "(?:not[íi]cias|artigos|posts) mais antig[ao]s", "(?:pagina )?(?:următoarea|urmatoarea)",
    "següent",
    # German, Dutch, Scandinavian, Finnish
    "(?:zur )?n[äa]e?chste(?:n)?(?: seite)?", "weiter", "vorwärts", "seite vor",
    "ältere (?:beiträge|meldungen|artikel|nachrichten)", "(?:eine seite )?vor",
    "volgende(?: pagina)?", "ouder(?:e berichten)?", "nästa(?: sida)?", "neste(?: side)?",
    "næste(?: side)?", "äldre(?: inlägg)?", "seuraava(?: sivu)?", "vanhemmat",
    # Slavonic, Hungarian, Greek
    "(?:следующая|след\\.?)(?: страница)?", "дал(?:ее|ьше)", "вперед", "вперёд",
    "(?:более )?(?:ранние|старые)(?: (?:записи|новости))?", "наступна(?: сторінка)?", "далі",
    "następn[ae](?: strona)?", "dalej", "starsze(?: (?:wpisy|aktualności))?",
    "další(?: (?:strana|stránka))?", "starší(?: příspěvky)?", "ďalš(?:ia|ej)(?: strana)?",
    "sljedeć[ae]", "sledeć[ae]", "naslednja", "следваща", "következő(?: oldal)?",
    "επόμεν[ηοα](?: σελίδα)?",
    "(?:παλαι[όο]τερ|προηγούμεν)[αες] (?:νέα|άρθρα|ανακοινώσεις|δελτία(?: τύπου)?|θέματα)",
    "korábbi(?: (?:hírek|cikkek|bejegyzések))?", "régebbi(?: (?:hírek|cikkek))?",
    # Turkish, Indonesian, Vietnamese, Thai, Arabic, Persian, Hebrew, Hindi
    "sonraki(?: sayfa)?", "ileri", "(?:halaman )?(?:berikutnya|selanjutnya)", "lebih lama",
    "(?:trang )?(?:sau|tiếp(?: theo)?|kế tiếp)", "ถัดไป", "หน้าถัดไป",
    "(?:الصفحة )?التالي(?:ة)?", "(?:صفحه )?بعدی?", "(?:ל?עמוד )?הבא", "अगला", "आगे",
)  # fmt: skip
"""What leads to the next page of a list, to older articles. `{what}` is what a list is of."""
OLDER_ISSUE = (
    "上一期", "上期", "前一期", "往期", "(?:上|前)(?:一|1)?[天日週周]", "(?:上|前)(?:一|1)?个?月",
    "昨[天日]", "前日", "前の日", "前月", "前の月", "先月", "전날", "이전 ?날", "전일",
    "이전 ?달", "지난달",
    "(?:previous|earlier|older|preceding|last|prior) (?:issue|edition|day|week|month|date)",
    "yesterday", "(?:le )?(?:jour|mois|num[ée]ro) pr[ée]c[ée]dent",
    "(?:la )?semaine pr[ée]c[ée]dente",
    "(?:dia|d[íi]a|m[êe]s|n[úu]mero|edi[çc][ãa]o|edici[óo]n|semana) anterior",
    "(?:giorno|mese|numero) precedente", "vortag", "(?:voriger|vorheriger|letzter) (?:tag|monat)",
    "vormonat", "(?:vorige|letzte) ausgabe", "vorige (?:dag|maand|week)", "f[öo]reg[åa]ende dag",
    "предыдущ(?:ий|ая|ее) (?:день|месяц|выпуск|неделя|число)",
    "попередн(?:ій|є) (?:день|місяць|випуск)", "poprzedni (?:dzień|miesiąc|numer)",
    "önceki (?:gün|ay|sayı)", "(?:اليوم|الشهر|العدد) السابق", "(?:hari|bulan) sebelumnya",
    "(?:ngày|tháng|số) trước", "προηγούμεν(?:η|ο|ος) (?:ημέρα|μέρα|μήνας|τεύχος|φύλλο|εβδομάδα)",
    "előző (?:nap|hónap|szám|hét)", "p[řr]edchoz[íi] (?:den|měsíc|číslo|týden)",
    "edellinen (?:päivä|kuukausi|viikko|numero)", "f[öo]reg[åa]ende (?:m[åa]nad|vecka|nummer)",
    "forrige (?:dag|m[åa]ned|uke|uge|nummer)", "ziua (?:precedentă|anterioară)",
    "luna (?:precedentă|anterioară)", "(?:روز|ماه|شماره) (?:قبل|پیش)", "היום הקודם", "החודש הקודם",
    "(?:วัน|เดือน)(?:ก่อนหน้า|ที่แล้ว)",
)  # fmt: skip
"""What leads from an issue of a paper, a day or a month, to the one before it."""
NEWER_ISSUE = (
    "下一期", "后一期", "(?:下|后)(?:一|1)?[天日週周]", "(?:下|后)(?:一|1)?个?月", "翌日", "次日",
    "次の日", "翌月", "次の月", "来月", "다음 ?날", "다음 ?달", "익일",
    "(?:next|later|newer|following) (?:issue|edition|day|week|month|date)", "tomorrow",
    "(?:le )?(?:jour|mois|num[ée]ro) suivant", "(?:la )?semaine suivante",
    "(?:dia|d[íi]a|m[êe]s|n[úu]mero|edi[çc][ãa]o|edici[óo]n|semana) (?:seguinte|siguiente)",
    "(?:giorno|mese|numero) (?:successivo|seguente)", "folgetag", "n[äa]chster (?:tag|monat)",
    "n[äa]chste ausgabe", "volgende (?:dag|maand|week)",
    "следующ(?:ий|ая|ее) (?:день|месяц|выпуск|неделя|число)",
    "наступн(?:ий|е) (?:день|місяць|випуск)", "następny (?:dzień|miesiąc|numer)",
    "sonraki (?:gün|ay|sayı)", "(?:اليوم|الشهر|العدد) (?:التالي|القادم)",
    "(?:hari|bulan) berikutnya", "(?:ngày|tháng|số) sau",
    "επόμεν(?:η|ο|ος) (?:ημέρα|μέρα|μήνας|τεύχος|φύλλο|εβδομάδα)",
    "következő (?:nap|hónap|szám|hét)", "(?:další|následující) (?:den|měsíc|číslo|týden)",
    "seuraava (?:päivä|kuukausi|viikko|numero)", "n[äa]sta (?:dag|m[åa]nad|vecka|nummer)",
    "neste (?:dag|m[åa]ned|uke|nummer)", "næste (?:dag|måned|uge|nummer)",
    "(?:ziua|luna) următoare", "(?:روز|ماه|شماره) (?:بعد)", "היום הבא", "החודש הבא",
    "(?:วัน|เดือน)(?:ถัดไป|หน้า)",
)  # fmt: skip
"""What leads to the one after it, which is no way into the past."""
LAST = (
    "尾页", "末页", "最后一页", "最后页", "尾頁", "末頁", "最後(?:へ|のページ)?",
    "最終(?:ページ)?",
    "마지막(?: ?페이지)?", "맨끝", "끝",
    "(?:go to )?(?:the )?last(?: page)?", "(?:page )?derni[èe]re?(?: page)?", "fin",
    "(?:p[áa]gina )?[úu]ltim[ao](?: p[áa]gina)?", "(?:zur )?letzte(?:n)?(?: seite)?", "ende",
    "laatste(?: pagina)?", "sista", "siste", "sidste", "viimeinen",
    "последняя(?: страница)?", "в конец", "остання", "ostatnia(?: strona)?",
    "poslední(?: strana)?",
    "utolsó", "τελευταία", "son(?: sayfa)?", "(?:halaman )?terakhir", "(?:trang )?cuối",
    "(?:الصفحة )?الأخيرة",
)  # fmt: skip
"""What leads to the last page."""
PREVIOUS = (
    "上一页", "上页", "前一页", "上一頁", "前へ", "前のページ", "이전(?: ?페이지)?",
    "previous(?: page)?",
    "prev", "newer", "back", "(?:page )?précédente?s?", "retour", "(?:página )?anterior(?:es)?",
    "(?:pagina )?precedente", "indietro", "(?:vorherige|vorige)(?: seite)?", "zurück",
    "vorige(?: pagina)?", "föregående", "forrige", "edellinen", "предыдущая(?: страница)?",
    "назад",
    "попередня", "poprzednia(?: strona)?", "wstecz", "předchozí", "előző", "προηγούμεν[ηο]",
    "önceki(?: sayfa)?", "(?:halaman )?sebelumnya", "(?:trang )?trước", "السابق(?:ة)?",
)  # fmt: skip
"""What leads to the page before, to newer articles."""
LOAD_MORE = (
    "(?:load|show|view|see) more(?: {what})?", "more {what}", "加载更多", "查看更多", "更多",
    "もっと(?:見る|読む)", "더 ?보기", "plus d['’]actualités",
    "(?:voir|afficher|charger) (?:plus|davantage)",
    "ver más", "cargar más", "mostra altr[oi]", "carica altr[oi]", "ver mais", "carregar mais",
    "mehr (?:laden|anzeigen)", "weitere (?:meldungen|beiträge|artikel|nachrichten)", "toon meer",
    "meer (?:laden|tonen)", "visa fler", "vis mer", "vis flere", "(?:показать|загрузить) ещ[её]",
    "(?:pokaż|załaduj) więcej", "zobrazit více", "daha fazla", "muat lebih(?: banyak)?", "xem thêm",
    "rodyti daugiau", "rādīt vairāk", "näita rohkem", "näytä lisää", "(?:prikaži|učitaj) više",
    "(?:pokaži|naloži) več", "(?:afișează|vezi|încarcă) mai mult(?:e)?", "zobraziť viac",
    "(?:покажи|виж|зареди) още", "(?:показати|завантажити) (?:ще|більше)",
    "(?:тағы|көбірек) көрсету",
    "ko['ʻ’`]proq (?:ko['ʻ’`]rish|ko['ʻ’`]rsatish)", "daha çox", "több (?:betöltése|hír)",
    "(?:δείτε|φόρτωση) περισσότερ(?:α|ων)", "και άλλα", "और (?:देखें|पढ़ें)",
    "আরও(?: দেখুন)?",
    "مزید(?: دیکھیں)?", "(?:tazama|onyesha|ona)(?: habari)? zaidi", "papar lagi", "lihat lagi",
    "tingnan pa", "load nog", "wys meer", "הצג עוד", "טען עוד", "نمایش بیشتر", "بیشتر",
    "عرض المزيد",
)  # fmt: skip
"""What brings more rows."""
LOAD_ON = (
    "load(?:ing)? more(?: {what})?", "(?:show|view) more(?: {what})?",
    "more (?:news|articles|posts|results|stories)",
    "(?:加载|载入|显示|浏览|查看|点击)更多(?:内容|新闻|信息|文章|资讯)?", "(?:載入|顯示|查看)更多",
    "加载(?:下一页|全部)",
    "もっと(?:見る|読む)", "さらに(?:表示|読み込む)", "더 ?보기",
    r"(?:voir|afficher|charger) (?:plus|davantage)(?: d['’]\w{3,12})?", "ver más", "cargar más",
    "mostra altr[oi]", "carica altr[oi]", "ver mais", "carregar mais",
    "mehr (?:laden|anzeigen)",
    "weitere (?:meldungen|beiträge|artikel|nachrichten)(?: laden| anzeigen)?",
    "toon meer", "meer (?:laden|tonen)", "visa fler", "vis mer", "vis flere",
    "(?:показать|загрузить) ещ[её]", "(?:pokaż|załaduj) więcej", "zobrazit více",
    "daha fazla(?: yükle)?", "muat lebih(?: banyak)?", "xem thêm", "عرض المزيد",
)  # fmt: skip
"""What a button says that brings more rows where it stands, and leads to no list elsewhere."""
MORE_STEMS = (
    # of words, at their beginning; a word of another script has no beginning, see `MORE_SIGNS`
    "more\\b", "older", "earlier", "further", "next\\b", "additional", "load\\b", "rest of",
    "plus\\b", "suivant", "précédent", "ancien", "davantage", "charger", "autres\\b",
    "mehr\\b", "weitere", "ältere", "frühere", "nächste", "nachladen",
    "más\\b", "anterior", "antigu", "siguiente", "cargar", "mais\\b", "antig[ao]s?\\b", "próxim",
    "carregar", "altr[ieo]\\b", "precedenti", "successiv", "prossim", "carica",
    "meer\\b", "oudere?", "volgende", "fler[ea]?\\b", "äldre", "ældre", "eldre", "nästa", "næste",
    "neste", "lisää", "vanhem", "seuraav", "ещ[её]", "дал(?:ее|ьше)", "следующ", "старые", "ранние",
    "предыдущие", "загрузить", "більше", "наступн", "завантажити", "więcej", "starsze", "następn",
    "dalsze", "další", "starší", "více", "több", "régebbi", "következő", "περισσότερ", "παλαιότερ",
    "επόμεν", "mai mult", "următoare", "daha\\b", "eski", "sonraki", "lainnya", "lebih",
    "selanjutnya", "berikutnya", "thêm", "tiếp", "cũ hơn",
)  # fmt: skip
"""How words begin that mean more, older, next: what a button says that brings more rows, whatever
else it says."""
MORE_SIGNS = (
    "更多", "更早", "下一", "加载", "載入", "载入", "加載", "往期", "往前", "历史", "歷史",
    "余下", "剩余",
    "もっと", "さらに", "次の", "過去の", "続き", "더", "다음", "이전 ?(?:글|소식|기사)",
    "المزيد", "أقدم", "التالي",
    "بیشتر", "قدیمی", "עוד", "ישנ", "הבא", "เพิ่มเติม", "ถัดไป", "और", "पुरान",
)  # fmt: skip
"""The same in scripts whose words have no beginning of their own, or none that is worth a rule."""
OPEN = (
    r"(?:点击)?(?:展开|展開)(?:阅读)?(?:全文|全部|更多|正文|剩余全文|剩余内容|剩余\d{1,2}%)",
    r"(?:点击)?(?:阅读|閱讀|查看|显示)(?:全文|剩余全文|全部内容)",
    r"read (?:more|on|full (?:text|story|article|release)|the (?:full|whole|rest)[a-z ]{0,30})",
    r"continue reading", r"(?:show|view|see|expand) (?:more|all|more text)",
    r"(?:show|view|see|expand) (?:the )?full (?:text|article|story|release)",
    "weiterlesen", "mehr (?:lesen|anzeigen)", "lire la suite", "leer más", "seguir leyendo",
    "ler mais", "leggi tutto", "читать далее",
)  # fmt: skip
"""What opens the rest of a text where it stands."""
READ_ON = (
    "more", "read more", "learn more", "see more", "view(?: all| more| details?)?", "details?",
    "full (?:story|text)", "continue reading", "click here", "更多", "详细", "详情",
    "查看(?:更多|详情|全文)?", "阅读(?:全文|更多|原文)?", "全文", "点击查看", "进入", "続きを読む",
    "詳細",
    "詳しく(?:は(?:こちら)?|見る)?", "자세히(?: ?보기)?", "더 ?보기",
    "(?:lire|voir) (?:la suite|plus|l['’]article)",
    "en savoir (?:plus|\\+)", "(?:leer|ver|saber) m[áa]s", "seguir leyendo",
    "leggi (?:tutto|di più|altro)",
    "continua(?: a leggere)?", "scopri di più", "(?:ler|ver|saiba|leia) mais", "weiterlesen",
    "mehr(?: (?:erfahren|lesen|dazu|infos?))?", "zum artikel", "lees (?:meer|verder)", "läs mer",
    "les mer", "læs mere", "lue lisää", "подробнее", "читать (?:далее|дальше|полностью|новость)",
    "докладніше", "(?:czytaj )?więcej", "czytaj dalej", "číst (?:dále|více)", "více", "tovább",
    "devamı(?:nı oku)?", "devamını oku", "detaylar?", "selengkapnya", "baca selengkapnya",
    "xem thêm",
    "(?:xem )?chi tiết", "đọc tiếp", "اقرأ المزيد", "المزيد", "قراءة المزيد", "περισσότερα",
)  # fmt: skip
"""What leads from a row to its article, and says nothing of it."""
READ_ON_OF = (
    "(?:read|learn|find out|see|discover) more(?: (?:about|on|of)|:)",
    "(?:continue|keep) reading:?",
    "read (?:the )?(?:full (?:story|article|text)|article|rest)(?: (?:of|on|about)|:)",
    "(?:阅读|查看)(?:全文|更多|详情)[:：]", "続きを読む[:：]",
    "(?:lire|voir) la suite (?:de|du|des|d['’]|sur|:)", "lire (?:plus|l['’]article) ?(?:sur|:)",
    "en savoir plus (?:sur|à propos d[eu]s?|:)", "(?:leer|ver|saber) m[áa]s (?:sobre|acerca de|:)",
    "seguir leyendo:?", "(?:ler|ver|saiba|leia) mais (?:sobre|:)",
    "leggi (?:tutto|di più|altro) (?:su|:)", "(?:continua a leggere|scopri di più su):?",
    "(?:weiterlesen|mehr lesen|mehr erfahren)(?: (?:über|zu)|:)",
    "lees (?:meer|verder) (?:over|:)", "l[äæe]s mere? (?:om|:)", "lue lisää:?",
    "czytaj (?:więcej|dalej)(?: o|:)", "(?:подробнее|читать (?:далее|дальше))(?: об?|:)",
    "číst (?:dále|více)(?: o|:)", "devamını oku:", "selengkapnya(?: tentang|:)",
    "xem (?:thêm|chi tiết)[: ]", "اقرأ المزيد (?:عن|حول|:)", "περισσότερα (?:για|:)",
)  # fmt: skip
"""The same, before the name of the article."""
ADVERTISED = (
    "advertise?ment", "advertorial", "sponsored(?: content)?", "anzeige", "werbung", "publicité",
    "publicidade?", "pubblicità", "advertentie", "annonse?", "mainos", "reklam[ay]?", "реклама",
    "διαφήμιση", "iklan", "quảng cáo", "โฆษณา", "إعلان", "广告", "広告", "광고",
    "(?:story|article) continues (?:below|after)(?: (?:this )?(?:advertisement|ad))?",
    "(?:la suite )?après (?:la |cette )?publicité", "weiterlesen nach der anzeige",
)  # fmt: skip
"""What stands over an advertisement in the midst of a text, all of its line."""
MAIL_ONLINE = (
    r"(?:trouble|problems?|difficulty|can(?:no|['’])t|unable to) .{0,20}(?:view|see|read)\w{0,3}"
    r" .{0,20}(?:e-?mail|message|newsletter|bulletin)",
    r"(?:view|read|see|open) .{0,40}(?:in|with) (?:your|a|the) (?:web )?browser",
    r"(?:view|read|see|open) (?:this|the) (?:e-?mail|message|newsletter|bulletin)"
    r" (?:online|as a web ?page)",
    r"(?:e-?mail|newsletter|nachricht) .{0,12}nicht (?:richtig|korrekt|einwandfrei)",
    r"(?:im|in ihrem) browser .{0,12}(?:ansehen|anzeigen|öffnen|lesen)",
    r"(?:visualis|affich|voir|lire|consult|ouvrir).{0,40}navigateur",
    r"(?:message|e-?mail|courriel|newsletter|lettre) .{0,30}correctement",
    r"(?:ver|abrir|leer|ler|apri|aprire|visualiz\w{1,6}) .{0,40}(?:navegador|browser)",
    r"(?:correo|boletín|boletim|e-?mail|mensaje|mensagem|messaggio|newsletter)"
    r" .{0,20}(?:correcta|correta|corretta)mente",
    r"(?:bekijk|lees|open) .{0,40}browser", r"(?:visa|läs|öppna) .{0,40}webbläsare",
    r"(?:vis|les|læs|åpne|åbn) .{0,40}(?:nettleser|browser)",
    r"(?:просмотр|посмотр|откры|прочит).{0,40}браузер",
    "(?:无法|不能|無法|看不到).{0,10}(?:邮件|郵件|电子报|電子報)",
    "(?:邮件|郵件|电子报|電子報).{0,10}(?:无法|不能|無法).{0,4}(?:显示|浏览|查看|阅读|顯示|瀏覽|閱讀)",
    "(?:メール|メルマガ).{0,12}(?:表示されない|ご覧になれない)",
)  # fmt: skip
"""What offers a letter that was sent by mail as a page: it stands over the letter, with a link."""
CHANGES = (
    "updates to this page", "(?:change|page|document|revision|version|update) history",
    "history of (?:changes|updates)", "(?:show all|see all|all) updates", "corrections?",
    "änderungs(?:historie|verlauf)", "historique des modifications", "historial de cambios",
    "histórico de alterações", "cronologia delle modifiche", "wijzigingsgeschiedenis",
    "ändringshistorik", "endringshistorikk", "história zmien", "historie změn",
    "historia zmian", "история изменений", "(?:修订|更新|修改|变更)(?:记录|历史)", "変更履歴",
    "更新履歴", "(?:수정|변경) ?이력",
)  # fmt: skip
"""What heads the list of what was changed on a page and when."""
SUBJECTS = (
    "tags?", "tagged(?: with| in| as)?", "filed (?:under|in)", "topics?", "keywords?",
    "categor(?:y|ies)", "schlag(?:wörter|worte|wort)", "schlüsselwörter", "kategorien?",
    "mots[- ]cl[ée]s", "étiquettes", "catégories?", "archivado en", "etiquetas", "palabras clave",
    "temas", "categorías?", "palavras-chave", "categorias?", "parole chiave", "categori[ae]",
    "trefwoorden", "categorie(?:ën)?", "ämnes?ord", "emneord", "emner", "avainsanat", "tagi",
    "słowa kluczowe", "štítky", "klíčová slova", "címkék", "теги", "метки", "ключевые слова",
    "рубрики", "мітки", "etiketler", "anahtar kelimeler", "từ khóa", "kata kunci", "标签",
    "关键[词字]", "タグ", "キーワード", "태그", "키워드", "الوسوم", "كلمات مفتاحية",
)  # fmt: skip
"""What stands under a text before the subjects that it is filed under."""
GENRES = (
    "explainers?", "analysis", "news analysis", "opinion", "comment(?:ary)?", "interview",
    "feature", "reviews?", "profile", "essay", "column", "editorial", "long ?reads?", "reportage",
    "q&a", "obituary", "report", "exclusive", "perspective", "fact[- ]check", "kommentar",
    "porträt", "essai", "analyse", "tribune", "entretien", "portrait", "critique", "décryptage",
    "opinión", "análisis", "entrevista", "crónica", "reportaje", "opinião", "análise",
    "reportagem", "analisi", "intervista", "commento", "мнение", "интервью", "аналитика",
)  # fmt: skip
"""Of what kind a newspaper calls an article, beside its writer."""
WRITERS = (
    "writers?", "reporters?", "correspondents?", "editors?", "editor-in-chief", "columnists?",
    "critics?", "journalists?", "contributors?", "photographers?", "redakteur(?:in)?",
    "reporter(?:in)?", "korrespondent(?:in)?", "journalist(?:in)?", "autor(?:in)?",
    "journaliste", "correspondante?", "rédact(?:eur|rice)", "periodista", "redactora?",
    "corresponsal", "giornalista", "redat(?:tore|trice)", "inviat[oa]", "repórter", "jornalista",
    "redatora?", "verslaggever", "redacteur", "muhabir", "dziennikarka?", "redaktork?a?",
    "toimittaja", "journalisti", "wartawan", "корреспондент", "журналист(?:ка)?", "обозреватель",
)  # fmt: skip
"""What those who write for a newspaper are called, behind their names."""
NEWSROOMS = (
    "(?:[a-z]{3,12} )?(?:news ?)?desk", "newsroom",
    "(?:our |web |online )?(?:news )?(?:staff|team)",
    "(?:our )?(?:own |special |staff )(?:reporter|writer|correspondent)s?", "our correspondents?",
    "(?:sport|online|web|nachrichten)?redaktion", "la rédaction", "(?:la )?redacción",
    "(?:la )?redazione", "(?:da )?redação", "(?:de )?redactie", "redaktionen", "toimitus",
    "redakcja", "redakce", "редакция", "本报(?:评论员|编辑部|讯)", "编辑部",
)  # fmt: skip
"""Who wrote an article that no person signs, in a line of its own."""
KINDS = frozenset((
    "pressrelease", "pressreleases", "newsrelease", "newsreleases", "mediarelease",
    "pressestatement", "mediastatement", "newsitem", "newsarticle", "news", "blogpost",
    "pressemitteilung", "pressemitteilungen", "medienmitteilung", "meldung", "aktuelles",
    "communiquédepresse", "communiqué", "communiqués", "actualité", "actualités", "nouvelle",
    "nouvelles", "avis", "reportage", "notadeprensa", "comunicadodeprensa", "comunicado",
    "noticia", "noticias", "aviso", "comunicatostampa", "notizia", "notizie", "avviso",
    "notaàimprensa", "notícia", "notícias", "persbericht", "nieuwsbericht", "nieuws",
    "pressmeddelande", "nyhet", "nyheter", "pressemelding", "pressemeddelelse", "nyhed",
    "tiedote", "uutinen", "komunikatprasowy", "aktualności", "tiskovázpráva", "aktuality",
    "tlačovásprávа", "sajtóközlemény", "comunicatdepresă", "basınbülteni", "siaranpers",
    "thôngcáobáochí", "δελτίοτύπου", "прес-реліз", "новина", "новость", "announcement",
    "announcements", "notice", "speech", "statement", "circular", "bulletin", "보도자료",
    "공지사항", "お知らせ", "報道発表", "пресс-релиз", "新聞稿", "新闻稿", "通告", "通知",
    "公示",
))  # fmt: skip
"""What kinds of documents are called: no headline where there is any other, else one."""
TEXT_HEADINGS = frozenset((
    "description", "content", "contents", "fulltext", "maintext", "text", "transcript",
    "fulltranscript", "beschreibung", "inhalt", "text", "wortlaut", "transkript", "volltext",
    "descrizione", "contenuto", "testo", "trascrizione", "descripción", "contenido", "texto",
    "transcripción", "descrição", "conteúdo", "transcrição", "contenu", "texte", "transcription",
    "beschrijving", "inhoud", "tekst", "opis", "treść", "popis", "obsah", "leírás", "tartalom",
    "descriere", "conținut", "innehåll", "beskrivning", "innhold", "beskrivelse", "indhold",
    "kuvaus", "sisältö", "описание", "содержание", "текст", "опис", "зміст", "açıklama", "içerik",
    "περιγραφή", "περιεχόμενο", "deskripsi", "isi", "kandungan", "nộidung", "môtả", "内容", "正文",
    "內容", "本文", "내용", "본문", "المحتوى", "الوصف", "תוכן", "תיאור", "विवरण",
    "เนื้อหา", "รายละเอียด",
))  # fmt: skip
"""What a template writes over any text: it says nothing of this one."""
NEWS_OF_LETTERS = (
    "news", "noticias", "not[íi]cias", "actualidad", "comunicados", "avisos", "actualit[ée]s?",
    "nouvelles", "communiqu[ée]s", "notizie", "novità", "comunicati", "avvisi", "aktuelle[sn]?",
    "neuigkeiten", "nachrichten", "meldungen", "(?:presse|medien)mitteilungen", "nieuws",
    "(?:pers|nieuws)berichten", "nyhe(?:ter|der)", "pressmeddelanden", "pressemelding(?:er)?",
    "pressemeddelelser", "fréttir", "uutise?t", "tiedotteet", "ajankohtaista", "uudised",
    "ziņas", "jaunumi", "aktualitātes", "naujienos", "pranešimai", "aktualności", "wiadomości",
    "komunikaty", "ogłoszenia", "aktuality", "zprávy", "novinky", "oznámení", "správy", "oznamy",
    "hírek", "közlemények", "novice", "novosti", "vijesti", "vesti", "obavijesti", "obaveštenja",
    "saopštenja", "știri", "noutăți", "comunicate", "anunțuri", "lajme", "haber(?:ler)?",
    "duyuru(?:lar)?", "xəbərlər", "yangiliklar", "berita", "siaran pers", "pengumuman",
    "kenyataan media", "balita", "habari", "tin tức", "tin mới", "thông báo", "новости", "новини",
    "оголошення", "объявления", "навіны", "вести", "вијести", "съобщения",
    "жаңалықтар", "жаңылыктар", "мэдээ", "νέα", "ειδήσεις", "ανακοινώσεις", "δελτία τύπου",
    "նորություններ", "სიახლეები", "ახალი ამბები", "חדשות", "הודעות", "(?:ال)?[أا]خبار", "اخبار",
    "خبرها", "خبریں",
)  # fmt: skip
NEWS_OF_SYLLABLES = (
    "新闻", "新聞", "ニュース", "お知らせ", "新着", "報道発表", "뉴스", "소식", "공지", "보도자료",
    "ข่าว", "ประกาศ", "समाचार", "সংবাদ", "খবর", "செய்திகள்", "వార్తలు", "ಸುದ್ದಿ",
    "വാർത്തകൾ", "သတင်း", "ព័ត៌មាន", "ຂ່າວ",
)  # fmt: skip
"""What the part of a site that brings its news is called, where words are parted by blanks, and
where they are not, or end in marks of their own."""
SHOW_ALL = (
    "(?:see|view|show|read|browse) all(?: {what})?", "all {what}", "(?:查看|浏览|顯示)全部",
    "一覧(?:を見る)?",
    "(?:전체|모두) ?보기", "ดูทั้งหมด", "(?:voir|afficher) tou(?:t|tes|s)",
    "tou(?:te)?s les \\w{3,20}",
    "ver (?:todo|todas|todos)", "tod[ao]s (?:las|los|as|os) \\w{3,20}",
    "(?:vedi|leggi) tutt[eio]", "tutt[ei] (?:le|gli|i) \\w{3,20}",
    "alle (?:anzeigen|ansehen|meldungen|news|nachrichten|beiträge)",
    "zu (?:allen|den) (?:meldungen|nachrichten)", "(?:bekijk )?alle? (?:nieuws|berichten)",
    "(?:visa|se|vis) (?:alla|alle)", "alla nyheter", "alle nyheter", "näytä kaikki",
    "kaikki (?:uutiset|tiedotteet)", "kõik uudised", "visas ziņas", "visos naujienos",
    "(?:zobacz|pokaż|czytaj) wszystkie", "wszystkie \\w{3,20}", "zobrazit v[šs]e(?:chny)?",
    "všechny \\w{3,20}", "zobraziť všetky", "všetky \\w{3,20}", "(?:összes|minden) hír",
    "vse novice", "sve vijesti", "(?:prikaži|pogledaj) sve", "toate (?:știrile|noutățile)",
    "vezi toate", "tümü(?:nü gör)?", "tüm (?:haberler|duyurular)", "bütün xəbərlər",
    "(?:lihat|tampilkan) semua(?: \\w{3,20})?", "xem tất cả",
    "все (?:новости|объявления|материалы)", "(?:смотреть|показать) все",
    "(?:усі|всі) (?:новини|оголошення)", "(?:дивитися|переглянути) (?:усі|всі)", "всички новини",
    "όλα τα \\w{3,20}", "όλες οι \\w{3,20}", "(?:לכל|כל) החדשות", "(?:عرض|مشاهدة) الكل",
    "(?:كل|جميع) الأخبار", "(?:همه|تمام) (?:اخبار|خبرها)", "सभी (?:देखें|समाचार)",
)  # fmt: skip
"""What leads from the newest few to all of them."""
ARCHIVED = (
    # Chinese, Japanese, Korean
    "(?:查看|浏览|更多)?(?:历史|往期|过往|以往|过去|既往|早期|过期|旧)"
    "(?:新闻|公告|消息|信息|资讯|动态|文章|通知|通告|要闻|记录|数据|新闻稿|稿件)(?:归档|存档|库|列表|回顾)?",
    "(?:新闻|公告|文章|信息|消息|资讯|历史)(?:归档|存档|典藏|资料库)", "(?:往期|历史|过往)回顾",
    "(?:過去|以前|これまで)の(?:お知らせ|新着(?:情報)?|ニュース|記事|発表|報道発表|プレスリリース|トピックス|情報)"
    "(?:一覧|はこちら|を見る|へ)?",
    "(?:ニュース|新着(?:情報)?|お知らせ|プレスリリース|記事|過去)?アーカイブ(?:一覧|を見る|へ)?",
    "지난 ?(?:소식|뉴스|기사|공지(?:사항)?|보도자료|글)(?: ?보기)?",
    "(?:뉴스|소식|보도자료)? ?아카이브",
    # English
    "(?:(?:view|see|show|browse|read|visit|go to) )?(?:the |our |all )?"
    "(?:(?:press |media |news )?{what} )?archives?(?: of (?:press |media |news )?{what})?",
    "(?:(?:view|see|show|browse|read) )?(?:the |our |all )?"
    "(?:archived|older|past|previous|earlier|prior|expired) (?:press |media |news )?"
    "(?:news|releases|articles|stories|announcements|notices|updates|bulletins|items)",
    "(?:(?:view|see|browse|visit|go to) )?(?:the |our )?(?:press|media) archives?",
    # French, Spanish, Italian, Portuguese, Romanian
    "(?:(?:voir|consulter) )?(?:toutes )?(?:les |nos )?archives"
    "(?: (?:des (?:actualités|communiqués|nouvelles)|d['’]actualités))?",
    "(?:actualités|nouvelles|communiqués) (?:archivée?s|antérieure?s|passé(?:e)?s)",
    "(?:ver )?(?:el )?(?:archivo|hist[óo]rico|archivo hist[óo]rico)"
    "(?: de (?:noticias|prensa|comunicados|notas))?",
    "(?:ver )?(?:noticias|comunicados|notas) (?:anteriores|archivadas|pasadas|hist[óo]ricas)",
    "hemeroteca", "(?:vai all['’])?archivio(?: (?:delle )?(?:notizie|news|comunicati))?",
    "(?:ver )?(?:o )?(?:arquivo|hist[óo]rico)(?: de (?:not[íi]cias|comunicados))?",
    "not[íi]cias (?:anteriores|arquivadas)", "arhiv[ăa](?: (?:de )?(?:știri|noutăți|comunicate))?",
    # German, Dutch, Scandinavian, Baltic, Finnish
    "(?:zum |ins )?(?:news-?|nachrichten-?|presse-?|meldungs-?)?archiv"
    "(?: der (?:meldungen|nachrichten|pressemitteilungen))?",
    "(?:frühere|vergangene|archivierte) (?:meldungen|nachrichten|beiträge|artikel"
    "|pressemitteilungen)",
    "(?:nieuws)?archief", "(?:ouder|eerder|gearchiveerd) nieuws",
    "(?:nyhets?|nyheds)?ark[ií]v(?:et)?",
    "(?:uutis)?arkisto", "(?:uudiste ?)?arhiiv", "(?:ziņu )?arhīvs", "(?:naujienų )?archyvas",
    # Slavonic, Hungarian, Greek
    "archiwum(?: (?:aktualności|wiadomości))?", "archiwalne (?:aktualności|wiadomości)",
    "archiv(?: (?:aktualit|zpráv|novinek))?", "archív(?: (?:aktualít|správ|noviniek))?",
    "arhiva?(?: (?:vijesti|vesti|novosti|novic))?",
    "архив(?: (?:новостей|публикаций|событий|материалов|на новините|новини))?",
    "(?:архивные|прошлые) новости", "архів(?: (?:новин|публікацій))?", "(?:hír)?archívum",
    "αρχείο(?: (?:νέων|ανακοινώσεων|ειδήσεων|δελτίων τύπου))?",
    # Turkish, Indonesian, Vietnamese, Thai, Arabic, Persian, Hebrew, Hindi
    "(?:haber |duyuru )?arşivi?", "arsip(?: berita)?",
    "(?:kho )?lưu trữ(?: tin)?", "tin cũ(?: hơn)?",
    "ข่าว(?:เก่า|ย้อนหลัง)", "(?:ال)?أرشيف(?: الأخبار)?", "(?:آرشیو|بایگانی)(?: (?:اخبار|خبرها))?",
    "ארכיון(?: ה?חדשות)?", "(?:समाचार )?(?:संग्रह|अभिलेखागार|पुरालेख)",
)  # fmt: skip
"""What leads from a list to what was taken out of it for its age."""
PERMALINK = (
    "perma-?links?", "permanent link", "link to this (?:article|post|story)", "固定链接",
    "永久链接", "固定リンク", "パーマリンク", "고유 ?(?:주소|링크)", "permalien", "lien permanent",
    "enlace permanente", "[lh]i[nm]k permanente", "ligação permanente", "collegamento permanente",
    "permanenter link", "dauerlink", "permanente link", "permanent länk", "permanent lenke",
    "pysyvä linkki", "постоянная ссылка", "постійне посилання", "stały link", "trvalý odkaz",
    "állandó (?:link|hivatkozás)", "μόνιμος σύνδεσμος", "kalıcı bağlantı", "liên kết tĩnh",
    "الرابط (?:الثابت|الدائم)", "رابط دائم",
)  # fmt: skip
"""What leads to an article wherever it is listed, and says nothing of it."""
COMMENTS = (
    "comments?", "add (?:a )?comment", "leave a (?:comment|reply)", "post a comment",
    "repl(?:y|ies)", "no comments(?: yet)?", "评论", "条评论", "发表评论", "暂无评论", "コメント",
    "댓글", "commentaires?",
    "(?:ajouter|laisser) un commentaire", "(?:aucun|pas de) commentaires?", "comentarios?",
    "(?:dejar|añadir) un comentario", "sin comentarios", "comentários?", "deixe um comentário",
    "sem comentários", "commenti?", "lascia un commento", "nessun commento", "kommentare?",
    "kommentar (?:schreiben|hinterlassen)", "kein(?:e)? kommentare?", "reacties?",
    "(?:geef een|plaats een) reactie", "kommentar(?:er)?", "kommentit?", "комментари(?:й|я|и|ев)",
    "коментар(?:і|ів)?", "komentarz(?:e|y)?", "komentář[ei]?", "hozzászólás(?:ok)?", "σχόλια",
    "yorum(?:lar)?", "bình luận", "komentar", "تعليقات?",
)  # fmt: skip
"""What leads to what readers say of an article, with their number or without."""
PAGE = (
    "page", "seite", "página", "pagina", "sida", "side", "sivu", "страница", "стр\\.?", "сторінка",
    "strona", "strana", "stránka", "oldal", "σελίδα", "sayfa", "halaman", "trang", "صفحة", "صفحه",
)  # fmt: skip
OF = (
    "of", "out of", "/", "sur", "von", "de", "di", "do", "van", "av", "af", "z", "ze", "из", "із",
    "з",
    "od", "από", "dari", "trên", "من", "از",
)  # fmt: skip
"""`Page 3 of 9`: what stands before the first number, and between the two."""
