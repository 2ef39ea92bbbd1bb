"""Names of months beyond English: those of the languages that news is mostly written in.

Tells `4 juillet 2016` and `4. Juli 2016` as days. Knows names only; zones and times of day are
read by `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_NAMES = (
    # Germanic
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz apr mai jun jul aug sept okt nov dez",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
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
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenog"
    " prosinca",
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra"
    " decembra",
    # others written in Latin, Greek, Hebrew and Arabic letters
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "január február március április május június július augusztus szeptember október november"
    " december",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta"
    " syyskuuta lokakuuta marraskuuta joulukuuta",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου"
    " οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
)
_MONTHS: dict[str, int] = {}
for _listed in _NAMES:
    for _number, _name in enumerate(_listed.casefold().split(), 1):
        # The Croatian and the Polish listopad are different months: who comes first has it.
        _MONTHS.setdefault(_name, _number)

_WORD = r"[^\W\d_][\w'’]{2,12}"
_OF = r"(?:\s{1,3}(?:de|del|d['’]|di|of))?"
_DAY_FIRST = re.compile(
    rf"(?<![\d.:/-])(\d\d?)(?:\.|er|º|°|-|ª)?\s{{0,3}}{_OF}[\s-]{{0,3}}({_WORD})\.?,?{_OF}[\s,-]{{1,3}}"
    r"((?:19|20)\d\d)(?!\d)",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)({_WORD})\.?\s{{1,3}}(\d\d?)(?:st|nd|rd|th)?\s{{0,3}},\s{{0,3}}((?:19|20)\d\d)(?!\d)"
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)((?:19|20)\d\d)(?:\.|,)?\s{{1,3}}({_WORD})\.?\s{{1,3}}(\d\d?)(?!\d)"
)


def find_named(text: str, years: Sequence[tuple[int, int]]) -> tuple[date, int, int] | None:
    """The first day with a month's name in any of the languages: the day, start and end. Looked
    for in these stretches of the text, those around a year."""
    match = _first(_DAY_FIRST, text, years)
    if match is not None:
        return _day(match, match[3], match[2], match[1])
    match = _first(_MONTH_FIRST, text, years)
    if match is not None:
        return _day(match, match[3], match[1], match[2])
    match = _first(_YEAR_FIRST, text, years)
    return None if match is None else _day(match, match[1], match[2], match[3])


def _first(
    pattern: re.Pattern[str], text: str, stretches: Sequence[tuple[int, int]]
) -> re.Match[str] | None:
    found = (pattern.search(text, *stretch) for stretch in stretches)
    return next((match for match in found if match is not None), None)


def _day(match: re.Match[str], year: str, month: str, day: str) -> tuple[date, int, int] | None:
    number = _MONTHS.get(month.casefold())
    try:
        return (date(int(year), number, int(day)), *match.span()) if number else None
    except ValueError:
        return None
