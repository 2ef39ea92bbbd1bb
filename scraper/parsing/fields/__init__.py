"""Single fields of an article: title, dates, source and author, language."""
