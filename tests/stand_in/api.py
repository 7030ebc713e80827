"""The stand-in itself: a server for the bot, and for a test the other side of it."""

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from tests.stand_in.asks import Ask, Content
from tests.stand_in.chats import Chat, Person
from tests.stand_in.faults import Break, Fault, in_chat
from tests.stand_in.limits import Limits, Pace
from tests.stand_in.methods import BY_NAME, Method
from tests.stand_in.people import Group, Private
from tests.stand_in.records import Accepted, Answer, Call, Message
from tests.stand_in.refusal import Refused
from tests.stand_in.server import TOKEN, Server
from tests.stand_in.world import World

SOME_TOKEN = f"1234567890:{'A' * 35}"
"""Of the right shape, and nobody's."""

PATIENCE = 10.0
"""Seconds a test waits for what should come at once."""


class SpecificationBroken(AssertionError):
    """The bot asked for something that the Bot API does not have, or the stand-in answered so."""


class StandIn:
    """The Bot API for one bot, on a free port of this machine, from `async with` to its end.

    `limits` switches the flood limits on. `clock` gives seconds since 1970; it dates messages and paces the limits.
    """

    def __init__(
        self,
        token: str = SOME_TOKEN,
        *,
        username: str = "stand_in_bot",
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not TOKEN.fullmatch(token):
            raise ValueError(f"Telegram gives no tokens like {token!r}")
        bot = Person(int(token.partition(":")[0]), "Stand-in", username=username, is_bot=True)
        self.token = token
        self.base_url = ""
        self._world = World(bot, clock)
        self._server = Server(token, self._world, Pace(limits, clock))

    async def __aenter__(self) -> Self:
        self.base_url = f"http://127.0.0.1:{await self._server.start()}/bot"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.stop()
        if error is None and (breaches := self.breaches()):
            raise SpecificationBroken("\n".join(breaches))

    def private(
        self,
        user_id: int,
        *,
        first_name: str = "Reader",
        language_code: str | None = None,
        started: bool = True,
    ) -> Private:
        """Make a user. Unless `started`, the bot cannot write to him before he has written to it."""
        person = Person(user_id, first_name, language_code)
        chat = Chat(user_id, first_name, known=started, members={user_id: "member"})
        self._world.people[user_id], self._world.chats[user_id] = person, chat
        return Private(self._world, person, chat)

    def group(
        self, chat_id: int, title: str, admins: Iterable[Private] = (), *, joined: bool = True
    ) -> Group:
        """Make a group, below -10**12 a supergroup. Unless `joined`, the bot is not in it before `adds()`."""
        statuses = {each.id: "administrator" if place else "creator" for place, each in enumerate(admins)}
        chat = Chat(chat_id, title, standing="member" if joined else "left", members=statuses)
        self._world.chats[chat_id] = chat
        return Group(self._world, chat)

    # What the bot did.

    @property
    def calls(self) -> list[Call]:
        """All requests with a right token and a known method, in the order of their ends."""
        return self._server.calls

    def breaches(self) -> list[str]:
        """Take what broke the specification since this was last asked; what nobody took fails the test at the end."""
        taken, self._server.breaches[:] = list(self._server.breaches), []
        return taken

    @property
    def journal(self) -> list[Accepted]:
        """Every message ever accepted, deleted ones too, in order."""
        return self._world.journal

    @property
    def uploads(self) -> list[tuple[int, str, bytes]]:
        """Chat, name and content of every file sent."""
        return self._world.uploads

    @property
    def actions(self) -> list[tuple[int, str]]:
        """Chat and action of every sendChatAction."""
        return self._world.actions

    @property
    def commands(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """Commands with their descriptions, by scope ("default", "chat:7" …) and language ("" for all)."""
        return self._world.commands

    @property
    def descriptions(self) -> dict[str, str]:
        """The bot's description by language ("" for all)."""
        return self._world.descriptions

    @property
    def short_descriptions(self) -> dict[str, str]:
        return self._world.short_descriptions

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed yet."""
        return len(self._world.updates)

    @property
    def polling(self) -> bool:
        """Whether a poll waits for updates now."""
        return self._world.updates.polling > 0

    def messages(self, chat_id: int) -> list[Message]:
        """The bot's messages that stand in a chat, in order, as last edited."""
        return self._world.from_bot(chat_id)

    def answers(self, query_id: str) -> list[Answer]:
        """What the bot answered to a tap."""
        return self._world.answers.get(query_id, [])

    async def wait_for(
        self, chat_id: int, what: str | Callable[[Message], bool], *, after: int = 0, within: float = PATIENCE
    ) -> Message:
        """Give the newest message of the bot that fits, as soon as there is one whose id is above `after`.

        `what` is a piece of its text or a test of it. `TimeoutError` after `within` seconds says what stands instead.
        """

        def found() -> list[Message]:
            return [each for each in self.messages(chat_id) if each.message_id > after and _fits(each, what)]

        if not await self._world.bell.until(found, within):
            texts = [each.text for each in self.messages(chat_id)]
            raise TimeoutError(f"{what!r} did not come to {chat_id}; there are {texts}")
        return found()[-1]

    async def wait_until(self, condition: Callable[[], object], *, within: float = PATIENCE) -> None:
        """Wait until something holds that changes with what the bot does here; `TimeoutError` after `within` seconds."""
        if not await self._world.bell.until(condition, within):
            last = [(each.method, each.outcome) for each in self.calls[-10:]]
            raise TimeoutError(f"it did not happen; the last calls were {last}")

    async def answer_to(self, query_id: str, *, within: float = PATIENCE) -> Answer:
        """Give the bot's first answer to a tap."""
        await self.wait_until(lambda: self.answers(query_id), within=within)
        return self.answers(query_id)[0]

    # What goes wrong.

    async def restart(self, away: float = 0.0) -> None:
        """Cut all connections, refuse new ones for this many seconds, and be there again under the same address."""
        await self._server.restart(away)

    def flood(self, chat_id: int | None, retry_after: int, times: int = 1) -> None:
        """Answer the next writes to a chat (None: to any) with 429."""

        def strikes(method: Method, ask: Ask) -> bool:
            return method.writes and in_chat(ask, chat_id)

        self._server.faults.order(Fault(strikes, Refused.flooded(retry_after), times))

    def break_next(self, method: str, how: Break, *, chat_id: int | None = None, times: int = 1) -> None:
        """Break the next requests of a method, of one chat or of any."""
        struck = BY_NAME[method.lower()]

        def strikes(asked: Method, ask: Ask) -> bool:
            return asked is struck and in_chat(ask, chat_id)

        self._server.faults.order(Fault(strikes, how, times))

    def malformed(
        self, predicate: Callable[[str], bool], *, chat_id: int | None = None, times: int | None = None
    ) -> None:
        """Refuse texts with a parse mode that fit, as the server does where it reads its HTML otherwise than we do."""

        def strikes(_method: Method, ask: Ask) -> bool:
            return (
                isinstance(ask, Content)
                and bool(ask.parse_mode)
                and in_chat(ask, chat_id)
                and predicate(ask.text)
            )

        refused = Refused.unparsable('Unsupported start tag "malformed" at byte offset 0')
        self._server.faults.order(Fault(strikes, refused, times))

    def forget_taps(self) -> None:
        """Let every tap so far be too old to be answered."""
        self._world.taps.clear()

    def heal(self) -> None:
        """Take back all faults that are still to come."""
        self._server.faults.clear()


def _fits(message: Message, what: str | Callable[[Message], bool]) -> bool:
    return what in message.text if isinstance(what, str) else what(message)
