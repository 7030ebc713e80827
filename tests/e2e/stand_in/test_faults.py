"""Faults and limits of the stand-in, as the library understands them."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.e2e.stand_in.library import GROUP, READER, library
from tests.stand_in import Break, Limits, StandIn


@pytest.mark.asyncio
async def test_a_flooded_chat_asks_for_a_pause_and_the_others_do_not(api: StandIn, bot: Bot) -> None:
    api.private(1)
    api.private(2)
    api.flood(1, retry_after=3, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as flooded:
            await bot.send_message(1, "Hello")
        assert flooded.value.retry_after == timedelta(seconds=3)
    await bot.send_message(2, "Hello")
    await bot.send_message(1, "Hello")
    assert [each.chat_id for each in api.journal] == [2, 1]
    assert [each.outcome for each in api.calls if each.method == "sendMessage"] == [
        *["429 Too Many Requests: retry after 3"] * 2,
        "ok",
        "ok",
    ]


@pytest.mark.asyncio
async def test_limits_are_those_of_telegram_when_switched_on() -> None:
    now = 0.0
    async with StandIn(limits=Limits(), clock=lambda: now) as api, library(api) as bot:
        for reader in range(1, 32):
            api.private(reader)
        api.group(GROUP, "Desk")

        async def passed(chat: int, times: int) -> int:
            before = len(api.journal)
            await asyncio.gather(
                *(bot.send_message(chat, "Hello") for _ in range(times)), return_exceptions=True
            )
            return len(api.journal) - before

        assert await passed(1, 5) == 3
        now = 1.5
        with pytest.raises(RetryAfter) as flooded:
            await bot.send_message(1, "Hello")
        assert flooded.value.retry_after == timedelta(seconds=2)
        assert await passed(GROUP, 25) == 20
        now = 61.0
        assert sum([await passed(reader, 1) for reader in range(1, 32)]) == 30
        now = 62.0
        assert await passed(GROUP, 25) == 20


@pytest.mark.asyncio
async def test_html_that_telegram_reads_otherwise_is_refused_and_plain_text_is_not(
    api: StandIn, bot: Bot
) -> None:
    api.private(READER)
    api.malformed(lambda text: "Hello" in text)
    with pytest.raises(BadRequest, match=r"^Can't parse entities"):
        await bot.send_message(READER, "<b>Hello</b>", parse_mode="HTML")
    await bot.send_message(READER, "Hello")
    await bot.send_message(READER, "<b>Bye</b>", parse_mode="HTML")
    assert [each.text for each in api.journal] == ["Hello", "Bye"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("how", "error", "stands"),
    [
        (Break.RESET, NetworkError, False),
        (Break.STALL, TimedOut, False),
        (Break.TIMEOUT, TimedOut, True),
        (Break.LOST, NetworkError, True),
        (Break.ERROR, NetworkError, False),
        (Break.BAD_GATEWAY, NetworkError, False),
    ],
)
async def test_a_break_is_an_error_of_the_network(
    api: StandIn, how: Break, error: type[TelegramError], *, stands: bool
) -> None:
    api.private(1)
    api.private(2)
    async with library(api, patience=0.2) as bot:
        api.break_next("sendMessage", how, chat_id=1)
        await bot.send_message(2, "Hello")
        with pytest.raises(NetworkError) as broken:
            await bot.send_message(1, "Hello")
        assert type(broken.value) is error
        assert bool(api.messages(1)) == stands
        assert api.calls[-1].outcome == how
        await bot.send_message(1, "Hello again")


@pytest.mark.asyncio
async def test_faults_to_come_can_be_taken_back(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    api.break_next("getMe", Break.ERROR, times=5)
    api.flood(None, retry_after=3)
    with pytest.raises(NetworkError, match=r"^Internal Server Error$"):
        await bot.get_me()
    api.heal()
    await bot.get_me()
    await bot.send_message(READER, "Hello")


@pytest.mark.asyncio
async def test_it_stops_while_a_poll_and_a_stalled_send_wait() -> None:
    async with AsyncExitStack() as clients:
        async with StandIn() as api:
            bot = await clients.enter_async_context(library(api))
            api.private(READER)
            api.break_next("sendMessage", Break.STALL)
            poll = asyncio.create_task(bot.get_updates(timeout=50))
            send = asyncio.create_task(bot.send_message(READER, "Hello"))
            await api.wait_until(
                lambda: api.polling and any(each.method == "sendMessage" for each in api.calls)
            )
        assert await poll == ()
        with pytest.raises(NetworkError):
            await send


def test_a_token_of_no_shape_telegram_gives_is_refused() -> None:
    with pytest.raises(ValueError, match="no tokens like"):
        StandIn("secret")


@pytest.mark.asyncio
async def test_after_a_restart_all_is_as_it_was_and_in_between_nobody_is_there(
    api: StandIn, bot: Bot
) -> None:
    reader = api.private(READER)
    await bot.send_message(READER, "Hello")
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await api.wait_until(lambda: api.polling)
    restart = asyncio.create_task(api.restart(away=0.3))
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await bot.get_me()
    await restart
    reader.says("/start")
    assert len(await bot.get_updates()) == 1
    assert [each.text for each in api.journal] == ["Hello"]
