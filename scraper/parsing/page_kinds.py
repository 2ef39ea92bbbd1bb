"""Pages that are no article: soft 404, login, anti-bot, empty, bytes that are no page at all.

Says what a response is, from its status, bytes and text. Reads no fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Capture, Outcome

from ..challenges import CHECK_WORDS, has_trap
from . import languages
from .body.place import has_values, share_beside, weight
from .page import Page
from .text import narrow, squeeze
from .tree import Element, attribute, line_text, names_of, text_size

SHORT = 600
"""Visible characters below which a page may be nothing but a message."""

LOGIN_PAGE = "a login page"
"""The reason that a page which asks to log in is none. Whatever stands behind it may be there."""

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"\x1f\x8b\x08", "a gzip file"),
    (b"ID3", "an audio file"),
    (b"wOFF", "a font"),
    (b"{\\rtf", "an RTF file"),
)
_CONTROLS = bytes((1, 2, 3, 4, 5, 6, 14, 15, 16, 17))
"""Of binary data. Zeros are UTF-16's as well."""
_MISSING = han_pattern(
    r"页面(?:不存在|没有找到|未找到|找不到|已删除|已被删除|丢失|走丢|无法访问|出错)|找不到(?:您|你)?(?:要|想|所)?(?:访问|查看|请求|浏览)?的?(?:页面|网页|内容|文章|信息)"
    r"|(?:访问|请求|浏览|查看|查找)的?(?:页面|网页|内容|文章|信息|资源|地址)(?:不存在|已(?:被)?删除|已下线|未找到|没有找到|可能)"
    r"|(?:内容|文章|信息|稿件|该文|文档)(?:不存在|已(?:被)?删除|已下线|已过期)|该信息已|抱歉.{0,20}(?:不存在|找不到|删除)|无法找到该?页"
    r"|(?:page|file|document|article|content|url)\s(?:you\s.{0,40}\s)?(?:was\s|is\s|has been\s"
    r"|could\s|can\s?)?(?:(?:not|n't) (?:be )?(?:found|available|exist)|no longer|removed"
    r"|deleted)"
    r"|not found|404 error|error 404|http 404|no longer (?:available|exists)|does(?:n't"
    r"| not) exist|page (?:is )?missing",
    re.I,
)
_SORRY = (
    r"(?:we(?:'re| are) )?(?:very )?sorry|oops|whoops|uh[- ]oh|oh no|hoppla|ups|entschuldigung"
    r"|désolée?|lo sentimos|spiacenti|ops|beklager|tyvärr|抱歉|对不起|很抱歉"
)
_MISSING_HEADING = han_pattern(
    rf"(?<!\W)\W{{0,5}}(?:404\W{{1,5}})?(?:(?:{_SORRY})\W{{1,4}}(?:but )?)?"
    rf"(?:{languages.alternation(languages.MISSING_PAGE)})(?:\W{{1,5}}404)?\W{{0,5}}",
    re.I,
)
_SEARCH = han_pattern(
    rf"\W{{0,3}}(?:{languages.alternation(languages.FOUND_BY_SEARCH)})"
    r"(?:\s(?:for|für|pour|para|per|voor|för|dla|pro|по запросу)\s.{1,60}|\s?[:：\"“«].{0,60})?"
    r"\W{0,3}",
    re.I,
)
_SITE_PAGE = han_pattern(rf"(?:{languages.alternation(languages.SITE_PAGE)})\W{{0,3}}", re.I)
_SITE_NAME = lazy_pattern(r"\s[-|:·»/]{1,2}\s")
_LONGEST_HEADING, _MOST_HEADINGS = 100, 5
_MISSING_TITLE = han_pattern(
    r"^\W*(?:(?:http |error |错误\s?)?404(?!\s?[a-z0-9]{2,}|\s?[个名家项年万亿人件次])"
    r"|系统提示|提示信息|出错了|错误(?:页面|提示)|object moved)|\b404\s(?:not found|error)",
    re.I,
)
_LOGIN = han_pattern(
    r"登录|登陆|log\s?in|sign\s?in|统一身份认证|用户名|password|subscribe to (?:read|continue)"
    r"|会员专享",
    re.I,
)
_HOME = lazy_pattern(r"/?(?:index|default|home|main)?(?:\.(?:s?html?|aspx?|php|jsp))?", re.I)


@dataclass(frozen=True, slots=True)
class PageVerdict:
    """Why a response is no article."""

    outcome: Outcome
    reason: str


