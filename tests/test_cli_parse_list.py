"""`parse --list` reads saved lists of every kind, for people and for machines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.support.cli import CommandLine

URL = "http://kjj.practice.test/xw/index.html"
PAGE = """<meta charset=utf-8><ul class=nav><li><a href=/>首页</a><li><a href=/a/>要闻动态</a></ul>
<ul class=list><li><a href=c_1.html>贵阳召开科技创新大会</a><span>2026-02-28</span></li>
<li><a href=https://mp.weixin.qq.com/s/x>科协发布年度计划\x1b[2J</a><span>2026-02-27</span></li>
<li><a href=c_3.html>试点城市名单公布</a><span>2026-02-26</span></li></ul>
<script>createPageHTML(3, 0, "index", "html");</script>"""
FEED = """<rss version="2.0"><channel><title>x</title>
<item><title>One &amp two</title><link>http://a.test/1</link><pubDate>13/02/2026</pubDate></item>
<item><title>Two</title><link>http://a.test/2</link><pubDate>03/02/2026</pubDate></item>"""
MAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://a.test/1.html</loc></url><url><loc>http://a.test/2.html</loc></url>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "list.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_rows_and_pager_for_machines(hubwatch: CommandLine, page: Path) -> None:
    read = hubwatch("parse", "--list", page, "--url", URL, "--json").json
    assert (read["outcome"], read["reason"], read["kind"]) == ("ok", "", "list")
    assert read["rows"][0] == {
        "url": "http://kjj.practice.test/xw/c_1.html",
        "title": "贵阳召开科技创新大会",
        "published": "2026-02-28",
        "summary": "",
        "precision": "day",
        "dated_by": "row",
        "off_site": False,
        "files": [],
    }
    assert [row["off_site"] for row in read["rows"]] == [False, True, False]
    assert read["pager"]["pages"] == [
        "http://kjj.practice.test/xw/index_1.html",
        "http://kjj.practice.test/xw/index_2.html",
    ]


def test_rows_and_pager_for_people(hubwatch: CommandLine, page: Path) -> None:
    out = hubwatch("parse", "--list", page, "--url", URL).out
    assert "\x1b[2J" not in out
    assert "off site" in out
    assert "2026-02-26" in out
    (line,) = (line for line in out.splitlines() if line.startswith("pager"))
    assert "index_1.html" in line


def test_content_decides_what_a_file_is(hubwatch: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "f.html").write_text(FEED)
    (tmp_path / "m.xml").write_text(MAP)
    (tmp_path / "m.gz").write_bytes(gzip.compress(MAP.encode() + b"</urlset>")[:-12])
    (tmp_path / "j.json").write_text(json.dumps([{"title": "Some words", "url": "/1.html"}]))
    (tmp_path / "t.txt").write_text("http://a.test/1\nhttp://a.test/2\n")
    names = ("f.html", "m.xml", "m.gz", "j.json", "t.txt")
    lines = hubwatch("parse", "--list", *(tmp_path / name for name in names), "--json").json_lines
    assert [line["kind"] for line in lines] == ["feed", "sitemap", "sitemap", "json", "sitemap"]
    assert [line["outcome"] for line in lines] == ["partial", "partial", "partial", "ok", "ok"]
    assert [row["published"] for row in lines[0]["rows"]] == ["2026-02-13", "2026-02-03"]
    assert [len(line["rows"]) for line in lines] == [2, 2, 2, 1, 2]
    assert all(line["file"].startswith(str(tmp_path)) for line in lines)


def test_a_folder_with_its_addresses(hubwatch: CommandLine, page: Path, tmp_path: Path) -> None:
    (tmp_path / "urls.tsv").write_text(f"list.html\t{URL}\n")
    command = ("parse", "--list", tmp_path, "--urls", tmp_path / "urls.tsv", "--json")
    (line,) = hubwatch(*command).json_lines
    assert line["rows"][0]["url"].startswith("http://kjj.practice.test/")


def test_without_an_address_links_stay_as_written(hubwatch: CommandLine, page: Path) -> None:
    read = hubwatch("parse", "--list", page, "--json").json
    assert [row["url"] for row in read["rows"]][::2] == ["c_1.html", "c_3.html"]
    assert (read["url"], read["pager"]["next"]) == (None, "index_1.html")


def test_a_page_without_rows_is_an_outcome(hubwatch: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "no.html").write_text("<p>Nothing to see.</p>")
    ended = hubwatch("parse", "--list", tmp_path / "no.html", "--json")
    assert (ended.code, ended.json["outcome"], ended.json["rows"]) == (0, "empty", [])


def test_a_file_that_is_not_there(hubwatch: CommandLine, tmp_path: Path) -> None:
    ended = hubwatch("parse", "--list", tmp_path / "gone.html")
    assert ended.code == 2
    assert "gone.html" in ended.err
