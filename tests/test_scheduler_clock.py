"""The alarm clock: what rings as it is stopped is no error."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta

import pytest

from scheduler.clock import AlarmClock
from scheduler.jobs import Job
from scheduler.schedules import parse_schedule


@pytest.mark.parametrize("is_stopped_at_once", [True, False])
def test_an_alarm_that_rings_as_the_clock_is_stopped_says_nothing(
    caplog: pytest.LogCaptureFixture, is_stopped_at_once: bool
) -> None:
    rang: list[str] = []
    job = Job("s", ("true",), parse_schedule("every 1s", "UTC"), timedelta(seconds=9))

    async def ring_and_stop() -> None:
        clock = AlarmClock(rang.append)
        clock.start()
        clock.set([job])
        await asyncio.sleep(0)
        time.sleep(1.1)  # the timer has not rung yet, but the job is due
        if is_stopped_at_once:
            asyncio.get_running_loop().call_soon(clock.stop)
        clock.wake()
        await asyncio.sleep(0.2)
        if not is_stopped_at_once:
            clock.stop()

    with caplog.at_level(logging.WARNING):
        asyncio.run(ring_and_stop())
    assert rang
    assert not caplog.records
