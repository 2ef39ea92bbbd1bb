"""Adding by hand: an address that somebody names, or an item that has no page of its own."""
