"""In and out: whole articles as JSON Lines, archived pages as WARC, from and for other archives."""
