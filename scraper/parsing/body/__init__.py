"""The body of an article: where it is, its text, its clean HTML, its images and files."""
