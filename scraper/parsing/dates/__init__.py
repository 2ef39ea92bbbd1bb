"""When an article is from: every date of a page weighed, one chosen by a stated rule."""
