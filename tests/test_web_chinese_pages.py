"""On the desk in Chinese no Latin word of ours stands on any page, refusals and errors included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scheduler.jobs import Job
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.people import PersonRole
from storage.runs import Counts
from storage.types import Outcome
from tests.support.desks import Answer, Client, catalogue, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW

SOURCE = catalogue().get("guiyang-en")
TERMS = frozenset({
    "Hubwatch", "SHA", "HTTP", "PDF", "JSON", "CSV", "Word", "Excel", "Markdown", "Atom", "ZIP",
    "Asia", "Shanghai", "UTC", "English", "feed", "Esc", "HTML", "XLSX",
    "URL", "DOCX", "OFD", "PPTX", "MB", "kB", "id", "min",
})  # fmt: skip
"""The words that a Chinese page may say in Latin letters: names of formats, keys and zones."""
BODY = "贵阳市近日获批枢纽城市，新一批创新平台投入使用。" * 6


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "hubwatch.db"
    keep(
        path,
        *(
            page_of(n, title=f"贵阳市第{n}项重点工程开工", body=f"第{n}项。{BODY}")
            for n in (1, 2, 3)
        ),
    )
    with Archive.open(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE.ref, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        tx.runs.finish(run.id, NOW, Outcome.HTTP_ERROR, Counts())
        tx.maintenance.pause(SOURCE.id, NOW + timedelta(days=2), "迁移", "李")
    return path


@pytest.fixture
def client(archive: Path) -> Iterator[Client]:
    link = let_in(archive, "李", PersonRole.STAFF)
    schedule = parse_schedule("every 1h, only 06-23 h", "Asia/Shanghai")
    job = Job(SOURCE.id, ("true",), schedule, timedelta(minutes=5), (SOURCE.id,), "crawl")
    with serving(archive, jobs=(job,)) as client:
        client.headers["Accept-Language"] = "zh-CN,zh;q=0.9"
        sign_in(client, link)
        client.post("/digests", [("basis", "since-last"), ("scope", "all"), ("grouping", "city"),
            ("title", "每周摘报"), ("language", "zh")])  # fmt: skip
        yield client


def latin(answer: Answer) -> set[str]:
    """The Latin words of a page that are no names, addresses, ids or listed terms."""
    soup = BeautifulSoup(answer.text, "lxml")
    for each in soup.find_all(["code", "pre", "style", "script", "kbd"]):
        each.decompose()
    for each in soup.find_all(attrs={"lang": "en"}):
        each.decompose()  # the switch to English, and what is marked as such
    names = [SOURCE.id, SOURCE.ref.name, "Hub-city updates", "hub city", "hubwatch.toml"]
    names += ["robots.txt", "every 2h", "chosen as", "zzz"]  # the last is what was searched for
    labels = [
        str(each[name])
        for name in ("aria-label", "placeholder", "title", "alt")
        for each in soup.find_all(attrs={name: True})
    ]
    text = " ".join([*soup.stripped_strings, *labels])
    for source in catalogue().sources.values():
        names += [source.ref.name, source.id, source.ref.city]
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, " ")
    text = re.sub(
        r"https?://\S+|\S+\.(?:test|cn|com|org)\S*|`[^`]*`|[\w.-]+@[\w.-]+|[0-9a-f]{12,}", " ", text
    )
    return {word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in TERMS}


PAGES = (
    "/", "/?tab=none", "/search", "/search?q=%E8%B4%B5%E9%98%B3", "/search?q=zzz", "/story/1",
    "/why?q=1", "/why?q=99", "/sources", f"/source/{SOURCE.id}", "/sources/new", "/dismissals",
    "/timetable", "/incidents", "/runs", "/add", "/digests", "/digests/1", "/digests/1/preview",
    "/digests/1/issue", "/cities", "/coverage", "/page/1", "/all?grade=all",
)  # fmt: skip


def test_few_latin_words_are_excused() -> None:
    assert len(TERMS) <= 30


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_chinese_says_no_latin_word_of_its_own(client: Client, path: str) -> None:
    assert latin(client.get(path)) == set()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_chinese_has_the_marks_of_chinese_after_its_words(
    client: Client, path: str
) -> None:
    said = [("verb", "note"), ("why", "请核对"), ("story", 1), ("seen", 99), ("known", 0)]
    client.post("/say", said)
    soup = BeautifulSoup(client.get(path).text, "lxml")
    for each in soup.find_all(["code", "pre", "style", "script", "kbd"]):
        each.decompose()
    labels = [str(each["aria-label"]) for each in soup.find_all(attrs={"aria-label": True})]
    lines = [each.get_text() for each in soup.find_all(["p", "li", "td", "th", "h1", "h2", "dd"])]
    wrong = re.compile(r"[\u4e00-\u9fff”）]\s*[,;:!](?:\s|$)|[\u4e00-\u9fff]\.(?:\s|$)")
    assert not [found.group() for text in (*lines, *labels) for found in wrong.finditer(text)]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/story/999", 404), ("/nothing/here", 404), ("/digests/1/file/exe", 404),
     ("/digests/77", 404), ("/source/none", 404)],
)  # fmt: skip
def test_what_is_not_there_is_said_in_chinese(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status == status
    assert latin(answer) == set()
    assert re.search("[\u4e00-\u9fff]{3}", answer.text)


def test_what_is_refused_is_said_in_chinese(client: Client) -> None:
    edits = [("do", "words"), ("title", "新标题"), ("introduction", "")]
    answers = {
        405: client.post("/timetable", []),
        400: client.post("/digests/1", [("do", "nothing"), ("version", 1)]),
        409: client.post("/digests/1", [*edits, ("version", 9)]),
        403: client.post("/say", [], Origin="http://elsewhere.test"),
        421: client.get("/", Host="elsewhere.test"),
        413: client.post("/say", [], Content_Length="99999999"),
    }
    for status, answer in answers.items():
        assert answer.status == status
        assert latin(answer) == set(), status
        assert re.search("[\u4e00-\u9fff]{3}", answer.text), status


def test_a_fault_of_ours_is_said_in_chinese(
    client: Client, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("desk.web.runs.render", broken, raising=False)
    monkeypatch.setattr("desk.web.request.render", broken)
    answer = client.get("/runs")
    assert answer.status == 500
    assert "fault of ours" not in answer.text
    assert latin(answer) == set()
    assert re.search("[\u4e00-\u9fff]{3}", answer.text)
