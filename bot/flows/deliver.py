"""From due chats to sent messages, by way of the ledger.

What is due is planned: its text is written into the ledger, and the chat moved on to its next day, in one
transaction. What is planned is sent: claimed before the send, settled after it. A crash between the two repeats the
sends that were under way and loses none. `Post` is the seam: another engine may call `plan_due` and `send_ready` from
as many processes as it likes.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from bot.delivery.due import GRACE, next_due, slot
from bot.delivery.outcome import Gone, Moved, Odd, Outcome, Refused, Sent, Throttled, Unclear, Unreachable
from bot.errors import StorageError
from bot.flows import readers
from bot.flows.daily import Prepared, prepare
from bot.flows.desk import Desk, reader_of
from bot.model import Delivery, Reader, Settlement, Slot
from bot.places.zones import local
from storage.briefings import forget_briefings, last_briefing, save_briefing
from storage.chats import advance, due_readers, make_due, postpone
from storage.deliveries import (
    claim,
    open_deliveries,
    plan,
    put_off,
    remove_texts,
    settle,
    stale,
    withdraw,
)

PLANNED_AT_ONCE = 50
"""Due chats loaded together; each is planned in a transaction of its own, so a crash repeats one at most."""

LOADED_AT_ONCE = 100
SENT_AT_ONCE = 8
"""Sends under way: with answers of 0.2 s they reach 40 a second, above any pace we may keep (`delivery.pace`)."""

CLAIMED_FOR = timedelta(minutes=5)
"""How long a claim holds if its owner is not heard of again: longer than any send with its waiting."""

AGAIN = timedelta(seconds=30)
"""How long to wait after an answer that may not come again; doubled with each attempt that was the message's own, up
to `LONGEST`, and the same each time where Telegram is out of reach: when it is back, nobody should wait longer."""
LONGEST = timedelta(minutes=30)

MOST_ODD = 8
"""How often an answer that nobody can explain is taken before the delivery is given up: over some two hours."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed to the post: to which chat, what, without a sound or not, and without any marking or not."""

    chat: int
    html: str
    silent: bool = False
    plain: bool = False


Post = Callable[[Letter], Awaitable[Outcome]]
"""Sends one message and says how it went; never raises for the sake of one chat."""


@dataclass(slots=True)
class Round:
    """What a round of sending did, by outcome.

    `refused` tells the operator which texts were not taken and why; `unreachable` that Telegram could not be
    reached, so that the rest of the round waits.
    """

    sent: int = 0
    gone: int = 0
    put_off: int = 0
    given_up: int = 0
    refused: list[str] = field(default_factory=list)
    unreachable: bool = False


async def plan_due(desk: Desk, grace: timedelta = GRACE) -> int:
    """Write the briefing of every chat that is due into the ledger; return how many were."""
    await _withdraw_stale(desk, grace)
    planned = 0
    while True:
        async with desk.storage.read() as conn:
            due = await due_readers(conn, desk.now(), PLANNED_AT_ONCE)
        if not due:
            return planned
        for reader in due:
            planned += await _plan_or_postpone(desk, reader, grace)


async def send_ready(
    desk: Desk, post: Post, worker: str, stopping: Callable[[], bool] = lambda: False
) -> Round:
    """Send everything that is ready, each chat's messages in order.

    Ends when nothing is, when Telegram is out of reach, or when the program is `stopping`; and never while a send is
    under way, even where another one raised.
    """
    done = Round()
    queue = _Queue(desk)

    async def work() -> None:
        while not (done.unreachable or stopping()) and (delivery := await queue.next()) is not None:
            await _send(desk, post, worker, delivery, done)
            queue.ended += 1

    ended = await asyncio.gather(*(work() for _ in range(SENT_AT_ONCE)), return_exceptions=True)
    for error in filter(None, ended):
        raise error
    if done.sent or done.gone or done.given_up:
        async with desk.storage.write() as conn:
            await remove_texts(conn)
    return done


class _Queue:
    """What is ready, handed out one by one. What is claimed is no longer ready, so it comes once.

    `ended` counts the sends that have ended: each may have made the next part of its briefing ready.
    """

    def __init__(self, desk: Desk) -> None:
        self.ended = 0
        self._desk = desk
        self._held: deque[Delivery] = deque()
        self._alone = asyncio.Lock()
        self._dry_after: int | None = None

    async def next(self) -> Delivery | None:
        """Give the next delivery, None where nothing is ready; the database is asked once for all who want one."""
        async with self._alone:
            if not self._held and self._dry_after != self.ended:
                before = self.ended
                async with self._desk.storage.read() as conn:
                    self._held.extend(await open_deliveries(conn, self._desk.now(), LOADED_AT_ONCE))
                self._dry_after = None if self._held else before
            return self._held.popleft() if self._held else None


async def _withdraw_stale(desk: Desk, grace: timedelta) -> None:
    """Take back what waited so long that it is old news; its readers get the present briefing instead."""
    now = desk.now()
    async with desk.storage.write() as conn:
        for old in await stale(conn, now - grace, now):
            await forget_briefings(conn, await withdraw(conn, old.chat, old.local_date))
            # Due when it was: so late that the new one says so.
            await make_due(conn, old.chat, now - grace - timedelta(seconds=1))


