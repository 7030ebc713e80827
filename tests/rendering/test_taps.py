"""What a button says to us comes back as it went; what never stood on a button of ours means nothing."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import MOST_DAYS, WORLD, Length, Question, Subject
from bot.places.tables import rows
from bot.places.zones import known_zone
from bot.rendering.taps import (
    FOLLOWED,
    MOST_BYTES,
    OFF,
    SAY,
    SILENT,
    Place,
    Tap,
    ask_tap,
    read_question,
    read_tap,
    tap,
)

CODES = sorted(row["code"] for table in ("countries", "organisations", "groups") for row in rows(table))
ZONES = sorted(name for name in available_timezones() if known_zone(name) == name)

codes = st.sampled_from(CODES)
arguments = st.one_of(
    st.tuples(st.sampled_from([Tap.PICK, Tap.DROP, Tap.FOLLOW, Tap.UNFOLLOW]), st.sampled_from([WORLD, *CODES])),
    st.tuples(st.just(Tap.HOUR), st.sampled_from([OFF, *map(str, range(1440))])),
    st.tuples(st.just(Tap.ZONE), st.sampled_from(ZONES)),
    st.tuples(st.just(Tap.DAY), st.sampled_from("0123456")),
    st.tuples(st.just(Tap.LENGTH), st.sampled_from(Length)),
    st.tuples(st.just(Tap.EMPTY), st.sampled_from([SAY, SILENT])),
    st.tuples(st.just(Tap.SHOW), st.sampled_from(Place)),
    st.tuples(st.just(Tap.PICKED)),
)  # fmt: skip
questions = st.builds(
    Question,
    st.sampled_from(Subject),
    st.lists(codes, max_size=3, unique=True).map(tuple),
    st.integers(1, MOST_DAYS),
    st.booleans(),
)


def _asked(data: str, *followed: str) -> Question | None:
    found = read_tap(data)
    assert found is not None
    verb, given_ = found
    assert verb is Tap.ASK
    return read_question(given_, followed)


@given(arguments)
def test_a_button_means_what_it_was_made_to_mean(given_: tuple[str, ...]) -> None:
    verb, *rest = given_
    assert read_tap(tap(Tap(verb), *rest)) == (verb, tuple(map(str, rest)))


@pytest.mark.parametrize("verb", [Tap.PICK, Tap.DROP, Tap.FOLLOW, Tap.UNFOLLOW])
def test_every_country_and_actor_fits_on_a_button_and_is_read_back(verb: Tap) -> None:
    for code in (WORLD, *CODES):
        assert read_tap(tap(verb, code)) == (verb, (code,))


def test_every_question_about_one_country_or_actor_fits_on_a_button() -> None:
    for code in CODES:
        for subject in Subject:
            question = Question(subject, (code,), MOST_DAYS, every_line=True)
            assert _asked(ask_tap(question), "FR") == question


def test_every_zone_there_is_fits_on_a_button_and_is_read_back() -> None:
    assert len(ZONES) > 400
    for zone in ZONES:
        assert read_tap(tap(Tap.ZONE, zone)) == (Tap.ZONE, (zone,))


@given(questions)
def test_a_question_is_asked_again_of_the_same_countries_whatever_is_followed(question: Question) -> None:
    assert _asked(ask_tap(question), "VA") == question


def test_a_question_of_more_countries_than_fit_is_asked_of_those_followed_by_then() -> None:
    question = Question(Subject.TODAY, tuple(CODES[:40]), 7)
    assert len(ask_tap(question).encode()) <= MOST_BYTES
    assert _asked(ask_tap(question), "FR", "TR") == Question(Subject.TODAY, ("FR", "TR"), 7)


def test_what_is_new_is_asked_of_what_is_followed_by_then() -> None:
    assert _asked(tap(Tap.ASK, "today", FOLLOWED, 1, 0), "TR") == Question(Subject.TODAY, ("TR",), 1)


def test_what_would_not_fit_is_never_put_on_a_button() -> None:
    assert len(tap(Tap.DROP, "x" * 59).encode()) == MOST_BYTES
    with pytest.raises(ValueError, match="64 bytes"):
        tap(Tap.DROP, "x" * 60)
    with pytest.raises(ValueError, match="64 bytes"):
        tap(Tap.DROP, "é" * 30)


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "nonsense",
        "settings",
        "PICK:FR",
        "pick",
        "pick:",
        "pick:fr",
        "pick:ZZZ",
        "pick:FR:TR",
        "follow:",
        "follow:<b>",
        "drop:",
        "unfollow:-",
        "hour:",
        "hour:1440",
        "hour:-1",
        "hour:7:30",
        "hour:²",
        "hour:\u0667",
        "hour:9999999999999999999999",
        "hour:00000000009999",
        "zone:",
        "zone:Mars/Olympus",
        "zone:../../etc/passwd",
        "zone:europe/berlin",
        "day:7",
        "day:-1",
        "day:x",
        "day:",
        "length:long",
        "length:",
        "empty:loud",
        "show:",
        "show:nowhere",
        "show:settings:now",
        "pick:\x00",
    ],
)
def test_what_no_button_of_ours_says_means_nothing(data: str) -> None:
    assert read_tap(data) is None


@pytest.mark.parametrize(
    "data",
    [
        "ask",
        "ask:",
        "ask:country",
        "ask:country:FR",
        "ask:country:FR:7",
        "ask:country:FR:7:0:0",
        "ask:weather:FR:7:0",
        "ask:country::7:0",
        "ask:country:fr:7:0",
        "ask:country:FR+:7:0",
        "ask:country:FR+ZZZ:7:0",
        "ask:country:*+FR:7:0",
        "ask:country:FR:0:0",
        f"ask:country:FR:{MOST_DAYS + 1}:0",
        "ask:country:FR:-7:0",
        "ask:country:FR:²:0",
        "ask:country:FR:99999999999999999999:0",
        "ask:country:FR:0000000007:0",
    ],
)
def test_a_question_that_none_of_our_buttons_asks_is_none(data: str) -> None:
    assert _asked(data, "FR") is None


@given(
    st.text(max_size=64) | st.builds(":".join, st.lists(st.sampled_from([*Tap, *Place, "7", "-", "x", ""])))
)
def test_no_data_whatever_makes_reading_fail(data: str) -> None:
    found = read_tap(data)
    if found is not None and found[0] is Tap.ASK:
        read_question(found[1], ("FR",))
