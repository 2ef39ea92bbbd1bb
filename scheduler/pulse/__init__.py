"""How the daemon says how it is: health probes and numbers, on loopback alone."""
