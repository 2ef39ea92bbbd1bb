"""Events: what reports in two languages have in common, and what tells them apart."""
