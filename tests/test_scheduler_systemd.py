"""What systemd is told, heard at a socket of our own (sd_notify(3))."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from hubwatch.errors import StorageError
from scheduler.daemon import Daemon, MachineWatch
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import Job, Limits, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from scheduler.systemd import Notifier
from storage.archive import Archive
from tests.support.make import NOW


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(5)
        yield ear


def test_each_state_is_sent_in_the_words_of_sd_notify(heard: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": heard.getsockname(), "WATCHDOG_USEC": "30000000"})
    notifier.ready("3 jobs,\n1 running")
    assert heard.recv(999) == b"READY=1\nSTATUS=3 jobs, 1 running"
    notifier.alive("fine")
    assert heard.recv(999) == b"WATCHDOG=1\nSTATUS=fine"
    notifier.reloading()
    assert heard.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    notifier.stopping()
    assert heard.recv(999) == b"STOPPING=1"
    assert notifier.every == 15.0


def test_an_abstract_name_begins_with_a_zero_byte() -> None:
    name = f"hubwatch-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0{name}")
        ear.settimeout(5)
        Notifier({"NOTIFY_SOCKET": f"@{name}"}).stopping()
        assert ear.recv(99) == b"STOPPING=1"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"NOTIFY_SOCKET": "/no/such/socket"},
        {"NOTIFY_SOCKET": "/no/such/socket", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/no/such/socket", "WATCHDOG_USEC": "9000000", "WATCHDOG_PID": "1"},
    ],
)
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    notifier = Notifier(environ)
    notifier.ready("fine")
    notifier.stopping()
    assert notifier.every is None


def test_a_reload_that_the_archive_refuses_is_said_to_be_done_once_it_is(
    store: Archive, heard: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = parse_schedule("every 1h", "UTC")
    jobs = [Job("a", ("true",), schedule, timedelta(minutes=5))]
    dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing)

    async def reloaded() -> None:
        notifier = Notifier({"NOTIFY_SOCKET": heard.getsockname()})
        daemon = Daemon(
            lambda: jobs, dispatcher, MachineWatch(store, lambda: NOW), Limits(), notifier
        )
        daemon._hurry_plan()
        with monkeypatch.context() as patch:
            patch.setattr(dispatcher, "take", Mock(side_effect=StorageError("another is writing")))
            daemon._step()
        assert heard.recv(999).startswith(b"RELOADING=1")
        heard.setblocking(False)
        with pytest.raises(BlockingIOError):
            heard.recv(999)
        daemon._step()
        assert heard.recv(999).startswith(b"READY=1")
        assert dispatcher.jobs == tuple(jobs)

    asyncio.run(reloaded())
