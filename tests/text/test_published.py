"""The day a text states for itself, and what must not be taken for it."""

from datetime import date

import pytest

from bot.text.fold import fold
from bot.text.published import stated_day

STORY = "\n\nThe two ministers met in Dakar.\n\nThey agreed to meet again, and left by the same road.\n"


@pytest.mark.parametrize(
    "head",
    [
        " date 2024-05-14 (COASTWIRE) Senegal spoke.",
        "date 2024-05-14 This photograph shows the port of Dakar on May 11, 2024. — AFP",
        "Ministers meet\n\nPublished: 14 May 2024",
        "Ministers meet\n\nUpdated: 15 May 2024 10:00\nPublished: 14 May 2024 09:00",
        "Ministers meet\n\nPublished 14 May 2024, 09:00 | Updated 15 May 2024, 10:00",
        "Ministers meet\nBy Awa Diop\nMay 14, 2024 4:15 PM GMT",
        "By Awa Diop | May 14, 2024",
        "Posted on May 14, 2024 by Awa Diop",
        "DAKAR, May 14, 2024 (AFP) — Senegal spoke.",
        "(COASTWIRE) DAKAR, May 14, 2024 /PANA/ - Senegal spoke.",
        "Опубликовано: 14 мая 2024, 10:00",
        "发布时间：2024年5月14日 10:30",
    ],
)
def test_a_text_that_states_its_day_is_dated(head: str) -> None:
    assert stated_day(fold(head + STORY)) == date(2024, 5, 14)


def test_a_stamp_under_the_text_is_read() -> None:
    assert stated_day(fold(STORY * 5 + "\nPublished: 14 May 2024")) == date(2024, 5, 14)


def test_an_update_dates_a_text_that_says_nothing_else() -> None:
    assert stated_day(fold("Last updated: 15 May 2024" + STORY)) == date(2024, 5, 15)


@pytest.mark.parametrize(
    "text",
    [
        "DAKAR, May 14 (AFP) - Senegal spoke." + STORY,
        "The treaty was signed on 14 May 2024." + STORY,
        "Published on 14 May 2024, the treaty runs to ten pages." + STORY,
        "This photograph shows the port of Dakar on May 14, 2024. — AFP" + STORY,
        "Senegal's minister attends a dinner in Dakar, on May 14, 2024. — AFP" + STORY,
        "Published two hours ago" + STORY,
        "Published: 10/12/2024" + STORY,
        STORY * 5 + "\n14 May 2024",
        "How it came\n\n3 May 2024\n\nThe envoy flew in.\n\n14 May 2024\n\nThe envoy flew out.",
        "Tuesday" + STORY,
    ],
    ids=range(10),
)
def test_no_other_date_is_taken_for_the_day_of_publication(text: str) -> None:
    assert stated_day(fold(text)) is None
