"""Dates in a line of text: numeric ones, names of months in many languages, times and clock zones.

Finds dates and where they stand. Which of them is the article's is decided in `of_article`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from unicodedata import normalize
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hubwatch.patterns import lazy_pattern
from storage.articles.records import AFTER_FETCH
from storage.text import ENGLISH_MONTHS, english_month, han_pattern
from storage.types import Precision, When

from ..languages import WEEKDAYS, alternation
from ..text import around, narrow

# Names of months beyond English: those of the languages that news is mostly written in.

_NAMES = (
    # Germanic
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz apr mai jun jul aug sept okt nov dez",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "jan feb mar apr mai jun jul aug sep okt nov des",
    "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    # Romance
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mar avr mai jun juil aoû sept oct nov déc",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago set oct nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie"
    " decembrie",
    "ian feb mar apr mai iun iul aug sep oct noi dec",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    # Slavonic
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada"
    " grudnia",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad"
    " grudzień",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenog"
    " prosinca",
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga"
    " prosinca",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад"
    " грудень",
    "január február marec apríl máj jún júl august september október november december",
    "januar februar marec april maj junij julij avgust september oktober november december",
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra"
    " decembra",
    # others written in Latin, Greek, Hebrew and Arabic letters
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "jan febr márc ápr máj jún júl aug szept okt nov dec",
    "január február március április május június július augusztus szeptember október november"
    " december",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta"
    " syyskuuta lokakuuta marraskuuta joulukuuta",
    "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu"
    " marraskuu joulukuu",
    "ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος"
    " οκτώβριος νοέμβριος δεκέμβριος",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου"
    " οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    # of further neighbours
    "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада"
    " снежня",
    "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis"
    " gruodis",
    "студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад"
    " снежань",
    "հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր դեկտեմբեր",
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio"
    " gruodžio",
    "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris"
    " decembris",
    "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",
    "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
    "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი"
    " დეკემბერი",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի"
    " նոյեմբերի դեկտեմբերի",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर",
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค",
    "มกรา กุมภา มีนา เมษา พฤษภา มิถุนา กรกฎา สิงหา กันยา ตุลา พฤศจิกา ธันวา",
    "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
    "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",
    "januari februari mac april mei jun julai ogos september oktober november disember",
    "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
)
_MARKS = dict.fromkeys([*range(0x300, 0x370), *range(0x653, 0x656)])


@lru_cache(maxsize=4096)  # a list names the same months again and again
def _folded(name: str) -> str:
    """A month's name as all write it: in small letters, without accents, which capitals and hasty
    hands leave out, nor what stands on an Arabic alef; one blank between two words."""
    plain = normalize("NFD", name.casefold()).translate(_MARKS)
    return " ".join(plain.split()).rstrip(".")


_MONTH_NUMBERS: dict[str, int] = {}
for _listed in _NAMES:
    for _number, _name in enumerate(_listed.split(), 1):
        # The Croatian and the Polish listopad are different months: who comes first has it.
        _MONTH_NUMBERS.setdefault(_folded(_name.replace("_", " ")), _number)

_ENGLISH = {
    form: number
    for name, number in ENGLISH_MONTHS.items()
    for form in (name, name[:3], name[:4], name[:5])
}


def is_english(name: str) -> bool:
    """Whether a word is the English name of a month, or a short form of it."""
    return name.casefold().rstrip(".") in _ENGLISH


MONTH = (
    r"((?:كانون|تشرين)\s{1,2}\w{3,6}|[\u0e01-\u0e4e]{1,3}\.\s?[\u0e01-\u0e2e](?=\.)"
    r"|[^\W\d_][\w'’\u0900-\u0dff\u0e31-\u0eff\u1780-\u17d3]{1,12})(?:\s?[/(]\s?[^\W\d_]{2,12}(?:\s(?:الأول|الاول|الثاني))?\)?)?"
)
"""A word that may name a month, and after it the name by which others know that: شباط/فبراير."""
_OF = r"(?:\s{1,3}(?:de|del|d['’]|di|of))?"
_DAY_FIRST = lazy_pattern(
    rf"(?<![\d./-])(?<!\d:)(\d\d?)(?:\.|er|º|°|-|ª|/(?=[^\W\d_]{{2,12}}/))?\s{{0,3}}{_OF}[\s-]{{0,3}}{MONTH}\.?,?{_OF}[\s,./-]{{1,3}}"
    r"(?:[พค]\.?\s?ศ\.?\s{0,2})?((?:19|20|25)\d\d)(?!\d)",
    re.I,
)
_MONTH_FIRST = lazy_pattern(
    rf"(?<!\w){MONTH}\.?\s{{1,3}}(\d\d?)(?:st|nd|rd|th)?\s{{0,3}},\s{{0,3}}((?:19|20)\d\d)(?!\d)"
)
_YEAR_FIRST = lazy_pattern(
    rf"(?<!\d)((?:19|20)\d\d)(?:\.|,|\sm\.)?\s{{1,3}}{MONTH}\.?\s{{1,3}}(\d\d?)(?!\d)"
)

_YEAR_THEN_DAY = lazy_pattern(
    r"(?<!\d)((?:19|20)\d\d)"
    r"(?:\.\s{1,3}gada|[\s-]{0,2}(?:жыл(?:ғы|ы|дын)?|ж\.|йил|yil)),?\s{1,3}"
    rf"(\d\d?)(?:\.\s{{1,3}}|\s?-\s?|\s{{1,3}}){MONTH}",
    re.I,
)

_NAMED_SHAPES = (
    (_DAY_FIRST, (3, 2, 1)),
    (_MONTH_FIRST, (3, 1, 2)),
    (_YEAR_FIRST, (1, 2, 3)),
    (_YEAR_THEN_DAY, (1, 3, 2)),
)


def find_named(text: str, years: Sequence[tuple[int, int]]) -> Iterator[tuple[date, int, int]]:
    """The days with a month's name in any of the languages: the day, start and end. Looked for in
    these stretches of the text, those around a year; of days that overlap the first."""
    taken: list[tuple[int, int]] = []
    for pattern, (year, month, day) in _NAMED_SHAPES:
        for stretch in years:
            for match in pattern.finditer(text, *stretch):
                start, end = match.span()
                if any(start < last and first < end for first, last in taken):
                    continue
                found = _named_day(match, match[year], match[month], match[day])
                if found is not None:
                    taken.append((start, end))
                    yield found


_OCTOBER = frozenset(("listopad", "listopada"))
_STOPPED = lazy_pattern(r"(?:\D{0,9}\d\d?\.)?[^\d.]{1,20}\d{4}\.")


def month_number(name: str, written: str = "") -> int:
    """The number of a month by its name, or a short form of it, in any of the languages. 0 for any
    other word. `written` is the date with what follows it: in Croatian, whose listopad is not that
    of its neighbours, full stops stand behind day and year."""
    plain = _folded(name)
    if plain in _OCTOBER and _STOPPED.fullmatch(written):
        return 10
    return _ENGLISH.get(plain) or _MONTH_NUMBERS.get(plain, 0)


def _named_day(
    match: re.Match[str], year: str, month: str, day: str
) -> tuple[date, int, int] | None:
    written = match.string[match.start() : match.end() + 1]
    number = month_number(month, written) if _folded(month) in _MONTH_NUMBERS else 0
    try:
        return (date(int(year), number, int(day)), *match.span()) if number else None
    except ValueError:
        return None


# Clock zones as pages state them: `Z`, `+0800`, `GMT+8`, `CST`, and zones by name.

STATED = (
    r"(?:\s?\(?(?P<tz>z(?![a-z])|(?:gmt|utc)\s?[+-]\s?(?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d)"
    r"|(?:gmt|utc)(?![\d:+-])|[+-](?:0\d|1[0-4]):?[0-5]\d(?!\d)|beijing time"
    r"|(?:cst|[ep][sd]t|m[sd]t|cdt|bst|ces?t|mes?z|ees?t|msk|ist|ae[sd]t|nz[sd]t|jst|kst|hkt|sgt|мск"
    r"|(?:eastern|central|mountain|pacific)(?:\s(?:standard|daylight))?\stime|(?-i:[ECMP]T|WES?T"
    r"|WI(?:B|TA?)|PH[SC]?T|ICT|MYT|SAST|[ECW]AT|PKT|NPT|GST|IRST|TRT|BRT|ART|A[CW]ST))\b"
    r")\)?)?"
)
"""A zone after a time of day, as group `tz`. Matches nothing as well."""

# A stated offset that is not the page's own zone is kept by a zone that has it.
_ODD_OFFSETS = {210: "Asia/Tehran", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon",
                270: "Asia/Kabul", 570: "Australia/Darwin", -210: "America/St_Johns"}  # fmt: skip
_NAMED = {
    "cst": 480, "beijing time": 480, "hkt": 480, "sgt": 480, "jst": 540, "kst": 540, "est": -300,
    "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "bst": 60,
    "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180, "ist": 330,
    "aest": 600, "aedt": 660, "mez": 60, "mesz": 120, "wet": 0, "west": 60, "nzst": 720,
    "nzdt": 780, "z": 0, "gmt": 0, "utc": 0, "wib": 420, "wita": 480, "wit": 540, "phst": 480,
    "pht": 480, "phct": 480, "ict": 420, "myt": 480, "sast": 120, "eat": 180, "cat": 120, "wat": 60,
    "pkt": 300, "npt": 345, "gst": 240, "irst": 210, "trt": 180, "brt": -180, "art": -180,
    "awst": 480, "acst": 570,
}  # fmt: skip
"""Minutes ahead of UTC. CST is China's here, not America's."""
_AMERICAN_ZONES = {
    "e": "America/New_York", "c": "America/Chicago", "m": "America/Denver",
    "p": "America/Los_Angeles",
}  # fmt: skip
_AMERICAN_NAME = lazy_pattern(r"([ecmp])(?:t|(?:astern|entral|ountain|acific)\s[a-z\s]{4,13})")
"""`ET`, `Eastern time`: whether it is summer there the day says."""
_AMBIGUOUS = frozenset(("cst", "ist", "bst"))
"""Letters that zones on several continents go by: they say nothing of a page of no known zone."""


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name, or None: an empty name stands for a zone that nobody knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_stated_zone(moment: datetime, stated: str, precision: Precision, zone: str) -> When:
    """A naive `moment` with the zone that is `stated` beside it, on a page at home in `zone` (empty
    where that is not known). Zulu time is told in the page's zone. Any other stated offset is kept
    as stated. Where neither says a zone, none is made up."""
    american = _AMERICAN_NAME.fullmatch(stated.lower())
    if american is not None:
        there = _AMERICAN_ZONES[american[1]]
        return When(moment.replace(tzinfo=ZoneInfo(there)), precision, there)
    own = zone_named(zone)
    offset = _offset(stated.lower(), moment, own)
    if offset is None:
        return When(moment.replace(tzinfo=own), precision, own.key if own else "")
    shifted = moment.replace(tzinfo=timezone(offset))
    if own is not None and (not offset or own.utcoffset(moment) == offset):
        return When(shifted.astimezone(own), precision, own.key)
    name = zone_at(offset)
    return When(shifted.astimezone(ZoneInfo(name)), precision, name)


def _offset(stated: str, moment: datetime, own: ZoneInfo | None) -> timedelta | None:
    """How far the stated zone is ahead of UTC. None where none is stated, or letters that several
    zones go by, none of which is the page's own."""
    if not stated:
        return None
    if own is not None and (own.tzname(moment) or "").lower() == stated:
        return own.utcoffset(moment)
    if stated in _NAMED:
        ambiguous = own is None and stated in _AMBIGUOUS
        return None if ambiguous else timedelta(minutes=_NAMED[stated])
    return _in_digits(stated)


