"""Chats without Telegram: a clock that is moved by hand, and a post that says how each send ends."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivery.outcome import Outcome, Sent, Unclear
from bot.flows import readers
from bot.flows.deliver import Letter
from bot.flows.desk import Desk, Thread
from bot.flows.readers import Visitor
from bot.model import Reader
from storage import Storage

MORNING = datetime(2026, 3, 16, 6, tzinfo=UTC)
"""A Monday, an hour before a new reader's briefing."""

DUE = MORNING + timedelta(hours=1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


class Inline:
    """Computes at once, where a thread would only cost time; fails for those whom a test chooses."""

    def __init__(self, failing: Callable[..., Exception | None] = lambda **_: None) -> None:
        self.failing = failing

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if error := self.failing(**kwargs):
            raise error
        return work(*args, **kwargs)


class Counting(Inline):
    """Counts what is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.made += 1
        return await super().run(work, *args, **kwargs)


class PostOffice:
    """A post that takes every letter, but for the answers a test has it give first.

    `sent` are all letters handed to it, `arrived` those that came to their readers: what is unclear did.
    """

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.arrived: list[Letter] = []
        self._answers: dict[int, deque[Outcome | Exception]] = {}

    def answers(self, chat: int, *outcomes: Outcome | Exception) -> None:
        """Let the next sends to `chat` end so; one that is an error is raised."""
        self._answers.setdefault(chat, deque()).extend(outcomes)

    def heals(self) -> None:
        """Take every letter from now on."""
        self._answers.clear()

    async def __call__(self, letter: Letter) -> Outcome:
        self.sent.append(letter)
        waiting = self._answers.get(letter.chat)
        outcome = waiting.popleft() if waiting else Sent(len(self.sent))
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Sent | Unclear):
            self.arrived.append(letter)
        return outcome

    def chats(self) -> list[int]:
        """To whom letters were sent, in order."""
        return [letter.chat for letter in self.sent]

    def texts(self, chat: int) -> list[str]:
        """What came to `chat`, in order."""
        return [letter.html for letter in self.arrived if letter.chat == chat]


def desk_of(storage: Storage, clock: Clock, *, threads: bool = False) -> Desk:
    return Desk(storage, Thread() if threads else Inline(), clock)


def visitor(chat: int, kind: str = "private", **more: Any) -> Visitor:
    return Visitor(chat, kind, **more)


async def known(desk: Desk, chat: int) -> Reader:
    """A reader who must be stored."""
    reader = await readers.find_reader(desk, chat)
    assert reader, f"{chat} is not stored"
    return reader
