"""The terminal that plays Telegram, behind the library's own application."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, TypeHandler

from bot.delivery.console import CHAT, TOKEN, Console, Shown
from bot.model import Button

NOW = datetime(2026, 3, 16, 6, tzinfo=UTC)


class Terminal:
    """A console with a bot behind it that only listens."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.heard: list[Update] = []
        self.console = Console(self.shown.append, lambda: NOW)
        self.app: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(TOKEN)
            .request(self.console)
            .get_updates_request(self.console)
            .updater(None)
            .build()
        )
        self.app.add_handler(TypeHandler(Update, self._hear))

    async def _hear(self, update: Update, _context: object) -> None:
        self.heard.append(update)

    async def types(self, line: str) -> Update:
        await self.console.say(self.app, line)
        return self.heard[-1]

    async def sends(self, text: str, *rows: str, edits: int | None = None) -> Message:
        """Let the bot send or edit a message, with a row of buttons for each string, a letter a button."""
        keyboard = [
            [InlineKeyboardButton(label, callback_data=f"data:{label}") for label in row] for row in rows
        ]
        markup = InlineKeyboardMarkup(keyboard) if rows else None
        bot = self.app.bot
        sent = await (
            bot.send_message(CHAT, text, reply_markup=markup)
            if edits is None
            else bot.edit_message_text(text, CHAT, edits, reply_markup=markup)
        )
        assert isinstance(sent, Message)
        return sent


@pytest_asyncio.fixture
async def terminal() -> AsyncIterator[Terminal]:
    made = Terminal()
    async with made.app:
        yield made


def _tapped(update: Update) -> str | None:
    return update.callback_query.data if update.callback_query else None


@pytest.mark.asyncio
async def test_what_the_bot_sends_is_shown_with_its_buttons(terminal: Terminal) -> None:
    await terminal.sends("<b>Hello</b>", "ab", "c")
    buttons = ((Button("a", "data:a"), Button("b", "data:b")), (Button("c", "data:c"),))
    assert terminal.shown == [Shown("<b>Hello</b>", buttons)]


@pytest.mark.asyncio
async def test_a_number_taps_the_button_of_that_number(terminal: Terminal) -> None:
    sent = await terminal.sends("Which?", "ab", "c")
    update = await terminal.types("3")

    assert _tapped(update) == "data:c"
    message = update.effective_message
    assert message is not None
    assert message.message_id == sent.message_id
    assert message.reply_markup is not None
    assert [row[0].text for row in message.reply_markup.inline_keyboard] == ["a", "b", "c"]


@pytest.mark.asyncio
@pytest.mark.parametrize("line", ["0", "4", "-1", "1.5", "²", "1 2", "99999999999999999999"])
async def test_another_number_is_only_text(terminal: Terminal, line: str) -> None:
    await terminal.sends("Which?", "abc")
    update = await terminal.types(line)
    assert update.message is not None
    assert update.message.text == line


@pytest.mark.asyncio
async def test_the_buttons_shown_last_are_the_ones_that_can_be_tapped(terminal: Terminal) -> None:
    first = await terminal.sends("Which?", "ab")
    await terminal.sends("By the way.")
    assert _tapped(await terminal.types("2")) == "data:b"
    await terminal.sends("And now?", "c")
    assert _tapped(await terminal.types("1")) == "data:c"
    await terminal.sends("Again?", "d", edits=first.message_id)
    assert terminal.shown[-1].is_edit
    assert _tapped(await terminal.types("1")) == "data:d"
    # A screen without buttons took the place of the one that had them.
    await terminal.sends("Done.", edits=first.message_id)
    assert _tapped(await terminal.types("1")) is None


@pytest.mark.asyncio
async def test_a_command_is_marked_as_one_and_bears_the_hour(terminal: Terminal) -> None:
    update = await terminal.types("  /country France 30 ")
    assert update.message is not None
    assert update.message.text == "/country France 30"
    (entity,) = update.message.entities
    assert (entity.type, entity.offset, entity.length) == ("bot_command", 0, 8)
    assert update.message.date == NOW
    assert update.effective_chat is not None
    assert update.effective_chat.type == "private"


@pytest.mark.asyncio
async def test_plain_words_are_no_command(terminal: Terminal) -> None:
    update = await terminal.types("France /now")
    assert update.message is not None
    assert update.message.entities == ()


@pytest.mark.asyncio
async def test_an_alert_is_shown_and_a_silent_answer_is_not(terminal: Terminal) -> None:
    await terminal.app.bot.answer_callback_query("1")
    assert terminal.shown == []
    await terminal.app.bot.answer_callback_query("1", "That means nothing.", show_alert=True)
    assert terminal.shown == [Shown("That means nothing.", is_alert=True)]


@pytest.mark.asyncio
async def test_messages_and_updates_are_numbered_on(terminal: Terminal) -> None:
    ids = [(await terminal.types("one")).update_id, (await terminal.types("two")).update_id]
    assert ids[1] > ids[0]
    sent = await terminal.sends("three")
    texts = [each.message.message_id for each in terminal.heard if each.message]
    assert sent.message_id > max(texts)


@pytest.mark.asyncio
async def test_what_the_terminal_does_not_play_fails_so_that_it_is_not_forgotten(terminal: Terminal) -> None:
    with pytest.raises(TelegramError):
        await terminal.app.bot.send_dice(CHAT)
