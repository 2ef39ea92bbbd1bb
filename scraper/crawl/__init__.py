"""Running crawls: `run` is the entrance, `request` what goes in and the events that come out."""
