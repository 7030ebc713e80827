"""Where a text may be cut."""

import pytest

from bot.rendering.letters import boundary


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("abc", 2, 2),
        ("e\u0301a", 1, 1),
        ("ae\u0301", 2, 1),
        ("a👩🏽‍🚀", 4, 1),
        ("🇫🇷🇩🇪", 3, 2),
        ("🇫🇷🇩🇪", 2, 2),
        ("a🇫🇷🇩🇪", 2, 1),
        ("👍🏽", 1, 1),
    ],
)
def test_a_letter_stays_whole_where_that_is_possible(text: str, at: int, place: int) -> None:
    assert boundary(text, at) == place
