"""Every change of the archive's tables, in order. Those above never change."""
