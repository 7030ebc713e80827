"""The bot's one gate: every request but getUpdates passes here and waits its turn (see `bot.delivery.pace`).

Replies to people go before briefings, so that someone who asks is answered at once while thousands of briefings go out: at full
speed a place falls free every 36 ms, and the next one is theirs. A broadcast gets a place after `REPLIES_IN_A_ROW` replies
all the same, so that no crowd of askers can hold back everybody's morning.

Where Telegram says "retry after", a reply waits and is tried again, as long as a person would wait. A broadcast is not: its
error flies, so that the ledger decides when to send it, and no worker is held up by one chat.

Clock and timers are the running event loop's.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from math import ceil, inf
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.pace import Chat, Paces, Precedence, Ticket
from bot.delivery.telegram import pause

POSTING = frozenset(
    {
        *(
            "sendAnimation",
            "sendAudio",
            "sendChecklist",
            "sendContact",
            "sendDice",
            "sendDocument",
            "sendGame",
        ),
        *("sendInvoice", "sendLivePhoto", "sendLocation", "sendMediaGroup", "sendMessage", "sendPaidMedia"),
        *("sendPhoto", "sendPoll", "sendSticker", "sendVenue", "sendVideo", "sendVideoNote", "sendVoice"),
        *("copyMessage", "copyMessages", "forwardMessage", "forwardMessages", "sendMessageDraft"),
        *("editMessageCaption", "editMessageChecklist", "editMessageLiveLocation", "editMessageMedia"),
        *("editMessageReplyMarkup", "editMessageText", "stopMessageLiveLocation", "stopPoll"),
    }
)
"""The methods that put something into a chat or change it there, which Telegram counts. All others pass at once: a button
whose tap is answered late seems broken, and they have limits of their own."""

PATIENCE = 60.0
"""Seconds for which a request waits where Telegram told a chat or everyone to wait; a person has given up after that."""

RETRIES = 3
"""How often a reply is tried again after "retry after"."""

REPLIES_IN_A_ROW = 3
"""So many replies may go before a broadcast that waits."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]
"""What the library hands back of Telegram's answer."""


@dataclass(eq=False, slots=True)
class _Waiter:
    """A request in line for `chat`; `place` is done when it may go, or fails when it may not."""

    chat: Chat | None
    precedence: Precedence
    place: asyncio.Future[None]

    def refusal(self, paces: Paces, now: float) -> float:
        """For how many seconds Telegram told this request to wait, if that is longer than it will; else 0."""
        mine = 0.0 if self.chat is None else paces.parked(self.chat, now)
        patience = PATIENCE if self.precedence is Precedence.REPLY else 0.0
        everyone = paces.parked(None, now)
        return max(mine, everyone) if mine > patience or everyone > PATIENCE else 0.0


