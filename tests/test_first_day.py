"""The first live day: `sources check --all` over a portal for every shipped source, many broken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import CommandLine
from tests.support.first_day import FAULTS, LISTS, NOW, Break, host_of, list_paths, serve_day
from tests.support.servers import Server, redirect, serving

AT = ("--config", "hubwatch.toml", "--now", NOW)
PLANTED = 40
KEYS = {"source", "verdict", "evidence", "newest", "repair"}


def configure(server: Server, *lines: str) -> None:
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    text = "\n".join(('archive = "hubwatch.db"', *lines, "[network.hosts]", hosts))
    Path("hubwatch.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as found:
        yield found


def plant(server: Server, ids: list[str]) -> dict[str, str]:
    """Break 40 portals in every way there is; the verdict of each source."""
    wanted = dict.fromkeys(ids, "holds")
    usable = [each for each in ids if all(s.wrap != "feed" for s in LISTS[each])]
    with_body = iter(usable)
    for at in range(PLANTED):
        verdict, _, broken = FAULTS[at % len(FAULTS)]
        source_id = next(with_body)
        while source_id == ids[0]:
            source_id = next(with_body)
        broken(server, server.site(host_of(source_id)), source_id)
        wanted[source_id] = verdict
        for _ in range(2):  # spread over the families
            next(with_body, None)
    return wanted


@pytest.mark.slow
def test_every_verdict_of_a_first_day_is_right(hubwatch: CommandLine, server: Server) -> None:
    ids = serve_day(server, Path("sources"))
    wanted = plant(server, ids)
    configure(server)
    hubwatch(*AT, "init")
    began = time.monotonic()
    ended = hubwatch(*AT, "sources", "check", "--all", "--json", "--report", "first-day.html")
    print(f"{len(ids)} sources in {time.monotonic() - began:.1f} s")
    lines = ended.json_lines
    found = {each["source"]: each["verdict"] for each in lines}
    wrong = {
        each["source"]: (each["verdict"], wanted[each["source"]], each["evidence"])
        for each in lines
        if each["verdict"] != wanted[each["source"]]
    }
    assert wrong == {}
    assert found.keys() == set(ids)
    assert len(lines) == len(ids) >= 145
    assert all(each.keys() == KEYS for each in lines)
    assert Counter(wanted.values()) == Counter(found.values())
    report = Path("first-day.html").read_text("utf-8")
    assert all(each in report for each in ids)
    assert not list(Path("hubwatch.db.check/pages").glob("*"))
    listed = {each["id"]: each["verdict"] for each in hubwatch(*AT, "sources", "--json").json}
    assert listed == found


@pytest.mark.slow
def test_a_killed_check_goes_on_and_asks_nobody_twice(
    hubwatch: CommandLine, server: Server
) -> None:
    ids = serve_day(server, Path("sources"))[:40]
    configure(server, f"enabled = {json.dumps(ids)}")
    hubwatch(*AT, "init")
    command = [sys.executable, "-m", "hubwatch", *AT, "sources", "check", "--all", "--json"]
    lines: list[dict[str, str]] = []
    for number in range(4):
        rest = ["--resume"] if number else []
        with subprocess.Popen([*command, *rest], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for at, line in enumerate(child.stdout):
                lines.append(json.loads(line))
                if at >= 8 * (number + 1) and number < 3:
                    os.kill(child.pid, signal.SIGKILL)
                    break
    final = lines[-len(ids) :]
    assert {each["source"] for each in final} == set(ids)
    assert {each["verdict"] for each in final} == {"holds"}
    # What was under way when it was killed may be asked for once more: nobody knows its answer.
    asked = Counter((site.name, hit.path) for site in server._sites.values() for hit in site.hits)
    again = {key: count for key, count in asked.items() if count > 1}
    assert sum(count - 1 for count in again.values()) <= 3 * 12
    assert max(asked.values()) <= 2
    hits = sum(asked.values())
    ended = hubwatch(*AT, "sources", "check", "--all", "--json", "--resume")
    assert {each["source"] for each in ended.json_lines} == set(ids)
    assert sum(len(site.hits) for site in server._sites.values()) == hits


def held(hubwatch: CommandLine) -> dict[str, str]:
    """Why each job is not started now."""
    return {each["job"]: each["held"] for each in hubwatch(*AT, "timetable", "--json").json}


_LEADS_HOME = [each for each in FAULTS if each[1] == "every address leads home"]


@pytest.mark.parametrize(
    ("verdict", "name", "broken"),
    [("holds", "sound", None), *(each for each in FAULTS if each[0] == "stale"), *_LEADS_HOME],
)
def test_a_check_of_one_source_says_whether_it_is_crawled_after_it(
    hubwatch: CommandLine, server: Server, verdict: str, name: str, broken: Break | None
) -> None:
    del name
    serve_day(server, Path("sources"))
    site = server.site(host_of("most-zh"))
    site.answer("/", site.routes[list_paths("most-zh")[0]])  # rows stand on the front page, too
    if broken is not None:
        broken(server, site, "most-zh")
    configure(server, 'enabled = ["most-zh"]')
    hubwatch(*AT, "init")
    told = hubwatch(*AT, "sources", "check", "most-zh")
    found = hubwatch(*AT, "sources", "check", "most-zh", "--json")
    is_sound = verdict == "holds"
    assert (told.code, found.code, found.json["holds"]) == (not is_sound, not is_sound, is_sound)
    assert found.json["verdict"] == verdict
    assert ("most-zh holds" in told.err) is is_sound
    assert (f"most-zh does not hold: {verdict}: " in told.err) is not is_sound
    assert bool(held(hubwatch)["most-zh"]) is not is_sound
    due = next(
        line
        for line in hubwatch(*AT, "status", "most-zh").out.splitlines()
        if line.startswith("next due")
    )
    assert (f"none, set aside by the check of 2026-03-02: {verdict}: " in due) is not is_sound
    assert "everything stands still" not in due


def test_one_list_of_two_that_leads_home_is_a_fault(hubwatch: CommandLine, server: Server) -> None:
    serve_day(server, Path("sources"))
    host = server.site(host_of("most-zh"))
    host.answer("/", host.routes[list_paths("most-zh")[0]])
    host.answer("/second/", redirect(host.url("/")))
    path = Path("sources/most-zh.toml")
    entry = f'\n[[entry]]\nkind = "list"\nurl = "{host.url("/second/")}"\n'
    path.write_text(path.read_text("utf-8") + entry, encoding="utf-8")
    configure(server, 'enabled = ["most-zh"]')
    hubwatch(*AT, "init")
    told = hubwatch(*AT, "sources", "check", "most-zh", "--json")
    (fault,) = (each for each in told.json["checks"] if each["state"] == "fault")
    assert fault["url"] == host.url("/second/")
    assert fault["told"].startswith("leads to the front page")
    assert (told.code, told.json["holds"], told.json["verdict"]) == (1, False, "holds")


def test_what_moved_is_adopted_and_what_does_not_hold_is_set_aside(
    hubwatch: CommandLine, server: Server
) -> None:
    ids = ["guiyang-en-kjj", "cast-zh", "most-zh"]
    serve_day(server, Path("sources"))
    moved, gone = (next(b for verdict, _, b in FAULTS if verdict == w) for w in ("moved", "gone"))
    moved(server, server.site(host_of("cast-zh")), "cast-zh")
    gone(server, server.site(host_of("most-zh")), "most-zh")
    configure(server, f"enabled = {json.dumps(ids)}  # ours")
    hubwatch(*AT, "init")
    ended = hubwatch(*AT, "sources", "check", "--all", "--json")
    assert ended.code == 3
    found = {each["source"]: each for each in ended.json_lines}
    assert found["cast-zh"]["verdict"] == "moved"
    assert f"moved to http://new-{host_of('cast-zh')}/" in found["cast-zh"]["evidence"]
    assert found["cast-zh"]["repair"] == "hubwatch sources adopt cast-zh"
    assert found["guiyang-en-kjj"]["repair"] is None
    states = {each["source"]: each for each in hubwatch(*AT, "status", "--json").json}
    assert (states["cast-zh"]["state"], states["cast-zh"]["next"]) == ("moved", None)
    assert states["guiyang-en-kjj"]["next"] is not None
    due = held(hubwatch)
    assert due["cast-zh"].startswith("set aside by the check of 2026-03-02: moved: http")
    assert due["most-zh"].startswith("set aside by the check of 2026-03-02: gone: http")
    assert due["guiyang-en-kjj"] == ""
    adopted = hubwatch(*AT, "sources", "adopt", "cast-zh")
    assert adopted.code == 0, adopted.err
    assert "holds" in adopted.out
    shown = hubwatch(*AT, "sources", "show", "cast-zh", "--json").json
    assert shown["verdict"] == "holds"
    assert set(shown["hosts"]) == {host_of("cast-zh"), f"new-{host_of('cast-zh')}"}
    assert hubwatch(*AT, "crawl", "cast-zh", "--json").json["new"] == 8
    assert hubwatch(*AT, "sources", "disable", "most-zh").code == 0
    text = Path("hubwatch.toml").read_text("utf-8")
    assert 'enabled = ["guiyang-en-kjj", "cast-zh"]  # ours' in text
    assert hubwatch(*AT, "sources", "enable", "most-zh").code == 0
    assert held(hubwatch)["most-zh"] == ""
    assert hubwatch(*AT, "sources", "adopt", "guiyang-en-kjj").code == 1
