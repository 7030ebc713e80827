"""The briefing of one chat: what is new since its last one, what changed, and never the same twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio

from bot.flows import daily
from bot.flows.daily import FIRST, FURTHEST, READING, REMEMBERED, Prepared, read_up_to
from bot.flows.desk import Desk
from bot.flows.plan import note_told
from bot.flows.writing import SHORT
from bot.model import WORLD, Article, Chat, Length, Reader, Status
from storage import Storage
from storage.articles import save_articles
from storage.briefings import memory_of
from storage.chats import save_chat
from tests.e2e.bot.news import call, confirmed, hear, statement
from tests.flows.chats import MORNING, Clock, desk_of
from tests.rendering.shown import text_of_html

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
FR = Reader(Chat(7, "private", "UTC", MORNING, MORNING), ("FR",))
ALL = replace(FR, follows=(WORLD,))


@pytest_asyncio.fixture
async def desk(storage: Storage) -> Desk:
    async with storage.write() as conn:
        for chat in (7, 8):
            await save_chat(conn, replace(FR.chat, id=chat))
    return desk_of(storage, Clock())


async def prepare(desk: Desk, reader: Reader, day: date, now: datetime, *, is_late: bool = False) -> Prepared:
    """Make the briefing that a chat would get at `now`."""
    async with desk.storage.read() as conn:
        memory, until = await memory_of(conn, reader.chat.id), await read_up_to(conn, now)
    return await daily.prepare(desk, reader, day, until, memory, is_late=is_late)


async def _brief(desk: Desk, now: datetime, reader: Reader = FR, *, is_late: bool = False) -> str:
    """Give a briefing that was told, in words."""
    made = await prepare(desk, reader, now.date(), now, is_late=is_late)
    await note_told(desk, reader.chat.id, made)
    return _text(made)


def _text(made: Prepared) -> str:
    return "\n".join(map(text_of_html, made.written.messages))


async def _hear_statements(desk: Desk, *moments: datetime) -> None:
    made = [statement(heard, words=f"Words of {heard:%d %B %H:%M:%S}.") for heard in moments]
    await hear(desk.storage, *made)


@pytest.mark.asyncio
async def test_a_first_briefing_reaches_back_one_day(desk: Desk) -> None:
    since = MORNING - FIRST
    await _hear_statements(desk, since - SECOND, since, MORNING - SECOND, MORNING)
    text = await _brief(desk, MORNING)
    told = [f"Words of {heard:%d %B %H:%M:%S}." for heard in (since, MORNING - SECOND)]
    not_told = [f"Words of {heard:%d %B %H:%M:%S}." for heard in (since - SECOND, MORNING)]
    assert [words for words in (*told, *not_told) if words in text] == told


@pytest.mark.asyncio
async def test_each_moment_belongs_to_exactly_one_briefing(desk: Desk) -> None:
    hours = [MORNING - 5 * HOUR + number * 5 * HOUR for number in range(12)]
    await _hear_statements(desk, *hours)
    texts = [await _brief(desk, MORNING + days * DAY) for days in range(4)]
    for heard in hours:
        told = [text for text in texts if f"Words of {heard:%d %B %H:%M:%S}." in text]
        assert len(told) == 1


@pytest.mark.asyncio
async def test_who_was_away_is_given_the_week_and_not_the_year(desk: Desk) -> None:
    await _brief(desk, MORNING)
    back = MORNING + 30 * DAY
    await _hear_statements(desk, back - FURTHEST - SECOND, back - FURTHEST)
    text = await _brief(desk, back)
    assert f"Words of {back - FURTHEST:%d %B %H:%M:%S}." in text
    assert f"Words of {back - FURTHEST - SECOND:%d %B %H:%M:%S}." not in text


@pytest.mark.asyncio
async def test_the_same_call_is_not_told_twice_and_a_planned_one_is_again_once_it_is_held(desk: Desk) -> None:
    planned = call(MORNING - HOUR, ("FR", "DE"), status=Status.PLANNED)
    await hear(desk.storage, planned)
    assert "are to speak by phone" in await _brief(desk, MORNING)
    assert (await prepare(desk, FR, MORNING.date(), MORNING + DAY)).written.is_empty

    held = replace(planned, status=Status.HELD)
    await hear(desk.storage, held, instead_of=planned)
    text = await _brief(desk, MORNING + DAY)
    assert "spoke by phone" in text
    assert "Updated: now held" in text
    assert (await prepare(desk, FR, MORNING.date(), MORNING + 2 * DAY)).written.is_empty


@pytest.mark.asyncio
async def test_a_further_publisher_of_what_was_told_is_an_update_and_merging_tells_nothing_new(
    desk: Desk,
) -> None:
    first = call(MORNING - HOUR, ("FR", "DE"))
    await hear(desk.storage, first)
    await _brief(desk, MORNING)
    await hear(desk.storage, confirmed(first, "Harbour Gazette", MORNING + HOUR), instead_of=first)
    text = await _brief(desk, MORNING + DAY)
    assert "Updated: confirmed by a further publisher" in text
    assert "1 event" in text
    assert (await prepare(desk, FR, MORNING.date(), MORNING + 2 * DAY)).written.is_empty


@pytest.mark.asyncio
async def test_after_two_weeks_what_was_told_is_followed_no_more(desk: Desk) -> None:
    planned = call(MORNING - HOUR, ("FR", "DE"), status=Status.PLANNED)
    await hear(desk.storage, planned)
    await _brief(desk, MORNING)
    await hear(desk.storage, replace(planned, status=Status.HELD), instead_of=planned)
    within, beyond = MORNING + REMEMBERED - SECOND, MORNING + REMEMBERED
    assert not (await prepare(desk, FR, within.date(), within)).written.is_empty
    assert (await prepare(desk, FR, beyond.date(), beyond)).written.is_empty


@pytest.mark.asyncio
async def test_what_another_reader_was_told_is_new_to_this_one(desk: Desk) -> None:
    await _hear_statements(desk, MORNING - HOUR)
    await _brief(desk, MORNING, replace(FR, chat=replace(FR.chat, id=8)))
    assert "Words of" in await _brief(desk, MORNING)


@pytest.mark.asyncio
async def test_a_country_that_is_followed_no_more_is_not_updated_either(desk: Desk) -> None:
    planned = call(MORNING - HOUR, ("FR", "DE"), status=Status.PLANNED)
    await hear(desk.storage, planned)
    await _brief(desk, MORNING)
    await hear(desk.storage, replace(planned, status=Status.HELD), instead_of=planned)
    now_kenya = replace(FR, follows=("KE",))
    assert (await prepare(desk, now_kenya, MORNING.date(), MORNING + DAY)).written.is_empty


@pytest.mark.asyncio
async def test_whoever_follows_the_world_is_told_of_all(desk: Desk) -> None:
    await hear(desk.storage, *(statement(MORNING - HOUR, code, f"Of {code}.") for code in ("FR", "KE", "PE")))
    text = await _brief(desk, MORNING, ALL)
    assert all(f"Of {code}." in text for code in ("FR", "KE", "PE"))
    assert "Of KE." not in await _brief(desk, MORNING)


@pytest.mark.asyncio
async def test_what_is_heard_but_not_read_yet_waits_for_the_next_briefing_with_all_after_it(
    desk: Desk,
) -> None:
    unread = Article("u", "u.txt", "Not read yet.", heard_at=MORNING - 10 * 60 * SECOND)
    await _hear_statements(desk, MORNING - HOUR, MORNING - 5 * 60 * SECOND)
    async with desk.storage.write() as conn:
        await save_articles(conn, [unread])
    first, second = await _brief(desk, MORNING), await _brief(desk, MORNING + DAY)
    assert "Words of 16 March 05:00:00." in first
    assert "Words of 16 March 05:55:00." not in first
    assert "Words of 16 March 05:55:00." in second
    assert "Words of 16 March 05:00:00." not in second


@pytest.mark.asyncio
async def test_what_is_never_read_holds_nothing_back_for_ever(desk: Desk) -> None:
    await _hear_statements(desk, MORNING - 5 * 60 * SECOND)
    async with desk.storage.write() as conn:
        await save_articles(conn, [Article("u", "u.txt", "Never read.", heard_at=MORNING - READING - SECOND)])
    assert "Words of 16 March 05:55:00." in await _brief(desk, MORNING)


@pytest.mark.asyncio
async def test_an_empty_day_is_empty_and_says_how_much_was_read(desk: Desk) -> None:
    made = await prepare(desk, FR, MORNING.date(), MORNING)
    assert made.written.is_empty
    assert "this is silence on our side" in _text(made)
    await hear(desk.storage, statement(MORNING - HOUR, "KE"))
    made = await prepare(desk, FR, MORNING.date(), MORNING)
    assert made.written.is_empty
    assert "Nothing new was heard about France in this time." in _text(made)
    assert "1 article was read." in _text(made)


@pytest.mark.asyncio
async def test_a_late_one_says_so_and_the_hours_are_the_readers(desk: Desk) -> None:
    tokyo = replace(FR, chat=replace(FR.chat, zone="Asia/Tokyo"))
    text = await _brief(desk, MORNING, tokyo, is_late=True)
    assert "This briefing comes late" in text
    assert "15:00 UTC+9" in text
    assert "late" not in _text(await prepare(desk, tokyo, MORNING.date(), MORNING))


@pytest.mark.asyncio
async def test_a_short_one_is_shorter_and_what_it_leaves_out_was_not_told(desk: Desk) -> None:
    await hear(desk.storage, *(statement(MORNING - HOUR, "FR", f"Words number {n}.") for n in range(30)))
    short = replace(FR, chat=replace(FR.chat, length=Length.SHORT))
    made = await prepare(desk, short, MORNING.date(), MORNING)
    full = await prepare(desk, FR, MORNING.date(), MORNING)
    assert 0 < _text(made).count("Words number") <= SHORT.statements_in_all
    assert _text(made).count("Words number") < _text(full).count("Words number")
    assert len(made.written.told) == _text(made).count("Words number")


@pytest.mark.asyncio
async def test_the_same_briefing_twice_is_kept_once(desk: Desk) -> None:
    await _hear_statements(desk, MORNING - HOUR)
    one, two = [await prepare(desk, FR, MORNING.date(), MORNING) for _ in range(2)]
    assert one.given == two.given
    assert one.given.day == date(2026, 3, 16)
    assert one.given.until == MORNING.astimezone(UTC)
    await note_told(desk, 7, one)
    await note_told(desk, 7, two)
    assert (await prepare(desk, FR, MORNING.date(), MORNING + HOUR)).written.is_empty
