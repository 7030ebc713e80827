"""What readers wish, and where they are: every change is one transaction, and settles when the next briefing is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.due import Wish, next_due_changed
from bot.delivery.shard import shard_of
from bot.flows.desk import Desk
from bot.model import Chat, Length, Reader
from storage.briefings import untell
from storage.chats import find_chat, forget_chat, move_chat, save_chat
from storage.deliveries import remove_texts, reshard
from storage.editions import drop_spent
from storage.planned import withdraw
from storage.subscriptions import countries_of, subscribe, unsubscribe

FIRST_ZONE = "UTC"
FIRST_MINUTE = 7 * 60
"""Where and when a new follower is briefed until they say otherwise: before the working day of most of the world's
foreign ministries begins."""

Change = Callable[[Chat], Chat]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who writes to us, as Telegram describes the chat."""

    chat: int
    kind: str
    title: str | None = None
    language: str | None = None


async def meet(desk: Desk, visitor: Visitor) -> Reader:
    """Take note that a chat was heard of; a new one is stored, a paused one wakes.

    What a paused chat missed is not poured out over it: its next briefing is the next one due.
    """

    def seen(chat: Chat) -> Chat:
        return replace(
            chat,
            kind=visitor.kind,
            title=visitor.title,
            language=visitor.language or chat.language,
            seen_at=desk.now(),
        )

    return await _set(desk, visitor, seen, is_new_date=False)


async def find_reader(desk: Desk, chat: int) -> Reader | None:
    """Load a reader; None where the chat is unknown."""
    async with desk.storage.read() as conn:
        found = await find_chat(conn, chat)
        return Reader(found, await countries_of(conn, chat)) if found else None


async def follow(desk: Desk, visitor: Visitor, countries: Iterable[str]) -> Reader:
    """Let a chat follow `countries` too. Its first brings a daily briefing, whose hour can then be changed."""

    def daily(chat: Chat) -> Chat:
        return chat if chat.minute is not None else replace(chat, minute=FIRST_MINUTE)

    wanted = tuple(countries)
    async with desk.storage.write() as conn:
        known = await find_chat(conn, visitor.chat, lock=True)
        if known is None:
            await save_chat(conn, _new(visitor, desk.now()))
        is_first = not await countries_of(conn, visitor.chat)
        await subscribe(conn, visitor.chat, wanted, desk.now())
        return await _change(conn, desk, visitor, daily if is_first else _same, is_new_date=is_first)


async def unfollow(desk: Desk, visitor: Visitor, countries: Iterable[str]) -> Reader:
    """Let a chat follow `countries` no more; who follows nothing has no briefing."""
    async with desk.storage.write() as conn:
        await unsubscribe(conn, visitor.chat, countries)
        is_last = not await countries_of(conn, visitor.chat)
        return await _change(conn, desk, visitor, _same, is_new_date=is_last)


async def set_minute(desk: Desk, visitor: Visitor, minute: int | None) -> Reader:
    """Set the minute of the local day of the daily briefing; None for no daily briefing."""
    return await _set(desk, visitor, lambda chat: replace(chat, minute=minute))


async def set_zone(desk: Desk, visitor: Visitor, zone: str) -> Reader:
    """Set the zone (IANA) that the chat's hours are told in."""
    return await _set(desk, visitor, lambda chat: replace(chat, zone=zone))


async def set_quiet(desk: Desk, visitor: Visitor, hours: tuple[int, int] | None) -> Reader:
    """Set from which minute of the local day until which nothing is to come; None for no quiet hours."""
    start, end = hours or (None, None)
    return await _set(desk, visitor, lambda chat: replace(chat, quiet_from=start, quiet_until=end))


async def toggle_weekday(desk: Desk, visitor: Visitor, weekday: int) -> Reader:
    """Turn a weekday (0 for Monday) on or off; the last one that is on stays on, since “never” is said by `stop`."""

    def toggled(chat: Chat) -> Chat:
        days = chat.weekdays ^ (1 << weekday)
        return replace(chat, weekdays=days) if days else chat

    return await _set(desk, visitor, toggled)


async def set_length(desk: Desk, visitor: Visitor, length: Length) -> Reader:
    """Set how much of a briefing is wanted."""
    return await _set(desk, visitor, lambda chat: replace(chat, length=length), is_new_date=False)


