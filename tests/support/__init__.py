"""What tests share: servers that misbehave, archives with something in them, builders, checks."""
