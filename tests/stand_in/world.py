"""All that the stand-in remembers: people, chats, messages, taps, and what the bot has said of itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.stand_in.bell import Bell
from tests.stand_in.chats import Chat, Person, member, stranger
from tests.stand_in.content import Formatted
from tests.stand_in.records import Accepted, Answer, Message, body
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.text import commands
from tests.stand_in.updates import Updates


@dataclass
class World:
    bot: Person
    clock: Callable[[], float]
    open_house: bool = False
    """Whether every id is a chat that has written to the bot."""

    bell: Bell = field(default_factory=Bell)
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[int, dict[int, Message]] = field(default_factory=dict)
    journal: list[Accepted] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    uploads: list[tuple[int, str, bytes]] = field(default_factory=list)
    taps: set[str] = field(default_factory=set)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    commands: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    last_message_id: int = 0
    last_tap: int = 4_000_000_000

    def __post_init__(self) -> None:
        self.updates = Updates(self.bell)
        self.people[self.bot.id] = self.bot

    def chat(self, chat_id: int | str) -> Chat:
        """Find a chat as a method does; `Refused` if the bot does not know it or it lives under another id now."""
        if self.open_house and isinstance(chat_id, int) and chat_id not in self.chats:
            self.chats[chat_id] = stranger(chat_id)
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if not chat or not chat.known:
            raise Refused.bad("chat not found")
        if chat.migrated_to:
            raise Refused.migrated(chat.migrated_to)
        return chat

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def next_tap(self) -> str:
        self.last_tap += 1
        self.taps.add(str(self.last_tap))
        return str(self.last_tap)

    def keep(self, message: Message) -> None:
        self.messages.setdefault(message.chat_id, {})[message.message_id] = message
        self.bell.ring()

    def from_bot(self, chat_id: int) -> list[Message]:
        """Give the bot's messages that stand in a chat, in order."""
        return [each for each in self.messages.get(chat_id, {}).values() if each.sender_id == self.bot.id]

    def json(self, message: Message) -> Json:
        """Give a Message of the Bot API."""
        head: Json = {
            "message_id": message.message_id,
            "from": self.people[message.sender_id].json(),
            "chat": self.chats[message.chat_id].json(),
            "date": int(message.time),
        }
        return head | body(message)

    def written(self, chat: Chat, person: Person, text: str, reply_to: Message | None) -> Message:
        """Keep what a user wrote."""
        options = {"reply_to_message": self.json(reply_to)} if reply_to else None
        content = Formatted(text, commands(text))
        message = Message(chat.id, self.next_message_id(), person.id, self.clock(), content, options=options)
        self.keep(message)
        return message

    def service(self, chat: Chat, person: Person, fields: Json) -> None:
        """Tell the bot of a change in a chat, by a message without text."""
        head = {"message_id": self.next_message_id(), "date": int(self.clock())}
        self.updates.add("message", head | {"from": person.json(), "chat": chat.json()} | fields)

    def bot_becomes(self, chat: Chat, standing: str, by: Person) -> None:
        """Change what the bot is in a chat, and tell it so."""
        before, chat.standing = chat.standing, standing
        change = {
            "chat": chat.json(),
            "from": by.json(),
            "date": int(self.clock()),
            "old_chat_member": member(self.bot.json(), before),
            "new_chat_member": member(self.bot.json(), standing),
        }
        self.updates.add("my_chat_member", change)
