"""The day a thing happened: carried on where the text carries it, and never made up."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events.analyse import Analyser
from bot.model import Analysis, Article

CASES_OF = "dating"
KINDS = {"statement", "call", "meeting", "mediation"}
RELATIVE = (
    "Norway condemned the raid yesterday.",
    "Norway said on Wednesday that the strait was open.",
    "A day earlier, Norway warned Iceland of a closure.",
    "Norway thanked Iceland last Tuesday.",
    "Turkish President Recep Tayyip Erdogan spoke by phone with Russian President Vladimir Putin on Thursday.",
    "Erdogan told Putin that the corridor must stay open.",
    "Japan and South Korea will meet in Seoul tomorrow.",
    "Brazil offered two days ago to mediate between Guyana and Venezuela.",
    "Rain fell on the harbour.",
)


def test_each_thing_has_the_day_the_text_gives_it(
    example: Any, compare: Callable[..., tuple[Any, Any]]
) -> None:
    found, wanted = compare(example, KINDS)
    assert found == wanted


@settings(max_examples=40)
@given(sentences=st.lists(st.sampled_from(RELATIVE), min_size=1, max_size=6))
def test_without_the_articles_day_nothing_relative_is_dated(
    sentences: list[str], analyse: Callable[..., Analysis]
) -> None:
    events = analyse(" ".join(sentences)).events
    assert [event for event in events if event.date is not None] == []


@settings(max_examples=30)
@given(day=st.dates(date(1990, 1, 1), date(2040, 12, 31)), sentence=st.sampled_from(RELATIVE[:4]))
def test_what_was_said_was_not_said_after_the_article_was_printed(
    day: date, sentence: str, analyse: Callable[..., Analysis]
) -> None:
    assert all(event.date is None or event.date <= day for event in analyse(sentence, day).events)


def test_the_first_statement_after_an_undated_one_borrows_no_day(analyser: Analyser) -> None:
    text = "Norway condemned the raid. Iceland thanked Norway on Wednesday. Norway called for restraint."
    article = Article("a", "a", text, language="en")
    (analysis,) = analyser.analyse([(article, date(2024, 5, 10))])
    days = {tuple(a.country for a in event.actors): event.date for event in analysis.events}
    assert days == {("NO",): None, ("IS",): date(2024, 5, 8)}
