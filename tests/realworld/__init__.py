"""Portals that nobody here wrote: real site programs, filled, served on loopback, and watched."""
