"""The title of a page: every joint of it tried against what people see, and how far it is believed."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import date

import pytest

from scraper.parsing.article import read_article
from scraper.sources.model import FieldRules
from storage.archive import Archive
from storage.lists import RowWitness
from storage.types import Outcome, Reading
from tests.support import make
from tests.support.make import NOW, SOURCE, capture

URL = "https://www.dailyharbour.test/press/2024/mill.html"
TITLE = "Harbour town opens its tide mill again"
TEXT = (
    "<p>The tide mill at the old harbour turned its wheel on Tuesday for the first time in ninety years, to the applause of some two hundred people on the quay.</p>"
    * 3
)


def reading(head: str, top: str, row: RowWitness | None = None) -> Reading:
    page = f"<html lang=en><head><meta charset=utf-8>{head}</head><body>{top}<div class=x>{TEXT}</div></body></html>"
    return read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t", row)


def title_of(head: str, top: str = "") -> tuple[str, str]:
    """The title, and how far it may be believed."""
    article = reading(head, top).article
    assert article is not None
    found = next(item for item in article.evidence if item.field == "title")
    assert bool(found.doubt) is (found.confidence != "sure")
    return article.title, str(found.confidence)


def both(title: str) -> str:
    return f"<title>{title}</title><meta property=og:title content='{title}'>"


HAN_TITLE = "关于开展高粱机械化收割示范项目申报的通知"
BROKEN = "关于开展高粱机械化收<br/>割示范项目<br>申报的通知"
KEPT = "喜迎新春 科普进社区"


@pytest.mark.parametrize(
    ("head", "top", "row", "title"),
    [
        (f"<title>澜江科技厅 {HAN_TITLE}</title>", f"<h1>{BROKEN}</h1>", "", HAN_TITLE),
        (f"<meta name=ArticleTitle content='{BROKEN}'>", "", HAN_TITLE, HAN_TITLE),
        (f"<title>{KEPT}</title>", "<h1>喜迎新春<br>科普进社区</h1>", "", KEPT),
        ("", "<h1>喜迎新春<br>科普进社区</h1>", "", KEPT),
    ],
)
def test_a_headline_broken_into_lines_is_one_as_said_elsewhere(
    head: str, top: str, row: str, title: str
) -> None:
    article = reading(head, top, RowWitness((row,), ()) if row else None).article
    assert article is not None
    assert article.title == title


@pytest.mark.parametrize(
    "said",
    [
        f"{TITLE} | News | Coastal Assembly",
        f"{TITLE} | Coastal Assembly",
        f"News | {TITLE} | Coastal Assembly",
        f"Coastal Assembly: Press room | {TITLE} | 20240507PR1234",
        f"{TITLE} - Culture - Harbours",
        f"{TITLE} — Daily Harbour",
        f"Culture » {TITLE} · Daily Harbour",
    ],
)
@pytest.mark.parametrize(
    "top",
    [
        f"<h1>{TITLE}</h1>",
        f"<header><div><header><p>Press release</p><h1><span>{TITLE}</span></h1><p>20240507PR1234</p></header></div></header>",
        f"<div class=head><h1><div>Press release</div><div>{TITLE}</div><div>07-05-2024 - 10:45</div></h1></div>",
        f"<h1><span>Press release</span> {TITLE}</h1>",
        f"<h1>Press room</h1><div class=big>{TITLE}</div>",
        f"<h1>News</h1><h2>{TITLE} <small>20240507PR1234</small></h2>",
    ],
)
def test_every_joint_is_tried_against_what_people_see(said: str, top: str) -> None:
    assert title_of(both(said), top) == (TITLE, "sure")


@pytest.mark.parametrize(
    "said",
    [f"{TITLE} | News | Coastal Assembly", f"{TITLE} | Daily Harbour", f"{TITLE} – DailyHarbour"],
)
def test_without_a_heading_the_section_and_the_site_go(said: str) -> None:
    assert title_of(both(said))[0] == TITLE


@pytest.mark.parametrize(
    "said",
    [
        "Tide mill: the wheel turns - and the town watches",
        "Mill or museum | what the harbour wants",
        "Interview - the miller of the harbour",
    ],
)
def test_a_joint_of_the_headline_itself_stays(said: str) -> None:
    assert title_of(both(said), f"<h1>{said}</h1>") == (said, "sure")


def linked(headline: str) -> str:
    return f"""<script type=application/ld+json>{{"@type":"NewsArticle","headline":"{headline}"}}</script>"""


def test_a_statement_for_machines_loses_the_site_as_well() -> None:
    assert title_of(linked(f"{TITLE} | Daily Harbour"), f"<h1>{TITLE}</h1>") == (TITLE, "sure")


def test_what_people_see_and_another_place_says_beats_one_statement_for_machines() -> None:
    head = linked("Wheel of the tide mill turns after ninety years of rest") + both(TITLE)
    assert title_of(head, f"<h1>{TITLE}</h1>") == (TITLE, "sure")


def test_what_one_place_alone_says_is_in_doubt() -> None:
    assert title_of("", f"<h1>{TITLE}</h1>") == (TITLE, "doubtful")
    assert title_of(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>") == (TITLE, "sure")


MENU = "<div id=top><a href=/>Coastal board</a><p><a href=/n/>Notices</a></p><p><a href=/t/>Tenders</a></p><p><a href=/w/>Who we are</a></p></div>"
DAY = "<p>By Jane Miller, 3 March 2025, last changed 9 March 2025</p>"


@pytest.mark.parametrize(
    ("head", "top"),
    [
        ("<title>Coastal board | Notices</title>", f"{MENU}<h2>{TITLE}</h2>{DAY}"),
        ("<title>Notices</title>", f"{MENU}<h3>{TITLE}</h3>"),
        (both("Notices - Coastal board"), f"{MENU}<div><h2>{TITLE}</h2>{DAY}</div>"),
        (
            both("Notices - Coastal board"),
            f"{MENU}<div class=t>{TITLE}</div><p>Date: 3 March 2025</p>",
        ),
        ("<title>Coastal board</title>", f"<h1>Coastal board</h1>{MENU}<h2>{TITLE}</h2>{DAY}"),
        (
            "<title>Coastal board</title>",
            f"<header><h1>Coastal board</h1>{MENU}</header><h2>{TITLE}</h2>{DAY}",
        ),
    ],
)
def test_where_the_page_names_site_and_section_alone_the_headline_is_what_stands_over_the_text(
    head: str, top: str
) -> None:
    assert title_of(head, top) == (TITLE, "doubtful")


@pytest.mark.parametrize(
    "top",
    [
        f"{MENU}<h1>{TITLE}</h1><h2>Two hundred people came to the quay</h2>{DAY}",
        f"{MENU}<div>{TITLE}</div><h2>Who built it</h2>{TEXT}<h2>Who runs it</h2>{TEXT}",
        f"{MENU}<aside><h2>Most read today</h2>{DAY}</aside>",
        f"{MENU}<h2><a href=/other.html>Another mill turns again</a></h2>{DAY}",
    ],
)
def test_a_heading_below_the_headline_does_not_take_its_place(top: str) -> None:
    assert title_of(f"<title>{TITLE} | Coastal board</title>", top)[0] == TITLE


def test_a_form_calls_the_headline_by_a_label() -> None:
    form = f"<h1>Press release</h1><dl><dt>Subject</dt><dd>{TITLE}</dd><dt>Date</dt><dd>3 March 2025</dd></dl>"
    assert title_of("<title>Press release 4711</title>", MENU + form) == (TITLE, "doubtful")


def test_an_office_that_ends_the_title_gives_way_to_the_heading_over_the_byline() -> None:
    top = (
        f"<div><h2>Ministry of Ports</h2></div><h2>{TITLE}</h2><p>Posted On: 12 APR 2024 6:14PM</p>"
    )
    assert title_of("<title>Press Release: Ministry of Ports</title>", top) == (TITLE, "doubtful")
    below = f"<h2>{TITLE}</h2><h3>Two hundred people came to the quay</h3>{DAY}"
    assert title_of(f"<title>Coastal board: {TITLE}</title>", below)[0] == TITLE


def test_the_name_of_the_site_above_its_menu_is_no_headline() -> None:
    banner = f"<table><tr><td><b>Coastal board of the north</b></td></tr></table>{MENU}"
    top = f"{banner}<font size=4><b>{TITLE}</b></font><p><i>3 March 2025</i></p>"
    assert title_of("<title>Coastal board of the north</title>", top) == (TITLE, "doubtful")


def test_the_text_may_stand_behind_the_end_of_the_document() -> None:
    top = f"{MENU}<h2>{TITLE}</h2>{DAY}</body></html>"
    assert title_of("<title>Coastal board | Notices</title>", top) == (TITLE, "doubtful")


def test_an_article_without_a_title_is_a_partial_one() -> None:
    found = reading("", "")
    assert (found.outcome, found.reason) == (Outcome.PARTIAL, "no title found")
    assert found.article is not None
    assert found.article.title == ""
    evidence = next(item for item in found.article.evidence if item.field == "title")
    assert str(evidence.confidence) == "unknown"
    assert evidence.doubt


def test_the_row_of_a_list_names_it_then() -> None:
    found = reading("", "", RowWitness((TITLE,), ()))
    assert found.outcome is Outcome.OK
    assert found.article is not None
    assert found.article.title == TITLE


def test_people_are_shown_its_first_words_in_place_of_a_title(store: Archive) -> None:
    with store.writing() as tx:
        applied = tx.articles.apply(
            make.insert(title=""), source_id=SOURCE.id, run_id=None, now=NOW
        )
    assert applied.article_id is not None
    article = store.articles.get(applied.article_id)
    assert article is not None
    assert article.title
    assert article.body.startswith(article.title.rstrip("…"))
    story = store.stories.file(article.story_id)
    assert story is not None
    assert story.story.publications[0].title.startswith(article.title.rstrip("…"))


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (
            'Rail line opens<a class=headerlink href="#rail" title="Permalink">¶</a>',
            "Rail line opens",
        ),
        ('Rail line opens <a class=anchor href="#rail">#</a>', "Rail line opens"),
        ('<a class=anchor href="#rail">🔗</a> Rail line opens', "Rail line opens"),
        ("A course in C#", "A course in C#"),
    ],
)
def test_the_sign_by_which_a_heading_links_to_itself_is_no_part_of_it(
    heading: str, title: str
) -> None:
    text = "<p>The city opened a laboratory for new materials on Monday, the council said.</p>" * 4
    html = f"<title>{title} – Works</title><h1>{heading}</h1><div id=zoom>{text}</div>"
    url = "http://a.test/2026/02/03/rail.html"
    found = read_article(capture(html.encode(), url=url), FieldRules(), "t")
    assert found.article is not None, found.reason
    assert found.article.title == title


def test_a_headline_that_links_to_itself_is_no_paragraph() -> None:
    text = "<p>The city opened a laboratory for new materials on Monday, the council said.</p>" * 4
    heading = "<h1>Rail line opens<a class=headerlink href='#rail' title='Permalink'>¶</a></h1>"
    html = f"<title>Rail line opens – Works</title><div id=zoom>{heading}{text}</div>"
    url = "http://a.test/2026/02/03/rail.html"
    found = read_article(capture(html.encode(), url=url), FieldRules(), "t")
    assert found.article is not None, found.reason
    assert found.article.body.startswith("The city opened")


def test_a_heading_that_is_never_closed_ends_before_the_first_paragraph() -> None:
    assert title_of("", f"<article><h1>{TITLE}<div>7 May 2024<p>By Ann Roth")[0] == TITLE


def test_a_page_made_to_be_printed_is_called_by_its_paper_and_not_by_what_it_is_for() -> None:
    said = "<p>各区人民政府，市政府各部门：</p><p>市政府决定表彰十个先进集体，望再接再厉。</p>"
    name = "关于表彰护林先进集体的决定"
    page = f"<meta charset=utf-8><title>打印页面</title><a href=#>打印</a><div class=print-title>{name}</div><div>山府〔2024〕3号</div><div>2024-05-07 来源：山城政府网</div><div id=printArea>{said}</div>"
    found = read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t").article
    assert found is not None
    assert found.title == name
    assert "望再接再厉" in found.body


def test_the_name_of_whoever_has_the_rights_is_no_title() -> None:
    said = "<p>经专家检查，全市四十所学校合格，三所学校需要整改，现予公布。</p>"
    page = f"<meta charset=utf-8><title>山城市教育局-公示</title><a href=/>首页</a><div class=bt>关于学校年检结果的公示</div><div>[2024-05-07]</div><div>{said}<p>山城市教育局</p><p>2024年5月6日</p></div><div>版权所有 山城市教育局</div>"
    found = read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t").article
    assert found is not None
    assert found.title == "关于学校年检结果的公示"
    assert found.published is not None
    assert found.published.iso == "2024-05-07"


@pytest.mark.parametrize(
    "title",
    [
        "Harbour Assembly-Press room-Harbour town opens its tide mill again",
        "Harbour Assembly-Press room-Harbour town opens",
        "Harbour Assembly | Press room | Harbour town opens its tide mill again",
    ],
)
def test_the_heading_of_a_section_above_the_headline_is_none(title: str) -> None:
    top = f"<div><h2>Press room</h2></div><h3>{TITLE}</h3><ul><li>Published: 7 May 2024</li><li>Office: Harbour</li></ul>"
    assert title_of(f"<title>{title}</title>", top)[0] == TITLE


def test_a_headline_above_the_name_of_its_section_stays() -> None:
    top = f"<h2>{TITLE}</h2><p>7 May 2024</p>"
    below = "<h3>Press room</h3><p>1 May 2024</p>"
    said = f"<title>Harbour Assembly | {TITLE} | Press room</title>"
    assert title_of(said, top + below)[0] == TITLE


@pytest.mark.parametrize(
    ("title", "line", "day"),
    [
        ("讣告-海港大学", "讣　　告", "2023-11-08　校长办公室"),
        ("更正 - 海港日报", "更正", "2023年11月8日"),
    ],
)
def test_a_headline_of_two_characters_is_one_over_the_day(title: str, line: str, day: str) -> None:
    top = f"<div><a href=/>首页</a></div><div>{line}</div><div>{day}</div>"
    found = reading(f"<title>{title}</title>", top).article
    assert found is not None
    assert found.title.replace(" ", "") == line.replace("\u3000", "")
    assert found.published is not None
    assert found.published.day == date(2023, 11, 8)


BOARD = "<div><a href=/>하늘시청</a></div><h2>보도자료</h2><table><tr><th colspan=2>하늘시, 한파쉼터 120곳 운영</th></tr><tr><th>등록일</th><td>2024-05-07</td></tr></table>"


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ("<title>보도자료 &gt; 하늘시청</title>", BOARD, "하늘시, 한파쉼터 120곳 운영"),
        (
            "<title>News :: Harrow Council</title>",
            "<a href=/>Harrow Council</a><h1>News</h1><table><tr><th colspan=2>Mill Lane closed until April</th></tr><tr><td>Posted on</td><td>7 May 2024</td></tr></table>",
            "Mill Lane closed until April",
        ),
    ],
)
def test_a_section_and_the_site_are_no_title(head: str, top: str, title: str) -> None:
    assert title_of(head, top)[0] == title


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        (
            "<title>江州市水务局关于加强冬季水库调度的通知_江州市人民政府</title>",
            "<p>江水〔2024〕47号</p><p align=center><b>江州市水务局<br>关于加强冬季水库调度的通知</b></p>",
            "江州市水务局关于加强冬季水库调度的通知",
        ),
        (
            "<title>江州市水务局关于加强冬季水库调度的通知-江州市人民政府网</title>",
            "<h2>江州市水务局</h2><h2>关于加强冬季水库调度的通知</h2><p>发布时间：2024-05-07</p>",
            "江州市水务局关于加强冬季水库调度的通知",
        ),
        (
            "<title>“老桥要慢慢修”——对话桥梁工程师沈望 - 江州新闻网</title>",
            "<h1>“老桥要慢慢修”</h1><h2>——对话桥梁工程师沈望</h2><p>2024-05-07</p>",
            "“老桥要慢慢修”——对话桥梁工程师沈望",
        ),
        (
            "<title>Report of the Harbour Master on the winter gales | Harrow Bay</title>",
            "<h1>Report of the Harbour Master</h1><h1>on the winter gales</h1>",
            "Report of the Harbour Master on the winter gales",
        ),
        (
            "<title>Harrow Bay | The winter gales of this year</title>",
            "<p>Harrow Bay</p><h1>The winter gales of this year</h1>",
            "The winter gales of this year",
        ),
    ],
)
def test_a_headline_over_two_lines_is_one_where_the_title_says_so(
    head: str, top: str, title: str
) -> None:
    article = reading(head, f"<div>{top}</div>").article
    assert article is not None
    assert article.title == title
    assert title[:6] not in article.body.split("\n\n")[0]
