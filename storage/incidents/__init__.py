"""Incidents: what is amiss, who was alerted."""
