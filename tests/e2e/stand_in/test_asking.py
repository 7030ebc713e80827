"""Who may ask the stand-in for what, and how."""

from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, EndPointNotFound, InvalidToken

from tests.e2e.stand_in.library import READER, library
from tests.stand_in import StandIn


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("token", "code", "words"), [(f"1:{'B' * 35}", 401, "Unauthorized"), ("1:short", 404, "Not Found")]
)
async def test_a_wrong_token_is_an_invalid_one(api: StandIn, token: str, code: int, words: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{api.base_url}{token}/getMe") as response:
        assert response.status == code
        assert await response.json() == {"ok": False, "error_code": code, "description": words}
    with pytest.raises(InvalidToken):
        async with library(api, token):
            pytest.fail("it was let in")


@pytest.mark.asyncio
async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendTelepathy")


@pytest.mark.asyncio
async def test_a_parameter_nobody_knows_is_noticed(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    with pytest.raises(BadRequest, match=r"^SPEC: sendMessage has no parameter colour here$"):
        await bot.send_message(READER, "Hello", api_kwargs={"colour": "red"})
    assert [(each.method, each.outcome[:9]) for each in api.calls[-1:]] == [("sendMessage", "400 SPEC:")]
    assert api.journal == []
    assert api.breaches() == ["request sendMessage: SPEC: sendMessage has no parameter colour here"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [
        {"json": {"chat_id": READER, "text": "Hello", "link_preview_options": {"is_disabled": True}}},
        {"data": {"chat_id": "7", "text": "Hello", "link_preview_options": '{"is_disabled": true}'}},
        {"params": {"chat_id": "7", "text": "Hello", "link_preview_options": '{"is_disabled": true}'}},
    ],
)
async def test_bodies_may_be_json_or_forms(api: StandIn, body: dict[str, Any]) -> None:
    api.private(READER)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base_url}{api.token}/SENDMESSAGE", **body) as response,
    ):
        answer = await response.json()
    assert answer["ok"], answer
    assert answer["result"]["link_preview_options"] == {"is_disabled": True}


@pytest.mark.asyncio
async def test_a_multipart_body_is_read_too(api: StandIn) -> None:
    api.private(READER)
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in {"chat_id": "7", "text": "Hello"}.items():
            parts.append(value).set_content_disposition("form-data", name=name)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base_url}{api.token}/sendMessage", data=parts) as response,
    ):
        assert response.status == 200, await response.text()
    assert [each.text for each in api.messages(READER)] == ["Hello"]


@pytest.mark.asyncio
async def test_commands_are_kept_by_scope_and_language(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    await bot.set_my_commands([("start", "Begin")])
    await bot.set_my_commands([("start", "Beginnen")], language_code="de")
    await bot.set_my_commands([("stop", "End")], BotCommandScopeChat(READER))
    assert api.commands == {
        ("default", ""): (("start", "Begin"),),
        ("default", "de"): (("start", "Beginnen"),),
        ("chat:7", ""): (("stop", "End"),),
    }
    assert [each.command for each in await bot.get_my_commands(BotCommandScopeChat(READER))] == ["stop"]
    await bot.delete_my_commands(BotCommandScopeChat(READER))
    assert await bot.get_my_commands(BotCommandScopeChat(READER)) == ()
    for commands, words in (
        ([("Start", "Begin")], "Bot_command_invalid"),
        ([("start", "")], "Bot_command_description_invalid"),
    ):
        with pytest.raises(BadRequest, match=words):
            await bot.set_my_commands(commands)


@pytest.mark.asyncio
async def test_descriptions_are_kept_by_language(api: StandIn, bot: Bot) -> None:
    await bot.set_my_description("Long")
    await bot.set_my_description("Lang", language_code="de")
    await bot.set_my_short_description("Short")
    assert api.descriptions == {"": "Long", "de": "Lang"}
    assert api.short_descriptions == {"": "Short"}
    described = [(await bot.get_my_description(each)).description for each in ("de", "fr")]
    assert described == ["Lang", "Long"]
    with pytest.raises(BadRequest, match="SPEC:"):
        await bot.set_my_short_description("a" * 121)
    assert len(api.breaches()) == 1
