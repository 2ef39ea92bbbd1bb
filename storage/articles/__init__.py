"""What pages said: articles with their evidence, as they are kept and as people see them."""
