"""Pages that are no article, and pages that are too much: outcomes, reasons, time."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.bounds import trim
from scraper.parsing.tree import MAX_DEPTH
from scraper.sources.model import FieldRules
from storage.types import Outcome, Reading
from tests.support.effort import cpu
from tests.support.examples import examples
from tests.support.make import capture

URL = "http://www.practice.test/2023-08/05/c_1.htm"
TEXT = "<p>The city opened a new laboratory for big data on Monday, and forty companies want to use it.</p>"
GOOD = f"<title>A laboratory opens</title><h1>A laboratory opens</h1><div id=zoom>{TEXT * 3}</div>"


def read(
    body: bytes | str, status: int = 200, final: str = URL, kind: str = "text/html; charset=utf-8"
) -> Reading:
    raw = body.encode() if isinstance(body, str) else body
    shot = capture(raw, url=URL, final_url=final, status=status, headers=(("content-type", kind),))
    return read_article(shot, FieldRules(), "t")


def test_a_good_page_is_ok() -> None:
    assert read(GOOD).outcome is Outcome.OK


@pytest.mark.parametrize(
    "script",
    [
        "alert('该公告不存在或已被删除！');history.back();",
        "<!--\nwindow.alert(\"没有找到此条记录\"); window.location.href='index.asp';\n//-->",
        "alert('삭제된 게시물입니다.'); history.go(-1);",
        "alert('The item you want has been removed'); window.close();",
    ],
)
def test_what_a_script_alone_calls_missing_is_missing(script: str) -> None:
    for around in ("", "<p><a href=/>Home</a></p>"):
        page = f"<html><body>{around}<script language=javascript>{script}</script></body></html>"
        assert read(page).outcome is Outcome.SOFT_404


def test_a_script_that_may_say_so_some_day_takes_no_page_away() -> None:
    later = "<script>function go(n){if(!n){alert('该页不存在');history.back();}}</script>"
    other = "<script>alert('欢迎访问本站');location.hash='top';</script>"
    assert read(f"{GOOD}{later}{other}").outcome is Outcome.OK
    assert read(f"<html><body>{other}{later}</body></html>").outcome is Outcome.EMPTY


def test_news_of_something_that_is_for_sale_is_news() -> None:
    head = "<title>Park for sale</title><h1>The park is for sale, and so is the old domain</h1>"
    assert read(f"{head}{TEXT * 4}").outcome is Outcome.OK


WALL = "<p>We and our 340 partners keep cookies on your device to measure advertising.</p><p>Some of them rely on legitimate interest, which you may object to in your settings.</p><button>Accept all</button><button>Reject all</button>"
RESTING = "<h2>系统维护公告</h2><p>因设备更新，本平台自周五零时起暂停访问三天，敬请谅解。</p><p>管理员</p>"


def test_a_notice_of_maintenance_among_a_portals_links_is_an_article() -> None:
    menu = "".join(f"<li><a href=/c{n}/>栏目{n}</a></li>" for n in range(9))
    page = f"<title>系统维护公告</title><ul>{menu}</ul><h1>系统维护公告</h1><div id=zoom>{RESTING}</div>"
    assert read(page).outcome is Outcome.OK


def test_an_article_about_cookies_is_one() -> None:
    said = "<p>Regulators say that sites must let people reject all cookies as easily as accept all of them, and that legitimate interest is no consent.</p>"
    assert read(f"<title>A ruling on cookies</title><h1>A ruling on cookies</h1>{TEXT * 8}{said}").outcome is Outcome.OK  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        (f"<title>Before you go on</title><h1>Your privacy</h1>{WALL}", 200, Outcome.BLOCKED),
        (f"<title>系统维护</title>{RESTING}", 200, Outcome.HTTP_ERROR),
        ("<title>Mill</title><h1>We will be back soon</h1><p>We are performing some maintenance on our servers and will be with you in the afternoon.</p>", 200, Outcome.HTTP_ERROR),
        ("<title>Wartungsarbeiten</title><p>Wir sind in wenigen Stunden wieder da, und danken für die Geduld.</p>", 200, Outcome.HTTP_ERROR),
        ("<title>页面不存在</title><p>您访问的页面不存在或已删除</p>", 200, Outcome.SOFT_404),
        ("<title>贵阳市人民政府</title><p>抱歉，您要访问的页面找不到了。</p>", 200, Outcome.SOFT_404),
        ("<title>404</title>" + TEXT * 20, 200, Outcome.SOFT_404),
        ("<title>city.test</title><h1>This domain is for sale!</h1><p>Buy this domain.</p>", 200, Outcome.SOFT_404),
        ("<title>city.test</title><p>该域名正在出售，有意者请联系我们。</p>", 200, Outcome.SOFT_404),
        ("<title>Page Not Found</title><h1>Sorry</h1>", 200, Outcome.SOFT_404),
        ("<title>News</title><p>The page you requested could not be found.</p>", 200, Outcome.SOFT_404),
        ("<title>统一登录</title><form>用户<input><input type=password></form>", 200, Outcome.SOFT_404),
        ("<title>Sign in</title><form>Name <input></form>", 200, Outcome.SOFT_404),
        ("<script>document.cookie='__jsl_clearance=1';location.reload()</script>", 521, Outcome.BLOCKED),
        ("<script>var x=1</script>", 412, Outcome.BLOCKED),
        ("<html><script>document.cookie='__jsl_clearance_s=1'</script></html>", 200, Outcome.BLOCKED),
        ("<title>安全验证</title><p>请输入验证码</p>", 200, Outcome.BLOCKED),
        ("<title>Just a moment...</title><p>Checking your browser</p>", 403, Outcome.BLOCKED),
        ("<title>访问被拦截</title><p>您的请求带有不合法参数</p>", 403, Outcome.BLOCKED),
        ("", 200, Outcome.EMPTY),
        (" \n\t ", 200, Outcome.EMPTY),
        ("<html><script>var a = 1;</script></html>", 200, Outcome.EMPTY),
        ("<html><body><!-- nothing --></body></html>", 200, Outcome.EMPTY),
        ("gone", 404, Outcome.GONE),
        ("gone", 410, Outcome.GONE),
        ("oops", 500, Outcome.HTTP_ERROR),
    ],
)  # fmt: skip
def test_outcomes(body: str, status: int, outcome: Outcome) -> None:
    reading = read(body, status)
    assert reading.outcome is outcome, reading.reason
    assert reading.article is None
    assert reading.reason
    assert "\n" not in reading.reason


@pytest.mark.parametrize(
    "head",
    [
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"Rar!\x1a\x07",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_files_sent_as_pages(head: bytes) -> None:
    reading = read(head + bytes(range(256)) * 4)
    assert reading.outcome is Outcome.UNSUPPORTED
    assert reading.article is None


def test_a_page_sent_as_a_file_is_read() -> None:
    assert read(GOOD, kind="application/pdf").outcome is Outcome.OK


def test_an_article_that_talks_about_missing_pages_is_an_article() -> None:
    text = "<p>The mayor said the page not found error, a captcha and a login password had annoyed users.</p>"
    html = f"<title>City repairs its portal</title><h1>City repairs its portal</h1><div id=zoom>{text * 12}</div>"
    assert read(html).outcome is Outcome.OK


@pytest.mark.parametrize(
    "final", ["http://www.practice.test/", "http://www.practice.test/index.html"]
)
def test_a_redirect_to_the_front_page_is_a_soft_404(final: str) -> None:
    assert read(GOOD, final=final).outcome is Outcome.SOFT_404


def test_hopeless_bytes_are_bad_encoding() -> None:
    assert (
        read(b"<title>\x81\x20\xff\xff</title>" + bytes(range(129, 255)) * 9).outcome
        is Outcome.BAD_ENCODING
    )


MONSTERS = {
    "nested": GOOD + "<div>" * 200_000 + "x",
    "nested first": "<div>" * 200_000 + GOOD,
    "small tags": GOOD + "<b>x</b>" * 500_000,
    "one text": GOOD + "<p>" + "word " * 4_000_000,
    "attributes": GOOD + "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x</p>",
    "open tags": GOOD + "<" * 2_000_000,
    "comment": GOOD + "<!--" * 500_000,
    "entities": GOOD + "&#x26;" * 500_000,
    "tables": GOOD + "<table><tr><td>" * 60_000,
    "script": GOOD + "<script>" * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MONSTERS)
def test_monsters_end_in_time(name: str) -> None:
    with cpu() as spent:
        reading = read(MONSTERS[name])
    assert spent.under(5), spent
    assert reading.outcome in (Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY)
    if reading.article is not None:
        assert len(reading.article.body.encode()) <= 1024 * 1024


def test_what_is_cut_is_said() -> None:
    reading = read(GOOD + "<div>" * (MAX_DEPTH * 3) + "x")
    assert reading.outcome is Outcome.PARTIAL
    assert "deeper" in reading.reason
    assert reading.article is not None
    assert reading.article.title == "A laboratory opens"


def test_a_long_text_is_cut_on_a_whole_character() -> None:
    reading = read(
        "<meta charset=utf-8>" + GOOD.replace(TEXT * 3, "<p>" + "创新，" * 200_000 + "</p>")
    )
    assert reading.outcome is Outcome.PARTIAL
    assert reading.article is not None
    assert 1024 * 1024 - 4 < len(reading.article.body.encode()) <= 1024 * 1024


def test_a_smaller_than_sign_in_a_script_is_no_tag() -> None:
    script = "<script>for(i=0;i<n;i++){" + "a<b;" * 5_000 + "}</script>"
    assert trim(script + GOOD).cut == ""


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<div id=zoom>", "<table>", "<td>", "2023-08-05", "来源：", "<h1>", "</h1>", "<title>", "</title>",
                         "贵阳", "<a href='x'>", "<img src=y>", "<br>", "<!--", "<script>", "&#0;", "By ", "<meta name=PubDate content=2>",
                         '<script type="application/ld+json">{"a":[', "<figure>", "<figcaption>", "</body>", "<html>", "\x00"]),
        max_size=25,
    )
)  # fmt: skip
def test_no_markup_breaks_the_reader(parts: list[str]) -> None:
    reading = read("".join(parts))
    assert isinstance(reading.outcome, Outcome)
    # A picture alone is an article of which nobody knows the title, and says so.
    is_partial = reading.outcome is Outcome.PARTIAL
    assert (reading.article is None) or reading.article.title or is_partial


@pytest.mark.parametrize(
    "title",
    ["404 projects start in Guiyang", "404个项目开工", "Error rates fall in new chip plant"],
)
def test_headlines_that_only_look_like_errors(title: str) -> None:
    html = f"<title>{title}</title><h1>{title}</h1><div id=zoom>{TEXT}</div>"
    assert read(html).outcome is Outcome.OK


def test_a_short_notice_about_captchas_is_no_captcha() -> None:
    text = "<p>公安机关提醒广大市民，不要向任何人透露手机验证码，谨防电信网络诈骗，如有疑问请拨打热线咨询。</p>"
    head = "<title>反诈提醒</title><meta name=PubDate content=2023-08-05>"
    assert read(f"{head}<h1>反诈提醒请看</h1><div id=zoom>{text}</div>").outcome is Outcome.OK


MENU = "".join(
    f"<li><a href=/service/{n}>Service number {n} of the council, and how to ask for it</a></li>"
    for n in range(60)
)


def within(title: str, heading: str) -> Reading:
    """A page of a site with large menus, on which little else stands."""
    said = (
        "<p>It may have been moved. Try the index, or write to us so that we can put it right.</p>"
    )
    return read(
        f"<title>{title}</title><ul>{MENU}</ul><main><h1>{heading}</h1>{said}</main><ul>{MENU}</ul>"
    )


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Page not found | Elder Council", "Sorry, we can’t find that page"),
        ("Elder Council", "We’re sorry, but the page you requested could not be found."),
        ("Elder Council", "Oops! That page can’t be found."),
        ("Error 404 - Elder Council", "Error"),
        ("Amt für Gewässer", "Die gesuchte Seite wurde leider nicht gefunden"),
        ("Page introuvable | Ministère", "Désolé, cette page n’existe plus"),
        ("Página no encontrada", "404"),
        ("Comune", "Pagina non trovata"),
        ("Gemeente", "De pagina bestaat niet meer"),
        ("Kommun", "Sidan kunde inte hittas"),
        ("Urząd", "Strona nie została znaleziona"),
        ("城市", "抱歉，您访问的页面不存在或已删除"),
    ],
)
def test_a_page_that_says_it_is_missing_is_so_however_large_its_menus(
    title: str, heading: str
) -> None:
    assert within(title, heading).outcome is Outcome.SOFT_404


@pytest.mark.parametrize(
    "heading",
    [
        "Page not found: how councils lose their old links",
        "Missing file found in the cellar of the town hall",
        "Ship no longer exists, says the harbour master",
        "404 new homes for the old harbour",
    ],
)
def test_news_of_what_is_missing_is_news(heading: str) -> None:
    body = f"<title>{heading} | Elder Council</title><h1>{heading}</h1>{TEXT * 4}<ul>{MENU}</ul>"
    assert read(body).outcome is Outcome.OK


@pytest.mark.parametrize(
    "row",
    [
        "<div class=card><h3><a href=/n/{n}>{text}</a></h3><p>{more}</p></div>",
        "<li><a href=/n/{n}><h4>{text}</h4></a><p>{more} <a href=/n/{n}>Read more</a></p></li>",
    ],
)
def test_a_page_of_teasers_is_no_article(row: str) -> None:
    told = ["The mill turns again", "A quay for the ferry", "Oysters are back", "Bells to ring"]
    rows = "".join(
        row.format(n=n, text=text, more=f"It took {n + 2} years, said the council, and much money.")
        for n, text in enumerate(told)
    )
    assert (
        read(f"<title>Topic: harbour</title><h1>Topic: harbour</h1><div>{rows}</div>").outcome
        is Outcome.EMPTY
    )


def test_an_article_above_teasers_is_one() -> None:
    rows = "".join(
        f"<div class=card><h3><a href=/n/{n}>Headline {n}</a></h3><p>It took {n + 2} years, said the council.</p></div>"
        for n in range(5)
    )
    assert read(f"{GOOD}<div>{rows}</div>").outcome is Outcome.OK


def test_a_bulletin_of_several_items_is_an_article() -> None:
    items = "".join(
        f"<div class=item><h3>Item {n}</h3><p>It took {n + 2} years, said the council, and much money.</p></div>"
        for n in range(5)
    )
    assert read(f"<title>Bulletin</title><h1>Notes of the week</h1>{items}").outcome is Outcome.OK


DAY = "<p>By Ada Roth, 24 November 2025</p>"
TOLD = ("The mill turns again", "A quay for the ferry", "Oysters are back", "Bells to ring")


def boxes(row: str) -> str:
    more = (
        "It took {n} years, said the council, and much money that nobody had.",
        "The next {n} will be easier, if the river stays in its bed and the masons stay in the town.",
    )
    said = ((n, text, *(each.format(n=n + 2) for each in more)) for n, text in enumerate(TOLD))
    return "".join(row.format(n=n, text=text, one=one, two=two) for n, text, one, two in said)


@pytest.mark.parametrize(
    ("page", "article"),
    [
        (f"<article>{DAY}{boxes('<div class=s><h2><a href=/n/{n}>{text}</a></h2><p>{one}</p><p>{two}</p></div>')}</article>", True),
        (f"<div>{DAY}<p>Good morning, here is what came in over night.</p>{boxes('<section><a href=//o.test/{n}><h3>{text}</h3></a><div>{one}</div></section>')}</div>", True),
        (f"<article>{boxes('<div class=s><h2><a href=/n/{n}>{text}</a></h2><p>{one}</p><p>{two}</p></div>')}</article>", False),
        (f"<div>{DAY}{boxes('<div class=s><h2><a href=/n/{n}>{text}</a></h2><p>{one}</p></div>')}</div>", False),
        (f"<div>{DAY}{boxes('<article><h2><a href=/w/{n}>{text}</a></h2><p>{two} {one}</p></article>')}</div>", True),
        (f"<div><p>Released on 24 November 2025</p><ul>{boxes('<li><h3><a href=/w/{n}>{text}</a></h3><div>{one} {two}</div></li>')}</ul></div>", True),
        (f"<article>{boxes('<article><h2><a href=/w/{n}>{text}</a></h2><p>{two} {one}</p></article>')}</article>", False),
        (f"<div>{DAY}<p>All that was said of the harbour, week by week.</p>{boxes('<div class=s><h2><a href=/n/{n}>{text}</a></h2><p>{one}</p><i>1{n} November 2025</i></div>')}</div>", False),
    ],
    ids=["told at length", "led up to", "without a day", "teasers alone", "two sentences", "in a list",
         "two sentences without a day", "of their own days"],
)  # fmt: skip
def test_a_round_up_with_a_day_of_its_own_is_an_article(page: str, article: bool) -> None:
    html = f"<title>The week by the water</title><main><h1>The week by the water</h1>{page}</main>"
    reading = read(html)
    assert (reading.outcome is Outcome.OK) is article
    if reading.article is not None:
        assert [text for text in TOLD if text not in reading.article.body] == []


@pytest.mark.parametrize("tag", ["main", "section", "header", "city-page", "svg"])
@pytest.mark.parametrize("end", ["", "<footer><p>Elder Council</p></footer>", "<div>2026</div>"])
def test_a_page_that_leaves_out_the_tags_of_head_and_body_is_read(tag: str, end: str) -> None:
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>A laboratory opens</title>"
    page = f"{head}<{tag}></{tag}><main><h1>A laboratory opens</h1>{TEXT * 2}</main>{end}"
    article = read(page).article
    assert article is not None
    assert article.body.startswith("The city opened a new laboratory")


SNIPPETS = "".join(f"<li><a href=/n/{n}>{head}</a><p>… {TEXT[3:60]} …</p>" for n, head in enumerate(TOLD))  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("Search results for “mill”", f"<p>Showing 1 to 4 of 200, by date</p><ol>{SNIPPETS}</ol>"),
        ("Suchergebnisse: Mühle", f"<ul>{SNIPPETS}</ul>"),
        ("站内搜索结果", f"<p>共找到相关信息四条，用时零点一秒。</p><ul>{SNIPPETS}</ul>"),
        ("Contact us", f"<p>Our office is open from Monday to Friday, and you may call at any hour.</p>{TEXT}"),
        ("Mentions légales", "<p>Le site est édité par la commune, qui en répond devant tous ses lecteurs.</p>" * 4),
        ("机构职能", "<p>（一）负责全县水资源的统一管理，组织实施取水许可制度。</p><p>（二）指导河道的治理和保护。</p>"),
        ("我要写信", "<p>请如实填写姓名和联系方式，我们将在五个工作日内答复。</p><form><textarea></textarea></form>"),
        ("Die Mühle dreht sich wieder", "<div><h2>This article is for subscribers only</h2><p>Subscribe for two crowns a week to read this story and all others.</p><p>Already a subscriber? <a href=/in>Log in</a></p></div>"),
    ],
)  # fmt: skip
def test_pages_of_the_site_itself_are_no_articles(heading: str, body: str) -> None:
    page = f"<title>{heading} | Elder Council</title><ul>{MENU}</ul><main><h1>{heading}</h1>{body}</main>"
    assert read(page).outcome is Outcome.EMPTY


@pytest.mark.parametrize("heading", ["Contact us", "机构职能", "关于我们"])
def test_what_is_headed_so_and_has_a_day_is_an_article(heading: str) -> None:
    page = f"<title>{heading}</title><h1>{heading}</h1><p>2025-11-24 10:00</p>{TEXT * 4}"
    assert read(page).outcome is Outcome.OK


@pytest.mark.parametrize(
    "heading",
    ["Search results in arrest after nine days", "Contact lost with research vessel", "机构职能优化方案公布"],
)  # fmt: skip
def test_news_that_begins_like_a_page_of_the_site_is_news(heading: str) -> None:
    page = f"<title>{heading} | Elder Council</title><h1>{heading}</h1>{TEXT * 4}<ul>{MENU}</ul>"
    assert read(page).outcome is Outcome.OK


TRACKING = {
    "de": "<h1>Willkommen beim Boten</h1><p>Lesen Sie uns wie gewohnt mit Werbung und Tracking. Mehr dazu in der Datenschutzerklärung.</p><button>Akzeptieren und weiter</button><p>Oder werbefrei im Abo für drei Euro.</p>",
    "fr": "<h1>Le Courrier</h1><p>Avec votre consentement, nous utilisons des cookies et d’autres traceurs.</p><button>Accepter et continuer</button><button>Continuer sans accepter</button>",
}


@pytest.mark.parametrize("language", TRACKING)
def test_a_wall_that_asks_for_consent_in_another_language_is_one(language: str) -> None:
    assert read(f"<title>Bote</title>{TRACKING[language]}").outcome is Outcome.BLOCKED


def test_a_page_without_text_is_not_read_as_the_notice_above_it() -> None:
    notice = "<div><h2>Cookies on this site</h2><p>We'd like to set further cookies to understand how you use this site.</p></div>"
    table = "<table><tr><td>1</td><td>2 <a href=/e/1>Lock 4 hearing</a></td></tr><tr><td>8 <a href=/e/2>Moorings appeal</a></td><td>9</td></tr></table>"
    foot = "<footer><h2>Department</h2><a href=/a>Vacancies</a></footer>"
    html = f"<title>Calendar - Department for Rivers</title>{notice}<h1>Calendar of hearings</h1>{table}{foot}"
    assert read(html).outcome is Outcome.EMPTY


def test_a_heading_of_the_footer_is_no_headline() -> None:
    foot = "<footer><h2>Department</h2><p>Vacancies</p></footer>"
    article = read(
        f"<title>News - Department for Rivers</title><h1>Calendar of hearings</h1>{TEXT * 3}{foot}"
    ).article
    assert article is not None
    assert article.title == "Calendar of hearings"


@pytest.mark.parametrize(
    "words",
    [
        "Verifying you are human. This may take a few seconds.",
        "Please prove that you are not a robot",
        "请稍候，正在确认您不是机器人，此过程自动完成。",
        "www.example.test needs to review the security of your connection before proceeding.",
        "由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。",
    ],
)
def test_a_page_that_asks_who_is_there_is_blocked(words: str) -> None:
    assert (
        read(f"<title>Just a second</title><h1>www.example.test</h1><p>{words}</p>").outcome
        is Outcome.BLOCKED
    )


def test_the_day_above_the_items_of_a_round_up_is_its_own() -> None:
    items = boxes("<div class=i><h3><a href=/w/{n}>{text}</a></h3><p>{one}</p></div>")
    lead = "<p>Here is what came in over night.</p>"
    html = f"<div class=a><h2>The week by the water</h2><div>2025-11-24 09:00</div><div>{lead}{items}</div></div>"
    article = read(f"<title>The week by the water</title>{html}").article
    assert article is not None
    assert article.published is not None
    assert str(article.published.day) == "2025-11-24"


@pytest.mark.parametrize(
    "page",
    [
        "<h1>People</h1><div>Hanna Weil</div><div>Room 12</div><div><div><a href=/n/1>New wind tunnel opened for sand studies</a><div>A ten-metre tunnel lets researchers watch single grains at storm speed.</div></div></div>",
        "<h1>专题：文明城市</h1><p><img src=/z.jpg></p><div>头条</div><div><a href=/n/1>万名志愿者走上街头，共护蓝天碧水</a><div>周末清晨，志愿者在湖边清理岸线垃圾，三小时装满两辆卡车。</div></div>",
    ],
)
def test_the_teaser_of_another_page_is_no_text_of_this_one(page: str) -> None:
    assert read(f"<title>A harbour town</title>{page}").outcome is Outcome.EMPTY


@pytest.mark.parametrize(
    "link",
    [
        "<a href='#a'>A laboratory opens in the old mill</a>",
        "<a href=/news/>Back to all our news and announcements</a>",
        "<div><a href=/>Home</a></div><a href=/news/>News</a>",
    ],
)
def test_a_paragraph_under_another_link_is_text(link: str) -> None:
    page = f"<h1>A laboratory opens</h1><div>{link}{TEXT}</div>"
    assert read(f"<title>A laboratory opens</title>{page}").outcome is Outcome.OK


def test_a_page_of_which_nobody_knows_the_address_is_an_article() -> None:
    html = f"<title>The laboratory</title><h1>We study the land that moves</h1>{TEXT * 3}"
    url = "http://www.practice.test/"
    got = read_article(capture(html.encode(), url=url, final_url=url), FieldRules(), "t")
    assert got.outcome is Outcome.OK


PROSE = "<p>The mill stands by the weir, and it has ground corn for the villages of the valley.</p><p>Volunteers turn its wheel and show children how flour is made.</p>"
STANDING = {
    "pool": "<title>Hallenbad</title><main><h1>Hallenbad</h1><h2>Öffnungszeiten</h2><table><tr><td>Montag</td><td>geschlossen</td></tr><tr><td>Dienstag</td><td>8–20 Uhr</td></tr></table><h2>Eintrittspreise</h2><p>Erwachsene zahlen vier Euro, Kinder zwei Euro, und die Zehnerkarte gilt zwei Jahre.</p></main>",
    "museum": f"<title>Le musée du moulin</title><main><h1>Le musée du moulin</h1>{PROSE}<h3>Horaires d’ouverture</h3><p>Du mardi au dimanche, de dix heures à dix-huit heures.</p><h3>Accès</h3><p>Bus 7, arrêt Moulin.</p></main>",
    "library": "<meta charset=utf-8><title>市图书馆</title><main><h1>市图书馆</h1><p>市图书馆藏书六十万册，设有阅览室、自习室和少儿活动区，全部免费开放。</p><h2>开放时间</h2><p>每天九点至二十一点，周一闭馆。</p><h2>交通指南</h2><p>乘7路公交车到图书馆站下车即到。</p></main>",
    "air": "<title>Air quality</title><main><h1>Air quality</h1><div><b>41</b> NO2 µg/m³</div><div><b>12</b> PM2.5 µg/m³</div><p>The figures come from six stations and are refreshed every ten minutes. A station may be silent while it is cleaned.</p><p>Last refreshed 02/12/2023 08:10</p></main>",
    "fees": "<title>Mooring fees</title><main><h1>Mooring fees</h1><table><tr><th>Length</th><th>Day</th><th>Month</th></tr><tr><td>up to 6 m</td><td>8</td><td>110</td></tr><tr><td>over 10 m</td><td>19</td><td>260</td></tr></table></main><aside><p>Leave your address and we will send you news of the harbour every Friday morning.</p></aside>",
    "heading with a name": f"<title>About the mill trust</title><h1>About the mill trust</h1>{PROSE}",
    "home": f"<title>Startseite – Mühlenverein</title><h1>Startseite – Mühlenverein</h1>{PROSE}",
    "company": "<title>东山粮油集团简介</title><h1>东山粮油集团简介</h1><p>集团下设九家工厂，员工两千人，产品销往全国各地。</p><p>集团坚持质量第一，多次获得各项荣誉。</p>",
    "trail": f"<title>The board</title><div class=breadcrumb><a href=/>Home</a> › <a href=/about/>About us</a></div><h1>The board</h1>{PROSE}",
    "trail in Chinese": "<title>规划科</title><div class=weizhi>位置：<a href=/>首页</a>&gt;<a href=/jg/>机构职能</a></div><h1>规划科</h1><p>负责编制水务综合规划，承担全局统计工作，指导各县开展水资源论证。</p>",
    "office": "<title>县粮食局</title><h1>县粮食局</h1><h3>主要职责</h3><p>（一）负责粮食收购的监督管理，拟订粮食储备规划。</p><h3>内设科室</h3><p>办公室。负责机关日常运转，承担文电、会务工作。</p>",
    "person": f"<title>Ida Moor</title><h1>Ida Moor</h1><h2>Responsibilities</h2>{PROSE}<h2>Biography</h2><p>She was born by the sea and studied law before she joined the county.</p>",
    "questions": "<title>Mill passes</title><h1>Mill passes</h1><dl><dt>Who can have a pass?<dd>Anyone who lives in the valley can have one.<dt>What does it cost?<dd>It costs four pounds for a year.<dt>Where can I buy it?<dd>You can buy it at the mill, or at the post office.</dl>",
    "glossary": "<title>Words of milling</title><h1>Words of milling</h1><dl><dt>Bolter<dd>A sieve in which flour is parted from bran.<dt>Hopper<dd>The box from which corn runs to the stones.<dt>Race<dd>The channel which leads water to the wheel.<dt>Weir<dd>The dam that holds back the river.</dl>",
    "form": "<title>Report a leak</title><h1>Report a leak</h1><p>Tell us where you saw water, and we will send somebody within a day.</p><form><input name=street><input name=mail type=email><textarea name=what></textarea></form>",
    "values": "<title>水情</title><h1>水情</h1><div>3.41 米</div><div>128 立方米每秒</div><p>数据来自六个水文站，每十分钟更新一次，仅供参考。</p><p>水位超过警戒线时，数字将以红色显示，并向沿岸乡镇发出提醒。</p>",
    "map": f"<title>Footpath map</title><h1>Footpath map</h1><div id=map class=leaflet></div>{PROSE}",
    "shop": f"<title>Stoneground flour</title><h1>Stoneground flour</h1><p>£4.20</p><button>In den Warenkorb</button>{PROSE}<h2>Reviews</h2><p>Bakes well. 4 October 2023</p>",
}  # fmt: skip


def read_undated(page: str) -> Reading:
    """A page in whose address there is no day."""
    shot = capture(page.encode(), url="http://www.practice.test/mill")
    return read_article(shot, FieldRules(), "t")


@pytest.mark.parametrize("name", STANDING)
def test_a_page_that_stands_for_years_is_no_article(name: str) -> None:
    assert read_undated(f"{STANDING[name]}<ul>{MENU}</ul>").outcome is Outcome.EMPTY


@pytest.mark.parametrize("name", [name for name in STANDING if name != "shop"])
def test_with_a_day_of_its_own_it_is_an_article(name: str) -> None:
    dated = STANDING[name].replace("</h1>", "</h1><p class=date>Published: 3 August 2023</p>")
    assert read_undated(f"{dated}<ul>{MENU}</ul>").outcome is Outcome.OK


@pytest.mark.parametrize(
    "page",
    [
        f"<title>About face on the mill</title><h1>About face on the mill</h1>{PROSE}",
        f"<title>The mill turns</title><div class=breadcrumb><a href=/about>About us</a> › <a href=/n>News</a></div><h1>The mill turns</h1>{PROSE}",
        f"<title>The mill turns</title><h1>The mill turns</h1>{PROSE * 2}<form class=comment><input name=who><input name=mail><textarea></textarea></form>",
        f"<title>The mill turns</title><h1>The mill turns</h1>{PROSE}<p>Three of the wheels date from 1810, and the counts of flour are updated every week.</p>",
        f"<title>Flour for all</title><h1>Flour for all</h1>{PROSE * 3}<div class=shop><h3>Stoneground flour</h3><p>£4.20</p></div>",
    ],
)  # fmt: skip
def test_news_without_a_day_is_an_article(page: str) -> None:
    assert read_undated(f"{page}<ul>{MENU}</ul>").outcome is Outcome.OK


@pytest.mark.parametrize(
    ("heading", "outcome"),
    [("Log in to your account", Outcome.SOFT_404), ("用户登录", Outcome.SOFT_404), ("Thieves log in as guests", Outcome.OK)],
)  # fmt: skip
def test_a_page_that_asks_for_a_password_under_such_a_heading(
    heading: str, outcome: Outcome
) -> None:
    form = "<form><input name=who><input type=password></form>"
    page = f"<title>{heading} - Post</title><ul>{MENU}</ul><h1>{heading}</h1>{PROSE * 6}{form}"
    assert read(page).outcome is outcome
