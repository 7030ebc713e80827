"""One planning of all that is due: each group's briefing is composed once and written for its chats by portions."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.due import Slot, Wish, awake, next_due, slot
from bot.errors import StorageError
from bot.flows.daily import REMEMBERED, Prepared, prepare, read_up_to
from bot.flows.desk import Desk
from bot.flows.workers import in_order
from bot.model import Reader
from storage.briefings import Memory, find_memories, save_briefing, save_memory
from storage.chats import find_readers
from storage.due import PORTION, Group, Rhythm, Taken, due_groups, move_on, put_off, take
from storage.planned import plan
from storage.wishes import keep_wish, wish_key

GROUPS_AT_ONCE = 200
"""Due groups loaded together."""

COMPOSED_AT_ONCE = 6
"""Briefings under way or waiting to be written: enough that no process idles while one is written."""

PUNCTUAL = timedelta(minutes=15)
"""A briefing made so soon after its hour ends at its hour: chats planned a minute apart are then told the same."""

AGAIN = timedelta(minutes=30)
"""When a briefing that could not be made is tried once more."""

Change = Callable[[AsyncConnection, Sequence[Taken]], Awaitable[int]]
"""Changes some of the chats that were taken; tells how many."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is composed once: a briefing of `slot` that ends at `until`, for the chats of a group it is right for.

    `reader` is one of them, and `memory` what they all were told before.
    """

    group: Group
    reader: Reader
    memory: Memory
    slot: Slot
    until: datetime


class Planning:
    """Plans what is due at `now`. `grace` is how late a briefing may be and still be its day's own."""

    def __init__(self, desk: Desk, now: datetime, grace: timedelta) -> None:
        self._desk = desk
        self._now = now
        self._grace = grace
        self._planned = 0
        self._changed = 0

    async def run(self) -> int:
        """Plan until nothing is due; return for how many chats a briefing was written."""
        while groups := await self._due():
            before = self._changed
            pieces = in_order(self._compose, self._pieces(groups), COMPOSED_AT_ONCE)
            # Closed where a write fails, so that nothing is composed for nobody.
            async with aclosing(pieces):
                async for piece, made in pieces:
                    await self._write(piece, made)
            if self._changed == before:
                # Whoever plans beside us has them all in hand.
                break
        return self._planned

    async def _due(self) -> list[tuple[Group, Reader, Memory]]:
        """Load some groups that are due, each with one of its readers and what they all were told."""
        async with self._desk.storage.read() as conn:
            groups = await due_groups(conn, self._now, GROUPS_AT_ONCE)
            found = await find_readers(conn, [chat for _, chat in groups])
            memories = await find_memories(conn, {group.memory for group, _ in groups if group.memory})
        loaded = [(group, found[chat], memories.get(group.memory or "", Memory())) for group, chat in groups]
        # So that two that plan at once seldom compose the same briefing.
        random.shuffle(loaded)
        return loaded

    async def _pieces(self, groups: Sequence[tuple[Group, Reader, Memory]]) -> AsyncIterator[_Piece]:
        """Give what is to be composed; chats that are to get nothing now are put off."""
        ends: dict[datetime, datetime] = {}
        for group, reader, memory in groups:
            if wish_key(reader.follows, reader.chat) != group.wish:
                await self._mend(reader)
                continue
            place = await self._slot(group, reader)
            if place is not None:
                # All that end at one moment end alike, whatever is read meanwhile.
                wanted = self._end(group, place)
                ends[wanted] = ends.get(wanted) or await self._read_up_to(wanted)
                yield _Piece(group, reader, memory, place, ends[wanted])

    async def _mend(self, reader: Reader) -> None:
        """Bring the key of a chat up to date that was written past `storage.wishes`."""
        async with self._desk.storage.write() as conn:
            await keep_wish(conn, reader.chat.id)
        self._changed += 1

    async def _slot(self, group: Group, reader: Reader) -> Slot | None:
        """Tell which day the briefing counts for; None where none is to come now, which is then settled."""
        chat = reader.chat
        rhythm = Rhythm(chat.minute, chat.weekdays, chat.quiet_from, chat.quiet_until)
        wish = _wish(reader, rhythm)
        if wish is None:
            await self._put_off(group, {rhythm}, None)
            return None
        place = slot(wish, group.due_at, self._now, self._grace)
        up = awake(wish, self._now)
        if place.late and up > self._now:
            await self._put_off(group, {rhythm}, up)
            return None
        return place

    def _end(self, group: Group, place: Slot) -> datetime:
        is_punctual = not place.late and self._now - group.due_at <= PUNCTUAL
        return group.due_at if is_punctual else self._now

    async def _read_up_to(self, moment: datetime) -> datetime:
        async with self._desk.storage.read() as conn:
            return await read_up_to(conn, moment)

    async def _compose(self, piece: _Piece) -> Prepared | None:
        """Make a briefing; None where it cannot be made, noting why.

        Raises StorageError, which concerns them all.
        """
        day, late = piece.slot.day, piece.slot.late
        try:
            return await prepare(self._desk, piece.reader, day, piece.until, piece.memory, is_late=late)
        except StorageError:
            raise
        except Exception:
            log.exception("a briefing could not be made", chat=piece.reader.chat.id)
            return None

    async def _write(self, piece: _Piece, made: Prepared | None) -> None:
        """Move on the chats of a group for whom a briefing of this slot is due; the others are found again."""
        right = _Right(piece, self._now, self._grace)

        async def change(conn: AsyncConnection, taken: Sequence[Taken]) -> int:
            chats = [each for each in taken if right.thens(each.rhythm)]
            if made is None:
                await put_off(conn, [each.chat for each in chats], self._now + AGAIN)
            else:
                self._planned += await self._move_on(conn, piece, made, chats, right)
            return len(chats)

        await self._by_portions(piece.group, piece.slot.day, change)

    async def _move_on(
        self, conn: AsyncConnection, piece: _Piece, made: Prepared, chats: Sequence[Taken], right: "_Right"
    ) -> int:
        day = piece.slot.day
        fresh = [each.chat for each in chats if not each.has_day]
        # A silent day counts as told too, so that the next briefing goes on where it ended.
        after = piece.memory.after(made.given, self._now - REMEMBERED)
        if fresh:
            await save_briefing(conn, made.given, made.written.told)
            await save_memory(conn, after)
        by_then: dict[tuple[datetime | None, bool], list[int]] = {}
        for each in chats:
            by_then.setdefault((right.thens(each.rhythm)[0], each.has_day), []).append(each.chat)
        for (then, has_day), those in by_then.items():
            # One that has its briefing of that day keeps it as it is.
            await move_on(conn, those, then, day, piece.memory.id if has_day else after.id)
        if made.written.is_empty and piece.reader.chat.silent_when_empty:
            return 0
        due_at = self._now if piece.slot.late else piece.group.due_at
        parts = made.written.messages
        await plan(conn, fresh, day, briefing=made.given.id, parts=parts, due_at=due_at)
        return len(fresh)

    async def _put_off(self, group: Group, rhythms: Collection[Rhythm], at: datetime | None) -> None:
        async def change(conn: AsyncConnection, taken: Sequence[Taken]) -> int:
            chats = [each.chat for each in taken if each.rhythm in rhythms]
            await put_off(conn, chats, at)
            return len(chats)

        await self._by_portions(group, self._now.date(), change)

    async def _by_portions(self, group: Group, day: date, change: Change) -> None:
        """Let `change` move on chats of a group, so many in each transaction that none takes long."""
        last: int | None = None
        size = PORTION
        while size == PORTION:
            async with self._desk.storage.write() as conn:
                taken = await take(conn, group, day, last, PORTION)
                changed = await change(conn, taken) if taken else 0
            self._changed += changed
            size, last = len(taken), taken[-1].chat if taken else None


