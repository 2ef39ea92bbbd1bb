"""An ordinary spider: it finds the pages, Hubwatch reads and keeps them."""

from datetime import UTC, datetime

import scrapy

from scraper.items import ArticleItem


class Town(scrapy.Spider):
    name = "town"

    def __init__(self, start_urls="", **kwargs):
        super().__init__(start_urls=start_urls.split(), **kwargs)

    def parse(self, response):
        yield from response.follow_all(css="ul.news a", callback=self.parse_article)

    def parse_article(self, response):
        yield ArticleItem.of(response, datetime.now(UTC))
