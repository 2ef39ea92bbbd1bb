"""`scrapy check`: every recorded case of a source is a contract, and no portal is asked for it.

The page of a case is answered from its files, before robots, guard or network. The setting
`HUBWATCH_LIVE` names the sources whose home page is to be fetched as well, as any page is. Without
it `check` stays offline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.contracts import Contract
from scrapy.crawler import Crawler
from scrapy.exceptions import ContractFail
from scrapy.http import HtmlResponse, Response

from .sources.cases import load_page, try_case
from .sources.model import Source
from .spiders.spider import SourceSpider

CASE = "recorded_case"
"""The key of `Request.meta` that holds the folder of a case."""
_CODINGS = ("content-encoding", "transfer-encoding", "content-length")


class RecordedCaseMiddleware:
    """Downloader middleware that answers the request of a contract from the files of its case."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RecordedCaseMiddleware:
        return cls()

    def process_request(self, request: Request) -> Response | None:
        folder = request.meta.get(CASE)
        if folder is None:
            return None
        page = load_page(Path(folder))
        headers = [(name, value) for name, value in page.headers if name not in _CODINGS]
        return HtmlResponse(
            page.final_url, page.status, headers=headers, body=page.body, request=request
        )


class RecordedCase(Contract):
    """`@recorded FOLDER`: what the page there reads as is what `expected.toml` says."""

    name = "recorded"

    @property
    def _folder(self) -> Path:
        return Path(json.loads(" ".join(self.args)))

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """Ask for the page of the case, to be answered from its folder."""
        folder = self._folder
        return {**args, "url": load_page(folder).url, "meta": {CASE: str(folder)}}

    def post_process(self, output: list[Any]) -> None:
        """Compare what was read with what a person confirmed."""
        (found,) = output
        if found["fault"]:
            raise ContractFail(found["fault"])
        if not found["confirmed"]:
            raise ContractFail("nobody has confirmed what this page reads as")
        if found["differences"]:
            raise ContractFail("\n".join(found["differences"]))


class LiveHome(Contract):
    """`@live`: the source's home page can be had."""

    name = "live"

    def __init__(self, method: Callable[..., Any], *args: Any) -> None:
        super().__init__(method, *args)
        self._spider: Any = getattr(method, "__self__", None)

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """Ask for the home page."""
        return {**args, "url": self._spider.source.home}


def contracts_of(source: Source, cases: Iterable[Path]) -> dict[str, Any]:
    """The methods of a spider class that `scrapy check` calls, one for each case."""
    return {
        f"check_{folder.name.replace('-', '_')}": _case_check(source, folder) for folder in cases
    }


def _case_check(source: Source, folder: Path) -> Callable[..., Iterator[dict[str, Any]]]:
    def check(self: SourceSpider, response: Response) -> Iterator[dict[str, Any]]:
        tried = try_case(source, folder)
        yield {
            "fault": tried.fault,
            "confirmed": tried.confirmed,
            "differences": [
                f"{each.field}: expected {each.expected!r}, read {each.read!r}"
                for each in tried.differences
            ],
        }

    check.__doc__ = f"Read the recorded case.\n\n@recorded {json.dumps(str(folder))}\n"
    return check


def check_home(self: SourceSpider, response: Response) -> Iterator[dict[str, Any]]:
    """Look whether the home page can be had: a method for the class of a source that is checked
    live.

    @live
    """
    yield {"url": response.url, "status": response.status}