async def _plan_or_postpone(desk: Desk, reader: Reader, grace: timedelta) -> bool:
    """Plan one chat; where that cannot be done, note why and go on with the others.

    Raises StorageError, which concerns them all.
    """
    try:
        return await _plan(desk, reader, grace)
    except StorageError:
        raise
    except Exception:
        log.exception("a briefing could not be made", chat=reader.chat.id)
        if reader.chat.next_due_at is not None:
            async with desk.storage.write() as conn:
                await postpone(conn, reader.chat.id, reader.chat.next_due_at, desk.now() + LONGEST)
        return False


async def _plan(desk: Desk, reader: Reader, grace: timedelta) -> bool:
    chat, wish, now = reader.chat, readers.wish_of(reader), desk.now()
    was_due = chat.next_due_at
    if was_due is None:
        return False
    if wish is None:
        async with desk.storage.write() as conn:
            await advance(conn, chat.id, was_due, None, now.date())
        return False
    place = slot(wish, was_due, now, grace)
    made = await prepare(desk, reader, place.day, now, is_late=place.late)
    then = next_due(wish, now, place.day)
    async with desk.storage.write() as conn:
        if not await advance(conn, chat.id, was_due, then, place.day):
            return False
        # A silent day counts as told too, so that the next briefing goes on where it ended.
        is_new = await save_briefing(conn, made.given, made.written.told)
        if made.written.is_empty and chat.silent_when_empty:
            return False
        if await plan(
            conn,
            chat.id,
            place.day,
            briefing=made.given.id,
            parts=made.written.messages,
            due_at=now if place.late else was_due,
        ):
            return True
        if is_new:
            await forget_briefings(conn, [made.given.id])
    return False


async def first_briefing(desk: Desk, reader: Reader) -> Prepared | None:
    """Write a reader's first briefing, to be shown at once; None for who follows nothing or has had one."""
    if not reader.follows:
        return None
    async with desk.storage.read() as conn:
        if await last_briefing(conn, reader_of(reader.chat.id)) is not None:
            return None
    now = desk.now()
    return await prepare(desk, reader, local(now, reader.chat.zone).date(), now)


async def note_told(desk: Desk, made: Prepared) -> None:
    """Remember that a briefing was shown."""
    async with desk.storage.write() as conn:
        await save_briefing(conn, made.given, made.written.told)


async def _send(desk: Desk, post: Post, worker: str, delivery: Delivery, done: Round) -> None:
    now = desk.now()
    async with desk.storage.write() as conn:
        fence = await claim(conn, delivery.slot, worker, now, now + CLAIMED_FOR)
    if fence is None:
        return
    outcome = await post(Letter(delivery.slot.chat, delivery.html, silent=delivery.sequel))
    if isinstance(outcome, Refused):
        done.refused.append(f"{delivery.briefing}: {outcome.reason}")
        outcome = await post(Letter(delivery.slot.chat, delivery.html, silent=delivery.sequel, plain=True))
    await _Settling(desk, delivery, fence, done).settle(outcome)


@dataclass(frozen=True, slots=True)
class _Settling:
    """What follows from an outcome."""

    desk: Desk
    delivery: Delivery
    fence: int
    done: Round

    async def settle(self, outcome: Outcome) -> None:
        attempt = self.delivery.attempts
        match outcome:
            case Sent(message_id):
                await self._end(outcome.word, message_id=message_id)
                self.done.sent += 1
            case Gone(reason):
                await self._end(outcome.word, error=reason)
                await readers.pause(self.desk, self.delivery.slot.chat, reason)
                await self._untell()
                self.done.gone += 1
            case Moved(chat):
                # While it is claimed still, or another worker would send it to the old id once more.
                await readers.move(self.desk, self.delivery.slot.chat, chat)
                there = replace(self.delivery.slot, chat=chat)
                await self._wait(timedelta(), outcome.word, is_counted=False, slot=there)
            case Throttled(retry_after):
                await self._wait(retry_after, outcome.word, is_counted=False)
            case Unreachable(reason):
                self.done.unreachable = True
                await self._wait(AGAIN, reason, is_counted=False)
            case Unclear(reason):
                # Where it may have arrived it is sent again: a briefing lost is worse than one seen twice.
                await self._wait(_patience(attempt), reason)
            case Odd(reason) if attempt < MOST_ODD:
                await self._wait(_patience(attempt), reason)
            case Odd(reason) | Refused(reason):
                await self._end(outcome.word, error=reason)
                await self._untell()
                self.done.given_up += 1
                log.error("a delivery was given up", slot=self.delivery.slot, reason=reason)

    async def _end(self, word: str, *, message_id: int | None = None, error: str | None = None) -> None:
        how = Settlement(word, self.desk.now(), message_id, error)
        async with self.desk.storage.write() as conn:
            await settle(conn, self.delivery.slot, self.fence, how)

    async def _untell(self) -> None:
        """What never arrived was not told."""
        if not self.delivery.sequel:
            async with self.desk.storage.write() as conn:
                await forget_briefings(conn, [self.delivery.briefing])

    async def _wait(
        self, pause: timedelta, reason: str, *, is_counted: bool = True, slot: Slot | None = None
    ) -> None:
        """Try it again after `pause`, in `slot` where that is another by now."""
        until, slot = self.desk.now() + pause, slot or self.delivery.slot
        async with self.desk.storage.write() as conn:
            await put_off(conn, slot, self.fence, until, reason, is_counted=is_counted)
        self.done.put_off += 1


def _patience(attempt: int) -> timedelta:
    return min(AGAIN * (1 << min(attempt, 10)), LONGEST)
