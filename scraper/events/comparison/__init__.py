"""What two reports say differently, kind by kind, and what ties two sentences to one thing or sets
them apart."""
