"""Values of expressions counted from the article's day, or from a day spoken of just before."""

import re
from datetime import date, timedelta

from bot.events import dates_calendar as calendar
from bot.events.dates_calendar import Tense
from bot.events.dates_lengths import parse_amount
from bot.events.dates_lexicon import load_date_words
from bot.events.dates_setting import Parts, Setting, timed


def _weekday_number(parts: Parts) -> int:
    return load_date_words().weekdays[parts["weekday"].capitalize()]


def weekday(parts: Parts, setting: Setting) -> str | None:
    """The day of a weekday name."""
    which = parts.get("which", "").lower()
    anchored = which.split()[-1:] in (["following"], ["previous"], ["preceding"])
    base = setting.anchor if anchored else setting.reference
    if base is None:
        return None
    return timed(_which_weekday(base, _weekday_number(parts), which, parts.get("week"), setting.tense), parts)


def _which_weekday(base: date, weekday: int, which: str, week: str | None, tense: Tense) -> date:
    word = which.rsplit(maxsplit=1)[-1] if which else ""
    if week:
        monday = base - timedelta(days=base.isoweekday() - 1)
        weeks = {"last": -1, "this": 0, "next": 1}[week.split()[0].lower()]
        return monday + timedelta(weeks=weeks, days=weekday - 1)
    if word in {"last", "previous", "preceding", "past"}:
        return calendar.weekday_by_tense(base - timedelta(days=1), weekday, Tense.PAST)
    if word in {"next", "following", "coming"}:
        return calendar.weekday_by_tense(base + timedelta(days=1), weekday, Tense.FUTURE)
    if word == "this" and tense is not Tense.PAST:
        return calendar.weekday_by_tense(base, weekday, Tense.FUTURE)
    return calendar.weekday_by_tense(base, weekday, tense)


DAY_WORDS = {
    "today": 0,
    "tonight": 0,
    "yesterday": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
}


def day_word(parts: Parts, setting: Setting) -> str | None:
    """Of "today", "yesterday", "tomorrow" and their like."""
    word = re.sub(r"\s", " ", parts["word"].lower())
    day = setting.reference and setting.reference + timedelta(days=DAY_WORDS[word])
    return timed(day, {"part": "night"} | parts if word == "tonight" else parts)


def this_part(parts: Parts, setting: Setting) -> str | None:
    """Of "this morning" and "last night"."""
    back = 1 if parts["which"].lower() == "last" else 0
    return timed(setting.reference and setting.reference - timedelta(days=back), parts)


def anchored_part(parts: Parts, setting: Setting) -> str | None:
    """Of "the following morning", "that evening", "in the morning"."""
    step = 0 if parts["which"].lower() in {"that", "the"} else _STEPS[parts["which"].lower().split()[-1]]
    return timed(setting.day and setting.day + timedelta(days=step), parts)


def in_the_day(_: Parts, setting: Setting) -> str | None:
    """Of "earlier in the day": the day last spoken of."""
    return str(setting.day) if setting.day else None


def ago(parts: Parts, setting: Setting) -> str | None:
    """N units before or after: from the article's day ("ago"), else from the day last spoken of."""
    way = parts["way"].lower()
    amount = parse_amount(parts["amount"])
    if amount is None or amount != int(amount):
        return "PAST_REF" if way == "ago" else None
    back = way in {"ago", "earlier", "before", "prior"}
    own = way == "ago" or way.endswith(("now", "hence"))
    spoken_of = None if own else setting.spoken_of
    base = setting.reference if own else _counted_from(parts["unit"], setting)
    return _moved(base, spoken_of, parts["unit"], -int(amount) if back else int(amount))


def long_ago(_: Parts, __: Setting) -> str:
    """Of "years ago", which says only that it is past."""
    return "PAST_REF"


def _counted_from(unit: str, setting: Setting) -> date | None:
    """Days count only from a day the text names: where a trim lost it, "a day earlier" dates nothing.

    Weeks and longer fall back on the article's day, within which such an error mostly vanishes.
    """
    code = load_date_words().units[load_date_words().unit_of[unit.lower()]]
    return setting.day if code == "D" or code.startswith("T") else setting.anchor


def _moved(base: date | None, spoken_of: str | None, unit: str, steps: int) -> str | None:
    code = load_date_words().units[load_date_words().unit_of[unit.lower()]]
    if code == "Y" and spoken_of:
        return _other_year(spoken_of, steps)
    if code == "M" and spoken_of and re.fullmatch(r"\d{4}-\d\d", spoken_of):
        return calendar.month_value(int(spoken_of[:4]) * 12 + int(spoken_of[5:]) - 1 + steps)
    return None if base is None else _stepped(base, code, steps)


