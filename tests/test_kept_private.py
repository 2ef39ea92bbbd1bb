"""What others may not read is not readable, and no password is printed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk.config import load_config
from desk.files import write_atomically
from hubwatch.errors import ConfigError
from hubwatch.toml import Table
from scraper.sources.values import parse_proxy, parse_url
from storage.archive import Archive


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> set[str]:
    return {oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("mask", "mode"), [(0o022, "0o640"), (0o077, "0o600"), (0o000, "0o640")])
def test_a_new_archive_is_not_for_all_to_read(tmp_path: Path, mask: int, mode: str) -> None:
    with umask(mask), Archive.create(tmp_path / "hubwatch.db") as store, store.writing():
        assert modes(tmp_path) == {mode}
        assert len(list(tmp_path.iterdir())) > 1  # SQLite's own, too


def test_an_archive_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "hubwatch.db"
    Archive.create(path).close()
    path.chmod(0o664)
    with Archive.create(path), Archive.open(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o664


@pytest.mark.parametrize(("mask", "mode"), [(0o022, "0o644"), (0o027, "0o640"), (0o077, "0o600")])
def test_what_is_written_for_others_is_as_the_umask_says(
    tmp_path: Path, mask: int, mode: str
) -> None:
    with umask(mask):
        write_atomically(tmp_path / "out.html", b"page")
    assert modes(tmp_path) == {mode}


ADDRESSES = [
    "https//chat.test/services/T0/B0/hunter2",
    "htps://user:hunter2@chat.test/hook",
    "https://user:hunter2@chat.test/hook",
    "https://user:x@hunter2@chat.test/hook",
    "https://hunter2@chat.test/",
    "user:hunter2@chat.test",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_address_of_a_webhook_is_not_repeated(tmp_path: Path, address: str) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text(f'[[delivery]]\nname = "chat"\nkind = "webhook"\nurl = "{address}"\n')
    with pytest.raises(ConfigError, match="url: is no address") as caught:
        load_config(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("address", ADDRESSES[1:5])
def test_no_complaint_about_a_file_holds_a_password(address: str) -> None:
    table = Table({"home": address, "proxy": address}, "source.toml")
    for key, parse in (("home", parse_url), ("proxy", parse_proxy)):
        try:
            table.parsed(key, parse)
        except ConfigError as error:
            assert "hunter2" not in str(error)
    assert "hunter2" not in str(table.error("home", f"{address!r} is no home"))
    assert "http://a.test/x" in str(table.error("home", "'http://a.test/x' is no home"))
