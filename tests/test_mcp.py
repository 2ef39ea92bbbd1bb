"""The archive for programs that speak the Model Context Protocol: asked by the protocol's own
client, over a process's standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from desk.digest.drafts import Wanted, draft
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Format
from storage.archive import Archive
from storage.decisions import Verb
from tests.support.cli import CommandLine
from tests.support.desks import keep, page_of
from tests.support.make import NOW, SHANGHAI, SOURCE, later

mcp = pytest.importorskip("mcp")
pytestmark = pytest.mark.slow


@pytest.fixture
def filled(archive: Path) -> Path:
    """Three stories, and an issued digest of one."""
    text = "The city of Guiyang opened 40 laboratories to 3,177 enterprises on Monday. " * 3
    keep(archive, page_of(1, body=text), page_of(2, title="贵阳市 hub", language="zh"), page_of(3))
    with Archive.open(archive) as store:
        with store.writing() as tx:
            tx.decisions.decide(1, Verb.ACCEPT, person="Ana", now=NOW)
        wanted = Wanted("Weekly", SHANGHAI, since=later(days=-30), enabled=(SOURCE,))
        draft(store, wanted, person="Ana", now=later(days=1))
        issue(store, 1, PLAIN, person="Li", now=later(days=1), forms=(Format.HTML, Format.JSON))
    return archive


def ask(archive: Path, questions: Callable[[Any], Awaitable[None]]) -> None:
    """Ask the command as a program does."""
    words = ["-m", "hubwatch", "--db", str(archive), "mcp"]

    async def asked() -> None:
        started = mcp.StdioServerParameters(command=sys.executable, args=words)
        async with mcp.Client(started, read_timeout_seconds=60) as client:
            await questions(client)

    asyncio.run(asked())


def test_the_client_lists_and_calls_every_tool(filled: Path) -> None:
    arguments: dict[str, dict[str, Any]] = {
        "search": {"q": "laboratories", "limit": 5},
        "basis": {},
        "show": {"number": 1},
        "story": {"number": 1},
        "event": {"number": 1},
        "facts": {},
        "contradictions": {},
        "why": {"about": "1"},
        "digests": {},
        "digest": {"number": 1},
        "incidents": {},
    }
    before = filled.read_bytes()

    async def questions(client: Any) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == set(arguments)
        for name, tool in tools.items():
            assert tool.annotations.read_only_hint, name
            Draft202012Validator.check_schema(tool.input_schema)
            Draft202012Validator(tool.input_schema).validate(arguments[name])
            told = await client.call_tool(name, arguments[name])
            assert not told.is_error, (name, told.content)
            Draft202012Validator(tool.output_schema).validate(told.structured_content)
            assert json.loads(told.content[0].text) == told.structured_content
            found[name] = told.structured_content

    found: dict[str, Any] = {}
    ask(filled, questions)
    assert [hit["id"] for hit in found["search"]["answer"]] == [1]
    for name in ("search", "show", "story", "why", "digest"):
        (cited,) = (each for each in found[name]["citations"] if each["url"].endswith("/1.htm"))
        assert cited["title"] in cited["citation"], name
    assert found["digests"]["answer"][0]["title"] == "Weekly"
    assert found["incidents"] == {"answer": [], "more": False, "citations": []}
    assert filled.read_bytes() == before


def test_what_cannot_be_answered_is_said_and_the_next_question_is_answered(filled: Path) -> None:
    async def questions(client: Any) -> None:
        for name, arguments, words in (
            ("show", {"number": 99}, "There is no such article."),
            ("show", {"number": "one"}, "number is no whole number."),
            ("show", {}, "number is missing."),
            ("search", {"q": "a", "colour": "red"}, "There is no argument 'colour' here."),
            ("search", {"q": "字" * 501}, "q has more than 500 characters."),
            ("search", {"q": "a", "since": "soon"}, "since is no day like 2026-11-24."),
            ("forget", {}, "there is no tool 'forget'"),
        ):
            told = await client.call_tool(name, arguments)
            assert told.is_error, name
            assert told.content[0].text == words
        assert not (await client.call_tool("search", {"q": 'half a "phrase'})).is_error

    ask(filled, questions)


def test_articles_stories_and_digests_are_resources(filled: Path) -> None:
    async def questions(client: Any) -> None:
        listed = (await client.list_resources()).resources
        assert [(str(one.uri), one.title) for one in listed] == [("hubwatch://digests/1", "Weekly")]
        templates = (await client.list_resource_templates()).resource_templates
        assert {one.name for one in templates} == {"article", "story", "digest"}
        for noun in ("articles", "stories", "digests"):
            (read,) = (await client.read_resource(f"hubwatch://{noun}/1")).contents
            assert json.loads(read.text)["citations"]
        for uri in ("hubwatch://articles/0x1", "hubwatch://people/1", "hubwatch://articles/99"):
            with pytest.raises(Exception, match="no"):
                await client.read_resource(uri)

    ask(filled, questions)


def test_without_an_archive_it_says_so_and_ends(tmp_path: Path, hubwatch: CommandLine) -> None:
    ended = hubwatch("--db", tmp_path / "none.db", "mcp")
    assert ended.code != 0
    assert len(ended.err.splitlines()) == 1
