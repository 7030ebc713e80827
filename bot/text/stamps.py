"""Lines and line heads that say when a text was published, and nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.text.bylines import is_byline
from bot.text.days import Day, find_days
from bot.text.lexicon import pattern

HEAD = 6
"""Lines. A date, byline or place of writing stands among the first ones or not at all."""

FOOT = 4
"""Lines. Some publishers set the date under the text instead, but then with a word: a bare date there is a
correction's or a diary's."""

LONGEST = 120
"""Characters. A stamp's date stands this near to its head, after a weekday, an hour or "3 min read" at most."""

_LABEL = re.compile(
    rf"(?:(?P<published>{pattern(('stamps', 'published'))})|(?P<updated>{pattern(('stamps', 'updated'))}))"
    r"\s*[:：|–—-]?\s*(?=[\w\s])",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}(?:[:.h]\d{2}){1,2}(?:\.\d+)?\s*(?:[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?"
_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:diens|donners|frei|sams|sonn)tag|montag|mittwoch"
)
_REST = re.compile(
    rf"(?:{_CLOCK}|{_WEEKDAY}|(?:utc|gmt)\s?[+-]\d+(?::\d+)?|[+-]\d{{2}}:?\d{{2}}|\bT\b"
    rf"|(?<!\w){pattern(('stamps', 'around'))}(?!\w)|\d{{1,2}}(?=\s*min)|[\s,.;:|/()\[\]·•–—+Z-])+",
    re.IGNORECASE,
)
_TIME_AFTER = re.compile(
    rf"(?:T(?=\d)|[\s,|])*(?:at\s+)?(?:(?:{_CLOCK})\s*(?:(?:utc|gmt|[A-Z]{{2,4}})\b)?(?:\s?[+-]\d{{1,2}}(?::?\d{{2}})?)?|Z\b)?"
    r"[\s|.–—-]*"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A statement of the day of publication, filling the first `end` characters of its line."""

    day: date
    end: int
    updated: bool
    labelled: bool


def read_stamp(line: str) -> Stamp | None:
    """Read the stamp at the head of `line`: a word such as "Published" with a full date, or a date alone.

    A date without such a word counts only where its line holds nothing else.
    """
    label = _LABEL.match(line)
    start = label.end() if label else 0
    found = next(find_days(line[start : start + LONGEST]), None)
    if found is None or not _is_filler(line[start : start + found.start]):
        return None
    after = start + found.end
    updated = bool(label and label["updated"])
    rest = line[after:]
    if _is_filler(_without_stamps(rest)) or is_byline(rest.strip(" ,|·–—-")):
        return Stamp(found.day, len(line), updated, bool(label))
    if label is None:
        return None
    end = max(match.end() for match in (_TIME_AFTER.match(line, after),) if match)
    return Stamp(found.day, end, updated, labelled=True) if _opens_anew(line, after, end) else None


def _without_stamps(rest: str) -> str:
    # One line often gives both: when it was published, and when it was last updated.
    days: list[Day] = list(find_days(rest))
    for day in reversed(days):
        rest = rest[: day.start] + rest[day.end :]
    return _LABEL.sub(" ", rest) if days else rest


def _is_filler(text: str) -> bool:
    return not text or _REST.fullmatch(text) is not None


def _opens_anew(line: str, after: int, end: int) -> bool:
    # "Published 3 May 2024, the report says" is a sentence; a stamp is followed by something with a capital.
    gap, rest = line[after:end], line[end:]
    return bool(gap.strip(",") and not rest[:1].islower() and not rest.startswith((",", ";")))


def is_chronology(lines: Sequence[str]) -> bool:
    """Tell whether several bare dates stand on lines of their own: then they head the story's parts."""
    stamps = (read_stamp(line) for line in lines if line and len(line) <= LONGEST)
    return len({stamp.day for stamp in stamps if stamp and not stamp.labelled}) > 1


def is_stamp(line: str) -> bool:
    """Tell whether `line` says that it gives the day of publication, and nothing else."""
    stamp = read_stamp(line)
    return stamp is not None and stamp.labelled and stamp.end == len(line)
