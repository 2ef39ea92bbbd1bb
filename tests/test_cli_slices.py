"""`hubwatch slice` and `crawl --slice` as people and programs type them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.cli import CommandLine, away
from tests.support.crawling import publish
from tests.support.manual_entry import installed
from tests.support.servers import Server, Site, serving


@pytest.fixture
def hubwatch(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site, the centre in `etc`, and in `worker.toml` a worker that has no archive."""
    away(tmp_path, monkeypatch)
    with serving() as server:
        found = server.site("a.test")
        publish(found, 1, 2)
        installed(tmp_path, server)
        _worker(server)
        Archive.create(tmp_path / "hubwatch.db").close()
        yield found


def _worker(server: Server) -> None:
    hosts = "\n".join(f'"{name}" = "{at}"' for name, at in server.hosts.items())
    Path("worker.toml").write_text(f"[network.hosts]\n{hosts}\n")


CENTRE = ("--config", "etc/hubwatch.toml", "--db", "hubwatch.db")
WORKER = ("--config", "worker.toml")


def test_a_source_is_crawled_elsewhere(hubwatch: CommandLine, site: Site) -> None:
    hubwatch(*CENTRE, "crawl", "a")
    publish(site, 1, 2, 3)
    out = hubwatch(*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j", "--json").json
    assert out["bytes"] == Path("a.slice").stat().st_size
    assert (out["job"], out["attempt"], out["source"], out["addresses"]) == ("j", 1, "a", 2)

    before = Path("a.slice").read_bytes()
    crawled = hubwatch(*WORKER, "crawl", "--slice", "a.slice", "--json")
    assert crawled.code == 0
    assert crawled.json["finished"] is True
    assert Path("a.slice").read_bytes() == before
    assert sorted(path.name for path in Path().glob("a.slice*")) == ["a.slice", "a.slice.answer"]

    asked = len(site.hits)
    told = ("--sha256", crawled.json["sha256"], "--job", "j", "--attempt", "1")
    merged = hubwatch(*CENTRE, "slice", "merge", "a.slice.answer", *told, "--json")
    assert merged.code == 0
    assert (merged.json["state"], merged.json["outcome"]) == ("merged", "ok")
    again = hubwatch(*CENTRE, "slice", "merge", "a.slice.answer", "--json")
    assert (again.code, again.json["state"]) == (0, "already_merged")
    assert again.json["run"] == merged.json["run"]
    assert len(site.hits) == asked

    (listed,) = hubwatch(*CENTRE, "slice", "list", "--json").json
    assert (listed["state"], listed["run"]) == ("merged", merged.json["run"])
    assert listed["node"]
    run, *_ = hubwatch(*CENTRE, "sources", "runs", "--json").json
    assert (run["run"], run["new"], run["outcome"]) == (merged.json["run"], 1, "ok")


def test_what_people_read(hubwatch: CommandLine, site: Site) -> None:
    for words in (
        (*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j", "--place", "cn-north"),
        (*WORKER, "crawl", "--slice", "a.slice", "--answer", "b.answer"),
        (*CENTRE, "slice", "merge", "b.answer"),
        (*CENTRE, "slice", "list"),
    ):
        ended = hubwatch(*words)
        assert ended.code == 0, ended.err
    assert "cn-north" in ended.out
    assert "merged" in ended.out


def test_a_hold_ends_when_the_slice_is_dropped(hubwatch: CommandLine, site: Site) -> None:
    out = (*CENTRE, "slice", "out", "a", "--to", "a.slice")
    hubwatch(*out, "--job", "j", "--hold", "2h")
    held = hubwatch(*CENTRE, "crawl", "a", "--wait", "0s", "--json")
    assert held.json["outcome"] == "busy"
    other = hubwatch(*out, "--job", "k")
    assert other.code == 1
    assert "held for the slice j" in other.err
    assert hubwatch(*CENTRE, "slice", "drop", "j", "--json").json["state"] == "lost"
    assert hubwatch(*CENTRE, "crawl", "a", "--json").json["outcome"] == "ok"
    assert hubwatch(*out, "--job", "k").code == 0
    hubwatch(*WORKER, "crawl", "--slice", "a.slice")
    assert hubwatch(*CENTRE, "slice", "drop", "k").code == 0
    late = hubwatch(*CENTRE, "slice", "merge", "a.slice.answer", "--json")
    assert (late.code, late.json["state"]) == (3, "late")


def test_the_slice_in_place_of_its_answer_is_a_slip_and_no_incident(
    hubwatch: CommandLine, site: Site
) -> None:
    hubwatch(*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j")
    ended = hubwatch(*CENTRE, "slice", "merge", "a.slice")
    assert (ended.code, "merge its answer, a.slice.answer" in ended.err) == (1, True)
    assert hubwatch(*CENTRE, "incidents", "--json").json == []
    sent = hubwatch(*CENTRE, "slice", "merge", "a.slice", "--job", "j", "--attempt", "1", "--json")
    assert (sent.code, sent.json["state"]) == (1, "refused")
    assert len(hubwatch(*CENTRE, "incidents", "--json").json) == 1


def test_a_hostile_answer_is_one_line_and_an_incident(hubwatch: CommandLine, site: Site) -> None:
    hubwatch(*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j")
    Path("a.answer").write_bytes(b"SQLite format 3\0" + b"\0" * 8192)
    of = ("--job", "j", "--attempt", "1")
    refused = hubwatch(*CENTRE, "slice", "merge", "a.answer", *of, "--json")
    assert (refused.code, refused.json["state"], refused.json["run"]) == (1, "refused", None)
    (incident,) = hubwatch(*CENTRE, "incidents", "--json").json
    assert (incident["kind"], incident["place"]) == ("slice_refused", "a")
    assert refused.json["reason"] in incident["told"]


@pytest.mark.parametrize(
    "words",
    [
        (*CENTRE, "crawl", "--slice", "a.slice"),
        (*WORKER, "crawl", "a", "--slice", "a.slice"),
        (*WORKER, "crawl", "a", "--answer", "a.answer"),
        (*CENTRE, "slice", "out", "a", "--to", "b.slice", "--job", "../b"),
        (*CENTRE, "slice", "merge", "a.slice", "--job", "j"),
        (*CENTRE, "slice", "merge", "nowhere"),
    ],
)
def test_slips_are_usage_errors(hubwatch: CommandLine, site: Site, words: tuple[str, ...]) -> None:
    hubwatch(*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j")
    assert hubwatch(*words).code == 2


@pytest.mark.parametrize(
    "words",
    [
        (*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j", "--attempt", "1"),
        (*CENTRE, "slice", "out", "nobody", "--to", "a.slice"),
        (*CENTRE, "slice", "out", "a", "--to", "nowhere/a.slice"),
        (*CENTRE, "slice", "drop", "nobody"),
        (*CENTRE, "slice", "merge", "a.slice", "--job", "nobody", "--attempt", "1"),
        (*WORKER, "crawl", "--slice", "worker.toml"),
    ],
)
def test_what_cannot_be_is_one_line(
    hubwatch: CommandLine, site: Site, words: tuple[str, ...]
) -> None:
    hubwatch(*CENTRE, "slice", "out", "a", "--to", "a.slice", "--job", "j")
    ended = hubwatch(*words)
    assert ended.code in (1, 2)
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) == 1
    assert list(Path().glob(".a.slice*")) == []
