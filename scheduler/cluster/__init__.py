"""Crawling on other machines: tickets through a queue, answers back. Only the centre decides."""
