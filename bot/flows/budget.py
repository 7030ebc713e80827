"""The pace that all processes share, kept in the database."""

from dataclasses import dataclass

from bot.delivery.pace import RECOVERY, SLOWEST, SLOWING
from bot.delivery.shared import Grant
from storage import Storage
from storage.pace import Law, slow_down, take_places


def law_of(per_second: float) -> Law:
    """The rules at a full speed of `per_second` messages: the smaller part of it grows back in the same time."""
    return Law(per_second, RECOVERY * max(1.0, per_second / 28.0), SLOWING, SLOWEST)


@dataclass(frozen=True, slots=True)
class CommonBudget:
    """The budget of `bot.delivery.shared`, in `storage`."""

    storage: Storage
    law: Law

    async def take(self, places: int, owed: int) -> Grant:
        """Grant places. Raises StorageError."""
        async with self.storage.write() as conn:
            granted = await take_places(conn, self.law, places, owed)
        return Grant(granted.now, granted.begin, granted.first, granted.interval, granted.end)

    async def slow_down(self, pause: float) -> None:
        """Let all wait, and then go on more slowly. Raises StorageError."""
        async with self.storage.write() as conn:
            await slow_down(conn, self.law, pause)
