"""What a date expression means: the reader of its value for each rule of the grammar."""

from collections.abc import Callable

from bot.events import dates_absolute as absolute
from bot.events import dates_relative as relative
from bot.events.dates_grammar import Expression
from bot.events.dates_lengths import half_length, length, rate
from bot.events.dates_setting import Parts, Setting

Reader = Callable[[Parts, Setting], str | None]


def value_of(expression: Expression, setting: Setting) -> str | None:
    """The ISO 8601 (or, where ISO is silent, TIMEX3) value; None where text and reference do not decide it."""
    return _READERS[expression.rule](expression.parts, setting)


def _alone(read: Callable[[Parts], str]) -> Reader:
    """A reader for what means the same on every day."""
    return lambda parts, _: read(parts)


_READERS: dict[str, Reader] = {
    "iso": absolute.day,
    "numeric": absolute.numeric,
    "days_month": absolute.day,
    "month_days": absolute.day,
    "day_month": absolute.day,
    "month_day": absolute.day,
    "iso_week": absolute.iso_week,
    "iso_month": absolute.month,
    "month_year": absolute.month,
    "month": absolute.month,
    "decade": absolute.decade,
    "century": absolute.century,
    "year": absolute.year,
    "iso_quarter": absolute.quarter,
    "q_quarter": absolute.quarter,
    "quarter": absolute.quarter,
    "half": absolute.half,
    "season_year": absolute.season,
    "season": absolute.season,
    "bare_season": absolute.season,
    "holiday": absolute.holiday,
    "weekday": relative.weekday,
    "day_word": relative.day_word,
    "this_part": relative.this_part,
    "anchored_part": relative.anchored_part,
    "in_the_day": relative.in_the_day,
    "ago": relative.ago,
    "long_ago": relative.long_ago,
    "shift": relative.ago,
    "anchored": relative.anchored,
    "relative": relative.relative,
    "weekend": relative.the_weekend,
    "edge_of": relative.edge_of,
    "year_end": relative.year_end,
    "nth_of": relative.nth_of,
    "vague": relative.vague,
    "length": _alone(length),
    "framed_unit": _alone(length),
    "past_unit": _alone(length),
    "a_unit": _alone(length),
    "half_unit": _alone(half_length),
    "units": _alone(length),
    "each": _alone(rate),
    "weekdays": _alone(rate),
    "weekly": _alone(rate),
}
