"""Who may change what a group follows: its administrators."""

from contextlib import suppress

from telegram import Chat, ChatMember, Update
from telegram.error import TelegramError

from bot.handlers.context import Context, chat_of, person
from bot.handlers.show import show
from bot.rendering.screens import notice

IN_CHARGE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


async def may_change(update: Update, context: Context) -> bool:
    """Whether whoever sent `update` may change this chat's wishes; says so where not."""
    if await _is_in_charge(update, context):
        return True
    text = notice(context.desk.locale, "screen.trouble.admins")
    if update.callback_query is not None:
        # Too late for the box it is shown in, it is of no use any more.
        with suppress(TelegramError):
            await update.callback_query.answer(text.messages[0], show_alert=True)
    else:
        await show(update, context, text)
    return False


async def _is_in_charge(update: Update, context: Context) -> bool:
    chat, message, user = chat_of(update), update.message, person(update)
    if chat.type == Chat.PRIVATE:
        return True
    # An administrator who stays anonymous writes in the group's own name.
    if message is not None and message.sender_chat is not None and message.sender_chat.id == chat.id:
        return True
    if user is None:
        return False
    try:
        member = await context.bot.get_chat_member(chat.id, user.id)
    except TelegramError:
        # Telegram tells only what the bot may know; in doubt nothing is changed.
        return False
    return member.status in IN_CHARGE
