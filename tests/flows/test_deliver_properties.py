"""Whatever Telegram answers, in whatever order: nobody is lost, parts stay in order, and few things come twice."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.outcome import Gone, Moved, Odd, Outcome, Refused, Sent, Throttled, Unclear, Unreachable
from bot.flows import readers
from bot.flows.deliver import LONGEST, MOST_ODD, Letter, send_ready
from bot.flows.desk import Desk
from storage import open_storage
from storage.briefings import Given, tell
from storage.deliveries import count_open
from tests.flows.chats import DUE, Clock, desk_of, visitor
from tests.ledger import plan

FURTHER = 1_000_000_000_000
"""What lies between a group's old id and its new one."""


EVER = timedelta(days=30)
"""Nothing is replaced for its age, since nothing is planned."""


class Lost(Unclear):
    """The same answer, for what did not arrive."""


class Crash(Exception):
    """The program ends while a send is under way, whose message has arrived or not."""


ANSWERS: Mapping[str, Outcome | Exception] = {
    "unclear": Unclear("Timed out"),
    "lost": Lost("Timed out"),
    "throttled": Throttled(timedelta(minutes=3)),
    "odd": Odd("the stars are wrong"),
    "refused": Refused("can't parse entities"),
    "unreachable": Unreachable("ConnectError"),
    "gone": Gone("bot was blocked by the user"),
    "moved": Moved(0),
    "crash": Crash("before"),
    "crash after": Crash("after"),
}


@dataclass
class Telegram:
    """Gives each chat its answers in turn, then takes everything; remembers what arrived, by the chat's first id."""

    answers: dict[int, list[str]]
    arrived: dict[int, list[str]] = field(default_factory=dict)
    excused: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often a message came of which the program could not know."""

    async def __call__(self, letter: Letter) -> Outcome:
        await asyncio.sleep(0)
        first = -(-letter.chat % FURTHER) if letter.chat < 0 else letter.chat
        left = self.answers[first]
        how = left.pop(0) if left else "sent"
        if how in {"sent", "unclear", "crash after"}:
            self.arrived.setdefault(first, []).append(letter.html)
        if how in {"unclear", "crash after"}:
            self.excused[first, letter.html] += 1
        if how == "moved":
            return Moved(letter.chat - FURTHER)
        answer = ANSWERS.get(how, Sent(1))
        if isinstance(answer, Exception):
            raise answer
        return answer


async def _plan(desk: Desk, parts: Mapping[int, int]) -> None:
    for chat, count in parts.items():
        await readers.follow(desk, visitor(chat, "group" if chat < 0 else "private"), ("FR",))
        async with desk.storage.write() as conn:
            given = Given(f"{chat}", DUE.date(), DUE, DUE)
            await tell(conn, chat, given, {}, DUE - timedelta(days=14))
            await plan(conn, [chat], DUE.date(), briefing=f"{chat}", parts=_texts(chat, count), due_at=DUE)


def _texts(chat: int, count: int) -> list[str]:
    return [f"{part} of {chat}" for part in range(count)]


async def _send_all(desk: Desk, clock: Clock, telegram: Telegram) -> None:
    while True:
        async with desk.storage.read() as conn:
            if not await count_open(conn):
                return
        try:
            await asyncio.gather(
                send_ready(desk, telegram, "one", grace=EVER), send_ready(desk, telegram, "two", grace=EVER)
            )
        except Crash:
            # Whoever comes next knows only what the ledger says.
            await asyncio.sleep(0.01)
        clock.at += LONGEST


async def _run(template: Path, parts: Mapping[int, int], telegram: Telegram) -> set[int]:
    """Send all that is planned; give the chats that are paused in the end, by their first ids."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(template, Path(folder) / "chats.db")
        async with await open_storage(f"sqlite:///{path}") as storage:
            clock = Clock(DUE)
            desk = desk_of(storage, clock)
            await _plan(desk, parts)
            await _send_all(desk, clock, telegram)
            return {chat for chat in parts if await _is_paused(desk, chat)}


async def _is_paused(desk: Desk, chat: int) -> bool:
    found = [await readers.find_reader(desk, id_) for id_ in (chat, chat - FURTHER, chat - 2 * FURTHER)]
    (reader,) = filter(None, found)
    return reader.chat.paused_at is not None


def _plausible(chat: int, drawn: list[str]) -> list[str]:
    """What Telegram may answer in a row: a group moves twice at most, and a reader who is gone stays so.

    Nor is a text refused with its markup and without: it is then given up, which is another matter.
    """
    made: list[str] = []
    for how in drawn:
        may_move = chat < 0 and made.count("moved") < 2
        if (how == "moved" and not may_move) or (how == "refused" and made[-1:] == ["refused"]):
            continue
        made.append(how)
        if how == "gone":
            break
    return made


@st.composite
def days(draw: st.DrawFn) -> tuple[dict[int, int], dict[int, list[str]]]:
    """Chats with the number of their parts, and how the first sends to each end."""
    parts = draw(st.dictionaries(st.sampled_from([1, 2, -3]), st.integers(1, 3), min_size=1))
    hows = st.lists(st.sampled_from(sorted(ANSWERS)), max_size=MOST_ODD)
    return parts, {chat: _plausible(chat, draw(hows)) for chat in parts}


@pytest.fixture(scope="module")
def template(_sqlite_with_tables: Path) -> Path:
    """Give an SQLite file with empty tables, to be copied."""
    return _sqlite_with_tables


@settings(max_examples=30, deadline=None)  # a time would measure the machine
@given(day=days())
def test_whatever_is_answered_nobody_is_lost_and_little_comes_twice(
    template: Path, day: tuple[dict[int, int], dict[int, list[str]]]
) -> None:
    parts, answers = day
    telegram = Telegram({chat: list(hows) for chat, hows in answers.items()})

    paused = asyncio.run(_run(template, parts, telegram))

    assert paused == {chat for chat in parts if "gone" in answers[chat] and not telegram.answers[chat]}
    for chat, count in parts.items():
        arrived = telegram.arrived.get(chat, [])
        assert arrived == sorted(arrived), "out of order"
        if chat not in paused:
            assert set(arrived) == set(_texts(chat, count)), "lost"
        for text, times in Counter(arrived).items():
            assert times <= 1 + telegram.excused[chat, text], "twice for no reason"
