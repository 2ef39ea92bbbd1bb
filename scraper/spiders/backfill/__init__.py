"""Going back in time: slices of a back-fill, how far it has come, what it would take."""
