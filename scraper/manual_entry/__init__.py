"""What people add by hand: items that have no page of their own, with the file that proves them."""
