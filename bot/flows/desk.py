"""What the flows of a chat work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from storage import Storage

P = ParamSpec("P")
Made = TypeVar("Made")


class Compute(Protocol):
    """Where heavy work is done, away from the event loop: `Workers`, or `Thread` where there is one reader only."""

    async def run(self, work: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
        """Give what `work` makes of its arguments."""
        ...


class Thread:
    """A thread: begins at once, where a process would first have to be started."""

    async def run(self, work: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
        """Give what `work` makes of its arguments."""
        return await asyncio.to_thread(work, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, where to compute, and the clock (UTC-aware); `locale` is the language answers are written in."""

    storage: Storage
    compute: Compute
    now: Callable[[], datetime]
    locale: str = "en"
