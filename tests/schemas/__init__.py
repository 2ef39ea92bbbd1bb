"""Archives as earlier states of the program made them; see `tests.schemas.__main__`."""
