"""Dates as lists print them: shapes, split ones, and which order a list uses."""
