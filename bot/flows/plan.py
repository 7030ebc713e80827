"""From due chats to briefings that wait to be sent.

Chats that are to be told the same at the same moment are a group: their briefing is composed once and kept as an edition.
From that the rows of each chat are written when a sender has room for them (`storage.editions`). So what is planned for a
million chats is planned as soon as for a thousand, and whoever changes a wish before a sender came to it is heeded.
"""

from datetime import date, datetime, timedelta
from itertools import groupby

from bot.delivery.due import GRACE
from bot.flows.daily import REMEMBERED, Prepared, prepare, read_up_to
from bot.flows.desk import Desk
from bot.flows.groups import Planning
from bot.flows.upkeep import forget_old, renew_due
from bot.model import Reader
from bot.places.zones import local
from storage.briefings import find_memory, memory_of, save_memory, tell
from storage.due import PORTION, hold_memory, make_due
from storage.editions import drop_stale
from storage.planned import Stale, stale, take_back


async def plan_due(desk: Desk, grace: timedelta = GRACE) -> int:
    """Make the briefing of every chat that is due; return for how many chats there is one now."""
    now = desk.now()
    await renew_due(desk, now)
    await forget_old(desk, now - REMEMBERED)
    async with desk.storage.write() as conn:
        await drop_stale(conn, now - grace)
    await _withdraw_stale(desk, now, grace)
    return await Planning(desk, now, grace).run()


async def _withdraw_stale(desk: Desk, now: datetime, grace: timedelta) -> None:
    """Take back what waited so long that it is old news; its readers get the present briefing instead."""
    before = now - grace
    async with desk.storage.read() as conn:
        found = await stale(conn, before, now, 1)
    while found:
        async with desk.storage.write() as conn:
            found = await stale(conn, before, now, PORTION, lock=True)
            for day, those in groupby(sorted(found, key=_day), _day):
                await take_back(conn, [each.chat for each in those], day)
            for (memory, briefing), those in groupby(sorted(found, key=_told), _told):
                rest = (await find_memory(conn, memory or None)).without(briefing)
                held = await save_memory(conn, rest)
                await hold_memory(conn, [each.chat for each in those], held or "")
            # Due when it was: so late that the new one says so.
            await make_due(conn, [each.chat for each in found], before - timedelta(seconds=1))


def _day(old: Stale) -> date:
    return old.day


def _told(old: Stale) -> tuple[str, str]:
    return old.memory or "", old.briefing or ""


async def first_briefing(desk: Desk, reader: Reader) -> Prepared | None:
    """Write a reader's first briefing, to be shown at once; None for who follows nothing or has had one."""
    if not reader.follows:
        return None
    now = desk.now()
    async with desk.storage.read() as conn:
        memory, until = await memory_of(conn, reader.chat.id), await read_up_to(conn, now)
    if memory.briefings:
        return None
    return await prepare(desk, reader, local(now, reader.chat.zone).date(), until, memory)


async def note_told(desk: Desk, chat: int, made: Prepared) -> None:
    """Remember that a briefing was shown to `chat`."""
    async with desk.storage.write() as conn:
        await tell(conn, chat, made.given, made.written.told, desk.now() - REMEMBERED)
