"""Portals whose list is an index of archives by month or year: what is watched is the index, so
that the months to come are seen."""

from __future__ import annotations

import json
import socket
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from storage.archive import Archive
from tests.support.cli import CommandLine
from tests.support.servers import Behaviour, Hit, Server, Site, answer, page, serving

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")
LATER = ("--config", "hubwatch.toml", "--now", "2026-04-03T12:00+08:00")
SENTENCE = "The council approved the works on the bridge and the market square after a long debate."
THINGS = ("bridge", "market", "library", "harbour", "school", "garden", "museum", "tram")


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as found:
        yield found


def whole(title: str, inner: str) -> object:
    return page(
        f"<html lang=en><head><title>{title} | Tolbury</title></head><body><nav><a href=/>Home</a> "
        f"<a href=/about>About</a></nav><main>{inner}</main><footer>Tolbury</footer></body></html>"
    )


def put_articles(site: Site, year: int, month: int) -> str:
    """Four articles of a month, and their rows."""
    rows = ""
    for day in (3, 9, 17, 24):
        title = f"Council opens the {THINGS[(month + day) % 8]} again after works, part {day}"
        path = f"/news/{year}/{month:02}/{day:02}-story.html"
        text = "".join(f"<p>{SENTENCE} It heard {thing} users first.</p>" for thing in THINGS)
        said = f"<p>{day} {date(year, month, 1):%B %Y}</p>"
        site.answer(path, whole(title, f"<article><h1>{title}</h1>{said}{text}</article>"))
        rows += f"<li><a href={path}>{title}</a> <span>{day:02}/{month:02}/{year}</span></li>"
    return rows


def put_months(site: Site, *months: tuple[int, int]) -> None:
    """An index of months and the page of each, which does not lead back."""
    links = ""
    for year, month in months:
        name, path = f"{date(year, month, 1):%B %Y}", f"/news/{year}/{month:02}/"
        rows = put_articles(site, year, month)
        site.answer(path, whole(name, f"<h1>{name}</h1><ul>{rows}</ul>"))
        links += f"<li><a href={path}>{name}</a></li>"
    site.answer("/news/", whole("News archive", f"<h1>News archive</h1><ul>{links}</ul>"))


def put_years(
    site: Site, *years: int, at: str = "{0}.html", named: str = "Press releases {0}"
) -> None:
    """An index of years and the page of each. A year is also known by that of Japan's reign and by
    the next."""
    links = ""
    for year in years:
        rows = put_articles(site, year, 1) + put_articles(site, year, 2)
        path, name = (one.format(year, year - 2018, year + 1) for one in (at, named))
        site.answer(f"/news/{path}", whole(name, f"<h1>{name}</h1><ul>{rows}</ul>"))
        links += f"<li><a href=/news/{path}>{name}</a></li>"
    inner = f"<h1>Press releases</h1><p>Choose a year.</p><ul>{links}</ul>"
    site.answer("/news/", whole("Press releases", inner))


def add(hubwatch: CommandLine, server: Server, url: str, paging: str = "auto") -> str:
    """Add a portal as suggested. The address of its one entry, which goes on by itself."""
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    Path("sources").mkdir()
    Archive.create(Path("hubwatch.db")).close()
    Path("hubwatch.toml").write_text(
        'archive = "hubwatch.db"\nsources = ["sources"]\n'
        f'contact = "mailto:a@b.example"\n[network.hosts]\n{hosts}\n',
        encoding="utf-8",
    )
    ended = hubwatch(*AT, "sources", "add", url, "--yes", "--id", "p")
    assert ended.code == 0, ended.err
    with Path("sources/p.toml").open("a", encoding="utf-8") as file:
        file.write('\n[politeness]\ndelay = "0s"\n')
    (entry,) = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))["entry"]
    assert entry["paging"] == paging
    address: str = entry["url"]
    return address


def crawl(hubwatch: CommandLine, when: tuple[str, ...]) -> tuple[str, int, int]:
    ended = hubwatch(*when, "crawl", "p", "--json")
    assert ended.out, ended.err
    (run,) = [json.loads(line) for line in ended.out.splitlines()]
    return run["outcome"], run["new"], run["fetched"]


