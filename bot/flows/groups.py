"""One planning of all that is due: each group's briefing is composed once and kept as its edition."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.due import Slot, Wish, awake, next_due, slot
from bot.errors import StorageError
from bot.flows.daily import REMEMBERED, Common, Prepared, in_common, prepare, read_up_to
from bot.flows.desk import Desk
from bot.flows.workers import in_order
from bot.model import Reader
from storage.briefings import Memory, find_memories, save_briefing, save_memory
from storage.chats import find_readers
from storage.due import PORTION, Group, due_groups, move_on, put_off, take
from storage.editions import Edition, announce, count_waiting, has_open
from storage.statements import portions
from storage.wishes import keep_wish, wish_key

GROUPS_AT_ONCE = 200
"""Due groups loaded together."""

COMPOSED_AT_ONCE = 6
"""Briefings under way or waiting to be written: enough that no process idles while one is written."""

MEMORIES_AT_ONCE = 4
"""Briefings of one wish under way, for readers who were told different things before."""

PUNCTUAL = timedelta(minutes=15)
"""A briefing made so soon after its hour ends at its hour: chats planned a minute apart are then told the same."""

AGAIN = timedelta(minutes=30)
"""When a briefing that could not be made is tried once more."""

Change = Callable[[AsyncConnection, Sequence[int]], Awaitable[None]]
"""Moves on the chats that were taken."""

Content = tuple[tuple[str, ...], str, str, Slot, datetime, str | None]
"""What decides what a briefing says."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Piece:
    """The briefing of `slot`, which ends at `until`, for a group.

    `reader` is one of its chats, whose next one is due at `then`, and `memory` what they all were told before.
    """

    group: Group
    reader: Reader
    memory: Memory
    slot: Slot
    until: datetime
    then: datetime | None

    @property
    def content(self) -> Content:
        """The same for pieces that say the same: chats with other hours are of another group, and told it as well."""
        chat = self.reader.chat
        return self.reader.countries, chat.length, chat.zone, self.slot, self.until, self.memory.id


_Done = tuple[_Piece, Prepared]
Family = list[tuple[Group, Reader, Memory]]
"""Groups of one moment and wish, each with one of its readers and what they all were told."""


@dataclass(slots=True)
class _Batch:
    """Some groups that are due; and what is made of them."""

    families: list[Family]
    last: Group
    ends: dict[datetime, datetime] = field(default_factory=dict)
    made: dict[Content, asyncio.Task[Prepared]] = field(default_factory=dict)


