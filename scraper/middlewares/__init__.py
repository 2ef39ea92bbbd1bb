"""Between spider and portal: robots, throttle, address guard, redirects, codings, bounds."""