@pytest.mark.parametrize("begun", ["", "2026/02/", "2026/01/", "2026/02/09-story.html"])
def test_an_index_of_months_is_watched_and_a_new_month_is_seen(
    hubwatch: CommandLine, server: Server, begun: str
) -> None:
    site = server.site("months.test")
    put_months(site, (2026, 2), (2026, 1), (2025, 12))
    assert add(hubwatch, server, site.url(f"/news/{begun}")) == site.url("/news/")
    assert crawl(hubwatch, AT) == ("ok", 12, 12)
    assert crawl(hubwatch, AT)[:2] == ("ok", 0)
    put_months(site, (2026, 3), (2026, 2), (2026, 1), (2025, 12))
    assert crawl(hubwatch, LATER)[:2] == ("ok", 4)
    ended = hubwatch(*AT, "sources", "check", "p")
    assert ended.code == 0, ended.out


def put_calendar(site: Site, words: str, *months: tuple[int, int]) -> None:
    """A front page that leads to the newest month by a word of its menu, and months each of which
    leads to the one before by an arrow alone. No page is their index."""
    paths = [f"/news/{year}/{month:02}/" for year, month in months]
    menu = f"<p><a href=/>Home</a> <a href={paths[0]}>{words}</a> <a href=/about>About</a></p>"
    few = ""
    for at, (year, month) in enumerate(months):
        rows = put_articles(site, year, month)
        few = few or "<li>".join(rows.split("<li>")[:4])
        back = f"<a href={paths[at + 1]}>«</a>" if at + 1 < len(paths) else ""
        name = f"{date(year, month, 1):%B %Y}"
        calendar = f"<table class=cal><caption>{back} {name}</caption><tr><td>1<td>2</tr></table>"
        site.answer(paths[at], whole(name, f"{menu}{calendar}<h1>News</h1><ul>{rows}</ul>"))
    site.answer("/", whole("Tolbury", f"{menu}<h1>Welcome</h1><ul>{few}</ul>"))


@pytest.mark.parametrize("words", ["Новини", "All news", "新闻"])
@pytest.mark.parametrize("begun", ["/", "/news/2026/02/"])
def test_months_that_lead_to_each_other_are_watched_from_what_leads_to_the_newest(
    hubwatch: CommandLine, server: Server, begun: str, words: str
) -> None:
    site = server.site("calendar.test")
    put_calendar(site, words, (2026, 2), (2026, 1), (2025, 12))
    assert add(hubwatch, server, site.url(begun)) == site.url("/")
    assert crawl(hubwatch, AT) == ("ok", 12, 12)
    put_calendar(site, words, (2026, 3), (2026, 2), (2026, 1), (2025, 12))
    assert crawl(hubwatch, LATER)[:2] == ("ok", 4)