@lru_cache(maxsize=256)  # a list states its zone in each of its rows
def _in_digits(stated: str) -> timedelta:
    sign = -1 if "-" in stated else 1
    digits = re.sub(r"\D", "", stated)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return sign * timedelta(hours=int(hours), minutes=int(minutes))


def zone_at(offset: timedelta) -> str:
    """The name of a zone that is so far ahead of UTC. UTC where no zone is."""
    minutes = int(offset.total_seconds() // 60)
    if minutes and minutes % 60 == 0:
        # POSIX counts the other way round: Etc/GMT-8 is eight hours ahead.
        return f"Etc/GMT{-minutes // 60:+d}"
    return _ODD_OFFSETS.get(minutes, "UTC")


EARLIEST = date(1990, 1, 1)
"""No portal is older. An earlier date (1970 above all) is a fault of the page."""
MOST_AHEAD = timedelta(days=2)
"""A page fetched today may be dated tomorrow in its own zone, not next week."""
_MAX_TEXT = 2_000

_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_S = r"\s{0,3}"
_YEAR = r"(?<![\d.])(?P<{0}>(?:1[89]|2\d)\d\d)"
_HAN_DIGITS = "〇零○ＯO0一二三四五六七八九"

_SHAPES = (
    # 2023-08-29, 2018/07/16, 2019.03.06, 2023 - 8 - 5, 2023 11/17 (split over tags)
    rf"{_YEAR.format('y1')}(?:{_S}(?P<sep>[-/.]){_S}(?P<m1>\d\d?){_S}(?P=sep){_S}(?P<d1>\d\d?)(?!\d)"
    rf"|\s{{1,3}}(?P<m1b>\d\d?){_S}/{_S}(?P<d1b>\d\d?)(?!\d))",
    # 2023年08月05日, with blanks anywhere, with 号, without 日; 2026年（令和8年）3月5日
    rf"{_YEAR.format('y2')}{_S}[年년]{_S}(?:\([^\W\d_]{{1,2}}\s?\w{{1,3}}年?\){_S})?(?P<m2>\d\d?){_S}[月월]{_S}(?P<d2>\d\d?)(?!\d){_S}[日号일]?",
    # 二〇二三年八月五日
    rf"(?P<y3>[{_HAN_DIGITS}]{{4}})年(?P<m3>[一二三四五六七八九十]{{1,2}})月"
    r"(?P<d3>[一二三四五六七八九十]{1,3})[日号]",
    # February 6, 2023; Jul 4,2016; Feb. 26, 2021; Sept 4th 2020; Nov-03-2022
    rf"(?<![a-z]){_MONTH.format('m4')}[.-]?,?{_S}(?P<d4>\d\d?)(?:st|nd|rd|th)?{_S}[,.-]?{_S}"
    rf"(?P<y4>(?:19|2\d)\d\d)(?!\d)",
    # 4 July 2016; 4th of July, 2016; 04-Jul-2016
    rf"(?<!\d)(?P<d5>\d\d?)(?:st|nd|rd|th)?{_S}(?:(?:day\s)?of\s)?[-/]?{_S}{_MONTH.format('m5')}\.?[-/]?,?{_S}"
    rf"(?P<y5>(?:19|2\d)\d\d)(?!\d)",
    # 12 tháng 3 năm 2026; ngày 12/3/2026 is among the next
    rf"(?<!\d)(?P<d7>\d\d?){_S}tháng{_S}(?P<m7>\d\d?){_S}(?:,|năm)?{_S}(?P<y7>(?:19|20)\d\d)(?!\d)",
    # 29/08/2023, 8/29/2023: only where day and month cannot be confused; 29. 8. 2023
    r"(?<![A-Za-z\d/.-])(?P<a6>\d\d?)(?P<sep6>[-/]|\.\s?)(?P<b6>\d\d?)(?P=sep6)(?P<y6>(?:19|2[056])\d\d)(?!\d)",
)
_DATE = han_pattern("|".join(f"(?:{shape})" for shape in _SHAPES), re.I)
# Every date has a year in it; the patterns are slow and only asked near one.
# Each part of it begins with one character: such a pattern skips a text for any of them at once.
_ANY_YEAR = lazy_pattern(rf"1[89]\d\d(?!\d)|2\d\d\d(?!\d)|年(?<=[{_HAN_DIGITS}]{{4}}年)")
_BEFORE_YEAR, _AFTER_YEAR = 48, 40
"""More characters than any shape has on either side of its year."""
_AMERICAN = lazy_pattern(r"\s{1,3}\d\d?:\d\d(?::\d\d)?\s?[AP]M\b")
_YEAR_MONTH = lazy_pattern(rf"{_YEAR.format('y')}{_S}年{_S}(?P<m>\d\d?){_S}月(?!{_S}\d)")

_TELLING_WORDS = (
    r"kl|kl\.|klo|kello|saat|pukul|jam|godz\.|เวลา|om|ore|ora|alle|a\slas|u|v|ve|o|ob|kell|plkst\."
)
_BY_CLOCK = "|".join(
    rf"(?<=(?<!\w){word}\s\d)|(?<=(?<!\w){word}\s\d\d)" for word in _TELLING_WORDS.split("|")
)
"""Behind the word that tells a time of day: there it may have a full stop, as a price has."""
_CLOCK = (
    r"(?P<pre>上午|下午|晚上|中午|凌晨|早上|傍晚|夜间|午前|午後|오전|오후)?\s{0,2}(?<![\d:])(?P<h>[01]?\d|2[0-4])"
    r"(?:\s?:\s?(?P<mi>[0-5]\d)(?:\s?:\s?(?P<s>[0-5]?\d)(?:[.,]\d{1,9})?)?"
    r"|\s?h(?:eures?)?\s?(?P<mi3>[0-5]\d)|\.(?P<mi4>[0-5]\d)(?=\s?(?:h\b|[ap]\.?m\b|uhr\b|uur\b|hod\b|hodin|sati\b|časova\b|val\b|gmt\b|utc\b|bst\b|ces?t\b|ees?t\b|[ecmp][sd]t\b|น(?!\w)|wi(?:b|ta?)\b))"
    rf"|(?:{_BY_CLOCK})\.(?P<mi5>[0-5]\d)(?!\.\d)"
    r"|(?P<mi6>[0-5]\d)(?=\s[ap]m\s[a-z]{3,4}\b)"
    r"|\s?[时時点시]\s?(?P<mi2>[0-5]?\d)\s?[分분](?:(?P<s2>[0-5]?\d)秒)?|(?=\s?[ap]\.?m\b))"
    r"(?![\d:])\s?(?P<half>[ap]\.?m\b\.?|(?-i:SA|CH)\b)?(?:\s?u(?:hr|ur)\b)?"
)
_TOLD_BY = r"kello|בשעה|saat|pukul|jam|lúc|(?:o )?godz\.?|o|ve?|ob|kell|ora|plkst\.?|เวลา|στις|ώρα"
BY_CLOCK_OF = "(?:香港|澳门|澳門|北京|台北|臺北|台湾|臺灣|当地|當地)[时時][间間]\\s?:?\\s?"
"""Whose clock a time is told by, before it."""
_YEAR_CALLED = r"(?:\s?(?:г(?:\.|ода)|р(?:\.|оку)|r(?:\.|oku)|ж\.)(?=[\s,]))?"
"""The word for a year behind its number, between the day and the time."""
_AFTER = han_pattern(
    rf"{_YEAR_CALLED}(?:\s{{0,3}}t|\.\s{{1,3}}(?=오[전후]|\d\d?:\d)|\sd\.,?\s{{1,3}}|\s{{1,3}}|\.?\s{{0,3}}[,|-]\s{{0,3}}|\s?\(?(?:星期|周)[一二三四五六日天]\)?\s{{0,3}}(?:{BY_CLOCK_OF})?|(?:\.?\s?,\s?|\.?\s{{1,2}})?[(\[]?(?=\w)(?:{alternation(WEEKDAYS)})\.?[)\]]?\s{{0,2}}[,|-]?\s{{1,2}}(?:at\s|um\s)?|\.?\s?\((?:[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?)\)\s{{0,3}}|(?:[.,]|\s[-–|])?\s{{0,3}}(?:at|um|u|à|às|a\sl[ae]s|alle(?:\sore)?|ore|om|kl\.?|klo|[ов]|{_TOLD_BY}|ساعت|الساعة)\s{{1,3}})?"
    rf"{_CLOCK}{STATED}",
    re.I,
)
_BEFORE = han_pattern(
    rf"{_CLOCK}{STATED}\s{{0,2}}[,|]?(?:\s{{1,2}}(?:{alternation(WEEKDAYS)})\.?,?)?\s{{0,3}}$", re.I
)


class DateOrder(StrEnum):
    """How a page writes `8/9/2023`: what it is known to mean, or that nobody knows."""

    UNSURE = "unsure"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text and where it stands there, its time of day included."""

    when: When
    start: int
    end: int


def find_dates(text: str, zone: str, order: DateOrder = DateOrder.UNSURE) -> list[FoundDate]:
    """Every full date in the first 2,000 characters of `text`, in order. Offsets fit `text`."""
    plain = narrow(text[:_MAX_TEXT])
    years = [
        (start, _behind_number(plain, end))
        for start, end in around(plain, _ANY_YEAR, _BEFORE_YEAR, _AFTER_YEAR)
    ]
    found = []
    for match in chain.from_iterable(_DATE.finditer(plain, *stretch) for stretch in years):
        day = _numeric(match, plain, order) if match["y6"] else _matched_day(match)
        if day is not None:
            found.append(_with_time(plain, match.span(), day, zone))
    more = [
        *(find_named(plain, years) if years else ()),
        *_of_an_era(plain),
        *_of_thai_years(plain),
        *_of_persian_years(text, plain, zone),
        *_of_short_years(plain, order),
    ]
    for day, start, end in more:
        if not any(start < each.end and each.start < end for each in found):
            found.append(_with_time(plain, (start, end), day, zone))
    return sorted(found, key=lambda each: each.start) if more else found


def _behind_number(text: str, end: int) -> int:
    """The end of a stretch, or that of the number which it would part: half of one is no year."""
    while 0 < end < len(text) and text[end - 1].isdecimal() and text[end].isdecimal():
        end += 1
    return end


ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "R": 2018, "H": 1988}
"""The year before the first of each count, in that of the common era."""


def common_year(era: str, said: str) -> int:
    """The year CE of a year of an era: 2026 of `令和`, `8`. The first is `元` or `1`."""
    return ERAS[era] + (1 if said == "元" else int(said))


_ERA = han_pattern(
    r"(令和|平成|民[國国])\s?(元|\d{1,3})\s?年\s?(?:\((?:西暦)?\s?\d{4}年?\)\s?)?(\d\d?)\s?月\s?(\d\d?)\s?日"
    r"|(?<![A-Za-z\d])(令和|平成|民[國国]|[RH])\.?\s?(元|\d{1,3})\s?[./]\s?(\d\d?)\s?[./]\s?(\d\d?)(?![\d./])"
)
"""Years as Japan counts them by reigns, and Taiwan since 1912. `R8.3.5` is one where it stands
alone: releases of programs are counted so, too."""
_LED = lazy_pattern(r"年|[RH令平民](?:(?<=[RH])|和|成|[國国])\.?\s?[元\d]")
_LONGEST_ALONE = 24
_REPUBLIC = han_pattern(
    r"(?:(?:日期|时间)\s?:?|(?:发布|公告|刊登|更新|异动|检视)日?\s?:)\s?(1[0-4]\d|[89]\d)\s?[-/.]\s?(\d\d?)\s?[-/.]\s?(\d\d?)(?![\d.])"
    r"|(?<![\d.])(10[1-9]|1[12]\d)\s?年\s?(\d\d?)\s?月\s?(\d\d?)\s?日"
    r"|^\s{0,9}(1[0-2]\d)[-/.](\d\d)[-/.](\d\d)(?=\s{0,9}(?:$|\d\d:\d\d))"
)
"""`發布日期：113-04-12`, `113年4月12日`, `113/04/12` alone: as Taiwan counts, since years of three
digits can be no others."""


_THREE_DIGITS = lazy_pattern(r"(?<![\d.])(?:1[0-4]|[89])\d\s?[-/.年]")


def _of_an_era(plain: str) -> Iterator[tuple[date, int, int]]:
    for match in _REPUBLIC.finditer(plain) if _THREE_DIGITS.search(plain) else ():
        group = match.lastindex or 3
        year, month, number = (int(match[each]) for each in range(group - 2, group + 1))
        try:
            day = date(1911 + year, month, number)
        except ValueError:
            continue
        yield day, match.start(group - 2), match.end()
    for match in _ERA.finditer(plain) if _LED.search(plain) else ():
        era, counted, month, number = filter(None, match.groups())
        if era in "RH" and len(plain.strip()) > _LONGEST_ALONE:
            continue
        year = 1 if counted == "元" else int(counted)
        try:
            yield date(ERAS[era] + year, int(month), int(number)), *match.span()
        except ValueError:
            continue


_SHORT = lazy_pattern(r"(?<![\w/.-])(\d\d?)/(\d\d?)/(\d\d)(?![\w/.%-])")
_SHORT_DOTTED = lazy_pattern(
    r"(?<![\w/.-])(\d\d?)\.(\d\d?)\.(\d\d)(?![\w/%-]|\.\d)"
    r"(?:(?=\.?,?\s{1,3}[^\d\n]{0,12}\d\d?[:.]\d\d(?![\d.]))()|(?=\.?\s?$))"
)
"""A day before a time of day, or at the end of its line: versions are numbered so, too."""
_THIS_CENTURY = 50
"""Years of two digits below this are of this century, above 89 of the last."""


_THAI_DAY = lazy_pattern(
    r"(?<!\d)(\d\d?)\s{0,3}([\u0e01-\u0e2e][\u0e01-\u0e4e]{2,11}"
    r"|[\u0e01-\u0e4e]{1,3}\.\s?[\u0e01-\u0e2e])\.?\s{0,3}(\d\d)(?![\d:.])"
)


_THAI = lazy_pattern("[\u0e01-\u0e2e]")


def _of_thai_years(plain: str) -> Iterator[tuple[date, int, int]]:
    """`5 มี.ค. 69`: the last two digits of a year as Thailand counts them."""
    for match in _THAI_DAY.finditer(plain) if _THAI.search(plain) else ():
        number = _MONTH_NUMBERS.get(_folded(match[2]))
        if number is None:
            continue
        try:
            yield date(2500 - _BUDDHIST + int(match[3]), number, int(match[1])), *match.span()
        except ValueError:
            continue


_PERSIAN_LETTERS = str.maketrans("يىك", "ییک")


def _persian(name: str) -> str:
    """A name in the letters of Persian keyboards, where it was typed on an Arabic one."""
    return name.translate(_PERSIAN_LETTERS)


_PERSIAN_MONTHS = {
    name: number
    for listed in (
        "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
        "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
        "وری غويی غبرګولی چنګاښ زمری وږی تله لړم ليندۍ مرغومی سلواغه کب",
    )
    for number, name in enumerate(_persian(listed).split(), 1)
} | {_persian("امرداد"): 5}
_PERSIAN_YEAR = lazy_pattern(r"(?<![\d.])1[34]\d\d(?!\d)")
_PERSIAN_DAY = lazy_pattern(
    r"(?<!\d)(?P<d>\d\d?)(?:\s{0,3}(?:ام|م)\s{1,3}|\s{0,3})(?P<m>[^\W\d_]{2,9})(?:\s?ماه)?[\s،,]{0,4}(?:سال\s)?"
    r"(?P<y>1[34]\d\d)(?!\d)"
)
_PERSIAN_DIGITS = lazy_pattern(
    r"(?<![\d/.-])(?:(?P<y>1[34]\d\d)(?P<s>[/.-])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)"
    r"|(?P<d2>\d\d?)(?P<s2>[/-])(?P<m2>\d\d?)(?P=s2)(?P<y2>1[34]\d\d))(?![\d/-])"
)
_PERSIAN_ZONES = frozenset(("Asia/Tehran", "Asia/Kabul"))
_PERSIAN_LEAP = (1, 5, 9, 13, 17, 22, 26, 30)
_PERSIAN_FROM, _PERSIAN_NEW_YEAR = 1404, date(2025, 3, 21)


def _of_persian_years(text: str, plain: str, zone: str) -> Iterator[tuple[date, int, int]]:
    """`۱۴ اسفند ۱۴۰۴`, and in Iran and Afghanistan `1404/12/14`, by the Solar Hijri calendar.
    Elsewhere years of other digits than the Persian ones may be counted by the moon."""
    if _PERSIAN_YEAR.search(plain) is None:
        return
    for match in _PERSIAN_DAY.finditer(plain):
        month = _PERSIAN_MONTHS.get(_persian(match["m"]))
        day = _persian_day(int(match["y"]), month, int(match["d"])) if month else None
        if day is not None:
            yield day, *match.span()
    for match in _PERSIAN_DIGITS.finditer(plain):
        if zone not in _PERSIAN_ZONES and not "۰" <= text[match.start()] <= "۹":
            continue
        end = "" if match["y"] else "2"
        numbers = (int(match[part + end]) for part in "ymd")
        day = _persian_day(*numbers)
        if day is not None:
            yield day, *match.span()


def _persian_day(year: int, month: int, day: int) -> date | None:
    """A day of the Solar Hijri calendar. None if there is no such day. By the rule of eight leap
    years in thirty-three (Heydari-Malayeri, A concise review of the Iranian calendar, 2004)."""
    leap = year % 33 in _PERSIAN_LEAP
    lengths = (31,) * 6 + (30,) * 5 + (30 if leap else 29,)
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    leaps = _persian_leaps(year) - _persian_leaps(_PERSIAN_FROM)
    days = 365 * (year - _PERSIAN_FROM) + leaps + sum(lengths[: month - 1]) + day - 1
    return _PERSIAN_NEW_YEAR + timedelta(days=days)


def _persian_leaps(year: int) -> int:
    """Leap years before this one."""
    rounds, rest = divmod(year, 33)
    return 8 * rounds + sum(one < rest for one in _PERSIAN_LEAP)


def _of_short_years(plain: str, order: DateOrder) -> Iterator[tuple[date, int, int]]:
    """The days of `11/27/26`, which can be read in one way, and of `11/7/26` where something tells
    what comes first; and of `27.11.26, 16:50` where days come first: in Korea years do."""
    is_short = order is DateOrder.DAY_FIRST and "." in plain and len(plain) < _LONGEST_DOTTED
    is_short = is_short and not _ANY_HAN.search(plain)
    for match in _SHORT_DOTTED.finditer(plain) if is_short else ():
        number, month, year = (int(match[part]) for part in (1, 2, 3))
        is_led = plain[: match.start()].rstrip()[-1:] in ("", ":")
        if (match[4] is None and not is_led) or _THIS_CENTURY <= year < EARLIEST.year % 100:
            continue
        year += 2000 if year < _THIS_CENTURY else 1900
        try:
            yield date(year, month, number), *match.span()
        except ValueError:
            continue
    for match in _SHORT.finditer(plain) if "/" in plain else ():
        first, second, year = map(int, match.groups())
        is_american = first <= 12 < second <= 31 or order is DateOrder.MONTH_FIRST
        if not is_american and order is DateOrder.UNSURE:
            continue
        month, day = (first, second) if is_american else (second, first)
        if _THIS_CENTURY <= year < EARLIEST.year % 100:
            continue
        try:
            yield date(year + (2000 if year < _THIS_CENTURY else 1900), month, day), *match.span()
        except ValueError:
            continue


_LONGEST_DOTTED = 120
_ANY_HAN = lazy_pattern("[\u3400-\u9fff]")


def order_in(texts: Iterable[str], latest: date = date.max) -> DateOrder:
    """What comes first in the numeric days of some texts, as those of them tell that can be read in
    one way: the other has no such day or, in a short line, one after the `latest`. Unsure where
    none does, or they disagree."""
    said = set()
    for text in texts:
        for match in _SLASHED.finditer(text) if "/" in text else ():
            first, second = int(match[1]), int(match[2])
            if first <= 12 < second <= 31:
                said.add(DateOrder.MONTH_FIRST)
            elif second <= 12 < first <= 31 and len(match[3]) == len("2026"):
                said.add(DateOrder.DAY_FIRST)
            elif len(text) <= _LONGEST_ALONE and first <= 12 and second <= 12:
                said |= _order_by_future(first, second, int(match[3]), latest)
    return said.pop() if len(said) == 1 else DateOrder.UNSURE


def _order_by_future(first: int, second: int, year: int, latest: date) -> set[DateOrder]:
    """The order in which `11/12/2026` is read where it lies after the latest day in the other."""
    year += 2000 if year < _THIS_CENTURY else 0
    if not EARLIEST.year <= year <= latest.year:
        return set()
    by_day, by_month = date(year, second, first) > latest, date(year, first, second) > latest
    if by_day == by_month:
        return set()
    return {DateOrder.MONTH_FIRST if by_day else DateOrder.DAY_FIRST}


_SLASHED = lazy_pattern(r"(?<![\w/.-])(\d\d?)/(\d\d?)/(\d\d(?:\d\d)?)(?![\w/.%-])")


def read_date(text: str, zone: str, order: DateOrder = DateOrder.UNSURE) -> When | None:
    """The first date of a text that should be one (a meta, a `datetime` attribute, a feed)."""
    found = find_dates(text, zone, order)
    if found:
        return found[0].when
    month = _YEAR_MONTH.search(narrow(text[:200]))
    if month is not None:
        return month_of(int(month["y"]), int(month["m"]), zone)
    return _compact(text.strip(), zone)


def month_of(year: int, month: int, zone: str) -> When | None:
    """A date known to the month only."""
    return When(date(year, month, 1), Precision.MONTH, zone) if 1 <= month <= 12 else None


def is_plausible(when: When, now: datetime) -> bool:
    """False for dates no article can have: before 1990, or more than two days after `now`."""
    day = when.day
    return day >= EARLIEST and day <= (now + MOST_AHEAD).date()


def implausible(when: When, now: datetime) -> str:
    """Why a date is not plausible, in words. Empty for one that is."""
    if when.day < EARLIEST:
        return f"before {EARLIEST.year}"
    return "" if is_plausible(when, now) else AFTER_FETCH


def _matched_day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    try:
        if groups["y1"]:
            return date(
                int(groups["y1"]),
                int(groups["m1"] or groups["m1b"]),
                int(groups["d1"] or groups["d1b"]),
            )
        if groups["y2"]:
            return date(int(groups["y2"]), int(groups["m2"]), int(groups["d2"]))
        if groups["y3"]:
            return date(_han_year(groups["y3"]), han_number(groups["m3"]), han_number(groups["d3"]))
        if groups["y4"]:
            return date(int(groups["y4"]), english_month(groups["m4"]), int(groups["d4"]))
        if groups["y7"]:
            return date(int(groups["y7"]), int(groups["m7"]), int(groups["d7"]))
        return date(int(groups["y5"]), english_month(groups["m5"]), int(groups["d5"]))
    except ValueError:
        return None


def _numeric(match: re.Match[str], plain: str, order: DateOrder) -> date | None:
    """The day of `29/8/2023`. Of `8/9/2023` only where something tells what comes first."""
    first, second, year = int(match["a6"]), int(match["b6"]), int(match["y6"])
    if order is DateOrder.UNSURE and (match["sep6"][0] == "." or year in _BUDDHIST_YEARS):
        order = DateOrder.DAY_FIRST  # only where days come first are they written so
    elif order is DateOrder.UNSURE and _AMERICAN.match(plain, match.end()):
        order = DateOrder.MONTH_FIRST
    if second > 12 or (first <= 12 and order is DateOrder.MONTH_FIRST):
        first, second = second, first
    elif first <= 12 and first != second and order is DateOrder.UNSURE:
        return None
    try:
        return date(year, second, first)
    except ValueError:
        return None


def _han_year(text: str) -> int:
    digits = [max(0, "零一二三四五六七八九".find(c)) for c in text]
    return int("".join(map(str, digits)))


def han_number(text: str) -> int:
    """Small Chinese numbers: 八 8, 十 10, 十五 15, 二十 20, 三十一 31."""
    head, ten, tail = text.partition("十")
    digit = " 一二三四五六七八九".find
    if not ten:
        return max(0, digit(head)) if len(head) == 1 else 0
    return (digit(head) if head else 1) * 10 + (digit(tail) if tail else 0)


_BUDDHIST = 543
_BUDDHIST_YEARS = range(EARLIEST.year + _BUDDHIST, 2700)
"""Years as Thailand counts them: those of no other calendar are so far ahead."""


def _with_time(text: str, span: tuple[int, int], day: date, zone: str) -> FoundDate:
    start, end = span
    if day.year in _BUDDHIST_YEARS:
        day = day.replace(year=day.year - _BUDDHIST)
    clock = _AFTER.match(text, end)
    if clock is not None:
        end = clock.end()
    else:
        lead = max(0, start - 24)
        clock = _BEFORE.search(text[lead:start])
        if clock is not None:
            start = lead + clock.start()
            start += len(text[start:]) - len(text[start:].lstrip())
    when = _timed(day, clock, zone) if clock is not None else None
    if when is None:
        return FoundDate(When(day, Precision.DAY, zone), *span)
    return FoundDate(when, start, end)


_MINUTES = ("mi", "mi6", "mi2", "mi3", "mi4", "mi5")
_AFTER_NOON = ("下午", "晚上", "傍晚", "夜间", "午后", "午後", "오후")


def _timed(day: date, clock: re.Match[str], zone: str) -> When | None:
    hour, minute = (
        int(clock["h"]),
        int(next((clock[name] for name in _MINUTES if clock[name]), 0)),
    )
    seconds = clock["s"] or clock["s2"]
    second = int(seconds or 0)
    half = (clock["half"] or "").lower()[:1]
    if (half in ("p", "c") or clock["pre"] in _AFTER_NOON) and hour < 12:
        hour += 12
    if (half in ("a", "s") or clock["pre"] in ("午前", "오전")) and hour == 12:
        hour = 0
    if hour > 23:
        return None
    if hour == minute == second == 0:
        # Systems that keep only the day print it as midnight; the day is what is known.
        return When(day, Precision.DAY, zone)
    precision = Precision.SECOND if seconds else Precision.MINUTE
    moment = datetime.combine(day, time(hour, minute, second))
    return in_stated_zone(moment, clock["tz"] or "", precision, zone)


_COMPACT = lazy_pattern(
    r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:[T\s]?(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)?)?"
)


def _compact(text: str, zone: str) -> When | None:
    """`20230805`, `20230805T0930`, `20230805093000`, and seconds since 1970, whole text only."""
    match = _COMPACT.fullmatch(text)
    if match is None:
        return _epoch(text, zone)
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
        if not match["h"] or match["h"] + match["mi"] + (match["s"] or "") in ("0000", "000000"):
            return When(day, Precision.DAY, zone)
        clock = time(int(match["h"]), int(match["mi"]), int(match["s"] or 0))
    except ValueError:
        return None
    moment = datetime.combine(day, clock)
    return in_stated_zone(moment, "", Precision.SECOND if match["s"] else Precision.MINUTE, zone)


def _epoch(text: str, zone: str) -> When | None:
    if not re.fullmatch(r"1[0-9]{9}(?:[0-9]{3})?", text):
        return None
    own = zone_named(zone)
    moment = datetime.fromtimestamp(int(text[:10]), own or UTC)
    return When(moment, Precision.SECOND, own.key if own else "UTC")
