"""Fetching: Scrapy behind an address guard, robots rules, manners and bounds."""
