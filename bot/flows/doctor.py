"""Whether everything this program needs is there, and what to do where it is not."""

import asyncio
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files

from bot.errors import CommuniqueError
from bot.flows.pulse import DEAD_AFTER
from bot.flows.tasks import analyser_version
from bot.flows.workers import Workers
from bot.places.gazetteer import load_gazetteer
from bot.rendering.words import words
from storage import open_storage
from storage.articles import count_articles
from storage.backup import check_file
from storage.heartbeats import list_heartbeats
from storage.sources import list_feeds

OLDEST_PYTHON = (3, 11)


Greet = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: which it is, what was `seen` of it, and the `trouble` with it, None where it is in order."""

    subject: str
    seen: Mapping[str, object] = field(default_factory=dict)
    trouble: str | None = None


async def examine(workers: Workers, database_url: str, greet: Greet | None) -> AsyncIterator[Finding]:
    """Look at the interpreter, the packaged data, the language model, the database and Telegram, one after the other.

    `greet` asks Telegram for the bot's name; None where there is no token to ask with.
    """
    yield Finding("python", {"python": platform.python_version(), "communique": version("communique")})
    yield _data()
    yield await _model(workers)
    yield await _database(database_url)
    async for worker in _workers(database_url):
        yield worker
    yield await _telegram(greet)


async def _workers(url: str) -> AsyncIterator[Finding]:
    """Each process at work, when it was heard of last, and its trouble; nothing where the database tells none."""
    with suppress(CommuniqueError):
        async with await open_storage(url, migrate=False) as storage, storage.read() as conn:
            found = await list_heartbeats(conn)
        for each in found:
            seen = {"worker": each.beat.id, "host": each.beat.host, "seconds": round(each.age)}
            if each.trouble:
                yield Finding(
                    "worker", seen, "Telegram knows none of its chats: is COMMUNIQUE_BOT_TOKEN another bot's?"
                )
            elif each.age >= DEAD_AFTER:
                yield Finding("silent", seen)
            else:
                yield Finding("worker", seen)


async def _telegram(greet: Greet | None) -> Finding:
    """Whether Telegram knows the bot; a bot without a token is none to be found fault with."""
    if greet is None:
        return Finding("no_token")
    try:
        return Finding("telegram", {"name": await greet()})
    except CommuniqueError as error:
        return Finding("telegram", trouble=str(error))


def _data() -> Finding:
    try:
        sample = (files("bot.sources") / "sample" / "outlets.tsv").read_text("utf-8")
        actors = load_gazetteer().actors()
        words()
    except (OSError, LookupError, ValueError) as error:
        return Finding("data", trouble=f"{error}. Install communique anew.")
    return Finding("data", {"actors": len(actors), "samples": len(sample.splitlines()) - 1})


async def _model(workers: Workers) -> Finding:
    try:
        stamp = await workers.run(analyser_version)
    except CommuniqueError as error:
        return Finding("model", trouble=str(error))
    return Finding("model", {"stamp": stamp})


async def _database(url: str) -> Finding:
    try:
        async with await open_storage(url, migrate=False) as storage:
            await asyncio.to_thread(check_file, url)
            async with storage.read() as conn:
                counts, feeds = await count_articles(conn), len(await list_feeds(conn))
    except CommuniqueError as error:
        return Finding("database", trouble=str(error))
    return Finding(
        "database",
        {
            "url": storage.url_shown,
            "articles": counts.articles,
            "groups": counts.groups,
            "feeds": feeds,
        },
    )
