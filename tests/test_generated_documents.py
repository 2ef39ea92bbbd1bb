"""The documents that are made from the code are up to date."""

from __future__ import annotations

from tests import generate
from tests.support import machine_page


def test_making_the_documents_again_changes_nothing() -> None:
    stale = [str(path.relative_to(generate.ROOT)) for path in generate.differing()]
    assert not stale, "python -m tests.generate"


def test_every_json_document_is_declared_but_for_two_file_formats() -> None:
    written = (generate.ROOT / "docs" / "machine.md").read_text("utf-8")
    formats = ["`hubwatch digest --format json`", "`hubwatch export`"]
    assert machine_page.by_hand(written) == ["Exit codes", *formats]
