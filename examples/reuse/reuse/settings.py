"""Somebody else's project: guard, robots rules, reader and archive of Hubwatch, by settings."""

BOT_NAME = "reuse"
SPIDER_MODULES = ["reuse.spiders"]
HUBWATCH_ARCHIVE = "reuse.db"  # made if it is missing; `hubwatch --db reuse.db search …` reads it
TWISTED_DNS_RESOLVER = "scraper.middlewares.resolver.GuardedResolver"
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "scraper.middlewares.handler.GuardedHandler")
DOWNLOADER_MIDDLEWARES = {"scraper.middlewares.robots.RobotsMiddleware": 100}
ITEM_PIPELINES = {
    "scraper.pipelines.stages.ReadPipeline": 100,
    "scraper.pipelines.stages.GradePipeline": 200,
    "scraper.pipelines.stages.DecidePipeline": 800,
    "scraper.pipelines.stages.ArchivePipeline": 900,
}
TELNETCONSOLE_ENABLED = False
