"""What those who operate the bot can ask it."""

from dataclasses import asdict

from telegram import Chat, Update

from bot.flows.status import status
from bot.handlers.context import Context, chat_of, person
from bot.handlers.show import show
from bot.handlers.wishes import unknown_command
from bot.rendering.days import hour
from bot.rendering.screens import screen
from bot.rendering.words import words


async def state(update: Update, context: Context) -> None:
    """/status, for administrators; to anyone else it is a command that does not exist, so unheard in a group."""
    user = person(update)
    if user is None or user.id not in context.house.admins:
        if chat_of(update).type == Chat.PRIVATE:
            await unknown_command(update, context)
        return
    now, locale = await status(context.desk), context.desk.locale
    newest = hour(words(locale), now.newest) if now.newest else ""
    await show(update, context, screen("status", locale, **{**asdict(now), "newest": newest}))
