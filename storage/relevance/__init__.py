"""Why articles are here, what goes with them, and why an address is here or is not."""
