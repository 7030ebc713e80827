"""Whether a stretch shaped like a date is one in its sentence: "May" the month, "2000" the year, "a week" the span."""

from collections.abc import Callable

from spacy.tokens import Span

from bot.events.dates_grammar import Expression
from bot.events.dates_lengths import parse_amount
from bot.events.dates_lexicon import load_date_words

NUMBER_SIGNS = frozenset({"no", "no.", "number", "#"})
RATE_WORDS = frozenset({"once", "twice", "times"})


def plausible(expression: Expression, span: Span) -> bool:
    """False where the neighbours show that the words are not a date."""
    check = _CHECKS.get(expression.rule)
    return check is None or check(expression, span)


def _before(span: Span, steps: int = 1) -> str:
    return span.doc[span.start - steps].text if span.start >= steps else ""


def _after(span: Span) -> str:
    return span.doc[span.end].text if span.end < len(span.doc) else ""


def _month(expression: Expression, span: Span) -> bool:
    """Months that are also names or verbs need a preposition, or a determiner of their own, before them."""
    words = load_date_words()
    form = expression.parts["month"].rstrip(".").capitalize()
    if words.months[form] not in words.ambiguous_months:
        return not (
            _before(span)[:1].isupper()
            and span.doc[span.start - 1].pos_ == "PROPN"
            and not span.doc[span.start - 1].is_sent_start
        )
    if "which" in expression.parts or len(span) > 1:
        return True
    next_is_name = _after(span)[:1].isupper() and span.doc[span.end].pos_ == "PROPN"
    return _before(span).lower() in words.month_leads and not next_is_name and span[-1].tag_ != "MD"


def _year(expression: Expression, span: Span) -> bool:
    """A number of the size of a year is a count where it counts something and is round, or has a unit."""
    last = span[-1]
    counts = last.dep_ == "nummod" and last.head.i > last.i and last.head.tag_ in {"NNS", "NNPS"}
    if counts and int(expression.parts["year"]) % 50 == 0:
        return False
    return (
        _before(span).lower() not in NUMBER_SIGNS and _after(span).lower() not in load_date_words().measures
    )


def _weekday(expression: Expression, span: Span) -> bool:
    words = load_date_words()
    title = "part" in expression.parts and expression.parts["part"].istitle() and _after(span)[:1].isupper()
    return not title and _before(span) not in words.not_before and _after(span) not in words.not_after


def _day_word(expression: Expression, span: Span) -> bool:
    """Not where it is a newspaper ("USA Today")."""
    inside = span.start > span.sent.start and span.doc[span.start - 1].pos_ == "PROPN"
    return not (inside and expression.parts["word"].istitle())


def _a_unit(_: Expression, span: Span) -> bool:
    """Not where it is a rate ("four flights a week")."""
    if span.start == span.sent.start:
        return True
    before = span.doc[span.start - 1]
    return not (
        before.pos_ in {"NOUN", "NUM", "SYM", "PROPN"} or before.tag_ == "NNS" or before.lower_ in RATE_WORDS
    )


def _length(expression: Expression, span: Span) -> bool:
    """An age dates nothing; several of a thing are plural or hyphenated; one quarter is a fraction."""
    parts = expression.parts
    if "age" in parts:
        return False
    name = load_date_words().unit_of[parts["unit"].lower()]
    single = parts["unit"].lower() == name
    if not single:
        return True
    hyphenated = "-" in span.text
    return name not in {"quarter", "second"} and (hyphenated or parse_amount(parts["amount"]) == 1)


def _weekly(_: Expression, span: Span) -> bool:
    """Only where it says when ("they meet daily"), not what kind ("daily flights")."""
    return span[0].pos_ == "ADV" and span.doc[min(span.end, len(span.doc) - 1)].pos_ not in {
        "NOUN",
        "PROPN",
        "ADJ",
    }


def _vague(_: Expression, span: Span) -> bool:
    return not (
        span[-1].pos_ == "ADJ"
        and span.end < len(span.doc)
        and span.doc[span.end].pos_ in {"NOUN", "NUM", "ADJ"}
    )


def _decade(expression: Expression, span: Span) -> bool:
    """A spelt decade wants "the" or an edge ("mid-nineties"): "in his sixties" is an age."""
    return "spelt" not in expression.parts or len(span) > 1


def _iso_month(expression: Expression, _: Span) -> bool:
    """Not two years in a row: "2011-12" is more often a season than a month."""
    return int(expression.parts["month_number"]) != int(expression.parts["year"]) % 100 + 1


_CHECKS: dict[str, Callable[[Expression, Span], bool]] = {
    "month": _month,
    "year": _year,
    "weekday": _weekday,
    "weekdays": _weekday,
    "day_word": _day_word,
    "a_unit": _a_unit,
    "length": _length,
    "weekly": _weekly,
    "vague": _vague,
    "decade": _decade,
    "iso_month": _iso_month,
}
