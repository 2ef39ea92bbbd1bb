"""Contradictions in digests: an issue holds those only that a person confirmed, in every format."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from desk.digest.drafts import correct, draft, opened, read_document, write_document
from desk.digest.formats import plugins, render
from desk.digest.issues import issue, issued_bytes
from desk.digest.model import PLAIN, DigestItem, Format, without_proposals
from hubwatch.errors import HubwatchError
from storage.archive import Archive
from storage.contradictions import (
    Claim,
    ComparedReport,
    Contradiction,
    ContradictionQuery,
    ContradictionVerdict,
    FoundContradiction,
)
from tests.support.digest_checks import shown
from tests.support.digest_samples import FORMATS, sample
from tests.support.digest_series import WANTED
from tests.support.make import NOW, SOURCE, insert

FILLER = "The harbour and the library are open to everybody who comes along. " * 8
FIRST, SECOND = "A total of 4117 kitchens were built.", "A total of 5203 kitchens were built."
CLAIMS = FIRST, SECOND
SPOKEN = "4117", "5203"


def held(store: Archive) -> Contradiction:
    """Two articles in the archive that contradict each other."""
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        articles, readings = [], []
        for number, sentence in enumerate(CLAIMS):
            other = (
                "" if number else "Quite another text about towns, rivers, roads and mills. " * 9
            )
            intent = insert(
                url=f"http://a.test/{number}.htm", title=f"Kitchens {number}",
                body=f"{sentence} {other if number else FILLER}",
            )  # fmt: skip
            done = tx.articles.apply(intent, source_id=SOURCE.id, run_id=run.id, now=NOW)
            assert done.article_id is not None
            articles.append(done.article_id)
            row = tx._db.execute("SELECT reading_id FROM articles WHERE id = ?", [articles[-1]])
            readings.append(row.fetchone()[0])
        first, second = (
            Claim(article, 1, sentence, value, 0, sentence.index(value), len(value))
            for article, sentence, value in zip(articles, CLAIMS, SPOKEN, strict=True)
        )
        found = FoundContradiction("figure", 0.9, first, second)
        compared = ComparedReport(articles[0], readings[0], (found,))
        tx.stories.contradictions.keep([compared], 1)
    (one,) = store.stories.contradictions.find(ContradictionQuery())
    return one


def say(store: Archive, verdict: ContradictionVerdict, why: str = "") -> None:
    (one,) = store.stories.contradictions.find(ContradictionQuery(resolved=True))
    with store.writing() as tx:
        tx.stories.contradictions.say(one, verdict, person="Ana", why=why, now=NOW)


def drafted(store: Archive) -> int:
    return draft(store, WANTED, person="Ana", now=NOW + timedelta(hours=1))


def issued(store: Archive, number: int, forms: tuple[Format, ...] = (Format.JSON,)) -> None:
    issue(store, number, PLAIN, person="Li", now=NOW + timedelta(hours=2), forms=forms)


def items_of(store: Archive, number: int) -> tuple[DigestItem, ...]:
    return opened(store, number).items


TOLD = "ontradiction ("
_TAG = re.compile("<[^>]+>")


@pytest.mark.parametrize("form", [each for each in FORMATS if each is not Format.FIGURES])
def test_no_issue_holds_a_contradiction_that_nobody_confirmed(store: Archive, form: Format) -> None:
    held(store)
    number = drafted(store)
    before = shown(issued_bytes(store, number, form, PLAIN), form)
    assert "not confirmed" in before or form is Format.JSON
    assert '"verdict": null' in before or form is not Format.JSON
    issued(store, number, (form,))
    after = shown(issued_bytes(store, number, form, PLAIN), form)
    assert TOLD not in after
    assert "not confirmed" not in after


@pytest.mark.parametrize("form", [each for each in FORMATS if each is not Format.FIGURES])
@pytest.mark.parametrize("verdict", list(ContradictionVerdict))
def test_an_issue_holds_a_confirmed_one_with_both_citations(
    store: Archive, form: Format, verdict: ContradictionVerdict
) -> None:
    held(store)
    say(store, verdict, "by the list of the office")
    number = drafted(store)
    issued(store, number, (form,))
    text = " ".join(shown(issued_bytes(store, number, form, PLAIN), form).split())
    if verdict is ContradictionVerdict.NONE:
        assert TOLD not in text
        return
    assert TOLD in text
    assert "by the list of the office" in text or form is Format.PDF
    for place in ("http://a.test/0.htm", "http://a.test/1.htm"):
        assert place in text


def test_in_a_mail_each_sentence_has_a_line_and_a_link_of_its_own(store: Archive) -> None:
    held(store)
    say(store, ContradictionVerdict.FIRST)
    number = drafted(store)
    issued(store, number, (Format.EML,))
    mail = message_from_bytes(issued_bytes(store, number, Format.EML, PLAIN), policy=policy.default)
    html = mail.get_body(("html",))
    assert html is not None
    lines = html.get_content().split("<br>")
    for place, sentence in enumerate(CLAIMS):
        quoted = [n for n, line in enumerate(lines) if f"“{sentence}”" in _TAG.sub("", line)]
        assert quoted
        assert all(f'href="http://a.test/{place}.htm"' in lines[n + 1] for n in quoted)


def test_each_format_of_a_sample_says_what_was_confirmed_only() -> None:
    digest = sample()
    for form in FORMATS:
        if form is Format.FIGURES:
            continue
        text = "".join(shown(render(digest, form), form).split())
        assert "53个" in text, form
        assert "5月9日" not in text, form


def test_one_that_is_taken_back_while_a_draft_is_issued_stops_it(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(store)
    say(store, ContradictionVerdict.FIRST)
    number = drafted(store)
    real = plugins.rendered

    def slow(*given: object) -> bytes:
        say(store, ContradictionVerdict.NONE)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("desk.digest.formats.plugins.rendered", slow)
    with pytest.raises(HubwatchError, match="judged meanwhile"):
        issued(store, number)


def test_an_issue_keeps_what_it_said_and_its_archived_pages(store: Archive) -> None:
    held(store)
    say(store, ContradictionVerdict.OPEN)
    number = drafted(store)
    issued(store, number)
    say(store, ContradictionVerdict.NONE)
    for item in items_of(store, number):
        (one,) = item.contradictions
        assert (one.verdict, one.person) == ("open", "Ana")
    document = json.loads(issued_bytes(store, number, Format.JSON, PLAIN))
    told = [
        one for part in document["sections"] for item in part["items"]
        for one in item["contradictions"]
    ]  # fmt: skip
    assert [each["values"] for each in told] == [[*SPOKEN], [*SPOKEN]]
    assert all(len(each["citations"]) == 2 for each in told)


def test_a_correction_keeps_what_was_issued_unless_somebody_says_that_it_is_none(
    store: Archive,
) -> None:
    held(store)
    say(store, ContradictionVerdict.SECOND)
    number = drafted(store)
    issued(store, number)
    with store.writing() as tx:
        tx._db.execute("DELETE FROM contradictions")
    again = correct(store, number, person="Ana", reason="a slip", now=NOW + timedelta(hours=3))
    assert [len(item.contradictions) for item in items_of(store, again)] == [1, 1]


def test_a_document_with_contradictions_is_read_as_it_was_written() -> None:
    digest = sample()
    assert read_document(write_document(digest)) == digest
    kept = [one for item in without_proposals(digest).items for one in item.contradictions]
    assert [one.number for one in kept] == [1]
