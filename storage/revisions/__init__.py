"""The versions of articles: what changed, how it is weighed, whether it is told as news."""
