"""The Chinese portal: pages in the TRS family's shapes, in GB18030 bytes under a gb2312 label.

Lists with dates and a scripted pager, standard meta, attachments, and one page whose label lies
about its bytes. Decides nothing about which article stands where (see `plan`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from .pages import (
    PracticePage,
    attachment,
    esc,
    has_picture,
    list_modified,
    modified,
    newest_first,
    opening,
    picture,
    related,
    sheets,
)
from .plan import SITES, Placed
from .stories import EditWeight, PracticeStory, PracticeTopic, number

KIND = "text/html"  # without charset: the label stands in the page alone
NAME = "贵阳（练习）门户网站"
COLUMNS = {"xwzx": "新闻中心", "tzgg": "通知公告"}
LYING = "zh-jizhi-utf8"  # the slug whose page says gb2312 and is UTF-8
STYLE = '<style type="text/css">.TRS_Editor P{line-height:1.5;font-size:12pt;}</style>'
WECHAT = (
    ("https://mp.weixin.qq.com/s/practice-aaaa1111", "【微信】一图读懂：科创服务怎么找"),
    ("https://mp.weixin.qq.com/s/practice-bbbb2222", "【微信】周末去哪儿：博物馆夜场开放"),
)


def trs_pages(articles: Sequence[Placed], anchor: date, day: int) -> dict[str, PracticePage]:
    """Path → page of the Chinese host on one day."""
    rows = newest_first(article for article in articles if article.served(day))
    when = list_modified(articles, anchor, day)
    pages: dict[str, PracticePage] = {}
    for column in COLUMNS:
        here = [row for row in rows if row.path.startswith(f"/{column}/")]
        cut = sheets(here)
        for at, sheet in enumerate(cut):
            body = _bytes(_list(column, sheet, at, len(cut), day))
            name = "index" if at == 0 else f"index_{at}"
            pages[f"/{column}/{name}.html"] = PracticePage(body, KIND, when)
        pages[f"/{column}/"] = pages[f"/{column}/index.html"]
    home = PracticePage(_bytes(_home(rows[:6])), KIND, when)
    pages |= {"/": home, "/index.html": home}
    pages["/images/photo.png"] = PracticePage(picture("zh"), "image/png", when)
    for article in rows:
        pages |= _article_pages(article, rows, anchor, day)
    return pages


def _article_pages(
    article: Placed, rows: Sequence[Placed], anchor: date, day: int
) -> dict[str, PracticePage]:
    when = modified(article, anchor, day)
    text = _article(article, rows, anchor, day)
    body = text.encode() if article.story.slug == LYING else _bytes(text)
    pages = {article.path: PracticePage(body, KIND, when)}
    for path, kind in zip(article.files, article.story.files, strict=True):
        data, media = attachment(kind, article.story)
        pages[path] = PracticePage(data, media, when)
    return pages


def _bytes(text: str) -> bytes:
    return text.encode("gb18030")


def _frame(title: str, head: str, content: str) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{esc(title)}</title>
<meta name="SiteName" content="{NAME}" />
<meta name="SiteDomain" content="zh.practice.test" />
<meta name="SiteIDCode" content="5200000000" />
{head}</head>
<body>
<div class="top"><a href="/">{NAME}</a> | <a href="http://english.practice.test/">English</a></div>
<div class="nav"><a href="/xwzx/">新闻中心</a> <a href="/tzgg/">通知公告</a></div>
{content}
<div class="bottom">主办：贵阳（练习）市人民政府办公厅　网站标识码：5200000000<br/>
{SITES["zh"].footer}　本站为练习站点，全部内容均为虚构。</div>
</body>
</html>
"""


def _home(rows: Sequence[Placed]) -> str:
    links = "".join(f'<li><a href="{row.path}">{esc(row.story.title)}</a></li>\n' for row in rows)
    return _frame(NAME, "", f'<div class="yaowen"><ul>\n{links}</ul></div>')


def _list(column: str, rows: Sequence[Placed], at: int, count: int, day: int) -> str:
    items = "".join(_row(article, column, day) for article in rows)
    if at == 0 and column == "xwzx" and rows:
        stamp = f"{rows[0].published.day:%Y-%m-%d}"
        items += "".join(
            f'<li><a href="{url}" target="_blank">{title}</a>'
            f'<span class="time">{stamp}</span></li>\n'
            for url, title in WECHAT
        )
    content = f"""<div class="position">当前位置：<a href="/">首页</a> &gt; {COLUMNS[column]}</div>
<div class="list_box"><ul class="list">
{items}</ul></div>
<div class="page"><script type="text/javascript">
createPageHTML({count}, {at}, "index", "html");
</script></div>"""
    return _frame(f"{COLUMNS[column]}-{NAME}", _meta("ColumnName", COLUMNS[column]), content)


