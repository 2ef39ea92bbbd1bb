"""The parts of list pages: rows and the way to the next page."""
