# ruff: noqa: E501 - sentences in Chinese are short to read and long to count
"""Portals that no template of ours knows: an English and a Chinese one, in layouts of their own.

Made for the tests of `sources add`, so nothing in the code may be fitted to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tests.support.servers import Behaviour, Server, Site, answer, page

_NEWEST = date(2026, 2, 27)
_SUBJECTS = (
    "Harbour rail line takes its first freight wagons", "School kitchens turn to local growers",
    "Old cement works becomes a hall for young firms", "Night buses will reach the eastern valley",
    "Forty laboratories open their doors to companies", "Flood wall passes its first spring test",
    "Weavers of the hill villages show new patterns", "Library lends tools as well as books",
    "Data centre warms the public baths next door", "Tea growers agree on a mark of origin",
    "Bridge of Winds closes for a week of repairs", "Clinics share one register of patients",
    "Sports ground goes to the schools on weekdays", "City maps every tree along its streets",
    "Young engineers win prize for a quiet pump", "Market hall opens earlier during summer",
    "Ferry timetable follows the fishing season", "Court puts its rolls on paper no longer",
    "Science week brings telescopes to the square", "Apprentices restore the north gate clock",
    "Park rangers count more cranes than last year", "Water board replaces lead pipes by autumn",
)  # fmt: skip
_ZH_SUBJECTS = (
    "全市科技创新大会召开", "我市新增三家重点实验室", "东部新区污水处理厂投入运行", "市民服务中心延长办理时间",
    "农村公路提升工程全面开工", "青年人才公寓首批交付入住", "图书馆推出夜间借阅服务", "老旧小区改造进入收尾阶段",
    "茶叶产业联盟签订合作协议", "大数据企业走进校园招聘", "沿江步道完成绿化种植", "中小学开设航空模型课程",
    "市场监管部门检查节日食品", "乡镇卫生院配备远程诊疗设备", "科普大篷车走进山区学校", "新能源公交线路增至二十条",
    "非遗传承人举办织锦展览", "防汛应急演练在北门举行", "创业大赛决出十强项目", "城市书房覆盖全部街道",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An article as it was put on the portal."""

    path: str
    title: str
    day: date
    paragraphs: tuple[str, ...]
    source: str


def english_articles() -> tuple[Told, ...]:
    """The articles of the English portal, newest first."""
    told = []
    for at, title in enumerate(_SUBJECTS):
        day = _NEWEST - timedelta(days=2 * at)
        slug = "-".join(title.lower().split()[:4])
        paragraphs = (
            f"{title}, the borough council said on {day:%A} after a meeting that lasted well into "
            f"the evening and heard {at + 3} speakers from all parts of the town.",
            f"Work on the matter known as file {4400 + at} had begun two years ago, when residents "
            "asked for it in a petition. The council set aside money for it in the autumn.",
            f"\u201cWe will look at it again in {at + 2} months,\u201d said the officer in charge, "
            "who had walked the whole way to the meeting to show that it could be done.",
        )
        path = f"/dispatches/{day.year}/{day.month:02d}/{slug}-{4400 + at}"
        told.append(Told(path, title, day, paragraphs, "Borough Press Desk"))
    return tuple(told)


def chinese_articles() -> tuple[Told, ...]:
    """The articles of the Chinese portal, newest first."""
    told = []
    for at, title in enumerate(_ZH_SUBJECTS):
        day = _NEWEST - timedelta(days=at)
        paragraphs = (
            f"{day.month}月{day.day}日，{title}。市有关负责同志出席活动并讲话，来自各区县的{at + 20}名代表参加。",
            f"据介绍，该项工作自去年启动以来，已累计投入资金{at * 130 + 900}万元，惠及群众{at + 3}万余人次。",
            "下一步，有关部门将继续完善配套措施，确保各项任务按期完成，让市民得到更多实惠。"
            f"第{at + 1}批项目名单将于近期公布。",
        )
        path = f"/xwzx/bsyw/{day:%Y%m}/{day:%d}_{88120 - at}.shtml"
        told.append(Told(path, title, day, paragraphs, "市融媒体中心"))
    return tuple(told)


def _nav() -> str:
    links = (("/", "Home"), ("/council", "The council"), ("/visiting", "Visiting"),
             ("/dispatches", "News and dispatches"), ("/contact", "Contact us"))  # fmt: skip
    items = "".join(f"<a href='{url}'>{text}</a> " for url, text in links)
    return f"<nav class=topstrip>{items}</nav>"


_FOOT = "<footer><p>Harrowdene Borough Council, 4 Gate Row. All rights reserved 2026.</p></footer>"


def _english_page(title: str, inner: str) -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} | Harrowdene "
        f"Borough</title></head><body>{_nav()}{inner}{_FOOT}</body></html>"
    )


