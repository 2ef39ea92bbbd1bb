"""Reads pages: bytes in, data out. Knows neither network, archive nor clock."""
