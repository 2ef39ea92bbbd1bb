"""What a text says as data: figures, deadlines, actors, happenings. By rules, in two languages."""