async def set_silence(desk: Desk, visitor: Visitor, *, silent: bool) -> Reader:
    """Set whether a day without news passes without a message."""
    return await _set(desk, visitor, lambda chat: replace(chat, silent_when_empty=silent), is_new_date=False)


async def stop(desk: Desk, visitor: Visitor) -> Reader:
    """Send nothing more by ourselves; what is followed is kept, and questions are still answered."""
    async with desk.storage.write() as conn:
        await _take_back(conn, visitor.chat)
        return await _change(conn, desk, visitor, lambda chat: replace(chat, minute=None), is_new_date=True)


async def forget(desk: Desk, chat: int) -> bool:
    """Remove all that is stored about a chat; False where that is nothing."""
    async with desk.storage.write() as conn:
        was_known = await forget_chat(conn, chat)
        await drop_spent(conn)
        await remove_texts(conn)
        return was_known


async def pause(desk: Desk, chat: int, because: str) -> None:
    """Note that a chat cannot be written to (it blocked the bot, or put it out); nothing more is sent until it writes."""
    async with desk.storage.write() as conn:
        found = await find_chat(conn, chat, lock=True)
        if found is None:
            return
        await _take_back(conn, chat)
        await save_chat(conn, replace(found, paused_at=desk.now(), paused_because=because))


async def move(desk: Desk, old: int, new: int) -> bool:
    """Follow a group to its new id, with all it wishes and was told; False where the old one is unknown."""
    async with desk.storage.write() as conn:
        if not await move_chat(conn, old, new):
            return False
        await reshard(conn, new, shard_of(new))
        return True


def wish_of(reader: Reader) -> Wish | None:
    """When a reader wants the briefing; None for none, which is also what a reader of nothing gets."""
    return _rhythm(reader.chat) if reader.follows else None


async def _take_back(conn: AsyncConnection, chat: int) -> None:
    """Take back what is not sent yet; what never arrived was not told."""
    for briefing in await withdraw(conn, chat):
        await untell(conn, chat, briefing)


def _new(visitor: Visitor, now: datetime) -> Chat:
    return Chat(
        visitor.chat,
        visitor.kind,
        FIRST_ZONE,
        now,
        now,
        title=visitor.title,
        language=visitor.language,
        minute=FIRST_MINUTE,
    )


def _same(chat: Chat) -> Chat:
    return chat


async def _set(desk: Desk, visitor: Visitor, change: Change, *, is_new_date: bool = True) -> Reader:
    async with desk.storage.write() as conn:
        return await _change(conn, desk, visitor, change, is_new_date=is_new_date)


async def _change(
    conn: AsyncConnection, desk: Desk, visitor: Visitor, change: Change, *, is_new_date: bool
) -> Reader:
    """Store what `change` makes of a chat; where `is_new_date`, settle anew when its briefing is due.

    A change that leaves the hour as it is leaves the date too: a briefing that is due this minute is not to be lost.
    A paused chat wakes, for whoever wishes something can be written to.
    """
    now = desk.now()
    held = await find_chat(conn, visitor.chat, lock=True)
    awake = replace(held, paused_at=None, paused_because=None) if held else _new(visitor, now)
    chat = change(awake)
    await save_chat(conn, chat)
    reader = Reader(chat, await countries_of(conn, visitor.chat))
    if not is_new_date and held == awake:
        return reader
    # What a paused chat missed is not poured out over it.
    chat = replace(chat, next_due_at=_next_due(reader, held if held == awake else None, now))
    await save_chat(conn, chat)
    return Reader(chat, reader.follows)


def _next_due(reader: Reader, before: Chat | None, now: datetime) -> datetime | None:
    """When the briefing of a reader is due who was `before`; one that was due and is not made yet is not lost."""
    wish = wish_of(reader)
    if wish is None:
        return None
    old = _rhythm(before) if before else None
    return next_due_changed(old, wish, now, reader.chat.last_date, before.next_due_at if before else None)


def _rhythm(chat: Chat) -> Wish | None:
    if chat.minute is None:
        return None
    return Wish(chat.zone, chat.minute, chat.weekdays, chat.quiet_from, chat.quiet_until)
