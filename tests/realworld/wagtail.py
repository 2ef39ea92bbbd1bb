"""Sites of Django: Wagtail with Puput, the blog made for it, and Mezzanine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.realworld.articles import Edition, Story
from tests.realworld.portals import (
    Folder,
    answers,
    free_port,
    from_debian,
    from_pypi,
    html_of,
    run,
    until,
)

_SITE = Path(__file__).parent / "themes/wagtail_site.py"

_FED = 20
"""So many of the newest articles stand in Mezzanine's feed, with their moment. Of the others its
pages and lists say how long ago they were published, and no day."""
_NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)
"""When its server tells the age of an article in the first edition."""


def _written(edition: Edition, folder: Path) -> Path:
    stories = [
        {
            "number": story.number,
            "title": story.title,
            "slug": story.slug,
            "at": story.at.isoformat(),
            "updated": (story.updated or story.at).isoformat(),
            "body": html_of(story.blocks),
            "summary": f"<p>{story.summary}</p>",
            "section": story.section,
            "author": story.author,
            "hidden": story.hidden,
        }
        for story in edition.stories
    ]
    wanted = folder / "edition.json"
    wanted.write_text(json.dumps(stories), encoding="utf-8")
    return wanted


class Wagtail(Folder):
    """A site of Wagtail that keeps its pages in SQLite."""

    name = "wagtail"
    themes = ("puput", "tiles")
    starts = (("a feed", "/feed/"),)  # Puput's sitemap fails where its blog is the home page

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    def install(self, folder: Path) -> None:
        from_pypi(folder, "puput==2.2.0", "wagtail==6.4.2", "Django==5.2.19", "setuptools<81")
        for name in ("site.sqlite3", "theme"):
            (folder / name).unlink(missing_ok=True)

    def publish(self, edition: Edition, folder: Path) -> None:
        wanted = _written(edition, folder)
        switched = (folder / "theme").is_file() and edition.theme == 2
        (folder / "theme").write_text(str(edition.theme))
        run(folder / "venv/bin/python", _SITE, folder, "fill", wanted, folder / "addresses.json",
            cwd=folder)  # fmt: skip
        self._addresses.update(json.loads((folder / "addresses.json").read_text("utf-8")))
        if switched and self._server is not None:
            self._restart(folder)

    def address(self, story: Story) -> str:
        return self._addresses[str(story.number)]

    _server: subprocess.Popen[bytes] | None = None
    _port = 0

    @contextmanager
    def running(self, folder: Path) -> Iterator[int | None]:
        self._port = free_port()
        self._start(folder)
        try:
            yield self._port
        finally:
            self._stop()

    def _start(self, folder: Path) -> None:
        log = (folder / "server.log").open("ab")
        with log:
            self._server = subprocess.Popen(
                [folder / "venv/bin/python", _SITE, folder, "serve", str(self._port)],
                stdout=log, stderr=log, cwd=folder, start_new_session=True,
            )  # fmt: skip
        until(lambda: answers(self._port), "Wagtail does not answer")

    def _stop(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGTERM)
            self._server.wait(30)
            self._server = None

    def _restart(self, folder: Path) -> None:
        """Templates are looked for where they were when the server started."""
        self._stop()
        self._start(folder)


class Mezzanine(Folder):
    """A project of Mezzanine as its command makes it."""

    name = "mezzanine"
    start = "/blog/"
    starts = (("a feed", "/blog/feeds/rss/"),)
    themes = ("mezzanine",)

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    def install(self, folder: Path) -> None:
        from_debian(folder, "faketime=0.9*")
        from_pypi(folder, "mezzanine==6.1.1", "Django==4.2.30", "setuptools<81")
        (folder / "dev.db").unlink(missing_ok=True)
        if not (folder / "manage.py").is_file():
            run(folder / "venv/bin/mezzanine-project", "site_", folder, cwd=folder)
            with (folder / "site_/local_settings.py").open("a", encoding="utf-8") as settings:
                plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
                settings.write(
                    "\nALLOWED_HOSTS = ['*']\nDEBUG = False\nTIME_ZONE = 'Europe/London'\n"
                    f"STATICFILES_STORAGE = '{plain}'\n"
                )

    def publish(self, edition: Edition, folder: Path) -> None:
        wanted = _written(edition, folder)
        fill = _SITE.parent / "mezzanine_fill.py"
        run(folder / "venv/bin/python", fill, wanted, folder / "addresses.json", cwd=folder)
        self._addresses.update(json.loads((folder / "addresses.json").read_text("utf-8")))
        newest = max(story.at for story in edition.listed)
        now = max(_NOON, newest + timedelta(hours=2))
        (folder / "clock").write_text(f"@{now:%Y-%m-%d %H:%M:%S}\n", encoding="utf-8")

    def address(self, story: Story) -> str:
        return self._addresses[str(story.number)]

    def states_day(self, story: Story, edition: Edition) -> bool:
        newest = sorted(edition.listed, key=lambda each: each.at, reverse=True)[:_FED]
        return story in newest

    @contextmanager
    def running(self, folder: Path) -> Iterator[int | None]:
        port = free_port()
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        clock = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
            "FAKETIME_NO_CACHE": "1",
        }
        with (
            (folder / "server.log").open("ab") as log,
            subprocess.Popen(
                [folder / "venv/bin/python", "manage.py", "runserver", f"127.0.0.1:{port}",
                 "--noreload", "--insecure"],
                stdout=log, stderr=log, cwd=folder, start_new_session=True,
                env={**os.environ, **clock},
            ) as server,
        ):  # fmt: skip
            try:
                until(lambda: answers(port), "Mezzanine does not answer")
                yield port
            finally:
                os.killpg(server.pid, signal.SIGTERM)
