"""The queue of updates and the long poll that empties it (Bot API, getUpdates)."""

from collections import deque
from itertools import islice
from typing import Any

from tests.stand_in.asks import GetUpdates
from tests.stand_in.bell import Bell
from tests.stand_in.refusal import Json, Refused

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50
"""Seconds; the official server answers by then, whatever was asked."""


class Updates:
    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._waiting: deque[Json] = deque()
        self._next = 500_000_001
        self._allowed: tuple[str, ...] = ()
        self._polls = 0
        self.polling = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: str, content: Any) -> None:
        """Queue an update, unless the bot said it wants none of this kind."""
        wanted = kind in self._allowed if self._allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self._waiting.append({"update_id": self._next, kind: content})
            self._next += 1
            self._bell.ring()

    def forget_all(self) -> None:
        self._waiting.clear()

    async def poll(self, ask: GetUpdates) -> list[Json]:
        """Forget what `offset` confirms and wait for more. A later poll ends an earlier one with a conflict."""
        if ask.allowed_updates is not None:
            self._allowed = ask.allowed_updates
        self._forget(ask.offset)
        self._polls += 1
        self.polling += 1
        mine = self._polls
        self._bell.ring()
        try:
            await self._bell.until(
                lambda: self._waiting or self._polls != mine, min(ask.timeout, LONGEST_POLL)
            )
        finally:
            self.polling -= 1
        if self._polls != mine:
            other = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refused(409, f"Conflict: {other}")
        return list(islice(self._waiting, ask.limit))

    def _forget(self, offset: int) -> None:
        if offset < 0:
            offset = self._next + offset
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
