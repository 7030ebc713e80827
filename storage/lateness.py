"""How late messages went out: counted on a scale, hour by hour, so that all workers' counts add up."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil, log

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import lateness as table

GROWTH = 2**0.25
"""Each step of the scale ends a fifth later than the one before: step 0 at a second, step 40 at 17 minutes."""


def step_of(seconds: float) -> int:
    """The step that `seconds` fall into."""
    return max(0, ceil(log(seconds, GROWTH) - 1e-9)) if seconds > 0 else 0


def end_of(step: int) -> float:
    """The seconds at which `step` ends."""
    return float(GROWTH**step)


async def add_lateness(conn: AsyncConnection, counts: Mapping[tuple[datetime, int], int]) -> None:
    """Add counts of messages, by the hour in which they went and their step."""
    rows = [{"hour": hour, "step": step, "sent": sent} for (hour, step), sent in sorted(counts.items())]
    if rows:
        new = insert(conn, table)
        more = {"sent": table.c.sent + new.excluded.sent}
        await conn.execute(
            new.on_conflict_do_update(index_elements=[table.c.hour, table.c.step], set_=more), rows
        )


async def load_lateness(conn: AsyncConnection, since: datetime) -> dict[int, int]:
    """Give how many messages went out since `since` (the hour it lies in included), by step."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    query = select(table.c.step, func.sum(table.c.sent)).where(table.c.hour >= hour).group_by(table.c.step)
    return {step: int(sent) for step, sent in await conn.execute(query)}


async def forget_lateness(conn: AsyncConnection, before: datetime) -> None:
    """Remove the counts of hours before `before`."""
    await conn.execute(delete(table).where(table.c.hour < before))


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The seconds within which `share` of the messages went, to the end of a step; None where none did."""
    wanted = share * sum(counts.values())
    return next((end_of(step) for step, reached in _sums(counts) if reached >= wanted), None)


def _sums(counts: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    total = 0
    for step, sent in sorted(counts.items()):
        total += sent
        yield step, total
