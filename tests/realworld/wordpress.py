"""WordPress from Debian with MariaDB, in English and in Chinese, each with two of its themes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from tests.realworld.articles import Edition, Kind, Story
from tests.realworld.portals import Folder, answers, free_port, from_debian, html_of, run, until

_OURS = Path(__file__).parent / "themes"
_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


class WordPress(Folder):
    """A site of WordPress that keeps its own database."""

    pins = True
    starts = (("a feed", "/feed/"), ("a sitemap", "/wp-sitemap.xml"))

    def __init__(self, language: str, themes: tuple[str, str]) -> None:
        self.language = language
        self.themes = themes
        self.name = f"wordpress-{language}"
        self._addresses: dict[str, str] = {}

    def install(self, folder: Path) -> None:
        from_debian(
            folder,
            "wordpress=6.1*",
            "wordpress-l10n=6.1*",
            "wordpress-theme-twentytwentyone=6.1*",
            "wordpress-theme-twentytwentythree=6.1*",
            "mariadb-server=1:10.11*",
            "php8.2-cli=8.2*",
            "php8.2-mysql=8.2*",
            "php8.2-xml=8.2*",
        )
        site = folder / "site"
        shutil.rmtree(site, ignore_errors=True)
        shutil.rmtree(folder / "data", ignore_errors=True)
        shutil.copytree("/usr/share/wordpress", site, ignore_dangling_symlinks=True)
        themes = site / "wp-content/themes"
        themes.mkdir(exist_ok=True)
        for theme in self.themes:
            for home in ("/usr/share/wordpress", "/var/lib/wordpress"):
                there = Path(home, "wp-content/themes", theme)
                if there.is_dir() and not (themes / theme).exists():
                    shutil.copytree(there, themes / theme)
        (site / "wp-config.php").write_text(_CONFIG.format(socket=self._socket(folder)))
        run("mariadb-install-db", "--no-defaults", f"--datadir={folder / 'data'}", "--user=root",
            "--auth-root-authentication-method=normal", cwd=folder)  # fmt: skip
        with self._database(folder):
            run("mariadb", "--no-defaults", f"--socket={self._socket(folder)}", "-uroot", "-e",
                "CREATE DATABASE wordpress CHARACTER SET utf8mb4", cwd=folder)  # fmt: skip
            self._fill(folder, {"install": True})

    def publish(self, edition: Edition, folder: Path) -> None:
        stories = [
            {
                "number": story.number,
                "title": story.title,
                "content": _as_blocks(story),
                "section": story.section,
                "author": story.author,
                "hidden": story.hidden,
                "pinned": story.pinned,
                "date": f"{story.at:%Y-%m-%d %H:%M:%S}",
                "date_gmt": f"{story.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
                "modified": f"{story.updated or story.at:%Y-%m-%d %H:%M:%S}",
                "modified_gmt": f"{(story.updated or story.at).astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            }
            for story in edition.stories
        ]
        theme = self.themes[edition.theme - 1]
        with self._database(folder):
            self._fill(folder, {"install": False, "theme": theme, "stories": stories})
        self._addresses.update(json.loads((folder / "addresses.json").read_text("utf-8")))

    def address(self, story: Story) -> str:
        return self._addresses[str(story.number)]

    @contextmanager
    def running(self, folder: Path) -> Iterator[int | None]:
        port = free_port()
        site = folder / "site"
        with (
            self._database(folder),
            (folder / "php.log").open("w") as log,
            subprocess.Popen(
                ["php", "-S", f"127.0.0.1:{port}", "-t", site, _OURS / "wordpress-router.php"],
                stdout=log,
                stderr=log,
                env={**os.environ, "PHP_CLI_SERVER_WORKERS": "2"},
                start_new_session=True,
            ) as server,
        ):
            try:
                until(lambda: answers(port), "PHP does not answer")
                yield port
            finally:
                os.killpg(server.pid, 15)

    def _socket(self, folder: Path) -> Path:
        return folder / "db.sock"

    def _fill(self, folder: Path, wanted: dict[str, object]) -> None:
        zh = self.language == "zh"
        wanted |= {
            "host": f"{self.name}.test",
            "title": "云岭区人民政府" if zh else "Harrowdene Borough Council",
            "locale": "zh_CN" if zh else "",
            "zone": "Asia/Shanghai" if zh else "Europe/London",
        }
        (folder / "edition.json").write_text(json.dumps(wanted), encoding="utf-8")
        run("php", "-d", "memory_limit=512M", _OURS / "wordpress-fill.php", folder / "site",
            folder / "edition.json", folder / "addresses.json", cwd=folder)  # fmt: skip

    @contextmanager
    def _database(self, folder: Path) -> Iterator[None]:
        if self._is_up(folder):  # it runs for the portal that is served
            yield
            return
        command = [
            "mariadbd", "--no-defaults", f"--datadir={folder / 'data'}", "--user=root",
            f"--socket={self._socket(folder)}", "--skip-networking",
            f"--pid-file={folder / 'db.pid'}", "--innodb-flush-log-at-trx-commit=0",
        ]  # fmt: skip
        with (
            (folder / "db.log").open("w") as log,
            subprocess.Popen(command, stdout=log, stderr=log) as server,
        ):
            try:
                until(lambda: self._is_up(folder), "MariaDB does not answer")
                yield
            finally:
                server.terminate()
                server.wait(60)

    def _is_up(self, folder: Path) -> bool:
        place = str(self._socket(folder))
        with socket.socket(socket.AF_UNIX) as link:
            try:
                link.connect(place)
            except OSError:
                return False
        return True


def _as_blocks(story: Story) -> str:
    """The text as the editor of WordPress stores it."""
    out, items = [], []
    for block in [*story.blocks, None]:
        if items and (block is None or block.kind is not Kind.ITEM):
            out.append(f"<!-- wp:list -->\n{html_of(items)}\n<!-- /wp:list -->")
            items = []
        if block is None:
            break
        if block.kind is Kind.ITEM:
            items.append(block)
            continue
        name = {Kind.HEADING: "heading", Kind.QUOTE: "quote"}.get(block.kind, "paragraph")
        out.append(f"<!-- wp:{name} -->\n{html_of([block])}\n<!-- /wp:{name} -->")
    return "\n\n".join(out)
