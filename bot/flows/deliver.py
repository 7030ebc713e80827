"""From planned briefings to sent messages, by way of the ledger.

What is planned (`flows.plan`) is written into the ledger when there is room to send it, claimed before the send and settled
after it. A crash between the two repeats the sends that were under way and loses none. `Post` is the seam: another engine may
call `send_ready` from as many processes as it likes.

A send whose answer never came (`Unclear`) may have arrived. It is sent again (`UNKNOWN`): a briefing lost is worse than
one seen twice.

A briefing counts as told once all its parts have arrived. Where its first part is given up, those after it are taken
back; where a later one is, the rest still goes. In both cases, and where the chat is gone between two parts, nothing of
it counts as told, so that the next briefing tells it again: a line lost is worse than one seen twice.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery.due import GRACE, Wish, awake
from bot.delivery.outcome import Gone, Moved, Odd, Outcome, Refused, Sent, Throttled, Unclear, Unreachable
from bot.flows import readers
from bot.flows.desk import Desk
from bot.flows.outlook import Outlook
from bot.flows.settling import Ledger
from bot.model import Delivery, Settlement
from storage.briefings import untell
from storage.deliveries import Claim, Pause, claim, forget_settled, remove_texts
from storage.due import PORTION
from storage.editions import drop_spent, write_out
from storage.lateness import add_lateness, step_of
from storage.planned import take_back

SENT_AT_ONCE = 8
"""Sends under way: with answers of 0.2 s they reach 40 a second, above the free pace of 28 (`delivery.pace`)."""

REFILL = 2
"""New claims are made once this part of the sends under way has ended, so that one transaction serves several."""

AHEAD = 128
"""Chats written into the ledger together, though there may be room for a few of them: by itself each takes 0.7 ms on SQLite and
1.8 on PostgreSQL, of a hundred 0.25 and 0.2."""

CLAIMED_FOR = timedelta(minutes=5)
"""How long a claim holds if its owner is not heard of again: longer than any send with its waiting. Where the owner is
known to be dead, its claims are let go of at once (`flows.pulse`)."""

AGAIN = timedelta(seconds=30)
"""How long to wait after an answer that may not come again; doubled with each attempt that was the message's own, up
to `LONGEST`, and the same each time where Telegram is out of reach: when it is back, nobody should wait longer."""
LONGEST = timedelta(minutes=30)

MOST_ODD = 8
"""How often an answer that nobody can explain is taken before the delivery is given up: over some two hours."""

LEDGER_KEPT = timedelta(days=30)
"""For how long the ledger says how a delivery ended: as long as it is counted how late messages were (`flows.rounds`).
A million readers of two parts fill 0.7 GB a day."""

UNKNOWN = AGAIN
"""After how long a send whose outcome is unknown is sent again; doubled as the others are. It is the policy of the module's
head: never to send again would need no more than another end in `_Settling.settle`."""

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
    reached, so that the rest of the round waits. `late` counts messages by the hour and how late they went.
    """

    sent: int = 0
    gone: int = 0
    put_off: int = 0
    given_up: int = 0
    refused: list[str] = field(default_factory=list)
    unreachable: bool = False
    late: Counter[tuple[datetime, int]] = field(default_factory=Counter)


async def send_ready(  # noqa: PLR0913 - what a round is given; a bundle of them would only hide it
    desk: Desk,
    post: Post,
    worker: str,
    stopping: Callable[[], bool] = lambda: False,
    shard: int | None = None,
    *,
    at_once: int = SENT_AT_ONCE,
    grace: timedelta = GRACE,
    outlook: Outlook | None = None,
    ledger: Ledger | None = None,
) -> Round:
    """Send everything that is ready (of `shard`, if given), each chat's messages in order, up to `at_once` at a time.

    What is late by more than `grace` is left to the planning, which replaces it. Ends when nothing is ready, when Telegram is
    out of reach, or when the program is `stopping`; and never while a send is under way, even where another one raised.
    `outlook` is what the process knows of Telegram besides, `ledger` what all its rounds write by, so that their ends are
    written together.
    """
    done = Round()
    run = _Run(
        desk,
        post,
        worker,
        stopping,
        shard,
        at_once,
        grace,
        outlook or Outlook(),
        done,
        ledger or Ledger(desk),
    )
    try:
        await run.drain()
    finally:
        if done.late:
            async with desk.storage.write() as conn:
                await add_lateness(conn, done.late)
    if shard is None and (done.sent or done.gone or done.given_up):
        await sweep(desk)
    return done


async def sweep(desk: Desk) -> None:
    """Remove the editions and texts that nobody waits for any more, and what the ledger says of long ago."""
    async with desk.storage.write() as conn:
        await drop_spent(conn)
        await remove_texts(conn)
    before = desk.now().date() - LEDGER_KEPT
    removed = PORTION
    while removed == PORTION:
        async with desk.storage.write() as conn:
            removed = await forget_settled(conn, before, PORTION)


