"""Portals that staff add, try and repair: what is found out of them, and their cases."""
