"""The day a text itself says it was published. No year is guessed, and no other date is taken for it."""

import re
from datetime import date

from bot.text.datelines import dateline
from bot.text.days import find_days
from bot.text.lexicon import pattern
from bot.text.stamps import FOOT, HEAD, read_stamp

LONGEST_BYLINE = 14
"""Words. A line of an author's name, house and date; longer ones are prose that mentions a day."""

_BYLINE = re.compile(rf"{pattern(('bylines', 'author'))}\s", re.IGNORECASE)


def stated_day(text: str) -> date | None:
    """Give the day of publication that folded `text` states: by a stamp, a dateline or a byline with a full date.

    "Published" beats a date on a line of its own, which beats "Updated", then datelines and bylines.
    """
    lines = [line for line in text.split("\n") if line]
    head, foot = lines[:HEAD], lines[HEAD:][-FOOT:]
    stamps = [stamp for line in head if (stamp := read_stamp(line))]
    stamps += [stamp for line in foot if (stamp := read_stamp(line)) and stamp.labelled]
    if stamps:
        return min(stamps, key=lambda stamp: (stamp.updated, not stamp.labelled)).day
    return next((day for line in head if (day := _day_beside_name(line))), None)


def _day_beside_name(line: str) -> date | None:
    opening = dateline(line)
    if not opening and not (_BYLINE.match(line) and len(line.split()) <= LONGEST_BYLINE):
        return None
    found = next(find_days(line[:opening] if opening else line), None)
    return found.day if found else None
