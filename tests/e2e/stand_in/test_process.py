"""The stand-in as it is run for load: as a process of its own."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from tests.stand_in import SOME_TOKEN
from tests.stand_in.__main__ import arguments, build
from tests.stand_in.chats import FIRST_SUPERGROUP
from tests.stand_in.process import accepted, stand_in_process
from tests.stand_in.server import Server

MIXED = ("--blocked", "0.2", "--migrated", "0.2", "--throttled", "0.2", "--unknown", "0.2")
CHATS = (*range(1, 31), *range(-30, 0))
HELLO = sha256(b"<b>Hello</b>").hexdigest()

both = pytest.mark.parametrize("checks", ["full", "light"])


@asynccontextmanager
async def served(*options: str, patience: float = 5.0) -> AsyncIterator[tuple[Server, Bot]]:
    """What the process would serve, and a client of it; most tests have no need to wait for a process to start."""
    server = build(arguments(["--seed", "7", *options]))
    address = f"http://127.0.0.1:{await server.start()}/bot"
    try:
        async with Bot(SOME_TOKEN, address, request=HTTPXRequest(read_timeout=patience)) as bot:
            yield server, bot
    finally:
        await server.stop()
    assert server.breaches == []


async def sent(bot: Bot, chat: int, *, paid: bool = False) -> str:
    """What comes of one send, in a word."""
    try:
        await bot.send_message(chat, "<b>Hello</b>", parse_mode="HTML", allow_paid_broadcast=paid)
    except TelegramError as error:
        return type(error).__name__
    return "sent"


@pytest.mark.asyncio
@both
async def test_what_becomes_of_whom_hangs_on_the_seed_and_the_chat_alone(tmp_path: Path, checks: str) -> None:
    ends = []
    for number, chats in enumerate((CHATS, CHATS[::-1])):
        audit = tmp_path / f"{number}.jsonl"
        async with served("--audit", str(audit), "--checks", checks, *MIXED) as (server, bot):
            ends.append({chat: await sent(bot, chat) for chat in chats})
            assert (len(server.figures.arrivals), server.figures.flooded) == (len(CHATS), 0)
        taken = {each["chat"]: each["answered"] for each in accepted(audit)}
        assert taken == {
            chat: end == "sent" for chat, end in ends[-1].items() if end in {"sent", "NetworkError"}
        }
        assert {each["text"] for each in accepted(audit)} == {HELLO}
    assert ends[0] == ends[1]
    names = {each.__name__ for each in (Forbidden, ChatMigrated, RetryAfter, NetworkError)}
    assert set(Counter(ends[0].values())) == {"sent", *names}
    assert [chat for chat, end in ends[0].items() if chat > 0 and end == "ChatMigrated"] == []


@pytest.mark.asyncio
async def test_a_migrated_group_names_its_new_id_and_can_be_written_to_there(tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    async with served("--migrated", "1", "--audit", str(audit)) as (_, bot):
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(-5, "Hello")
        await bot.send_message(moved.value.new_chat_id, "Hello")
    assert [each["chat"] for each in accepted(audit)] == [FIRST_SUPERGROUP - 5]


@pytest.mark.asyncio
@both
async def test_what_is_stalled_was_taken_all_the_same(tmp_path: Path, checks: str) -> None:
    audit = tmp_path / "audit.jsonl"
    options = ("--stalled", "1", "--audit", str(audit), "--checks", checks)
    async with served(*options, patience=0.2) as (_, bot):
        with pytest.raises(TimedOut):
            await bot.send_message(7, "Hello")
    assert [(each["chat"], each["answered"]) for each in accepted(audit)] == [(7, False)]


@pytest.mark.asyncio
@both
async def test_free_sends_are_thirty_a_second_and_paid_ones_what_the_flood_limit_says(checks: str) -> None:
    async with served("--flood", "40", "--checks", checks) as (server, bot):
        free = [await sent(bot, chat) for chat in range(1, 36)]
        paid = [await sent(bot, chat, paid=True) for chat in range(101, 121)]
    # A second may have passed on a busy machine, so that more were let through.
    assert free[:30] == ["sent"] * 30
    assert paid[:10] == ["sent"] * 10
    assert server.figures.flooded == (free + paid).count("RetryAfter")


@pytest.mark.asyncio
async def test_the_short_way_answers_as_the_long_one_does() -> None:
    answers = []
    for checks in ("full", "light"):
        async with served("--checks", checks) as (server, bot):
            told = [
                await bot.send_message(chat, "<b>Hello</b> <a href='https://a.example'>you</a>", "HTML")
                for chat in (7, 7, -5)
            ]
            answers.append([each.to_dict() | {"date": 0} for each in told])
            assert [each.method for each in server.calls if each.method == "sendMessage"] == (
                ["sendMessage"] * 3 if checks == "full" else []
            )
    assert answers[0] == answers[1]


@pytest.mark.asyncio
async def test_a_process_says_its_port_tells_how_it_went_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    for _ in range(2):
        async with stand_in_process("--audit", str(audit), "--checks", "light", "--latency", "1") as running:
            async with Bot(running.token, f"{running.address}/bot") as bot:
                await sent(bot, 7)
                await sent(bot, 8)
            figures = await running.figures()
            assert (figures["writes"], figures["outcomes"], figures["breaches"]) == (2, {"ok": 2}, [])
    assert [each["message_id"] for each in accepted(audit)] == [1, 2, 3, 4]
