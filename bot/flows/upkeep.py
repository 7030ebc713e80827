"""What keeps itself right beside the planning: due moments under new rules of the zones, and memories nobody holds."""

from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from zoneinfo import TZPATH

from bot.delivery.due import Wish, next_due_under_new_rules
from bot.flows.desk import Desk
from storage.briefings import forget_memories, unheld_memories
from storage.due import PORTION, Reckoned, reckon_anew, reckoned
from storage.notes import find_note, keep_note

RULES = "zone rules"
FORGOTTEN = "memories forgotten on"
MOMENTS_AT_ONCE = 200
"""Due moments looked at together; of each there are as many kinds of chats as zones and rhythms."""


async def renew_due(desk: Desk, now: datetime) -> None:
    """Reckon anew when each chat is due, where the rules of the time zones are others than they were reckoned by."""
    async with desk.storage.read() as conn:
        if await find_note(conn, RULES) == zone_rules():
            return
    after: datetime | None = now
    while after is not None:
        async with desk.storage.read() as conn:
            found, after = await reckoned(conn, after, MOMENTS_AT_ONCE)
        for each in found:
            await _renew(desk, each, now)
    async with desk.storage.write() as conn:
        await keep_note(conn, RULES, zone_rules())


async def _renew(desk: Desk, each: Reckoned, now: datetime) -> None:
    rhythm = each.rhythm
    if rhythm.minute is None:
        return
    wish = Wish(each.zone, rhythm.minute, rhythm.weekdays, rhythm.quiet_from, rhythm.quiet_until)
    anew = next_due_under_new_rules(wish, each.due_at, now, each.last_date)
    if anew == each.due_at:
        return
    changed = PORTION
    while changed == PORTION:
        async with desk.storage.write() as conn:
            changed = await reckon_anew(conn, each, anew, PORTION)


async def forget_old(desk: Desk, before: datetime) -> None:
    """Remove, once a day, the memories that end before `before` and that no chat holds."""
    today = before.date().isoformat()
    async with desk.storage.read() as conn:
        if await find_note(conn, FORGOTTEN) == today:
            return
        ids = await unheld_memories(conn, before)
    async with desk.storage.write() as conn:
        await forget_memories(conn, ids, before)
        await keep_note(conn, FORGOTTEN, today)


@cache
def zone_rules() -> str:
    """Name the rules of the time zones this process reckons by: the machine's own where it has them, else the package's.

    `zoneinfo` reads them once, so a process never sees them change.
    """
    for folder in TZPATH:
        source = Path(folder) / "tzdata.zi"
        if source.is_file():
            with source.open(encoding="utf-8") as lines:
                return next(lines, "").strip()
    return f"tzdata {version('tzdata')}"
