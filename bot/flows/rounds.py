"""What a round of work finds to do, and how late it went."""

from collections import Counter
from datetime import timedelta

from bot.delivery.due import GRACE
from bot.flows.deliver import Round
from bot.flows.desk import Desk
from bot.model import SHARDS
from storage.deliveries import ready_shards
from storage.due import due_groups
from storage.editions import has_stale, shards_to_write
from storage.lateness import forget_lateness, percentile
from storage.planned import stale

KEPT = timedelta(days=30)
"""How long counts of lateness are kept."""


async def due_slots(desk: Desk, grace: timedelta) -> bool:
    """Whether the briefing of any chat is due and not made, or was made and is too late by more than `grace`."""
    now = desk.now()
    async with desk.storage.read() as conn:
        if await due_groups(conn, now, 1) or await has_stale(conn, now - grace):
            return True
        return bool(await stale(conn, now - grace, now, 1))


async def shards_with_work(desk: Desk, grace: timedelta = GRACE) -> tuple[int, ...]:
    """The shards in which something may be sent now, and is not late by more than `grace`."""
    now, shards = desk.now(), range(SHARDS)
    async with desk.storage.read() as conn:
        ready = await ready_shards(conn, now, now - grace, shards)
        left = set(shards) - ready
        return tuple(sorted(ready | await shards_to_write(conn, now, now - grace, left)))


async def forget_old_rounds(desk: Desk) -> None:
    """Remove counts of lateness that are older than `KEPT`."""
    async with desk.storage.write() as conn:
        await forget_lateness(conn, desk.now() - KEPT)


def told_rounds(done: Round) -> dict[str, float | None]:
    """How late half, and all but a hundredth, of a round's messages went at most, in seconds."""
    steps: Counter[int] = Counter()
    for (_, step), sent in done.late.items():
        steps[step] += sent
    return {"late_p50": percentile(steps, 0.5), "late_p99": percentile(steps, 0.99)}
