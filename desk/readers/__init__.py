"""Reading again on other machines: chunks of the archive go out, readings come back."""
