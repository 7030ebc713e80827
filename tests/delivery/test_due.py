"""When a briefing is due, in every zone and through every change of the clocks to 2035."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.due import (
    GRACE,
    MOST_QUIET,
    RULES_MOVE,
    Slot,
    Wish,
    awake,
    due_of,
    instant,
    next_due,
    next_due_changed,
    next_due_under_new_rules,
    slot,
)
from bot.model import EVERY_DAY
from bot.places.zones import find_zones

FIRST, LAST = date(2024, 1, 1), date(2035, 12, 31)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# A zone that is offered as itself is no link.
ZONES = sorted(name for name in available_timezones() if "/" in name and find_zones(name) == (name,))


def _offset(zone: str, day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()


@cache
def _changes(zone: str) -> tuple[date, ...]:
    """The UTC days in which the zone's clocks change, looked for a week at a time and then day by day."""
    weeks = (FIRST + 7 * DAY * number for number in range((LAST - FIRST).days // 7))
    changed = (week for week in weeks if _offset(zone, week) != _offset(zone, week + 7 * DAY))
    days = (week + DAY * number for week in changed for number in range(7))
    return tuple(day for day in days if _offset(zone, day) != _offset(zone, day + DAY))


@st.composite
def zoned_days(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day, every other time a day next to a change of its clocks."""
    zone, beside = draw(st.sampled_from(ZONES)), draw(st.booleans())
    if beside and (changes := _changes(zone)):
        return zone, draw(st.sampled_from(changes)) + DAY * draw(st.integers(-1, 1))
    return zone, draw(st.dates(FIRST, LAST))


minutes = st.integers(0, 1439)
weekday_sets = st.integers(1, 127)
Quiet = tuple[int, int]
quiet_hours = st.tuples(minutes, st.integers(1, MOST_QUIET)).map(lambda q: (q[0], (q[0] + q[1]) % 1440))


def _wanted(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - a wall clock's


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _assert_right(day: date, minute: int, zone: str) -> None:
    due, wanted = instant(day, minute, zone), _wanted(day, minute)
    assert due.tzinfo is UTC
    if _wall(due, zone) == wanted:
        assert due.astimezone(ZoneInfo(zone)).fold == 0
    else:
        assert _wall(due - SECOND, zone) < wanted < _wall(due, zone)


@given(zoned_days(), minutes)
def test_a_minute_stands_at_its_first_coming_or_right_after_the_gap_it_falls_into(
    zoned: tuple[str, date], minute: int
) -> None:
    zone, day = zoned
    _assert_right(day, minute, zone)


@pytest.mark.parametrize("area", sorted({zone.partition("/")[0] for zone in ZONES}))
def test_every_change_of_every_zone_to_2035_is_met(area: str) -> None:
    for zone in (zone for zone in ZONES if zone.startswith(f"{area}/")):
        for change in _changes(zone):
            # The half hours a change can skip or repeat lie between an evening and an early morning.
            for minute in (0, 30, 60, 90, 120, 150, 180, 210, 1350, 1380, 1410):
                for day in (change - DAY, change, change + DAY):
                    _assert_right(day, minute, zone)
                assert instant(change - DAY, minute, zone) < instant(change, minute, zone)
                assert instant(change, minute, zone) < instant(change + DAY, minute, zone)


@given(zoned_days(), minutes)
def test_days_that_follow_each_other_are_due_after_each_other(zoned: tuple[str, date], minute: int) -> None:
    zone, day = zoned
    assert instant(day, minute, zone) < instant(day + DAY, minute, zone)


@given(zoned_days(), minutes, st.integers(-86_400, 86_400))
def test_the_next_due_moment_is_the_first_one_after_now(
    zoned: tuple[str, date], minute: int, seconds: int
) -> None:
    zone, day = zoned
    now = instant(day, minute, zone) + timedelta(seconds=seconds)
    due = next_due(Wish(zone, minute), now)
    every = (instant(day + DAY * number, minute, zone) for number in range(-3, 5))
    assert due == min(moment for moment in every if moment > now)


@given(zoned_days(), minutes, weekday_sets, st.floats(0, 0.99))
def test_asking_again_before_it_is_due_gives_the_same(
    zoned: tuple[str, date], minute: int, weekdays: int, share: float
) -> None:
    zone, day = zoned
    wish = Wish(zone, minute, weekdays)
    now = instant(day, minute, zone)
    due = next_due(wish, now)
    assert due is not None
    assert next_due(wish, now + (due - now) * share) == due


def _chain(wish: Wish, start: date, length: int) -> Iterator[tuple[date, datetime]]:
    """Deliver as the work does: each briefing made when it is due, its day kept."""
    now, last = instant(start, 0, wish.zone) - SECOND, start - DAY
    for _ in range(length):
        due = next_due(wish, now, last)
        assert due is not None
        made = slot(wish, due, due)
        assert not made.late
        yield made.day, due
        now, last = due, made.day


@given(zoned_days(), minutes)
def test_every_local_day_has_exactly_one_briefing(zoned: tuple[str, date], minute: int) -> None:
    zone, day = zoned
    days = [made for made, _ in _chain(Wish(zone, minute), day - 2 * DAY, 5)]
    assert days == [day + DAY * number for number in range(-2, 3)]


@given(zoned_days(), minutes, weekday_sets)
def test_only_chosen_weekdays_have_one(zoned: tuple[str, date], minute: int, weekdays: int) -> None:
    zone, day = zoned
    days = [made for made, _ in _chain(Wish(zone, minute, weekdays), day, 3)]
    after = (day + DAY * number for number in range(22))
    assert days == [due for due in after if weekdays >> due.weekday() & 1][:3]


@given(zoned_days(), minutes, weekday_sets, st.integers(0, 5 * 86_400))
def test_a_machine_set_back_gives_no_day_twice(
    zoned: tuple[str, date], minute: int, weekdays: int, seconds: int
) -> None:
    zone, day = zoned
    wish = Wish(zone, minute, weekdays)
    ((made, due),) = _chain(wish, day, 1)
    again = next_due(wish, due - timedelta(seconds=seconds), made)
    assert again == next_due(wish, due, made)
    assert again is not None
    assert slot(wish, again, again).day > made


@given(zoned_days(), minutes)
def test_nothing_is_due_where_no_weekday_is_chosen(zoned: tuple[str, date], minute: int) -> None:
    zone, day = zoned
    assert next_due(Wish(zone, minute, weekdays=0), instant(day, minute, zone)) is None


@pytest.mark.parametrize(
    ("zone", "day", "clock", "due"),
    [
        # Clocks jump from 02:00 to 03:00, and fall from 03:00 to 02:00.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),
        # Midnight does not exist: the first moment of the day is 01:00.
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23 22:00"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28 22:00"),
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06 04:00"),
        # Half an hour is skipped from 02:00, and repeated from 01:30.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45"),
        # The hour before midnight is skipped, and repeated.
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29 01:00"),
        ("America/Nuuk", "2026-10-24", "23:30", "2026-10-25 00:30"),
        # Samoa went from the 29th to the 31st.
        ("Pacific/Apia", "2011-12-30", "07:00", "2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-31", "07:00", "2011-12-30 17:00"),
        # An ordinary day.
        ("Asia/Kathmandu", "2026-01-15", "07:00", "2026-01-15 01:15"),
    ],
)
def test_the_changes_that_are_known_for_trouble(zone: str, day: str, clock: str, due: str) -> None:
    hours, minute = map(int, clock.split(":"))
    assert instant(date.fromisoformat(day), 60 * hours + minute, zone) == _moment(due)


@pytest.mark.parametrize("minute", [0, 420, 1439])
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Pacific/Apia", date(2011, 12, 29), date(2011, 12, 31)),
        ("Pacific/Kwajalein", date(1993, 8, 20), date(1993, 8, 22)),
    ],
)
def test_a_day_that_a_zone_skipped_has_no_briefing(zone: str, before: date, after: date, minute: int) -> None:
    days = [day for day, _ in _chain(Wish(zone, minute), before, 3)]
    assert days == [before, after, after + DAY]


def test_a_weekday_that_a_zone_skipped_comes_a_week_later() -> None:
    fridays = Wish("Pacific/Apia", 420, weekdays=1 << 4)
    days = [day for day, _ in _chain(fridays, date(2011, 12, 23), 2)]
    assert days == [date(2011, 12, 23), date(2012, 1, 6)]
    first, second = (instant(day, 420, fridays.zone) for day in days)
    assert next_due(fridays, first) == second


def test_a_briefing_that_a_gap_pushed_over_midnight_counts_for_the_day_before() -> None:
    late_evenings = Wish("America/Nuuk", 23 * 60 + 30)
    chain = dict(_chain(late_evenings, date(2026, 3, 27), 3))
    assert list(chain) == [date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29)]
    assert _wall(chain[date(2026, 3, 28)], "America/Nuuk") == _wanted(date(2026, 3, 29), 0)


def test_a_leap_day_is_a_day() -> None:
    days = [day for day, _ in _chain(Wish("Europe/Paris", 420), date(2028, 2, 28), 3)]
    assert days == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]


def test_a_zone_nobody_knows_is_read_as_utc() -> None:
    due = next_due(Wish("Mars/Olympus", 420), _moment("2026-05-01 06:59"))
    assert due == _moment("2026-05-01 07:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_due(Wish("Europe/Paris", 420), datetime(2026, 5, 1))  # noqa: DTZ001 - what is tested


MORNING = Wish("America/New_York", 420)
DUE = instant(date(2026, 5, 1), 420, MORNING.zone)


@pytest.mark.parametrize("delay", [timedelta(0), SECOND, GRACE])
def test_within_grace_a_briefing_counts_for_the_day_it_was_due_on(delay: timedelta) -> None:
    assert slot(MORNING, DUE, DUE + delay) == Slot(date(2026, 5, 1), late=False)


def test_within_grace_it_counts_for_that_day_after_midnight_too() -> None:
    evening = Wish("America/New_York", 23 * 60)
    due = instant(date(2026, 5, 1), 23 * 60, evening.zone)
    assert slot(evening, due, due + timedelta(hours=3)) == Slot(date(2026, 5, 1), late=False)


@pytest.mark.parametrize(
    ("hours", "day"),
    [
        (7, date(2026, 5, 1)),
        (17, date(2026, 5, 1)),
        # Past midnight it is still yesterday's, and today's own comes at its hour,
        (18, date(2026, 5, 1)),
        # unless that is so near that there would be two of the same news.
        (18.01, date(2026, 5, 2)),
        (23, date(2026, 5, 2)),
        (99, date(2026, 5, 5)),
    ],
)
def test_beyond_grace_it_counts_for_the_day_that_was_due_last(hours: float, day: date) -> None:
    assert slot(MORNING, DUE, DUE + timedelta(hours=hours)) == Slot(day, late=True)


def test_grace_is_the_callers_to_choose() -> None:
    assert slot(MORNING, DUE, DUE + 2 * SECOND, grace=SECOND).late


@given(zoned_days(), minutes, weekday_sets, quiet_hours, st.integers(1, 20 * 86_400))
def test_after_an_outage_one_briefing_replaces_all_that_were_missed_and_none_follows_at_its_heels(
    zoned: tuple[str, date], minute: int, weekdays: int, quiet: Quiet, seconds: int
) -> None:
    zone, day = zoned
    wish = Wish(zone, minute, weekdays, *quiet)
    due = next_due(wish, instant(day, 0, zone))
    assert due is not None
    now = due + GRACE + timedelta(seconds=seconds)
    made = slot(wish, due, now)
    assert made.late
    following = next_due(wish, now, made.day)
    assert following is not None
    assert following - now >= GRACE
    after = slot(wish, following, following)
    assert not after.late
    assert after.day > made.day
    # No day that is still to come is left out but the one it stands for.
    between = [made.day + DAY * number for number in range(1, (after.day - made.day).days)]
    assert not [each for each in between if weekdays >> each.weekday() & 1]
    if due_of(wish, made.day) > now:
        assert due_of(wish, made.day) - now < GRACE


# Quiet hours


@given(zoned_days(), minutes, quiet_hours)
def test_nothing_is_due_in_quiet_hours_and_no_day_is_lost_or_doubled(
    zoned: tuple[str, date], minute: int, quiet: Quiet
) -> None:
    zone, day = zoned
    wish = Wish(zone, minute, EVERY_DAY, *quiet)
    chain = list(_chain(wish, day - 2 * DAY, 5))
    assert [made for made, _ in chain][1:] == [day + DAY * number for number in range(-1, 3)]
    for _, due in chain:
        assert awake(wish, due) == due
        wall = _wall(due, zone)
        now = wall.hour * 60 + wall.minute
        start, end = quiet
        # Where clocks fall back over their end they have ended before, where these skip it they end in the gap.
        is_plain = due.astimezone(ZoneInfo(zone)).fold == 0
        assert not is_plain or (now - start) % 1440 >= (end - start) % 1440


@given(zoned_days(), minutes, quiet_hours)
def test_what_comes_outside_the_quiet_hours_comes_at_its_minute(
    zoned: tuple[str, date], minute: int, quiet: Quiet
) -> None:
    zone, day = zoned
    start, end = quiet
    plain, due = instant(day, minute, zone), due_of(Wish(zone, minute, EVERY_DAY, *quiet), day)
    wall = _wall(plain, zone)
    is_quiet = (wall.hour * 60 + wall.minute - start) % 1440 < (end - start) % 1440
    assert due >= plain
    assert due - plain <= timedelta(minutes=MOST_QUIET, hours=2)
    if not is_quiet:
        assert due == plain


@pytest.mark.parametrize(
    ("minute", "quiet", "due"),
    [
        (23 * 60, (22 * 60, 7 * 60), "2026-05-02 07:00"),
        (6 * 60, (22 * 60, 7 * 60), "2026-05-01 07:00"),
        (7 * 60, (22 * 60, 7 * 60), "2026-05-01 07:00"),
        (22 * 60, (22 * 60, 7 * 60), "2026-05-02 07:00"),
        (21 * 60 + 59, (22 * 60, 7 * 60), "2026-05-01 21:59"),
        (13 * 60, (12 * 60, 14 * 60 + 30), "2026-05-01 14:30"),
        (13 * 60, (13 * 60, 13 * 60), "2026-05-01 13:00"),
        (13 * 60, (None, None), "2026-05-01 13:00"),
    ],
)
def test_what_would_come_in_quiet_hours_waits_until_they_end(
    minute: int, quiet: tuple[int | None, int | None], due: str
) -> None:
    assert due_of(Wish("UTC", minute, EVERY_DAY, *quiet), date(2026, 5, 1)) == _moment(due)


# Changes


@given(
    zoned_days(),
    minutes,
    weekday_sets,
    quiet_hours,
    st.sampled_from(ZONES),
    minutes,
    st.integers(-90_000, 90_000),
)
def test_whoever_changes_hour_or_zone_has_each_day_once(  # noqa: PLR0913, PLR0917 - an old wish and a new one
    zoned: tuple[str, date],
    minute: int,
    weekdays: int,
    quiet: Quiet,
    zone_after: str,
    minute_after: int,
    seconds: int,
) -> None:
    zone, day = zoned
    old, new = Wish(zone, minute, EVERY_DAY, *quiet), Wish(zone_after, minute_after, weekdays)
    ((made, due),) = _chain(old, day, 1)
    pending = next_due(old, due, made)
    assert pending is not None
    now = pending + timedelta(seconds=seconds)
    changed = next_due_changed(old, new, now, made, pending)
    assert changed is not None
    at = max(changed, now)
    first = slot(new, changed, at)
    assert first.day > made or first.day == slot(new, pending, at).day
    following = next_due(new, at, first.day)
    assert following is not None
    assert slot(new, following, following).day > first.day
    if pending > now:
        assert changed == next_due(new, now, made)


@given(zoned_days(), minutes, weekday_sets, st.integers(-3 * 3600, 3 * 3600))
def test_under_new_rules_a_due_moment_moves_with_them_and_what_was_put_off_stays(
    zoned: tuple[str, date], minute: int, weekdays: int, seconds: int
) -> None:
    zone, day = zoned
    wish = Wish(zone, minute, weekdays)
    now = instant(day, 0, zone) - 2 * DAY
    right = next_due(wish, now)
    assert right is not None
    by_old_rules = right + timedelta(seconds=seconds)
    assert next_due_under_new_rules(wish, by_old_rules, now, None) == right
    put_off = right + RULES_MOVE + SECOND
    assert next_due_under_new_rules(wish, put_off, now, None) == put_off
