"""Lines that name an author or thank a desk."""

import re

from bot.text.days import find_days
from bot.text.lexicon import pattern, rows

LONGEST = 16
"""Words. Two authors with their house and town; a longer line beginning with "By" is a sentence."""

_AUTHOR = re.compile(rf"{pattern(('bylines', 'author'))}\s*:?\s+(?=\S)", re.IGNORECASE)
_DESK = re.compile(rf"[(\[]?{pattern(('bylines', 'desk'))}\s*:?\s+(?=\S)", re.IGNORECASE)
_DESK_TAIL = re.compile(
    rf"(?<=[.!?”\"’)])\s*[(\[]?(?i:{pattern(('bylines', 'desk'))})\s*:?\s+(?=[A-Z])[^\n]*$",
)
_REPORTED_FROM = re.compile(r"(?:[A-Z][\w'’-]+,? |and )+reported from (?:[A-Z][\w'’.-]+,? ?|and )+\.?")
_SMALL = rows("bylines", "beside")


def is_byline(line: str) -> bool:
    """Tell whether `line` says only who wrote the text, perhaps with house, town and day."""
    label = _AUTHOR.match(line)
    return label is not None and len(line.split()) <= LONGEST and _holds_names(line[label.end() :])


def is_desk_line(line: str) -> bool:
    """Tell whether `line` says only who reported and edited the text."""
    if _REPORTED_FROM.fullmatch(line):
        return True
    label = _DESK.match(line)
    return label is not None and _holds_names(line[label.end() :])


def without_desk(line: str) -> str:
    """Give `line` without the thanks to the desk that some houses glue to the last sentence."""
    match = _DESK_TAIL.search(line)
    return line[: match.start()].rstrip() if match and is_desk_line(match[0].strip()) else line


def _holds_names(text: str) -> bool:
    for day in reversed(list(find_days(text))):
        text = text[: day.start] + text[day.end :]
    names = re.findall(
        r"[^\W\d_][\w'’.@-]*", re.sub(pattern(("bylines", "desk")), " ", text, flags=re.IGNORECASE)
    )
    return bool(names) and all(
        name[0].isupper() or "@" in name or name.casefold() in _SMALL or not name[0].islower()
        for name in names
    )
