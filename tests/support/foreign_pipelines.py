"""Item pipelines and monitors as other people write them, for the tests of the Scrapy project."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem


class DropTwo:
    """Drops the article whose title is Two."""

    def process_item(self, item: Any) -> Any:
        if item.read.reading.article.title == "Two":
            raise DropItem("no twos")
        return item


class BreakOnTwo:
    """Breaks at the article whose title is Two."""

    def process_item(self, item: Any) -> Any:
        if item.read.reading.article.title == "Two":
            raise LookupError("no twos")
        return item
