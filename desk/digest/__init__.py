"""The digest: from what the archive holds to a page, a table or a document to hand on."""
