"""Recorded pages in place of a portal's: what `scrapy check` reads without asking anybody."""

from __future__ import annotations

from pathlib import Path

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

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
        from ..sources.cases import load_page  # loads what reads pages; a crawl needs none of it

        page = load_page(Path(folder))
        headers = [(name, value) for name, value in page.headers if name not in _CODINGS]
        return HtmlResponse(
            page.final_url, page.status, headers=headers, body=page.body, request=request
        )
