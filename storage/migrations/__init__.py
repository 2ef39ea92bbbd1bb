"""Every change of the archive's tables, in order; those above never change."""
