"""The shipped sources and templates: all load, all selectors work, known articles are taken."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from hubwatch.toml import Keys
from scraper.parsing.selectors import check
from scraper.relevance import keys as watchlist_keys
from scraper.sources import keys as source_keys
from scraper.sources.links import authority_of, is_article
from scraper.sources.load import SHIPPED, TEMPLATES, load_catalogue
from scraper.sources.model import FieldRules, ListRules, PagingKind, Source
from tests.support.effort import cpu
from tests.support.key_pages import places

CATALOGUE = load_catalogue()
SOURCES = list(CATALOGUE.sources.values())
DOCS = Path(__file__).parent.parent / "docs"

#: Articles that were once seen, as addresses only.
ARTICLES = {
    "guiyang-en": [
        "http://english.guiyang.gov.cn/2021-10/25/content_37548322.htm",
        "http://english.guiyang.gov.cn/wsb/2023-08/29/c_914299.htm",
        "https://english.guiyang.gov.cn/zhujianju/2023-08/22/c_993774.htm",
        "https://english.guiyang.gov.cn/2023-12/15/c_956327.htm",
    ],
    "guiyang-en-jw": ["http://jw.english.guiyang.gov.cn/2019-05/13/c_552347.htm"],
    "guiyang-en-nanming": ["https://nanming.english.guiyang.gov.cn/2026-04/08/c_1174046.htm"],
    "guiyang-en-yunyan": ["https://yunyan.english.guiyang.gov.cn/2026-07/22/c_1199267.htm"],
    "guiyang-en-eguiyang": [
        "http://www.eguiyang.com.cn/2018-06/12/content_36372746.htm",
        "http://www.eguiyang.com.cn/2025-03/24/c_1080358.htm",
    ],
    "guiyang-en-subsite": [
        "http://subsites.chinadaily.com.cn/guiyang/kxjsj/2023-08/22/c_915805.htm"
    ],
    "guiyang-en-m": [
        "http://www.chinadaily.com.cn/m/guizhou/guiyang/2013-07/09/content_16768530.htm"
    ],
    "guizhou-en-m": ["http://www.chinadaily.com.cn/m/guizhou/2018-12/28/content_37421899.htm"],
    "guizhou-en-eguizhou": [
        "https://www.eguizhou.gov.cn/2026-07/29/c_1201151.htm",
        "https://www.eguizhou.gov.cn/guiyang/2020-06/25/c_730324.htm",
    ],
    "guangzhou-en-eguangzhou": [
        "http://www.eguangzhou.gov.cn/2023-09/26/c_925039.htm",
        "https://www.eguangzhou.gov.cn/gzlatest/content/post_42957.html",
    ],
    "wuxi-en": ["http://en.wuxi.gov.cn/2023-02/27/c_865099.htm"],
    "chongqing-en-liangjiang": [
        "https://english.liangjiang.gov.cn/2022-01/26/content_37549760.htm"
    ],
    "shandong-en": ["http://shandong.chinadaily.com.cn/2018-06/10/c_241395.htm"],
    "shanxi-en-goshanxi": ["https://www.goshanxi.com.cn/yangquan/2025-12/04/c_1146650.htm"],
    "hangzhou-en-ehangzhou": ["https://ehangzhou.gov.cn/2026-01/22/c_296517.htm"],
    "jiaxing-en": [
        "http://www.jiaxing.gov.cn/art/2021/7/6/art_1591173_59380535.html",
        "https://www.jiaxing.gov.cn/art/2024/4/17/art_1591186_59638993.html",
    ],
    "govcn-en": [
        "https://english.www.gov.cn/news/202403/15/content_WS65f3b5d9c6d0868f4e8e52ea.html"
    ],
    "most-en": ["https://en.most.gov.cn/organization/leadership/202404/t20240411_190178.htm"],
    "gba-en": ["https://www.cnbayarea.org.cn/english/News/content/post_1318990.html"],
    "beijing-en": ["https://english.beijing.gov.cn/latest/news/202601/t20260122_4455339.html"],
    "wuhan-en": ["https://english.wuhan.gov.cn/H_1/NWP/202601/t20260129_2721751.shtml"],
    "hubei-en": ["http://en.hubei.gov.cn/news/newslist/202504/t20250430_5637401.shtml"],
    "hunan-en": [
        "https://www.enghunan.gov.cn/hneng/News/Text_News/202609/t20260901_34054136.html",
        "http://enghunan.gov.cn/hneng/News/Localnews/202210/t20221031_29110923.html",
    ],
    "suzhou-en": [
        "https://english.suzhou.gov.cn/szsenglish/News/202602/d7d5c9f234594a5b995ee1b3db688eef.shtml"
    ],
    "hainan-en": [
        "https://en.hainan.gov.cn/englishsite/sDining/202506/594f540cda93448c85c0b093e66bdd65.shtml"
    ],
    "harbin-en": ["http://e.my399.com/news/2019-08-06/4765.html"],
    "henan-en": ["https://english.henan.gov.cn/2025/04-01/3143768.html"],
    "xian-en": ["https://en.xa.gov.cn/MediaCenter/News/2072253459180654594.html"],
    "cast-zh": [
        "https://www.cast.org.cn/xw/KXYW/art/2022/art_e26f00192b244792a8491280244583c8.html"
    ],
    "guiyang-zh": [
        "http://www.guiyang.gov.cn/zwgk/zwgkxwdt/zwgkxwdtjrgy/202510/t20251011_88684779.html"
    ],
    "most-zh": ["https://www.most.gov.cn/kjbgz/202601/t20260127_195800.html"],
    "moa-zh": ["http://www.moa.gov.cn/xw/zwdt/202309/t20230915_6436615.htm"],
    "tianjin-zh": ["https://www.tj.gov.cn/sy/tjxw/202603/t20260329_7271587.html"],
    "yinchuan-zh": ["https://www.yinchuan.gov.cn/xwzx/mrdt/202404/t20240429_4526366.html"],
    "nanjing-zh": ["https://www.nanjing.gov.cn/zgnjsjb/jrtt/202409/t20240911_4761800.html"],
    "qingdao-zh": ["http://www.qingdao.gov.cn/ywdt/zwyw/202603/t20260315_10537273.shtml"],
}


def test_there_are_enough_of_both_languages() -> None:
    assert len(SOURCES) >= 40
    assert sum(source.language == "en" for source in SOURCES) >= 20
    assert sum(source.language == "zh" for source in SOURCES) >= 20
    assert len({source.city for source in SOURCES}) >= 15


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_is_called_as_its_source(path: Path) -> None:
    assert Path(CATALOGUE.get(path.stem).path) == path


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_is_called_as_its_template(path: Path) -> None:
    assert Path(CATALOGUE.templates[path.stem].path) == path


def test_the_template_families_are_there() -> None:
    wanted = {"chinadaily", "trs", "jcms", "ucap", "people", "xinhua", "generic"}
    assert wanted <= set(CATALOGUE.templates)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_source_is_sound(source: Source) -> None:
    assert source.zone == "Asia/Shanghai"
    assert source.checked is None or source.checked.year >= 2025
    assert source.politeness.delay >= timedelta(seconds=2)
    assert source.note
    assert source.links.allow, "a link rule without shapes would take every page"
    for entry in source.entries:
        # An entry elsewhere must be explained in the note, by its host.
        host = authority_of(entry.url)
        assert host in source.links.hosts or host in source.note
        assert not is_article(entry.url, source.links)
        if entry.paging.kind is PagingKind.PATTERN:
            assert "{name}" not in entry.paging.pattern


def test_no_two_sources_begin_at_one_page() -> None:
    urls = [entry.url for source in SOURCES for entry in source.entries]
    assert len(urls) == len(set(urls))


def selectors(rules: FieldRules | ListRules) -> list[str]:
    if isinstance(rules, ListRules):
        texts = (rules.row, rules.link, rules.title, rules.date, rules.summary)
        return [text for text in texts if text]
    lists = (rules.title, rules.published, rules.updated, rules.source, rules.author)
    return [text for found in (*lists, rules.body, rules.remove) for text in found]


def test_every_selector_works() -> None:
    texts = [text for source in SOURCES for text in selectors(source.fields)]
    texts += [text for source in SOURCES for one in source.entries for text in selectors(one.rows)]
    for template in CATALOGUE.templates.values():
        texts += [*selectors(template.fields), *selectors(template.rows)]
    for text in set(texts):
        check(text)


@pytest.mark.parametrize("source_id", ARTICLES)
def test_known_articles_are_taken_by_their_source(source_id: str) -> None:
    for url in ARTICLES[source_id]:
        assert is_article(url, CATALOGUE.get(source_id).links), url
        taker = CATALOGUE.for_url(url)
        assert taker is not None
        assert taker.id == source_id


def test_loading_all_is_quick_and_loads_no_parser() -> None:
    code = (
        "import sys; from scraper.sources.load import load_catalogue; load_catalogue();"
        "print([name for name in ('bs4', 'soupsieve', 'lxml', 'scrapy') if name in sys.modules])"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"
    with cpu() as spent:
        load_catalogue()
    assert spent.under(0.15), spent


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("sources.md", {**source_keys.SOURCE, **source_keys.TEMPLATE}),
        ("watchlist.md", watchlist_keys.WATCHLIST),
    ],
    ids=["sources", "watchlist"],
)
def test_every_key_is_explained(page: str, keys: Keys) -> None:
    explained = set(re.findall(r"`\[*([a-z_]+)\]*`", (DOCS / page).read_text("utf-8")))
    for table in places(keys):
        missing = [name for name in table.keys if name not in explained]
        assert not missing, f"docs/{page} does not explain {missing} of {table.path}"
