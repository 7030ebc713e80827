"""What readers wish, and when their next briefing is due because of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.delivery.due import Wish, next_due, next_due_changed
from bot.flows import readers
from bot.flows.deliver import send_ready
from bot.flows.desk import Desk
from bot.flows.plan import first_briefing, note_told
from bot.model import EVERY_DAY, WORLD, Length, Reader
from storage import Storage
from storage.briefings import memory_of
from storage.due import make_due
from storage.tables import metadata
from tests.e2e.bot.news import hear, statement
from tests.flows.chats import DUE, MORNING, Clock, PostOffice, desk_of, known, visitor
from tests.ledger import plan_and_write

ME = visitor(7, title="Reader", language="de")
DAY = timedelta(days=1)
MONDAY = 0
NEWS = ("sources", "articles", "events")
"""Tables that tell of the world, and of no reader."""
SHARED = {"memories", "remembered", "briefings", "told", "notes"}
"""Tables that tell what was told and not to whom, or nothing of telling."""

Wishing = Callable[[Desk], Awaitable[Reader]]


@pytest_asyncio.fixture
async def desk(storage: Storage, clock: Clock) -> Desk:
    return desk_of(storage, clock)


async def _held(desk: Desk) -> dict[str, int]:
    """How many rows each table holds, those that hold any."""
    async with desk.storage.read() as conn:
        counts = {
            table.name: (await conn.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


async def _told(desk: Desk, chat: int = 7) -> int:
    """How many briefings a chat was told."""
    async with desk.storage.read() as conn:
        return len((await memory_of(conn, chat)).briefings)


async def _due(desk: Desk, chat: int = 7) -> datetime | None:
    return (await known(desk, chat)).chat.next_due_at


# Coming and going


@pytest.mark.asyncio
async def test_who_only_says_hello_is_known_and_has_no_briefing(desk: Desk) -> None:
    reader = await readers.meet(desk, ME)

    assert reader == await known(desk, 7)
    assert (reader.follows, reader.chat.next_due_at) == ((), None)
    assert (reader.chat.title, reader.chat.language, reader.chat.created_at) == ("Reader", "de", MORNING)


@pytest.mark.asyncio
async def test_who_comes_again_is_brought_up_to_date_and_keeps_all_wishes(desk: Desk, clock: Clock) -> None:
    await readers.follow(desk, ME, ("FR",))
    before = await readers.set_minute(desk, ME, 8 * 60)
    clock.goes_on(minutes=5)
    after = await readers.meet(desk, visitor(7, title="A new name"))

    assert (after.chat.title, after.chat.seen_at) == ("A new name", clock.at)
    # A group says nothing of its language; what is known of it stays.
    assert (after.chat.language, after.chat.created_at) == ("de", MORNING)
    assert (after.chat.minute, after.chat.next_due_at) == (8 * 60, before.chat.next_due_at)


@pytest.mark.asyncio
async def test_nobody_is_found_where_nobody_is_stored(desk: Desk) -> None:
    assert await readers.find_reader(desk, 7) is None


@pytest.mark.asyncio
async def test_the_first_country_brings_a_daily_briefing_at_seven(desk: Desk) -> None:
    reader = await readers.follow(desk, ME, ("FR",))

    assert (reader.chat.minute, reader.chat.zone) == (readers.FIRST_MINUTE, readers.FIRST_ZONE)
    assert reader.chat.next_due_at == DUE
    assert reader == await known(desk, 7)


@pytest.mark.asyncio
async def test_further_countries_change_nothing_about_the_hour(desk: Desk, clock: Clock) -> None:
    await readers.follow(desk, ME, ("FR",))
    await readers.set_minute(desk, ME, None)
    clock.goes_on(minutes=1)
    reader = await readers.follow(desk, ME, ("TR", "FR"))

    assert reader.follows == ("FR", "TR")
    assert (reader.chat.minute, reader.chat.next_due_at) == (None, None)


@pytest.mark.asyncio
async def test_who_follows_nothing_any_more_has_no_briefing_and_who_begins_again_has_one(
    desk: Desk,
) -> None:
    await readers.follow(desk, ME, ("FR", "TR"))
    assert (await readers.unfollow(desk, ME, ("FR",))).chat.next_due_at == DUE
    assert (await readers.unfollow(desk, ME, ("TR", "XX"))).chat.next_due_at is None
    assert (await readers.follow(desk, ME, (WORLD,))).chat.next_due_at == DUE
    assert (await readers.unfollow(desk, ME, (WORLD,))).follows == ()
    assert await _due(desk) is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wish",
    [
        lambda desk: readers.follow(desk, ME, ("TR",)),
        lambda desk: readers.unfollow(desk, ME, ("FR",)),
        lambda desk: readers.unfollow(desk, ME, ()),
        lambda desk: readers.set_length(desk, ME, Length.SHORT),
        lambda desk: readers.set_silence(desk, ME, silent=True),
        lambda desk: readers.meet(desk, ME),
    ],
    ids=["follow", "unfollow", "unfollow nothing", "length", "silence", "meet"],
)
async def test_a_briefing_that_is_due_is_not_lost_by_a_wish_that_is_not_about_its_hour(
    desk: Desk, clock: Clock, wish: Wishing
) -> None:
    await readers.follow(desk, ME, ("FR", "DE"))
    clock.at = DUE + timedelta(seconds=3)
    await wish(desk)

    assert await _due(desk) == DUE
    await plan_and_write(desk)
    assert (await known(desk, 7)).chat.last_date == DUE.date()


# When it is due


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda desk: readers.set_minute(desk, ME, 5 * 60 + 30), Wish("Asia/Tokyo", 330)),
        (lambda desk: readers.set_minute(desk, ME, 23 * 60 + 59), Wish("Asia/Tokyo", 1439)),
        (lambda desk: readers.set_minute(desk, ME, 0), Wish("Asia/Tokyo", 0)),
        (lambda desk: readers.set_zone(desk, ME, "America/New_York"), Wish("America/New_York", 420)),
        (lambda desk: readers.set_zone(desk, ME, "Pacific/Apia"), Wish("Pacific/Apia", 420)),
        (
            lambda desk: readers.toggle_weekday(desk, ME, MONDAY),
            Wish("Asia/Tokyo", 420, EVERY_DAY & ~(1 << MONDAY)),
        ),
    ],
)
@pytest.mark.parametrize("hours", [0, 8, 17, 23])
async def test_every_change_of_hour_zone_or_days_settles_anew_when_it_is_due(
    desk: Desk, clock: Clock, change: Wishing, wanted: Wish, hours: int
) -> None:
    await readers.follow(desk, ME, ("FR",))
    await readers.set_zone(desk, ME, "Asia/Tokyo")
    clock.goes_on(hours=hours)
    reader = await change(desk)

    assert readers.wish_of(reader) == wanted
    due = next_due_changed(Wish("Asia/Tokyo", 420), wanted, clock.at, None, DUE + timedelta(hours=15))
    assert reader.chat.next_due_at == due == await _due(desk)
    if hours < 16:
        assert due == next_due(wanted, clock.at)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "comes"),
    [
        (lambda desk: readers.set_minute(desk, ME, 6 * 60), timedelta()),
        (lambda desk: readers.set_minute(desk, ME, 9 * 60), timedelta(hours=2)),
        (lambda desk: readers.set_zone(desk, ME, "Asia/Tokyo"), timedelta()),
        (lambda desk: readers.set_zone(desk, ME, "America/New_York"), timedelta(hours=4)),
        (lambda desk: readers.toggle_weekday(desk, ME, MONDAY + 1), timedelta()),
        (lambda desk: readers.toggle_weekday(desk, ME, MONDAY), timedelta(days=1)),
        (lambda desk: readers.set_quiet(desk, ME, (22 * 60, 8 * 60)), timedelta(hours=1)),
        (lambda desk: readers.set_quiet(desk, ME, (22 * 60, 7 * 60)), timedelta()),
    ],
    ids=["earlier", "later", "east", "west", "another day", "this day", "quiet", "quiet till now"],
)
async def test_a_briefing_that_is_due_is_not_lost_by_a_change_of_its_hour_either(
    desk: Desk, clock: Clock, change: Wishing, comes: timedelta
) -> None:
    await readers.follow(desk, ME, ("FR",))
    clock.at = DUE
    await plan_and_write(desk)
    await send_ready(desk, PostOffice(), "w")
    clock.at = DUE + 7 * DAY + timedelta(seconds=3)
    async with desk.storage.write() as conn:
        await make_due(conn, [7], DUE + 7 * DAY)
    await change(desk)
    assert await _due(desk) == DUE + 7 * DAY + comes

    clock.at = DUE + 7 * DAY + comes + timedelta(seconds=5)
    assert await plan_and_write(desk) == 1
    post = PostOffice()
    await send_ready(desk, post, "w")
    assert len(post.texts(7)) == 1
    due = await _due(desk)
    assert due
    assert due - clock.at > timedelta(hours=12)


@pytest.mark.asyncio
async def test_a_day_that_had_its_briefing_has_no_second_one_at_a_later_hour(
    desk: Desk, clock: Clock
) -> None:
    await readers.follow(desk, ME, ("FR",))
    clock.at = DUE
    await plan_and_write(desk)
    reader = await readers.set_minute(desk, ME, 20 * 60)
    assert reader.chat.next_due_at == DUE + DAY + timedelta(hours=13)


@pytest.mark.asyncio
async def test_no_daily_briefing_is_a_wish_too(desk: Desk, clock: Clock) -> None:
    await readers.follow(desk, ME, ("FR",))
    assert (await readers.set_minute(desk, ME, None)).chat.next_due_at is None
    clock.at = DUE
    assert await plan_and_write(desk) == 0
    assert (await readers.set_minute(desk, ME, 8 * 60)).chat.next_due_at == DUE + timedelta(hours=1)


@pytest.mark.asyncio
async def test_the_last_weekday_that_is_on_stays_on(desk: Desk) -> None:
    await readers.follow(desk, ME, ("FR",))
    for weekday in range(7):
        reader = await readers.toggle_weekday(desk, ME, weekday)
    assert reader.chat.weekdays == 1 << 6
    assert reader.chat.next_due_at is not None
    assert reader.chat.next_due_at.weekday() == 6
    assert (await readers.toggle_weekday(desk, ME, MONDAY)).chat.weekdays == 1 << 6 | 1


@pytest.mark.asyncio
async def test_an_hour_can_be_set_before_anything_is_followed(desk: Desk) -> None:
    reader = await readers.set_minute(desk, ME, 9 * 60)
    assert (reader.chat.minute, reader.chat.next_due_at) == (9 * 60, None)
    assert (await readers.follow(desk, ME, ("FR",))).chat.next_due_at == MORNING + timedelta(hours=3)


@pytest.mark.asyncio
async def test_length_and_silence_are_kept(desk: Desk) -> None:
    await readers.set_length(desk, ME, Length.SHORT)
    await readers.set_silence(desk, ME, silent=True)
    chat = (await known(desk, 7)).chat
    assert (chat.length, chat.silent_when_empty) == (Length.SHORT, True)


# Stop, pause, forget


async def _with_everything(desk: Desk, clock: Clock) -> None:
    """Let reader 7 have wishes, a briefing that was told, and another that waits."""
    await hear(desk.storage, statement(MORNING))
    reader = await readers.follow(desk, ME, ("FR", WORLD))
    made = await first_briefing(desk, reader)
    assert made
    await note_told(desk, 7, made)
    clock.at = DUE
    assert await plan_and_write(desk) == 1


@pytest.mark.asyncio
async def test_who_stops_is_sent_nothing_more_and_keeps_what_is_followed(desk: Desk, clock: Clock) -> None:
    await _with_everything(desk, clock)
    before = await _told(desk)
    reader = await readers.stop(desk, ME)

    assert (reader.follows, reader.chat.minute, reader.chat.next_due_at) == ((WORLD, "FR"), None, None)
    post = PostOffice()
    clock.at = DUE + DAY
    assert await plan_and_write(desk) == 0
    await send_ready(desk, post, "w")
    assert post.sent == []
    # What was taken back was not told.
    assert (before, await _told(desk)) == (2, 1)


@pytest.mark.asyncio
async def test_an_hour_starts_again_what_was_stopped(desk: Desk) -> None:
    await readers.follow(desk, ME, ("FR",))
    await readers.stop(desk, ME)
    assert (await readers.set_minute(desk, ME, readers.FIRST_MINUTE)).chat.next_due_at == DUE


@pytest.mark.asyncio
async def test_of_who_is_forgotten_nothing_is_left_in_any_table_that_tells_of_readers(
    desk: Desk, clock: Clock
) -> None:
    await _with_everything(desk, clock)
    assert {"chats", "subscriptions", "briefings", "told", "deliveries", "texts"} <= (
        await _held(desk)
    ).keys()

    assert await readers.forget(desk, 7)

    left = {name for name in await _held(desk) if not name.startswith(("event", "citation", *NEWS))}
    assert left <= SHARED
    assert not await readers.forget(desk, 7)


@pytest.mark.asyncio
async def test_a_neighbour_of_who_is_forgotten_keeps_everything(desk: Desk, clock: Clock) -> None:
    for chat in (7, 70):
        await readers.follow(desk, visitor(chat), (WORLD, "FR"))
    clock.at = DUE
    assert await plan_and_write(desk) == 2
    post = PostOffice()

    await readers.forget(desk, 7)

    await send_ready(desk, post, "w")
    assert post.chats() == [70]


@pytest.mark.asyncio
async def test_who_begins_again_after_being_forgotten_begins_anew(desk: Desk, clock: Clock) -> None:
    await _with_everything(desk, clock)
    await readers.forget(desk, 7)
    reader = await readers.meet(desk, ME)
    assert (reader.follows, reader.chat.created_at, reader.chat.last_date) == ((), DUE, None)


@pytest.mark.asyncio
async def test_a_paused_chat_is_sent_nothing_until_it_speaks_and_is_then_not_flooded(
    desk: Desk, clock: Clock
) -> None:
    await _with_everything(desk, clock)
    await readers.pause(desk, 7, "bot was kicked")
    assert (await known(desk, 7)).chat.paused_because == "bot was kicked"
    post = PostOffice()
    clock.at = DUE + 3 * DAY + timedelta(minutes=1)
    assert await plan_and_write(desk) == 0

    reader = await readers.meet(desk, ME)
    assert (reader.chat.paused_at, reader.chat.paused_because) == (None, None)
    assert reader.chat.next_due_at == DUE + 4 * DAY
    assert await plan_and_write(desk) == 0
    await send_ready(desk, post, "w")
    assert post.sent == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wish",
    [
        lambda desk: readers.set_minute(desk, ME, 420),
        lambda desk: readers.set_length(desk, ME, Length.SHORT),
        lambda desk: readers.unfollow(desk, ME, ("TR",)),
        lambda desk: readers.follow(desk, ME, ("TR",)),
    ],
    ids=["hour", "length", "unfollow", "follow"],
)
async def test_whoever_wishes_something_in_a_paused_chat_wakes_it(
    desk: Desk, clock: Clock, wish: Wishing
) -> None:
    await readers.follow(desk, ME, ("FR",))
    await readers.pause(desk, 7, "not enough rights to send text messages to the chat")
    clock.at = DUE + 2 * DAY
    reader = await wish(desk)

    assert reader == await known(desk, 7)
    assert (reader.chat.paused_at, reader.chat.next_due_at) == (None, DUE + 3 * DAY)


@pytest.mark.asyncio
async def test_a_chat_nobody_knows_cannot_be_paused(desk: Desk) -> None:
    await readers.pause(desk, 7, "bot was kicked")
    assert await readers.find_reader(desk, 7) is None


@pytest.mark.asyncio
async def test_a_group_takes_wishes_memory_and_what_waits_along_to_its_new_id(
    desk: Desk, clock: Clock
) -> None:
    await _with_everything(desk, clock)
    before = await known(desk, 7)
    # The new id may have been heard of already.
    await readers.meet(desk, visitor(-1007, "supergroup"))

    assert await readers.move(desk, 7, -1007)

    after = await known(desk, -1007)
    assert after.follows == before.follows
    assert (after.chat.minute, after.chat.next_due_at) == (before.chat.minute, before.chat.next_due_at)
    assert await readers.find_reader(desk, 7) is None
    post = PostOffice()
    await send_ready(desk, post, "w")
    assert set(post.chats()) == {-1007}
    assert not await readers.move(desk, 7, -1007)
    clock.at = DUE + DAY
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    assert "Nothing new was heard" in post.sent[-1].html
