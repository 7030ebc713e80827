"""What those who operate the bot can ask it."""

from dataclasses import asdict

from telegram import Update

from bot.flows.status import status
from bot.handlers.context import Context, person
from bot.handlers.questions import bare
from bot.handlers.show import show
from bot.rendering.days import hour
from bot.rendering.screens import screen
from bot.rendering.words import words


async def state(update: Update, context: Context) -> None:
    """/status, for administrators; to anyone else it is a word like any other."""
    user = person(update)
    if user is None or user.id not in context.house.admins:
        await bare(update, context)
        return
    now, locale = await status(context.desk), context.desk.locale
    newest = hour(words(locale), now.newest) if now.newest else ""
    await show(update, context, screen("status", locale, **{**asdict(now), "newest": newest}))
