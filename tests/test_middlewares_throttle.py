"""The throttle: one request a host at a time, and how long to wait."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.middlewares.throttle import LONGEST_WAIT, HostThrottle, wait_until
from tests.support.make import NOW


def _times(gate: HostThrottle, *hosts: str) -> list[float]:
    """When each request passes the gate, all asked at once, each taking 0.05 s."""

    async def one(host: str, times: list[float]) -> None:
        async with gate.turn(host):
            times.append(time.monotonic())
            await asyncio.sleep(0.05)

    async def everything() -> list[float]:
        began, times = time.monotonic(), list[float]()
        await asyncio.gather(*(one(host, times) for host in hosts))
        return [at - began for at in times]

    return asyncio.run(everything())


def test_one_request_a_host_at_a_time() -> None:
    first, second, third = _times(HostThrottle(), "a", "a", "b")
    assert max(first, second) < 0.04
    assert third >= 0.05


def test_the_longest_pause_wins() -> None:
    gate = HostThrottle()
    gate.ask_pause("a", timedelta(seconds=0.2))
    gate.ask_pause("a", timedelta(seconds=0.1))
    first, second = _times(gate, "a", "a")
    assert second - first >= 0.19


@pytest.mark.parametrize("free", [(), ("a",)])
def test_a_turn_that_begins_late_puts_off_the_next(free: tuple[str, ...]) -> None:
    gate = HostThrottle(free)
    gate.ask_pause("a", timedelta(seconds=0.2))
    times = list[float]()

    async def one() -> None:
        async with gate.turn("a"):
            times.append(time.monotonic())

    async def busy() -> None:
        await asyncio.sleep(0.1)
        time.sleep(0.4)  # as where others have the processor

    async def everything() -> None:
        await asyncio.gather(one(), one(), one(), busy())

    asyncio.run(everything())
    assert min(after - before for before, after in pairwise(times)) >= 0.199


def test_practice_hosts_bear_several() -> None:
    assert max(_times(HostThrottle({"a"}), "a", "a", "a")) < 0.04


@given(st.text(max_size=40))
def test_no_wait_is_past_or_beyond_its_cap(text: str) -> None:
    until = wait_until(text, NOW)
    assert until is None or NOW < until <= NOW + LONGEST_WAIT
