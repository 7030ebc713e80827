"""The day a text itself says it was published. No year is guessed, and no other date is taken for it."""

from datetime import date

from bot.text.days import find_days
from bot.text.lead import lead
from bot.text.stamps import FOOT, HEAD, is_chronology, read_stamp


def stated_day(text: str) -> date | None:
    """Give the day of publication that folded `text` states: by a stamp, a dateline or a byline with a full date.

    "Published" beats a date on a line of its own, which beats "Updated", then datelines and bylines.
    """
    lines = [line for line in text.split("\n") if line]
    head, foot = lines[:HEAD], lines[HEAD:][-FOOT:]
    dated = not is_chronology(lines)
    stamps = [stamp for line in head if (stamp := read_stamp(line)) and (dated or stamp.labelled)]
    stamps += [stamp for line in foot if (stamp := read_stamp(line)) and stamp.labelled]
    if stamps:
        return min(stamps, key=lambda stamp: (stamp.updated, not stamp.labelled)).day
    return next((day for line in head if (day := _day_beside_name(line))), None)


def _day_beside_name(line: str) -> date | None:
    found = None if read_stamp(line) else next(find_days(line[: lead(line)]), None)
    return found.day if found else None
