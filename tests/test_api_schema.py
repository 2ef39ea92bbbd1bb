"""The HTTP API tried by Schemathesis, which makes requests of its OpenAPI document: none breaks the
desk, and every answer is one that the document names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from desk.web.api.openapi import OPERATIONS
from storage.archive import Archive
from storage.people import PersonRole, TokenScope
from tests.support.desks import NOW, keep, page_of, serving

schemathesis = pytest.importorskip("schemathesis")
EXAMPLES = 10
pytestmark = pytest.mark.slow


def _filled(path: Path) -> str:
    keep(
        path, *(page_of(number, body=f"In 2024 the city had {number} parks.") for number in (1, 2))
    )
    with Archive.open(path) as store, store.writing() as tx:
        tx.people.add("Ana", PersonRole.STAFF, NOW)
        tx.people.add_api_token("Ana", "test", frozenset(TokenScope), "token-of-ana", NOW)
    return "token-of-ana"


def _try(requests: SearchStrategy[Any], headers: dict[str, str]) -> None:
    """Make these requests, and check every answer by the document. What is refused is tested
    elsewhere: no document can say which cursors and ETags there are, and strangers are slowed."""
    from schemathesis.specs.openapi import checks

    others = [checks.positive_data_acceptance, checks.negative_data_rejection, checks.ignored_auth]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(request=requests)
    def attempt(request: Any) -> None:
        request.call_and_validate(headers=headers, excluded_checks=others)

    attempt()


def test_no_request_breaks_the_desk_and_each_answer_is_as_the_document_says(tmp_path: Path) -> None:
    secret = _filled(tmp_path / "hubwatch.db")
    tried: set[str] = set()
    headers = {"Authorization": f"Bearer {secret}"}
    with serving(tmp_path / "hubwatch.db", api_rate=10**9) as client:
        found = schemathesis.openapi.from_url(f"{client.origin}/api/v1/openapi.json")
        for result in found.get_all_operations():
            operation = result.ok()
            for mode in schemathesis.GenerationMode:
                _try(operation.as_strategy(generation_mode=mode), headers)
            tried.add(operation.label)
    assert len(tried) == len(OPERATIONS)
