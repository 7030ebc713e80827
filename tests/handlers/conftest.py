"""The handlers behind the library's own application, with a Telegram that answers as a test says."""

import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest, RequestData

from bot.handlers.context import HOUSE, Bot, Context, House
from bot.handlers.table import add_handlers
from storage import Storage, open_storage
from tests.flows.chats import Clock, desk_of

READER = {"id": 7, "is_bot": False, "first_name": "Reader", "language_code": "de"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Reader"}
GROUP = {"id": -5, "type": "group", "title": "Desk officers"}
BOT = {"id": 2, "is_bot": True, "first_name": "Communiqué", "username": "communique_bot"}


class Telegram(BaseRequest):
    """Takes everything, but for the answers a test has it give first to a method."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, deque[tuple[int, dict[str, Any]]]] = {}

    def refuses(self, method: str, status: int, description: str, **parameters: Any) -> None:
        """Let the next request of `method` be refused."""
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self._answers.setdefault(method, deque()).append((status, body))

    def sent(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """What was asked of a method, in order."""
        return [given for name, given in self.asked if name == method]

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        request: RequestData | None = kwargs.get("request_data")
        method = str(args[0] if args else kwargs["url"]).rpartition("/")[2]
        given = request.parameters if request else {}
        self.asked.append((method, given))
        if waiting := self._answers.get(method):
            status, body = waiting.popleft()
            return status, json.dumps(body).encode()
        return 200, json.dumps({"ok": True, "result": self._result(method, given)}).encode()

    def _result(self, method: str, given: dict[str, Any]) -> Any:
        if method == "getMe":
            return BOT
        if method not in {"sendMessage", "editMessageText"}:
            return True
        chat = {"id": int(given["chat_id"]), "type": "private"}
        return {"message_id": 1000 + len(self.asked), "date": 0, "chat": chat, "text": given["text"]}


@dataclass
class Front:
    """The bot's application, its Telegram, and the clock."""

    app: Bot
    telegram: Telegram
    clock: Clock
    updates: int = field(default=0)

    @property
    def house(self) -> House:
        return self.app.bot_data[HOUSE]  # type: ignore[no-any-return]

    def update(self, **what: Any) -> Update:
        self.updates += 1
        made = Update.de_json({"update_id": self.updates, **what}, self.app.bot)
        assert made
        return made

    def message(self, text: str, chat: dict[str, Any] | None = None) -> Update:
        words = text.split()
        length = len(words[0]) if words and text.startswith("/") else 0
        given: dict[str, Any] = {
            "message_id": self.updates + 1,
            "date": 0,
            "chat": chat or PRIVATE,
            "from": READER,
            "text": text,
        }
        if length:
            given["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.update(message=given)

    def tap(self, data: str, chat: dict[str, Any] | None = None, **message: Any) -> Update:
        below = {"message_id": 55, "date": 1, "chat": chat or PRIVATE, "from": BOT, "text": "A screen."}
        query = {"id": "1", "from": READER, "chat_instance": "1", "data": data, "message": below | message}
        return self.update(callback_query=query)

    async def says(self, text: str, chat: dict[str, Any] | None = None) -> str:
        """Let a person write; give all that is then sent to them."""
        return await self._handled(self.message(text, chat))

    async def taps(self, data: str, chat: dict[str, Any] | None = None, **message: Any) -> str:
        """Let a person tap a button of `data`; give all that is then shown to them."""
        return await self._handled(self.tap(data, chat, **message))

    async def _handled(self, update: Update) -> str:
        before = len(self.telegram.asked)
        await self.app.process_update(update)
        return "\n".join(str(given.get("text", "")) for _, given in self.telegram.asked[before:])

    def context(self, update: Update) -> Context:
        return Context.from_update(update, self.app)


@pytest_asyncio.fixture
async def storage(sqlite_url: str) -> AsyncIterator[Storage]:
    """Give SQLite alone: what differs between databases lies floors below."""
    async with await open_storage(sqlite_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def front(storage: Storage) -> AsyncIterator[Front]:
    """Give the bot's application with every handler, serving nobody yet."""
    telegram, clock = Telegram(), Clock()
    builder: Any = ApplicationBuilder().context_types(ContextTypes(context=Context))
    app: Bot = builder.token("0:t").request(telegram).get_updates_request(telegram).updater(None).build()
    app.bot_data[HOUSE] = House(desk_of(storage, clock), frozenset({99}))
    add_handlers(app)
    async with app:
        yield Front(app, telegram, clock)
