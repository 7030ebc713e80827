"""Where in a text each rule of the grammar can match at all: near a word it cannot do without.

Trying some sixty patterns at every character is slow, and most of a text is far from any date. A rule left out
of the table here fails at once, when the grammar is loaded.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.events.dates_lexicon import DateWords, load_date_words

REACH = 80
"""How far a date reaches on either side of the word that shows it, in characters. The longest expression
of the grammar, two days of a month between two clock times, has less on either side of its month."""

SHORT_REACH = 50
"""The same for numbers of days, months or years, which are tried at every word of a stretch and so cost most."""
_SHORT = frozenset({"length", "units", "a_unit", "ago", "long_ago", "shift"})

YEAR, DECADE = "0000", "0000s"
"""Stand for a number of four digits, and for any number with an s, among the words of a rule."""

_WORD = re.compile(r"[A-Za-z]+|\d+(?:['\u2019]?[sS]\b)?")
_WORD_END = re.compile(r"\W|$")
_PERIODS = ("week", "month", "year", "decade", "century")


def stretches(text: str) -> dict[str, list[tuple[int, int]]]:
    """For each rule that may match, the stretches of `text` it may match in, in order and apart from each other."""
    hits: dict[tuple[str, ...], list[int]] = {}
    rules_by_word = _rules_by_word()
    for match in _WORD.finditer(text):
        for rules in rules_by_word.get(_key(match[0]), ()):
            hits.setdefault(rules, []).append(match.start())
    near = {rules: list(_around(text, places, _reach(rules))) for rules, places in hits.items()}
    return {rule: found for rules, found in near.items() for rule in rules}


def _key(word: str) -> str:
    if word[0].isdigit():
        return DECADE if word[-1] in "sS" else YEAR if len(word) == len(YEAR) else word
    return word.lower()


def _reach(rules: tuple[str, ...]) -> int:
    return SHORT_REACH if _SHORT.issuperset(rules) else REACH


def _around(text: str, places: list[int], reach: int) -> Iterator[tuple[int, int]]:
    """What lies within reach of any of `places`, which are in order; it ends with a word, lest "days" be read as "day"."""
    start, stop = max(places[0] - reach, 0), 0
    for place in places:
        if stop and place - reach > stop:
            yield start, stop
            start = place - reach
        stop = place + reach
        if stop < len(text) and (end := _WORD_END.search(text, stop)) is not None:
            stop = end.start()
    yield start, min(stop, len(text))


@cache
def _rules_by_word() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Each word, in lower case, with the groups of rules it is needed by."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for names, words in _needs(load_date_words()):
        for word in set(words):
            found.setdefault(word.lower(), []).append(tuple(names.split()))
    return {word: tuple(groups) for word, groups in found.items()}


def gated() -> frozenset[str]:
    """The rules there are words for."""
    return frozenset(rule for names, _ in _needs(load_date_words()) for rule in names.split())


def _needs(words: DateWords) -> tuple[tuple[str, Iterable[str]], ...]:
    """Rules, and the words of which each of their matches holds one."""
    return (
        ("iso numeric iso_week iso_month year iso_quarter", (YEAR, DECADE)),
        ("q_quarter", ("q",)),
        ("nth_of", ("st", "nd", "rd", "th")),
        ("days_month month_days day_month month_day month_year month", words.months),
        ("decade", (DECADE, *words.decades)),
        ("century", ("century",)),
        ("quarter", ("quarter",)),
        ("half half_unit", ("half",)),
        ("season_year season bare_season", words.seasons),
        ("holiday", _telling([*words.holidays, *words.movable])),
        ("weekday", words.weekday_names),
        ("weekdays", (f"{name}s" for name in words.weekday_names)),
        ("each", (*words.unit_of, *words.weekday_names)),
        ("day_word", ("today", "yesterday", "tomorrow", "tonight")),
        ("this_part anchored_part", words.parts_of_day),
        ("in_the_day", ("day",)),
        ("ago", ("ago", "now", "earlier", "later", "hence")),
        ("long_ago", ("ago",)),
        ("shift", ("before", "after", "afterward", "afterwards", "prior")),
        ("anchored", ("day", "weekend", "quarter", *_PERIODS)),
        ("relative", ("weekend", "quarter", *_PERIODS)),
        ("weekend", ("weekend",)),
        ("edge_of", ("end", "beginning", "start", "middle", "close")),
        ("year_end", ("year",)),
        ("vague", _telling(words.vague)),
        ("length units a_unit", words.unit_of),
        ("framed_unit", (*_PERIODS, "hour")),
        ("past_unit", ("past",)),
        ("weekly", words.weekly),
    )


def _telling(phrases: Iterable[str]) -> Iterator[str]:
    """The longest word of each phrase, which is likely its rarest."""
    return (max(_WORD.findall(phrase), key=len) for phrase in phrases)
