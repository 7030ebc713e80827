"""Full dates as publishers print them: day, month and year together, never one of them guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_tz

from babel import Locale

LOCALES = (
    "en",
    "fr",
    "de",
    "es",
    "pt",
    "it",
    "nl",
    "sv",
    "pl",
    "cs",
    "ru",
    "uk",
    "tr",
    "id",
    "ar",
    "fa",
    "hi",
)
"""Languages whose month names are read, from Unicode CLDR by Babel."""

OLDEST_YEAR = 1900
"""Before this a number beside a month is a page, a sum or history, never a publication."""


@dataclass(frozen=True, slots=True)
class Day:
    """A full date found at `start`:`end` of a text."""

    start: int
    end: int
    day: date


def find_days(text: str) -> Iterator[Day]:
    """Give every full date in `text`, in order. A date that could be read in two ways is left out."""
    if not _YEAR.search(text):
        return
    for match in _DAY.finditer(text):
        if (day := _value(match)) is not None:
            yield Day(match.start(), match.end(), day)


def parse_day(value: str) -> date | None:
    """Give the day that the date or time stamp `value` begins with, as printed: its zone moves nothing.

    ISO 8601, RFC 822 and written-out dates are read; None for all else.
    """
    value = value.strip()
    found = next(find_days(value), None)
    if found is not None and _PREFIX.fullmatch(value[: found.start]):
        return found.day
    if re.fullmatch(r"\d{8}(T.*)?", value, re.ASCII):
        return _day(value[:4], value[4:6], value[6:8])
    parsed = parsedate_tz(value)
    # Our own reading refused it where it holds no month name, so what is left is a two-digit year.
    return _day(*parsed[:3]) if parsed and re.search(r"[^\W\d]{3}", value) else None


def _month_names() -> dict[str, int]:
    months: dict[str, set[int]] = {"sept": {9}}
    for locale in map(Locale.parse, LOCALES):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    months.setdefault(name.casefold().strip(". "), set()).add(number)
    # A name that means two months in two languages (listopad) tells neither; "1" to "12" are no names.
    return {
        name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1 and not name[0].isdigit()
    }


_MONTHS = _month_names()
MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b\.?"
"""Pattern of a month's name or abbreviation, for use without regard to case."""

_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<y1>\d{{4}})(?P<sep>[-/.])(?P<m1>\d{{1,2}})(?P=sep)(?P<d1>\d{{1,2}})(?=\D|$)
    | (?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -](?:(?:of|de)\ )?(?P<m2>{MONTH}),?[ -](?:de\ )?(?P<y2>\d{{4}})\b
    | (?P<m3>{MONTH})[ -](?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[,.]?[ -](?P<y3>\d{{4}})\b
    | (?P<d4>\d{{1,2}})(?P<sep4>[./-])(?P<m4>\d{{1,2}})(?P=sep4)(?P<y4>\d{{4}})\b
    | (?P<y5>\d{{4}})\ ?[年년]\ ?(?P<m5>\d{{1,2}})\ ?[月월]\ ?(?P<d5>\d{{1,2}})\ ?[日일]
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_PREFIX = re.compile(r"(?:[^\W\d]{2,12}\.?,?\s*)?")


def _value(match: re.Match[str]) -> date | None:
    form = next(number for number in "12345" if match["y" + number])
    year, month, day = (match[part + form] for part in "ymd")
    if form in "23":
        return _day(year, _MONTHS[month.casefold().rstrip(".")], day)
    if form == "4" and match["sep4"] != ".":
        return _slashed(year, month, day)
    return _day(year, month, day)


def _slashed(year: str, second: str, first: str) -> date | None:
    # 10/12/2023 is October in Boston and December in Paris: only a number above 12 decides.
    if int(second) > 12:
        return _day(year, first, second)
    return _day(year, second, first) if int(first) > 12 or first == second else None


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return value if value.year >= OLDEST_YEAR else None
