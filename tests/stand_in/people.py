"""What users do: write, tap, block, and change their groups. Nothing here waits; the bot hears of it by its next poll."""

from dataclasses import replace
from typing import Self

from tests.stand_in.chats import ANONYMOUS, FIRST_SUPERGROUP, Chat, Person
from tests.stand_in.records import Message
from tests.stand_in.world import World


class Group:
    """A group chat. The first of its admins is its creator."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    def _leader(self) -> Person:
        leading = (each for each, status in self.chat.members.items() if status == "creator")
        return self._world.people.get(next(leading, 0), ANONYMOUS)

    def adds(self, *, as_admin: bool = False) -> None:
        """Put the bot into the group, or change what it is there."""
        self._world.bot_becomes(self.chat, "administrator" if as_admin else "member", self._leader())

    def kicks(self) -> None:
        self._world.bot_becomes(self.chat, "kicked", self._leader())

    def mutes(self, *, muted: bool = True) -> None:
        """Take from all who are no admins, the bot too, the right to send. Telegram tells the bot nothing of it."""
        self.chat.muted = muted

    def promotes(self, user: "Private") -> None:
        self.chat.members[user.id] = "administrator"

    def demotes(self, user: "Private") -> None:
        self.chat.members[user.id] = "member"

    def migrates(self, new_id: int) -> Self:
        """Become a supergroup under a new id, which the returned group bears. Both chats hear of it."""
        if new_id >= FIRST_SUPERGROUP:
            raise ValueError(f"{new_id} is no id of a supergroup")
        new = replace(self.chat, id=new_id, members=dict(self.chat.members))
        self._world.chats[new_id] = new
        self.chat.migrated_to = new_id
        leader = self._leader()
        self._world.service(self.chat, leader, {"migrate_to_chat_id": new_id})
        self._world.service(new, leader, {"migrate_from_chat_id": self.id})
        return type(self)(self._world, new)


class Private:
    """A user, and the private chat with the bot."""

    def __init__(self, world: World, person: Person, chat: Chat) -> None:
        self._world = world
        self.person = person
        self.chat = chat

    @property
    def id(self) -> int:
        return self.person.id

    def says(self, text: str, where: Group | None = None, reply_to: Message | None = None) -> Message:
        """Write in the private chat, or in a group.

        In a group the bot hears, as with privacy mode on, only commands that are not for another bot and replies to
        its own messages, unless it is an admin there.
        """
        chat = where.chat if where else self._unblocked()
        if chat.migrated_to:
            raise LookupError(f"{chat.title} lives at {chat.migrated_to} now")
        if where:
            chat.members.setdefault(self.id, "member")
        message = self._world.written(chat, self.person, text, reply_to)
        if self._heard(chat, message, reply_to):
            self._world.updates.add("message", self._world.json(message))
        return message

    def _unblocked(self) -> Chat:
        # Whoever writes to a bot lifts his block.
        self.chat.known = True
        if self.chat.standing == "kicked":
            self.unblocks()
        return self.chat

    def _heard(self, chat: Chat, message: Message, reply_to: Message | None) -> bool:
        if chat.kind == "private" or chat.standing == "administrator":
            return True
        if chat.standing != "member":
            return False
        if reply_to and reply_to.sender_id == self._world.bot.id:
            return True
        name = self._world.bot.username
        firsts = [each for each in message.entities if each["offset"] == 0]
        return any(message.text.split()[0].partition("@")[2] in {"", name} for _ in firsts)

    def taps(self, message: Message, label: str, *, stale: bool = False) -> str:
        """Press the button of this label or callback data and give the query's id.

        The button must be on the message as it stands now. `stale` presses what the given message showed, which may
        have been edited or deleted since, as an app does that has not yet heard of it.
        """
        current = self._world.messages.get(message.chat_id, {}).get(message.message_id)
        if not current and not stale:
            raise LookupError(f"message {message.message_id} was deleted")
        button = (message if stale or not current else current).button(label)
        if button.data is None:
            raise LookupError(f"button {label!r} opens {button.url} and tells the bot nothing")
        return self._tapped(message, current, button.data)

    def _tapped(self, message: Message, current: Message | None, data: str) -> str:
        chat = self._world.chats[message.chat_id]
        gone = {"chat": chat.json(), "message_id": message.message_id, "date": 0}
        query_id = self._world.next_tap()
        query = {
            "id": query_id,
            "from": self.person.json(),
            "message": self._world.json(current) if current else gone,
            "chat_instance": str(-chat.id),
            "data": data,
        }
        self._world.updates.add("callback_query", query)
        return query_id

    def blocks(self) -> None:
        self._world.bot_becomes(self.chat, "kicked", self.person)

    def unblocks(self) -> None:
        self._world.bot_becomes(self.chat, "member", self.person)

    def deactivates(self) -> None:
        """Delete the account. The bot is told nothing but the refusal of its sends."""
        self.chat.deactivated = True