def judge_response(capture: Capture) -> PageVerdict | None:
    """What status and bytes alone tell. None where the page has to be read."""
    status, body = capture.status, capture.body
    refused = status >= 400
    if status in (412, 521, 468) or (refused and has_trap(body)):
        return PageVerdict(Outcome.BLOCKED, f"status {status} with an anti-bot answer")
    if status in (404, 410):
        return PageVerdict(Outcome.GONE, f"status {status}")
    if status >= 400 and status != 403:
        return PageVerdict(Outcome.HTTP_ERROR, f"status {status}")
    if not body.strip():
        return PageVerdict(Outcome.EMPTY, "no bytes but white space")
    kind = sniff(body)
    if kind:
        return PageVerdict(Outcome.UNSUPPORTED, f"the bytes are {kind}, not a page")
    return None


def sniff(body: bytes) -> str:
    """What binary format the bytes are, in words. Empty for anything that may be text."""
    head = body[:16].lstrip(b"\r\n\t ") if body[:1] in b"\r\n\t " else body[:16]
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "a WebP image"
    if body[4:8] == b"ftyp":
        return "a video"
    sample = body[:4096]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) // 50 and b"<" not in sample[:64]:
        return "binary data"
    return ""


def judge_page(page: Page, capture: Capture) -> PageVerdict | None:
    """What the text of a page tells about the whole page. None for one that may be an article."""
    size = page.visible_size
    title = narrow(page.title_text)
    # Only what is said on a page that says little is about the page itself.
    few = page.lines[:60] if size < SHORT else ()
    text = narrow(" ".join(line.text for line in few))[:4000]
    if size < SHORT and has_trap(capture.body):
        return PageVerdict(Outcome.BLOCKED, "an anti-bot script instead of a page")
    claims = bool(page.meta("articletitle") or page.meta("pubdate"))
    if size < SHORT and not claims and (CHECK_WORDS.search(title) or _asks(text, size)):
        return PageVerdict(Outcome.BLOCKED, "asks for a check that only people pass")
    if capture.status == 403:
        return PageVerdict(Outcome.BLOCKED if size < SHORT else Outcome.HTTP_ERROR, "status 403")
    if size < SHORT and not claims and (told := _missing_by_script(page)):
        return PageVerdict(Outcome.SOFT_404, f"status {capture.status}, but a script says {told!r}")
    if size == 0:
        has_picture = bool(page.tags("img")) and bool(page.title_text)
        return None if has_picture else PageVerdict(Outcome.EMPTY, "no visible text")
    if _MISSING_TITLE.match(title) or (_MISSING.search(title) and size < 3 * SHORT):
        return PageVerdict(
            Outcome.SOFT_404, f"status {capture.status}, but titled {page.title_text[:60]!r}"
        )
    if not claims and (heading := _heading_of(page, title, _SEARCH)):
        return PageVerdict(Outcome.EMPTY, f"what a search found, headed {heading!r}")
    if not claims and (heading := _heading_of(page, title, _MISSING_HEADING)):
        return PageVerdict(Outcome.SOFT_404, f"status {capture.status}, but headed {heading!r}")
    if size < SHORT and not claims and _MISSING.search(text):
        return PageVerdict(
            Outcome.SOFT_404, f"status {capture.status}, but the text says it is missing"
        )
    if size < 3 * SHORT and not claims and _is_for_sale(page, text):
        return PageVerdict(Outcome.SOFT_404, "a parked domain, for sale")
    if _is_login(page, size, title):
        return PageVerdict(Outcome.SOFT_404, LOGIN_PAGE)
    # A notice that a portal publishes of its own service stands among the portal's links.
    if size < 2 * SHORT and len(page.tags("a")) <= _FEW_LINKS and not claims:
        if size < SHORT and (_RESTS.search(title) or _RESTS.search(text[:200])):
            return PageVerdict(Outcome.HTTP_ERROR, "says that the site is under maintenance")
        if _asks_consent([narrow(line.text) for line in page.lines[:60]]):
            return PageVerdict(
                Outcome.BLOCKED, "asks for consent to cookies before it shows a page"
            )
    return None


def _missing_by_script(page: Page) -> str:
    """What a script of a page says at once, before it goes back, where it is that what was asked
    for is missing. Empty where none does."""
    for tag in page.tags("script"):
        told = _SAID_AT_ONCE.match(line_text(tag))
        if told is not None and _IS_MISSING.search(told[1]):
            return told[1]
    return ""


