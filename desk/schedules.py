"""A source's schedule, understood: the one place where desk reads that word.

The scraper keeps it as it is written, and the scheduler knows no files; who loads sources for
people says here which file and which key is wrong.
"""

from __future__ import annotations

from hubwatch.errors import ConfigError
from scheduler.schedules.forms import parse_schedule
from scheduler.schedules.schedule import Schedule
from scraper.sources.model import Source


def schedule_of(source: Source) -> Schedule:
    """When a source is due. Raises ConfigError, one line `FILE: schedule: what is wrong`."""
    try:
        return parse_schedule(source.schedule, source.zone)
    except ConfigError as error:
        problem = str(error).removeprefix("schedule ")
        raise ConfigError(f"{source.path}: schedule: {problem}") from None
