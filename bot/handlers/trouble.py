"""What the chat is told when a handler fails, and what the operator reads of it."""

import structlog
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.errors import StorageError
from bot.handlers.context import Context
from bot.handlers.show import show
from bot.rendering.screens import notice

log = structlog.get_logger()


async def trouble(update: object, context: Context) -> None:
    """A handler raised. Whoever waits for an answer is told, unless Telegram itself is out of reach."""
    error = context.error
    # The library counts what Telegram refuses among the errors of the network.
    is_cut_off = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    if is_cut_off and not isinstance(update, Update):
        log.warning("Telegram could not be reached", reason=str(error))
        return
    log.error("an update could not be handled", exc_info=error)
    if not isinstance(update, Update) or update.effective_chat is None or is_cut_off:
        return
    key = "storage" if isinstance(error, StorageError) else "unknown"
    try:
        await show(update, context, notice(context.desk.locale, f"screen.trouble.{key}"))
    except (TelegramError, StorageError) as further:
        log.warning("nor could the chat be told", reason=str(further))