_SAID_AT_ONCE = lazy_pattern(
    r"""[\s/<!-]{0,40}(?:\w{1,20}\.){0,2}alert\s?\(\s?["'`]([^"'`\n]{2,120})["'`]\s?\)\s?;?"""
    r"\s{0,40}(?:\w{1,20}\.){0,2}(?:history|location|close|open)\b"
)
_IS_MISSING = han_pattern(
    rf"{_MISSING.pattern}|{languages.alternation(languages.IS_MISSING)}", re.I
)
_FEW_LINKS, _ASKED = 6, 3
_RESTS = han_pattern(
    r"(?:系统|网站|本站|平台|服务器?)(?:正在)?(?:进行)?(?:维护|升级|割接|建设)中?|(?:停机|例行)维护"
    r"|(?:down for|under|undergoing|scheduled|performing|routine|in)\s(?:\w{1,12}\s)?maintenance"
    r"|maintenance (?:mode|page|in progress)|be (?:right )?back (?:soon|shortly|online|in a)"
    r"|(?:site|website|service|page) is (?:temporarily|currently) (?:unavailable|down|offline)"
    r"|under construction|wartungsarbeiten|(?:en cours de|en|em|in) (?:maintenance|mantenimiento"
    r"|manutenção|manutenzione)|メンテナンス中|점검 중|технически[ех]{1,2} работ|bảo trì",
    re.I,
)
_CONSENT = han_pattern(
    r"(?P<who>\b(?:our|\d{2,4}) (?:\w{1,12} )?(?:partners|vendors)\b)"
    r"|(?P<what>\bcookies?\b|unique identifiers|(?:on|from) (?:your|a) device|\btracking\b"
    r"|\btraceurs\b)"
    r"|(?P<yes>\b(?:accept|allow|agree to) (?:all|and|cookies)\b|全部接受|接受(?:所有|全部)"
    r"|同意并继续|\b(?:alles? )?(?:akzeptieren|zustimmen)(?: und)?\b"
    r"|\b(?:tout )?accepter (?:et|tout)\b|\b(?:accettare?|accetta|aceptar|aceitar) (?:todas|todos"
    r"|tutti|tutto|y|e)\b)"
    r"|(?P<no>\b(?:reject|refuse|decline|deny)(?: all)?\b|拒绝(?:所有|全部)?|\bablehnen\b"
    r"|\btout refuser\b|\bsans accepter\b|\b(?:rechazar|rejeitar|rifiuta)\b|\bwerbefrei|\bpur-abo\b"
    r"|\bohne (?:werbe)?tracking\b)"
    r"|(?P<choice>\b(?:manage|change|customi[sz]e|your|more) (?:\w{1,12} )?(?:choices|options"
    r"|preferences|settings)\b|legitimate interest|\bconsent\b|管理(?:选项|设置|偏好)"
    r"|\bdatenschutzerklärung\b|\beinwilligung\b|\bconsentement\b|\bconsentimiento\b|\bconsenso\b)",
    re.I,
)
"""What a page says that is nothing but the question whether cookies may be set."""


_FOR_SALE = han_pattern(
    r"(?:this|the) (?:web ?site |premium )?domain(?: name)? (?:\S{1,80} )?(?:is|may be|has been)"
    r" (?:\w{1,12} )?(?:for sale|parked|expired|available for purchase)"
    r"|(?:buy|purchase) this domain|domain (?:parking|is parked)|inquire about this domain"
    r"|(?:此|该|本)域名.{0,12}(?:出售|转让|到期|过期|停放)|域名(?:正在)?(?:出售|转让)中?",
    re.I,
)


def _is_for_sale(page: Page, text: str) -> bool:
    """Whether a page offers its own domain. An article about domains says so further down."""
    said = text or narrow(" ".join(line.text for line in page.lines[:12]))[:1_000]
    return _FOR_SALE.search(f"{narrow(page.title_text)} {said}") is not None


def _asks_consent(lines: Sequence[str]) -> bool:
    """Whether most of what a page says is the question whether cookies may be set."""
    asked = [(line, {match.lastgroup for match in _CONSENT.finditer(line)}) for line in lines]
    kinds = set().union(*(found for _, found in asked))
    size = sum(len(line) for line, found in asked if found)
    return len(kinds) >= _ASKED and size * 2 >= sum(map(len, lines))


