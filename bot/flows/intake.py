"""From what a person names (files, folders, standard input, web addresses) to items, in batches."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TypeVar

from bot.errors import FetchError, InputError
from bot.flows.tasks import Answer, read_answer
from bot.flows.threads import in_thread
from bot.flows.workers import Workers
from bot.model import Failure, FeedItem, Source
from bot.sources.fetch import Client, Fetched, fetch
from bot.sources.files import Read, read_inputs

BATCH = 64
"""Items handed on at a time: about half a megabyte of pages, and a second's work for one process."""

BATCH_CHARACTERS = 4_000_000
"""Characters after which a batch is handed on even if it has few items, so that a run of huge ones is no flood."""

WEB = ("http://", "https://")

OpenClient = Callable[[], AbstractAsyncContextManager[Client]]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch:
    """Items read together, and what could not be read. `replayed` tells files from what was fetched just now."""

    items: tuple[FeedItem, ...]
    failed: tuple[Failure, ...]
    sources: tuple[Source, ...]
    replayed: bool


def is_address(given: str) -> bool:
    """Tell whether `given` is a web address and not a path."""
    return given.lower().startswith(WEB)


async def read_batches(
    workers: Workers, inputs: Sequence[str], stdin: BinaryIO, open_client: OpenClient
) -> AsyncIterator[Batch]:
    """Give what `inputs` hold: first the files, in their order, then the web addresses.

    The feeds of a subscription list among the files are fetched as well. What was fetched is read by `workers`.
    """
    addresses = [(given, None) for given in inputs if is_address(given)]
    listed: list[Source] = []
    reading = read_inputs([given for given in inputs if not is_address(given)], stdin)
    # In a thread, since a slow disk or an idle standard input would hold up the loop.
    while batch := await in_thread(lambda: _next_batch(reading)):
        made = _sorted(batch, replayed=True)
        listed.extend(made.sources)
        yield made
    wanted = [*addresses, *((source.feed_url, source.title) for source in listed)]
    if wanted:
        async with open_client() as client:
            async for fetched in _fetch_all(client, workers, wanted):
                yield fetched


def _next_batch(reading: Iterator[Read]) -> tuple[Read, ...]:
    batch: list[Read] = []
    size = 0
    for one in islice(reading, BATCH):
        batch.append(one)
        size += len(one.body) if isinstance(one, FeedItem) else 0
        if size >= BATCH_CHARACTERS:
            break
    return tuple(batch)


def _sorted(batch: Sequence[Read], *, replayed: bool) -> Batch:
    return Batch(
        items=tuple(one for one in batch if isinstance(one, FeedItem)),
        failed=tuple(one for one in batch if isinstance(one, Failure)),
        sources=tuple(one for one in batch if isinstance(one, Source)),
        replayed=replayed,
    )


async def _fetch_all(
    client: Client, workers: Workers, wanted: Sequence[tuple[str, str | None]]
) -> AsyncIterator[Batch]:
    # The client itself bounds how many are asked at once, and how often one server is.
    under_way = [asyncio.create_task(_fetch(client, workers, url, publisher)) for url, publisher in wanted]
    try:
        for task in under_way:
            yield await task
    finally:
        for task in under_way:
            task.cancel()


async def _fetch(client: Client, workers: Workers, url: str, publisher: str | None) -> Batch:
    try:
        fetched = await fetch(client, url)
        if not isinstance(fetched, Fetched):
            raise FetchError(f"{url} says that it has not changed, although nothing was asked before.")
        read = await workers.run(read_answer, as_answer(fetched), publisher)
    except InputError as error:
        return _sorted((Failure(url, str(error)),), replayed=False)
    return _sorted(read, replayed=False)


def as_answer(fetched: Fetched) -> Answer:
    """Give what a worker needs of `fetched`, which so never loads the HTTP client."""
    return Answer(fetched.final_url, fetched.body, fetched.content_type, fetched.charset)