@dataclass(slots=True)
class _Run:
    desk: Desk
    post: Post
    worker: str
    stopping: Callable[[], bool]
    shard: int | None
    at_once: int
    grace: timedelta
    outlook: Outlook
    done: Round
    ledger: Ledger

    async def drain(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        failed: list[BaseException] = []
        is_dry = False
        while True:
            room = self.at_once - len(under_way)
            if not is_dry and not failed and room * REFILL >= self.at_once and not self._is_over():
                try:
                    claims = await self._claim(room)
                except Exception as error:  # noqa: BLE001 - raised below, once the sends under way are settled
                    failed.append(error)
                    claims = ()
                is_dry = len(claims) < room
                under_way |= {asyncio.create_task(self._send(each)) for each in claims}
            if not under_way:
                break
            ended, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            failed += filter(None, (task.exception() for task in ended))
            # Each may have made the next part of its briefing ready.
            is_dry = False
        for first in failed:
            raise first

    def _is_over(self) -> bool:
        return self.done.unreachable or self.stopping() or self.outlook.is_held(self.desk.now())

    async def _claim(self, room: int) -> tuple[Claim, ...]:
        """Claim what waits in the ledger, and what can be written into it now."""
        now = self.desk.now()
        fresh, until = now - self.grace, now + CLAIMED_FOR
        async with self.desk.storage.write() as conn:
            found = await claim(conn, self.worker, now, until, fresh, limit=room, shard=self.shard)
            left = room - len(found)
            if left and await write_out(conn, now, fresh, limit=max(left, AHEAD), shard=self.shard):
                found += await claim(conn, self.worker, now, until, fresh, limit=left, shard=self.shard)
        return found

    async def _send(self, claimed: Claim) -> None:
        if self._is_over():
            await self.ledger.end(claimed, None)
            return
        delivery = claimed.delivery
        if until := _quiet_until(delivery, self.desk.now()):
            await self.ledger.end(claimed, Pause(until, "quiet hours", is_counted=False))
            self.done.put_off += 1
            return
        outcome = await self.post(Letter(delivery.slot.chat, delivery.html, silent=delivery.sequel))
        if isinstance(outcome, Refused):
            self.done.refused.append(f"{delivery.briefing}: {outcome.reason}")
            outcome = await self.post(
                Letter(delivery.slot.chat, delivery.html, silent=delivery.sequel, plain=True)
            )
        await _Settling(self, claimed).settle(outcome)


@dataclass(frozen=True, slots=True)
class _Settling:
    """What follows from an outcome."""

    run: _Run
    claimed: Claim

    async def settle(self, outcome: Outcome) -> None:
        done, attempt = self.run.done, self.claimed.delivery.attempts
        match outcome:
            case Sent(message_id):
                await self._sent(message_id)
            case Gone(reason) if outcome.is_strange and not self._is_believed(attempt):
                done.unreachable |= self.run.outlook.is_doubtful
                await self._wait(_patience(attempt), reason)
            case Gone(reason):
                await self._end(outcome.word, reason)
                await readers.pause(self.run.desk, self._chat, reason)
                await self._untell()
                done.gone += 1
            case Moved(chat):
                # While it is claimed still, or another worker would send it to the old id once more.
                await readers.move(self.run.desk, self._chat, chat)
                await self._wait(timedelta(), outcome.word, is_counted=False)
            case Throttled(retry_after):
                await self._wait(retry_after, outcome.word, is_counted=False)
            case Unreachable(reason):
                done.unreachable = True
                self.run.outlook.unreachable(self.run.desk.now(), reason)
                await self._wait(AGAIN, reason, is_counted=False)
            case Unclear(reason):
                await self._wait(_patience(attempt, UNKNOWN), reason)
            case Odd(reason) if attempt < MOST_ODD:
                await self._wait(_patience(attempt), reason)
            case Odd(reason) | Refused(reason):
                await self._give_up(outcome.word, reason)

    @property
    def _chat(self) -> int:
        return self.claimed.delivery.slot.chat

    def _is_believed(self, attempt: int) -> bool:
        outlook = self.run.outlook
        return outlook.believes(self._chat, self.run.desk.now()) or (
            attempt >= MOST_ODD and not outlook.is_doubtful
        )

    async def _sent(self, message_id: int) -> None:
        now = self.run.desk.now()
        self.run.outlook.taken(now)
        late = step_of((now - self.claimed.delivery.due_at).total_seconds())
        self.run.done.late[now.replace(minute=0, second=0, microsecond=0), late] += 1
        await self.run.ledger.end(self.claimed, Settlement(Sent.word, now, message_id))
        self.run.done.sent += 1

    async def _give_up(self, word: str, reason: str) -> None:
        slot = self.claimed.delivery.slot
        await self._end(word, reason)
        if not slot.part:
            async with self.run.desk.storage.write() as conn:
                await take_back(conn, [slot.chat], slot.local_date)
        await self._untell()
        self.run.done.given_up += 1
        log.error("a delivery was given up", slot=slot, reason=reason)

    async def _end(self, word: str, reason: str) -> None:
        await self.run.ledger.end(self.claimed, Settlement(word, self.run.desk.now(), error=reason))

    async def _untell(self) -> None:
        """What did not arrive whole was not told."""
        async with self.run.desk.storage.write() as conn:
            await untell(conn, self._chat, self.claimed.delivery.briefing)

    async def _wait(self, pause: timedelta, reason: str, *, is_counted: bool = True) -> None:
        """Try it again after `pause`."""
        until = self.run.desk.now() + pause
        await self.run.ledger.end(self.claimed, Pause(until, reason, is_counted=is_counted))
        self.run.done.put_off += 1


def _quiet_until(delivery: Delivery, now: datetime) -> datetime | None:
    """When a message that was held up until its reader sleeps may go; None for now.

    The rest of a briefing whose beginning has come goes all the same: it makes no sound.
    """
    if delivery.sequel:
        return None
    wish = Wish(delivery.zone, 0, quiet_from=delivery.quiet_from, quiet_until=delivery.quiet_until)
    up = awake(wish, now)
    return up if up > now else None


def _patience(attempt: int, first: timedelta = AGAIN) -> timedelta:
    return min(first * (1 << min(attempt, 10)), LONGEST)
