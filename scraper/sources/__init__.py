"""Sources and template families: TOML files and what they become."""
