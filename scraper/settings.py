"""Scrapy's settings for one source: everything off that we do not use, bounds from the source.

Scrapy's own defaults are made for another trade: no TLS verification, 1 GiB bodies, a telnet
console. Manners, robots, redirects, content codings and retries are ours.
"""

from __future__ import annotations

from typing import Any

from .middlewares.route import DIRECTLY, Route
from .sources.hosts import hosts_of
from .sources.model import Source

_MIDDLEWARES = {
    "scraper.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scraper.middlewares.redirects.RedirectMiddleware": 580,
    "scraper.middlewares.content_coding.ContentCodingMiddleware": 590,
}
"""All there are. Scrapy loads what is switched off as well, and with its cookies an HTTP client."""
_HANDLER = "scraper.middlewares.handler.GuardedHandler"


def settings_for(source: Source, agent: str, route: Route = DIRECTLY) -> dict[str, Any]:
    """The settings of one source's crawler, which takes that route."""
    return {
        **_HARDENED,
        "USER_AGENT": agent,
        "DOWNLOAD_MAXSIZE": source.bounds.page_bytes,
        "DOWNLOAD_TIMEOUT": source.bounds.page_timeout.total_seconds(),
        "REDIRECT_MAX_TIMES": source.bounds.redirects,
        "HUBWATCH_HOSTS": hosts_of(source),
        "HUBWATCH_ROUTE": route,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5" if source.language == "zh" else "en",
        },
    }


_HARDENED: dict[str, Any] = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_ENABLED": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES": _MIDDLEWARES,
    "DOWNLOAD_HANDLERS": {
        "http": _HANDLER,
        "https": _HANDLER,
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    # Turns and pauses are taken in the handler, for all crawlers of the process together.
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "AUTOTHROTTLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
}
