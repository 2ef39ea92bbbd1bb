"""A portal of any size for the benchmarks: list pages and articles of about 32 KB, made by number.

Two shapes, an English city portal and a Chinese TRS site: mostly menus, scripts and footers that
all pages share, around a text that no other page has. Run as a program it serves them.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import sys
from datetime import date, timedelta
from functools import cache

PER_LIST = 100
SHAPES = ("en", "zh")
_WORDS = """
city programme innovation science technology park company research laboratory data industry new
materials energy project support fund yuan million percent growth export service development plan
year month government association enterprise university talent platform centre equipment green
electronics manufacture digital ecology transport railway airport logistics market investment
cooperation international exchange training school hospital culture tourism
""".split()  # noqa: SIM905
_HAN = """
创新 中国 科技 城市 试点 企业 项目 发展 服务 平台 建设 产业 数据 材料 设备 电子 资金 支持 研究
实验室 人才 高校 协会 政府 园区 合作 国际 交流 市场 投资 增长 出口 生态 绿色 交通 铁路 物流 教育
医院 文化 旅游 培训 会议 通知 实施 推动
""".split()  # noqa: SIM905


def title_of(shape: str, number: int) -> str:
    """The headline of an article; no two are alike."""
    words = random.Random(number)
    if shape == "en":
        return f"{' '.join(words.sample(_WORDS, 6)).capitalize()} {number}"
    return f"{''.join(words.sample(_HAN, 7))}第{number}号"


def day_of(number: int) -> date:
    """When an article was published: eight a day, the lowest number last."""
    return date(2026, 9, 28) - timedelta(days=number // 8)


def path_of(shape: str, number: int) -> str:
    """The path of an article."""
    return f"/{shape}/{day_of(number):%Y-%m/%d}/c_{number}.htm"


def article(shape: str, number: int) -> str:
    """One article's page."""
    words = random.Random(f"{shape}{number}")
    paragraphs = "".join(f"<p>{_paragraph(shape, words)}</p>\n" for _ in range(7))
    title, day = title_of(shape, number), day_of(number).isoformat()
    if shape == "en":
        head = f"<h1>{title}</h1><div class='info'>english.bench.test | Updated: {day}</div>"
        body = f"<div class='article'>{head}<div id='Content'>{paragraphs}</div></div>"
    else:
        head = (
            f"<h1>{title}</h1><div class='info'>发布时间：{day} 来源：市科协 字号：[大 中 小]</div>"
        )
        body = f"<div class='article'>{head}<div class='TRS_Editor'>{paragraphs}</div></div>"
    return _page(shape, title, body)


def listing(shape: str, page: int, total: int) -> str:
    """One list page, newest first, with a link to the next."""
    first = (page - 1) * PER_LIST
    rows = "".join(
        f"<li><a href='{path_of(shape, n)}'>{title_of(shape, n)}</a></li>\n"
        for n in range(first, min(first + PER_LIST, total))
    )
    more = f"<a rel='next' href='{list_path(shape, page + 1)}'>Next</a>"
    more = more if first + PER_LIST < total else ""
    return _page(shape, "News", f"<ul class='news'>{rows}</ul>{more}")


def list_path(shape: str, page: int) -> str:
    """The path of a list page, counted from 1."""
    return f"/{shape}/news.html" if page == 1 else f"/{shape}/news_{page}.html"


def _paragraph(shape: str, words: random.Random) -> str:
    if shape == "en":
        text = " ".join(words.choices(_WORDS, k=60)).capitalize()
        return f"{text}, {words.randrange(10**6)} in all."
    return f"　　{''.join(words.choices(_HAN, k=80))}，共{words.randrange(10**6)}项。"


def _page(shape: str, title: str, body: str) -> str:
    head, foot = _boilerplate(shape)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}{body}{foot}"
    )


@cache
def _boilerplate(shape: str) -> tuple[str, str]:
    """What surrounds every article of a site: menus of many links, inline scripts, a footer."""
    words = random.Random(shape)
    script = "".join(
        f"function f{n}(a){{var b=document.getElementById('x{words.randrange(10**6)}');"
        f"if(b){{b.className='c{n}';}}return a+{words.randrange(10**4)};}}\n"
        for n in range(160)
    )
    vocabulary = _WORDS if shape == "en" else _HAN
    menu = "".join(
        f"<li class='nav-item'><a href='/{shape}/col{n}/' target='_blank'>"
        f"{' '.join(words.sample(vocabulary, 2))}</a></li>\n"
        for n in range(150)
    )
    head = f"<script>{script}</script></head><body><div class='nav'><ul>{menu}</ul></div>"
    foot = "<div class='footer'>Copyright © City. All rights reserved.</div></body></html>"
    return head, foot


@cache
def _served(path: str, total: int) -> bytes | None:
    if found := re.fullmatch(r"/(en|zh)/\d{4}-\d\d/\d\d/c_(\d+)\.htm", path):
        return article(found[1], int(found[2])).encode()
    if found := re.fullmatch(r"/(en|zh)/news(?:_(\d+))?\.html", path):
        return listing(found[1], int(found[2] or 1), total).encode()
    return None


class Portal(asyncio.Protocol):
    """As little of HTTP/1.1 as a crawler needs: keep-alive, entity tags, 404."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while b"\r\n\r\n" in self._rest:
            request, self._rest = self._rest.split(b"\r\n\r\n", 1)
            self._transport.write(self._answer(request.decode("latin-1")))

    def _answer(self, request: str) -> bytes:
        path = request.split(" ", 2)[1]
        body = _served(path, self._total)
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        etag = hashlib.sha256(body).hexdigest()[:16]
        if f'"{etag}"' in request:
            return f'HTTP/1.1 304 Not Modified\r\nETag: "{etag}"\r\n\r\n'.encode()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            f'Content-Length: {len(body)}\r\nETag: "{etag}"\r\n\r\n'
        )
        return head.encode() + body


async def serve(total: int) -> None:
    """Serve `total` articles of each shape; prints the port. Every page is made beforehand."""
    for shape in SHAPES:
        for number in range(total):
            _served(path_of(shape, number), total)
    server = await asyncio.get_running_loop().create_server(lambda: Portal(total), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
