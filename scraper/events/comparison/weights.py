"""How much what two sentences share weighs, and from how much on they are of one thing."""

from __future__ import annotations

SAME_COUNT = 0.42
"""From so much in common on two figures count one thing."""
SAME_SHARE = 0.5
"""From so much on two shares are of one thing, and two sentences that something else ties."""
SURELY = 0.6
"""From so much on two sentences are of one thing that nothing else ties."""
HALF = 0.6
"""So much of what two sentences have in common counts where it says little."""
BONDED = 2.2
"""From such a bond on two reports tell much the same, whatever a sentence of theirs says."""
LIKELY, MOST_LIKELY = 0.6, 0.65
"""How likely two sentences are of one thing, at least and at most, where it is all that is known
that makes it so."""
BY_WORDS, BY_BOND, MOST_BOND, BY_BEING_LONE, BY_NEIGHBOUR = 0.5, 0.05, 0.3, 0.1, 0.15
"""What adds to that: words around, what the reports share elsewhere and how much of it counts, that
there is no other of its kind, and a figure beside it that both have."""
ONE_MEASURE = 0.75
"""How likely two sentences are of one thing at least that tell one measure or act in other
words."""
BY_MEASURE, BY_KIN, BY_BEING_ALONE, BY_NAME = 0.3, 0.3, 0.15, 0.1
"""What adds to that: the measure or act itself, words around, that each report has it once, and a
name."""
LIKE_A_SLIP = 0.2
"""From such a resemblance on it would be a strange chance that one number is part of the other."""
