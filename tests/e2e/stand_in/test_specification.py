"""The stand-in held against the models that aiogram generates from Telegram's pages, and aiogram's own client against it."""

from typing import Any

import aiohttp
import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from tests.e2e.stand_in.library import GROUP, READER, SUPERGROUP
from tests.stand_in import StandIn
from tests.stand_in.api import SpecificationBroken
from tests.stand_in.methods import METHODS
from tests.stand_in.specification import models, wrong_answer, wrong_request

MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Hello"}
SEND = {"chat_id": "7", "text": "Hello"}


@pytest.mark.parametrize(
    ("method", "params", "wrong"),
    [
        ("sendMessage", SEND | {"disable_notification": "true"}, []),
        ("sendMessage", SEND | {"colour": "red"}, ["no parameter colour"]),
        ("sendMessage", {"chat_id": "7"}, ["text: Field required"]),
        ("sendMessage", SEND | {"link_preview_options": '{"off": true}'}, ["no parameter link_preview_options.off"]),
        (
            "sendMessage",
            SEND | {"reply_markup": '{"inline_keyboard": [[{"text": "A", "callback": "a"}]]}'},
            ["no parameter reply_markup.inline_keyboard.0.0.callback"],
        ),
        (
            "editMessageText",
            SEND | {"message_id": "first"},
            ["message_id: Input should be a valid integer, unable to parse string as an integer"],
        ),
        ("getUpdates", {"allowed_updates": '["message"]', "timeout": "10"}, []),
    ],
)  # fmt: skip
def test_a_request_is_held_against_the_models(method: str, params: dict[str, Any], wrong: list[str]) -> None:
    assert wrong_request(method, params) == [f"request {method}: {each}" for each in wrong]


@pytest.mark.parametrize(
    ("method", "result", "wrong"),
    [
        ("sendMessage", MESSAGE, []),
        ("sendMessage", MESSAGE | {"sent": True}, ["no field sent"]),
        ("sendMessage", MESSAGE | {"chat": {"id": 7}}, ["chat.type: Field required"]),
        ("getUpdates", [{"update_id": 1, "message": MESSAGE | {"via": 1}}], ["no field 0.message.via"]),
        ("deleteMessage", True, []),
    ],
)
def test_an_answer_is_held_against_the_models(method: str, result: Any, wrong: list[str]) -> None:
    assert wrong_answer(method, result) == [f"answer {method}: {each}" for each in wrong]


def test_the_stand_in_understands_no_parameter_that_there_is_not() -> None:
    for method in METHODS:
        assert method.ask.model_fields.keys() <= models()[method.name.lower()].model_fields.keys(), (
            method.name
        )


@pytest.mark.asyncio
async def test_a_breach_nobody_took_fails_the_test() -> None:
    with pytest.raises(SpecificationBroken, match="no parameter colour"):
        async with StandIn() as api, aiohttp.ClientSession() as session:
            await session.post(f"{api.base_url}{api.token}/getMe", json={"colour": "red"})


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
        ({"reply_markup": "[]"}, "Bad Request: object expected as reply markup"),
        ({"entities": "bold"}, "Bad Request: can't parse entities JSON object"),
        ({"link_preview_options": "off"}, "Bad Request: can't parse link preview options JSON object"),
    ],
)
async def test_what_the_official_server_refuses_is_refused_in_its_words_and_no_breach(
    api: StandIn, params: dict[str, str], told: str
) -> None:
    api.private(READER)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base_url}{api.token}/sendMessage", data=SEND | params) as response,
    ):
        assert (response.status, (await response.json())["description"]) == (400, told)


@pytest.mark.asyncio
async def test_another_library_is_served_as_well(api: StandIn) -> None:
    reader = api.private(READER)
    api.private(8).blocks()
    api.group(GROUP, "Desk").migrates(SUPERGROUP)
    api.flood(9, retry_after=3)
    api.private(9)
    server = TelegramAPIServer.from_base(api.base_url.removesuffix("/bot"))
    buttons = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="A", callback_data="a")]])
    async with AiogramBot(api.token, AiohttpSession(api=server)) as bot:
        sent = await bot.send_message(
            READER,
            "<b>Hello</b>",
            parse_mode="HTML",
            reply_markup=buttons,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            allow_paid_broadcast=True,
        )
        assert (sent.text, sent.html_text) == ("Hello", "<b>Hello</b>")
        tap = reader.taps(api.messages(READER)[0], "A")
        # In a group that is no supergroup yet the two of the migration come first.
        *_, update = await bot.get_updates()
        assert update.callback_query
        assert (update.callback_query.id, update.callback_query.data) == (tap, "a")
        await bot.edit_message_text("Bye", chat_id=READER, message_id=sent.message_id)
        await bot.send_document(READER, BufferedInputFile(b"a,b\n", "events.csv"))
        for chat, error in (
            (8, TelegramForbiddenError),
            (GROUP, TelegramMigrateToChat),
            (9, TelegramRetryAfter),
        ):
            with pytest.raises(error):
                await bot.send_message(chat, "Hello")
    assert [each.text for each in api.messages(READER)] == ["Bye", ""]
    assert api.uploads == [(READER, "events.csv", b"a,b\n")]
