"""The English city portal and its department mirrors: pages in the China Daily family's shapes.

Lists without dates, two ages of article layout, ten shapes of date line. Decides nothing about
which article stands where (see `plan`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from .pages import (
    PracticePage,
    esc,
    has_picture,
    list_modified,
    modified,
    newest_first,
    picture,
    related,
    sheets,
    stamp_slots,
    summary,
)
from .plan import CITY_VARIANTS, SITES, Placed, Site

HTML = "text/html; charset=utf-8"
NAMES = {
    "english": "Guiyang (practice), China",
    "kjj": "Guiyang (practice) Science and Technology Bureau",
    "jw": "Guiyang (practice) Reform Office",
}
REDESIGN = {"jw": 2}  # from which day a site's list has its new layout
MENU = ("Home", "News", "Guide", "Investment", "Resources")


def city_pages(
    site: Site, articles: Sequence[Placed], anchor: date, day: int
) -> dict[str, PracticePage]:
    """Path → page for one host of the family on one day."""
    rows = newest_first(article for article in articles if article.served(day))
    when = list_modified(articles, anchor, day)
    pages = {}
    for at, sheet in enumerate(sheets(rows)):
        body = _list(site, sheet, at, len(sheets(rows)), day)
        pages["/news.html" if at == 0 else f"/news_{at + 1}.html"] = PracticePage(
            _bytes(body), HTML, when
        )
    home = PracticePage(_bytes(_home(site, rows[:5])), HTML, when)
    pages |= {"/": home, "/index.html": home}
    for article in rows:
        body = _article(article, rows, day)
        pages[article.path] = PracticePage(_bytes(body), HTML, modified(article, anchor, day))
    if site.key == "english":
        drafts = _frame(site, "Drafts", "<p>Not for the public: a robot has no business here.</p>")
        pages["/internal/drafts.html"] = PracticePage(_bytes(drafts), HTML, when)
    pages["/images/photo.png"] = PracticePage(picture(site.key), "image/png", when)
    return pages


def _bytes(text: str) -> bytes:
    return text.encode()


def _frame(site: Site, title: str, content: str, head: str = "") -> str:
    menu = "".join(
        f'<li><a href="/{"news" if n == "News" else "index"}.html">{n}</a></li>' for n in MENU
    )
    year = "2013"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{esc(title)}</title>
{head}<link rel="shortcut icon" href="/favicon.ico">
<script>var channel = "practice"; function setFont(n) {{ document.body.className = n; }}</script>
</head>
<body>
<div class="topbar"><a href="http://zh.practice.test/">中文</a> <span>Search</span></div>
<div class="header"><a href="/index.html">{esc(NAMES[site.key])}</a></div>
<ul class="nav">{menu}</ul>
{content}
<div class="footer">
<p>Copyright©{year} - The Guiyang (practice) Municipal People's Government. All Rights Reserved.</p>
<p>Presented by China Daily.</p>
<p><a href="http://beian.practice.test/">{site.footer}</a></p>
<p>Practice portal: every story on it is invented.</p>
</div>
</body>
</html>
"""


def _home(site: Site, rows: Sequence[Placed]) -> str:
    links = "".join(f'<li><a href="{row.path}">{esc(row.story.title)}</a></li>\n' for row in rows)
    staff = '<p class="staff"><a href="/internal/drafts.html">Staff</a></p>' * (
        site.key == "english"
    )
    return _frame(
        site,
        NAMES[site.key],
        f'<div class="focus"><h2><a href="/news.html">News</a></h2>\n'
        f"<ul>\n{links}</ul></div>\n{staff}",
    )


def _list(site: Site, rows: Sequence[Placed], at: int, count: int, day: int) -> str:
    new_layout = day >= REDESIGN.get(site.key, day + 1)
    body = (_cards if new_layout else _rows)(rows, day)
    crumbs = '<div class="crumbs"><a href="/index.html">Home</a> &gt; News</div>'
    return _frame(site, f"News - {NAMES[site.key]}", f"{crumbs}\n{body}\n{_pager(at, count)}")


