"""The menu of commands beside the input line, and how Telegram presents the bot to who has not begun yet."""

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.delivery.pace import Ticket
from bot.handlers.context import House
from bot.rendering.reader_screens import MENU
from bot.rendering.words import words


async def set_menu(bot: ExtBot[Ticket], house: House) -> None:
    """Tell Telegram the commands and who we are. An administrator who has not begun with the bot has no menu yet."""
    say = words(house.desk.locale)
    commands = [BotCommand(name, say(f"command.{name}")) for name in MENU]
    for scope in (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats()):
        await bot.set_my_commands(commands, scope=scope)
    for admin in sorted(house.admins):
        try:
            await bot.set_my_commands(
                [*commands, BotCommand("status", say("command.status"))], scope=BotCommandScopeChat(admin)
            )
        except BadRequest:
            continue
    await bot.set_my_description(f"{say('screen.start.what')} {say('screen.start.proof')}")
    await bot.set_my_short_description(say("screen.start.short"))
