"""Where the migrations are collected; each module beside this one adds its own."""

from __future__ import annotations

from sqlite_utils.migrations import Migrations

from ..schema import MIGRATION_SET

MIGRATIONS = Migrations(MIGRATION_SET)
