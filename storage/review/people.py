"""Who may use the desk: named people, what their role lets them do, and how long a pass is good.

Plain values. Not what they say of stories (`decisions`), nor how they sign in (`desk.web`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LINK_LASTS = timedelta(days=3)
"""A sign-in link is good for so long, and once."""
VISIT_LASTS = timedelta(days=30)
"""Who signed in stays so for so long."""
LONGEST_NAME = 80


class Role(StrEnum):
    """What a person may do: readers look, reviewers decide, staff pause and look after sources."""

    READER = "reader"
    REVIEWER = "reviewer"
    STAFF = "staff"

    @property
    def decides(self) -> bool:
        """Whether such a person's word on a story counts."""
        return self is not Role.READER


class Pass(StrEnum):
    """What a secret is good for: signing in once, or being signed in."""

    LINK = "link"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Person:
    """A named person; `revoked_at` None: may use the desk. `last_seen_at` is when the latest visit
    of this person's began."""

    name: str
    role: Role
    added_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None
