"""Whether the workers on one database live, and what becomes of the work of one that does not.

A worker says again and again that it lives. One that is not heard of for `DEAD_AFTER` is taken for dead: one of the
others, and one only, lets go of what it had claimed and takes over its jobs. A worker that begins again under its own
name clears up after itself at once.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from bot.errors import SettingError, StorageError
from bot.flows.desk import Desk
from bot.model import SHARDS
from storage.deliveries import release
from storage.heartbeats import Beat, Seen, beat_on, begin_heartbeat, bury, list_heartbeats, take_over

EVERY = 3.0
"""Seconds between two signs of life."""

DEAD_AFTER = 20.0
"""Seconds without one after which a worker is taken for dead: some missed ones, and most writes of others on SQLite."""

WATCHED_FOR = 2.5 * EVERY
"""Seconds for which one of the same name is watched where nothing else tells whether it lives."""

log = structlog.get_logger()

TakeOver = Callable[[str], Awaitable[None]]
"""Takes over the jobs of the worker of that name, who is no more."""


@dataclass(slots=True)
class Pulse:
    """The signs of life of this process as the worker `name`, which does `roles`.

    `trouble` says what the operator has to mend, None for nothing.
    """

    desk: Desk
    name: str
    roles: str
    trouble: Callable[[], str | None] = lambda: None
    every: float = EVERY
    dead_after: float = DEAD_AFTER
    watched_for: float = WATCHED_FOR
    incarnation: str = field(default_factory=lambda: uuid4().hex)

    async def begin(self) -> None:
        """Take the name, and let go of what was claimed under it before.

        Raises SettingError where another process lives under it.
        """
        begun = False
        while not begun:
            begun = await self._begin(await self._namesake())
        await self._release(self.name)

    async def beat(self) -> bool:
        """Say that we live; False where another process has our name now."""
        async with self.desk.storage.write() as conn:
            if await beat_on(conn, self._beat(), self.trouble()):
                return True
            # Taken for dead, and cleared up after: whatever we had is another's, and we begin anew.
            return await begin_heartbeat(conn, self._beat(), None)

    async def clear_up(self, jobs_of: TakeOver) -> None:
        """Take over the work of those that are not heard of any more."""
        for other in await self._all():
            if other.beat.id == self.name or other.age < self.dead_after:
                continue
            mark = uuid4().hex
            async with self.desk.storage.write() as conn:
                is_ours = await take_over(conn, other, mark)
            if is_ours:
                log.warning("a worker is not heard of any more; taking over its work", worker=other.beat.id)
                await self._release(other.beat.id)
                await jobs_of(other.beat.id)
                async with self.desk.storage.write() as conn:
                    await bury(conn, other.beat.id, mark)

    async def miss(self, owners: Iterable[str]) -> None:
        """Look out for workers that own something and of whom nothing else is known: they are dead in a while."""
        known = {each.beat.id for each in await self._all()}
        for owner in set(owners) - known:
            unheard = Beat(owner, uuid4().hex, "", 0, "", self.desk.now())
            async with self.desk.storage.write() as conn:
                await begin_heartbeat(conn, unheard, None)

    async def end(self) -> None:
        """Let go of the name, and of what is claimed still."""
        await self._release(self.name)
        async with self.desk.storage.write() as conn:
            await bury(conn, self.name, self.incarnation)

    async def live(self, jobs_of: TakeOver, displaced: Callable[[], None]) -> None:
        """Beat and clear up, until cancelled; `displaced` is called where another process has our name."""
        while True:
            try:
                if not await self.beat():
                    log.critical("another process works under this worker's name; ending", worker=self.name)
                    displaced()
                    return
                await self.clear_up(jobs_of)
            except StorageError as error:
                log.warning("no sign of life could be given", reason=str(error))
            except Exception:
                log.exception("the work of a dead worker could not be taken over; trying again")
            await asyncio.sleep(self.every)

    async def _begin(self, namesake: Seen | None) -> bool:
        async with self.desk.storage.write() as conn:
            return await begin_heartbeat(conn, self._beat(), namesake)

    async def _namesake(self) -> Seen | None:
        """The worker that had our name before, once it is known to be dead."""
        seen = await self._mine()
        if seen is None or seen.age >= self.dead_after or _is_gone(seen.beat):
            return seen
        log.info("waiting to see whether another process works under this name", worker=self.name)
        await asyncio.sleep(self.watched_for)
        later = await self._mine()
        if later is not None and later.seen > seen.seen:
            raise SettingError(
                f"Another process works as {self.name} on this database (on {later.beat.host}, process {later.beat.pid}).",
                "End it, or set COMMUNIQUE_WORKER to another name here.",
            )
        return later

    async def _all(self) -> tuple[Seen, ...]:
        async with self.desk.storage.read() as conn:
            return await list_heartbeats(conn)

    async def _mine(self) -> Seen | None:
        return next((each for each in await self._all() if each.beat.id == self.name), None)

    async def _release(self, worker: str) -> None:
        async with self.desk.storage.write() as conn:
            freed = await release(conn, worker, self.desk.now(), range(SHARDS))
        if freed:
            log.warning("sends of a worker that ended were let go of", worker=worker, sends=freed)

    def _beat(self) -> Beat:
        return Beat(self.name, self.incarnation, _host(), os.getpid(), self.roles, self.desk.now())


def worker_name(given: str | None, roles: str) -> str:
    """The name of this process among the workers: `given`, or the same at each start on this machine."""
    return given or f"{_host()}:{roles}"


def _host() -> str:
    return socket.gethostname()


def _is_gone(beat: Beat) -> bool:
    """Whether a process is known to be no more. One of our own number was ours before: in a container all are alike."""
    if os.name != "posix" or beat.host != _host() or beat.pid == os.getpid():
        return False
    with suppress(PermissionError):
        try:
            os.kill(beat.pid, 0)
        except ProcessLookupError:
            return True
    return False
