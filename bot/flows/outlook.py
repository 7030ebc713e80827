"""What one process knows of Telegram as a whole, beyond the single chat: whether it answers, and whether it knows us."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

HELD_FOR = timedelta(seconds=30)
"""How long all sending waits once Telegram could not be reached."""

STRANGERS = 5
"""So many chats that Telegram does not know, with no message taken in between, are no accident: the token is another bot's."""

KNOWN_FOR = timedelta(minutes=10)
"""How long a message that Telegram took shows that the bot is the one its chats know."""

log = structlog.get_logger()


@dataclass(slots=True)
class Outlook:
    """`held_until` is None or until when nothing is sent; `trouble` is what the operator has to mend."""

    held_until: datetime | None = None
    trouble: str | None = None
    _taken_at: datetime | None = None
    _strangers: set[int] = field(default_factory=set)

    def is_held(self, now: datetime) -> bool:
        """Whether nothing is to be sent now."""
        return self.held_until is not None and now < self.held_until

    def taken(self, now: datetime) -> None:
        """Telegram took a message."""
        self._taken_at = now
        self.trouble = None
        self._strangers.clear()

    def unreachable(self, now: datetime, reason: str) -> None:
        """Telegram could not be reached: hold."""
        if not self.is_held(now):
            log.warning("Telegram is out of reach; sending waits", reason=reason)
        self.held_until = now + HELD_FOR

    def believes(self, chat: int, now: datetime) -> bool:
        """Whether a chat that Telegram does not know is gone indeed; else hold, once there are several."""
        if self._taken_at is not None and now - self._taken_at < KNOWN_FOR:
            return True
        self._strangers.add(chat)
        if len(self._strangers) >= STRANGERS:
            self.held_until = now + HELD_FOR
            if self.trouble is None:
                self.trouble = "strangers"
                log.error(
                    "Telegram knows none of the chats it was given: is COMMUNIQUE_BOT_TOKEN another bot's?"
                    " Sending waits, and nobody is paused",
                    chats=len(self._strangers),
                )
        return False

    @property
    def is_doubtful(self) -> bool:
        """Whether Telegram seems to know none of our chats."""
        return len(self._strangers) >= STRANGERS
