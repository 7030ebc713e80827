"""Limits that hold over any stretch of time, whoever asks when."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import (
    FLOODED_CHATS,
    GROUP,
    PRIVATE,
    RECOVERY,
    SLOWEST,
    SWEEP,
    Chat,
    Paces,
    Rate,
    earliest,
    reserve,
)
from bot.settings import ALL

RATES = st.builds(Rate, interval=st.floats(0.01, 10), burst=st.integers(1, 10))
GAPS = st.lists(st.one_of(st.just(0.0), st.floats(0, 30)), min_size=1, max_size=60)
CHATS = st.sampled_from([1, 2, -1, -2, "@channel"])


def _holds(sent: Sequence[float], rate: Rate) -> bool:
    """Whether no stretch of time between two of `sent` holds more than `rate` allows."""
    return all(
        index - first + 1 <= rate.burst + (end - start) / rate.interval + 1e-6
        for first, start in enumerate(sent)
        for index, end in enumerate(sent[first:], first)
    )


@given(RATES, GAPS)
def test_places_reserved_keep_to_the_rate_and_to_their_order(rate: Rate, gaps: list[float]) -> None:
    tat, now, sent = 0.0, 0.0, []
    for gap in gaps:
        now += gap
        tat, wait = reserve(tat, now, rate)
        assert wait >= 0
        sent.append(now + wait)
    assert sent == sorted(sent)
    assert _holds(sent, rate)


@given(RATES, st.floats(0, 1e6))
def test_a_full_burst_goes_at_once_and_the_next_waits_one_interval(rate: Rate, now: float) -> None:
    tat = 0.0
    waits = []
    for _ in range(rate.burst + 1):
        tat, wait = reserve(tat, now, rate)
        waits.append(wait)
    if now:
        assert waits[: rate.burst] == pytest.approx([0.0] * rate.burst, abs=1e-6)
    assert waits[-1] == pytest.approx(rate.interval if now else waits[-1], rel=1e-3, abs=1e-6)


@given(RATES, st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_earliest_instant_is_the_one_a_reservation_waits_for(rate: Rate, tat: float, now: float) -> None:
    after, wait = reserve(tat, now, rate)
    assert earliest(tat, now, rate) == pytest.approx(now + wait)
    assert after >= earliest(tat, now, rate) + rate.interval


def _run(paces: Paces, chats: Sequence[Chat], gaps: Sequence[float]) -> dict[Chat, list[float]]:
    """Ask for one place after the other, each as soon as its turn has come; when each chat's messages went."""
    sent: dict[Chat, list[float]] = defaultdict(list)
    now = 0.0
    for chat, gap in zip(chats, gaps, strict=False):
        now += gap
        while (at := paces.take(chat, now)) > now:
            now = at
        sent[chat].append(now)
    return sent


@given(st.lists(CHATS, min_size=1, max_size=120), st.data())
def test_every_chat_and_all_together_keep_to_their_rates(chats: list[Chat], data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(st.sampled_from([0.0, 0.01, 0.5, 3.0]), min_size=len(chats), max_size=len(chats))
    )
    sent = _run(Paces(), chats, gaps)
    for chat, times in sent.items():
        assert _holds(times, PRIVATE if isinstance(chat, int) and chat > 0 else GROUP)
    assert _holds(sorted(time for times in sent.values() for time in times), Rate(1 / ALL, 1))


def test_a_group_gets_no_more_than_twenty_in_any_minute() -> None:
    times = _run(Paces(), [-1] * 200, [0.0] * 200)[-1]
    assert max(bisect_right(times, time + 60) - index for index, time in enumerate(times)) == 20


def test_all_together_get_no_more_than_thirty_in_any_second() -> None:
    chats = list(range(1, 1001))
    times = sorted(time for times in _run(Paces(), chats, [0.0] * 1000).values() for time in times)
    assert max(bisect_right(times, time + 1) - index for index, time in enumerate(times)) <= 29
    assert times[-1] == pytest.approx(999 / ALL)


@given(CHATS, st.integers(0, 30))
def test_who_comes_back_when_told_is_let_through(chat: Chat, before: int) -> None:
    paces = Paces()
    now = 0.0
    for _ in range(before):
        paces.take(chat, now)
    at = paces.take(chat, now)
    if at > now:
        assert paces.take(chat, at) == at


