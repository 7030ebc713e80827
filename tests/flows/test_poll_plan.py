"""When a feed is asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FetchError, UnreadableInput
from bot.flows.poll_plan import (
    LONGEST,
    SPREAD,
    UNCONDITIONAL,
    USUAL,
    after_failure,
    after_unchanged,
    after_visit,
    spread,
)
from bot.model import Source
from storage.sources import Feed, FeedState

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
SOURCE = Source("a", "A Agency", "https://a.example/rss")
FRESH = Feed(SOURCE, FeedState())
VALIDATED = FeedState('"v1"', "Sat, 01 Jun 2024 11:00:00 GMT", NOW - USUAL, NOW)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def wait(state: FeedState) -> timedelta:
    assert state.next_check_at
    return state.next_check_at - NOW - spread("a")


def failed(times: int, error: FetchError | UnreadableInput) -> FeedState:
    return after_failure(Feed(SOURCE, replace(VALIDATED, failures=times - 1)), NOW, error)


@pytest.mark.parametrize(
    ("max_age", "ttl", "expected"),
    [
        (None, None, USUAL),
        (MINUTE, MINUTE, USUAL),
        (timedelta(0), None, USUAL),
        (2 * HOUR, None, 2 * HOUR),
        (None, 2 * HOUR, 2 * HOUR),
        (2 * HOUR, 3 * HOUR, 3 * HOUR),
        (30 * DAY, None, LONGEST),
        (None, 30 * DAY, LONGEST),
    ],
)
def test_a_feed_is_asked_every_half_hour_or_as_seldom_as_its_server_wishes(
    max_age: timedelta | None, ttl: timedelta | None, expected: timedelta
) -> None:
    state = after_visit(FRESH, NOW, etag='"v"', last_modified=None, max_age=max_age, ttl=ttl)
    assert wait(state) == expected


def test_a_feed_that_is_sent_whole_each_time_is_asked_less_often() -> None:
    assert wait(after_visit(FRESH, NOW, etag=None, last_modified=None)) == UNCONDITIONAL


def test_a_visit_forgets_all_failures_and_keeps_the_servers_own_words() -> None:
    troubled = Feed(SOURCE, replace(VALIDATED, failures=7, last_error="It broke."))
    state = after_visit(troubled, NOW, etag='W/"v2"', last_modified="yesterday")
    assert (state.etag, state.last_modified, state.checked_at) == ('W/"v2"', "yesterday", NOW)
    assert (state.failures, state.last_error, state.disabled) == (0, None, False)


def test_an_interval_that_a_feed_stated_holds_while_it_does_not_change() -> None:
    first = after_visit(FRESH, NOW - 4 * HOUR, etag='"v"', last_modified=None, ttl=4 * HOUR)
    state = after_unchanged(Feed(SOURCE, first), NOW, etag='"v"', last_modified=None)
    assert wait(state) == 4 * HOUR
    longer = after_unchanged(Feed(SOURCE, first), NOW, etag='"v"', last_modified=None, max_age=5 * HOUR)
    assert wait(longer) == 5 * HOUR


def test_the_wait_after_a_failure_is_no_interval_a_feed_stated() -> None:
    troubled = failed(5, UnreadableInput("It is no feed."))
    assert wait(after_unchanged(Feed(SOURCE, troubled), NOW, etag='"v"', last_modified=None)) == USUAL


@pytest.mark.parametrize(
    ("times", "expected"),
    [(1, USUAL), (2, 2 * USUAL), (3, 4 * USUAL), (6, 32 * USUAL), (7, LONGEST), (10_000, LONGEST)],
)
def test_each_failure_doubles_the_wait_up_to_a_day(times: int, expected: timedelta) -> None:
    state = failed(times, UnreadableInput("It is no feed.", "Look at it."))
    assert wait(state) == expected
    assert (state.failures, state.last_error, state.disabled) == (times, "It is no feed. Look at it.", False)
    assert (state.etag, state.last_modified) == (VALIDATED.etag, VALIDATED.last_modified)


@pytest.mark.parametrize(
    ("asked", "expected"), [(timedelta(0), USUAL), (2 * HOUR, 2 * HOUR), (7 * DAY, 7 * DAY)]
)
def test_a_server_that_says_how_long_to_stay_away_is_obeyed(asked: timedelta, expected: timedelta) -> None:
    assert wait(failed(3, FetchError("Too often.", status=429, retry_after=asked))) == expected


def test_a_feed_that_is_gone_for_good_is_disabled_at_once() -> None:
    state = failed(1, FetchError("Gone.", permanent=True, status=410))
    assert (state.disabled, state.next_check_at) == (True, None)
    assert not failed(1, FetchError("Redirects inside.", permanent=True)).disabled
    assert not failed(50, FetchError("Not there.", status=404)).disabled


@given(max_age=st.none() | durations, ttl=st.none() | durations, etag=st.none() | st.just('"v"'))
def test_no_server_makes_us_come_more_often_than_usual_or_less_than_daily(
    max_age: timedelta | None, ttl: timedelta | None, etag: str | None
) -> None:
    state = after_visit(FRESH, NOW, etag=etag, last_modified=None, max_age=max_age, ttl=ttl)
    assert USUAL <= wait(state) <= LONGEST


@given(st.text())
def test_the_spread_of_a_feed_is_always_the_same_and_within_bounds(id_: str) -> None:
    assert spread(id_) == spread(id_)
    assert timedelta(0) <= spread(id_) < SPREAD


def test_feeds_added_together_do_not_come_due_together() -> None:
    due = {spread(f"feed-{number}") // timedelta(seconds=1) for number in range(50)}
    assert len(due) > 30
