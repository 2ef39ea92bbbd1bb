"""Telling people how things are: what is amiss, who is told, what this machine is like."""