def test_months_under_a_year_s_heading_are_known_by_their_names_alone(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("months.test")
    inner = ""
    for year, months in ((2026, (2, 1)), (2025, (12, 11))):
        links = ""
        for month in months:
            rows = put_articles(site, year, month)
            name, path = f"{date(year, month, 1):%B}", f"/news/{year}/{month:02}/"
            site.answer(path, whole(name, f"<h1>{name} {year}</h1><ul>{rows}</ul>"))
            links += f"<li><a href={path}>{name}</a></li>"
        inner += f"<h3>{year}</h3><ul>{links}</ul>"
    site.answer("/news/", whole("News archive", f"<h1>News archive</h1>{inner}"))
    assert add(hubwatch, server, site.url("/news/")) == site.url("/news/")
    assert crawl(hubwatch, AT) == ("ok", 16, 16)


@pytest.mark.parametrize(
    ("words", "here", "there"),
    [
        ("View archived news", ("/news.aspx", "/news.aspx?pg=2"), ("/news.aspx?arc=L",)),
        (
            "历史新闻",
            ("/news/list.jsp", "/news/list.jsp?page=2"),
            ("/news/list.jsp?type=history", "/news/list.jsp?type=history&page=2"),
        ),
        ("Archiv", ("/news/",), ("/news/archiv/", "/news/archiv/?seite=2")),
    ],
)
@pytest.mark.parametrize("is_again", [False, True])
def test_the_archive_of_a_list_is_read_behind_its_last_page(
    hubwatch: CommandLine,
    server: Server,
    words: str,
    here: tuple[str, ...],
    there: tuple[str, ...],
    is_again: bool,
) -> None:
    """`is_again`: the archive begins with what the list shows."""
    site = server.site("kept.test")
    months = [(2026, 2), (2026, 1), (2025, 12), (2025, 11)]
    rows = [put_articles(site, *month) for month in months[: len(here) + len(there)]]
    archived = rows if is_again else rows[len(here) :]
    for pages, shown in ((here, rows[: len(here)]), (there, archived)):
        shown = [*shown[: len(pages) - 1], "".join(shown[len(pages) - 1 :])]
        ways = "".join(f"<a href='{url}'>{n}</a> " for n, url in enumerate(pages, 1))
        ways = f"<div class=pager>{ways}</div>" if len(pages) > 1 else ""
        for url, each in zip(pages, shown, strict=True):
            inner = f"<ul>{each}</ul>{ways}<p><a href='{there[0]}'>{words}</a></p>"
            site.answer(url, whole("News", f"<h1>News</h1>{inner}"))
    assert add(hubwatch, server, site.url(here[0])) == site.url(here[0])
    new = 4 * len(rows)
    assert crawl(hubwatch, AT) == ("ok", new, new)
    assert crawl(hubwatch, LATER)[:2] == ("ok", 0)


def test_a_month_that_nothing_leads_to_is_said_to_be_one(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("lone.test")
    rows = put_articles(site, 2026, 2)
    site.answer("/news/2026/02/", whole("February", f"<h1>News</h1><ul>{rows}</ul>"))
    url = site.url("/news/2026/02/")
    assert add(hubwatch, server, url, paging="none") == url
    said = hubwatch(*AT, "sources", "add", url, "--yes", "--id", "p", "--replace")
    assert "the address of the list holds a month or a year" in said.out + said.err


@pytest.mark.parametrize(
    ("here", "month"), [("/news.html", "/news.html?month={}{:02}"), ("/news/", "/news/{}/{:02}/")]
)
@pytest.mark.parametrize("in_newest", [1, 3])
def test_months_beside_the_list_of_the_newest_do_not_stand_in_for_it(
    hubwatch: CommandLine, server: Server, here: str, month: str, in_newest: int
) -> None:
    site = server.site("beside.test")

    def put(*months: tuple[int, int]) -> None:
        ways, few = "", ""
        for year, number in months:
            name = f"{date(year, number, 1):%B %Y}"
            ways += f"<li><a href='{month.format(year, number)}'>{name} (4)</a></li>"
        side = f"<p><a href={here}>Newest reports</a></p><h3>Archive</h3><ul>{ways}</ul>"
        for at, (year, number) in enumerate(months):
            rows = put_articles(site, year, number)
            rows = "<li>".join(rows.split("<li>")[: in_newest + 1]) if not at else rows
            few = few or rows
            listed = whole("Reports", f"<h1>Reports</h1><ul>{rows}</ul>{side}")
            site.answer(month.format(year, number), listed)
        site.answer(here, whole("Reports", f"<h1>Reports</h1><ul>{few}</ul>{side}"))
        more = "<li>".join(put_articles(site, *months[1]).split("<li>")[:3])
        site.answer("/", whole("Tolbury", f"<h1>Welcome</h1><ul>{few}{more}</ul>{side}"))

    put((2026, 2), (2026, 1), (2025, 12))
    assert add(hubwatch, server, site.url("/")) == site.url(here)
    assert crawl(hubwatch, AT) == ("ok", 8 + in_newest, 8 + in_newest)
    put((2026, 3), (2026, 2), (2026, 1), (2025, 12))
    assert crawl(hubwatch, LATER)[:2] == ("ok", 4)


@pytest.mark.parametrize(
    ("at", "named"), [("r{}/{:02}/", "令和{}年{}月"), ("R{:02}/{}.html", "{1}月")]
)
def test_months_under_the_year_of_a_reign_are_archives(
    hubwatch: CommandLine, server: Server, at: str, named: str
) -> None:
    site = server.site("reign.test")
    months = ((2026, 2), (2026, 1), (2025, 12))
    inner = ""
    for year, month in months:
        path, name = f"/news/{at.format(year - 2018, month)}", named.format(year - 2018, month)
        rows = put_articles(site, year, month)
        site.answer(path, whole(name, f"<h1>{name}</h1><ul>{rows}</ul>"))
        inner += f"<li><a href={path}>{name}</a></li>"
    few = "<li>".join(put_articles(site, 2026, 3).split("<li>")[:3])
    front = f"<h1>Press releases</h1><ul>{few}</ul><ul>{inner}</ul>"
    site.answer("/news/index.html", whole("Press releases", front))
    url = site.url("/news/index.html")
    assert add(hubwatch, server, url) == url
    assert crawl(hubwatch, AT) == ("ok", 14, 14)


@pytest.mark.parametrize(
    ("here", "there", "named"),
    [
        ("/newsroom.html", "/newsroom/2025.html", "2025"),
        ("/wiki/News", "/wiki/News/2025", "News/2025"),
        ("/news/", "/news/2025/", "2025"),
    ],
)
def test_row_272_the_list_of_this_year_leads_to_that_of_the_last_alone(
    hubwatch: CommandLine, server: Server, here: str, there: str, named: str
) -> None:
    site = server.site("years.test")
    older = put_articles(site, 2025, 11) + put_articles(site, 2025, 12)
    ways = f"<p><a href={here}>2026</a> <a href={there}>{named}</a>"
    ways += " <a href='/edit?title=2024&action=edit&redlink=1'>2024</a></p>"
    site.answer(there, whole("News 2025", f"<h1>News 2025</h1>{ways}<ul>{older}</ul>"))
    rows = put_articles(site, 2026, 1) + put_articles(site, 2026, 2)
    site.answer(here, whole("News", f"<h1>News</h1>{ways}<ul>{rows}</ul>"))
    assert add(hubwatch, server, site.url(here)) == site.url(here)
    assert crawl(hubwatch, AT) == ("ok", 16, 16)
    assert "/edit" not in " ".join(site.paths())


@pytest.mark.parametrize("begun", ["", "2026.html", "2025.html"])
def test_an_index_of_years_is_watched(hubwatch: CommandLine, server: Server, begun: str) -> None:
    site = server.site("years.test")
    put_years(site, 2026, 2025)
    assert add(hubwatch, server, site.url(f"/news/{begun}")) == site.url("/news/")
    assert crawl(hubwatch, AT) == ("ok", 16, 16)


@pytest.mark.parametrize(
    ("at", "named"),
    [
        ("R{1:02}.html", "令和{1}年度"),
        ("r{1}/index.html", "令和{1}年"),
        ("r{1}nendo.html", "令和{1}年度"),
        ("{0}nendo.html", "{0}年度"),
        ("fy{0}/", "{0}/{2}"),
        ("news-{0}.aspx", "{0}"),
        ("{0}-{2}.html", "{0}-{2}"),
        ("index.php?year={0}", "Year {0}"),
        ("archive{0}.htm", "Press releases: {0}"),
    ],
)
@pytest.mark.parametrize("is_begun_at_a_year", [False, True])
def test_years_may_be_named_in_many_ways(
    hubwatch: CommandLine, server: Server, at: str, named: str, is_begun_at_a_year: bool
) -> None:
    site = server.site("years.test")
    put_years(site, 2026, 2025, at=at, named=named)
    begun = at.format(2026, 8, 2027) if is_begun_at_a_year else ""
    assert add(hubwatch, server, site.url(f"/news/{begun}")) == site.url("/news/")
    assert crawl(hubwatch, AT) == ("ok", 16, 16)


def test_what_comes_late_in_the_month_before_is_seen(hubwatch: CommandLine, server: Server) -> None:
    site = server.site("late.test")
    put_months(site, (2026, 2), (2026, 1), (2025, 12))
    add(hubwatch, server, site.url("/news/"))
    crawl(hubwatch, AT)
    put_months(site, (2026, 2), (2026, 1), (2025, 12))
    rows = put_articles(site, 2026, 1)
    title = "Council adds one more to what it said in January"
    site.answer(
        "/news/2026/01/31-story.html",
        whole(title, f"<article><h1>{title}</h1><p>31 January 2026</p><p>{SENTENCE}</p></article>"),
    )
    more = f"<li><a href=/news/2026/01/31-story.html>{title}</a> <span>31/01/2026</span></li>"
    site.answer("/news/2026/01/", whole("January 2026", f"<h1>January</h1><ul>{more}{rows}</ul>"))
    assert crawl(hubwatch, AT)[:2] == ("ok", 1)


def test_an_index_that_lost_its_archives_is_no_list(hubwatch: CommandLine, server: Server) -> None:
    site = server.site("lost.test")
    put_months(site, (2026, 2), (2026, 1))
    add(hubwatch, server, site.url("/news/"))
    crawl(hubwatch, AT)
    site.answer("/news/", whole("News archive", "<h1>News archive</h1><p>We have moved.</p>"))
    assert crawl(hubwatch, LATER)[0] != "ok"


def put_days(site: Site, newest: date, words: tuple[str, str], empty: frozenset[int]) -> None:
    """A page of today and one of each of some days, which link to the day before and after. On
    some days nothing came."""
    before, after = words
    for back in range(24):
        day = newest - timedelta(days=back)
        rows = ""
        for hour in () if day.day in empty else (9, 11, 15):
            title = f"Council opens the {THINGS[(day.day + hour) % 8]} again, part {hour}"
            path = f"/n/{day:%Y%m}/{day:%d}/P{day:%Y%m%d}00{hour:02}.htm"
            text = "".join(f"<p>{SENTENCE} It heard {thing} users first.</p>" for thing in THINGS)
            said = f"<p>{day.day} {day:%B %Y}</p>"
            site.answer(path, whole(title, f"<article><h1>{title}</h1>{said}{text}</article>"))
            rows += f"<li><span>{hour}:04</span> <a href={path}>{title}</a></li>"
        links = f"<a class=prev href=/n/{day - timedelta(days=1):%Y%m/%d}.htm>&laquo; {before}</a>"
        if back:
            links += (
                f"<a class=next href=/n/{day + timedelta(days=1):%Y%m/%d}.htm>{after} &raquo;</a>"
            )
        list_page = whole(
            "Releases",
            f"<div class=day>{links}</div><h1>Releases</h1><h2>{day.day} {day:%B %Y}</h2>"
            f"<ul>{rows}</ul><div class=day>{links}</div>",
        )
        site.answer(f"/n/{day:%Y%m/%d}.htm", list_page)
        if not back:
            site.answer("/n/today.htm", list_page)


@pytest.mark.parametrize(
    "words", [("Previous day", "Next day"), ("前一天", "後一天"), ("Dia anterior", "Dia seguinte")]
)
def test_row_239_days_that_lead_to_the_day_before_are_walked_also_over_empty_ones(
    hubwatch: CommandLine, server: Server, words: tuple[str, str]
) -> None:
    site = server.site("days.test")
    put_days(site, date(2026, 3, 2), words, frozenset((1, 27)))
    assert add(hubwatch, server, site.url("/n/today.htm"), paging="next") == site.url(
        "/n/today.htm"
    )
    outcome, new, _ = crawl(hubwatch, AT)
    assert (outcome, new) == ("ok", 3 * 18)  # of twenty pages, two of them empty
    put_days(site, date(2026, 3, 5), words, frozenset((1, 4, 27)))
    later = ("--config", "hubwatch.toml", "--now", "2026-03-05T18:00+08:00")
    assert crawl(hubwatch, later)[:2] == ("ok", 6)


SECTIONS = ("要闻", "时政", "科教", "副刊")


def put_paper(site: Site, issues: list[date]) -> None:
    """A daily paper: an issue is a folder of pages, each with its few articles, and leads to the
    issue before. The front page of the paper leads to the newest."""
    for number, day in enumerate(issues):
        folder = f"/html/{day:%Y-%m/%d}/"
        pages = "".join(
            f"<tr><td><a id=pageLink href=node_{at}.htm>第A0{at - 1}版：{name}</a></td>"
            f"<td><a href=/pdf/{day:%Y%m%d}A0{at - 1}.pdf><img src=/pdf.png></a></td></tr>"
            for at, name in enumerate(SECTIONS, 2)
        )
        older = issues[number + 1] if number + 1 < len(issues) else None
        before = f"<a href=../../{older:%Y-%m/%d}/node_2.htm>上一期</a>" if older else ""
        for at, name in enumerate(SECTIONS, 2):
            following = f"<a href=node_{at + 1}.htm>下一版</a>" if at < 5 else ""
            titles = ""
            for story in (1, 2):
                path = f"content_{at}_{1000 * at + 10 * day.day + story}.htm"
                title = f"市科协{day.month}月{day.day}日{name}第{story}批创新项目集中签约落地"
                text = "".join(
                    f"<p>{title}，{thing}企业代表参加活动并介绍情况。</p>" for thing in THINGS
                )
                inner = f"<h1>{title}</h1><p>{day:%Y年%m月%d日}</p>{text}"
                site.answer(f"{folder}{path}", whole(title, f"<article>{inner}</article>"))
                titles += f"<li><a href={path}><div>{title}</div></a></li>"
            head = f"<div class=date>{day:%Y年%m月%d日} {before} <span>下一期</span></div>"
            site.answer(
                f"{folder}node_{at}.htm",
                whole(
                    "日报",
                    f"{head}<strong>第A0{at - 1}版：{name}</strong> {following}<h3>版面导航</h3>"
                    f"<table>{pages}</table><h3>标题导航</h3><ul>{titles}</ul>",
                ),
            )
    newest = f"html/{issues[0]:%Y-%m/%d}/node_2.htm"
    site.answer(
        "/",
        page(
            f"<html><head><meta http-equiv=refresh content='0;URL={newest}'></head>"
            f"<body><script>location.href='{newest}'</script></body></html>"
        ),
    )


@pytest.mark.parametrize("given", ["/", "/html/2026-03/02/node_2.htm"])
def test_row_246_a_paper_is_added_by_what_leads_to_its_newest_issue(
    hubwatch: CommandLine, server: Server, given: str
) -> None:
    site = server.site("paper.test")
    days = [date(2026, 3, 2), date(2026, 2, 27), date(2026, 2, 26)]
    put_paper(site, days)
    assert add(hubwatch, server, site.url(given), paging="next") == site.url("/")
    assert crawl(hubwatch, AT)[:2] == ("ok", 3 * 8)
    put_paper(site, [date(2026, 3, 3), *days])
    later = ("--config", "hubwatch.toml", "--now", "2026-03-03T18:00+08:00")
    assert crawl(hubwatch, later)[:2] == ("ok", 8)


def test_row_246_an_issue_that_nothing_leads_to_is_said_to_be_one(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("paper.test")
    put_paper(site, [date(2026, 3, 2), date(2026, 2, 27)])
    site.answer("/", whole("日报", "<p>欢迎</p>"))
    address = site.url("/html/2026-03/02/node_2.htm")
    assert add(hubwatch, server, address, paging="next") == address
    said = hubwatch(*AT, "sources", "add", address, "--yes", "--id", "p", "--replace")
    assert "the address of the list holds a day" in said.out + said.err


def test_row_277_months_beside_the_rows_of_today_are_no_articles(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("months.test")
    months = ((2026, 3), (2026, 2), (2026, 1))
    links = "".join(f"<a href=/news/{y}{m:02}.htm>{date(y, m, 1):%B %Y}</a> " for y, m in months)
    rows = {each: put_articles(site, *each) for each in months}
    for (year, month), listed in rows.items():
        name = f"{date(year, month, 1):%B %Y}"
        inner = f"<h1>{name}</h1><ul>{listed}</ul><p>Months: {links}</p>"
        site.answer(f"/news/{year}{month:02}.htm", whole(name, inner))
    today = "</li>".join(rows[2026, 3].split("</li>")[:2]) + "</li>"
    inner = f"<h1>Today</h1><p>3 March 2026</p><ul>{today}</ul><p>Months: {links}</p>"
    site.answer("/news/today.htm", whole("Today", inner))
    at = ("--config", "hubwatch.toml", "--now", "2026-03-28T12:00+08:00")
    add(hubwatch, server, site.url("/news/today.htm"))
    outcome, new, _ = crawl(hubwatch, at)
    assert (outcome, new) == ("ok", 12)


def test_row_284_a_page_whose_rows_lie_in_its_own_folder_is_their_list(
    hubwatch: CommandLine, server: Server
) -> None:
    """Though boxes beside it have addresses like its own, and it reads as a text."""
    site = server.site("folder.test")
    rows = "".join(
        f"<p><i>{day} March 2026</i> <a href=/press/news/{slug}-{day}77>Council opens the {thing} "
        "again after works</a></p>"
        for day, slug, thing in zip((2, 1), ("bridge-opens", "tram-runs"), THINGS, strict=False)
    )
    rows += "".join(
        f"<p><i>{day} February 2026</i> <a href=/press/news/{thing}-story-{day}71>Council hears "
        f"users of the {thing} about their wishes</a></p>"
        for day, thing in zip((27, 20, 13), THINGS[2:], strict=False)
    )
    box = "".join(
        f"<p><i>{day}.02.2026</i> <a href=/{where}>{what}</a></p>"
        for day, where, what in (
            (25, "administration/clerk-wanted-for-the-records-office", "Clerk wanted for records"),
            (12, "buyers/supply-of-paper", "Tender for the supply of office paper this year"),
            (10, "council/invitation", "Invitation to the public meeting of the council"),
        )
    )
    text = f"<div class=intro><p>{SENTENCE} {SENTENCE} {SENTENCE}</p></div>"
    inner = f"<div class=left>{box}</div><div class=center><h1>News</h1>{text}{rows}</div>"
    site.answer("/press/news", whole("News", inner))
    assert add(hubwatch, server, site.url("/press/news"), "none") == site.url("/press/news")


POSTS = {
    "beside its address": """var cfg={channel:"YL0203"}, y="";
        function ask(n){ $.ajax({ type:"POST", url:"/desk/pageQuery",
        data:{channel:cfg.channel, year:y, pageNum:n, pageSize:4},
        dataType:"json", success:show }); } ask(1);""",
    "behind its address": """var kind = 'YL0203', y='';
        $.post('/desk/pageQuery', {channel: kind, year: y, pageNum: 1, pageSize: 4}, show);""",
}


def rows_by_post(items: list[dict[str, str]]) -> Behaviour:
    """Four rows a page of the one channel, of whatever year, for what is sent as a form alone."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        sent = dict(parse_qsl(hit.body.decode(), keep_blank_values=True))
        if hit.method != "POST" or sent.get("channel") != "YL0203" or sent.get("year") != "":
            answer(405)(connection, hit)
            return
        at = 4 * (int(sent["pageNum"]) - 1)
        body = json.dumps({"result": {"total": len(items), "records": items[at : at + 4]}})
        answer(200, body.encode(), Content_Type="application/json")(connection, hit)

    return behave


@pytest.mark.parametrize("case", POSTS)
def test_a_list_that_a_script_asks_for_by_post_is_added_and_crawled(
    hubwatch: CommandLine, server: Server, case: str
) -> None:
    site = server.site("posts.test")
    items = [
        {
            "headline": f"Notice {at} of the harbour board on berths and fees",
            "visitUrl": f"/notices/2026/{900 - at}.html",
            "releaseTime": f"{date(2026, 2, 28) - timedelta(days=at)} 09:30:00",
        }
        for at in range(10)
    ]
    shell = f"<div data-y='2026'>By year</div><ul id=rows></ul><script>{POSTS[case]}</script>"
    site.answer("/notices/", whole("Notices", shell))
    site.answer("/desk/pageQuery", rows_by_post(items))
    for item in items:
        site.article(item["visitUrl"], item["headline"], day=item["releaseTime"][:10])
    asked = "?channel=YL0203&year=&pageNum={n}&pageSize=4#post from 2"
    url = add(hubwatch, server, site.url("/notices/"), paging=asked)
    assert url.endswith("/desk/pageQuery?channel=YL0203&year=&pageNum=1&pageSize=4#post")
    outcome, new, _ = crawl(hubwatch, AT)
    assert (outcome, new) == ("ok", len(items))


def test_nothing_is_posted_that_counts_no_pages_or_writes(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("posts.test")
    script = """$.post('/vote/article', {page: 1, id: 7}); $.post('/api/list', {id: 7, size: 4});
        $.ajax({type: 'post', url: '/api/saveFeedback', data: {page: 1, text: t}});"""
    site.answer("/notices/", whole("Notices", f"<ul id=rows></ul><script>{script}</script>"))
    Path("hubwatch.toml").write_text(
        'archive = "hubwatch.db"\ncontact = "mailto:a@b.example"\n[network.hosts]\n'
        + "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items()),
        encoding="utf-8",
    )
    assert hubwatch(*AT, "sources", "add", site.url("/notices/"), "--yes", "--id", "p").code
    assert {hit.method for hit in site.hits} == {"GET"}


def put_marked(site: Site, asks: str, items: list[dict[str, str]], within: str, named: str) -> str:
    """Four items a page, and the mark of the next page in the object `within` (empty: beside the
    items). The address of the first, which is asked for without any mark."""
    marks = ["", *(f"bWFyaz{at:04}" for at in range(4, len(items), 4))]
    for at, mark in enumerate(marks):
        following = {f"next{named.title()}": marks[at + 1] if at + 1 < len(marks) else None}
        told = {within: following} if within else following
        found = json.dumps({"stories": items[4 * at : 4 * at + 4], "total": len(items), **told})
        behaviour = answer(200, found.encode(), Content_Type="application/json")
        site.answer(f"{asks}?{named}={mark}", behaviour)
    return site.url(f"{asks}?{named}=")


@pytest.mark.parametrize(
    ("words", "named", "within", "is_drawn", "asks"),
    [
        ("Load more", "cursor", "", False, '"/api/stories?cursor=".concat(encodeURIComponent(c))'),
        ("Daha fazla yükle", "after", "meta", False, "`/api/v2/stories?after=${this.after}`"),
        ("Show more", "cursor", "paging", True, "'/api/stories?cursor=' + state.mark"),
    ],
)
def test_a_list_that_goes_on_by_marks_is_read_from_the_data_its_program_asks_for(
    hubwatch: CommandLine,
    server: Server,
    words: str,
    named: str,
    within: str,
    is_drawn: bool,
    asks: str,
) -> None:
    site = server.site("marks.test")
    items = [
        {
            "slug": f"harbour-board-{at}-sets-berths",
            "title": f"Harbour board sets berth fee number {at} for the year",
            "publishedAt": f"{date(2026, 2, 28) - timedelta(days=at)}T09:30:00+08:00",
        }
        for at in range(10)
    ]
    for item in items:
        site.article(f"/stories/{item['slug']}", item["title"], day=item["publishedAt"][:10])
    data_url = put_marked(site, asks[1:].partition("?")[0], items, within, named)
    drawn = "".join(
        f"<li><a href=/stories/{one['slug']}>{one['title']}</a>"
        f"<time>{one['publishedAt'][:10]}</time></li>"
        for one in items[:4]
    )
    data = json.dumps({"props": {"stories": items[:4]}})
    rows = f"<ul>{drawn}</ul>" if is_drawn else "<div class=ghost></div>" * 4
    held = "" if is_drawn else f"<script type='application/json' id=__DATA__>{data}</script>"
    button = f"<button type=button class=more_x1>{words}</button>"
    loads = "<script src=/static/list.js></script>"
    site.answer("/stories", whole("Stories", f"<h1>Stories</h1>{rows}{button}{held}{loads}"))
    script = f"async function more(){{let r=await fetch({asks});draw(await r.json())}}"
    site.answer("/static/list.js", answer(200, script.encode(), Content_Type="text/javascript"))
    assert add(hubwatch, server, site.url("/stories")) == data_url
    assert crawl(hubwatch, AT)[:2] == ("ok", len(items))
