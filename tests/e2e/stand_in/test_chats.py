"""Chats of the stand-in, and those where the bot may not write."""

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.e2e.stand_in.library import GROUP, READER, SUPERGROUP
from tests.stand_in import StandIn


@pytest.mark.asyncio
async def test_a_group_that_becomes_a_supergroup_is_told_and_names_its_new_id(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    group = api.group(GROUP, "Desk", admins=[reader])
    moved = group.migrates(SUPERGROUP)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(GROUP, "Hello")
    assert migrated.value.new_chat_id == moved.id == SUPERGROUP
    await bot.send_message(SUPERGROUP, "Hello")
    to, of = [each.message for each in await bot.get_updates()]
    assert to
    assert of
    assert (to.chat.id, to.migrate_to_chat_id) == (GROUP, SUPERGROUP)
    assert (of.chat.id, of.migrate_from_chat_id, of.chat.type) == (SUPERGROUP, GROUP, "supergroup")
    assert (await bot.get_chat_member(SUPERGROUP, READER)).status == "creator"
    with pytest.raises(LookupError, match="lives at"):
        reader.says("/start", group)


@pytest.mark.asyncio
async def test_where_the_bot_may_not_write_it_is_told_why(api: StandIn, bot: Bot) -> None:
    api.private(1).deactivates()
    api.group(-1, "Kicked").kicks()
    api.group(-1_000_000_000_002, "Kicked").kicks()
    api.group(-3, "Left")
    await bot.leave_chat(-3)
    told = {
        1: "Forbidden: user is deactivated",
        -1: "Forbidden: bot was kicked from the group chat",
        -1_000_000_000_002: "Forbidden: bot was kicked from the supergroup chat",
        -3: "Forbidden: bot is not a member of the group chat",
    }
    for chat, words in told.items():
        with pytest.raises(Forbidden, match=f"^{words}$"):
            await bot.send_message(chat, "Hello")
    api.group(-4, "Quiet").mutes()
    with pytest.raises(BadRequest, match=r"^Not enough rights to send text messages to the chat$"):
        await bot.send_message(-4, "Hello")


@pytest.mark.asyncio
async def test_a_user_is_unknown_until_he_writes(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER, started=False)
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(READER, "Hello")
    reader.says("/start")
    assert (await bot.send_message(READER, "Hello")).chat.id == READER


@pytest.mark.asyncio
async def test_members_and_their_standing_can_be_asked_for(api: StandIn, bot: Bot) -> None:
    chief, helper, reader = (api.private(each) for each in (1, 2, 3))
    group = api.group(GROUP, "Desk", admins=[chief, helper])
    group.promotes(reader)
    group.demotes(helper)
    admins = await bot.get_chat_administrators(GROUP)
    assert [(each.user.id, each.status) for each in admins] == [(1, "creator"), (3, "administrator")]
    assert (await bot.get_chat_member(GROUP, 2)).status == "member"
    assert (await bot.get_chat_member(GROUP, api.private(4).id)).status == "left"
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "member"
    with pytest.raises(BadRequest, match=r"^Invalid user_id specified$"):
        await bot.get_chat_member(GROUP, 5)
    with pytest.raises(BadRequest, match="no administrators in the private chat"):
        await bot.get_chat_administrators(1)
    assert (await bot.get_chat(GROUP)).title == "Desk"
    assert (await bot.get_chat(1)).first_name == "Reader"


@pytest.mark.asyncio
async def test_chat_actions_are_noted(api: StandIn, bot: Bot) -> None:
    api.private(READER)
    await bot.send_chat_action(READER, "typing")
    assert api.actions == [(READER, "typing")]
    with pytest.raises(BadRequest, match="action"):
        await bot.send_chat_action(READER, "dancing")
