"""What a page goes through: read, grade, decide, archive. The same chain for crawl and import."""
