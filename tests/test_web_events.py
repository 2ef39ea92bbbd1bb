"""What a reviewer says of the event of a story: that another tells it, or does not; and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.people import PersonRole
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in


@pytest.fixture
def numbers(archive: Path) -> list[int]:
    articles = keep(archive, *(page_of(number) for number in range(1, 4)))
    with Archive.open_readonly(archive) as store:
        stories = store.stories.of_articles(articles)
    return [stories[article] for article in articles]


@pytest.fixture
def ana(archive: Path, numbers: list[int]) -> Iterator[Client]:
    with serving(archive) as client:
        sign_in(client, let_in(archive, "Ana"))
        yield client


def together(archive: Path, story: int) -> tuple[int, ...]:
    with Archive.open_readonly(archive) as store:
        return store.stories.events.stories_of(story)


def say(client: Client, story: int, act: str, **fields: object) -> str:
    form = [("story", str(story)), ("do", act), *((n, str(v)) for n, v in fields.items())]
    answer = client.post("/event", form)
    assert answer.status == 303
    return client.get(answer.headers["location"]).text


def test_a_story_is_linked_unlinked_and_both_are_taken_back(
    archive: Path, ana: Client, numbers: list[int]
) -> None:
    one, other, _ = numbers
    page = say(ana, one, "link", other=other, why="the same ceremony")
    assert f"The same event as story {other}." in page
    assert "the same ceremony" in page
    assert together(archive, one) == tuple(sorted((one, other)))
    with Archive.open_readonly(archive) as store:
        (linked,) = store.stories.events.decisions()
    page = say(ana, one, "unlink", other=other)
    assert f"Another event than story {other}." in page
    assert together(archive, one) == (one,)
    with Archive.open_readonly(archive) as store:
        apart, _ = store.stories.events.decisions()
    assert (apart.person, apart.together) == ("Ana", False)
    assert "Taken back." in say(ana, one, "undo", decision=apart.id)
    assert together(archive, one) == tuple(sorted((one, other)))
    say(ana, one, "undo", decision=linked.id)
    assert together(archive, one) == (one,)


def test_the_other_story_may_be_named_by_its_page(
    archive: Path, ana: Client, numbers: list[int]
) -> None:
    one, other, _ = numbers
    say(ana, one, "link", other=f"http://desk.test/story/{other}/")
    assert together(archive, one) == tuple(sorted((one, other)))


@pytest.mark.parametrize("typed", ["999", "itself", "", "the second one"])
def test_what_is_no_other_story_is_said_beside_the_form_which_keeps_it(
    archive: Path, ana: Client, numbers: list[int], typed: str
) -> None:
    one = numbers[0]
    other = str(one) if typed == "itself" else typed
    answer = ana.post("/event", [("story", str(one)), ("do", "link"), ("other", other)])
    assert answer.status == 400
    assert f'value="{other}" aria-invalid="true"' in answer.text
    assert together(archive, one) == (one,)


def test_who_only_reads_says_nothing_of_events(
    archive: Path, ana: Client, numbers: list[int]
) -> None:
    with serving(archive) as client:
        sign_in(client, let_in(archive, "Li", PersonRole.READER))
        form = [("story", str(numbers[0])), ("do", "link"), ("other", str(numbers[1]))]
        assert client.post("/event", form).status == 403
        assert 'action="/event"' not in client.get(f"/story/{numbers[0]}").text
    assert together(archive, numbers[0]) == (numbers[0],)


def test_a_city_shows_an_event_once_with_those_that_tell_it(
    archive: Path, ana: Client, numbers: list[int]
) -> None:
    one, other, alone = numbers
    say(ana, one, "link", other=other)
    page = ana.get("/city/Guiyang").text
    timeline = page.partition('class="timeline"')[2]
    assert timeline.count("<li>") == 2
    assert timeline.count("Also reported") == 1
    for story in numbers:
        assert timeline.count(f'href="/story/{story}"') == 1
    told = timeline.partition("Also reported")[2].partition("</p>")[0]
    assert f"Story number {alone}" not in told