def _other_year(spoken_of: str, steps: int) -> str | None:
    """A year away from what was spoken of: a quarter stays that quarter, all else becomes a bare year."""
    match = re.match(r"(\d{4})(-Q\d$)?", spoken_of)
    return f"{int(match[1]) + steps}{match[2] or ''}" if match else None


def _stepped(base: date, code: str, steps: int) -> str | None:
    try:
        return _step(base, code, steps)
    except (OverflowError, ValueError):
        return None  # beyond the calendar: "10,000 years ago"


def _step(base: date, code: str, steps: int) -> str | None:
    months = base.year * 12 + base.month - 1
    if code == "D":
        return str(base + timedelta(days=steps))
    if code in {"W", "2W"}:
        return calendar.week_value(base + timedelta(weeks=steps * (2 if code == "2W" else 1)))
    if code == "M":
        return calendar.month_value(months + steps)
    if code == "Q":
        return calendar.quarter_value(months // 3 + steps)
    if code in {"Y", "DE", "CE"}:
        size = {"Y": 1, "DE": 10, "CE": 100}[code]
        return f"{date(base.year + steps * size, 1, 1).year:04d}"[: {"Y": 4, "DE": 3, "CE": 2}[code]]
    return str(base) if abs(steps) < 6 else None  # a few hours away is the same day


_STEPS = {
    "previous": -1,
    "preceding": -1,
    "last": -1,
    "following": 1,
    "next": 1,
    "same": 0,
    "this": 0,
    "current": 0,
}


def anchored(parts: Parts, setting: Setting) -> str | None:
    """Of "the previous day", "that year": counted from what was last spoken of."""
    steps = 0 if "that" in parts else _STEPS[parts["step"].lower()]
    if steps == 0 and setting.spoken_of is None:
        return None
    unit = parts["unit"].lower()
    if unit == "weekend":
        return _weekend(setting.anchor, steps)
    return _moved(_counted_from(unit, setting), setting.spoken_of, unit, steps)


def relative(parts: Parts, setting: Setting) -> str | None:
    """Of "last week", "this year": counted from the day of the article."""
    word = parts["which"].lower().split()[-1]
    steps = {"past": -1, "coming": 1}.get(word, _STEPS.get(word, 0))
    unit, reference = parts["unit"].lower(), setting.reference
    if reference is None:
        return None
    return _weekend(reference, steps) if unit == "weekend" else _moved(reference, None, unit, steps)


def _weekend(base: date | None, steps: int) -> str | None:
    """The ISO week's weekend; the "last" one said in midweek is the one just over."""
    return f"{calendar.week_value(base + timedelta(weeks=steps))}-WE" if base else None


def the_weekend(_: Parts, setting: Setting) -> str | None:
    """The weekend just over, or in a future sentence the coming one."""
    base = setting.reference
    if base is None:
        return None
    over = setting.tense is not Tense.FUTURE and base.isoweekday() < calendar.WEEKEND_FROM
    return _weekend(base, -1 if over else 0)


def edge_of(parts: Parts, setting: Setting) -> str | None:
    """Of "the end of the year": the year it is the end of."""
    return relative(parts | {"which": parts["which"].lower().replace("the", "this")}, setting)


def year_end(_: Parts, setting: Setting) -> str | None:
    """The year of the article."""
    return str(setting.reference.year) if setting.reference else None


def nth_of(parts: Parts, setting: Setting) -> str | None:
    """Of "on the 14th": in the month named, else the nearest such day that fits the tense."""
    reference = setting.reference
    if reference is None:
        return None
    first = reference.year * 12 + reference.month - 1
    steps = {"last": (-1,), "this": (0,), "next": (1,)}.get(parts.get("which", "").lower(), (-1, 0, 1))
    months = [divmod(first + step, 12) for step in steps]
    days = [
        day for year, month in months if (day := calendar.day_or_none(year, month + 1, int(parts["day"])))
    ]
    fits = [day for day in days if (day <= reference) is (setting.tense is not Tense.FUTURE)] or days
    nearest = min(fits, key=lambda day: abs(day - reference), default=None)
    return str(nearest) if nearest else None


def vague(parts: Parts, _: Setting) -> str | None:
    """Of "now" and "recently"."""
    return load_date_words().vague[re.sub(r"\s", " ", parts["vague"].lower())]