class _Right:
    """Tells for which rhythms the briefing of a piece is right, and when their next one is due."""

    def __init__(self, piece: _Piece, now: datetime, grace: timedelta) -> None:
        self._piece = piece
        self._now = now
        self._grace = grace
        self._thens: dict[Rhythm, tuple[datetime | None, ...]] = {}

    def thens(self, rhythm: Rhythm) -> tuple[datetime | None, ...]:
        """Give when the next one is due, alone in a tuple; an empty one where this briefing is not right."""
        if rhythm not in self._thens:
            self._thens[rhythm] = self._reckoned(rhythm)
        return self._thens[rhythm]

    def _reckoned(self, rhythm: Rhythm) -> tuple[datetime | None, ...]:
        piece = self._piece
        wish = _wish(piece.reader, rhythm)
        if wish is None or slot(wish, piece.group.due_at, self._now, self._grace) != piece.slot:
            return ()
        is_quiet = piece.slot.late and awake(wish, self._now) > self._now
        return () if is_quiet else (next_due(wish, self._now, piece.slot.day),)


def _wish(reader: Reader, rhythm: Rhythm) -> Wish | None:
    if rhythm.minute is None or not reader.follows:
        return None
    return Wish(reader.chat.zone, rhythm.minute, rhythm.weekdays, rhythm.quiet_from, rhythm.quiet_until)
