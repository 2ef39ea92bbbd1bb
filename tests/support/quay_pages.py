"""One story, of a harbour that gets a second quay, for pages of any make around it."""

# ruff: noqa: E501 - sentences and pages are easier to read when they are not broken up
from __future__ import annotations

from datetime import UTC, datetime

from scraper.parsing.article import read_article
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.make import capture

URL = "http://www.practice.test/news/article/1840/quay"
TITLE = "Harbour board approves the second quay"
ONE = "The harbour board approved the second quay on Monday, after a hearing of two days and many questions."
TWO = "Work on the piles, which are to be forty metres long, begins in spring, said the chair of the board."
THREE = "The city council, whose consent is needed, will vote on the budget in the second week of January."


def read(body: str, zone: str = "Asia/Shanghai", head: str = "") -> ArticleData:
    """What is read of a page with this between its menu and its foot."""
    html = f"<meta charset=utf-8><title>{TITLE}</title>{head}<body><nav><a href=/>Home</a></nav>{body}<footer>Quay 1</footer>"
    page = capture(
        html.encode(), url=URL, final_url=URL, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    reading = read_article(page, FieldRules(zone=zone), "t")
    assert reading.article is not None, reading
    return reading.article


def paragraphs(*texts: str) -> str:
    """Each text as a paragraph of markup."""
    return "".join(f"<p>{text}</p>" for text in texts)
