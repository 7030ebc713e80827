"""Values of expressions that name a place in the calendar: days, months, years, quarters, seasons, feasts."""

from datetime import date, timedelta

from bot.events import dates_calendar as calendar
from bot.events.dates_calendar import Tense
from bot.events.dates_lexicon import load_date_words
from bot.events.dates_setting import Parts, Setting, timed


def _month_number(parts: Parts) -> int:
    if "month_number" in parts:
        return int(parts["month_number"])
    months = {form.upper(): number for form, number in load_date_words().months.items()}
    return months[parts["month"].upper().rstrip(".")]


def day(parts: Parts, setting: Setting) -> str | None:
    """A day of a month, with the year said or the one the tense points to."""
    month, day = _month_number(parts), int(parts["day"])
    year = _said_year(parts, setting)
    if year is not None:
        return timed(calendar.day_or_none(year, month, day), parts)
    if setting.reference is None:
        return None
    return timed(calendar.date_by_tense(setting.reference, month, day, setting.tense), parts)


def numeric(parts: Parts, setting: Setting) -> str | None:
    """Dotted dates are day first; slashed ones either way round, so both must agree or be impossible."""
    one, two, year = int(parts["one"]), int(parts["two"]), int(parts["year"])
    day_first, month_first = calendar.day_or_none(year, two, one), calendar.day_or_none(year, one, two)
    if parts["dot"] == "." or month_first is None:
        return str(day_first) if day_first else None
    if day_first is None or day_first == month_first:
        return str(month_first)
    return _near_reading({day_first, month_first}, setting.reference)


NEAR_DAYS = 31
"""An ambiguous 3/4/2024 is read as the one reading within so many days of the article, if just one is:
the two readings of such a date lie at least a month less a few days apart."""


def _near_reading(readings: set[date], reference: date | None) -> str | None:
    near = [day for day in readings if reference and abs((day - reference).days) <= NEAR_DAYS]
    return str(near[0]) if len(near) == 1 else None


def month(parts: Parts, setting: Setting) -> str | None:
    """A month, with the year said or the one the tense points to."""
    month = _month_number(parts)
    year = _said_year(parts, setting)
    if year is not None:
        return f"{year}-{month:02d}"
    if setting.reference is None:
        return None
    now = setting.reference.year * 12 + setting.reference.month - 1
    return calendar.month_value(_turn(now, month - 1, 12, parts.get("which"), setting.tense))


def _turn(now: int, period: int, size: int, which: str | None, tense: Tense) -> int:
    """Which turn of a cycle "last", "next", "this" or the tense picks; `now` is the turn we are in."""
    which = (which or "").lower()
    if which == "last" or which.endswith("past"):
        return calendar.by_tense(now - 1, period, size, Tense.PAST)
    if which == "next" or which.endswith("coming"):
        return calendar.by_tense(now + 1, period, size, Tense.FUTURE)
    if which == "this":
        return now - now % size + period
    return calendar.by_tense(now, period, size, tense)


def year(parts: Parts, _: Setting) -> str | None:
    """A bare year."""
    return parts["year"]


def decade(parts: Parts, _: Setting) -> str | None:
    """The first three digits of its years: "the 1990s" is `199`."""
    if "spelt" in parts:
        return str(load_date_words().decades[parts["spelt"].lower()])
    return parts.get("tens") or f"19{parts['short']}"


def century(parts: Parts, _: Setting) -> str | None:
    """The first two digits of most of its years: "the 19th century" is `18`."""
    nth = int(parts["nth"]) if "nth" in parts else load_date_words().ordinals[parts["ordinal"].lower()]
    return f"{nth - 1:02d}"


def _said_year(parts: Parts, setting: Setting) -> int | None:
    """The year said beside a day, month, quarter or half: "2020", "of last year"."""
    if "year" in parts:
        return int(parts["year"])
    steps = {"last": -1, "this": 0, "the": 0, "next": 1}
    which = parts.get("which_year", "").lower()
    return setting.reference.year + steps[which] if setting.reference and which in steps else None


def quarter(parts: Parts, setting: Setting) -> str | None:
    """A quarter of a year."""
    nth = int(parts["nth"]) if "nth" in parts else load_date_words().ordinals[parts["ordinal"].lower()]
    year = _said_year(parts, setting)
    if year is not None:
        return f"{year}-Q{nth}"
    if setting.reference is None:
        return None
    now = setting.reference.year * 4 + (setting.reference.month - 1) // 3
    # A quarter is spoken of as past only once it is over.
    if setting.tense is not Tense.FUTURE:
        return calendar.quarter_value(calendar.by_tense(now - 1, nth - 1, 4, Tense.PAST))
    return calendar.quarter_value(calendar.by_tense(now, nth - 1, 4, Tense.FUTURE))


def half(parts: Parts, setting: Setting) -> str | None:
    """A half of a year."""
    year = _said_year(parts, setting)
    return f"{year}-H{load_date_words().ordinals[parts['ordinal'].lower()]}" if year is not None else None


def season(parts: Parts, setting: Setting) -> str | None:
    """A season, northern where it makes a difference."""
    code = load_date_words().seasons[parts["season"].lower()]
    if "year" in parts:
        return f"{parts['year']}-{code}"
    if setting.reference is None:
        return None
    now = calendar.season_index(setting.reference)
    period = calendar.SEASON_CODES.index(code)
    return calendar.season_value(_turn(now, period, 4, parts.get("which"), setting.tense))


def holiday(parts: Parts, setting: Setting) -> str | None:
    """The day of a feast."""
    if "year" in parts:
        return str(_feast(parts["holiday"], int(parts["year"])))
    if setting.reference is None:
        return None
    reference, which = setting.reference, parts.get("which", "").lower()
    if which == "this":
        return str(_feast(parts["holiday"], reference.year))
    days = [_feast(parts["holiday"], reference.year + step) for step in (-1, 0, 1)]
    tense = {"last": Tense.PAST, "next": Tense.FUTURE}.get(which, setting.tense)
    fits = [day for day in days if tense is not Tense.PAST or day <= reference]
    fits = [day for day in fits if tense is not Tense.FUTURE or day >= reference]
    return str(min(fits, key=lambda day: (abs((day - reference).days), day)))


def _feast(name: str, year: int) -> date:
    words, key = load_date_words(), name.lower()
    if key in words.movable:
        return calendar.easter(year) + timedelta(days=words.movable[key])
    month, day = words.holidays[key].split("-")
    return date(year, int(month), int(day))


def iso_week(parts: Parts, _: Setting) -> str | None:
    """A week as ISO writes it."""
    return f"{parts['year']}-W{parts['week']}"
