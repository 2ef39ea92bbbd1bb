"""What a text says as data: figures, deadlines, actors. By rules, in two languages."""
