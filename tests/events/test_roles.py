"""Offices of several words, whatever hyphens part them."""

from collections.abc import Callable

import pytest

from bot.events.reading import Reading
from bot.events.roles import load_roles, words_of


@pytest.mark.parametrize(
    ("text", "word", "named"),
    [
        ("the prime minister of Malta", "minister", True),
        ("the top diplomat of Malta", "diplomat", True),
        ("the opposite number in Paris", "number", True),
        ("the lucky number in Paris", "number", False),
        ("the chief-of-staff in Paris", "chief", True),
        ("Ghana's vice-president", "vice-president", True),
        ("Ghana's Vice-Presidents", "Vice-Presidents", True),
        ("the Secretary-General of the bloc", "Secretary-General", True),
    ],
)
def test_an_office_is_found_at_its_head(
    text: str, word: str, *, named: bool, parse: Callable[[str], Reading]
) -> None:
    (token,) = [one for one in parse(text).doc if one.text == word]
    assert load_roles().office(token) is named


def test_a_phrase_with_of_is_found_before_it(parse: Callable[[str], Reading]) -> None:
    words = words_of(["keeper of the seal"])
    doc = parse("The keeper of the seal met the keeper of the zoo.").doc
    assert [one.i for one in doc if words.named_by(one)] == [1]


def test_a_word_that_rules_a_state_voice_out_may_be_a_phrase(parse: Callable[[str], Reading]) -> None:
    doc = parse("The union leader and the Iranian leader left.").doc
    assert [load_roles().rules_out(one) for one in doc if one.text == "leader"] == [True, False]
