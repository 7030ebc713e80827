"""A limit on the work that one input may make, for what runs in a worker process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import UnreadableInput

SECONDS = 10.0
"""Of CPU. The slowest real feed measured took 0.1 s and the slowest page 0.4 s; a hostile one took minutes."""

_REMINDER = 0.5
"""Seconds of CPU after which the limit is said again, should a library have caught and dropped it."""


class _OutOfTime(BaseException):
    """Passes through libraries that catch every `Exception`."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Stop the block once it has used `seconds` of this process's CPU.

    It works in the main thread, where worker processes work, and where the system has such timers (not on
    Windows); elsewhere there is no limit. A single call into C is let finish.

    Raises:
        UnreadableInput: the time is used up.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    # The handler stays: a signal that comes late would otherwise end the process.
    signal.signal(signal.SIGPROF, _stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _REMINDER)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _OutOfTime:
        signal.setitimer(signal.ITIMER_PROF, 0)
        raise UnreadableInput(
            f"Reading it takes more than {seconds:g} seconds.", "Look whether it is what it claims to be."
        ) from None


def _stop(_signal: int, _frame: object) -> None:
    # One that comes after the block has ended finds the timer off.
    if signal.getitimer(signal.ITIMER_PROF)[1]:
        raise _OutOfTime