def checks_for_people(page: Page, capture: Capture) -> bool:
    """Whether a short page wants to know whether a person asks: by a script that firewalls use, or
    in words. That it wants JavaScript is not enough."""
    if page.visible_size >= SHORT:
        return False
    text = narrow(f"{page.title_text} {' '.join(line.text for line in page.lines[:60])}")[:4000]
    asked = (found[0].lower() for found in CHECK_WORDS.finditer(text))
    return has_trap(capture.body) or any(not words.startswith("enable") for words in asked)


def _asks(text: str, size: int) -> bool:
    """True where next to nothing but the demand is there. Longer texts may be about captchas."""
    return size < SHORT // 3 and CHECK_WORDS.search(text) is not None


def went_home(capture: Capture) -> bool:
    """True where an article's address led to a front page."""
    asked, got = urlsplit(capture.url), urlsplit(capture.final_url or capture.url)
    if asked.path == got.path or got.query:
        return False
    return _HOME.fullmatch(got.path) is not None and _HOME.fullmatch(asked.path) is None


def _heading_of(page: Page, title: str, kind: re.Pattern[str]) -> str:
    """The heading by which a page says that it is of this kind, however much its menus hold beside
    it: one of its headlines, or what its title says besides the name of the site. Empty for any
    other page."""
    headings = (narrow(line_text(tag)) for tag in page.tags("h1")[:_MOST_HEADINGS])
    for heading in (*_SITE_NAME.split(title[:300]), *headings):
        plain = heading.replace("\u2019", "'").strip()
        if len(plain) <= _LONGEST_HEADING and kind.fullmatch(plain):
            return plain
    return ""


def site_page_heading(page: Page, title: str) -> str:
    """The heading of a page that belongs to the site itself, `Contact us`: by all words of it.
    Empty for any other page."""
    for heading in (title, page.title_text):
        first = _SITE_NAME.split(narrow(heading)[:300])[0].strip()
        if len(first) <= _LONGEST_HEADING and _SITE_PAGE.fullmatch(first):
            return first
    return ""


_EVERGREEN = han_pattern(rf"(?:{languages.alternation(languages.EVERGREEN_PAGE)})\W{{0,3}}", re.I)
_EVERGREEN_PART = han_pattern(
    rf"(?:[一二三四五六七八九十]{{1,2}}、)?(?:{languages.alternation(languages.EVERGREEN_PART)})\W{{0,3}}",
    re.I,
)
_FOR_SALE_BUTTON = han_pattern(rf"(?:{languages.alternation(languages.FOR_SALE)})\W{{0,3}}", re.I)
_TRAIL = lazy_pattern(
    r"bread-?crumb|crumbs?(?![a-z])|(?<![a-z])(?:pos|position|weizhi|dqwz)(?![a-z])"
)
_LIVE = han_pattern(
    r"\b(?:refreshed|updated|renewed) (?:every|hourly|daily|each|once an? )\b|\bin real time\b"
    r"|实时(?:更新|数据|监测)|每.{1,6}更新一次|(?:werden|wird) (?:alle|stündlich|laufend)\b",
    re.I,
)
_VALUE = lazy_pattern(r"[<>≤≥~+-]?\d[\d.,]{0,12}\s?(?:[^\s\d]\S{0,11}\s?){0,3}")
_MAP = han_pattern(
    r"(?:.{0,40}\s)?(?:maps?|karte|carte|mapa|mappa|kaart)|.{0,20}(?:地图|地圖|導覽圖|导览图)", re.I
)
_QUESTIONS, _ENTRIES, _VALUES, _INPUTS, _PARTS = 3, 4, 2, 3, 2
_TYPED = frozenset(("", "text", "email", "tel", "number", "date", "password"))
_LONGEST_PART = 24


