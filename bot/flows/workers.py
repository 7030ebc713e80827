"""Processes for heavy work, so that an event loop only ever waits.

A worker that dies (out of memory, killed) takes nothing with it but the article it was busy with: what was under
way is tried again, each piece by itself, and only the piece that kills a worker once more is given up.
"""

import asyncio
import multiprocessing
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from bot.errors import InputError
from bot.flows.tasks import prepare_worker

P = ParamSpec("P")
Given = TypeVar("Given")
Made = TypeVar("Made")

QUEUED_EACH = 2
"""Pieces of work under way or waiting for each process: enough that none idles, few enough that memory stays flat."""


async def in_order(
    work: Callable[[Given], Coroutine[None, None, Made]], given: AsyncIterable[Given], at_once: int
) -> AsyncGenerator[tuple[Given, Made], None]:
    """Give every piece with what `work` makes of it, in order, while up to `at_once` pieces are under way."""
    under_way: deque[tuple[Given, asyncio.Task[Made]]] = deque()
    try:
        async for piece in given:
            under_way.append((piece, asyncio.create_task(work(piece))))
            if len(under_way) >= at_once:
                first, task = under_way.popleft()
                yield first, await task
        while under_way:
            first, task = under_way.popleft()
            yield first, await task
    finally:
        for _, task in under_way:
            task.cancel()


class WorkerDiedError(InputError):
    """The process that worked on it died."""


class Workers:
    """A pool of processes, started when first needed. Leaving its `async with` ends them."""

    def __init__(self, processes: int, model: str, log_level: str = "WARNING") -> None:
        self.processes = processes
        self.at_once = QUEUED_EACH * processes
        self._start = (model, log_level)
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def run(self, work: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
        """Give what `work` makes of its arguments in another process. All of them must be picklable.

        Raises:
            WorkerDiedError: the process ended before it was done, twice.
        """
        pool = self._pool = self._pool or self._new_pool(self.processes)
        future = pool.submit(work, *args, **kwargs)
        try:
            return await asyncio.wrap_future(future)
        except BrokenProcessPool:
            # Whoever was under way may be the cause, so each tries once more by itself.
            self._discard(pool)
            async with self._alone:
                return await self._run_alone(work, *args, **kwargs)

    async def run_each(
        self, work: Callable[[tuple[Given, ...]], tuple[Made, ...]], batch: tuple[Given, ...]
    ) -> tuple[Made | WorkerDiedError, ...]:
        """Give what `work` makes of each item of `batch`, in order, and `WorkerDiedError` for one that kills its worker."""
        try:
            return await self.run(work, batch)
        except WorkerDiedError as error:
            if len(batch) == 1:
                return (error,)
        half = len(batch) // 2
        return (*await self.run_each(work, batch[:half]), *await self.run_each(work, batch[half:]))

    async def close(self) -> None:
        """End the processes; what has not begun is dropped. Closing twice is harmless."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _new_pool(self, processes: int) -> ProcessPoolExecutor:
        # Spawned, never forked: a fork would copy threads' locks and open databases.
        return ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=prepare_worker,
            initargs=self._start,
        )

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)

    async def _run_alone(self, work: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
        pool = self._new_pool(1)
        try:
            return await asyncio.wrap_future(pool.submit(work, *args, **kwargs))
        except BrokenProcessPool as error:
            raise WorkerDiedError(
                "The process that read it died.",
                "It may be too large for the memory; try it by itself, or with fewer COMMUNIQUE_PROCESSES.",
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
