"""Which of a portal's layouts a page has: the present one, or one from before a redesign.

Asked by what the page holds; days only say which layout is asked first. Reads no field.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..sources.model import FieldRules
from .body.place import by_template
from .dating.address import read_address
from .page import Page


def layout_of(page: Page, rules: FieldRules) -> FieldRules:
    """The rules of the first layout whose body is on the page.

    First comes the layout in force on the article's day (that of its address, else the day the
    page was fetched, in the portal's zone), then the others, the latest first. A page that has
    none of their bodies is read by the layout in force.
    """
    if not rules.older:
        return rules
    day = _day(page, rules.zone)
    history = (rules, *rules.older)
    in_force = [one for one in rules.older if one.until is not None and day <= one.until]
    first = in_force[-1] if in_force else rules
    order = (first, *(one for one in history if one is not first))
    return next((one for one in order if by_template(page, one.body)), first)


def _day(page: Page, zone: str) -> date:
    clue = read_address(page, zone)
    if clue is None:
        return page.now.astimezone(ZoneInfo(zone)).date()
    value = clue.when.value
    return value.date() if isinstance(value, datetime) else value
