"""One crawl of one source: its lists, its articles, their files, what is asked again."""
