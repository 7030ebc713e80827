"""Entries of word lists in running text, whatever the tokeniser does to them."""

import pytest
import spacy
from spacy.language import Language

from bot.events.phrases import phrase_set, phrases


@pytest.fixture(scope="module")
def blank() -> Language:
    return spacy.blank("en")


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("go-between", "Oman acts as a go-between for both."),
        ("good offices", "They thanked Oslo for its good offices."),
        ("video link", "The two spoke by video link."),
        ("talks", "The talks went on."),
    ],
)
def test_an_entry_is_found_however_it_is_split(blank: Language, entry: str, text: str) -> None:
    found = [hit for token in blank(text) if (hit := phrase_set([entry]).ending(token))]
    assert [meaning for _, meaning in found] == [entry]


def test_a_phrase_is_not_found_in_its_last_word_alone(blank: Language) -> None:
    assert not phrase_set(["good offices"]).among(blank("The firm let three offices."))


def test_the_longest_of_several_entries_counts(blank: Language) -> None:
    table = phrases({"call": "any", "conference call": "many"})
    found = [hit[1] for token in blank("They held a conference call.") if (hit := table.ending(token))]
    assert found == ["many"]


def test_the_stretch_found_is_the_whole_entry(blank: Language) -> None:
    doc = blank("He offered himself as an honest broker there.")
    hits = [hit[0].text for token in doc if (hit := phrase_set(["honest broker"]).ending(token))]
    assert hits == ["honest broker"]
