"""The headline over a text."""

import pytest

from bot.text.title import split_title

STORY = (
    "Senegal and the Gambia agreed on Tuesday to build a second bridge over the river, both ministries said."
)


@pytest.mark.parametrize(
    "headline",
    [
        "Senegal, Gambia to Build Second Bridge",
        "Senegal and Gambia to build a second bridge",
        "Who pays for the bridge?",
    ],
)
def test_a_short_first_line_over_a_blank_one_is_the_headline(headline: str) -> None:
    assert split_title(f"{headline}\n\n{STORY}") == (headline, STORY)


def test_a_headline_in_capitals_needs_no_blank_line() -> None:
    assert split_title(f"Senegal, Gambia Build Bridge\n{STORY}") == ("Senegal, Gambia Build Bridge", STORY)


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        f"{STORY}\n\n{STORY}",
        f"The bridge stands.\n\n{STORY}",
        f"The ministers said:\n\n{STORY}",
        f"a line of a list\n{STORY}",
        "Senegal, Gambia to Build Second Bridge",
        "Roses are red\n\nViolets are blue",
    ],
)
def test_a_text_without_a_headline_is_left_whole(text: str) -> None:
    assert split_title(text) == (None, text)


def test_a_known_title_is_taken_off_the_head_of_the_text_once() -> None:
    title = "Senegal, Gambia to build second bridge"
    assert split_title(f"Senegal, Gambia to Build Second Bridge\n\n{STORY}", title) == (title, STORY)
    longer = f"{title} | River Daily"
    assert split_title(f"{title}\n\n{STORY}", longer) == (longer, STORY)


def test_another_first_line_stays_under_a_known_title() -> None:
    assert split_title(f"Work begins in March\n\n{STORY}", "Second bridge") == (
        "Second bridge",
        f"Work begins in March\n\n{STORY}",
    )
