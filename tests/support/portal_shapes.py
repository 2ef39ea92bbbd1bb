# ruff: noqa: E501 - sentences in Chinese are short to read and long to count
"""Pages in the shape of each shipped source's portal, made from what is on record of that shape.

The record (`portals/articles.tsv`, `portals/lists.tsv`) says where a portal puts what, as selectors;
it is kept beside the sources and not read from them, so that a source that no longer fits its portal
shows. A selector becomes the elements that it selects. The texts are ours.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from zlib import crc32

RECORDS = Path(__file__).parents[1] / "portals"
ROWS = 8
BUILT = "2026-02-27 03:11:09"
"""When the page was built, says the trap `Maketime`; never the date of an article."""

_COMPOUND = re.compile(r"([\w-]+|\*)?((?:[#.][\w-]+|\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?)*)")
_PART = re.compile(
    r"([#.])([\w-]+)|\[([\w-]+)(?:[*^$]?=['\"]?([^'\"\]]*)['\"]?)?\]|:([\w-]+)(?:\(([^)]*)\))?"
)
_META = re.compile(r"meta\[name=[\"']?(\w+)[\"']?\]")
_WITHIN = {"li": "ul", "tr": "table", "td": "tr"}


@dataclass(frozen=True, slots=True)
class Shape:
    """An article page: where things stand. `~` in front of a place means that no selector of the
    source knows it; the reader finds it by its looks."""

    id: str
    url: str
    language: str
    line: str
    title: str
    published: str
    source: str
    body: str

    def told(self, name: str) -> str:
        """The selector by which a field has to be read, empty where it is found by its looks."""
        place = str(getattr(self, name))
        return "" if place.startswith("~") or not place else place


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list: `wrap` is how rows are delivered: page, records (CDATA in a script), json, feed."""

    id: str
    url: str
    wrap: str
    row: str
    link: str
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a page says, and has to be read from it."""

    title: str
    day: date
    source: str
    paragraphs: tuple[str, ...]


def article_shapes() -> dict[str, Shape]:
    """The record of article pages, by the source's id."""
    return {row["id"]: Shape(**row) for row in _records("articles.tsv")}


def list_shapes() -> list[ListShape]:
    """The record of lists, as many for a source as it has entries."""
    return [ListShape(**row) for row in _records("lists.tsv")]


