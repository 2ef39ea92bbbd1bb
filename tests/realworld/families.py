# ruff: noqa: E501 - markup is as long as it is
"""Portals in the markup of site programs that only offices run, and portals of a feed or of JSON.

TRS, JCMS and UCAP stand behind most Chinese government portals and are not to be had; the names of
elements, addresses and pagers are theirs, the pages are ours. Each has two dresses.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.realworld.articles import Edition, Story
from tests.realworld.portals import Folder, html_of

_SECTIONS = (("xwzx", "新闻中心"), ("tzgg", "通知公告"))
_MENU = ("首页", "政务公开", "政务服务", "互动交流", "走进云岭", "数据开放")


class Office(Folder):
    """What portals of the families share: a home page with blocks of headlines, lists of fifteen
    rows, one for everything and one for notices, and articles."""

    language = "zh"
    light = True
    hides = True
    pins = True
    encoding = "utf-8"
    charset = "UTF-8"
    rows = 15

    def install(self, folder: Path) -> None:
        """There is nothing to install."""

    def publish(self, edition: Edition, folder: Path) -> None:
        public = self.public(folder)
        shutil.rmtree(public, ignore_errors=True)
        self._write(public, "/index.html", self._page("云岭区人民政府", "", self._home(edition)))
        for name, label in _SECTIONS:
            shown = [
                story for story in _in_order(edition) if name == "xwzx" or story.section == "公告"
            ]
            self._lists(public, name, label, shown, edition.theme)
        for story in edition.stories:
            text = self._article(story, edition)
            page = self._page(f"{story.title}_云岭区人民政府", self._meta(story), text)
            self._write(public, self.address(story), page)

    def _write(self, public: Path, path: str, page: str) -> None:
        file = public / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.encode(self.encoding, "replace"))

    def _page(self, title: str, head: str, body: str) -> str:
        menu = "".join(f'<li><a href="/{at}/">{name}</a></li>' for at, name in enumerate(_MENU))
        return (
            f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={self.charset}">'
            f"<title>{escape(title)}</title>\n{head}</head><body>\n"
            f'<div class="header"><div class="logo"><a href="/"><img src="/images/logo.png" alt=""></a></div>'
            f'<ul class="nav">{menu}</ul></div>\n{body}\n'
            '<div class="footer"><p>主办：云岭区人民政府办公室　承办：云岭区大数据中心</p>'
            "<p>网站标识码：5299990001　云公网安备52999902000001号</p></div></body></html>"
        )

    def _home(self, edition: Edition) -> str:
        blocks = []
        for name, label in _SECTIONS:
            shown = [each for each in edition.listed if name == "xwzx" or each.section == "公告"][
                :8
            ]
            rows = "".join(
                f'<li><a href="{self.address(each)}" target="_blank" title="{escape(each.title)}">{escape(_cut(each.title))}</a></li>'
                for each in shown
            )
            blocks.append(
                f'<div class="block"><div class="tit"><span>{label}</span><a class="more" href="{self._list(name)}">更多&gt;&gt;</a></div><ul>{rows}</ul></div>'
            )
        links = "".join(
            f'<a href="http://{n}.yunling.example/">{n}</a>' for n in ("rd", "zx", "fgw", "kjj")
        )
        return "\n".join(blocks) + f'<div class="links">友情链接：{links}</div>'

    def _lists(
        self, public: Path, name: str, label: str, shown: Sequence[Story], theme: int
    ) -> None:
        pages = [shown[at : at + self.rows] for at in range(0, len(shown), self.rows)]
        for number, part in enumerate(pages):
            rows = "\n".join(self._row(each, theme) for each in part)
            place = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {label}</div>'
            body = place + self._list_body(rows, number, len(pages), len(shown), theme)
            self._write(public, self._list(name, number), self._page(label, "", body))

    def _list(self, name: str, number: int = 0) -> str:
        return f"/{name}/index{f'_{number}' if number else ''}.html"

    def _list_body(self, rows: str, number: int, pages: int, count: int, theme: int) -> str:
        raise NotImplementedError

    def _row(self, story: Story, theme: int) -> str:
        mark = '<i class="top">[置顶]</i>' if story.pinned else ""
        if theme == 1:
            return f'<li>{mark}<a href="{self.address(story)}" title="{escape(story.title)}" target="_blank">{escape(story.title)}</a><span>{story.at:%Y-%m-%d}</span></li>'
        return f'<div class="item"><p class="d"><b>{story.at:%d}</b>{story.at:%Y-%m}</p>{mark}<a href="{self.address(story)}">{escape(story.title)}</a></div>'

    def _meta(self, story: Story) -> str:
        pairs = {
            "SiteName": "云岭区人民政府", "SiteDomain": f"{self.name}.test", "SiteIDCode": "5299990001",
            "ColumnName": "新闻中心", "ArticleTitle": story.title, "PubDate": f"{story.at:%Y-%m-%d %H:%M}",
            "ContentSource": "云岭区融媒体中心", "Maketime": "2025-12-03 03:00:11",
        }  # fmt: skip
        return (
            "\n".join(f'<meta name="{k}" content="{escape(v)}">' for k, v in pairs.items()) + "\n"
        )

    def _article(self, story: Story, edition: Edition) -> str:
        raise NotImplementedError

    def address(self, story: Story) -> str:
        raise NotImplementedError


def _in_order(edition: Edition) -> list[Story]:
    return sorted(edition.listed, key=lambda story: not story.pinned)


def _cut(title: str) -> str:
    return title if len(title) <= 24 else title[:23] + "…"


def _tools(story: Story) -> str:
    return '<div class="tools">字号：[<a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(16)">中</a> <a href="javascript:doZoom(14)">小</a>]　<a href="javascript:window.print()">打印本页</a>　<a href="javascript:window.close()">关闭窗口</a></div>'


def _next_to(story: Story, edition: Edition, address: object) -> str:
    assert callable(address)
    shown = edition.listed
    at = next((n for n, each in enumerate(shown) if each.number == story.number), 0)
    out = []
    for label, n in (("上一篇", at - 1), ("下一篇", at + 1)):
        if 0 <= n < len(shown):
            out.append(
                f'<p>{label}：<a href="{address(shown[n])}">{escape(shown[n].title)}</a></p>'
            )
    return "".join(out)


class Trs(Office):
    """TRS WCM: GB bytes, `createPageHTML`, `t20251128_123.html`."""

    name = "trs"
    starts = (("a section", "/xwzx/index.html"),)
    encoding = "gb18030"
    charset = "gb2312"

    def address(self, story: Story) -> str:
        return f"/xwzx/{story.at:%Y%m}/t{story.at:%Y%m%d}_{880000 + story.number}.html"

    def _list_body(self, rows: str, number: int, pages: int, count: int, theme: int) -> str:
        wrap = f'<ul class="list">{rows}</ul>' if theme == 1 else f'<div class="lists">{rows}</div>'
        return f'<div class="right">{wrap}<div class="page"><script type="text/javascript">createPageHTML({pages}, {number}, "index", "html");</script></div></div>'

    def _article(self, story: Story, edition: Edition) -> str:
        text = html_of(story.blocks, paragraph='<p align="justify">　　{}</p>')
        if edition.theme == 1:
            return (
                f'<div class="content"><h1 class="title">{escape(story.title)}</h1><div class="info">发布时间：{story.at:%Y年%m月%d日}　来源：云岭区融媒体中心　作者：{story.author}</div>{_tools(story)}'
                f'<div class="TRS_Editor">{text}</div>{_next_to(story, edition, self.address)}</div>'
            )
        return (
            f'<div class="xl"><div class="xl-t">{escape(story.title)}</div><ul class="xl-i"><li>{story.at:%Y-%m-%d %H:%M}</li><li>云岭区融媒体中心</li></ul>'
            f'<div class="view TRS_UEDITOR trs_paper_default trs_web">{text}</div></div>'
        )


class Jcms(Office):
    """JCMS: rows as records inside a script, the later ones fetched by its pager."""

    name = "jcms"
    starts = (("a section", "/col/col1591173/index.html"),)
    group = 45

    def __init__(self) -> None:
        self._shown: dict[str, list[str]] = {}

    def address(self, story: Story) -> str:
        return f"/art/{story.at.year}/{story.at.month}/{story.at.day}/art_1591173_{59380000 + story.number}.html"

    def _list(self, name: str, number: int = 0) -> str:
        return f"/col/col{1591173 if name == 'xwzx' else 1591174}/index.html"

    def _lists(
        self, public: Path, name: str, label: str, shown: Sequence[Story], theme: int
    ) -> None:
        column = "1591173" if name == "xwzx" else "1591174"
        self._shown[column] = [self._row(each, theme) for each in shown]
        first = self._records(column, 1, self.group)
        pager = (
            f'<div id="5104127" class="default_pgContainer"><script type="text/xml">{first}</script></div>'
            f'<script>$("#5104127").jpage({{perPage: {self.rows}, totalrecord: {len(shown)}, proxyUrl: "/module/web/jpage/dataproxy.jsp", '
            f'parameters: "columnid={column}&unitid=5104127&webid=3185&path=/&appid=1"}});</script>'
        )
        body = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {label}</div>{pager}'
        self._write(public, self._list(name), self._page(label, "", body))

    def _records(self, column: str, first: int, last: int) -> str:
        rows = self._shown.get(column, [])
        held = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows[first - 1 : last])
        return f"<datastore><totalrecord>{len(rows)}</totalrecord><totalpage>{-(-len(rows) // self.rows)}</totalpage><recordset>{held}</recordset></datastore>"

    def answer(self, address: str) -> tuple[str, bytes] | None:
        parts = urlsplit(address)
        if parts.path != "/module/web/jpage/dataproxy.jsp":
            return None
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        first, last = int(asked.get("startrecord", 1)), int(asked.get("endrecord", self.rows))
        text = self._records(asked.get("columnid", ""), first, min(last, first + 99))
        return "text/xml;charset=UTF-8", text.encode()

    def _list_body(self, rows: str, number: int, pages: int, count: int, theme: int) -> str:
        return rows

    def _article(self, story: Story, edition: Edition) -> str:
        text = html_of(story.blocks, paragraph='<p style="text-indent: 2em">{}</p>')
        if edition.theme == 1:
            return (
                f'<div class="main"><table id="article" width="100%"><tr><td class="title">{escape(story.title)}</td></tr>'
                f'<tr><td>发布日期：{story.at:%Y-%m-%d} {story.at:%H:%M}　浏览次数：<script src="/module/visitcount/articlehits.jsp?colid=1591173"></script>　信息来源：云岭区融媒体中心</td></tr>'
                f'<tr><td class="bt_content"><div id="zoom">{text}</div></td></tr></table>{_tools(story)}</div>'
            )
        return (
            f'<div class="wz"><h2>{escape(story.title)}</h2><span class="sp1">时间：{story.at:%Y/%m/%d}</span><span class="sp2">来源：云岭区融媒体中心</span>'
            f'<div class="wz_con">{text}</div></div>'
        )


class Ucap(Office):
    """UCAP: `content` in elements of its own name, 32 hexadecimal digits in each address."""

    name = "ucap"
    starts = (("a section", "/xwzx/list.shtml"),)

    def address(self, story: Story) -> str:
        mark = hashlib.sha256(f"ucap {story.number}".encode()).hexdigest()[:32]
        return f"/xwzx/{story.at:%Y%m}/{mark}.shtml"

    def _list(self, name: str, number: int = 0) -> str:
        return f"/{name}/list{f'_{number + 1}' if number else ''}.shtml"

    def _list_body(self, rows: str, number: int, pages: int, count: int, theme: int) -> str:
        wrap = f"<ul>{rows}</ul>" if theme == 1 else rows
        return f"<div class=\"news_box\"><div class=\"list\">{wrap}</div><div id=\"page_div\"></div><script>createPageHTML('page_div',{pages},{number + 1},'list','shtml',{count});</script></div>"

    def _row(self, story: Story, theme: int) -> str:
        mark = "<em>置顶</em>" if story.pinned else ""
        when = (
            f'<span class="date">{story.at:%Y-%m-%d}</span>'
            if theme == 1
            else f"<p>{story.at:%Y年%m月%d日}</p>"
        )
        tag = "li" if theme == 1 else "div"
        return f'<{tag}><h4>{mark}<a href="{self.address(story)}" target="_blank">{escape(story.title)}</a>{when}</h4></{tag}>'

    def _meta(self, story: Story) -> str:
        return f'<meta name="firstpublishedtime" content="{story.at:%Y-%m-%d-%H:%M:%S}"><meta name="lanmu" content="新闻中心"><meta name="author" content="{story.author}">\n'

    def _article(self, story: Story, edition: Edition) -> str:
        text = html_of(story.blocks, paragraph="<p><span>{}</span></p>")
        if edition.theme == 1:
            return (
                f'<div class="article oneColumn"><h1><ucaptitle>{escape(story.title)}</ucaptitle></h1><div class="pages-date"><publishtime>{story.at:%Y-%m-%d %H:%M}</publishtime>'
                f'<span class="font">来源：<ucapsource>云岭区融媒体中心</ucapsource></span></div><div id="UCAP-CONTENT" class="pages_content"><UCAPCONTENT>{text}</UCAPCONTENT></div>'
                f'<div class="editor">责任编辑：{story.author}</div></div>'
            )
        return (
            f'<div class="detail"><p class="detail-title">{escape(story.title)}</p><p class="detail-info">{story.at:%Y-%m-%d %H:%M} 浏览量：302</p>'
            f'<div id="detail">{text}</div></div>'
        )


class RssOnly(Folder):
    """A site that lists its news in a feed alone."""

    name = "rss"
    starts = (("a feed", "/rss.xml"),)
    light = True
    hides = True

    def install(self, folder: Path) -> None:
        """There is nothing to install."""

    def publish(self, edition: Edition, folder: Path) -> None:
        public = self.public(folder)
        shutil.rmtree(public, ignore_errors=True)
        public.mkdir(parents=True)
        host = f"http://{self.name}.test"
        link = '<link rel="alternate" type="application/rss+xml" title="News" href="/rss.xml">'
        home = f"<!doctype html><html lang=en><head><title>Port Elsing Harbour Office</title>{link}</head><body><h1>Port Elsing Harbour Office</h1><p>The harbour office looks after the quays, the cranes and the tide tables. It is open from eight to four.</p><p><a href=/rss.xml>News as a feed</a> · <a href=/contact.html>Contact</a></p></body></html>"
        (public / "index.html").write_text(home, "utf-8")
        items = "".join(
            f"<item><title>{escape(each.title)}</title><link>{host}{self.address(each)}</link><guid isPermaLink='false'>harbour-{each.number}</guid><pubDate>{format_datetime(each.at)}</pubDate><description>{escape(each.summary)}</description></item>\n"
            for each in edition.listed
        )
        (public / "rss.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Port Elsing Harbour Office</title><link>{host}/</link><description>News</description>\n{items}</channel></rss>',
            "utf-8",
        )
        for story in edition.stories:
            file = public / self.address(story).lstrip("/")
            file.parent.mkdir(exist_ok=True)
            file.write_text(_bare(story, edition.theme, "Port Elsing Harbour Office"), "utf-8")

    def address(self, story: Story) -> str:
        return f"/news/{7000 + story.number}.html"


def _bare(story: Story, theme: int, site: str) -> str:
    text = html_of(story.blocks)
    when = f"{story.at.day} {story.at:%B %Y}"
    if theme == 1:
        body = f"<h1>{site}</h1><h2>{escape(story.title)}</h2><p class=date>{when}</p>{text}"
    else:
        body = f"<div id=name>{site}</div><div id=page><p><b>{escape(story.title)}</b></p><p><small>{when} | {story.author}</small></p>{text}</div>"
    return f"<!doctype html><html lang={story.language}><head><meta charset=utf-8><title>{site}</title></head><body>{body}<hr><p><a href=/>Back</a></p></body></html>"


class JsonList(Folder):
    """A portal whose lists come as JSON: the page that a person sees is filled by a script."""

    name = "json"
    language = "zh"
    light = True
    start = "/api/news?page=1&size=20"
    starts = (("a home page", "/"),)
    hides = True
    pins = True

    def __init__(self) -> None:
        self._shown: list[Story] = []

    def install(self, folder: Path) -> None:
        """There is nothing to install."""

    def publish(self, edition: Edition, folder: Path) -> None:
        public = self.public(folder)
        shutil.rmtree(public, ignore_errors=True)
        (public / "news").mkdir(parents=True)
        self._shown = _in_order(edition)
        (public / "index.html").write_text(
            '<!doctype html><html lang=zh><head><meta charset=utf-8><title>云岭科创</title></head><body><div id="app"></div><script src="/static/app.js"></script></body></html>',
            "utf-8",
        )
        (public / "static").mkdir()
        (public / "static/app.js").write_text(
            '!function(t){var e=document.getElementById("app");function n(i){return fetch("/api/'
            'news?page="+i+"&size=20").then(function(t){return t.json()}).then(function(t){t.data.'
            'list.forEach(function(t){var n=document.createElement("a");n.href=t.url;'
            "n.textContent=t.title;e.appendChild(n)})})}n(1)}(window);",
            "utf-8",
        )
        for story in edition.stories:
            file = public / self.address(story).lstrip("/")
            file.write_text(_bare(story, edition.theme, "云岭科创"), "utf-8")

    def answer(self, address: str) -> tuple[str, bytes] | None:
        parts = urlsplit(address)
        if parts.path != "/api/news":
            return None
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        page, size = _number(asked.get("page", "1")), min(_number(asked.get("size", "20")), 50)
        shown = self._shown[(page - 1) * size : page * size]
        rows = [
            {
                "id": each.number,
                "title": each.title,
                "url": self.address(each),
                "publishTime": f"{each.at:%Y-%m-%d %H:%M:%S}",
                "summary": each.summary,
                "isTop": each.pinned,
            }
            for each in shown
        ]
        said = {
            "code": 0,
            "msg": "ok",
            "data": {"total": len(self._shown), "page": page, "size": size, "list": rows},
        }
        return "application/json;charset=UTF-8", json.dumps(said, ensure_ascii=False).encode()

    def address(self, story: Story) -> str:
        return f"/news/{9000 + story.number}.html"


def _number(text: str) -> int:
    found = re.fullmatch(r"\d{1,6}", text)
    return max(int(text), 1) if found else 1
