"""How fast messages may go: the generic cell rate algorithm (ITU-T I.371; Brandur Leach, "Rate Limiting, Cells, and GCRA").

One number a limit tells all: the instant at which the next message would be due if all so far had gone evenly, the
"theoretical arrival time" (`tat`). A message may be early by as much as the burst allows. Over any stretch of t seconds
no more than burst + t / interval go. To all chats together they go evenly, without a burst, so that no second holds more
than one above the rate. Instants are seconds of one steady clock; none is read here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import inf

from bot.settings import ALL


@dataclass(frozen=True, slots=True)
class Rate:
    """One message every `interval` seconds, and `burst` at once where none went before."""

    interval: float
    burst: int


PRIVATE = Rate(interval=1.0, burst=3)
"""One private chat: one a second, short bursts tolerated (the same FAQ). Three is a long briefing in one go."""

GROUP = Rate(interval=4.0, burst=5)
"""One group or channel: 20 a minute (the same FAQ). Five at once and then one in 4 s make 20 in the fullest minute; with
one in 3 s they would make 25."""

SLOWEST = 1.0
"""Messages a second that are always tried, however often Telegram asks us to be slower."""

SLOWING = 0.5
"""What is left of the speed after a flood: halved, as in AIMD (Chiu and Jain 1989), so that two or three steps suffice."""

RECOVERY = 1 / 30
"""By how many messages a second the speed grows each second: one more after half a minute, all of it back in seven
minutes. If Telegram's limit is lower than ours for long, we then touch it every few minutes, not every few seconds."""

FLOODED_CHATS = 3
"""So many different chats told to wait, with no message taken in between, mean that the bot as a whole is too fast."""

SWEEP = 256
"""So many chats are remembered before idle ones are looked for."""

Chat = int | str
"""A chat's id, or the @name of a group or channel."""


class Precedence(Enum):
    """Who goes first: someone who waits for an answer, or the briefing of the day."""

    REPLY = "reply"
    BROADCAST = "broadcast"


@dataclass(slots=True)
class Ticket:
    """What a request is handed to the gate with. On that of a broadcast the gate writes which message it became."""

    precedence: Precedence = Precedence.REPLY
    message: int | None = None


def earliest(tat: float, now: float, rate: Rate) -> float:
    """The first instant, `now` or later, at which `rate` lets the next message go."""
    return max(now, tat - (rate.burst - 1) * rate.interval)


def reserve(tat: float, now: float, rate: Rate) -> tuple[float, float]:
    """Take the next place: the new `tat`, and for how many seconds from `now` on to wait before sending."""
    at = earliest(tat, now, rate)
    return max(tat, at) + rate.interval, at - now


@dataclass(slots=True)
class _State:
    """A chat's `tat`, and until when Telegram told it to wait."""

    tat: float = -inf
    parked: float = -inf

    def idle(self, now: float) -> bool:
        return self.tat <= now and self.parked <= now


class Paces:
    """The limits of all chats at once.

    A place is taken on all limits together or on none: a chat that has to wait never holds a place among all, so it
    delays nobody else. A place is taken only for now, never for later, so that a wait that Telegram asks for
    meanwhile holds for those who stand in line already.

    Telegram's "retry after" does not say whether it means the chat or the bot ("they can't and shouldn't distinguish",
    tdlib/td issue 715). The rule here: it means the chat, unless `FLOODED_CHATS` different chats were told to wait and
    no message was taken in between. Then all wait, for the shortest of these times (one chat's own ban of hours must
    not silence the rest), and go on more slowly.
    """

    def __init__(self, per_second: float = ALL, private: Rate = PRIVATE, group: Rate = GROUP) -> None:
        self._per_second, self._private, self._group = per_second, private, group
        self._all = _State()
        self._chats: dict[Chat, _State] = {}
        self._sweep_at = SWEEP
        self._flooded: dict[Chat, float] = {}
        self._cut, self._cut_at = per_second, -inf

    @property
    def remembered(self) -> int:
        """How many chats are kept in mind."""
        return len(self._chats)

    def take(self, chat: Chat | None, now: float, precedence: Precedence = Precedence.BROADCAST) -> float:
        """`now` where one message may go to `chat` and its place is taken; else when to ask again, nothing taken.

        Without a chat (an edit of a message sent inline) only the limit of all counts.
        """
        state = _State() if chat is None else self._chats.get(chat, _State())
        rate = self._rate(chat)
        at = max(self.opens(now, precedence), earliest(state.tat, now, rate), state.parked)
        if at > now:
            return at
        self.spend(now)
        if chat is not None:
            state.tat, _ = reserve(state.tat, now, rate)
            self._remember(chat, state, now)
        return now

    def opens(self, now: float, precedence: Precedence = Precedence.BROADCAST) -> float:  # noqa: ARG002 - for those that tell them apart
        """The first instant, `now` or later, at which the limit of all chats together lets any message go."""
        return max(earliest(self._all.tat, now, self._even(now)), self._all.parked)

    def spend(self, now: float) -> None:
        """Take the place among all chats that `opens` at `now`."""
        self._all.tat, _ = reserve(self._all.tat, now, self._even(now))

    def expect(self, broadcasts: int, move: Callable[[], None]) -> None:
        """Hear that so many broadcasts wait; call `move` where places for them come by another way than by time."""

    def close(self) -> None:
        """Stop what works in the background."""

    def park(self, chat: Chat | None, until: float, now: float) -> None:
        """Let nothing go to `chat` (None: to any) before `until`."""
        state = self._all if chat is None else self._chats.get(chat, _State())
        state.parked = max(state.parked, until)
        if chat is not None:
            self._remember(chat, state, now)

    def parked(self, chat: Chat | None, now: float) -> float:
        """For how many seconds more `chat` itself (None: everyone) is told to wait."""
        state = self._all if chat is None else self._chats.get(chat, _State())
        return max(0.0, state.parked - now)

    def throttled(self, chat: Chat, pause: float, now: float) -> None:
        """Telegram told us to wait `pause` seconds when we wrote to `chat`: park it, or all by the rule above."""
        self.park(chat, now + pause, now)
        if self.parked(None, now):
            return  # This request was under way when the flood was noticed; it is no second one.
        self._flooded = {key: until for key, until in self._flooded.items() if until > now} | {
            chat: now + pause
        }
        if len(self._flooded) >= FLOODED_CHATS:
            until = min(self._flooded.values())
            self.park(None, until, now)
            self.slow_down(until)
            self._flooded.clear()

    def accepted(self) -> None:
        """Telegram took a message: the bot as a whole is not too fast."""
        self._flooded.clear()

    def speed(self, now: float) -> float:
        """Messages a second that may go to all chats together: the full rate, or what has grown back since a flood."""
        return min(self._per_second, self._cut + max(0.0, now - self._cut_at) * RECOVERY)

    def slow_down(self, at: float) -> None:
        """Go on more slowly from `at` on; `speed` recovers by itself."""
        self._cut, self._cut_at = max(SLOWEST, self.speed(at) * SLOWING), at

    def _even(self, now: float) -> Rate:
        return Rate(1 / self.speed(now), burst=1)

    def _rate(self, chat: Chat | None) -> Rate:
        return self._group if isinstance(chat, str) or (chat or 0) < 0 else self._private

    def _remember(self, chat: Chat, state: _State, now: float) -> None:
        self._chats[chat] = state
        if len(self._chats) >= self._sweep_at:
            # An idle chat is as good as one never heard of.
            self._chats = {key: kept for key, kept in self._chats.items() if not kept.idle(now)}
            self._sweep_at = max(SWEEP, 2 * len(self._chats))
