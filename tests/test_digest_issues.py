"""Digests as objects: what is issued never changes, and each story is news in exactly one issue."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.digest import edit as by
from desk.digest import wording
from desk.digest.build import build
from desk.digest.drafts import (
    Wanted,
    cautions,
    correct,
    keep,
    opened,
    read_document,
    refresh,
    required,
    wanted_again,
    withdraw,
    write_document,
)
from desk.digest.edit import trimmed
from desk.digest.issues import issued_bytes
from desk.digest.model import PLAIN, DigestStyle, Edition, Format, Period, Scope
from desk.digest.selection import gather
from hubwatch.errors import HubwatchError
from storage.archive import Archive
from storage.database import Access, connect
from storage.decisions import Verb
from storage.digests import ArticleRole, Basis, DigestState
from storage.relevance import Relevance
from storage.runs import Counts
from storage.types import Grade, Match, Outcome
from tests.support.digest_samples import FORMATS
from tests.support.digest_series import (
    WANTED,
    article,
    begun,
    issued,
    made,
    mirror,
    say,
    text,
    titles,
)
from tests.support.examples import examples
from tests.support.make import NOW, SHANGHAI, SOURCE
from tests.support.visits import Visits


def test_each_issue_goes_on_where_the_last_one_ended(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    issued(visits, first)
    visits.run({"a": text(1), "b": text(2)})
    second = made(visits)
    assert titles(visits, second) == ["On b"]
    heads = [required(visits.store, number) for number in (first, second)]
    assert heads[1].after_seq == heads[0].upto_seq
    assert opened(visits.store, second).edition.period.since == heads[0].until


def test_an_issue_of_nothing_says_so_and_counts_no_events_backwards(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    number = made(visits)
    head = required(visits.store, number)
    told = " ".join(wording.made(opened(visits.store, number)))
    nothing = (
        "Nothing came in since the last digest of the same selection: the archive has no event"
    )
    assert f"{nothing} after {head.upto_seq}." in told
    assert "events" not in told


def test_what_comes_while_a_draft_lies_there_is_for_the_next_issue(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    visits.run({"b": text(2)})
    issued(visits, first)
    assert titles(visits, first) == ["On a"]
    assert titles(visits, made(visits)) == ["On b"]


def test_a_second_draft_of_the_same_time_is_not_issued_but_made_anew(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first, second = made(visits), made(visits)
    issued(visits, first)
    with pytest.raises(HubwatchError, match=r"digest 1 was issued since .* --refresh"):
        issued(visits, second)
    visits.run({"b": text(2)})
    again = wanted_again(visits.store, second, (SOURCE,))
    refresh(visits.store, second, again, person="Ana", now=visits.now)
    assert titles(visits, second) == ["On b"]
    issued(visits, second)


def test_other_selections_are_other_series(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    accepted = Wanted("Accepted", SHANGHAI, scope=Scope.ACCEPTED, enabled=(SOURCE,))
    say(visits.store, visits.store.articles.at_url("http://e.test/a")[0].story_id, Verb.ACCEPT)
    assert titles(visits, made(visits, accepted)) == ["On a"]


def test_what_moved_to_another_address_is_not_withdrawn(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    issued(visits, made(visits))
    visits.run({"new-a": text(1), "new-b": f"{text(2)} An editor added this line."})
    visits.gone(article(visits, "a").id)
    visits.gone(article(visits, "b").id)
    assert article(visits, "a").stands_at == "http://e.test/new-a"
    assert article(visits, "b").stands_at == "http://e.test/new-b"
    number = made(visits)
    assert titles(visits, number) == []
    issued(visits, number)
    visits.gone(article(visits, "new-a").id)
    (item,) = opened(visits.store, made(visits)).touched
    assert (item.url, item.gone_at) == ("http://e.test/new-a", visits.now)


def test_an_issue_of_its_first_period_has_its_new_address_alone(visits: Visits) -> None:
    visits.run({"a": text(1)})
    number = made(visits)
    visits.run({"new-a": text(1)})
    visits.gone(article(visits, "a").id)
    assert cautions(visits.store, opened(visits.store, number)) == ()
    again = wanted_again(visits.store, number, (SOURCE,))
    refresh(visits.store, number, again, person="Ana", now=visits.now)
    (item,) = opened(visits.store, number).items
    assert (item.url, item.also_at, item.gone_at) == ("http://e.test/new-a", (), None)


def test_the_edit_of_what_moved_is_told_at_its_new_address(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"a": text(1, amount=120)})
    visits.run({"new-a": text(1, amount=120)})
    visits.gone(article(visits, "a").id)
    (item,) = opened(visits.store, made(visits)).touched
    assert (item.url, item.also_at, item.gone_at) == ("http://e.test/new-a", (), None)
    (update,) = item.updates
    assert "the page" not in wording.changed(item, update, SHANGHAI)


def test_a_notice_published_anew_for_another_day_is_news_again(visits: Visits) -> None:
    visits.run({"w1": text(1)}, published="2026-02-01")
    issued(visits, made(visits))
    visits.run({"w8": text(1)}, published="2026-02-08")
    second = made(visits)
    assert titles(visits, second) == ["On w8"]
    assert opened(visits.store, second).touched == ()
    issued(visits, second)
    visits.run({"w9": text(1)}, published="2026-02-09")
    assert titles(visits, made(visits)) == []


@pytest.mark.parametrize("where", ["its source", "another source"])
def test_a_digest_of_a_period_tells_no_copy_of_what_was_seen_before(
    visits: Visits, where: str
) -> None:
    visits.run({"a": text(1)})
    visits.run({"b": text(2)})
    if where == "its source":
        visits.run({"new-a": text(1), "c": text(3)})
        visits.gone(article(visits, "a").id)
    else:
        mirror(visits, text(1))
        visits.run({"c": text(3)})
    since = visits.now - timedelta(hours=30)
    edition = Edition("Daily", Period(since, visits.now + timedelta(hours=1), SHANGHAI))
    told = build(gather(visits.store, edition, (SOURCE,)), edition)
    assert [item.title for item in told.items] == ["On c"]


@pytest.mark.parametrize("before", ["a first crawl", "another topic"])
def test_a_digest_of_a_period_tells_a_copy_of_what_no_digest_could_tell(
    visits: Visits, before: str
) -> None:
    visits.run({"a": text(1)})
    mirror(visits, text(0 if before == "a first crawl" else 1))
    topics: tuple[str, ...] = ()
    (copied,) = visits.store.articles.at_url("http://mirror.test/copy")
    if before == "another topic":
        topics = ("trams",)
        match = Match("trams", Grade.CORE, "million", "body", 0, "The city spends 95 million yuan.")
        with visits.store.writing() as tx:
            tx.relevance.replace(copied.id, Relevance("v1", (match,)))
    since = visits.now - timedelta(hours=1)
    period = Period(since, visits.now + timedelta(hours=1), SHANGHAI)
    edition = Edition("Daily", period, topics=topics)
    told = build(gather(visits.store, edition, (SOURCE,)), edition)
    assert [item.title for section in told.chapters for item in section.items] == ["On copy"]


def test_the_edit_of_such_a_copy_is_told_as_an_update(visits: Visits) -> None:
    visits.run({"a": text(1)})
    visits.run({})
    visits.run({"a2": text(1)})
    visits.run({"a2": text(1, amount=120)})
    since = visits.now - timedelta(hours=30)
    edition = Edition("Daily", Period(since, visits.now + timedelta(hours=1), SHANGHAI))
    (item,) = build(gather(visits.store, edition, (SOURCE,)), edition).touched
    assert item.title == "On a2"
    assert [update.what for update in item.updates]


@pytest.mark.parametrize("stands", ["another source", "another text"])
def test_what_only_others_have_still_is_withdrawn(visits: Visits, stands: str) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    if stands == "another text":
        visits.run({"a2": " ".join(text(1).split()[:50])})
    else:
        mirror(visits, text(1))
    assert len(visits.store.articles.of_story(article(visits, "a").story_id)) == 2
    visits.gone(article(visits, "a").id)
    (item,) = opened(visits.store, made(visits)).touched
    assert item.gone_at == visits.now


def test_updates_and_withdrawals_name_the_issue_that_published_the_story(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    issued(visits, made(visits))
    visits.run({"a": text(1, amount=120)})
    visits.gone(visits.store.articles.at_url("http://e.test/b")[0].id)
    digest = opened(visits.store, made(visits))
    assert {item.title for item in digest.touched} == {"On a", "On b"}
    flags = [wording.flags(item, digest.edition.period) for item in digest.touched]
    assert all("first in digest 1" in each for each in flags)
    assert any(flag.startswith("withdrawn") for each in flags for flag in each)
    assert not digest.key
    assert not digest.sections


def first_crawl_edited(visits: Visits) -> None:
    """A first crawl that found four pages of a month ago, and a day on which one says something
    else and one is not there any more."""
    visits.run({name: text(number) for number, name in enumerate("abcd")})
    visits.run({"a": text(0, amount=120), "c": text(2)})
    visits.gone(article(visits, "b").id)


def test_edits_and_withdrawals_of_a_first_crawl_are_in_the_next_digest(store: Archive) -> None:
    visits = Visits(store, days=30)
    first_crawl_edited(visits)
    digest = opened(store, made(visits))
    assert [item.title for item in digest.touched] == ["On a", "On b"]
    assert [item.title for item in digest.items if item not in digest.touched] == []
    assert digest.coverage.older == 2


@pytest.mark.parametrize("days", [1, 5, 20])
def test_so_they_are_in_one_of_a_period_that_began_before_the_first_crawl(
    store: Archive, days: int
) -> None:
    visits = Visits(store, days=30)
    first_crawl_edited(visits)
    period = Period(visits.now - timedelta(days=days), visits.now + timedelta(hours=1), SHANGHAI)
    digest = build(gather(store, edition := Edition("News", period), (SOURCE,)), edition)
    assert [item.title for item in digest.touched] == ["On a", "On b"]
    assert digest.coverage.older == (2 if days > 1 else 0)
    (update,) = digest.touched[0].updates
    assert update.what == "amounts: 95 million yuan → 120 million yuan"


def test_an_edit_is_news_while_the_first_crawl_goes_on(store: Archive) -> None:
    visits = Visits(store, days=30)
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, visits.now)
    visits.visit(run, "a", text(0))
    visits.visit(run, "a", text(0, amount=96))  # two addresses of one page in one run
    with store.writing() as tx:
        tx.runs.finish(run.id, visits.now, Outcome.PARTIAL, Counts(), cursor="http://e.test/2")
    assert opened(store, made(visits)).touched == ()
    assert visits.run({"a": text(0, amount=120), "b": text(1)}).baseline
    (item,) = opened(store, made(visits)).touched
    (update,) = item.updates
    assert update.what == "amounts: 96 million yuan → 120 million yuan"


def test_a_story_found_long_after_it_was_published_is_marked(visits: Visits) -> None:
    visits.run({"a": text(1)})  # the pages say 1 March
    (item,) = opened(visits.store, made(visits)).items
    assert "late find" in wording.flags(item, opened(visits.store, 1).edition.period)


def test_what_is_put_off_comes_in_the_next_issue_and_what_is_trimmed_in_none(
    visits: Visits,
) -> None:
    visits.run({"a": text(1), "b": text(2), "c": text(3)})
    story = {p: visits.store.articles.at_url(f"http://e.test/{p}")[0] for p in "abc"}
    say(visits.store, story["a"].story_id, Verb.LATER)
    number = made(visits)
    assert titles(visits, number) == ["On b", "On c"]
    digest = trimmed(opened(visits.store, number), story["b"].id)
    keep(
        visits.store, required(visits.store, number), digest, what="x", person="Ana", now=visits.now
    )
    issued(visits, number)
    say(visits.store, story["a"].story_id, Verb.ACCEPT)
    digest = opened(visits.store, made(visits))
    assert [item.title for item in digest.items] == ["On a"]
    assert digest.items[0].held_from == number


def test_a_rejected_story_is_left_out_and_comes_when_that_is_taken_back(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    (article,) = visits.store.articles.at_url("http://e.test/a")
    say(visits.store, article.story_id, Verb.REJECT)
    number = made(visits)
    assert titles(visits, number) == ["On b"]
    issued(visits, number)
    visits.run({})
    assert titles(visits, made(visits)) == []
    say(visits.store, article.story_id, Verb.ACCEPT)
    assert titles(visits, made(visits)) == ["On a"]


def test_only_what_was_accepted_and_the_rest_once_it_is(visits: Visits) -> None:
    wanted = Wanted("Accepted", SHANGHAI, scope=Scope.ACCEPTED, enabled=(SOURCE,))
    visits.run({"a": text(1), "b": text(2)})
    (a,), (b,) = (visits.store.articles.at_url(f"http://e.test/{p}") for p in "ab")
    say(visits.store, a.story_id, Verb.ACCEPT)
    first = made(visits, wanted)
    assert titles(visits, first) == ["On a"]
    issued(visits, first)
    visits.run({})
    say(visits.store, b.story_id, Verb.ACCEPT)
    assert titles(visits, made(visits, wanted)) == ["On b"]


def test_a_story_joined_with_a_published_one_is_not_published_again(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"b": text(2)})
    second = made(visits)
    (a,), (b,) = (visits.store.articles.at_url(f"http://e.test/{p}") for p in "ab")
    with visits.store.writing() as tx:
        tx.stories.merge([a.story_id, b.story_id], person="Ana", why="", now=NOW)
    with pytest.raises(HubwatchError, match="digest 1 has told this story already"):
        issued(visits, second)


def test_disputed_and_changed_stories_are_warned_of(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    (a,) = visits.store.articles.at_url("http://e.test/a")
    say(visits.store, a.story_id, Verb.ACCEPT, "Ana")
    say(visits.store, a.story_id, Verb.REJECT, "Li")
    number = made(visits)
    visits.run({"b": text(2, amount=120)})
    told = [str(each) for each in cautions(visits.store, opened(visits.store, number))]
    assert any("is disputed (Ana: accept, Li: reject): On a" in line for line in told)
    assert any("changed since the draft was made: On b" in line for line in told)


def test_an_issue_never_changes(visits: Visits, archive: Path) -> None:
    visits.run({"a": text(1)})
    number = made(visits)
    issued(visits, number, FORMATS)
    before = {form: issued_bytes(visits.store, number, form, PLAIN) for form in FORMATS}
    visits.run({"a": text(1, amount=120)})
    say(visits.store, 2, Verb.REJECT)
    look = DigestStyle(desk_address="https://desk.example.org/")
    assert {f: issued_bytes(visits.store, number, f, look) for f in FORMATS} == before
    with pytest.raises(HubwatchError, match="never changes"):
        issued(visits, number)
    head = required(visits.store, number)
    with pytest.raises(LookupError), visits.store.writing() as tx:
        tx.digests.discard(head, person="Ana", now=NOW)
    db = connect(archive, Access.WRITE)
    for sql in (
        "UPDATE digests SET title = 'x'",
        "DELETE FROM digests",
        "UPDATE digest_files SET data = x''",
        "DELETE FROM digest_files",
        "DELETE FROM digest_articles",
        "UPDATE digest_articles SET role = 'news'",
    ):
        with pytest.raises(Exception, match=r"never (changes|removed)"):
            db.execute(sql)
    db.close()
    assert sqlite3.sqlite_version


_HEAD = """
title, since, until, zone, selection, basis, after_seq, upto_seq, items, made_by, made_at, version,
issued_by, issued_at, discarded_at, corrects, reason, document
"""


@pytest.mark.parametrize(
    "sql",
    [
        f"REPLACE INTO digests (id, {_HEAD}) SELECT id, {_HEAD} FROM digests WHERE id = 1",
        "UPDATE OR REPLACE digests SET id = 1 WHERE id = 2",
        "UPDATE OR REPLACE digests SET rowid = 1 WHERE id = 2",
        "REPLACE INTO digest_files SELECT digest_id, format, 1, 'x', x'00' FROM digest_files",
        "INSERT OR IGNORE INTO digest_files SELECT 1, 'pdf', 1, 'x', x'00'",
        "REPLACE INTO digest_files (rowid, digest_id, format, size, sha256, data) "
        "SELECT rowid, 2, format, 1, 'x', x'00' FROM digest_files",
        "REPLACE INTO digest_articles SELECT digest_id, article_id, 'news' FROM digest_articles",
        "INSERT INTO digest_articles SELECT 1, max(id), 'news' FROM articles",
        "REPLACE INTO digest_proofs SELECT id, 2, NULL, NULL FROM digest_proofs",
        "INSERT INTO digest_proofs (digest_id) VALUES (1)",
    ],
)
def test_nothing_takes_the_place_of_what_was_issued(
    visits: Visits, archive: Path, sql: str
) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"b": text(2)})
    assert made(visits) == 2
    db = connect(archive, Access.WRITE)
    for switch in ("foreign_keys", "recursive_triggers"):  # as other programs have them
        db.execute(f"PRAGMA {switch} = OFF")
    with pytest.raises(Exception, match=r"never (changes|removed)"):
        db.execute(sql)
    db.close()
    issued(visits, 2)


def test_the_sums_of_an_issue_are_those_of_its_bytes(visits: Visits) -> None:
    import hashlib

    visits.run({"a": text(1)})
    number = made(visits)
    issued(visits, number, FORMATS)
    files = visits.store.digests.files(number)
    assert {file.format for file in files} == {form.value for form in FORMATS}
    for file in files:
        data = issued_bytes(visits.store, number, Format(file.format), PLAIN)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (file.sha256, file.size)


def test_a_correction_is_another_digest_and_moves_nothing(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    with pytest.raises(HubwatchError, match="was not issued"):
        correct(visits.store, first, reason="x", person="Li", now=visits.now)
    issued(visits, first)
    visits.run({"b": text(2)})
    second = correct(visits.store, first, reason="A wrong sum", person="Li", now=visits.now)
    digest = opened(visits.store, second)
    digest = by.noted(digest, digest.items[0].article_id, "It is 95 million.")
    head = required(visits.store, second)
    keep(visits.store, head, digest, what="n", person="Li", now=visits.now)
    issued(visits, second)
    assert required(visits.store, first).corrected_by == (second,)
    page = issued_bytes(visits.store, second, Format.HTML, PLAIN).decode()
    assert "This corrects digest 1: A wrong sum" in page
    assert titles(visits, made(visits)) == ["On b"]


def corrected(visits: Visits, number: int, note: str) -> int:
    """A correction of an issue that adds a note to its first item."""
    made = correct(visits.store, number, reason=note, person="Li", now=visits.now)
    head, digest = required(visits.store, made), opened(visits.store, made)
    digest = by.noted(digest, digest.items[0].article_id, f"{digest.items[0].note} {note}".strip())
    keep(visits.store, head, digest, what="n", person="Li", now=visits.now)
    return made


def test_a_correction_goes_on_from_the_last_one_and_names_all_that_it_replaces(
    visits: Visits,
) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    issued(visits, first)
    second = corrected(visits, first, "One.")
    issued(visits, second)
    with pytest.raises(HubwatchError, match=f"by digest {second} already"):
        correct(visits.store, first, reason="Two.", person="Li", now=visits.now)
    third = corrected(visits, second, "Two.")
    issued(visits, third)
    fourth = corrected(visits, third, "Three.")
    issued(visits, fourth)
    digest = opened(visits.store, fourth)
    assert digest.items[0].note == "One. Two. Three."
    assert digest.metadata is not None
    assert digest.metadata.replaces == (second, first)
    page = " ".join(issued_bytes(visits.store, fourth, Format.HTML, PLAIN).decode().split())
    assert f"This corrects digest {third}: Three." in page
    assert f"the place of digests {second}, {first}, too" in page
    only = issued_bytes(visits.store, second, Format.HTML, PLAIN).decode()
    assert "takes the place" not in only


def test_a_withdrawal_says_in_every_format_that_nothing_holds_and_why(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    head, digest = required(visits.store, first), opened(visits.store, first)
    digest = by.introduced(digest, "A week of laboratories.")
    keep(visits.store, head, digest, what="i", person="Li", now=visits.now)
    with pytest.raises(HubwatchError, match="was not issued"):
        withdraw(visits.store, first, reason="x", person="Li", now=visits.now)
    issued(visits, first)
    second = withdraw(visits.store, first, reason="Sent by mistake", person="Li", now=visits.now)
    assert required(visits.store, second).withdraws
    issued(visits, second, FORMATS)
    assert required(visits.store, first).corrected_by == (second,)
    assert titles(visits, second) == []
    for form in FORMATS:
        if form in (Format.CSV, Format.FIGURES, Format.PDF):
            continue  # rows alone; and the web page as it is printed
        said = shown_text(form, issued_bytes(visits.store, second, form, PLAIN))
        assert f"withdraws digest {first}: Sent by mistake" in said or form is Format.JSON
        assert "Nothing new" not in said
        assert "A week of laboratories" not in said
        assert "On a" not in said or form is Format.JSON
    document = json.loads(issued_bytes(visits.store, second, Format.JSON, PLAIN))
    assert (document["digest"]["withdraws"], document["digest"]["reason"]) == (
        True, "Sent by mistake",
    )  # fmt: skip
    assert titles(visits, made(visits)) == []  # they are not news again


def shown_text(form: Format, data: bytes) -> str:
    """What a file of a digest says, markup and line breaks aside."""
    if form in (Format.DOCX, Format.XLSX):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name for name in package.namelist() if name.endswith(".xml")]
            data = b"\n".join(package.read(name) for name in names)
    if form is Format.EML:
        message = message_from_bytes(data, policy=policy.default)
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        assert "withdrawal of digest" in message["Subject"]
        data = "\n".join(parts).encode()
    return " ".join(re.sub(r"<[^>]{0,2000}>", "", data.decode()).split())


def test_items_come_back_by_a_correction_of_the_withdrawal(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    first = made(visits)
    issued(visits, first)
    second = withdraw(visits.store, first, reason="Wrong", person="Li", now=visits.now)
    issued(visits, second)
    third = correct(visits.store, second, reason="Only b was", person="Li", now=visits.now)
    assert required(visits.store, third).withdraws  # until an item is back
    head, digest = required(visits.store, third), opened(visits.store, third)
    (back,) = (each.item for each in digest.left if each.item.title == "On a")
    digest = by.restored(digest, back.article_id)
    keep(visits.store, head, digest, what="r", person="Li", now=visits.now)
    issued(visits, third)
    assert not required(visits.store, third).withdraws
    page = issued_bytes(visits.store, third, Format.HTML, PLAIN).decode()
    assert f"This corrects digest {second}: Only b was" in " ".join(page.split())
    assert titles(visits, third) == ["On a"]


def test_a_correction_of_an_issue_of_nothing_withdraws_nothing(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    empty = made(visits)
    issued(visits, empty)
    with pytest.raises(HubwatchError, match=f"`hubwatch digest correct {empty}` puts right"):
        withdraw(visits.store, empty, reason="x", person="Li", now=visits.now)
    last = correct(visits.store, empty, reason="The title", person="Li", now=visits.now)
    assert not required(visits.store, last).withdraws
    issued(visits, last)
    assert "Nothing new" in issued_bytes(visits.store, last, Format.HTML, PLAIN).decode()


def test_of_two_corrections_of_one_issue_only_one_goes_out(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    issued(visits, first)
    second, third = (corrected(visits, first, each) for each in ("One.", "Two."))
    issued(visits, third)
    with pytest.raises(HubwatchError, match=f"by digest {third} already"):
        issued(visits, second)
    assert required(visits.store, second).state is DigestState.DRAFT


def test_two_editors_do_not_overwrite_each_other(visits: Visits) -> None:
    visits.run({"a": text(1)})
    number = made(visits)
    head, digest = required(visits.store, number), opened(visits.store, number)
    keep(visits.store, head, by.titled(digest, "One"), what="t", person="Ana", now=NOW)
    with pytest.raises(ValueError, match="somebody else has edited digest 1"):
        keep(visits.store, head, by.titled(digest, "Two"), what="t", person="Li", now=NOW)
    assert opened(visits.store, number).edition.title == "One"
    assert [edit.person for edit in visits.store.digests.edits(number)] == ["Ana", "Ana"]


def test_a_period_is_its_own_digest_and_the_next_one_leaves_no_gap(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"b": text(2)})
    visits.run({"c": text(3)})
    since = visits.now - timedelta(hours=1)
    period = Wanted("Today", SHANGHAI, Basis.PERIOD, since, enabled=(SOURCE,))
    today = made(visits, period)
    assert titles(visits, today) == ["On c"]
    issued(visits, today)
    assert titles(visits, made(visits)) == ["On b"]


def test_a_document_says_all_that_a_digest_holds(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    digest = opened(visits.store, made(visits))
    digest = by.introduced(by.put_off(digest, digest.items[0].article_id), "贵阳\n\nNews")
    assert read_document(write_document(digest)) == digest
    with pytest.raises(ValueError, match="another Hubwatch"):
        read_document('{"version":99}')


WHAT = ("new", "new", "edit", "copy", "later", "reject", "accept", "draft", "issue")
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 9)), max_size=25)


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(STEPS)
@example([("new", 0)] * 8)
def test_every_story_is_news_in_exactly_one_issue(steps: list[tuple[str, int]]) -> None:
    """Arrivals, copies, edits, verdicts, drafts and issues in any order."""
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "a.db")) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        visits = begun(store)
        # The first issue of a series reaches back as far as it is told, and else seven days.
        series = replace(WANTED, since=visits.now + timedelta(minutes=1))
        _live(visits, steps, series)
        for story in {a.story_id for a in store.articles.get_many(range(1, 100))}:
            say(store, story, Verb.ACCEPT)
        visits.run({})
        issued(visits, made(visits, series), ())
        heads = [head for head in store.digests.latest() if head.state is DigestState.ISSUED]
        news = Counter(
            story
            for head in heads
            for story in {
                t.story_id for t in store.digests.roles(head.number) if t.role is ArticleRole.NEWS
            }
        )
        arrived = {a.story_id for a in store.articles.get_many(range(1, 100)) if not a.baseline}
        assert news == Counter(arrived)


def _live(visits: Visits, steps: list[tuple[str, int]], series: Wanted) -> None:
    store, pages, drafts = visits.store, 0, [0]
    for what, pick in steps:
        known = store.articles.get_many(range(1, 100))
        story = known[pick % len(known)].story_id
        if what == "new":
            pages += 1
            visits.run({f"p{pages}": text(pages)})
        elif what == "edit" and pages:
            number = 1 + pick % pages
            visits.run({f"p{number}": text(number, amount=100 + visits.days)})
        elif what == "copy" and pages:
            visits.run({f"copy{visits.days}": text(1 + pick % pages)})
        elif what in ("later", "reject", "accept"):
            say(store, story, Verb(what))
        elif what == "draft":
            drafts.append(made(visits, series))
        elif what == "issue":
            number = drafts[pick % len(drafts)] or made(visits, series)
            if required(store, number).state is DigestState.DRAFT:
                try:
                    issued(visits, number, ())
                except HubwatchError as error:
                    assert "--refresh" in str(error)
                    again = wanted_again(store, number, (SOURCE,))
                    refresh(store, number, again, person="Ana", now=visits.now)
                    issued(visits, number, ())


def test_an_issue_of_no_event_is_where_the_next_one_begins(visits: Visits) -> None:
    visits.run({"a": text(1)})
    story = visits.store.articles.at_url("http://e.test/a")[0].story_id
    say(visits.store, story, Verb.LATER)
    issued(visits, made(visits))
    say(visits.store, story, Verb.ACCEPT)
    visits.days += 3
    second = made(visits)
    twin = made(visits)
    issued(visits, second)
    assert titles(visits, second) == ["On a"]
    visits.days += 3
    third = made(visits)
    assert required(visits.store, third).since == required(visits.store, second).until
    assert opened(visits.store, third).coverage.scanned == ()
    with pytest.raises(HubwatchError, match=r"digest 2 was issued since digest 3 .* --refresh"):
        issued(visits, twin)


def test_a_draft_from_before_an_issue_of_no_event_is_made_anew(visits: Visits) -> None:
    """Both would tell the update that was put off."""
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"a": text(1, 120)})
    number = made(visits)
    digest = opened(visits.store, number)
    digest = by.put_off(digest, digest.items[0].article_id)
    head = required(visits.store, number)
    keep(visits.store, head, digest, what="later", person="Ana", now=visits.now)
    issued(visits, number)
    twin = made(visits)
    visits.days += 1
    issued(visits, made(visits))
    with pytest.raises(HubwatchError, match=r"digest 4 was issued since digest 3 .* --refresh"):
        issued(visits, twin)


@pytest.mark.parametrize("back", [1, 3])
def test_a_period_in_which_the_clock_was_set_back_hides_nothing(visits: Visits, back: int) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.days += 3
    visits.run({"b": text(2)})
    visits.days -= 3
    visits.run({"c": text(3)})
    visits.days += 3
    visits.run({"d": text(4)})
    since = visits.now - timedelta(days=back)
    period = made(visits, replace(WANTED, basis=Basis.PERIOD, since=since))
    issued(visits, period)
    last = made(visits)
    assert sorted(titles(visits, period) + titles(visits, last)) == ["On b", "On c", "On d"]