class Planning:
    """Plans what is due at `now`. `grace` is how late a briefing may be and still be its day's own."""

    def __init__(self, desk: Desk, now: datetime, grace: timedelta) -> None:
        self._desk = desk
        self._now = now
        self._grace = grace
        self._planned = 0
        self._changed = 0

    async def run(self) -> int:
        """Plan until nothing is due; return for how many chats there is a briefing now."""
        before = -1
        # A group whose chats were changed meanwhile may lie before where we are.
        while self._changed != before:
            before = self._changed
            last: Group | None = None
            while batch := await self._due(last):
                await self._plan(batch)
                last = batch.last
        return self._planned

    async def _due(self, after: Group | None) -> _Batch | None:
        async with self._desk.storage.read() as conn:
            groups = await due_groups(conn, self._now, GROUPS_AT_ONCE, after)
            if not groups:
                return None
            found = await find_readers(conn, [chat for _, chat in groups])
            memories = await find_memories(conn, {group.memory for group, _ in groups if group.memory})
        loaded = [(group, found[chat], memories.get(group.memory, Memory())) for group, chat in groups]
        families = [list(those) for _, those in groupby(loaded, lambda one: (one[0].due_at, one[0].wish))]
        # So that two that plan at once seldom compose the same briefing.
        random.shuffle(families)
        return _Batch(families, groups[-1][0])

    async def _plan(self, batch: _Batch) -> None:
        async def compose(pieces: Sequence[_Piece]) -> Sequence[Prepared | None]:
            made: list[Prepared | None] = []
            for some in portions(pieces, MEMORIES_AT_ONCE):
                made += await asyncio.gather(*(self._compose(batch, piece) for piece in some))
            return made

        families = in_order(compose, self._families(batch), COMPOSED_AT_ONCE)
        # Closed where a write fails, so that nothing is composed for nobody.
        async with aclosing(families):
            async for pieces, made in families:
                await self._write(pieces, made)

    async def _families(self, batch: _Batch) -> AsyncIterator[Sequence[_Piece]]:
        """Give what is to be composed, together what is for one wish; chats that are to get nothing now are put off."""
        for family in batch.families:
            pieces = [piece for each in family if (piece := await self._piece(batch, *each))]
            if pieces:
                yield pieces

    async def _piece(self, batch: _Batch, group: Group, reader: Reader, memory: Memory) -> _Piece | None:
        if wish_key(reader.follows, reader.chat) != group.wish:
            await self._mend(reader)
            return None
        wish = _wish(reader)
        place = await self._slot(group, wish)
        if wish is None or place is None:
            return None
        # All that end at one moment end alike, whatever is read meanwhile.
        wanted = self._end(group, place)
        until = batch.ends[wanted] = batch.ends.get(wanted) or await self._read_up_to(wanted)
        return _Piece(group, reader, memory, place, until, next_due(wish, self._now, place.day))

    async def _mend(self, reader: Reader) -> None:
        """Bring the key of a chat up to date that was written past `storage.wishes`."""
        async with self._desk.storage.write() as conn:
            await keep_wish(conn, reader.chat.id)
        self._changed += 1

    async def _slot(self, group: Group, wish: Wish | None) -> Slot | None:
        """Tell which day the briefing counts for; None where none is to come now, which is then settled."""
        if wish is None:
            await self._put_off(group, None)
            return None
        place = slot(wish, group.due_at, self._now, self._grace)
        up = awake(wish, self._now)
        if place.late and up > self._now:
            await self._put_off(group, up)
            return None
        return place

    def _end(self, group: Group, place: Slot) -> datetime:
        is_punctual = not place.late and self._now - group.due_at <= PUNCTUAL
        return group.due_at if is_punctual else self._now

    async def _read_up_to(self, moment: datetime) -> datetime:
        async with self._desk.storage.read() as conn:
            return await read_up_to(conn, moment)

    async def _compose(self, batch: _Batch, piece: _Piece) -> Prepared | None:
        """Make a briefing; None where it cannot be made, noting why.

        Raises StorageError, which concerns them all.
        """
        content = piece.content
        if content not in batch.made:
            batch.made[content] = asyncio.ensure_future(self._prepare(piece))
        try:
            return await batch.made[content]
        except StorageError:
            raise
        except Exception:
            log.exception("a briefing could not be made", chat=piece.reader.chat.id)
            return None

    async def _prepare(self, piece: _Piece) -> Prepared:
        day, late = piece.slot.day, piece.slot.late
        return await prepare(self._desk, piece.reader, day, piece.until, piece.memory, is_late=late)

    async def _write(self, pieces: Sequence[_Piece], made: Sequence[Prepared | None]) -> None:
        """Keep the editions of one wish's groups; where there is nothing to be sent, move their chats on."""
        done: list[_Done] = []
        for piece, each in zip(pieces, made, strict=True):
            if each is None:
                await self._put_off(piece.group, self._now + AGAIN)
            else:
                done.append((piece, each))
        if not done:
            return
        for those in await self._apart(done):
            common = in_common([(piece.memory, each) for piece, each in those], self._now - REMEMBERED)
            for piece, each in those:
                if each.written.is_empty and piece.reader.chat.silent_when_empty:
                    await self._pass_over(piece, common)
                else:
                    await self._announce(piece, each, common)

    async def _apart(self, done: list[_Done]) -> list[list[_Done]]:
        """Tell apart who is to hold one memory from now on: each of those to whom an earlier briefing is on its way by itself.

        That one may not arrive, and then has to be taken out of their own memory.
        """
        if len(done) == 1:
            return [done]
        async with self._desk.storage.read() as conn:
            busy = [await has_open(conn, piece.group) for piece, _ in done]
        free = [one for one, is_busy in zip(done, busy, strict=True) if not is_busy]
        alone = [[one] for one, is_busy in zip(done, busy, strict=True) if is_busy]
        return [free, *alone] if free else alone

    async def _announce(self, piece: _Piece, made: Prepared, common: Common) -> None:
        async with self._desk.storage.write() as conn:
            chats = await count_waiting(conn, piece.group)
            if not chats:
                # They wish something else by now.
                return
            edition = Edition(
                piece.group,
                piece.slot.day,
                common.given.id,
                self._now if piece.slot.late else piece.group.due_at,
                common.memory.id or "",
                piece.then,
            )
            if await announce(conn, edition, made.written.messages):
                await _keep(conn, common)
                self._planned += chats
        self._changed += 1

    async def _pass_over(self, piece: _Piece, common: Common) -> None:
        """Let a silent day count as told too, so that the next briefing goes on where it ended."""

        async def change(conn: AsyncConnection, chats: Sequence[int]) -> None:
            await _keep(conn, common)
            await move_on(conn, chats, piece.then, piece.slot.day, common.memory.id or "")

        await self._by_portions(piece.group, change)

    async def _put_off(self, group: Group, at: datetime | None) -> None:
        async def change(conn: AsyncConnection, chats: Sequence[int]) -> None:
            await put_off(conn, chats, at)

        await self._by_portions(group, change)

    async def _by_portions(self, group: Group, change: Change) -> None:
        """Let `change` move on the chats of a group, so many in each transaction that none takes long."""
        size = PORTION
        while size == PORTION:
            async with self._desk.storage.write() as conn:
                taken = await take(conn, group, PORTION)
                if taken:
                    await change(conn, taken)
            size = len(taken)
            self._changed += size


async def _keep(conn: AsyncConnection, common: Common) -> None:
    await save_briefing(conn, common.given, common.said)
    await save_memory(conn, common.memory)


def _wish(reader: Reader) -> Wish | None:
    """When a chat wants its briefing, and with it all of its group; None for never."""
    chat = reader.chat
    if chat.minute is None or not reader.follows:
        return None
    return Wish(chat.zone, chat.minute, chat.weekdays, chat.quiet_from, chat.quiet_until)
