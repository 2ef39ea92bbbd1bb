"""Texts in shapes that no template names: in several blocks, beside readers' comments and the ways
to other articles, as a tree of nodes for a program, as XML that a stylesheet shows."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from scraper.parsing.article import read_article
from scraper.sources.model import FieldRules
from storage.lists import RowWitness
from storage.types import ArticleData
from tests.support.make import capture
from tests.support.quay_pages import ONE, THREE, TITLE, TWO, paragraphs

URL = "http://www.practice.test/news/2026/4711.html"
FETCHED = datetime(2026, 12, 1, tzinfo=UTC)
XML = "http://www.practice.test/news/2026/4711.xml"
FOUR = "Fishermen fear for their berths, but a plan for the old basin is to be shown to them before Easter."
TEXT = (ONE, TWO, THREE, FOUR)


def read(
    body: str,
    rules: FieldRules = FieldRules(),  # noqa: B008 - frozen
    url: str = URL,
    row: str = "",
    title: str = TITLE,
    head: str = "",
) -> ArticleData:
    html = f"<meta charset=utf-8><title>{title}</title>{head}<body><nav><a href=/>Home</a> <a href=/x/>News</a></nav>{body}<footer>Harbour board, Quay 1</footer>"
    page = capture(html.encode(), url=url, final_url=url, fetched_at=FETCHED)
    witness = RowWitness((row,)) if row else None
    reading = read_article(page, rules, "t", witness)
    assert reading.article is not None, reading
    return reading.article


HEAD = f"<h1>{TITLE}</h1><p class=info>Published: 2026-11-19</p>"
COMMENT = "<p>I do not believe a word of it, and neither does my neighbour, who has fished there for years.</p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=con>{HEAD}<div class='view part'>{paragraphs(ONE, TWO)}</div><div class=pic><img src=/a.jpg></div><div class='view part'>{paragraphs(THREE, FOUR)}</div></div>",
        f"<main>{HEAD}<div class=field--text>{paragraphs(ONE)}</div><div class=field--text>{paragraphs(TWO, THREE)}</div><div class=field--text>{paragraphs(FOUR)}</div></main>",
        f"<main>{HEAD}<section><div class=cmp-text>{paragraphs(ONE, TWO)}</div></section><section><div class=cmp-text>{paragraphs(THREE, FOUR)}</div></section></main>",
    ],
)  # fmt: skip
def test_row_217_a_text_in_several_blocks_is_read_whole(body: str) -> None:
    assert [text for text in TEXT if text not in read(body).body] == []
    rules = FieldRules(body=(".view", ".field--text", ".cmp-text"))
    assert [text for text in TEXT if text not in read(body, rules).body] == []


@pytest.mark.parametrize(
    "other",
    [
        f"<div class=view><h3><a href=/news/2026/4712.html>Another</a></h3>{COMMENT}</div>",
        f"<div class=more><a href=/news/2026/4712.html>Another article of the day</a></div><div class=view>{COMMENT}</div>",
        f"<form><input name=q></form><div class=view>{COMMENT}</div>",
    ],
)  # fmt: skip
def test_row_217_a_block_behind_something_else_is_another_text(other: str) -> None:
    body = f"<div class=con>{HEAD}<div class=view>{paragraphs(*TEXT)}</div>{other}</div>"
    found = read(body, FieldRules(body=(".view",))).body
    assert FOUR in found
    assert "neighbour" not in found


def test_row_217_a_text_that_stands_twice_is_read_once() -> None:
    twice = f"<div class=view>{paragraphs(*TEXT)}</div>" * 2
    assert read(f"<div>{HEAD}{twice}</div>").body.count(ONE) == 1


@pytest.mark.parametrize(
    "behind",
    [
        f"<div><h4>最新评论</h4><div>{COMMENT * 6}</div></div>",
        f"<div><h4>最新評論</h4><div>{COMMENT * 6}</div></div>",
        f"<div>上一篇：<a href=4710.html>The old basin is dredged</a></div><div>{COMMENT * 6}</div>",
        f"<div>Next article: <a href=4712.html>The old basin is dredged</a></div><div>{COMMENT * 6}</div>",
    ],
)  # fmt: skip
def test_row_217_what_stands_behind_the_end_of_an_article_is_none_of_it(behind: str) -> None:
    found = read(f"<div><div>{HEAD}<div>{paragraphs(*TEXT)}</div></div>{behind}</div>").body
    assert [text for text in TEXT if text not in found] == []
    assert "neighbour" not in found


def test_row_217_a_lead_that_the_microdata_calls_the_description_is_read() -> None:
    body = f"<div itemscope itemtype=http://schema.org/Article><h2 itemprop=headline>{TITLE}</h2><div class=footer><time datetime=2026-11-19>19.11.2026</time></div><div class=teaser-text itemprop=description><p>{ONE}</p></div><div itemprop=articleBody>{paragraphs(TWO, THREE, FOUR)}</div></div>"
    assert [text for text in TEXT if text not in read(body).body] == []


def rich(kind: str) -> object:
    if kind == "contentful":
        return {
            "nodeType": "document",
            "content": [
                {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": text}]}
                for text in TEXT
            ],
        }
    if kind == "prosemirror":
        return {
            "type": "doc",
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in TEXT
            ],
        }
    if kind == "portable":
        return [
            {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": text}]}
            for text in TEXT
        ]
    return {"blocks": [{"type": "paragraph", "data": {"text": text}} for text in TEXT]}


@pytest.mark.parametrize("kind", ("contentful", "prosemirror", "portable", "editor"))
def test_row_218_a_text_that_a_program_keeps_as_nodes_is_read(kind: str) -> None:
    data = json.dumps(
        {"props": {"entry": {"headline": TITLE, "body": rich(kind)}, "page": "/news"}}
    )
    body = f"<main><h1>{TITLE}</h1><time datetime=2026-11-19>19 November 2026</time></main><script id=__NEXT_DATA__ type=application/json>{data}</script>"
    assert [text for text in TEXT if text not in read(body).body] == []
    shown = read(
        f"<main><h1>{TITLE}</h1>{paragraphs(*TEXT)}</main><script type=application/json>{data}</script>"
    )
    assert shown.body.count(ONE) == 1


def test_row_218_nodes_cost_what_their_number_is() -> None:
    def body(times: int) -> str:
        nested = '{"type":"paragraph","content":[' * times + "]}" * times
        wide = ",".join(['{"type":"paragraph","content":[{"type":"text","text":"a, b."}]}'] * times)
        return f'<h1>{TITLE}</h1>{paragraphs(*TEXT)}<script type=application/json>{{"a":[{wide}],"b":{nested}}}</script>'

    one, four = body(2_000), body(8_000)
    read(one)

    def cost(text: str) -> float:
        began = time.process_time()
        read(text)
        return time.process_time() - began

    assert min(cost(four) for _ in range(2)) < 10 * min(cost(one) for _ in range(3)) + 0.3


def test_row_219_xml_that_a_stylesheet_shows_is_read() -> None:
    text = "".join(f"<para>{text}</para>" for text in TEXT)
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="/a.xsl"?>\n<release><menu><item href="/">Home</item><item href="/news/">News</item></menu><headline>{TITLE}</headline><content>{text}</content><dateline>Issued at 18:28, Thursday, 19 November 2026</dateline><related><link href="/news/4710.xml">The old basin is dredged</link></related></release>'
    page = capture(xml.encode(), url=XML, final_url=XML, fetched_at=FETCHED)
    found = read_article(page, FieldRules(), "t").article
    assert found is not None
    assert found.title == TITLE
    assert found.published is not None and found.published.iso[:10] == "2026-11-19"
    assert [text for text in TEXT if text not in found.body] == []
    assert "dredged" not in found.body


def test_row_217_a_section_behind_a_title_goes_where_the_list_says_the_title() -> None:
    body = f"<table><tr><td>{paragraphs('2026-11-19', *TEXT)}</td></tr></table>"
    title = "港务委员会批准第二码头建设方案-工作动态-港务局"
    assert (
        read(body, row="港务委员会批准第二码头建设方案", title=title).title
        == "港务委员会批准第二码头建设方案"
    )
    whole = "港务委员会批准码头方案-二期工程"
    seen = f"<h1>{whole}</h1>{body}"
    assert read(seen, row="港务委员会批准码头方案", title=f"{whole}-港务局").title == whole


def test_row_217_a_part_that_is_folded_under_a_heading_is_read() -> None:
    folded = f"<div class=accordion-item><h3><button>Background</button></h3><div class=collapse style='display:none'>{paragraphs(THREE, FOUR)}</div></div>"
    found = read(f"<main>{HEAD}<div>{paragraphs(ONE, TWO)}{folded}</div></main>").body
    assert [text for text in TEXT if text not in found] == []
    menu = folded.replace("accordion-item", "cookie-panel")
    assert THREE not in read(f"<main>{HEAD}<div>{paragraphs(ONE, TWO)}</div></main>{menu}").body


ASIDES = [
    ("", "<div class=wall><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in</p><p>Four crowns for the first month.</p></div>"),
    ("", "<div><p>余下内容需登录后阅读</p><p>开通会员 每月六元</p></div>"),
    ("<div class=box><div>AI 摘要</div><p>港口委员会批准建设第二码头，明春开工。</p></div>", ""),
    ("<div><h3>AI-generated summary</h3><ul><li>Second quay approved</li><li>Work begins in spring</li></ul></div>", ""),
    ("<p>This article has been translated automatically and may hold mistakes.</p>", ""),
    ("<p>本文由机器翻译，以原文为准。</p>", ""),
    ("", "<p>长按识别二维码，关注港口发布</p>"),
    ("", "<p>来源丨港口发布</p><p>编辑丨李小舟</p>"),
    ("", "<p>Подписывайтесь на канал порта в Telegram</p>"),
    ("", "<p>저작권자 ⓒ 항구신문, 무단 전재 금지</p>"),
    ("<p>Von Ina Roth</p>", ""),
    ("<p>Par Léa Roth avec AFP</p>", ""),
    ("", "<p>网址：http://www.elsewhere.test/2026/t4711.html</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "behind"), ASIDES)
def test_what_stands_around_a_text_and_is_none_of_it_is_left_out(before: str, behind: str) -> None:
    body = f"<div>{HEAD}<div class=con>{before}{paragraphs(*TEXT)}{behind}</div></div>"
    assert read(body).body == "\n\n".join(TEXT)


@pytest.mark.parametrize(
    "said",
    [
        "The board subscribes to the plan, said its chair, and continues to read what people write to it.",
        "Part of the report was written by a machine, as the board admitted on Tuesday after a long silence.",
        "Members only were heard, and those who are already a subscriber of the harbour's paper got a seat.",
    ],
)
def test_sentences_about_such_things_are_text(said: str) -> None:
    body = f"<div>{HEAD}<div class=con>{paragraphs(*TEXT, said)}</div></div>"
    assert read(body).body.endswith(said)


def test_the_reading_of_a_sign_is_no_part_of_the_text() -> None:
    said = "The sign <ruby>港<rp>(</rp><rt>gǎng</rt><rp>)</rp></ruby><ruby>口<rt>kǒu</rt></ruby> on the old wall of the quay means harbour, and it is to stay there."
    found = read(f"<div>{HEAD}<div>{paragraphs(ONE, said)}</div></div>").body
    assert "The sign 港口 on" in found


def test_the_time_of_an_event_above_its_announcement_is_part_of_it() -> None:
    when = "活动时间：2026年12月6日 09:30至17:00"
    body = f"<div>{HEAD}<div class=con><p>{when}</p><p>活动地点：港口三号厅</p>{paragraphs(*TEXT)}</div></div>"
    assert read(body).body.startswith(when)


def test_a_sign_of_an_icon_font_is_no_text() -> None:
    body = f"<div>{HEAD}<div class=con><p>\ue611 {ONE}</p>{paragraphs(TWO)}</div></div>"
    assert read(body).body == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "item",
    [
        "<p><b>{n}. <a href=http://o.test/{n}>{head}</a></b></p><p>{text}</p>",
        "<div class=k><div class=t><a href=/o/{n}>{head}</a></div><div class=x>{text}</div></div>",
        "<h3><a href=/o/{n}>{head}</a></h3><p>{text}</p>",
        "<div class=q><a href=/o/{n}><img src=/o/{n}.jpg><div>{head}</div></a><p>{text}</p></div>",
    ],
    ids=["numbered", "in boxes", "as headings", "with pictures"],
)
def test_the_linked_headlines_of_a_round_up_are_its_text(item: str) -> None:
    heads = ("Piles arrive", "Council votes", "Fishermen ask", "Board answers")
    told = enumerate(zip(heads, TEXT, strict=True), 1)
    items = "".join(item.format(n=n, head=head, text=text) for n, (head, text) in told)
    body = read(f"<main>{HEAD}<div class=text>{items}</div></main>").body
    assert [head for head in heads if head not in body] == []


def test_links_to_other_articles_between_paragraphs_are_no_headlines() -> None:
    links = [f"<p><a href=/o/{n}>Another story of the coast, number {n}</a></p>" for n in range(3)]
    text = "".join(f"<p>{text}</p>{link}" for text, link in zip(TEXT, [*links, ""], strict=True))
    assert read(f"<main>{HEAD}<div class=text>{text}</div></main>").body == "\n\n".join(TEXT)


@pytest.mark.parametrize(
    "texts",
    [
        ("เทศบาลเมืองบางแก้วเปิดสะพานใหม่ให้ประชาชนใช้ตั้งแต่เช้าวันจันทร์หลังก่อสร้างนานสองปี", "นายกเทศมนตรีกล่าวว่าสะพานนี้จะช่วยให้นักเรียนเดินทางไปโรงเรียนได้เร็วขึ้นกว่าเดิม"),
        ("ເທດສະບານເປີດຕະຫຼາດໃຫມ່ໃຫ້ປະຊາຊົນໃຊ້ຕັ້ງແຕ່ເຊົ້າວັນຈັນ ຫຼັງຈາກກໍ່ສ້າງມາສອງປີ", "ເຈົ້າຫນ້າທີ່ກ່າວວ່າຕະຫຼາດນີ້ຈະຊ່ວຍໃຫ້ຊາວນາຂາຍຜັກໄດ້ງ່າຍຂຶ້ນກວ່າແຕ່ກ່ອນ"),
    ],
    ids=["Thai", "Lao"],
)  # fmt: skip
def test_a_text_whose_sentences_end_with_no_sign_is_one(texts: tuple[str, ...]) -> None:
    body = (
        f"<div class=page><h1>{TITLE}</h1><div class=d>20/11/2026</div>{paragraphs(*texts)}</div>"
    )
    assert read(body).body == "\n\n".join(texts)


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        ("展开全文 ↓", "<div>{text}<a class=unfold>{words}</a></div>"),
        ("收起全部", "<div>{text}<p><span>{words}</span></p></div>"),
        ("Show less", "<section>{text}<button>{words}</button></section>"),
        ("Read more »", "<div>{text}</div><div class=toggle>{words}</div>"),
    ],
)
def test_what_unfolds_a_text_is_no_part_of_it(words: str, shape: str) -> None:
    told = [
        "The ferry crossed the bay forty times a week, in any weather and with any cargo.",
        "Her crew of six knew each rock between the quay and the light on the far shore.",
    ]
    text = "".join(f"<p>{one}</p>" for one in told)
    told_in = shape.format(text=text, words=words)
    page = f"<title>The ferry</title><main><h1>The ferry</h1><p>3 August 2023</p>{told_in}</main>"
    article = read_article(capture(page.encode()), FieldRules(), "t").article
    assert article is not None
    assert article.body.split("\n\n") == told
