"""Updates one by one within a chat, and side by side between chats."""

import asyncio
import gc

import pytest
from telegram import Update

from bot.handlers.order import ChatByChat


def _update(chat: int | None) -> Update:
    given: dict[str, object] = {"update_id": 1}
    if chat is not None:
        given["message"] = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}, "text": "x"}
    made = Update.de_json(given)
    assert made
    return made


async def _process(order: ChatByChat, chat: int | None, work: object) -> None:
    await order.process_update(_update(chat), work)  # type: ignore[arg-type]  # a coroutine, as the library gives


@pytest.mark.asyncio
async def test_the_updates_of_a_chat_are_handled_in_turn_and_never_beside_each_other() -> None:
    order, steps = ChatByChat(), list[str]()

    async def work(name: str, pauses: int) -> None:
        steps.append(f"{name} begins")
        for _ in range(pauses):
            await asyncio.sleep(0)
        steps.append(f"{name} ends")

    await asyncio.gather(*(_process(order, 7, work(str(each), 5 - each)) for each in range(5)))

    assert steps == [f"{each} {step}" for each in range(5) for step in ("begins", "ends")]


@pytest.mark.asyncio
async def test_nobody_waits_for_another_chat() -> None:
    order, other_is_done = ChatByChat(), asyncio.Event()

    async def slow() -> None:
        await other_is_done.wait()

    async def quick() -> None:
        other_is_done.set()

    async with asyncio.timeout(5):
        await asyncio.gather(_process(order, 7, slow()), _process(order, 8, quick()))


@pytest.mark.asyncio
async def test_what_fails_holds_up_nothing_behind_it() -> None:
    order, done = ChatByChat(), list[str]()

    async def fails() -> None:
        raise RuntimeError

    async def works() -> None:
        done.append("works")

    results = await asyncio.gather(
        _process(order, 7, fails()), _process(order, 7, works()), return_exceptions=True
    )

    assert [type(result) for result in results] == [RuntimeError, type(None)]
    assert done == ["works"]


@pytest.mark.asyncio
async def test_an_update_of_no_chat_waits_for_nobody() -> None:
    order, done = ChatByChat(), list[str]()

    async def work() -> None:
        done.append("done")

    await _process(order, None, work())
    assert done == ["done"]


@pytest.mark.asyncio
async def test_of_chats_that_are_quiet_nothing_is_kept() -> None:
    order = ChatByChat()

    async def work() -> None:
        assert len(order._chats) >= 1

    for chat in range(50):
        await _process(order, chat, work())
    gc.collect()
    assert len(order._chats) == 0
