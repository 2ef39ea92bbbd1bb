"""Everything between an address and its bytes: guard, dialling, TLS, codings, robots, manners."""
