"""How one send ended, as plain data: each says what its caller does next.

Only `Gone` may pause a chat. A network that is down, an answer nobody knows and a text that is not taken are
no fault of the reader, who would otherwise be lost for a night's trouble.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has taken the message as `message_id`: settle it."""

    word: ClassVar[str] = "sent"
    message_id: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too fast, and nothing was sent: send the same again after `retry_after`."""

    word: ClassVar[str] = "throttled"
    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has become the supergroup `chat`: move all that is its to that id, then send the same there."""

    word: ClassVar[str] = "moved"
    chat: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The bot may not write to this chat (blocked, removed, deleted, muted): pause it until someone there speaks.

    `is_strange` where Telegram knows of no such chat, which is also what a bot hears of all chats of another bot.
    """

    word: ClassVar[str] = "gone"
    reason: str
    is_strange: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """This text or its buttons are not taken: try once as plain text without buttons, then tell the operator."""

    word: ClassVar[str] = "refused"
    reason: str


@dataclass(frozen=True, slots=True)
class Odd:
    """Telegram refused with words we do not know, so nothing was sent: try again later, then tell the operator."""

    word: ClassVar[str] = "odd"
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The request left, its answer never came: it may have been sent, so sending again may say it twice."""

    word: ClassVar[str] = "unclear"
    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Telegram could not be reached or is down, and nothing was sent: hold all sends, wait, send the same again."""

    word: ClassVar[str] = "unreachable"
    reason: str


Outcome = Sent | Throttled | Moved | Gone | Refused | Odd | Unclear | Unreachable
"""How one send ended. `word` is what the ledger writes."""
