"""The real library, talking to the stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from tests.stand_in import SOME_TOKEN, StandIn

READER, GROUP, SUPERGROUP = 7, -5, -1_000_000_000_005


@asynccontextmanager
async def library(api: StandIn, token: str = SOME_TOKEN, patience: float = 10) -> AsyncIterator[Bot]:
    """Give a client that waits `patience` seconds for an answer."""
    request = HTTPXRequest(read_timeout=patience)
    async with Bot(token, base_url=api.base_url, request=request, get_updates_request=HTTPXRequest()) as bot:
        yield bot


@asynccontextmanager
async def running(api: StandIn, *handlers: Any) -> AsyncIterator[None]:
    """Run an application with these handlers, polling."""
    app: Application[Any, Any, Any, Any, Any, Any] = (
        ApplicationBuilder().token(api.token).base_url(api.base_url).job_queue(None).build()
    )
    app.add_handlers(handlers)
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        try:
            yield
        finally:
            await app.updater.stop()
            await app.stop()
