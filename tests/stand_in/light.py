"""The short way of sendMessage under load: a text is read and checked once, and its answer then only filled in.

A request by this way is a form or JSON, and like one read before but for its chat. What the short way cannot do goes the
long one.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from aiohttp import web

from tests.stand_in.asks import SendMessage
from tests.stand_in.chats import stranger
from tests.stand_in.messages import shape
from tests.stand_in.methods import BY_NAME, Method, read
from tests.stand_in.refusal import dumped
from tests.stand_in.world import World

SEND = BY_NAME["sendmessage"]
CHAT = {
    "application/x-www-form-urlencoded": re.compile(rb"(?:^|&)chat_id=(?P<id>-?[0-9]+)(?=&|$)"),
    "application/json": re.compile(rb'(?<=^\{)"chat_id": ?"?(?P<id>-?[0-9]+)"?,'),
}
"""The chat in a body, by content type; in JSON only where it comes first."""

DISTINCT = 4096
"""Texts that are remembered."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a request but its chat: how it was read, and the end of its answer."""

    ask: SendMessage
    tail: bytes


class Light:
    def __init__(self, world: World) -> None:
        self._world = world
        self._bot = dumped(world.bot.json())
        self._shapes = lru_cache(maxsize=DISTINCT)(self._read)

    def read(self, method: Method, request: web.BaseRequest, body: bytes) -> tuple[int, Shape] | None:
        """Give the chat and the rest of a request; None where it must go the long way. `Refused` as on that way."""
        if method is not SEND or request.content_type not in CHAT or request.query_string:
            return None
        found = CHAT[request.content_type].search(body)
        if not found:
            return None
        known = self._shapes(body[: found.start()] + body[found.end() :])
        return None if known is None else (int(found["id"]), known)

    def _read(self, body: bytes) -> Shape | None:
        text = body.decode()
        given = json.loads(text) if text.startswith("{") else dict(parse_qsl(text, keep_blank_values=True))
        ask = read(SEND, given | {"chat_id": "0"})
        if not isinstance(ask, SendMessage) or ask.reply_parameters:
            return None
        return Shape(ask, dumped(shape(ask))[1:])

    def answer(self, chat_id: int, message_id: int, of: Shape) -> bytes:
        chat = dumped(stranger(chat_id).json())
        head = b'{"ok":true,"result":{"message_id":%d,"from":%s,"chat":%s,"date":%d,'
        return head % (message_id, self._bot, chat, int(self._world.clock())) + of.tail + b"}"