def english_list(articles: tuple[Told, ...], number: int, pages: int) -> str:
    """One list page: cards with day, headline and the beginning; numbered links below."""
    cards = "".join(
        f"<section class=card><p class=when>{told.day.day} {told.day:%B %Y}</p>"
        f"<h3><a href='{told.path}'>{told.title}</a></h3>"
        f"<p class=teaser>{told.paragraphs[0][:110]}…</p></section>"
        for told in articles
    )
    steps = "".join(
        f"<b>{n}</b>" if n == number else f"<a href='/dispatches?sheet={n}'>{n}</a> "
        for n in range(1, pages + 1)
    )
    return _english_page(
        "Dispatches", f"<h1>Dispatches</h1><div class=deck>{cards}</div><p class=steps>{steps}</p>"
    )


def english_article(told: Told, others: tuple[Told, ...]) -> str:
    """An article: headline in an h2, the day below it in words, links to others beside it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in told.paragraphs)
    beside = "".join(f"<li><a href='{o.path}'>{o.title}</a></li>" for o in others)
    return _english_page(
        told.title,
        f"<div class=sheet><h2 class=banner>{told.title}</h2><p class=stamp>Published "
        f"{told.day.day} {told.day:%B %Y} &middot; Source: {told.source}</p>"
        f"<div class=prose>{text}</div></div>"
        f"<aside class=shelf><h4>Also of interest</h4><ul>{beside}</ul></aside>",
    )


def _chinese_page(title: str, inner: str) -> bytes:
    html = (
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'>"
        f"<title>{title}-云岭市人民政府</title></head><body><table class=dh><tr>"
        "<td><a href='/'>首页</a></td><td><a href='/zwgk/'>政务公开</a></td>"
        "<td><a href='/xwzx/bsyw/'>本市要闻</a></td><td><a href='/hdjl/'>互动交流</a></td></tr>"
        f"</table>{inner}<div class=db>主办：云岭市人民政府办公室　网站标识码：0000000000</div>"
        "</body></html>"
    )
    return html.encode("gb18030")


def chinese_list(articles: tuple[Told, ...], number: int, pages: int) -> bytes:
    """One list page: rows of a table with month and day, a pager made by a script."""
    rows = "".join(
        f"<tr><td class=bt1>·<a href='{told.path.removeprefix('/xwzx/bsyw/')}' target=_blank>"
        f"{told.title}</a></td><td class=rq>[{told.day:%m-%d}]</td></tr>"
        for told in articles
    )
    script = f"<script>createPageHTML({pages}, {number - 1}, 'index', 'shtml');</script>"
    return _chinese_page("本市要闻", f"<table class=lbk>{rows}</table>{script}")


def chinese_article(told: Told) -> bytes:
    """An article: headline, day and source in cells of tables."""
    text = "".join(f"<p>　　{paragraph}</p>" for paragraph in told.paragraphs)
    return _chinese_page(
        told.title,
        f"<table class=wzk><tr><td class=wzbt>{told.title}</td></tr><tr><td class=wzxx>"
        f"发布日期：{told.day:%Y年%m月%d日}　信息来源：{told.source}　浏览次数：<span id=hits>18</span>次"
        f"</td></tr><tr><td class=wznr>{text}</td></tr></table>"
        "<p class=gb>【打印本页】【关闭窗口】</p>",
    )


def _bytes(body: bytes) -> Behaviour:
    return answer(200, body, Content_Type="text/html")


def serve_english(server: Server, name: str, a_page: int = 8) -> Site:
    """The English portal under that name; its home page leads to the list."""
    site, told = server.site(name), english_articles()
    sheets = [told[at : at + a_page] for at in range(0, len(told), a_page)]
    for number, rows in enumerate(sheets, 1):
        listing = page(english_list(rows, number, len(sheets)))
        site.answer(f"/dispatches?sheet={number}", listing)
        if number == 1:
            site.answer("/dispatches", listing)
    for at, article in enumerate(told):
        others = tuple(told[(at + step) % len(told)] for step in (5, 9, 14))
        site.answer(article.path, page(english_article(article, others)))
    home = "<h1>Welcome to Harrowdene</h1><p>A borough by the water.</p>"
    site.answer("/", page(_english_page("Welcome", home)))
    for path in ("/council", "/visiting", "/contact"):
        site.answer(path, page(_english_page("About", "<p>Open from nine to five.</p>")))
    return site


def serve_chinese(server: Server, name: str, a_page: int = 8) -> Site:
    """The Chinese portal under that name."""
    site, told = server.site(name), chinese_articles()
    sheets = [told[at : at + a_page] for at in range(0, len(told), a_page)]
    for number, rows in enumerate(sheets, 1):
        listing = _bytes(chinese_list(rows, number, len(sheets)))
        place = "index.shtml" if number == 1 else f"index_{number - 1}.shtml"
        site.answer(f"/xwzx/bsyw/{place}", listing)
        if number == 1:
            site.answer("/xwzx/bsyw/", listing)
    for article in told:
        site.answer(article.path, _bytes(chinese_article(article)))
    return site
