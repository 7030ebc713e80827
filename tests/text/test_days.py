"""Full dates as publishers print them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.days import find_days, parse_day

DAY = date(2024, 5, 14)


@pytest.mark.parametrize(
    "printed",
    [
        "2024-05-14",
        "2024/05/14",
        "2024-05-14T23:30:00+03:00",
        "20240514",
        "Tue, 14 May 2024 00:30:00 +0300",
        "Tue, 14 May 24 10:00:00 GMT",
        "14 May 2024",
        "14th of May 2024",
        "May 14, 2024 4:15 PM EDT",
        "14.05.2024",
        "14/05/2024",
        "5/14/2024",
        "14 mai 2024",
        "14. Mai 2024",
        "14 de mayo de 2024",
        "14 мая 2024 года",
        "14 maggio 2024",
        "2024年5月14日",
        "١٤ مايو ٢٠٢٤",
    ],
)
def test_a_printed_date_is_read_as_printed_whatever_its_zone(printed: str) -> None:
    assert parse_day(printed) == DAY


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "yesterday",
        "14 May",
        "May 2024",
        "2024",
        "10/12/2024",
        "31 June 2024",
        "1715644800",
        "0024-05-14",
        "n/a",
    ],
)
def test_what_is_no_full_or_no_certain_date_is_left_out(printed: str) -> None:
    assert parse_day(printed) is None


def test_every_full_date_of_a_text_is_found_in_order() -> None:
    text = "Signed on 3 May 2016, it runs to May 14, 2026; the review of 2020-01-05 changed nothing."
    assert [text[day.start : day.end] for day in find_days(text)] == [
        "3 May 2016",
        "May 14, 2026",
        "2020-01-05",
    ]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_being_printed(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day:%a, %d %b %Y} 23:59:59 -1100") == day
    assert parse_day(f"{day:%B} {day.day}, {day.year}") == day


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    found = parse_day(text)
    assert found is None or found - timedelta(days=1) < found