def evergreen_page(page: Page, title: str, body: Element, *, is_dated: bool) -> str:
    """Why a page is one that stands for years and tells nothing new: it sells something, or it has
    no day and its heading, its place in the site, the headings of its parts or what it asks say so.
    Empty for any other page. `body` is the element of its text."""
    if _sells(page, title):
        return "offers for sale what its headline names"
    if is_dated:
        return ""
    names = (_SITE_NAME.split(narrow(text)[:300])[0].strip() for text in (title, page.title_text))
    for heading in names:
        if len(heading) <= _LONGEST_HEADING and _EVERGREEN.fullmatch(heading):
            return f"a page of the site itself, headed {heading!r}"
    if step := _evergreen_step(page):
        return f"a page of the site itself, under {step!r}"
    box = _box_of(page, title, body)
    inside = set(box.iter())
    lines = [line for line in page.lines if line.tag in inside]
    short = [narrow(line.text) for line in lines if len(line.text) <= _LONGEST_PART]
    if len({text for text in short if _EVERGREEN_PART.fullmatch(text)}) >= _PARTS:
        return "says who an office or a person is, or when a place is open"
    asked = [line_text(tag).rstrip() for name in ("summary", "dt") for tag in box.iter(name)]
    if len(asked) >= _QUESTIONS and all(text.endswith(("?", "？")) for text in asked):
        return "questions with their answers"
    terms = [line_text(tag).casefold() for tag in body.iter("dt")]
    if len(terms) >= _ENTRIES and terms == sorted(terms):
        return "a glossary"
    if text_size(body) < SHORT and any(map(_is_to_be_filled_in, box.iter("form"))):
        return "a form to be filled in"
    if sum(_VALUE.fullmatch(text) is not None for text in short) >= _VALUES and any(
        _LIVE.search(line.text) for line in lines
    ):
        return "values that are renewed all the time"
    inside = set(body.iter())
    runs = any(weight(line) > 0 for line in lines if line.tag in inside)
    if not runs and any(map(has_values, body.iter("table"))):
        return "nothing but a table of values"
    is_map = _MAP.fullmatch(narrow(title)) is not None
    if is_map and any(_is_empty_map(tag) for tag in box.iter("div", "canvas", "iframe")):
        return "a map"
    return ""


def _evergreen_step(page: Page) -> str:
    """The page of the site itself under which this one stands, as the links above it say: `Home ›
    About us › The board`. Empty where there is none."""
    for trail in islice(page.with_class_like(_TRAIL), _MOST_TRAILS):
        for link in [*islice(trail.iter("a"), _MOST_STEPS)][1:]:
            step = narrow(line_text(link)).strip()
            if _SITE_PAGE.fullmatch(step):
                return step
    return ""


_MOST_TRAILS, _MOST_STEPS = 4, 8


def _box_of(page: Page, title: str, body: Element) -> Element:
    """The innermost element that holds both the text and the headline above it."""
    key = squeeze(title)
    above = (line.tag for line in page.lines if key and squeeze(line.text) == key)
    around = {node for tag in above for node in (tag, *tag.iterancestors())}
    return next((node for node in (body, *body.iterancestors()) if node in around), body)


def _is_to_be_filled_in(form: Element) -> bool:
    """Whether a form asks for several things, and is none for comments or letters of news."""
    asked = [
        tag for tag in form.iter("input", "textarea") if attribute(tag, "type").lower() in _TYPED
    ]
    around = islice(form.iterancestors(), _AROUND)
    beside = any(share_beside("div", names_of(node)) for node in (form, *around))
    return len(asked) >= _INPUTS and not beside


_AROUND = 4


def _is_empty_map(tag: Element) -> bool:
    """Whether an element is called a map and says nothing: a script draws into it."""
    named = "map" in _WORDS.split(names_of(tag).lower())
    return named and text_size(tag) == 0


_WORDS = lazy_pattern(r"[\s_-]{1,9}")


def _sells(page: Page, title: str) -> bool:
    """Whether a page sells what its headline names: a button beside it says so, and no article is
    said to be there."""
    heading = squeeze(title)
    if not heading or page.meta("og:type").lower() == "article":
        return False
    for at, line in enumerate(page.lines):
        if squeeze(line.text) == heading:
            near = page.lines[at + 1 : at + 1 + _NEAR]
            return any(_FOR_SALE_BUTTON.fullmatch(narrow(each.text)) for each in near)
    return False


_NEAR = 15


def _is_login(page: Page, size: int, title: str) -> bool:
    """Whether a page asks to log in: in few words, or headed so above a field for a password."""
    asks = any(attribute(tag, "type").lower() == "password" for tag in page.tags("input"))
    if asks and (size < SHORT or _heading_of(page, title, _LOGIN_HEADING)):
        return True
    return size < SHORT // 2 and _LOGIN.search(title) is not None


_LOGIN_HEADING = han_pattern(rf"(?:{languages.alternation(languages.LOG_IN)})\W{{0,3}}", re.I)
