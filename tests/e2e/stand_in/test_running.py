"""A running application against the stand-in, and how it polls."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import Forbidden
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.e2e.stand_in.library import GROUP, READER, running
from tests.stand_in import StandIn

Context = ContextTypes.DEFAULT_TYPE


async def hello(update: Update, _context: Context) -> None:
    assert update.effective_message
    assert update.effective_user
    buttons = [
        [
            InlineKeyboardButton("More", callback_data="more"),
            InlineKeyboardButton("Site", "https://a.example"),
        ]
    ]
    await update.effective_message.reply_html(
        f"Hello <b>{update.effective_user.first_name}</b>", reply_markup=InlineKeyboardMarkup(buttons)
    )


async def more(update: Update, _context: Context) -> None:
    assert update.callback_query
    await update.callback_query.answer("Here is more")
    await update.callback_query.edit_message_text("More text")


START, MORE = CommandHandler("start", hello), CallbackQueryHandler(more, "more")


@pytest.mark.asyncio
async def test_a_command_is_heard_and_answered(api: StandIn) -> None:
    reader = api.private(READER, first_name="Ada")
    async with running(api, START):
        reader.says("/start")
        told = await api.wait_for(READER, "Hello Ada")
    assert told.entities == ({"type": "bold", "offset": 6, "length": 3},)
    assert told.labels == ("More", "Site")
    assert api.pending == 0
    assert [(each.chat_id, each.message_id, each.text) for each in api.journal] == [
        (READER, told.message_id, "Hello Ada")
    ]


@pytest.mark.asyncio
async def test_a_tap_is_answered_and_edits_the_message(api: StandIn) -> None:
    reader = api.private(READER)
    async with running(api, START, MORE):
        reader.says("/start")
        tap = reader.taps(await api.wait_for(READER, "Hello"), "More")
        assert (await api.answer_to(tap)).text == "Here is more"
        edited = await api.wait_for(READER, "More text")
    assert edited.earlier == ("Hello Reader",)
    assert edited.keyboard == ()
    assert api.messages(READER) == [edited]


@pytest.mark.asyncio
async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    group = api.group(GROUP, "Desk")
    ours = await bot.send_message(GROUP, "Ask me")
    heard = []

    async def note(update: Update, _context: Context) -> None:
        assert update.effective_message
        heard.append(update.effective_message.text)
        if update.effective_message.text == "that was it":
            await update.effective_message.reply_text("Done")

    async with running(api, MessageHandler(filters.ALL, note)):
        reader.says("/start", group)
        reader.says("/start@stand_in_bot", group)
        reader.says("/start@other_bot", group)
        reader.says("nice weather, /start", group)
        reader.says("yes", group, reply_to=api.messages(GROUP)[0])
        group.adds(as_admin=True)
        reader.says("that was it", group)
        await api.wait_for(GROUP, "Done", after=ours.message_id)
    assert heard == ["/start", "/start@stand_in_bot", "yes", "that was it"]


@pytest.mark.asyncio
async def test_blocking_is_told_and_then_refuses_sends(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    statuses = []

    async def note(update: Update, _context: Context) -> None:
        assert update.my_chat_member
        statuses.append(
            (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status)
        )

    async with running(api, ChatMemberHandler(note, ChatMemberHandler.MY_CHAT_MEMBER)):
        reader.blocks()
        with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
            await bot.send_message(READER, "Hello")
        reader.says("/start")
        await bot.send_message(READER, "Hello again")
        await api.wait_until(lambda: api.pending == 0)
    assert statuses == [("member", "kicked"), ("kicked", "member")]


@pytest.mark.asyncio
async def test_what_was_written_while_the_bot_was_down_is_heard_when_it_is_up(api: StandIn) -> None:
    reader = api.private(READER)
    reader.says("/start")
    async with running(api, START):
        first = await api.wait_for(READER, "Hello")
    reader.says("/start")
    async with running(api, START):
        await api.wait_for(READER, "Hello", after=first.message_id)
    assert len(api.journal) == 2
