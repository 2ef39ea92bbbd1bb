"""What the desk keeps: the queue of stories, the people who sort it, the figures they look at."""