def _records(name: str) -> list[dict[str, str]]:
    with (RECORDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def story_of(source_id: str, language: str, number: int = 0) -> Story:
    """A story of our own, another one for each source and number."""
    seed = crc32(source_id.encode()) % 997 + number
    day = date(2023, 8, 29) - timedelta(days=seed % 300)
    if language == "zh":
        return Story(
            f"第{seed}号实验室向企业开放共享设备",
            day,
            "市科学技术局",
            (
                f"市科技局昨日通报，全市已有{seed}家实验室向中小企业开放共享设备，预约当天即可使用。",
                f"据介绍，上半年共有{seed + 40}项课题在这里完成，涉及新材料、大数据和装备制造。",
                "下一步，主管部门将公布开放时间和收费标准，接受社会监督，让更多企业用得上、用得起。",
            ),
        )
    return Story(
        f"Laboratory No {seed} opens its doors to companies",
        day,
        "China Daily",
        (
            f"The city counts {seed} laboratories that lend their instruments to small companies, "
            "and a morning is enough to book one of them, the science office said.",
            f"In the first half of the year {seed + 40} projects were finished there, in new "
            "materials, big data and the making of equipment.",
            "Opening hours and fees are to be published next, so that everybody can see them, and "
            "more companies can afford to come.",
        ),
    )


#: How the family prints source and day above a text; `{d}` is the ISO day, `{s}` the source.
LINES = {
    "updated": "({s}) Updated: {d}",
    "bar": "{s}|Updated: {d}",
    "bar-print": "{s}| Updated: {month} {day}, {year} Print",
    "by-bar": "By WANG XIAO | {s} | Updated: {d} 07:49",
    "bare-bar": "{s} | {d}",
    "zh": "发布时间：{d} 09:20　来源：{s}　字号：[大 中 小]",
    "zh-han": "来源：{s}　发布时间：{year}年{mm}月{dd}日",
    "date": "{d}",
    "time": "{d} 09:20",
    "time-source": "{d} 15:04:10 source:{s}",
    "release": "Release date:{d} 16:42",
    "label": "日期：{d}",
    "en-source": "Date: {d} Source: {s}",
}


def line_of(name: str, story: Story) -> str:
    """The visible line of a story."""
    day = story.day
    return LINES[name].format(
        s=story.source, d=day.isoformat(), year=day.year, month=f"{day:%B}", day=day.day,
        mm=f"{day:%m}", dd=f"{day:%d}",
    )  # fmt: skip


def has_source(shape: Shape) -> bool:
    """Whether the portal prints where a text comes from."""
    return bool(shape.source) or "{s}" in LINES[shape.line]


def article_page(shape: Shape, story: Story) -> bytes:
    """An article in this shape, among all that stands on such pages and is none of it."""
    text = "".join(f"<p>　　{escape(p)}</p>\n" for p in story.paragraphs)
    head, parts = [], []
    for place, inner in (
        (shape.title, escape(story.title)),
        (shape.published, escape(line_of(shape.line, story))),
        (shape.source, escape(_source_text(shape, story))),
        (shape.body, text),
    ):
        place = place.removeprefix("~")
        meta = _META.fullmatch(place)
        if meta is not None:
            head.append(f'<meta name="{meta[1]}" content="{inner}">')
        elif place:
            parts.append(element(place, inner))
    if shape.title.startswith("meta"):
        parts.insert(0, f'<div class="headline-of-page">{escape(story.title)}</div>')
    return _page(shape.language, story.title, "\n".join(head), "\n".join(parts))


def _source_text(shape: Shape, story: Story) -> str:
    if shape.source.startswith("meta") or shape.language == "en":
        return story.source
    return f"来源：{story.source}"


def _page(language: str, title: str, head: str, content: str) -> bytes:
    zh = language == "zh"
    site = "某市人民政府" if zh else "Somewhere, China"
    crumbs = "当前位置：首页 &gt; 新闻" if zh else "Home &gt; News"
    menu = "".join(
        f'<li><a href="/about/{n}.jsp">{word}</a></li>'
        for n, word in enumerate("首页 政务 服务 互动" if zh else "Home About Services Contact")
        if word.strip()
    )
    share = "分享到：微信 微博" if zh else "Share on WeChat Weibo"
    related = "相关阅读" if zh else "Related stories"
    foot = (
        "版权所有：某市人民政府 京ICP备05000001号 网站标识码1100000001"
        if zh
        else "Copyright©2013 - Somewhere. All Rights Reserved. Presented by China Daily. 京ICP备05000001号"
    )
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} - {site}</title>
<meta name="Maketime" content="{BUILT}">
{head}
</head><body>
<ul class="top-menu">{menu}</ul>
<div class="crumbs">{crumbs}</div>
{content}
<div class="bdsharebuttonbox">{share}</div>
<div class="side-box"><b>{related}</b><ul><li><a href="/about/9.jsp">{related} A</a> 2025-12-01</li></ul></div>
<div class="footer">{foot}</div>
</body></html>
""".encode()


def element(selector: str, inner: str) -> str:
    """Markup that `selector` selects, holding `inner`; of alternatives the first."""
    parts = _split(selector)
    if parts[0] == "body":
        parts = parts[1:]
    markup = inner
    for at in range(len(parts) - 1, -1, -1):
        around = parts[at - 1] if at else ""
        markup = _wrapped(_one(parts[at], markup), parts[at], around)
    return markup


def _split(selector: str) -> list[str]:
    """The simple selectors of the first alternative, the outermost first."""
    depth, pieces = 0, [""]
    for sign in selector:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            break
        if sign in " >" and not depth:
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece for piece in pieces if piece]


def _one(compound: str, inner: str) -> str:
    match = _COMPOUND.fullmatch(compound)
    assert match is not None, compound
    tag = match[1] or "div"
    attributes: dict[str, str] = {}
    before = 0
    for sign, name, key, value, pseudo, argument in _PART.findall(match[2]):
        if sign:
            key, value = ("id" if sign == "#" else "class"), name
            attributes[key] = f"{attributes.get(key, '')} {value}".strip()
        elif key:
            attributes[key] = value or "of ours"
        elif pseudo in ("nth-child", "nth-of-type"):
            before = max(0, int(argument) - 1) if argument.isdigit() else 0
        elif pseudo == "last-child":
            before = 1
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}></{tag}>" * before + f"<{tag}{written}>{inner}</{tag}>"


def _wrapped(markup: str, compound: str, around: str) -> str:
    """Rows and cells stand in lists and tables, whether the selector says so or not."""
    match = _COMPOUND.match(compound)
    outer = _COMPOUND.match(around)
    tag, inside = (match[1] if match else ""), (outer[1] if outer else "")
    while tag in _WITHIN and inside not in (_WITHIN[tag], "ol", "tbody"):
        tag = _WITHIN[tag]
        markup = f"<{tag}>{markup}</{tag}>"
        if not around and tag in ("ul", "table"):
            break
    return markup


def row_urls(shape: Shape) -> list[str]:
    """Addresses of articles on this portal."""
    return [shape.url.replace("{n}", f"{n}") for n in range(10, 10 + ROWS)]


def list_page(shape: ListShape, article: Shape) -> bytes:
    """A list in this shape, of one portal's articles."""
    told = [
        (url, story_of(shape.id, article.language, n)) for n, url in enumerate(row_urls(article))
    ]
    if shape.wrap == "json":
        return _json_list(shape, told)
    if shape.wrap == "feed":
        return _feed(told)
    rows = [_row(shape, url, story) for url, story in told]
    if shape.wrap == "records":
        held = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows)
        content = (
            f'<script type="text/xml"><datastore><recordset>{held}</recordset></datastore></script>'
        )
    else:
        content = _rows_in_place(shape, rows)
    pager = "下一页" if article.language == "zh" else "Next"
    content += f'<div class="pages"><a href="/about/next.jsp">{pager}</a></div>'
    return _page(article.language, "News", "", content)


