"""Where the migrations are collected; each module beside this one adds its own."""

from __future__ import annotations

from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("hubwatch")
