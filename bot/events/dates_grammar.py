"""The shapes of English date expressions, as patterns over characters; what they mean is `dates_values`.

Each rule's named groups are the parts its meaning is worked out from. Where two rules match, the one that
starts first wins, then the longer, then the earlier in the table.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.events.dates_gate import gated, stretches
from bot.events.dates_lexicon import DateWords, load_date_words


@dataclass(frozen=True, slots=True)
class Expression:
    """A stretch text[start:end] that has the shape of a date, the rule it fits, and the parts found in it."""

    start: int
    end: int
    rule: str
    parts: dict[str, str]


def expressions(text: str) -> tuple[Expression, ...]:
    """All stretches of `text` shaped like dates, in order, none overlapping another."""
    near, patterns = stretches(text), _patterns()
    # A stable sort: of two rules that match alike, the earlier in the table stays first.
    found = [
        item
        for rule, pattern in patterns.items()
        for item in _matches(rule, pattern, text, near.get(rule, ()))
    ]
    found.sort(key=lambda item: (item.start, -item.end))
    return tuple(_without_overlaps(found))


def _matches(
    rule: str, pattern: re.Pattern[str], text: str, near: Iterable[tuple[int, int]]
) -> Iterator[Expression]:
    for start, stop in near:
        for match in pattern.finditer(text, start, stop):
            parts = {name: value for name, value in match.groupdict().items() if value is not None}
            yield from _halves(match, rule, parts)


def _halves(match: re.Match[str], rule: str, parts: dict[str, str]) -> Iterator[Expression]:
    """One expression, or the two of a range such as "10-12 October" (groups `left` and `right`)."""
    if "left" not in parts:
        yield Expression(*match.span(), rule, parts)
        return
    yield Expression(*match.span("left"), rule, parts | {"day": parts["day"]})
    yield Expression(*match.span("right"), rule, parts | {"day": parts["day2"]})


def _without_overlaps(found: Iterable[Expression]) -> Iterator[Expression]:
    end = 0
    for item in found:
        if item.start >= end:
            yield item
            end = item.end


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest tried first."""
    return (
        "(?:" + "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) + ")"
    )


def _cased(forms: Iterable[str]) -> str:
    """Names of months and days keep their capital ("may" and "sat" are other words), or are all capitals."""
    every = {variant for form in forms for variant in (form, form.upper())}
    return f"(?-i:{alternatives(every)})"


