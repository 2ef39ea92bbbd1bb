"""Why articles are here: matches, scores, places; and what goes with an article."""
