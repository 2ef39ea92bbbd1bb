"""Adding a portal at the desk: an address, ten rows, one article, saved and enabled."""

from __future__ import annotations

import json
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.people import PersonRole
from tests.support.desks import Client, let_in, serving, sign_in
from tests.support.servers import Server
from tests.support.servers import serving as serving_portals
from tests.support.unknown_portals import english_articles, serve_english

PORTAL = "http://harrowdene.test/dispatches"
ANSWERS = {
    "id": "harrowdene-en", "city": "Harrowdene", "name": "Harrowdene news",
    "timezone": "Europe/London", "schedule": "every 4h",
}  # fmt: skip


@pytest.fixture
def portals() -> Iterator[Server]:
    with serving_portals() as server:
        serve_english(server, "harrowdene.test")
        yield server


@pytest.fixture
def config(tmp_path: Path, portals: Server) -> Path:
    path = tmp_path / "hubwatch.toml"
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in portals.hosts.items())
    text = f'archive = "hubwatch.db"\nenabled = ["guiyang-en"] # ours\n[network.hosts]\n{hosts}\n'
    path.write_text(text, encoding="utf-8")
    Archive.create(tmp_path / "hubwatch.db").close()
    return path


@pytest.fixture
def client(config: Path) -> Iterator[Client]:
    archive = config.with_name("hubwatch.db")
    hubwatch = (sys.executable, "-m", "hubwatch", "--config", str(config), "--db", str(archive))
    with serving(archive, hubwatch=hubwatch) as made:
        sign_in(made, let_in(archive, "Ana", PersonRole.STAFF))
        yield made


def looked_at(client: Client, url: str) -> str:
    """The address of what was found out of a portal, once it is."""
    answer = client.post("/sources/new", [("url", url)])
    assert answer.status == 303, answer.text
    place = answer.headers["location"]
    for _ in range(240):
        if "data-waiting" not in client.get(place).text:
            return place
        time.sleep(0.25)
    raise AssertionError("it takes too long")


@pytest.mark.slow
def test_a_portal_is_looked_at_saved_and_enabled(
    client: Client, config: Path, portals: Server
) -> None:
    assert 'href="/sources/new"' in client.get("/sources").text
    place = looked_at(client, PORTAL)
    page = client.get(place).text
    told = english_articles()
    asked = page.partition('class="asked"')[2].partition("</ol>")[0]
    assert f'href="{PORTAL}"' in asked
    assert all(each.title in page for each in told[:10])
    assert told[11].title not in page
    assert told[0].paragraphs[0][:40] in page
    assert 'name="timezone" value=""' in page  # nothing shows it
    assert not config.with_name("sources").exists()
    hits = sum(len(site.hits) for site in portals._sites.values())
    lacking = client.post(place, list({**ANSWERS, "timezone": " "}.items()))
    assert lacking.status == 400
    assert "nothing is guessed" in lacking.text
    assert 'value="Harrowdene news"' in lacking.text
    wrong = client.post(place, list({**ANSWERS, "timezone": "Mars/Olympus"}.items()))
    assert wrong.status == 400
    assert "Mars/Olympus" in wrong.text
    taken = client.post(place, list({**ANSWERS, "id": "guiyang-en"}.items()))
    assert "is the id of a source already" in taken.text
    assert client.post(place, list(ANSWERS.items())).status == 303
    assert "Saved and enabled: harrowdene-en." in client.get(place).text
    source = tomllib.loads(config.with_name("sources").joinpath("harrowdene-en.toml").read_text())
    assert {key: source[key] for key in ANSWERS} == ANSWERS
    assert source["entry"][0]["url"] == PORTAL
    said = config.read_text("utf-8")
    assert 'enabled = ["guiyang-en", "harrowdene-en"] # ours' in said
    assert sum(len(site.hits) for site in portals._sites.values()) == hits


@pytest.mark.slow
def test_what_cannot_be_had_is_said_and_nothing_is_dialled_behind_the_guard(
    client: Client, portals: Server
) -> None:
    place = looked_at(client, f"http://127.0.0.1:{portals.port}/dispatches")
    page = client.get(place).text
    assert "No source could be made of it." in page
    assert sum(len(site.hits) for site in portals._sites.values()) == 0
    assert client.post(place, list(ANSWERS.items())).status == 404


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "--help", "javascript:alert(1)"])
def test_only_addresses_are_taken(client: Client, url: str) -> None:
    answer = client.post("/sources/new", [("url", url)])
    assert answer.status == 400
    assert "Name a whole address" in answer.text


def test_only_staff_add_portals_and_only_by_forms_of_the_desk(client: Client, config: Path) -> None:
    away = client.post("/sources/new", [("url", PORTAL)], Origin="http://evil.test")
    assert away.status == 403
    assert client.get("/sources/new/nothing-of-that-kind").status == 404
    sign_in(client, let_in(config.with_name("hubwatch.db"), "Li", PersonRole.REVIEWER))
    assert client.get("/sources/new").status == 403
    assert client.post("/sources/new", [("url", PORTAL)]).status == 403
    assert "/sources/new" not in client.get("/sources").text


def test_the_verdict_of_the_last_check_is_on_the_page_of_a_source(
    client: Client, config: Path
) -> None:
    from storage.sources import SourceCheck, SourceVerdict
    from tests.support.make import NOW

    with Archive.open(config.with_name("hubwatch.db")) as store, store.writing() as tx:
        from tests.support.desks import catalogue

        tx.sources.register(catalogue().get("guiyang-en").ref, NOW)
        tx.sources.record_check(SourceCheck("guiyang-en", SourceVerdict.GONE, "HTTP 404 <b>", NOW))
    page = client.get("/source/guiyang-en").text
    assert "not there any more" in page
    assert "HTTP 404 &lt;b&gt;" in page
    assert "hubwatch sources disable guiyang-en" in page
