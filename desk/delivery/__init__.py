"""Handing something on: by mail, to a webhook, into a folder. Knows neither digests nor alerts."""
