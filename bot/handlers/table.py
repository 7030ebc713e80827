"""Which update goes to which handler."""

from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from bot.handlers import buttons, membership, operator, questions, wishes
from bot.handlers.context import Bot
from bot.handlers.trouble import trouble
from bot.model import Subject
from bot.rendering.reader_screens import MENU

COMMANDS: dict[str, questions.Handler] = {
    "start": wishes.start,
    "help": wishes.help_,
    "subscribe": wishes.subscribe,
    "unsubscribe": wishes.unsubscribe,
    "country": questions.country,
    "today": questions.of(Subject.TODAY),
    "calls": questions.of(Subject.CALLS),
    "mediation": questions.of(Subject.MEDIATION),
    "statements": questions.of(Subject.STATEMENTS),
    "time": wishes.time,
    "timezone": wishes.timezone,
    "quiet": wishes.quiet,
    "settings": wishes.settings,
    "stop": wishes.stop,
    "status": operator.state,
}

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""What we ask Telegram for; without being asked it keeps some of these to itself."""


def add_handlers(bot: Bot) -> None:
    """Connect every handler."""
    for name, handler in COMMANDS.items():
        bot.add_handler(CommandHandler(name, handler))
    bot.add_handler(CallbackQueryHandler(buttons.tapped))
    bot.add_handler(ChatMemberHandler(membership.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    bot.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, membership.migration))
    # In a group people talk to each other, so a bare name is a question to us only in private.
    words = filters.TEXT & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGES
    for name in MENU:
        # Whoever leaves out the slash means the command all the same.
        bot.add_handler(MessageHandler(words & filters.Regex(rf"(?i)^\s*{name}(?:\s|$)"), COMMANDS[name]))
    bot.add_handler(MessageHandler(words & ~filters.COMMAND, questions.bare))
    bot.add_handler(MessageHandler(words & filters.COMMAND, wishes.unknown_command))
    bot.add_error_handler(trouble)
