"""Keeping an installation for years: backups, restoring, upgrading, pruning."""
