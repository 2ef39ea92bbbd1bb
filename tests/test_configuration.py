"""Which configuration and which archive is used is never a surprise; a slip is one clear line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.config import Config, load_config, read_config
from desk.moments import parse_since, parse_until
from hubwatch.errors import ConfigError, NoArchive
from hubwatch.spans import parse_span
from scraper import configuration
from scraper.configuration import archive_path, find_file

NOW = datetime(2026, 3, 10, 4, 30, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def written(folder: Path, text: str) -> Path:
    path = folder / "hubwatch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_in_the_file_arrives(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
archive = "news.db"
contact = "mailto:watch@example.org"
sources = ["mine", "/srv/sources"]
watchlist = "watch.toml"
timezone = "Europe/Zurich"
enabled = ["guiyang-en"]
[network.hosts]
"english.practice.test" = "127.0.0.1:8123"
[digest]
title = "Weekly"
""",
    )
    config = read_config(path)
    assert config == Config(
        path=path,
        archive=tmp_path / "news.db",
        contact="mailto:watch@example.org",
        sources=(tmp_path / "mine", Path("/srv/sources")),
        watchlist=tmp_path / "watch.toml",
        zone="Europe/Zurich",
        enabled=("guiyang-en",),
        hosts={"english.practice.test": "127.0.0.1:8123"},
        digest_title="Weekly",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('archve = "x"', "archve: unknown key; did you mean 'archive'?"),
        ("archive = 3", "archive: must be a text in quotes, not 3"),
        ('timezone = "Shanghai"', "timezone: 'Shanghai' is no IANA time zone"),
        ('timezone = "../etc/passwd"', "timezone: '../etc/passwd' is no IANA time zone"),
        ('contact = "me"', "contact: 'me' is neither a mail address nor a URL"),
        ('contact = "mailto:a@b.test\\r\\nX: y"', "cannot be sent in a User-Agent"),
        ('[network.hosts]\nx = "10.0.0.1:80"', "network.hosts.x: '10.0.0.1:80' is no loopback"),
        ('[network.hosts]\nx = "127.0.0.1"', "network.hosts.x: '127.0.0.1' is no loopback"),
        ('[network.hosts]\nx = "127.0.0.1:99999"', "is no loopback address with a port"),
        ("[digest]\npublic_address = 'https://a.test'", "digest.public_address: unknown key"),
        ("[digest]\ntitel = 1", "digest.titel: unknown key; did you mean 'title'?"),
        ("network = 1", "network: must be a table"),
        ("archive = ", "is not TOML"),
    ],
)
def test_a_slip_is_one_line_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert told in line
    assert "\n" not in line


def test_look_up_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, user = tmp_path / "etc.toml", tmp_path / "user.toml"
    monkeypatch.setattr(configuration, "SYSTEM_FILE", system)
    monkeypatch.setattr(configuration, "user_file", lambda: user)
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "")  # one in the working folder is never picked up by itself
    assert find_file(None, {}) is None
    user.touch()
    assert find_file(None, {}) == user
    system.touch()
    assert find_file(None, {}) == system
    assert find_file(None, {"HUBWATCH_CONFIG": "env.toml"}) == Path("env.toml")
    assert find_file(Path("o.toml"), {"HUBWATCH_CONFIG": "env.toml"}) == Path("o.toml")


def test_a_named_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load_config(tmp_path / "none.toml", {})


def test_the_archive_is_the_option_then_the_variable_then_the_file(tmp_path: Path) -> None:
    config = Config(archive=Path("file.db"))
    assert archive_path(None, config, {}) == Path("file.db")
    assert archive_path(None, config, {"HUBWATCH_DB": "env.db"}) == Path("env.db")
    assert archive_path(Path("o.db"), config, {"HUBWATCH_DB": "env.db"}) == Path("o.db")


def test_without_an_archive_the_message_says_what_to_do() -> None:
    with pytest.raises(NoArchive, match="hubwatch init"):
        archive_path(None, Config(), {})
    with pytest.raises(NoArchive, match=r"x\.toml: archive: is missing"):
        archive_path(None, Config(path=Path("x.toml")), {})


def test_moments_as_people_type_them() -> None:
    assert parse_since("7d", NOW, ZONE) == NOW - timedelta(days=7)
    assert parse_since("12h", NOW, ZONE) == NOW - timedelta(hours=12)
    assert parse_since("2026-03-01", NOW, ZONE).isoformat() == "2026-03-01T00:00:00+08:00"
    assert parse_until("2026-03-01", NOW, ZONE).isoformat() == "2026-03-02T00:00:00+08:00"
    assert parse_since("2026-03-01T08:00", NOW, ZONE).isoformat() == "2026-03-01T08:00:00+08:00"
    assert parse_since("2026-03-01T08:00Z", NOW, ZONE) == datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "7y", "2026-13-01", "99999999d", "999999w", "-1d"]
)
def test_other_moments_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_since(text, NOW, ZONE)


def test_spans() -> None:
    assert parse_span("90s") == timedelta(seconds=90)
    with pytest.raises(ValueError, match="no span of time"):
        parse_span("2026-01-01")


def test_a_proxy_is_a_plain_address(tmp_path: Path) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text('[network]\nproxy = "http://10.0.0.7:3128"\n', encoding="utf-8")
    assert read_config(path).proxy == "http://10.0.0.7:3128"
    path.write_text('[network]\nproxy = "http://me:secret@10.0.0.7:3128"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="proxy"):
        read_config(path)


def test_digests_link_to_the_one_address_of_the_desk(tmp_path: Path) -> None:
    from desk.cli.digests.common import look_of
    from desk.cli.session import Session, clock_from

    file = tmp_path / "hubwatch.toml"
    for text, address in (("", ""), ('[desk]\naddress = "https://a.test"\n', "https://a.test")):
        file.write_text(text, "utf-8")
        assert look_of(Session(file, None, clock_from(None))).desk_address == address