def _row(article: Placed, column: str, day: int) -> str:
    title = article.text(day).title
    href = f".{article.path.removeprefix(f'/{column}')}"
    shown = title if len(title) <= 30 else f"{title[:28]}…"
    return (
        f'<li><a href="{href}" title="{esc(title)}" target="_blank">{esc(shown)}</a>'
        f'<span class="time">{article.published.day:%Y-%m-%d}</span></li>\n'
    )


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{esc(content)}" />\n'


def _head(article: Placed, story: PracticeStory, anchor: date, day: int) -> str:
    shapes = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M")
    cut = f"{story.title[:12]}..." if len(story.title) > 16 else story.title
    title = {1: f"<p>{story.title}</p>", 2: cut}.get(article.variant % 7)
    column = COLUMNS[article.path.split("/")[1]]
    built = opening(anchor, day if _edited(article, day) else article.first_day)
    return "".join(
        _meta(name, content)
        for name, content in (
            ("ColumnName", column),
            ("ArticleTitle", title or story.title),
            ("PubDate", article.published.value.strftime(shapes[article.variant % 4])),
            ("ContentSource", article.source or ""),
            ("Maketime", f"{built:%Y-%m-%d %H:%M:%S}"),
        )
    )


def _edited(article: Placed, day: int) -> bool:
    edit = article.story.edit
    return edit is not None and edit.day <= day


def _article(article: Placed, siblings: Sequence[Placed], anchor: date, day: int) -> str:
    story = article.text(day)
    links = "".join(
        f'<li><a href="{other.path}">{esc(other.story.title)}</a></li>\n'
        for other in related(article, siblings, day)
    )
    column = COLUMNS[article.path.split("/")[1]]
    content = f"""<div class="position">当前位置：<a href="/">首页</a> &gt;
<a href="./../">{column}</a> &gt; 正文</div>
<div class="content">
<h1 class="article_title">{esc(story.title)}</h1>
{_info(article, day)}
{_body(article, story, day)}
</div>
<div class="xglj"><h3>相关链接</h3><ul>
{links}</ul></div>
<div class="tools"><a href="javascript:window.print()">打印</a>
<a href="javascript:window.close()">关闭</a></div>"""
    return _frame(f"{story.title}-{NAME}", _head(article, story, anchor, day), content)


def _info(article: Placed, day: int) -> str:
    if article.story.kind is PracticeTopic.NOTICE or article.story.files:
        return _disclosure(article)
    views = number(f"{article.url}/views/{_edited(article, day)}", 100, 9000)
    if article.variant % 2 and isinstance(article.published.value, datetime):
        stamp = f"{article.published.value:%Y-%m-%d %H:%M}"
        parts = [f"发布时间：{stamp}", f"来源：{article.source}", f"浏览次数：{views}"]
        return f'<div class="info">{"&nbsp;&nbsp;".join(parts)}</div>'
    sizes = "字号：[<a>大</a> <a>中</a> <a>小</a>]"
    parts = [f"发布时间：{_spelled(article.published.day)}", f"来源：{article.source}", sizes]
    return f'<div class="info">{"　".join(parts)}　浏览：{views}次</div>'


def _disclosure(article: Placed) -> str:
    """The table over a notice: written some days before it was published."""
    dated = article.published.day
    code = f"000014349/{dated.year}-{number(article.url, 10000, 99999)}"
    written = _spelled(dated - timedelta(days=number(article.url, 2, 6)))
    rows = (
        (("索引号", code), ("发布机构", article.source)),
        (("成文日期", written), ("发布日期", _spelled(dated))),
    )
    lines = "\n".join(
        f"<tr>{''.join(f'<td>{name}</td><td>{value}</td>' for name, value in row)}</tr>"
        for row in rows
    )
    return f'<table class="xxgk">\n{lines}\n</table>'


def _spelled(day: date) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _body(article: Placed, story: PracticeStory, day: int) -> str:
    edit = story.edit
    cosmetic = edit is not None and edit.day <= day and edit.verdict is EditWeight.COSMETIC
    gap = "\n\n  " if cosmetic else "\n"
    paragraphs = [f"<p>　　{esc(text)}{' ' * cosmetic}</p>" for text in story.paragraphs]
    if has_picture(article):
        paragraphs.insert(1, '<p align="center"><img src="/images/photo.png" alt="" /></p>')
    for path, line in zip(article.files, article.labels, strict=True):
        label, _, name = line.partition("：")
        link = f'<a href="./{path.rpartition("/")[2]}">{esc(name)}</a>'
        paragraphs.append(f'<p class="fujian">{label}：{link}</p>')
    text = gap.join(paragraphs)
    if article.variant % 3 == 2:
        return f'<div class="view TRS_UEDITOR trs_paper_default">\n{text}\n</div>'
    return f'<div class="TRS_Editor">{STYLE}\n{text}\n</div>'
