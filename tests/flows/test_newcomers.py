"""Readers of one wish who were told different things, as they began at different moments: each gets what is new to them once,
and from then on they are told the same, so that it is composed once for them all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.delivery.outcome import Refused
from bot.flows import readers
from bot.flows.daily import Prepared, in_common
from bot.flows.deliver import send_ready
from bot.flows.desk import Desk
from bot.flows.plan import first_briefing, note_told, plan_due
from bot.flows.writing import Written
from bot.model import Status, Told
from storage.briefings import Given, Memory, briefing_id, memory_of
from storage.tables import chats, deliveries
from tests.e2e.bot.news import call, hear, statement
from tests.flows.chats import DUE, MORNING, Clock, Counting, PostOffice, known, visitor
from tests.ledger import plan

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OLD, *NEW = range(1, 7)
"""A reader of long standing, and others who begin one after another on the second day."""


async def _begin(desk: Desk, chat: int, first: dict[int, str]) -> None:
    """Let a chat follow France and be shown its first briefing."""
    await readers.follow(desk, visitor(chat), ("FR",))
    made = await first_briefing(desk, await known(desk, chat))
    assert made
    await note_told(desk, chat, made)
    first[chat] = "\n".join(made.written.messages)


async def _day(desk: Desk, post: PostOffice) -> None:
    await plan_due(desk)
    await send_ready(desk, post, "w")


async def _begin_old(desk: Desk, clock: Clock, post: PostOffice) -> dict[int, str]:
    """Let the reader of long standing begin and have one briefing of the day; give what each was shown first."""
    first: dict[int, str] = {}
    await _begin(desk, OLD, first)
    clock.at = DUE
    await _day(desk, post)
    return first


async def _held(desk: Desk) -> int:
    async with desk.storage.read() as conn:
        return len(set((await conn.execute(select(chats.c.memory_id))).scalars()))


async def _memory(desk: Desk, chat: int) -> Memory:
    async with desk.storage.read() as conn:
        return await memory_of(conn, chat)


@pytest.mark.asyncio
async def test_each_is_told_everything_once_and_from_the_second_day_on_it_is_composed_once(
    desk: Desk, clock: Clock, compute: Counting, post: PostOffice
) -> None:
    heard = [MORNING + hours * HOUR for hours in range(0, 97, 3)]
    await hear(desk.storage, *(statement(each, words=f"Words of {each:%d %B %H:%M}.") for each in heard))
    begun = {OLD: MORNING}
    first = await _begin_old(desk, clock, post)
    for chat in NEW:
        begun[chat] = clock.goes_on(hours=3, minutes=7, seconds=chat)
        await _begin(desk, chat, first)
    for day in range(1, 4):
        clock.at = DUE + day * DAY + timedelta(seconds=2)
        before = compute.made
        await _day(desk, post)
        assert compute.made - before == (1 + len(NEW) if day == 1 else 1)
        assert await _held(desk) == 1

    for chat in (OLD, *NEW):
        told = [first[chat], *post.texts(chat)]
        for each in heard:
            times = sum(f"Words of {each:%d %B %H:%M}." in text for text in told)
            assert times == (begun[chat] - DAY <= each < DUE + 3 * DAY), (chat, each)


@pytest.mark.asyncio
async def test_what_changes_later_is_told_to_all_also_where_only_some_were_told_of_it(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    planned = call(MORNING - 20 * HOUR, ("FR", "TR"), status=Status.PLANNED)
    await hear(desk.storage, planned)
    first = await _begin_old(desk, clock, post)
    # Too late to be told of the plan.
    clock.at = MORNING + 8 * HOUR
    await _begin(desk, NEW[0], first)
    assert [planned.citations[0].sentence in first[chat] for chat in (OLD, NEW[0])] == [True, False]
    clock.at = DUE + DAY
    await _day(desk, post)
    assert await _held(desk) == 1
    held = call(clock.at + HOUR, ("FR", "TR"))
    both = replace(
        held, citations=(*held.citations, *planned.citations), findings=(*held.findings, *planned.findings)
    )
    await hear(desk.storage, both, instead_of=planned)
    clock.at = DUE + 2 * DAY
    await _day(desk, post)
    assert [held.citations[0].sentence in post.texts(chat)[-1] for chat in (OLD, NEW[0])] == [True, True]


@pytest.mark.asyncio
async def test_who_does_not_get_the_briefing_after_which_all_are_alike_is_told_it_again(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    first = await _begin_old(desk, clock, post)
    begun = clock.goes_on(hours=5)
    await _begin(desk, NEW[0], first)
    await hear(
        desk.storage, statement(begun - HOUR, words="Before."), statement(begun + HOUR, words="Since.")
    )
    clock.at = DUE + DAY
    refused = Refused("Bad Request: can't parse entities")
    post.answers(NEW[0], refused, refused)
    await _day(desk, post)
    await send_ready(desk, post, "w")
    assert post.texts(NEW[0]) == []
    assert ["Before." in post.texts(OLD)[-1], "Since." in post.texts(OLD)[-1]] == [True, True]
    clock.at = DUE + 2 * DAY
    await _day(desk, post)
    assert "Since." in post.texts(NEW[0])[-1]
    assert "Since." not in post.texts(OLD)[-1]
    clock.at = DUE + 3 * DAY
    await _day(desk, post)
    assert await _held(desk) == 1


@pytest.mark.asyncio
async def test_who_is_still_being_sent_an_earlier_briefing_keeps_a_memory_of_their_own_until_it_ended(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    first = await _begin_old(desk, clock, post)
    for chat in NEW[:2]:
        clock.goes_on(hours=2)
        await _begin(desk, chat, first)
    (earlier,) = (await _memory(desk, NEW[0])).briefings
    mine = deliveries.c.chat_id == NEW[0]
    async with desk.storage.write() as conn:
        await plan(conn, NEW[:1], DUE.date(), briefing=earlier.id, parts=["Earlier."], due_at=clock.at)
        under_way = {"claimed_by": "another", "claimed_until": clock.at + 2 * DAY}
        await conn.execute(update(deliveries).where(mine).values(under_way))
    clock.at = DUE + DAY
    await _day(desk, post)
    memory = await _memory(desk, NEW[0])
    assert memory.without(earlier.id) != memory
    assert await _memory(desk, NEW[1]) == await _memory(desk, OLD) != memory

    async with desk.storage.write() as conn:
        await conn.execute(update(deliveries).where(mine).values(settled_at=clock.at, outcome="sent"))
    clock.at = DUE + 2 * DAY
    await _day(desk, post)
    assert await _held(desk) == 1


# What they have in common

MOMENT = datetime(2026, 3, 16, 7, tzinfo=UTC)
FINDINGS = st.dictionaries(
    st.sampled_from("abcdef"), st.builds(Told, status=st.sampled_from(Status)), max_size=4
)


@st.composite
def _tellings(draw: st.DrawFn) -> list[tuple[Memory, Prepared]]:
    """What readers of one wish were told before, and are told now."""
    made: list[tuple[Memory, Prepared]] = []
    for number in range(draw(st.integers(1, 4))):
        since = MOMENT - draw(st.integers(1, 40)) * HOUR
        before, said = draw(FINDINGS), draw(FINDINGS)
        earlier = tuple(
            Given(f"{number}-{each}", date(2026, 3, 15), since - DAY, since)
            for each in range(draw(st.integers(1, 3)))
        )
        day = MOMENT.date()
        told = Given(briefing_id(day, since, MOMENT, said), day, since, MOMENT)
        written = Written("", (), said, is_empty=not said)
        made.append((Memory(since, earlier), Prepared(told, written, before)))
    return made


@given(_tellings(), st.randoms())
def test_nothing_that_anybody_was_told_is_forgotten_and_the_order_does_not_matter(
    told: list[tuple[Memory, Prepared]], chance: object
) -> None:
    common = in_common(told, MOMENT - 14 * DAY)
    assert in_common(_shuffled(told, chance), MOMENT - 14 * DAY) == common
    longest = max(len(memory.briefings) for memory, _ in told)
    leading = [made for memory, made in told if {each.id for each in memory.briefings} < _ids(common.memory)]
    assert len(common.memory.briefings) == longest + 1
    known = {**leading[0].before, **common.said}
    assert set(known) == {finding for _, made in told for finding in (*made.before, *made.written.told)}
    assert known.items() >= leading[0].written.told.items()
    assert common.given.since == min(made.given.since for _, made in told)
    assert common.memory.until == MOMENT
    assert common.memory.without(common.given.id).until == common.given.since


@given(_tellings())
def test_who_is_alone_holds_what_they_were_given(told: list[tuple[Memory, Prepared]]) -> None:
    memory, made = told[0]
    common = in_common(told[:1], MOMENT - 14 * DAY)
    assert (common.given, common.said) == (made.given, made.written.told)
    assert common.memory == memory.after(made.given, MOMENT - 14 * DAY)


def _ids(memory: Memory) -> set[str]:
    return {each.id for each in memory.briefings}


def _shuffled(told: Sequence[tuple[Memory, Prepared]], chance: object) -> list[tuple[Memory, Prepared]]:
    made = list(told)
    chance.shuffle(made)  # type: ignore[attr-defined]  # hypothesis types its randoms as objects
    return made
