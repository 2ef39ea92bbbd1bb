"""Events and contradictions: what reports in two languages have in common, and where they differ."""
