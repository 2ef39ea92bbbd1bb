"""A desk on a real socket, an archive for it, and somebody who asks like a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from desk.digest.model import PLAIN, DigestStyle
from desk.web.desk import AuthConfig, Desk
from desk.web.server import server_of
from scheduler.cluster.tickets import ClusterConfig
from scheduler.jobs import Job
from scraper.items import FetchedPage
from scraper.pipelines.archive import ingest
from scraper.relevance.watchlist import Watchlist, load_watchlist
from scraper.sources.load import Catalogue, load_catalogue
from storage.archive import Archive
from storage.people import PersonRole, TokenKind
from storage.runs import Counts
from storage.types import Outcome
from tests.support import make
from tests.support.crawling import source
from tests.support.make import NOW, later

ZONE = "Asia/Shanghai"


@cache
def watchlist() -> Watchlist:
    """The shipped one."""
    return load_watchlist()


@cache
def catalogue() -> Catalogue:
    """The shipped sources."""
    return load_catalogue(())


def page_of(number: int, **fields: Any) -> dict[str, Any]:
    """Fields of an article that resembles no other."""
    words = " ".join(f"word{number}x{place}" for place in range(60))
    return {
        "url": f"http://a.test/a/{number}.htm",
        "title": f"Story number {number}",
        "body": f"Something happened in town number {number}. {words}",
        **fields,
    }


def keep(archive: Path, *pages: dict[str, Any], now: datetime = NOW) -> list[int]:
    """Have a crawl find these articles as news; returns their ids."""
    with Archive.create(archive) as store:
        with store.writing() as tx:
            tx.sources.register(source("a").ref, now)
            first = not store.runs.latest(1, "a")
            if first:
                tx.runs.finish(tx.runs.start("a", now).id, now, Outcome.OK, Counts(), reasons=())
            run = tx.runs.start("a", now)
        kept = []
        for fields in pages:
            read = make.reading(source_id="a", **fields)
            assert read.article
            body = f"{read.article.title}\n{read.article.body}".encode()
            got = make.capture(body, url=read.article.url, final_url=read.article.url)
            page = FetchedPage(source("a"), got, read)
            done = ingest(store, page, run_id=run.id, now=now, watchlist=watchlist())
            kept.append(done.applied.article_id or 0)
        with store.writing() as tx:
            tx.runs.finish(run.id, now, Outcome.OK, Counts(new=len(kept)), reasons=())
    return kept


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    data: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()


@dataclass(slots=True)
class Client:
    """Asks one desk; keeps cookies, follows nothing by itself."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """One page."""
        return self._ask("GET", path, "", headers)

    def post(self, path: str, fields: Sequence[tuple[str, object]], **headers: str) -> Answer:
        """One form, sent from a page of the desk unless told otherwise."""
        usual = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), {**usual, **headers})

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = {**self.headers, **headers, **({"Cookie": kept} if kept else {})}
        wanted = {name.replace("_", "-"): value for name, value in all_headers.items()}
        connection.request(method, path, body or None, wanted)
        got: HTTPResponse = connection.getresponse()
        data = got.read()
        cookies = got.headers.get_all("Set-Cookie") or []
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, data, cookies)


@contextmanager
def serving(
    archive: Path,
    *,
    now: datetime = NOW,
    hubwatch: tuple[str, ...] = (),
    upload: int = 10**6,
    jobs: tuple[Job, ...] = (),
    look: DigestStyle = PLAIN,
    sources: Catalogue | None = None,
    watched: Watchlist | None = None,
    watchlist_file: Path | None = None,
    api_rate: int = 600,
    cluster: ClusterConfig | None = None,
    **auth: Any,
) -> Iterator[Client]:
    """A desk of that archive, in a thread of this process."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)  # whoever asks before the thread is up waits
    port = listening.getsockname()[1]
    fields = {
        "hosts": frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}),
        "origins": frozenset({f"http://127.0.0.1:{port}"}),
        **auth,
    }
    desk = Desk(
        archive=archive,
        catalogue=sources or catalogue(),
        watchlist=watched or watchlist(),
        watchlist_file=watchlist_file,
        zone=ZONE,
        clock=lambda: now,
        auth=AuthConfig(**fields),
        hubwatch=hubwatch,
        upload=upload,
        jobs=jobs,
        look=look,
        api_rate=api_rate,
        cluster=cluster,
    )
    server = server_of(desk, log_level="critical", lifespan="off")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Client(port)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def let_in(
    archive: Path, name: str, role: PersonRole = PersonRole.REVIEWER, now: datetime = NOW
) -> str:
    """Let somebody in; returns the secret of a sign-in link."""
    with Archive.create(archive) as store, store.writing() as tx:
        tx.people.add(name, role, now)
        tx.people.issue_token(name, TokenKind.LINK, f"link-of-{name}", now)
    return f"link-of-{name}"


def sign_in(client: Client, link: str) -> Answer:
    """Press the button behind a sign-in link."""
    return client.post("/sign-in", [("link", link), ("to", "/")])


__all__ = ["NOW", "Client", "keep", "later", "let_in", "page_of", "serving", "sign_in"]
