"""The limits of the official server, as its FAQ names them (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many writes in how many seconds. One a second in a private chat, where "short bursts" pass."""

    overall: tuple[int, float] = (30, 1.0)
    private: tuple[int, float] = (3, 3.0)
    group: tuple[int, float] = (20, 60.0)


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
        self._limits = limits
        self._clock = clock
        self._overall = _Window(*(limits or Limits()).overall)
        self._chats: dict[int, _Window] = {}

    def wait(self, chat_id: int) -> float:
        """Count one write and give 0, or give the seconds until it would pass."""
        if not self._limits:
            return 0.0
        now, chat = self._clock(), self._of(chat_id, self._limits)
        wait = max(self._overall.wait(now), chat.wait(now))
        if wait > 0:
            return wait
        self._overall.count(now)
        chat.count(now)
        return 0.0

    def _of(self, chat_id: int, limits: Limits) -> _Window:
        if chat_id not in self._chats:
            self._chats[chat_id] = _Window(*(limits.private if chat_id > 0 else limits.group))
        return self._chats[chat_id]
