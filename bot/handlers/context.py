"""What every handler is given: the library's context, and the house behind it."""

from dataclasses import dataclass, field
from typing import Any, cast

from telegram import Chat, Update, User
from telegram.ext import Application, CallbackContext, ExtBot

from bot.delivery.pace import Ticket
from bot.flows.desk import Desk
from bot.flows.readers import Visitor
from bot.rendering.reader_screens import MENU

HOUSE = "house"


@dataclass(frozen=True, slots=True)
class House:
    """What handlers call flows with. `admins` are the ids of the persons who operate the bot."""

    desk: Desk
    admins: frozenset[int] = field(default_factory=frozenset)


class Context(CallbackContext[ExtBot[Ticket], dict[Any, Any], dict[Any, Any], dict[str, Any]]):
    """The library's context, typed, with the house."""

    @property
    def house(self) -> House:
        """What the flows work with."""
        return cast("House", self.bot_data[HOUSE])

    @property
    def desk(self) -> Desk:
        """The database, the clock and where to compute."""
        return self.house.desk


Bot = Application[ExtBot[Ticket], Context, dict[Any, Any], dict[Any, Any], dict[str, Any], Any]


def chat_of(update: Update) -> Chat:
    """The chat an update is of. Raises ValueError for an update of no chat, which no handler of ours is given."""
    if update.effective_chat is None:
        raise ValueError("an update of no chat reached a handler of chats")
    return update.effective_chat


def visitor(update: Update) -> Visitor:
    """Who writes: in a group without whoever wrote last, and a person without their name, which nothing here needs."""
    chat, user = chat_of(update), update.effective_user
    is_private = chat.type == Chat.PRIVATE
    return Visitor(
        chat.id,
        chat.type,
        title=chat.title,
        language=user.language_code if user and is_private else None,
    )


def said(update: Update) -> str:
    """What stands behind a command, with or without its slash, or the whole text where there is none."""
    message = update.effective_message
    text = ((message.text or "") if message else "").strip()
    first, *rest = text.split(maxsplit=1) or [""]
    if first.startswith("/") or first.casefold() in MENU:
        return rest[0] if rest else ""
    return text


def person(update: Update) -> User | None:
    """Who did what the update tells of; None for a channel, or an administrator who does not say who they are."""
    return update.effective_user
