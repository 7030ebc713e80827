"""Putting a screen into a chat: as new messages, or in the place of the one whose button was tapped."""

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.delivery.outcome import Gone, Moved, Outcome, Refused, Sent
from bot.delivery.telegram import plain_text, send
from bot.flows import readers
from bot.handlers.context import Context, chat_of
from bot.model import Button, Screen

UNCHANGED = "message is not modified"
"""What Telegram answers to an edit that changes nothing (Bot API, editMessageText): somebody tapped twice."""

log = structlog.get_logger()


def keyboard(buttons: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Rows of buttons as Telegram takes them; None for none."""
    rows = [[InlineKeyboardButton(each.label, callback_data=each.data) for each in row] for row in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


async def show(update: Update, context: Context, screen: Screen) -> bool:
    """Put a screen into the chat of `update`, its buttons below the last message; False where it did not get there."""
    chat = chat_of(update).id
    last = len(screen.messages) - 1
    for place, html in enumerate(screen.messages):
        buttons = keyboard(screen.buttons) if place == last else None
        outcome = await _send(context, chat, html, buttons)
        if isinstance(outcome, Moved):
            await readers.move(context.desk, chat, outcome.chat)
            chat = outcome.chat
            outcome = await _send(context, chat, html, buttons)
        if isinstance(outcome, Gone):
            await readers.pause(context.desk, chat, outcome.reason)
        if not isinstance(outcome, Sent):
            log.warning("an answer did not reach its chat", chat=chat, outcome=outcome)
            return False
    return True


async def _send(context: Context, chat: int, html: str, buttons: InlineKeyboardMarkup | None) -> Outcome:
    outcome = await send(context.bot, chat, html, keyboard=buttons)
    if not isinstance(outcome, Refused):
        return outcome
    log.error("Telegram refused an answer", chat=chat, reason=outcome.reason)
    return await send(context.bot, chat, plain_text(html), plain=True)


async def redraw(update: Update, context: Context, screen: Screen) -> None:
    """Put a screen in the place of the message whose button was tapped; as a new one where that cannot be changed."""
    message = update.effective_message
    if message is None or len(screen.messages) != 1:
        await show(update, context, screen)
        return
    try:
        await context.bot.edit_message_text(
            screen.messages[0],
            chat_id=chat_of(update).id,
            message_id=message.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard(screen.buttons),
        )
    except (BadRequest, ChatMigrated, Forbidden) as error:
        # Whatever is wrong with the old message, the text or the chat: `show` knows what to do.
        if UNCHANGED not in error.message.lower():
            await show(update, context, screen)
