"""The Scrapy settings of the project: polite, hardened, everything off that is not used.

Scrapy's own defaults are made for another trade: no TLS verification, 1 GiB bodies, a telnet
console. Throttle, robots, redirects, content codings and retries are ours. What differs from source
to source (bounds, headers, the route) each spider class adds, see `spiders.spider`.

The components stand in the `…_BASE` settings, so that a project or `-s` can add its own in
`EXTENSIONS`, `ITEM_PIPELINES` or `DOWNLOADER_MIDDLEWARES` without leaving ours out.
"""

from __future__ import annotations

from typing import Any

BOT_NAME = "hubwatch"
SPIDER_LOADER_CLASS = "scraper.loader.SourceLoader"
SPIDER_MODULES: list[str] = []

TWISTED_DNS_RESOLVER = "scraper.middlewares.resolver.GuardedResolver"
DOWNLOAD_HANDLERS_BASE = {
    "http": "scraper.middlewares.handler.GuardedHandler",
    "https": "scraper.middlewares.handler.GuardedHandler",
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "scraper.contracts.RecordedCaseMiddleware": 50,
    "scraper.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scraper.middlewares.redirects.RedirectMiddleware": 580,
    "scraper.middlewares.content_coding.ContentCodingMiddleware": 590,
}
"""All there are. Scrapy loads what is switched off as well, and with its cookies an HTTP client."""
ITEM_PIPELINES_BASE = {
    "scraper.pipelines.stages.ReadPipeline": 100,
    "scraper.pipelines.stages.GradePipeline": 200,
    "scraper.pipelines.stages.DecidePipeline": 800,
    "scraper.pipelines.stages.ArchivePipeline": 900,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
}
SPIDER_CONTRACTS = {
    "scraper.contracts.RecordedCase": 100,
    "scraper.contracts.LiveHome": 100,
}
SPIDER_MIDDLEWARES_BASE: dict[str, Any] = {}
STATS_CLASS = "scrapy.statscollectors.MemoryStatsCollector"
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 5
# Turns and pauses are taken in the handler, for all crawlers of the process together.
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 16
AUTOTHROTTLE_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
HTTPCACHE_ENABLED = False
HTTPPROXY_ENABLED = False
RETRY_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
COMPRESSION_ENABLED = False
# Not Scrapy's middleware but ours asks robots.txt, before every request and redirect.
ROBOTSTXT_OBEY = False