def test_to_be_told_to_wait_takes_no_place_among_all() -> None:
    paces = Paces()
    for _ in range(100):
        paces.take(-1, 0.0)
    assert [paces.take(chat, chat * 0.05) for chat in (1, 2, 3)] == [1 * 0.05, 2 * 0.05, 3 * 0.05]


def test_a_parked_chat_delays_nobody_else() -> None:
    paces = Paces()
    paces.park(1, 500.0, 0.0)
    assert paces.take(1, 0.0) == 500.0
    assert paces.take(2, 0.0) == 0.0
    assert paces.parked(1, 100.0) == 400.0
    assert paces.parked(2, 100.0) == 0.0
    assert paces.take(1, 500.0) == 500.0


def test_to_park_all_parks_every_chat() -> None:
    paces = Paces()
    paces.park(None, 9.0, 0.0)
    assert [paces.take(chat, 0.0) for chat in (1, -1, None)] == [9.0, 9.0, 9.0]
    assert paces.parked(None, 4.0) == 5.0


def test_a_later_word_never_shortens_an_earlier_wait() -> None:
    paces = Paces()
    paces.park(1, 50.0, 0.0)
    paces.park(1, 10.0, 0.0)
    assert paces.parked(1, 0.0) == 50.0


def test_one_or_two_chats_told_to_wait_stop_nobody_else() -> None:
    paces = Paces()
    for chat in range(1, FLOODED_CHATS):
        paces.throttled(chat, 30.0, 0.0)
        paces.throttled(chat, 30.0, 0.0)
    assert paces.parked(None, 0.0) == 0.0
    assert paces.speed(0.0) == ALL


def test_several_chats_told_to_wait_in_a_row_stop_all_for_the_shortest_time() -> None:
    paces = Paces()
    for chat, pause in ((1, 9000.0), (2, 7.0), (3, 5.0)):
        paces.throttled(chat, pause, 0.0)
    assert paces.parked(None, 0.0) == 5.0
    assert paces.take(4, 0.0) == 5.0
    assert paces.take(1, 5.0) == 9000.0


def test_a_message_taken_in_between_shows_that_it_is_not_all() -> None:
    paces = Paces()
    for chat in range(20):
        paces.throttled(chat, 30.0, 0.0)
        paces.accepted()
    assert paces.parked(None, 0.0) == 0.0


def test_waits_that_are_over_do_not_count() -> None:
    paces = Paces()
    for chat in range(20):
        paces.throttled(chat, 1.0, 2.0 * chat)
    assert paces.parked(None, 40.0) == 0.0


def test_one_flood_halves_the_speed_once_however_many_hear_of_it() -> None:
    paces = Paces()
    for chat in range(20):
        paces.throttled(chat, 10.0, 0.0)
    assert paces.speed(10.0) == ALL / 2
    assert paces.parked(None, 0.0) == 10.0


def test_speed_grows_back_evenly_and_no_further() -> None:
    paces = Paces()
    paces.slow_down(100.0)
    assert paces.speed(100.0) == ALL / 2
    assert paces.speed(130.0) == pytest.approx(ALL / 2 + 30 * RECOVERY)
    assert paces.speed(1e6) == ALL


def test_floods_never_bring_the_bot_to_a_stop() -> None:
    paces = Paces()
    for _ in range(50):
        paces.slow_down(0.0)
    assert paces.speed(0.0) == SLOWEST


def test_after_a_flood_messages_go_evenly_at_the_lower_speed() -> None:
    paces = Paces()
    for chat in (1, 2, 3):
        paces.throttled(chat, 5.0, 0.0)
    times = sorted(time for times in _run(paces, list(range(10, 40)), [0.0] * 30).values() for time in times)
    assert times[0] == 5.0
    assert _holds(times, Rate(1 / (ALL / 2 + 1), 1))


@given(st.lists(st.floats(0, 3), min_size=1, max_size=30))
def test_chats_that_are_idle_are_forgotten(gaps: list[float]) -> None:
    paces = Paces()
    now, chat = 0.0, 0
    for gap in gaps:
        now += gap
        for _ in range(100):
            chat += 1
            while (at := paces.take(chat, now)) > now:
                now = at
            assert paces.remembered <= SWEEP


def test_a_chat_that_is_parked_is_not_forgotten() -> None:
    paces = Paces()
    paces.park(-7, 1e6, 0.0)
    _run(paces, list(range(1, 2000)), [0.1] * 2000)
    assert paces.take(-7, 1000.0) == 1e6
