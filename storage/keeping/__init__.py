"""Keeping an archive for years: copies and their proof, what may go, when all stands still."""
