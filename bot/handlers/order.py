"""Updates one by one within a chat, and side by side between chats."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 64
"""Updates handled side by side. Each waits for the database or Telegram most of its time."""


class ChatByChat(BaseUpdateProcessor):
    """So that of two quick taps the first is done before the second is begun, and nobody waits for another chat."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle `update` when those before it of its chat are handled."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock = self._chats.setdefault(chat.id, asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Nothing is needed to begin."""

    async def shutdown(self) -> None:
        """Nothing is left to end."""