class _Line:
    """Those who wait for a place, first come first served within a chat and a precedence."""

    def __init__(self, paces: Paces) -> None:
        self._paces = paces
        self._waiting: dict[Precedence, dict[_Waiter, None]] = {kind: {} for kind in Precedence}
        self._in_a_row = 0
        self._alarm: asyncio.TimerHandle | None = None

    async def turn(self, chat: Chat | None, precedence: Precedence) -> None:
        """Return when one message may go to `chat`. Raises RetryAfter where that is too far off."""
        loop = asyncio.get_running_loop()
        waiter = _Waiter(chat, precedence, loop.create_future())
        if wait := waiter.refusal(self._paces, loop.time()):
            raise _too_far(wait)
        queue = self._waiting[precedence]
        queue[waiter] = None
        self.move()
        try:
            await waiter.place
        finally:
            queue.pop(waiter, None)

    def send_away(self) -> None:
        """Refuse those whose wait has become too long: Telegram has just told a chat or everyone to wait."""
        now = asyncio.get_running_loop().time()
        for waiter in list(chain.from_iterable(map(self._in_line, Precedence))):
            if wait := waiter.refusal(self._paces, now):
                self._waiting[waiter.precedence].pop(waiter)
                waiter.place.set_exception(_too_far(wait))

    def move(self) -> None:
        """Let go who may go now, and come back when the next one may."""
        loop = asyncio.get_running_loop()
        self.stop()
        at = -inf
        while at <= (now := loop.time()):
            at = self._step(now)
        if at < inf:
            self._alarm = loop.call_at(at, self.move)
        self._paces.expect(len(self._waiting[Precedence.BROADCAST]), self.move)

    def stop(self) -> None:
        """Do not come back."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None

    def leave(self) -> None:
        """Cancel all that wait."""
        self.stop()
        self._paces.close()
        for waiter in list(chain.from_iterable(map(self._in_line, Precedence))):
            waiter.place.cancel()

    def _order(self) -> tuple[Precedence, Precedence]:
        if self._in_a_row < REPLIES_IN_A_ROW:
            return Precedence.REPLY, Precedence.BROADCAST
        return Precedence.BROADCAST, Precedence.REPLY

    def _in_line(self, precedence: Precedence) -> Iterator[_Waiter]:
        # One that was cancelled leaves the line only when its task runs again.
        return (waiter for waiter in self._waiting[precedence] if not waiter.place.done())

    def _step(self, now: float) -> float:
        """Give at most one place away: `now` where it was, else the instant of the next one, infinity for none."""
        soonest = inf
        for precedence in self._order():
            opens = self._paces.opens(now, precedence) if self._waiting[precedence] else inf
            if opens > now:
                soonest = min(soonest, opens)
                continue
            for waiter in self._in_line(precedence):
                at = self._paces.take(waiter.chat, now, precedence)
                if at <= now:
                    self._let_go(waiter)
                    return now
                soonest = min(soonest, at)
        return soonest

    def _let_go(self, waiter: _Waiter) -> None:
        self._waiting[waiter.precedence].pop(waiter)
        passed_by = waiter.precedence is Precedence.REPLY and self._waiting[Precedence.BROADCAST]
        self._in_a_row = self._in_a_row + 1 if passed_by else 0
        waiter.place.set_result(None)


class Limiter(BaseRateLimiter[Ticket]):
    """The gate as python-telegram-bot takes it; `rate_limit_args` is a `Ticket`, a reply's where none is given."""

    __slots__ = ("_line", "_paces")

    def __init__(self, paces: Paces | None = None) -> None:
        self._paces = Paces() if paces is None else paces
        self._line = _Line(self._paces)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Cancel the requests that still wait."""
        self._line.leave()

    async def process_request(  # noqa: PLR0913, PLR0917 - the signature is the library's
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401 - likewise
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Ticket | None,
    ) -> Answer:
        """Wait the request's turn, make it, and give its answer; True for a broadcast, whose message stands on its ticket.

        Raises RetryAfter where a broadcast is told to wait, and where a reply is told to wait longer than `PATIENCE` or
        more often than `RETRIES`; other errors as they come.
        """
        ticket = rate_limit_args or Ticket()
        precedence = ticket.precedence
        chat = _chat(data)
        retries = 0
        while True:
            if endpoint in POSTING:
                await self._line.turn(chat, precedence)
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as error:
                seconds = pause(error).total_seconds()
                if endpoint in POSTING:
                    self._throttled(chat, seconds)
                if precedence is Precedence.BROADCAST or seconds > PATIENCE or retries == RETRIES:
                    raise
                retries += 1
                if endpoint not in POSTING or chat is None:
                    await asyncio.sleep(seconds)
            else:
                if endpoint in POSTING:
                    self._paces.accepted()
                return answer if precedence is Precedence.REPLY else _noted(answer, ticket)

    def _throttled(self, chat: Chat | None, seconds: float) -> None:
        if chat is not None:
            self._paces.throttled(chat, seconds, asyncio.get_running_loop().time())
            self._line.send_away()


def _noted(answer: Answer, ticket: Ticket) -> Answer:
    """True in place of a message, which the library would make an object of with all its entities; and nobody reads it."""
    if not isinstance(answer, dict) or "message_id" not in answer:
        return answer
    ticket.message = answer["message_id"]
    return True


def _too_far(wait: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=ceil(wait)))


def _chat(data: dict[str, Any]) -> Chat | None:
    """The chat that a request is for; a number written as text is that number."""
    chat = data.get("chat_id")
    with suppress(TypeError, ValueError):
        return int(chat)  # type: ignore[arg-type]
    return chat
