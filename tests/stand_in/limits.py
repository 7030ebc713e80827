"""The limits of the official server, as its FAQ names them (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many writes in how many seconds. One a second in a private chat, where "short bursts" pass.

    `paid` holds for all together, `overall` for those that are not paid for (allow_paid_broadcast). None is no limit.
    """

    overall: tuple[int, float] | None = (30, 1.0)
    paid: tuple[int, float] | None = (1000, 1.0)
    private: tuple[int, float] | None = (3, 3.0)
    group: tuple[int, float] | None = (20, 60.0)


class _Window:
    """At most `most` in any stretch of `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=most)

    def wait(self, now: float) -> float:
        """Give the seconds until one more fits; 0 or less if it does now."""
        full = len(self._times) == self._times.maxlen
        return self._times[0] + self._seconds - now if full else 0.0

    def count(self, now: float) -> None:
        self._times.append(now)


class Pace:
    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        self._limits = limits or Limits(None, None, None, None)
        self._clock = clock
        self._all = [_Window(*each) for each in (self._limits.paid,) if each]
        self._unpaid = self._all + [_Window(*each) for each in (self._limits.overall,) if each]
        self._chats: dict[int, _Window] = {}

    def wait(self, chat_id: int, *, paid: bool = False) -> float:
        """Count one write and give 0, or give the seconds until it would pass."""
        now = self._clock()
        windows = (self._all if paid else self._unpaid) + self._of(chat_id)
        wait = max((each.wait(now) for each in windows), default=0.0)
        if wait > 0:
            return wait
        for each in windows:
            each.count(now)
        return 0.0

    def _of(self, chat_id: int) -> list[_Window]:
        limit = self._limits.private if chat_id > 0 else self._limits.group
        if limit and chat_id not in self._chats:
            self._chats[chat_id] = _Window(*limit)
        return [self._chats[chat_id]] if limit else []
