"""How the sources are doing, judged from stored facts: facts go in, findings come out."""
