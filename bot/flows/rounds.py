"""What a round of work finds to do, and how late it went."""

from collections import Counter
from datetime import timedelta

from bot.flows.deliver import Round
from bot.flows.desk import Desk
from bot.model import SHARDS
from storage.deliveries import ready_shards
from storage.due import due_groups
from storage.lateness import forget_lateness, percentile
from storage.planned import stale

KEPT = timedelta(days=30)
"""How long counts of lateness are kept."""


async def due_slots(desk: Desk, grace: timedelta) -> bool:
    """Whether the briefing of any chat is due, or was planned and is too late by more than `grace`."""
    now = desk.now()
    async with desk.storage.read() as conn:
        return bool(await due_groups(conn, now, 1) or await stale(conn, now - grace, now, 1))


async def shards_with_work(desk: Desk) -> tuple[int, ...]:
    """The shards in which something may be sent now."""
    async with desk.storage.read() as conn:
        return await ready_shards(conn, desk.now(), range(SHARDS))


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
