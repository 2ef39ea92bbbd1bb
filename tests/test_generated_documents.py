"""The documents that are made from the code are up to date."""

from __future__ import annotations

from tests import generate


def test_making_the_documents_again_changes_nothing() -> None:
    stale = [str(path.relative_to(generate.ROOT)) for path in generate.differing()]
    assert not stale, "python -m tests.generate"
