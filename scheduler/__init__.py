"""When: the timetable, its slots, and the supervision of what it starts."""
