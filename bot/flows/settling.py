"""Writing down how sends ended: those that end while others are being written are written together.

An outcome is not lost because the database is out of reach: it is written when the database is back. Until then its
claim holds, so that nobody sends it again.
"""

import asyncio
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.flows.desk import Desk
from bot.model import Settlement
from storage.deliveries import Claim, Pause, give_back, put_off, settle

GATHER = 0.05
"""Seconds for which ends are gathered: at 300 a second fifteen are then written in one transaction, which costs hardly more than
one. Whoever waits for it holds a place among the sends under way, of which there are enough for a third of a second."""

AGAIN = 1.0
"""Seconds until a database that could not be written is tried again."""

log = structlog.get_logger()

End = Settlement | Pause | None
"""How a claim ends: settled, put off, or None where nothing was tried."""


@dataclass(slots=True)
class _Batch:
    ends: list[tuple[Claim, End]] = field(default_factory=list)
    written: asyncio.Event = field(default_factory=asyncio.Event)


class Ledger:
    """Writes ends; each call returns once its own is written."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._next = _Batch()
        self._alone = asyncio.Lock()

    async def end(self, claim: Claim, how: End) -> None:
        """Write how `claim` ended."""
        batch = self._next
        batch.ends.append((claim, how))
        async with self._alone:
            # Whoever came first has written for all who came before the lock was free.
            if not batch.written.is_set():
                await asyncio.sleep(GATHER)
                if self._next is batch:
                    self._next = _Batch()
                await self._write(batch.ends)
                batch.written.set()

    async def _write(self, ends: list[tuple[Claim, End]]) -> None:
        is_told = False
        while True:
            try:
                async with self._desk.storage.write() as conn:
                    return await _write(conn, ends)
            except StorageError as error:
                if not is_told:
                    log.error("sends cannot be written down; trying on", sends=len(ends), reason=str(error))  # noqa: TRY400 - the reason says all
                is_told = True
                await asyncio.sleep(AGAIN)


async def _write(conn: AsyncConnection, ends: list[tuple[Claim, End]]) -> None:
    await settle(conn, [(claim, how) for claim, how in ends if isinstance(how, Settlement)])
    await put_off(conn, [(claim, how) for claim, how in ends if isinstance(how, Pause)])
    await give_back(conn, [claim for claim, how in ends if how is None])
