"""Whom a phrase stands for, and every name in a sentence."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.places.gazetteer import load_gazetteer
from bot.places.mention import Sense

CASES = Path(__file__).parents[1] / "cases" / "places"
GAZETTEER = load_gazetteer()


def _lines(name: str) -> Iterator[tuple[str, str]]:
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, code = line.split("\t")
            yield text, code


@pytest.mark.parametrize(("text", "code"), tuple(_lines("meant.tsv")))
def test_a_phrase_stands_for_its_state_or_for_none(text: str, code: str) -> None:
    mention = GAZETTEER.country_of(text)
    assert (mention.code if mention else "-") == code


@pytest.mark.parametrize(("text", "codes"), tuple(_lines("found.tsv")))
def test_a_sentence_yields_what_it_names_and_nothing_else(text: str, codes: str) -> None:
    assert (" ".join(mention.code for mention in GAZETTEER.mentions(text)) or "-") == codes


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("Norway", Sense.COUNTRY),
        ("Norwegian", Sense.DEMONYM),
        ("Oslo", Sense.CAPITAL),
        ("Kharkiv", Sense.CITY),
        ("Xinjiang", Sense.REGION),
        ("the Kremlin", Sense.METONYM),
        ("Bundestag", Sense.GOVERNMENT),
        ("NATO", Sense.ORGANISATION),
        ("Hezbollah", Sense.GROUP),
        ("Emmanuel Macron", Sense.PERSON),
    ],
)
def test_a_mention_says_how_it_comes_to_mean_its_code(text: str, sense: Sense) -> None:
    assert [mention.sense for mention in GAZETTEER.mentions(text)] == [sense]


@pytest.mark.parametrize(
    ("day", "code", "role"),
    [(date(2012, 5, 1), "NL", "Prime Minister"), (date(2025, 5, 1), "NATO", "Secretary General")],
)
def test_the_day_tells_for_whom_an_official_speaks(day: date, code: str, role: str) -> None:
    (mention,) = GAZETTEER.mentions("Mark Rutte", day)
    assert (mention.code, mention.role) == (code, role)


def test_an_abbreviation_keeps_its_last_dot() -> None:
    assert [mention.text for mention in GAZETTEER.mentions("The U.S. and the U.N. agreed.")] == [
        "U.S.",
        "U.N.",
    ]


_PIECES = (
    "U.S.",
    "Turkey",
    "Niger",
    "Georgia",
    "Congo",
    "Élysée",
    "al-Assad",
    "New",
    "Mexico",
    "’s ",
    ", ",
    "-",
    " ",
    ".\n",
)


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=14).map("".join))
def test_mentions_are_whole_words_of_the_text_in_order(text: str) -> None:
    end = 0
    for mention in GAZETTEER.mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert not text[mention.start - 1 : mention.start].isalnum()
        assert not text[mention.end : mention.end + 1].isalnum() or mention.text.endswith(".")
        assert mention.code in GAZETTEER.actors()
        end = mention.end


@given(st.text(max_size=60))
def test_any_phrase_gets_an_answer(phrase: str) -> None:
    mention = GAZETTEER.country_of(phrase)
    assert mention is None or phrase[mention.start : mention.end] == mention.text
