"""From due chats to sent messages: what a reader gets, and when, whatever Telegram, the clock or a crash does."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.delivery.due import GRACE
from bot.delivery.outcome import Gone, Moved, Odd, Outcome, Refused, Sent, Throttled, Unclear, Unreachable
from bot.errors import StorageError
from bot.flows import deliver, groups, readers
from bot.flows.deliver import (
    AGAIN,
    CLAIMED_FOR,
    LEDGER_KEPT,
    LONGEST,
    MOST_ODD,
    SENT_AT_ONCE,
    Letter,
    send_ready,
    sweep,
)
from bot.flows.desk import Desk
from bot.flows.groups import AGAIN as PLANNED_AGAIN
from bot.flows.plan import first_briefing, note_told, plan_due
from bot.flows.workers import WorkerDiedError
from bot.model import WORLD
from storage import Storage
from storage.briefings import Memory, memory_of
from storage.deliveries import count_open
from storage.due import make_due
from storage.tables import briefings, deliveries, texts
from tests.e2e.bot.news import call, hear, statement
from tests.flows.chats import DUE, MORNING, Clock, Inline, PostOffice, desk_of, known, visitor
from tests.ledger import plan_and_write

LATE = "This briefing comes late"
NOTHING = "Nothing new was heard"
DAY = timedelta(days=1)
HOLD = Throttled(timedelta(seconds=40))
WORDY = "The ministry said that the harbour talks must go on, whatever the weather on the strait may be. " * 5


@pytest_asyncio.fixture
async def desk(storage: Storage, clock: Clock) -> Desk:
    return desk_of(storage, clock)


async def _follow(desk: Desk, *chats: int, countries: tuple[str, ...] = ("FR",)) -> None:
    for chat in chats:
        await readers.follow(desk, visitor(chat), countries)


async def _plan(desk: Desk, clock: Clock, *chats: int) -> None:
    """Let chats that follow France have their briefing of today in the ledger."""
    await _follow(desk, *chats)
    clock.at = max(clock.at, DUE)
    assert await plan_and_write(desk) == len(chats)


async def _plan_long(desk: Desk, clock: Clock, chat: int) -> int:
    """Let a chat have a briefing of several parts in the ledger; give how many."""
    countries = ("FR", "DE", "IT", "ES", "PL", "SE", "FI", "DK", "NO", "GR", "PT", "RO")
    await hear(desk.storage, *(statement(MORNING, code, f"{code}: {WORDY}") for code in countries))
    await _follow(desk, chat, countries=(WORLD,))
    clock.at = max(clock.at, DUE)
    assert await plan_and_write(desk) == 1
    return await _open(desk)


async def _send_first_part(desk: Desk, post: PostOffice, then: Outcome = HOLD) -> None:
    """Send reader 7 the first part of a briefing; the second ends as given."""
    post.answers(7, Sent(1), then)
    await send_ready(desk, post, "w")
    assert len(post.sent) == 2


async def _open(desk: Desk) -> int:
    async with desk.storage.read() as conn:
        return await count_open(conn)


async def _count(desk: Desk, table: Any) -> int:
    async with desk.storage.read() as conn:
        return (await conn.execute(select(func.count()).select_from(table))).scalar_one()


async def _days(desk: Desk, chat: int) -> list[date]:
    query = select(deliveries.c.local_date).where(deliveries.c.chat_id == chat).distinct()
    async with desk.storage.read() as conn:
        return sorted((await conn.execute(query)).scalars())


async def _memory(desk: Desk, chat: int) -> Memory:
    async with desk.storage.read() as conn:
        return await memory_of(conn, chat)


async def _due(desk: Desk, chat: int) -> datetime | None:
    return (await known(desk, chat)).chat.next_due_at


# Planning


@pytest.mark.asyncio
async def test_a_chat_that_is_due_is_planned_once_and_moved_on_to_its_next_day(
    desk: Desk, clock: Clock
) -> None:
    await _follow(desk, 7)
    assert await plan_and_write(desk) == 0

    clock.at = DUE
    assert await plan_and_write(desk) == 1
    assert await plan_and_write(desk) == 0
    assert await _due(desk, 7) == DUE + DAY
    assert await _days(desk, 7) == [DUE.date()]


@pytest.mark.asyncio
async def test_more_groups_and_chats_than_are_loaded_at_once_are_all_planned(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "PORTION", 4)
    monkeypatch.setattr(groups, "GROUPS_AT_ONCE", 2)
    for chat, country in enumerate(("FR", "DE", "IT", "ES", "PT"), 21):
        await _follow(desk, chat, countries=(country,))
    await _follow(desk, *range(1, 12))
    clock.at = DUE
    assert await plan_and_write(desk) == 16
    assert await _open(desk) == 16


@pytest.mark.asyncio
async def test_two_planners_at_once_plan_each_chat_once(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _follow(desk, *range(1, 13))
    clock.at = DUE

    counts = await asyncio.gather(plan_and_write(desk), plan_and_write(desk))

    assert sum(counts) == 12
    await asyncio.gather(send_ready(desk, post, "one"), send_ready(desk, post, "two"))
    assert sorted(post.chats()) == list(range(1, 13))


@pytest.mark.asyncio
async def test_two_planners_at_once_replace_what_is_old_by_one_briefing(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, *range(1, 7))
    clock.at = DUE + GRACE + timedelta(minutes=1)

    await asyncio.gather(plan_and_write(desk), plan_and_write(desk))

    await send_ready(desk, post, "one")
    assert sorted(post.chats()) == list(range(1, 7))
    assert all(LATE in letter.html for letter in post.arrived)
    assert {len((await _memory(desk, chat)).briefings) for chat in range(1, 7)} == {1}


@pytest.mark.asyncio
async def test_a_day_that_is_planned_already_keeps_its_briefing_as_it_is(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    # Another planner has found it stale a moment too late.
    async with desk.storage.write() as conn:
        await make_due(conn, [7], DUE)

    before = await _memory(desk, 7)
    await plan_and_write(desk)
    assert await _due(desk, 7) == DUE + DAY
    assert (await _memory(desk, 7), await _open(desk)) == (before, 1)
    await send_ready(desk, post, "w")
    assert len(post.sent) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [RuntimeError("a template"), WorkerDiedError("The process died.")])
async def test_a_briefing_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    storage: Storage, clock: Clock, post: PostOffice, error: Exception
) -> None:
    compute = Inline(lambda **given: error if given["countries"] == ("TR",) else None)
    desk = Desk(storage, compute, clock)
    await _follow(desk, 1, countries=("TR",))
    await _follow(desk, 2, 3)
    clock.at = DUE

    assert await plan_and_write(desk) == 2
    assert await _due(desk, 1) == DUE + PLANNED_AGAIN
    compute.failing = lambda **_: None
    clock.at = DUE + PLANNED_AGAIN
    assert await plan_and_write(desk) == 1
    await send_ready(desk, post, "w")
    assert sorted(post.chats()) == [1, 2, 3]
    assert await _due(desk, 1) == DUE + DAY


@pytest.mark.asyncio
async def test_who_stops_while_a_briefing_fails_stays_stopped(storage: Storage, clock: Clock) -> None:
    class Failing(Inline):
        async def run(self, *_args: Any, **_kwargs: Any) -> Any:
            await readers.stop(failing, visitor(7))
            raise RuntimeError

    failing = Desk(storage, Failing(), clock)
    await _follow(failing, 7)
    clock.at = DUE

    assert await plan_and_write(failing) == 0
    assert await _due(failing, 7) is None


@pytest.mark.asyncio
async def test_a_database_out_of_reach_postpones_nobody(storage: Storage, clock: Clock) -> None:
    desk = Desk(storage, Inline(lambda **_: StorageError("It cannot be reached.")), clock)
    await _follow(desk, 1)
    clock.at = DUE

    with pytest.raises(StorageError):
        await plan_and_write(desk)
    assert await _due(desk, 1) == DUE


@pytest.mark.asyncio
async def test_who_stops_while_a_briefing_is_written_is_not_sent_it(storage: Storage, clock: Clock) -> None:
    class Slow(Inline):
        async def run(self, *args: Any, **kwargs: Any) -> Any:
            await readers.stop(slow, visitor(7))
            return await super().run(*args, **kwargs)

    slow = Desk(storage, Slow(), clock)
    await _follow(slow, 7)
    clock.at = DUE

    assert await plan_and_write(slow) == 0
    assert (await _open(slow), await _count(slow, briefings)) == (0, 0)


@pytest.mark.asyncio
async def test_on_a_day_without_news_a_reader_is_told_so_or_left_alone(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 1, 2)
    await readers.set_silence(desk, visitor(2), silent=True)
    clock.at = DUE

    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    assert post.chats() == [1]
    assert NOTHING in post.sent[0].html
    assert await _due(desk, 2) == DUE + DAY


@pytest.mark.asyncio
async def test_after_silent_days_the_next_briefing_reaches_back_to_the_last_one(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 7)
    await readers.set_silence(desk, visitor(7), silent=True)
    heard = statement(DUE + timedelta(hours=1))
    await hear(desk.storage, heard)
    # The first day is silent; the statement comes an hour after it, and a day's planning is missed.
    clock.at = DUE
    await plan_and_write(desk)
    clock.at = DUE + 2 * DAY
    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    (text,) = post.texts(7)
    assert "France" in text
    assert NOTHING not in text


# Lateness


@pytest.mark.asyncio
async def test_up_to_the_grace_a_briefing_is_the_days_own(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _follow(desk, 7)
    clock.at = DUE + GRACE
    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    assert len(post.sent) == 1
    assert LATE not in post.sent[0].html


@pytest.mark.asyncio
async def test_after_days_of_outage_a_reader_gets_one_present_briefing_that_says_it_is_late(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 7)
    back = clock.goes_on(days=3, hours=12)
    await hear(desk.storage, statement(back - timedelta(hours=2)))

    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    (text,) = post.texts(7)
    assert LATE in text
    assert "France" in text
    assert await _days(desk, 7) == [back.date()]
    # Its day is done: the next one is tomorrow's, at the reader's hour.
    assert await _due(desk, 7) == DUE + 4 * DAY


@pytest.mark.asyncio
async def test_what_waited_too_long_to_be_sent_is_replaced_by_a_present_briefing_with_all_of_it(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING, words="The early words."))
    await _plan(desk, clock, 7)
    await hear(desk.storage, statement(DUE + timedelta(hours=1), words="The later words."))
    clock.at = DUE + GRACE + timedelta(seconds=1)

    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    (text,) = post.texts(7)
    assert LATE in text
    assert "The early words." in text
    assert "The later words." in text
    assert await _due(desk, 7) == DUE + DAY


@pytest.mark.asyncio
async def test_after_a_long_outage_of_telegram_nothing_old_is_sent(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, *range(1, 4))
    for chat in (1, 2, 3):
        post.answers(chat, *[Unreachable("ConnectError")] * 100)
    # Tried again right before it is looked at: what waits for its next try is as old as what was never tried.
    while clock.at < DUE + GRACE + timedelta(hours=1):
        clock.goes_on(minutes=20)
        await send_ready(desk, post, "w")
        await plan_and_write(desk)
    assert post.arrived == []

    post.heals()
    clock.goes_on(minutes=1)
    await send_ready(desk, post, "w")
    assert [LATE in letter.html for letter in post.arrived] == [True, True, True]
    assert sorted(letter.chat for letter in post.arrived) == [1, 2, 3]


@pytest.mark.asyncio
async def test_a_briefing_begun_is_ended_however_late(desk: Desk, clock: Clock, post: PostOffice) -> None:
    parts = await _plan_long(desk, clock, 7)
    assert parts >= 2
    await _send_first_part(desk, post)
    clock.at = DUE + 2 * GRACE

    await plan_and_write(desk)
    await send_ready(desk, post, "w")

    assert len(post.arrived) == parts
    assert not any(LATE in letter.html for letter in post.arrived)


@pytest.mark.asyncio
async def test_a_send_under_way_is_not_taken_back(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _plan(desk, clock, 7)
    clock.at = DUE + GRACE - timedelta(minutes=1)
    planned = None

    async def slow(letter: Letter) -> Outcome:
        nonlocal planned
        clock.at = DUE + GRACE + timedelta(minutes=1)
        planned = await plan_and_write(desk)
        return await post(letter)

    await send_ready(desk, slow, "w")

    assert planned == 0
    assert len(post.arrived) == 1


@pytest.mark.asyncio
async def test_what_is_old_news_when_the_program_starts_is_not_sent_before_the_planning_replaces_it(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    await _follow(desk, 8)
    async with desk.storage.write() as conn:
        await make_due(conn, [8], DUE)
    assert await plan_due(desk) == 0
    clock.at = DUE + GRACE + timedelta(seconds=1)
    await send_ready(desk, post, "w")
    assert post.sent == []
    assert await plan_due(desk) == 2
    await send_ready(desk, post, "w")
    assert sorted(post.chats()) == [7, 8]
    assert all(LATE in letter.html for letter in post.sent)


@pytest.mark.asyncio
async def test_how_a_delivery_ended_is_forgotten_after_a_month(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    await send_ready(desk, post, "w")
    clock.at = DUE + LEDGER_KEPT
    await sweep(desk)
    assert await _count(desk, deliveries) == 1
    clock.goes_on(days=1)
    await sweep(desk)
    assert await _count(desk, deliveries) == 0


# From an edition to the ledger


@pytest.mark.asyncio
async def test_the_ledger_is_written_as_there_is_room_to_send_and_all_get_it_once(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AHEAD", 5)
    await _follow(desk, *range(1, 31))
    clock.at = DUE
    assert await plan_due(desk) == 30
    assert await _open(desk) == 0
    most = 0

    class Watched(PostOffice):
        async def __call__(self, letter: Letter) -> Outcome:
            nonlocal most
            most = max(most, await _open(desk))
            return await super().__call__(letter)

    post = Watched()
    await send_ready(desk, post, "w", at_once=4)
    assert sorted(post.chats()) == list(range(1, 31))
    assert most <= 8
    assert [await _due(desk, chat) for chat in (1, 30)] == [DUE + DAY] * 2


@pytest.mark.asyncio
async def test_whoever_changes_a_wish_before_a_sender_comes_is_heeded(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING, "KE", "Of Kenya."), statement(MORNING, "FR", "Of France."))
    await _follow(desk, 1, 2, 3, 4)
    clock.at = DUE
    await plan_due(desk)
    await readers.stop(desk, visitor(1))
    await readers.follow(desk, visitor(2), ("KE",))
    await readers.pause(desk, 3, "blocked")
    await send_ready(desk, post, "w")
    assert post.chats() == [4]
    await plan_due(desk)
    await send_ready(desk, post, "w")
    assert post.chats() == [4, 2]
    assert "Of Kenya." in post.texts(2)[0]


@pytest.mark.asyncio
async def test_what_no_sender_came_to_in_time_is_replaced_by_the_news_of_the_hour_with_all_of_it(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING, words="The early words."))
    await _follow(desk, 7)
    clock.at = DUE
    await plan_due(desk)
    await hear(desk.storage, statement(DUE + timedelta(hours=1), words="The later words."))
    clock.at = DUE + GRACE + timedelta(seconds=1)
    await send_ready(desk, post, "w")
    assert post.sent == []
    assert await plan_due(desk) == 1
    await send_ready(desk, post, "w")
    (text,) = post.texts(7)
    assert all(words in text for words in (LATE, "The early words.", "The later words."))
    assert await _due(desk, 7) == DUE + DAY


@pytest.mark.asyncio
async def test_a_crash_between_writing_and_sending_loses_nobody(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 1, 2, 3)
    clock.at = DUE
    await plan_due(desk)

    async def crash(_: Letter) -> Outcome:
        raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await send_ready(desk, crash, "w", at_once=2)
    clock.at += CLAIMED_FOR
    await send_ready(desk, post, "other")
    assert sorted(post.chats()) == [1, 2, 3]


# What comes of a send


@pytest.mark.asyncio
async def test_parts_come_in_order_and_only_the_first_rings(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    parts = await _plan_long(desk, clock, 7)

    done = await send_ready(desk, post, "w")

    assert done.sent == parts >= 2
    assert [letter.silent for letter in post.sent] == [False, *[True] * (parts - 1)]
    assert "Communiqué" in post.sent[0].html
    named = [name for letter in post.sent for name in ("<b>Finland", "<b>Portugal") if name in letter.html]
    assert len(named) == len(set(named))


@pytest.mark.asyncio
async def test_after_a_part_that_failed_it_goes_on_there(desk: Desk, clock: Clock, post: PostOffice) -> None:
    parts = await _plan_long(desk, clock, 7)
    await _send_first_part(desk, post)

    clock.goes_on(seconds=39)
    await send_ready(desk, post, "w")
    assert len(post.sent) == 2
    clock.goes_on(seconds=1)
    await send_ready(desk, post, "w")
    texts_ = post.texts(7)
    assert len(texts_) == parts == len(set(texts_))
    assert post.sent[1] == post.sent[2]


@pytest.mark.asyncio
async def test_a_group_that_moved_gets_its_briefing_at_its_new_id_at_once_and_keeps_all_it_wished(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    old, new = -5, -1_000_000_000_005
    await _plan(desk, clock, old)
    post.answers(old, Moved(new))

    await send_ready(desk, post, "w")

    assert post.chats() == [old, new]
    assert await readers.find_reader(desk, old) is None
    assert (await known(desk, new)).follows == ("FR",)
    assert await _due(desk, new) == DUE + DAY
    assert len((await _memory(desk, new)).briefings) == 1


@pytest.mark.asyncio
async def test_who_blocked_the_bot_is_left_alone_and_was_told_nothing(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING))
    await _plan(desk, clock, 7, 8)
    post.answers(7, Gone("bot was blocked by the user"))

    done = await send_ready(desk, post, "w")

    assert (done.gone, done.sent) == (1, 1)
    chat = (await known(desk, 7)).chat
    assert (chat.paused_at, chat.paused_because) == (clock.at, "bot was blocked by the user")
    assert [len((await _memory(desk, each)).briefings) for each in (7, 8)] == [0, 1]
    clock.at = DUE + DAY
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    assert post.chats().count(7) == 1


@pytest.mark.asyncio
async def test_who_comes_back_is_told_what_never_arrived(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await hear(desk.storage, statement(MORNING, words="The words that did not arrive."))
    await _plan(desk, clock, 7)
    post.answers(7, Gone("bot was blocked by the user"))
    await send_ready(desk, post, "w")
    clock.goes_on(hours=3)
    await readers.meet(desk, visitor(7))
    assert await plan_and_write(desk) == 0

    clock.at = DUE + DAY
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    assert len(post.arrived) == 1
    assert "The words that did not arrive." in post.arrived[0].html
    assert len(await _days(desk, 7)) == 2


@pytest.mark.asyncio
async def test_who_blocks_between_two_parts_gets_no_more_of_them(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan_long(desk, clock, 7)
    await _send_first_part(desk, post, Gone("bot was blocked by the user"))

    assert await _open(desk) == 0
    # It did not arrive whole: who comes back is told it again, rather than never told the rest.
    assert (await _memory(desk, 7)).briefings == ()


@pytest.mark.asyncio
async def test_a_text_that_is_refused_is_sent_once_more_without_markup_and_the_operator_hears_why(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, Refused("can't parse entities"))

    done = await send_ready(desk, post, "w")

    assert [letter.plain for letter in post.sent] == [False, True]
    assert (done.sent, done.given_up, await _open(desk)) == (1, 0, 0)
    (reason,) = done.refused
    assert "can't parse entities" in reason


@pytest.mark.asyncio
async def test_a_text_that_is_refused_even_so_is_given_up_and_was_not_told(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING))
    await _plan(desk, clock, 7)
    post.answers(7, Refused("message is too long"), Refused("message is too long"))

    done = await send_ready(desk, post, "w")

    assert (done.given_up, len(post.sent), await _open(desk)) == (1, 2, 0)
    assert (await _memory(desk, 7)).briefings == ()
    assert (await known(desk, 7)).chat.paused_at is None


@pytest.mark.asyncio
async def test_a_plain_text_that_is_put_off_is_tried_as_it_was_written_first(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, Refused("can't parse entities"), Throttled(timedelta(seconds=5)))
    await send_ready(desk, post, "w")
    clock.goes_on(seconds=5)
    await send_ready(desk, post, "w")

    assert [letter.plain for letter in post.sent] == [False, True, False]
    assert len(post.arrived) == 1


@pytest.mark.asyncio
async def test_an_answer_nobody_knows_is_taken_so_often_and_then_the_text_is_given_up(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, *[Odd("the stars are wrong")] * 20)
    done = await send_ready(desk, post, "w")
    while not done.given_up:
        clock.at += LONGEST
        done = await send_ready(desk, post, "w")

    assert (len(post.sent), await _open(desk)) == (MOST_ODD + 1, 0)
    assert (await known(desk, 7)).chat.paused_at is None
    assert clock.at - DUE < GRACE


@pytest.mark.asyncio
async def test_an_outage_is_not_held_against_a_text(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, *[Unreachable("ConnectError")] * (MOST_ODD + 1), Throttled(AGAIN), Odd("a hiccup"))
    while not post.arrived:
        await send_ready(desk, post, "w")
        clock.goes_on(seconds=30)

    assert len(post.sent) == MOST_ODD + 4


@pytest.mark.asyncio
async def test_when_telegram_is_back_nobody_waits_longer_than_after_one_failure(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, *[Unreachable("ConnectError")] * 5)
    for _ in range(5):
        await send_ready(desk, post, "w")
        clock.at += AGAIN

    await send_ready(desk, post, "w")
    assert len(post.arrived) == 1


@pytest.mark.asyncio
async def test_what_may_have_arrived_is_sent_again(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, Unclear("Timed out"))
    await send_ready(desk, post, "w")
    assert await _open(desk) == 1

    clock.at += AGAIN
    await send_ready(desk, post, "w")
    assert len(post.arrived) == 2
    assert await _open(desk) == 0


@pytest.mark.asyncio
async def test_while_telegram_is_out_of_reach_the_others_wait_unasked(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    chats = range(1, 31)
    await _plan(desk, clock, *chats)
    for chat in chats:
        post.answers(chat, Unreachable("ConnectError"))

    done = await send_ready(desk, post, "w")

    assert done.unreachable
    assert 1 <= len(post.sent) <= SENT_AT_ONCE
    assert await _open(desk) == len(chats)


@pytest.mark.asyncio
async def test_one_chat_that_must_wait_holds_up_no_other(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _plan(desk, clock, *range(1, 21))
    post.answers(1, Throttled(timedelta(hours=2)))
    post.answers(2, Odd("what"))
    post.answers(3, Unclear("Timed out"))

    done = await send_ready(desk, post, "w")

    assert (done.sent, done.put_off) == (17, 3)


@pytest.mark.asyncio
async def test_texts_are_kept_until_they_are_sent_and_no_longer(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan_long(desk, clock, 7)
    await _send_first_part(desk, post)
    assert await _count(desk, texts) == await _open(desk) > 0
    clock.goes_on(seconds=40)
    await send_ready(desk, post, "w")
    assert await _count(desk, texts) == 0


# Crashes and ends


@pytest.mark.asyncio
async def test_what_a_crash_left_claimed_is_sent_again_when_the_claim_has_run_out(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 7)
    post.answers(7, RuntimeError("the power went"))
    with pytest.raises(RuntimeError):
        await send_ready(desk, post, "w")

    clock.at += CLAIMED_FOR - timedelta(seconds=1)
    await send_ready(desk, post, "next")
    assert len(post.sent) == 1
    clock.goes_on(seconds=1)
    await send_ready(desk, post, "next")
    assert len(post.arrived) == 1


@pytest.mark.asyncio
async def test_a_send_that_raises_leaves_no_other_behind_unsettled(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _plan(desk, clock, 1, 2)
    post.answers(1, RuntimeError("a fault of ours"))
    one_has_failed = asyncio.Event()

    async def slow(letter: Letter) -> Outcome:
        if letter.chat == 2:
            await one_has_failed.wait()
            # Time enough for an end that does not wait.
            await asyncio.sleep(0.05)
        else:
            one_has_failed.set()
        return await post(letter)

    with pytest.raises(RuntimeError):
        await send_ready(desk, slow, "w")
    assert [letter.chat for letter in post.arrived] == [2]
    assert await _open(desk) == 1


@pytest.mark.asyncio
async def test_who_is_told_to_stop_begins_no_further_send(desk: Desk, clock: Clock, post: PostOffice) -> None:
    await _plan(desk, clock, *range(1, 31))
    done = await send_ready(desk, post, "w", lambda: len(post.sent) >= 10)
    assert 10 <= done.sent < 10 + SENT_AT_ONCE
    assert await _open(desk) == 30 - done.sent


# The first briefing


@pytest.mark.asyncio
async def test_the_first_briefing_comes_at_once_and_what_it_told_is_not_told_again_in_the_morning(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING - timedelta(hours=1), words="Words of the night."))
    await _follow(desk, 7)
    made = await first_briefing(desk, await known(desk, 7))
    assert made is not None
    assert "Words of the night." in "".join(made.written.messages)
    await note_told(desk, 7, made)
    assert await first_briefing(desk, await known(desk, 7)) is None

    await hear(desk.storage, call(MORNING + timedelta(minutes=30), ("FR", "DE")))
    clock.at = DUE
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    (text,) = post.texts(7)
    assert "Words of the night." not in text
    assert "spoke by phone" in text


@pytest.mark.asyncio
async def test_who_follows_nothing_has_no_first_briefing(desk: Desk) -> None:
    reader = await readers.meet(desk, visitor(7))
    assert await first_briefing(desk, reader) is None


@pytest.mark.asyncio
async def test_two_readers_of_one_wish_share_text_and_memory(desk: Desk, clock: Clock) -> None:
    await hear(desk.storage, statement(MORNING))
    await _plan(desk, clock, 1, 2)
    assert (await _count(desk, briefings), await _count(desk, texts)) == (1, 1)
    assert await _memory(desk, 1) == await _memory(desk, 2)


@pytest.mark.asyncio
async def test_what_was_held_up_until_its_reader_sleeps_waits_until_the_quiet_hours_end(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 7, 8)
    # An hour after the briefing is due, for two hours.
    await readers.set_quiet(desk, visitor(7), (8 * 60, 10 * 60))
    await _plan(desk, clock, 7, 8)
    clock.at = DUE + timedelta(hours=1, minutes=30)
    await send_ready(desk, post, "w")
    assert post.chats() == [8]
    clock.at = DUE + timedelta(hours=3)
    await send_ready(desk, post, "w")
    assert post.chats() == [8, 7]
    assert await _open(desk) == 0


@pytest.mark.asyncio
async def test_the_rest_of_a_briefing_that_has_begun_to_come_goes_in_quiet_hours_too(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await readers.follow(desk, visitor(7), ("FR",))
    await readers.set_quiet(desk, visitor(7), (8 * 60, 10 * 60))
    parts = await _plan_long(desk, clock, 7)
    assert parts > 1
    clock.at = DUE + timedelta(minutes=59, seconds=50)
    await _send_first_part(desk, post)
    clock.at = DUE + timedelta(hours=1, minutes=1)
    await send_ready(desk, post, "w")
    assert await _open(desk) == 0
    assert all(letter.silent for letter in post.sent[1:])
