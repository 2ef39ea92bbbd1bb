"""A small installation on the disk, with something of everything that a backup holds."""

from __future__ import annotations

import zipfile
from pathlib import Path

from storage.backups import Report
from tests.support.archive_files import filled

CANARY = "canary-7d1f0c"
"""A secret; it lies beside the configuration and must turn up nowhere."""


def quiet(stage: str) -> Report:
    """Tells nobody how far a stage is."""
    return lambda done, of: None


def installed(tmp_path: Path) -> Path:
    """An installation with something of everything; returns its configuration."""
    etc, elsewhere = tmp_path / "etc", tmp_path / "elsewhere"
    for folder in (etc / "sources" / "templates", etc / "sources" / "cases" / "own-en" / "one"):
        folder.mkdir(parents=True)
    elsewhere.mkdir()
    config = etc / "hubwatch.toml"
    config.write_text(
        f'archive = "../var/hubwatch.db"\nsources = ["{elsewhere}"]\nwatchlist = "watch.toml"\n'
        '[digest]\ntemplates = "looks"\n'
    )
    (etc / "watch.toml").write_text('version = "mine"\n')
    (etc / "sources" / "own.toml").write_text('id = "own-en"\n')
    (etc / "sources" / "templates" / "t.toml").write_text('id = "t"\n')
    (etc / "sources" / "cases" / "own-en" / "one" / "page.html").write_bytes(b"<p>\xff</p>")
    (etc / "sources" / ".own.toml.swp").write_text("half")
    (etc / "looks").mkdir()
    (etc / "looks" / "digest.html").write_text("<p>{{ title }}</p>")
    (etc / "secret.txt").write_text(CANARY)
    (elsewhere / "far.toml").write_text('id = "far-en"\n')
    (tmp_path / "var").mkdir()
    filled(tmp_path / "var" / "hubwatch.db")
    return config


def archive_of(config: Path) -> Path:
    return config.parent.parent / "var" / "hubwatch.db"


def repacked(backup: Path, changes: dict[str, bytes | None]) -> None:
    """The backup with other members: None leaves one out."""
    with zipfile.ZipFile(backup) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members.update({name: data for name, data in changes.items() if data is not None})
    for name in [name for name, data in changes.items() if data is None]:
        del members[name]
    with zipfile.ZipFile(backup, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
