"""How far fields may be believed, wherever they are shown: what is sure shows nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from desk.vocabularies import TERMS
from scraper.parsing.body import trust
from storage.archive import Archive
from storage.articles.records import by_field, doubtful
from storage.types import Confidence, Evidence, Origin
from tests.support.cli import CommandLine
from tests.support.desks import keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

WHY = "a guess: a day that stands somewhere on the page"
TOLD = (
    Evidence("title", Origin.META, "og:title", "Item 1", Confidence.SURE),
    Evidence("published", Origin.GENERIC, "search of the page", "", Confidence.DOUBTFUL, WHY),
    Evidence("author", Origin.GENERIC, "", "", Confidence.UNKNOWN, "the page says nothing of it"),
    Evidence("body", Origin.TEMPLATE, ".text", "Foshan"),
)


def test_only_doubt_is_told_and_a_person_ends_it() -> None:
    assert [one.field for one in doubtful(TOLD)] == ["published"]
    said = Evidence("published", Origin.PERSON, "corrected by Li", "2026-03-01")
    assert doubtful((said, *TOLD)) == ()
    assert by_field((said, *TOLD))["published"] is said


def test_every_doubt_of_a_body_has_words_in_other_languages() -> None:
    assert set(trust.WORDS.values()) <= set(TERMS["doubt"])


def test_show_says_doubt_alone_and_json_everything(hubwatch: CommandLine, archive: Path) -> None:
    keep(archive, page_of(1, evidence=TOLD))
    shown = hubwatch("--db", archive, "show", "1").out
    assert f"published: {WHY}" in shown
    assert "sure" not in shown.split()
    told = hubwatch("--db", archive, "show", "1", "--json").json["provenance"]
    assert [told[field]["confidence"] for field in ("title", "published", "author", "body")] == [
        "sure",
        "doubtful",
        "unknown",
        None,
    ]
    assert told["published"]["doubt"] == WHY


def test_a_search_marks_it_in_the_line_of_each_hit(hubwatch: CommandLine, archive: Path) -> None:
    keep(archive, page_of(1, evidence=TOLD), page_of(2))
    found = hubwatch("--db", archive, "search", "--since", "2026-01-01").out
    assert found.count("in doubt: published") == 1
    hits = hubwatch("--db", archive, "search", "--since", "2026-01-01", "--json").json
    assert sorted(hit["doubts"] for hit in hits) == [[], ["published"]]
    link = let_in(archive, "Li")
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, link)
        shown = client.get("/search?q=story").text
    assert shown.count("in doubt: published") == 1


def test_the_desk_marks_what_is_in_doubt(archive: Path) -> None:
    hub = {
        "title": "Foshan chosen as hub city of Innovation China",
        "body": "Foshan is one of the hub cities of the Innovation China program, it was said.",
    }
    keep(archive, page_of(1, evidence=TOLD) | hub, page_of(2))
    link = let_in(archive, "Li")
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, link)
        queue, story = client.get("/").text, client.get("/story/1").text
    assert queue.count("in doubt: published") == 1
    assert "in doubt: published" in story
    assert WHY in story
    assert "in doubt: author" not in story


def test_a_digest_says_it_in_words_tables_and_json(hubwatch: CommandLine, archive: Path) -> None:
    keep(archive, page_of(1, evidence=TOLD), page_of(2))
    args = ("--db", archive, "digest", "--since", "2026-01-01", "--format")
    assert hubwatch(*args, "txt").out.count("in doubt: published") == 1
    found = json.loads(hubwatch(*args, "json").out)
    items = [item for section in found["sections"] for item in section["items"]]
    assert [item["doubts"] for item in sorted(items, key=lambda item: item["article_id"])] == [
        {"published": {"confidence": "doubtful", "doubt": WHY}},
        {},
    ]
    rows = csv.DictReader(io.StringIO(hubwatch(*args, "csv").out.removeprefix("\ufeff")))
    assert sorted(row["doubts"] for row in rows) == ["", f"published: {WHY}"]


def test_confidence_travels_with_an_export(
    hubwatch: CommandLine, archive: Path, tmp_path: Path
) -> None:
    keep(archive, page_of(1, evidence=TOLD))
    written = hubwatch("--db", archive, "export").out
    told = json.loads(written.splitlines()[0])["provenance"]
    assert told["published"] == {
        "from": "generic",
        "rule": "search of the page",
        "raw": "",
        "confidence": "doubtful",
        "doubt": WHY,
    }
    assert told["body"]["confidence"] is None
    with Archive.open_readonly(archive) as store:
        kept = store.articles.get(1)
    assert kept is not None
    assert kept.evidence == TOLD
    assert kept.first_seen_at <= NOW