CLOCK = (
    r"(?:(?:\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?|\d{1,2}:\d\d|noon|midnight)"
    r"(?:\s(?:(?-i:GMT|UTC|[A-Z]{1,3}T)\b|local time))?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
YEAR = r"(?:1[5-9]|20)\d\d"
NUMERIC_END = r"(?![\d%]|[.,:]\d|-\d)"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = load_date_words()
    table = _calendar(words) | _periods(words) | _deictics(words) | _lengths(words)
    if unknown := gated().symmetric_difference(table):
        raise ValueError(f"rules of dates without a word that shows them, or words without a rule: {unknown}")
    return {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern in table.items()}


def _calendar(words: DateWords) -> dict[str, str]:
    """Days, months and years that name themselves."""
    month = rf"(?P<month>{_cased(words.month_names)}\b|{_cased(words.months)}\b\.?)"
    weekday = rf"(?:{_cased(words.weekdays)}\b\.?,?\s(?:the\s)?)?"
    before = rf"\b(?:(?P<clock>{CLOCK}),?\s(?:on\s)?)?{weekday}"
    nth = rf"(?P<day>{DAY})(?:st|nd|rd|th)?"
    nth2 = rf"(?P<day2>{DAY})(?:st|nd|rd|th)?"
    year = rf"(?:,?\s(?P<year>{YEAR}){NUMERIC_END}|,?\s(?:of\s)?(?P<which_year>last|this|next)\syear\b)?"
    join = r"(?:\s?[-\u2013\u2014]\s?|\s(?:to|and|or|through|until)\s)"
    # "October 10 and 15 people" names one day only.
    no_count = r"(?!\s(?-i:[A-Z])|\s(?!(?:in|at|on|with|for|to|as|when|but|and|during)\b)[a-z])"
    edge = r"(?:(?:early|late|mid|earlier|later)(?:\sin)?[\s-])?"
    return {
        "iso": rf"\b(?P<year>{YEAR})[-/](?P<month_number>0[1-9]|1[0-2])[-/](?P<day>{DAY})(?!\d)(?:T\d\d:\d\d(?::\d\d)?Z?)?",
        "numeric": rf"(?<![\d/.])(?P<one>\d{{1,2}})(?P<dot>[/.])(?P<two>\d{{1,2}})(?P=dot)(?P<year>{YEAR})(?!\d)",
        "days_month": rf"{before}(?P<left>{nth}){join}(?P<right>{nth2}\s(?:of\s)?{month}{year})",
        "month_days": rf"{before}(?P<left>{month}\s{nth}){join}(?P<right>{nth2}{NUMERIC_END}{no_count}{year})",
        "day_month": rf"{before}{nth}\s(?:of\s)?{month}{year}(?:,?\sat\s(?P<clock2>{CLOCK}))?",
        "month_day": rf"{before}{month}\s(?:the\s)?{nth}{NUMERIC_END}{year}(?:,?\sat\s(?P<clock2>{CLOCK}))?",
        "iso_week": rf"\b(?P<year>{YEAR})-W(?P<week>\d\d)\b",
        "iso_month": rf"\b(?P<year>{YEAR})-(?P<month_number>0[1-9]|1[0-2])(?![-\d])",
        "month_year": rf"\b{edge}{month},?\s(?:of\s)?(?:(?P<year>{YEAR}){NUMERIC_END}|(?P<which_year>last|this|next)\syear\b)",
        "month": rf"\b{edge}(?:(?P<which>last|next|this|this\spast|this\scoming)\s)?{month}(?!\w)",
        "decade": rf"(?:\bthe\s)?(?:(?:early|late|mid)[\s-])?(?:\b(?P<tens>1[5-9]\d|20\d)0['\u2019]?s|['\u2019](?P<short>\d)0s|\b(?P<spelt>{alternatives(words.decades)}))\b",
        "century": rf"\b(?:the\s)?(?:(?:early|late|mid)[\s-])?(?:(?P<nth>\d{{1,2}})(?:st|nd|rd|th)|(?P<ordinal>{alternatives(words.ordinals)}))[\s-]century\b",
        "year": rf"(?<![\d$£€.,/#-])\b(?:(?:early|late|mid)(?:\sin)?[\s-]|fiscal(?:\syear)?\s)?(?P<year>{YEAR})(?![\d%/]|[.,:]\d|[a-z])",
    }


def _periods(words: DateWords) -> dict[str, str]:
    """Quarters, halves, seasons and feasts."""
    which = (
        rf"(?:(?:\s|,\s)(?:of\s)?(?:fiscal\s)?(?:(?P<year>{YEAR})\b|(?P<which_year>last|this|next)\syear))?"
    )
    ordinal = r"(?P<ordinal>first|second|third|fourth)"
    season = rf"(?P<season>{alternatives(words.seasons)})\b"
    return {
        "iso_quarter": rf"\b(?P<year>{YEAR})[-\s]?Q(?P<nth>[1-4])\b",
        "q_quarter": rf"\bQ(?P<nth>[1-4])\b{which}",
        "quarter": rf"\b(?:the\s)?{ordinal}[\s-](?:fiscal\s)?quarter\b{which}",
        "half": rf"\b(?:the\s)?{ordinal}\shalf\sof\s(?:(?P<year>{YEAR})\b|(?P<which_year>last|this|next|the)\syear\b)",
        "season_year": rf"\b(?:the\s)?(?:(?:early|late|mid)[\s-])?{season}\s(?:of\s)?(?P<year>{YEAR})\b",
        "season": rf"\b(?:(?:early|late|earlier|later)\s)?(?P<which>last|this|next|this\spast|this\scoming)\s{season}",
        "bare_season": rf"(?:(?<=\bin\s)|(?<=\bby\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\bduring\s))(?:the\s)?(?:(?:early|late|mid)[\s-])?{season}(?!\sof\b|\s[a-z]*fall)",
        "holiday": rf"\b(?:(?P<which>last|this|next)\s)?(?P<holiday>{alternatives([*words.holidays, *words.movable])})\b(?:,?\s(?P<year>{YEAR})\b)?",
    }


def _deictics(words: DateWords) -> dict[str, str]:
    """What is counted from the day of the article, or from the day spoken of."""
    clock = rf"\b(?:(?P<clock>{CLOCK}),?\s(?:on\s)?)?"
    part = rf"(?P<part>{alternatives(words.parts_of_day)})\b"
    later = rf"(?:\s{part})?(?:,?\sat\s(?P<clock2>{CLOCK}))?"
    unit = rf"(?P<unit>{alternatives(words.unit_of)})\b"
    weekday = rf"(?P<weekday>{_cased(words.weekday_names)})\b"
    end = r"(?=\s*(?:[.,;:!?)\]\u201d\"]|$|\n|and\b|but\b|when\b))"
    return {
        "weekday": (
            rf"{clock}(?:(?:early|late)\s(?:on\s)?)?(?:(?P<which>this\spast|this\scoming|the\scoming|the\sfollowing|"
            rf"the\sprevious|the\spreceding|last|next|this)\s)?{weekday}"
            rf"{later}(?:,?\s(?:of\s)?(?P<week>(?:last|this|next)\sweek))?"
        ),
        "day_word": rf"{clock}(?:(?:early|late)\s)?(?P<word>the\sday\sbefore\syesterday|the\sday\safter\stomorrow|today|yesterday|tomorrow|tonight)\b{later}",
        "this_part": rf"{clock}(?:(?:early|late|earlier|later)\s)?(?P<which>this|last)\s{part}",
        "anchored_part": rf"\b(?P<which>the\s(?:following|next|previous)|that|(?<=\bin\s)the)\s{part}",
        "in_the_day": r"\b(?:earlier|later)\s(?:in|on)\s(?:the|that|the\ssame)\sday\b",
        "ago": rf"\b(?:(?:about|nearly|almost|some|just|only|over)\s)?(?P<amount>{_amount(words)}|an?)\s{unit}\s(?P<way>ago|from\snow|earlier|later|hence)\b",
        "long_ago": r"\b(?:hours|days|weeks|months|years|decades|centuries)\sago\b",
        "shift": rf"\b(?P<amount>{_amount(words)}|an?|the)\s{unit}\s(?P<way>before|after|afterwards?|prior){end}",
        "anchored": (
            r"\b(?:the\s(?:very\s)?(?P<step>previous|preceding|following|same|next(?=\s(?:day|weekend)))|(?P<that>that)(?:\ssame)?)"
            r"\s(?P<unit>day|weekend|week|month|quarter|year|decade)\b"
        ),
        "relative": r"\b(?:(?:so\sfar|early|late|earlier|later)\s)?(?P<which>last|this\spast|this\scoming|this|next|(?:the\s)?current|the\scoming)\s(?:calendar\s|fiscal\s)?(?P<unit>weekend|week|month|quarter|year|decade|century)\b(?!-)",
        "weekend": r"\b(?:the|that)\sweekend\b",
        "edge_of": r"\b(?:the\s)?(?:end|beginning|start|middle|close)\sof\s(?P<which>the|this|next|last)\s(?P<unit>week|month|year|decade|century)\b",
        "year_end": r"\byear(?:['\u2019]s\s|-)end\b",
        "nth_of": rf"(?:(?<=\bon\sthe\s)|(?<=\bby\sthe\s)|(?<=\buntil\sthe\s))(?P<day>{DAY})(?:st|nd|rd|th)(?:\sof\s(?P<which>this|last|next)\smonth)?\b(?!\s[\w-])",
        "vague": rf"\b(?P<vague>{alternatives(words.vague)})\b(?!-)",
    }


def _amount(words: DateWords) -> str:
    tens = alternatives(word for word, number in words.numbers.items() if number >= 20)
    ones = alternatives(word for word, number in words.numbers.items() if number < 20)
    return (
        rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{tens}[-\s]{ones}|{tens}|{ones}"
        rf"|(?:a|one)\shundred|{alternatives(words.several)})"
    )


def _lengths(words: DateWords) -> dict[str, str]:
    """How long (durations) and how often (sets)."""
    unit = rf"(?P<unit>{alternatives(words.unit_of)})\b"
    frame = r"(?:(?:the|this|these|those)\s)?(?:(?:past|last|next|coming|first|previous|final|following|latest|recent|ensuing)\s)"
    plurals = alternatives(
        form
        for form, name in words.unit_of.items()
        if form != name and name not in {"second", "night", "quarter"}
    )
    every = rf"(?:(?P<amount>{_amount(words)}|other)\s)?(?:{unit}|(?P<weekday>{_cased(words.weekday_names)}))"
    return {
        "length": rf"(?<![$£€\d.,])\b(?:{frame})?(?P<amount>{_amount(words)})(?P<half>\sand\sa\shalf)?[\s-]{unit}(?P<age>[-\s]old)?(?:-long)?\b",
        "framed_unit": r"\bthe\s(?:past|last|next|coming)\s(?P<unit>week|month|year|decade|century|hour)\b(?!\sof)",
        "past_unit": r"\b(?:this\s)?past\s(?P<unit>week|month|year|decade)\b",
        "a_unit": r"\b(?:another\s|an?\s(?:full\s|whole\s|entire\s)?)(?P<unit>minute|hour|day|week|fortnight|month|year|decade|century)(?P<half>\sand\sa\shalf)?(?:-long)?\b(?!-)",
        "half_unit": r"\bhalf(?:\s|-)(?:an?(?:\s|-))?(?P<unit>hour|day|year|decade|century)\b",
        "units": rf"\b(?:{frame})?(?P<unit>{plurals})\b(?!-)",
        "each": rf"\b(?:every|each)\s{every}\b",
        "weekdays": rf"\b(?P<weekday>{_cased(words.weekday_names)})s(?:\s(?P<part>{alternatives(words.parts_of_day)})s?)?\b",
        "weekly": rf"\b(?P<adverb>{alternatives(words.weekly)})\b(?!-)",
    }