def _rows_in_place(shape: ListShape, rows: list[str]) -> str:
    """Rows where the record has them: all in the container that the row's selector names."""
    if not shape.row and len(_split(shape.link)) > 1:
        return "\n".join(rows)
    *container, last = _split(shape.row or "ul.rows-of-ours li")
    held = "\n".join(_one(last, row) for row in rows)
    if container:
        return element(" ".join(container), held)
    return _wrapped(held, last, "")


def _row(shape: ListShape, url: str, story: Story) -> str:
    """What stands in one row: the link, and the day beside it, or in it where the record says so."""
    *around, last = _split(shape.link)
    places = _split(shape.date.removeprefix("~").removeprefix("a + "))
    inside = places[:1] == ["a"]
    day = element(" ".join(places[inside:]), story.day.isoformat()) if places else ""
    label = element(shape.title, escape(story.title)) if shape.title else escape(story.title)
    anchor = _one(last, label + (day if inside else ""))
    anchor = anchor.replace("<a", f'<a href="{escape(url)}" target="_blank"', 1)
    anchor = anchor.replace('title="of ours"', f'title="{escape(story.title)}"', 1)
    row = anchor if inside else f"{anchor} {day}"
    row = element(" ".join(around), row) if around else row
    return element(shape.row, row) if shape.wrap == "records" else row


def _json_list(shape: ListShape, told: list[tuple[str, Story]]) -> bytes:
    items = [
        {shape.link: url, shape.title: story.title, shape.date: f"{story.day.isoformat()} 09:20:00"}
        for url, story in told
    ]
    found: object = items
    for key in reversed(shape.row.split(".")):
        found = {key: found}
    return json.dumps(found, ensure_ascii=False).encode()


def _feed(told: list[tuple[str, Story]]) -> bytes:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(url)}</link>"
        f"<pubDate>{story.day:%a, %d %b %Y} 09:20:00 +0800</pubDate></item>"
        for url, story in told
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
