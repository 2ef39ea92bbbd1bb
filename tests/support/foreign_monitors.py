"""A monitor suite of Spidermon's, as somebody would name one in the settings."""

from __future__ import annotations

from spidermon.contrib.scrapy.monitors import ItemCountMonitor
from spidermon.core.suites import MonitorSuite


class EnoughItems(MonitorSuite):
    """Wants `SPIDERMON_MIN_ITEMS` items."""

    monitors = (ItemCountMonitor,)
