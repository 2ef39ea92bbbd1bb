"""Errors that are a firewall's check, told from those of a server that is busy."""

from __future__ import annotations

import pytest

from scraper.challenges import is_challenge
from scraper.middlewares.exceptions import status_fault
from storage.types import Outcome
from tests.support.effort import cpu

CHECKS = {
    "a script": b"<html><script src=/cdn-cgi/challenge-platform/x.js></script></html>",
    "a title": b"<HEAD><TITLE>Just a moment...</TITLE></HEAD><p>Please wait.",
    "words": b"<script>var x = 'y'</script><h1>Are you a human?</h1>",
    "Chinese words": "<p>您的访问行为异常，请完成安全验证</p>".encode("gb18030"),
    "a picture to read": "<p>请输入验证码继续访问".encode(),
}
ERRORS = {
    "busy": b"<h1>503 Service Temporarily Unavailable</h1><hr>nginx",
    "too many": b"<h1>429 Too Many Requests</h1>",
    "a program's": b"<h1>Server Error</h1><p>You need to enable JavaScript to run this app.",
    "a long page": b"<p>captcha</p>" + b"<p>The borough tells what it did this week.</p>" * 40,
    "in a comment": b"<!-- captcha --><p>The service is being maintained.",
    "in a script": b"<script>if (captcha) {}</script><p>The service is being maintained.",
    "nothing": b"",
}


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("kind", CHECKS)
def test_a_check_is_blocked_whatever_its_status(kind: str, status: int) -> None:
    fault = status_fault(status, CHECKS[kind])
    assert fault is not None
    assert fault.outcome is Outcome.BLOCKED
    assert not fault.transient  # asked once, no way around


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_an_error(kind: str) -> None:
    fault = status_fault(503, ERRORS[kind])
    assert fault is not None
    assert (fault.outcome, fault.transient) == (Outcome.HTTP_ERROR, True)


@pytest.mark.parametrize("piece", [b"<script", b"<!--", b"<", b"<head>", b"captcha ", b"\xe9"])
def test_it_stays_linear(piece: bytes) -> None:
    with cpu() as spent:
        is_challenge(piece * (1_000_000 // len(piece)))
    assert spent.under(0.5), spent
