"""The bot is let into a chat, put out of it, or follows it to a new id."""

import structlog
from telegram import ChatMember, Update

from bot.flows import readers
from bot.handlers.context import Context, chat_of, visitor
from bot.handlers.questions import offered, screens
from bot.handlers.show import show

OUT = (ChatMember.LEFT, ChatMember.BANNED)

log = structlog.get_logger()


async def membership(update: Update, context: Context) -> None:
    """A person blocked or unblocked the bot, or a group took it in or put it out."""
    change = update.my_chat_member
    if change is None:
        return
    if change.new_chat_member.status in OUT:
        await readers.pause(context.desk, chat_of(update).id, f"bot {change.new_chat_member.status}")
    elif change.old_chat_member.status in OUT and chat_of(update).type in {"group", "supergroup"}:
        reader = await readers.meet(context.desk, visitor(update))
        await show(update, context, screens(context, reader).start(await offered(context, reader)))


async def migration(update: Update, context: Context) -> None:
    """A group became a supergroup; both chats are told, and whichever word comes first counts."""
    message = update.effective_message
    if message is None:
        return
    if message.migrate_to_chat_id is not None:
        moved = await readers.move(context.desk, message.chat_id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        moved = await readers.move(context.desk, message.migrate_from_chat_id, message.chat_id)
    else:
        return
    log.info("a group has a new id", chat=message.chat_id, was_known=moved)
