"""Digests on the desk: drafted, edited, looked over, issued, taken away, put right."""
