"""Waiting for slow reading without holding up an event loop, or the end of the program."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Made = TypeVar("Made")


async def in_thread(work: Callable[[], Made]) -> Made:
    """Give what `work` makes in a thread of its own, which nobody waits for when the program is interrupted.

    `asyncio.to_thread` would: a standard input on which nothing comes could then not be left by Ctrl-C.
    """
    future: Future[Made] = Future()
    future.set_running_or_notify_cancel()
    Thread(target=_work, args=(work, future), daemon=True).start()
    return await asyncio.wrap_future(future)


def _work(work: Callable[[], Made], future: Future[Made]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
        future.set_exception(error)
