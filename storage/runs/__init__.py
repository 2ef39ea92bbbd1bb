"""Runs: crawls, imports and additions, with what they fetched."""
