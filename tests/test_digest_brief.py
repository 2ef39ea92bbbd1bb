"""Chosen articles as a cited brief, and as items of a draft."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from storage.archive import Archive
from storage.decisions import Verb
from tests.support.cli import CommandLine
from tests.support.make import BODY, NOW

AT = ("--now", "2026-03-08T09:00+08:00", "--db", "a.db")


@pytest.fixture
def filled(hubwatch: CommandLine) -> CommandLine:
    """Four articles: in Guiyang, in Foshan, of a hub city, and one that people rejected."""
    texts = [
        ("http://english.guiyang.gov.cn/2026-03/01/c_1.htm", "Bridge opens", "A bridge. " * 30),
        ("http://www.foshan.gov.cn/english/content/2.html", "Kiln closes", "A kiln. " * 30),
        ("http://english.guiyang.gov.cn/2026-03/02/c_3.htm",
         "Guiyang is a hub city of Innovation China", BODY * 3),
        ("http://english.guiyang.gov.cn/2026-03/03/c_4.htm", "Parade held", "A parade. " * 30),
    ]  # fmt: skip
    lines = [
        json.dumps({"url": url, "title": title, "body": body, "published": "2026-03-01"})
        for url, title, body in texts
    ]
    Path("items.jsonl").write_text("\n".join(lines), "utf-8")
    assert hubwatch(*AT, "import", "items.jsonl").code == 0
    with Archive.open(Path("a.db")) as store, store.writing() as tx:
        for number in (3, 4):
            tx.decisions.decide(number, Verb.REJECT, person="Bo", now=NOW, value="no news")
    return hubwatch


def test_a_brief_has_what_was_chosen_whatever_people_said_of_it(filled: CommandLine) -> None:
    made = filled(*AT, "digest", "brief", "4", "1", "4", "--title", "Two", "-o", "two.docx")
    assert made.code == 0, made.err
    with ZipFile("two.docx") as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if ".xml" in name)
    assert "Bridge opens" in text and "Parade held" in text
    assert "Kiln closes" not in text
    assert "http://english.guiyang.gov.cn/2026-03/03/c_4.htm" in text
    told = filled(*AT, "digest", "brief", "4", "1", "--json").json
    assert (told["file"], {item["article"] for item in told["items"]}) == (None, {1, 4})
    read = filled(*AT, "digest", "brief", "1", "--format", "md").out
    assert read.startswith("# Brief") and "Bridge opens" in read


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (("99",), 1, "there is no article 99"),
        (("x",), 2, "x"),
        ((), 2, "ARTICLE"),
        (tuple(map(str, range(1, 203))), 1, "200 articles at most"),
        (("1", "-o", "b.epub"), 2, ".epub"),
    ],
)
def test_what_cannot_be_made_is_refused(
    filled: CommandLine, line: tuple[str, ...], code: int, says: str
) -> None:
    ended = filled(*AT, "digest", "brief", *line)
    assert (ended.code, says in ended.err) == (code, True)


def test_chosen_articles_enter_a_draft_where_a_digest_would_have_them(filled: CommandLine) -> None:
    period = ("--since", "2020-01-01", "--until", "2020-01-02")
    assert filled(*AT, "digest", "draft", *period, "--by", "Ana").code == 0
    entered = filled(*AT, "digest", "add", "1", "2", "3", "4", "--by", "Ana", "--json").json
    assert [item["title"] for item in entered["entered"]] == [
        "Guiyang is a hub city of Innovation China", "Parade held", "Kiln closes",
    ]  # fmt: skip
    assert [item["number"] for item in entered["entered"]] == [1, 2, 3]
    shown = filled(*AT, "digest", "preview", "1").out
    assert "## Key items" in shown and "Kiln closes" in shown
    again = filled(*AT, "digest", "add", "1", "2", "--by", "Ana")
    assert (again.code, again.out) == (0, "")
    assert "all of them already" in again.err
    history = filled(*AT, "digest", "show", "1").out
    assert "entered: 3, 4, 2" in history


def test_what_was_taken_out_of_a_draft_comes_back(filled: CommandLine) -> None:
    period = ("--since", "2020-01-01", "--until", "2020-01-02")
    filled(*AT, "digest", "draft", *period, "--by", "Ana")
    filled(*AT, "digest", "add", "1", "1", "2", "--by", "Ana")
    filled(*AT, "digest", "edit", "1", "--trim", "1", "--by", "Ana")
    back = filled(*AT, "digest", "add", "1", "1", "2", "--by", "Ana", "--json").json
    assert len(back["entered"]) == 1
    assert filled(*AT, "digest", "issue", "1", "--by", "Ana").code == 0
    late = filled(*AT, "digest", "add", "1", "4", "--by", "Ana")
    assert late.code == 1 and "Traceback" not in late.err
    assert filled(*AT, "digest", "add", "9", "4", "--by", "Ana").code == 1
