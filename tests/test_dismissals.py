"""Repeated rejections as a line of the watchlist: its effect shown first, written, taken out."""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import State as AppState

from desk.relevance.dismissals import dismiss, undismiss, with_dismissal, without_dismissal
from desk.web.sources import Undoing, undoing_of
from hubwatch.errors import ConfigError
from scraper.relevance.watchlist import load_watchlist
from storage.archive import Archive
from storage.decisions import Verb
from tests.support.cli import CommandLine
from tests.support.desks import keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

LIST = """# our own list
[[topic]]
id = "tower"
weights = { title = 10, first = 5, lead = 5, body = 1 }  # as ever
[[topic.name]]
language = "en"
forms = ["Golden Tower"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(LIST, "utf-8")
    load_watchlist(path)
    return path


@pytest.fixture
def config(tmp_path: Path, archive: Path, own: Path) -> Path:
    path = tmp_path / "hubwatch.toml"
    path.write_text(f'archive = "{archive}"\nwatchlist = "{own}"\n', "utf-8")
    return path


@pytest.fixture
def filled(archive: Path, config: Path, hubwatch: CommandLine) -> Path:
    """Four stories about a prize of the same name, rejected for it, a fifth that waits, and one
    that was accepted."""
    prizes = [
        page_of(n, title=f"{name} and a Golden Tower", body=f"{name}s have won it: Silver Pear.")
        for n, name in enumerate(("Alder", "Birch", "Cedar", "Daisy", "Elder"), 1)
    ]
    keep(archive, *prizes, page_of(6, title="The Golden Tower", body="The Golden Tower is high."))
    assert hubwatch("--config", config, "reread", "grades").code == 0
    with Archive.open(archive) as store, store.writing() as tx:
        for story in range(1, 5):
            tx.decisions.decide(story, Verb.REJECT, person="Li", now=NOW, value="a prize")
        tx.decisions.decide(6, Verb.ACCEPT, person="Li", now=NOW)
    return archive


def test_a_line_is_written_and_taken_out_and_nothing_else_changes(own: Path) -> None:
    assert dismiss(own, "a prize", "Silver Pear")
    assert not dismiss(own, "a prize", "Silver Pear")
    assert dismiss(own, "a prize", "银梨奖")
    assert load_watchlist(own).dismissed == {"a prize": ("Silver Pear", "银梨奖")}
    text = own.read_text("utf-8")
    assert text.startswith(LIST.rstrip())
    assert undismiss(own, "a prize", "Silver Pear")
    assert undismiss(own, "a prize", "银梨奖")
    assert not undismiss(own, "a prize", "银梨奖")
    assert load_watchlist(own).dismissed == {}
    assert own.read_text("utf-8").startswith(LIST.rstrip())


def test_a_line_that_stands_among_others_goes_alone(own: Path) -> None:
    own.write_text(
        f'{LIST}\n[dismissed]  # by hand\nplain = ["One"]\n"two words" = [\n  "A", # a\n  "B",\n]\n'
        "\n[contexts]\nbuilding = ['tower']\n",
        "utf-8",
    )
    assert dismiss(own, "two words", "C")
    assert undismiss(own, "plain", "One")
    assert load_watchlist(own).dismissed == {"two words": ("A", "B", "C")}
    assert tomllib.loads(own.read_text("utf-8"))["contexts"] == {"building": ["tower"]}


def test_what_cannot_be_changed_plainly_is_left_alone(own: Path) -> None:
    inline = f'dismissed = {{ "x" = ["y"] }}\n{LIST}'
    own.write_text(inline, "utf-8")
    with pytest.raises(ConfigError, match="write the line"):
        dismiss(own, "a prize", "Silver Pear")
    assert own.read_text("utf-8") == inline


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


@given(lines=st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=5, unique=True))
def test_any_words_go_in_and_out(lines: list[tuple[str, str]]) -> None:
    text = LIST
    for reason, phrase in lines:
        text = with_dismissal(text, reason, phrase)
    said = tomllib.loads(text)["dismissed"]
    assert sorted((key, one) for key, value in said.items() for one in value) == sorted(lines)
    for reason, phrase in lines:
        text = without_dismissal(text, reason, phrase)
    assert tomllib.loads(text) == {**tomllib.loads(LIST), "dismissed": {}}


def test_the_command_shows_the_effect_first(
    filled: Path, own: Path, config: Path, hubwatch: CommandLine
) -> None:
    line = ("--config", config, "watchlist", "dismiss", "a prize", "Silver Pear")
    seen = hubwatch(*line, "--dry-run", "--json").json
    assert (seen["articles"], seen["changed"], seen["graded"]) == (5, False, None)
    assert {each["effect"] for each in seen["changes"]} == {"lost"}
    assert {each["story"] for each in seen["changes"]} == set(range(1, 6))
    assert own.read_text("utf-8") == LIST
    done = hubwatch(*line)
    assert done.code == 0, done.err
    assert "5 would go out of digests" in done.out
    with Archive.open_readonly(filled) as store:
        assert set(store.relevance.grades(range(1, 7), ["tower"])) == {6}
    assert hubwatch(*line, "--undo", "--json").json["changed"]
    assert load_watchlist(own).dismissed == {}


def test_without_a_list_of_ones_own_the_command_says_how_to_make_one(
    archive: Path, hubwatch: CommandLine
) -> None:
    keep(archive, page_of(1))
    done = hubwatch("--db", archive, "watchlist", "dismiss", "a prize", "Silver Pear")
    assert done.code != 0
    assert "watchlist copy" in done.err


def waiting(page: str) -> bool:
    return "data-waiting" in page


def test_the_desk_proposes_with_the_effect_on_the_past(filled: Path, own: Path) -> None:
    watched = load_watchlist(own)
    with serving(filled, now=later(hours=1), watched=watched, watchlist_file=own) as client:
        sign_in(client, let_in(filled, "Li"))
        page = client.get("/dismissals").text
        assert "Silver Pear" in page
        assert "would go out of digests: 5" in page
        assert 'name="phrase"' in page
        assert client.post("/dismissals", [("reason", ""), ("phrase", "x")]).status == 404
    with serving(filled, now=later(hours=1), watched=watched) as client:
        sign_in(client, let_in(filled, "Li"))
        page = client.get("/dismissals").text
        assert "no watchlist of your own" in page
        assert 'name="phrase"' not in page


def test_a_page_is_made_by_what_was_going_on_when_it_was_begun() -> None:
    state = AppState({"undoing": {"a": Undoing(waits=True)}})
    begun = undoing_of(state, "a")
    state.undoing["a"].waits = False  # the change ends while the page is made
    assert begun.waits
    assert not undoing_of(state, "a").waits


@pytest.mark.slow
def test_a_line_is_applied_by_a_click_and_undone(filled: Path, own: Path, config: Path) -> None:
    hubwatch = (sys.executable, "-m", "hubwatch", "--config", str(config))
    with serving(
        filled,
        now=later(hours=1),
        watched=load_watchlist(own),
        watchlist_file=own,
        hubwatch=hubwatch,
    ) as client:
        sign_in(client, let_in(filled, "Li"))

        def settled() -> Iterator[str]:
            for _ in range(240):
                page = client.get("/dismissals").text
                if not waiting(page):
                    yield page
                    return
                time.sleep(0.25)

        line = [("reason", "a prize"), ("phrase", "Silver Pear")]
        assert client.post("/dismissals", line).status == 303
        (page,) = settled()
        assert 'role="alert"' not in page
        assert "Undo" in page
        assert load_watchlist(own).dismissed == {"a prize": ("Silver Pear",)}
        assert client.post("/dismissals", [*line, ("do", "undo")]).status == 303
        (page,) = settled()
        assert 'role="alert"' not in page
        assert load_watchlist(own).dismissed == {}
