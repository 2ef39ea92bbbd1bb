"""Files that articles link to, read into text: PDF, Office and OFD documents, plain text."""
