"""What becomes of whom in a load: drawn from the seed, the chat and how often it was written to, and from nothing else.

So the order in which chats are written to, and who writes, changes nothing.
"""

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from tests.stand_in.asks import Ask, OfChat
from tests.stand_in.chats import FIRST_SUPERGROUP
from tests.stand_in.faults import Break
from tests.stand_in.methods import Method
from tests.stand_in.refusal import Refused

LONGEST_PAUSE = 3
"""Seconds of the longest "retry after" that a chat alone is given."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Each from 0 to 1. `blocked` are chats that have blocked the bot, `migrated` basic groups (ids between -10**12 and 0)
    that have become supergroups (of id -10**12 plus theirs). Of the writes to the others, `throttled` are answered with
    429, `unknown` are done and the connection is then cut, `stalled` are done and never answered.
    """

    blocked: float = 0.0
    migrated: float = 0.0
    throttled: float = 0.0
    unknown: float = 0.0
    stalled: float = 0.0


class Fates:
    def __init__(self, shares: Shares, seed: int) -> None:
        self._shares = shares
        self._seed = seed
        self._writes: Counter[int] = Counter()
        self._any = shares != Shares()

    def next(self, method: Method, ask: Ask) -> Refused | Break | None:
        """Give what strikes a request."""
        if not (method.writes and isinstance(ask, OfChat) and isinstance(ask.chat_id, int)):
            return None
        return self.of(ask.chat_id)

    def of(self, chat: int) -> Refused | Break | None:
        """Give what strikes the next write to a chat, and count it."""
        if not self._any:
            return None
        drawn, shares = self._draw(chat, "chat"), self._shares
        if drawn < shares.blocked:
            return Refused(403, "Forbidden: bot was blocked by the user" if chat > 0 else KICKED)
        if FIRST_SUPERGROUP < chat < 0 and drawn < shares.blocked + shares.migrated:
            return Refused.migrated(FIRST_SUPERGROUP + chat)
        self._writes[chat] += 1
        return self._of_write(self._draw(chat, str(self._writes[chat])))

    def _of_write(self, drawn: float) -> Refused | Break | None:
        shares = self._shares
        if drawn < shares.throttled:
            return Refused.flooded(1 + int(drawn / shares.throttled * LONGEST_PAUSE))
        if drawn < shares.throttled + shares.unknown:
            return Break.LOST
        return Break.TIMEOUT if drawn < shares.throttled + shares.unknown + shares.stalled else None

    def _draw(self, chat: int, what: str) -> float:
        drawn = blake2b(f"{self._seed}:{chat}:{what}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn, "big") / 2**64


KICKED = "Forbidden: bot was kicked from the group chat"
