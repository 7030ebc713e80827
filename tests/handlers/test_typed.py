"""What people type: hours, days and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.typed import Request, is_off, read_hour, read_hours, read_names, read_request
from bot.model import MOST_DAYS, WORLD
from storage import open_storage
from tests.flows.chats import Clock, desk_of


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("7", "07:00"),
        ("07", "07:00"),
        ("0", "00:00"),
        ("23", "23:00"),
        ("7:30", "07:30"),
        ("07:30", "07:30"),
        ("7.30", "07:30"),
        ("7 30", "07:30"),
        ("0730", "07:30"),
        ("730", "07:30"),
        ("1900", "19:00"),
        ("00:00", "00:00"),
        ("23:59", "23:59"),
        ("19h", "19:00"),
        ("19h30", "19:30"),
        ("7:30 h", "07:30"),
        ("7am", "07:00"),
        ("7 am", "07:00"),
        ("7 AM", "07:00"),
        ("7pm", "19:00"),
        ("7:30pm", "19:30"),
        ("7.30 p.m.", "19:30"),
        ("7 p.m", "19:00"),
        ("12 am", "00:00"),
        ("12am", "00:00"),
        ("12:30 am", "00:30"),
        ("12pm", "12:00"),
        ("12:01 pm", "12:01"),
        ("7 o'clock", "07:00"),
        ("7 o’clock", "07:00"),
        ("7 oclock pm", "19:00"),
        ("noon", "12:00"),
        ("Midday", "12:00"),
        ("midnight", "00:00"),
        ("  8:15  ", "08:15"),
        ("\u0667:\u0663\u0660", "07:30"),
    ],
)
def test_an_hour_is_read_however_it_is_written(text: str, clock: str) -> None:
    minute = read_hour(text, "en")
    assert minute is not None
    assert f"{minute // 60:02}:{minute % 60:02}" == clock


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "24:00",
        "24",
        "25",
        "7:60",
        "7:5",
        "7:300",
        "12345",
        "-7",
        "+7",
        "7-8",
        "7 or 8",
        "0 am",
        "13 pm",
        "0:30 pm",
        "7 xm",
        "²",
        "seven",
        "seven o'clock",
        "in the morning",
        "noonish",
        "off",
        "7;30",
        "7:30:00",
    ],
)
def test_what_is_no_hour_is_none(text: str) -> None:
    assert read_hour(text, "en") is None


@given(st.integers(0, 1439), st.sampled_from([":", ".", "h", ""]))
def test_every_minute_of_the_day_can_be_typed(minute: int, mark: str) -> None:
    assert read_hour(f"{minute // 60:02}{mark}{minute % 60:02}", "en") == minute


@given(st.text(max_size=20) | st.text("0123456789:.h apmo'", max_size=10))
def test_whatever_is_typed_is_a_minute_of_the_day_or_none(text: str) -> None:
    minute = read_hour(text, "en")
    assert minute is None or 0 <= minute < 1440


@pytest.mark.parametrize(
    ("text", "is_none"), [("off", True), (" Never ", True), ("stop", True), ("7", False), ("", False)]
)
def test_no_briefing_can_be_typed(text: str, *, is_none: bool) -> None:
    assert is_off(text, "en") is is_none


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Request("")),
        ("russia", Request("russia")),
        ("russia 30", Request("russia", 30)),
        ("Russia, Türkiye 14", Request("Russia, Türkiye", 14)),
        ("france 30 days", Request("france", 30)),
        ("france 30days", Request("france", 30)),
        ("france 30d", Request("france", 30)),
        ("france 1 day", Request("france", 1)),
        ("30", Request("", 30)),
        ("30 days", Request("", 30)),
        ("france 0", Request("france", 0)),
        (f"france {MOST_DAYS}", Request("france", MOST_DAYS)),
        (f"france {MOST_DAYS + 1}", Request("france", 0)),
        ("france 999999999999999999999999", Request("france", 0)),
        # A number behind a name that has none is of days, and one that belongs to the name is not.
        ("Group of 77", Request("Group of 77")),
        ("group of 20", Request("group of 20")),
        ("group of 77 30", Request("group of 77", 30)),
        ("G7", Request("G7")),
        ("G 7", Request("G 7")),
        ("G7 7", Request("G7", 7)),
        ("M23", Request("M23")),
        ("5 countries", Request("5 countries")),
        ("france 30 weeks", Request("france 30 weeks")),
        ("france -30", Request("france -30")),
        ("france 3.5", Request("france 3.5")),
    ],
)
def test_days_are_told_from_names(text: str, request_: Request) -> None:
    assert read_request(text, "en") == request_


@given(st.text(max_size=60) | st.text("0123456789 dayFR", max_size=20))
def test_whatever_is_asked_is_a_request_of_so_many_days_at_most(text: str) -> None:
    days = read_request(text, "en").days
    assert days is None or 0 <= days <= MOST_DAYS


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("France", ("FR",)),
        ("france, turkey and US", ("FR", "TR", "US")),
        ("France & Germany", ("FR", "DE")),
        ("France\nGermany", ("FR", "DE")),
        ("fr de it", ("FR", "DE", "IT")),
        ("France, france, FR", ("FR",)),
        ("Bosnia and Herzegovina", ("BA",)),
        ("Trinidad and Tobago and Cuba", ("TT", "CU")),
        ("world", (WORLD,)),
        ("The World", (WORLD,)),
        ("all", (WORLD,)),
        ("*", (WORLD,)),
        ("🇫🇷", ("FR",)),
        ("rusia", ("RU",)),
        ("Hamas", ("HAMAS",)),
        ("xyzzy", (None,)),
        ("France, xyzzy", ("FR", None)),
        ("", ()),
        (",,,", ()),
        ("Korea", (None,)),
        ("the " * 100, (None,)),
    ],
)
async def test_names_are_read_as_a_person_means_them(text: str, codes: tuple[str | None, ...]) -> None:
    async with await open_storage("sqlite://") as nothing:
        found = await read_names(desk_of(nothing, Clock()), text)
    assert tuple(name.code for name in found) == codes


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22-7", (1320, 420)),
        ("22:30 – 6:15", (1350, 375)),
        ("10 pm to 7 am", (1320, 420)),
        ("23 until noon", (1380, 720)),
        ("midnight - 8", (0, 480)),
        ("22", None),
        ("22-", None),
        ("22-7-8", None),
        ("22-25", None),
        ("", None),
    ],
)
def test_hours_are_read_from_and_to(text: str, hours: tuple[int, int] | None) -> None:
    assert read_hours(text, "en") == hours