def _rows(rows: Sequence[Placed], day: int) -> str:
    def row(position: int, article: Placed) -> str:
        href = article.path if position % 3 else article.path.removeprefix("/")
        return (
            f'<li><h3><a href="{href}" target="_blank">{esc(article.text(day).title)}</a></h3>\n'
            f"<p>{esc(summary(article, day))}</p></li>\n"
        )

    items = "".join(row(position, article) for position, article in enumerate(rows))
    return f'<div class="main-list"><ul class="news_list">\n{items}</ul></div>'


def _cards(rows: Sequence[Placed], day: int) -> str:
    cards = "".join(
        f'<section class="card"><div class="card-media"></div><div class="card-text">'
        f'<a class="card-link" href="{article.url}">'
        f"<strong>{esc(article.text(day).title)}</strong></a>"
        f'<span class="card-note">{esc(summary(article, day))}</span></div></section>\n'
        for article in rows
    )
    return f'<main class="grid" data-view="cards">\n{cards}</main>'


def _pager(at: int, count: int) -> str:
    def name(index: int) -> str:
        return "news.html" if index == 0 else f"news_{index + 1}.html"

    numbers = " ".join(
        f"<span>{index + 1}</span>" if index == at else f'<a href="{name(index)}">{index + 1}</a>'
        for index in range(count)
    )
    following = f' <a class="pagestyle" href="{name(at + 1)}">Next</a>' if at + 1 < count else ""
    return f'<div class="pages">{numbers}{following}</div>'


def _article(article: Placed, siblings: Sequence[Placed], day: int) -> str:
    story = article.text(day)
    old = "/content_" in article.path
    links = "".join(
        f'<li><a href="{other.path}">{esc(other.story.title)}</a></li>'
        for other in related(article, siblings, day)
    )
    crumb = _crumb(article)
    layout = _old_layout if old else _new_layout
    body = "\n".join(_paragraphs(article, story.paragraphs))
    inner = layout(esc(story.title), _date_line(article), body)
    content = f"""<div class="crumbs">{crumb}</div>
{inner}
<div class="relevant"><h4>Related stories</h4><ul>{links}</ul></div>
<div class="editor_tools"><a href="javascript:window.print()">Print</a></div>"""
    head = f'<meta name="contentid" content="{_digits(article)}">\n'
    return _frame(article.site, story.title, content, head)


def _new_layout(title: str, line: str, body: str) -> str:
    return f"""<div class="article">
<h1>{title}</h1>
<div class="info">{line}</div>
<div class="share"><a href="#">Share</a> <a href="#">L</a> <a href="#">M</a> <a href="#">S</a></div>
<div id="Content" class="article-content">
{body}
</div>
</div>"""


def _old_layout(title: str, line: str, body: str) -> str:
    return f"""<div class="mian-cont"><div id="Title_e"><h1>{title}</h1></div>
<div class="info_l">{line}</div>
<div class="bdsharebuttonbox"><a title="Share on Weibo" href="#">Weibo</a>
<a title="Share on WeChat" href="#">WeChat</a></div>
<div id="Content">
{body}
</div></div>"""


def _paragraphs(article: Placed, paragraphs: Sequence[str]) -> Iterator[str]:
    if has_picture(article):
        yield '<figure><img src="/images/photo.png" alt=""></figure>'
    for text in paragraphs:
        yield f"<p>{esc(text)}</p>"


def _crumb(article: Placed) -> str:
    """One of the spellings of the breadcrumb."""
    shapes = ("Home &gt; News", "Home&gt; News", "Home  &gt;   News", "Home&gt; Resources")
    return shapes[int(_digits(article)) % len(shapes)]


def _date_line(article: Placed) -> str:
    """The date and source line as markup: two elements where the shape has two lines."""
    text = CITY_VARIANTS[article.variant].line.format(**stamp_slots(article))
    if text.endswith(" Print"):
        bare = esc(text.removesuffix(" Print"))
        return f'<span>{bare}</span> <a href="javascript:window.print()">Print</a>'
    return "<br>\n".join(f"<span>{esc(line)}</span>" for line in text.split("\n"))


def _digits(article: Placed) -> str:
    return article.path.rpartition("_")[2].removesuffix(".htm")


CITY_SITES = tuple(SITES[key] for key in NAMES)
