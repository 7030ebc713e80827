"""Whether Telegram knows us, told so that a person can act on it; and the token is in no message."""

import json
import socket
from contextlib import closing
from typing import Any

import pytest
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.delivery.reach import introduce
from bot.errors import CommuniqueError, SettingError, TelegramUnreachable
from tests.stand_in import SOME_TOKEN, Break, StandIn

SECRET = SOME_TOKEN.partition(":")[2]


def _bot(api: StandIn, token: str = SOME_TOKEN) -> Bot:
    return Bot(
        token, base_url=api.base_url, request=HTTPXRequest(read_timeout=0.3), get_updates_request=_Unused()
    )


class _Unused(BaseRequest):
    """The library opens a second client for polling, which nobody needs here."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(self, *_args: Any, **_kwargs: Any) -> tuple[int, bytes]:
        raise AssertionError("nobody polls")


class _Answers(_Unused):
    """Something that answers, but not as Telegram does."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = status, body

    async def do_request(self, *_args: Any, **_kwargs: Any) -> tuple[int, bytes]:
        return self._answer


def _assert_no_secret(error: BaseException | None) -> None:
    while error is not None:
        assert SECRET not in str(error)
        error = error.__cause__


@pytest.mark.asyncio
async def test_the_bot_is_told_its_name() -> None:
    async with StandIn(username="communique_test_bot") as api:
        bot = _bot(api)
        assert await introduce(bot) == "communique_test_bot"
        await bot.shutdown()


@pytest.mark.asyncio
async def test_a_token_that_is_not_taken_is_a_setting_to_be_mended() -> None:
    async with StandIn() as api:
        bot = _bot(api, f"987654321:{SECRET[::-1]}x")
        with pytest.raises(SettingError, match="does not accept COMMUNIQUE_BOT_TOKEN") as caught:
            await introduce(bot)
        await bot.shutdown()
    assert "@BotFather" in str(caught.value)
    assert SECRET[:10] not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.asyncio
async def test_where_nobody_answers_the_host_is_named() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        bot = Bot(SOME_TOKEN, base_url=f"http://127.0.0.1:{port}/bot")
        with pytest.raises(TelegramUnreachable, match=r"cannot be reached at 127\.0\.0\.1") as caught:
            await introduce(bot)
        await bot.shutdown()
    assert "communique doctor" in str(caught.value)
    _assert_no_secret(caught.value)


@pytest.mark.asyncio
@pytest.mark.parametrize("how", Break)
async def test_a_line_that_breaks_is_telegram_out_of_reach(how: Break) -> None:
    async with StandIn() as api:
        api.break_next("getMe", how)
        bot = _bot(api)
        with pytest.raises(TelegramUnreachable) as caught:
            await introduce(bot)
        await bot.shutdown()
    _assert_no_secret(caught.value)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, b"<html>Bad Gateway</html>"),
        (500, json.dumps({"ok": False, "description": "Internal Server Error"}).encode()),
        (200, b"<html>Please log in to this hotel's network</html>"),
    ],
)
async def test_something_else_that_answers_is_no_telegram(status: int, body: bytes) -> None:
    bot = Bot(SOME_TOKEN, request=_Answers(status, body), get_updates_request=_Unused())
    with pytest.raises(CommuniqueError) as caught:
        await introduce(bot)
    assert isinstance(caught.value, TelegramUnreachable)
    _assert_no_secret(caught.value)
