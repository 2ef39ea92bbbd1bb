"""Writes of a crawl that share a transaction."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import pytest

from scraper.crawl import context
from scraper.crawl.context import Writes
from storage.archive import Archive
from storage.transaction import Transaction

T = TypeVar("T")


def _same(value: T) -> T:
    return value


async def _coming(writes: Writes, seconds: float) -> Transaction:
    """The transaction of a write that is made ready for so long."""
    with writes.coming():
        await asyncio.sleep(seconds)
        return await writes.do(_same)


def test_writes_of_one_moment_share_a_transaction(store: Archive) -> None:
    async def all_of_them() -> list[Transaction]:
        writes = Writes(store)
        return await asyncio.gather(*(writes.do(_same) for _ in range(5)))

    assert len({*map(id, asyncio.run(all_of_them()))}) == 1


def test_a_write_waits_for_those_that_are_on_their_way(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_SECONDS", 0.02)
    monkeypatch.setattr(context, "_LONGEST", 5.0)

    async def two(second: float) -> tuple[Transaction, Transaction]:
        writes = Writes(store)
        return await asyncio.gather(_coming(writes, 0.0), _coming(writes, second))

    first, other = asyncio.run(two(0.2))
    assert first is other
    monkeypatch.setattr(context, "_LONGEST", 0.04)
    first, other = asyncio.run(two(0.4))  # but not for ever
    assert first is not other


def test_a_write_does_not_wait_for_what_came_to_nothing(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_LONGEST", 60.0)

    async def dropped(writes: Writes) -> None:
        with writes.coming():
            await asyncio.sleep(0.1)
            raise ValueError

    async def both() -> Transaction:
        writes = Writes(store)
        kept, lost = await asyncio.gather(
            _coming(writes, 0.0), dropped(writes), return_exceptions=True
        )
        assert isinstance(lost, ValueError)
        assert isinstance(kept, Transaction)
        return kept

    asyncio.run(asyncio.wait_for(both(), 10.0))


def test_a_write_that_fails_costs_no_other(store: Archive) -> None:
    def broken(tx: Transaction) -> None:
        raise ValueError

    async def both() -> tuple[object, ...]:
        writes = Writes(store)
        return await asyncio.gather(
            writes.do(_same), writes.do(broken), writes.do(_same), return_exceptions=True
        )

    first, failed, last = asyncio.run(both())
    assert isinstance(failed, ValueError)
    assert isinstance(first, Transaction)
    assert isinstance(last, Transaction)
    assert first is not last  # each by itself, once one of them failed
