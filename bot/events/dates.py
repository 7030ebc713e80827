"""Date expressions in an article, each with its value.

What needs the article's day to be understood has no value without it: nothing is dated by guess.
Values are ISO 8601; for what ISO does not write (parts of a day, seasons, weekends, "now") they follow
TIMEX3 as used in TempEval-3 (2013).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from spacy.tokens import Doc, Span

from bot.events.dates_attach import day_for
from bot.events.dates_grammar import Expression, expressions
from bot.events.dates_plausible import plausible
from bot.events.dates_setting import Setting
from bot.events.dates_tense import tense_of
from bot.events.dates_values import value_of
from bot.model import DateMention

__all__ = ["day_for", "find_dates"]

_CALENDAR = re.compile(r"\d{2}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

NEARBY_SENTENCES = 3
"""How many sentences back a day may have been named for "a day earlier" to count from it. Further back,
news has usually returned to its own day."""


def find_dates(doc: Doc, reference: date | None, *, text: str | None = None) -> tuple[DateMention, ...]:
    """All date expressions of a parsed `doc`, in order; offsets are characters of `doc.text`.

    `text` is that text, where it is at hand: the parse would put it together anew. `reference` is the day the text was published, or None where it is not known.
    """
    sentences = [sentence.start for sentence in doc.sents]
    mentions: list[DateMention] = []
    said: tuple[_Said, ...] = ()
    text = doc.text if text is None else text
    for expression in expressions(text):
        span = doc.char_span(expression.start, expression.end, alignment_mode="expand")
        if span is None or not plausible(expression, span):
            continue
        here = bisect_right(sentences, span.start)
        value = value_of(expression, _setting(reference, span, _nearby(said, here)))
        said = (*said, _Said(here, value)) if value and _CALENDAR.match(value) else said
        mentions.append(_mention(text, expression, value))
    return tuple(mentions)


@dataclass(frozen=True, slots=True)
class _Said:
    """A value named in the text, and in which of its sentences."""

    sentence: int
    value: str


def _usable(reference: date | None) -> date | None:
    """A day at the very edge of the calendar is no article's day, and leaves no room to count from it."""
    return reference if reference and MINYEAR + 1 < reference.year < MAXYEAR - 1 else None


def _nearby(said: tuple[_Said, ...], here: int) -> list[str]:
    return [one.value for one in said if here - one.sentence < NEARBY_SENTENCES]


def _setting(reference: date | None, span: Span, named: list[str]) -> Setting:
    days = [match[0] for value in named if (match := _DAY.match(value))]
    return Setting(
        reference=_usable(reference),
        spoken_of=named[-1] if named else None,
        day=date.fromisoformat(days[-1]) if days else None,
        tense=tense_of(span),
    )


def _mention(text: str, expression: Expression, value: str | None) -> DateMention:
    return DateMention(expression.start, expression.end, text[expression.start : expression.end], value)
