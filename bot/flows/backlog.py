"""Articles that are stored and not analysed, worked off turn by turn.

What is left stands in storage alone: a turn that is cut off repeats at most what it had not stored yet, and whoever has
the next turn goes on. Two turns at once would leave the same events, yet read the same articles twice, since nobody
claims one.

An article that cannot be read, as it kills its process or trips a rule of ours, is set aside for a while and holds up no other.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.errors import CommuniqueError, InputError
from bot.flows.findings import store_findings
from bot.flows.ingest import ANALYSED_AT_ONCE, STORED_AT_ONCE
from bot.flows.place import place_articles
from bot.flows.tasks import Reading, Waiting, analyse, analyser_version
from bot.flows.workers import WorkerDiedError, Workers, in_order
from storage import Storage
from storage.articles import StoredArticle, find_articles, waiting, waiting_unread_first
from storage.statements import portions

A_TURN = 5_000
"""Articles that a turn takes on at most: more than thirty cores read in the seconds that a turn has."""

PLACED_AT_ONCE = 64
"""Articles compared together. A turn that is over has placed no more than these in vain."""

ASIDE = timedelta(minutes=10)
"""For how long an article that cannot be read is left alone. Each try may cost a process, and seconds to start another."""

Given = TypeVar("Given")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Backlog:
    """What waits to be analysed, and `aside` what could not be, each with the moment at which it is tried again."""

    storage: Storage
    workers: Workers
    now: Callable[[], datetime]
    aside: dict[str, datetime] = field(default_factory=dict)
    _version: str | None = None

    async def is_waiting(self) -> bool:
        """Whether there is any article to be analysed now."""
        version = await self._stamp()
        self._take_back()
        async with self.storage.read() as conn:
            found = await waiting(conn, version, limit=1 + len(self.aside))
        return any(id_ not in self.aside for id_ in found)

    async def work_off(self, is_over: Callable[[], bool]) -> None:
        """Place, analyse and store what waits, some at a time, until nothing does or the turn `is_over`."""
        ready: list[Reading] = []
        async with aclosing(in_order(self._read, self._placed(is_over), self.workers.at_once)) as read:
            async for _, readings in read:
                ready.extend(readings)
                if len(ready) >= STORED_AT_ONCE:
                    await self._store(ready)
                    ready.clear()
        await self._store(ready)

    async def _placed(self, is_over: Callable[[], bool]) -> AsyncIterator[tuple[StoredArticle, ...]]:
        for some in portions(await self._next(), PLACED_AT_ONCE):
            self._set_aside(await _tripping(self._place, some))
            for few in portions([id_ for id_ in some if id_ not in self.aside], ANALYSED_AT_ONCE):
                async with self.storage.read() as conn:
                    held = await find_articles(conn, few)
                yield held
                # Afterwards, so that every turn brings something to its end.
                if is_over():
                    return

    async def _next(self) -> tuple[str, ...]:
        version = await self._stamp()
        self._take_back()
        async with self.storage.read() as conn:
            found = await waiting_unread_first(conn, version, limit=A_TURN + len(self.aside))
        return tuple(id_ for id_ in found if id_ not in self.aside)

    async def _place(self, ids: Sequence[str]) -> None:
        await place_articles(self.storage, self.workers, ids)

    async def _read(self, batch: tuple[StoredArticle, ...]) -> tuple[Reading, ...]:
        made: list[Reading] = []

        async def read(articles: Sequence[StoredArticle]) -> None:
            waits = tuple(Waiting(each.article, each.group, each.reference) for each in articles)
            for held, one in zip(articles, await self.workers.run_each(analyse, waits), strict=True):
                if isinstance(one, WorkerDiedError):
                    self._set_aside(((held.article.id, one),))
                else:
                    made.append(one)

        tripped = await _tripping(read, batch)
        self._set_aside((held.article.id, error) for held, error in tripped)
        return tuple(made)

    async def _store(self, readings: Sequence[Reading]) -> None:
        version = await self._stamp()

        async def store(some: Sequence[Reading]) -> None:
            await store_findings(self.storage, self.workers, some, version)

        self._set_aside((each.article, error) for each, error in await _tripping(store, tuple(readings)))

    async def _stamp(self) -> str:
        if self._version is None:
            self._version = await self.workers.run(analyser_version)
        return self._version

    def _take_back(self) -> None:
        now = self.now()
        self.aside = {id_: until for id_, until in self.aside.items() if until > now}

    def _set_aside(self, troubles: Iterable[tuple[str, Exception]]) -> None:
        until = self.now() + ASIDE
        for id_, error in troubles:
            self.aside[id_] = until
            ours = None if isinstance(error, InputError) else error
            log.error("an article cannot be analysed", article=id_, reason=str(error), exc_info=ours)


async def _tripping(
    do: Callable[[Sequence[Given]], Awaitable[None]], given: Sequence[Given]
) -> tuple[tuple[Given, Exception], ...]:
    """Do it with all that is `given`, or else with ever smaller parts of it; give those that trip it by themselves, and how.

    What a person has to mend, as a database out of reach, is nobody's of them, and flies.
    """
    if not given:
        return ()
    try:
        await do(given)
    except Exception as error:
        if isinstance(error, CommuniqueError) and not isinstance(error, InputError):
            raise
        if len(given) == 1:
            return ((given[0], error),)
        half = len(given) // 2
        return (*await _tripping(do, given[:half]), *await _tripping(do, given[half:]))
    return ()
