"""Which feeds are polled: adding and removing them, how they fare, and what one gives if asked now."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from yarl import URL

from bot.errors import FetchError, InputError, UsageError
from bot.flows.intake import as_answer, is_address
from bot.flows.tasks import read_feed
from bot.flows.threads import in_thread
from bot.flows.workers import Workers
from bot.model import Failure, Source
from bot.sources.catalogue import load_catalogue
from bot.sources.fetch import Client, Fetched, fetch
from bot.sources.files import read_inputs
from bot.sources.guard import Guard
from bot.sources.opml import source_id
from bot.text.addresses import host
from storage import Storage
from storage.sources import Feed, due_feeds, list_feeds, remove_source, revive, save_sources


@dataclass(frozen=True, slots=True)
class Polled:
    """A feed that is polled and how it fares: see `storage.sources.FeedState`."""

    source: Source
    checked_at: datetime | None
    next_check_at: datetime | None
    failures: int
    error: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Added:
    """Feeds that are polled from now on, those that were already (and are asked again at once), and what is none."""

    new: tuple[Source, ...]
    known: tuple[Source, ...]
    failed: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a feed gave: how many `entries`, the `newest` day among them, their `words` on average, its validators.

    `moved_to` is the address that answered where it is another. With an `error` the rest says nothing.
    """

    source: Source
    entries: int = 0
    newest: date | None = None
    words: int = 0
    etag: bool = False
    last_modified: bool = False
    moved_to: str | None = None
    error: str | None = None


async def any_due(storage: Storage, now: datetime) -> bool:
    """Whether any feed is to be visited at `now`."""
    async with storage.read() as conn:
        return bool(await due_feeds(conn, now, 1))


async def polled(storage: Storage) -> tuple[Polled, ...]:
    """Give every feed that is polled, in order of id."""
    return tuple(map(_polled, await _feeds(storage)))


async def add(
    storage: Storage, wanted: Sequence[str], *, catalogue: bool = False, title: str | None = None
) -> Added:
    """Poll the feeds that `wanted` names (addresses, ids of the built-in list, OPML files), or all of that list.

    `title` names the publisher of the only address given; without it that is the address's host. Nothing is asked
    here, so an address is only looked at. Raises `UsageError` for what is none of these.
    """
    if not wanted and not catalogue:
        raise UsageError(
            "No feed is named.", "Give addresses, ids, OPML files, or --catalogue for all we know."
        )
    if title and not (len(wanted) == 1 and is_address(wanted[0])):
        raise UsageError("--title names the publisher of one address.", "Give one address with it.")
    # Each once: a file that is no list would be told of for every line of it.
    found = await in_thread(lambda: tuple(dict.fromkeys(_named(wanted))))
    sources = [
        one if title is None else replace(one, title=title) for one in found if isinstance(one, Source)
    ]
    given = (*(load_catalogue() if catalogue else ()), *sources)
    failed = tuple(one for one in found if isinstance(one, Failure))
    return await _save(storage, given, failed)


async def remove(storage: Storage, ids: Sequence[str]) -> None:
    """Stop polling feeds; their articles stay. Raises `UsageError`, having removed none, where one is not polled."""
    known = {feed.source.id for feed in await _feeds(storage)}
    _refuse_unknown(ids, known)
    async with storage.write() as conn:
        for id_ in ids:
            await remove_source(conn, id_)


async def chosen(storage: Storage, ids: Sequence[str], *, catalogue: bool = False) -> tuple[Source, ...]:
    """Give the sources with these ids, polled or of the built-in list; without ids all polled, or that whole list.

    Raises `UsageError` for an id that is neither.
    """
    built_in = {source.id: source for source in load_catalogue()}
    ours = {feed.source.id: feed.source for feed in await _feeds(storage)}
    known = built_in | ours
    _refuse_unknown(ids, known.keys())
    every = built_in if catalogue else ours
    return tuple(known[id_] for id_ in dict.fromkeys(ids)) if ids else tuple(every.values())


async def check(client: Client, workers: Workers, sources: Iterable[Source]) -> AsyncIterator[Checked]:
    """Ask each feed once, now, and give what came of it, in order. Nothing is stored."""
    under_way = [asyncio.create_task(_check(client, workers, source)) for source in sources]
    try:
        for task in under_way:
            yield await task
    finally:
        for task in under_way:
            task.cancel()


async def _check(client: Client, workers: Workers, source: Source) -> Checked:
    try:
        answer = await fetch(client, source.feed_url)
        if not isinstance(answer, Fetched):
            raise FetchError(
                f"{source.feed_url} says that it has not changed, although nothing was asked before."
            )
        read = await workers.run(read_feed, as_answer(answer), source)
    except InputError as error:
        return Checked(source, error=str(error))
    days = [entry.item.published for entry in read.entries if entry.item.published]
    return Checked(
        source,
        entries=len(read.entries),
        newest=max(days, default=None),
        words=round(sum(entry.words for entry in read.entries) / max(len(read.entries), 1)),
        etag=answer.etag is not None,
        last_modified=answer.last_modified is not None,
        moved_to=answer.final_url if answer.final_url != answer.url else None,
    )


async def _feeds(storage: Storage) -> tuple[Feed, ...]:
    async with storage.read() as conn:
        return await list_feeds(conn)


def _polled(feed: Feed) -> Polled:
    state = feed.state
    return Polled(
        feed.source, state.checked_at, state.next_check_at, state.failures, state.last_error, state.disabled
    )


async def _save(storage: Storage, given: Sequence[Source], failed: tuple[Failure, ...]) -> Added:
    held = await _feeds(storage)
    ids = {feed.source.id for feed in held}
    by_url = {feed.source.feed_url: feed.source for feed in held}
    # A feed that is polled under another id stays as it is.
    wanted = {one.id: one for one in (by_url.get(each.feed_url, each) for each in given)}
    known = tuple(source for source in wanted.values() if source.id in ids)
    async with storage.write() as conn:
        await save_sources(conn, wanted.values())
        await revive(conn, [source.id for source in known])
    return Added(tuple(source for source in wanted.values() if source.id not in ids), known, failed)


def _named(wanted: Iterable[str]) -> Iterator[Source | Failure]:
    built_in = {source.id: source for source in load_catalogue()}
    by_url = {source.feed_url: source for source in load_catalogue()}
    for given in wanted:
        if given in built_in:
            yield built_in[given]
        elif is_address(given):
            yield _at(given, by_url)
        elif Path(given).exists():
            yield from (_listed(one, given, by_url) for one in read_inputs([given], BytesIO()))
        else:
            raise UsageError(
                f"{given} is no address, no file, and no feed of the built-in list.",
                "communique feeds list --catalogue shows that list.",
            )


def _at(url: str, by_url: dict[str, Source]) -> Source | Failure:
    try:
        Guard().check(URL(url))
    except InputError as error:
        return Failure(url, str(error))
    except ValueError:
        return Failure(url, "It is not a web address. Check its spelling.")
    return by_url.get(url) or Source(source_id(url), host(url) or url, url)


def _listed(one: object, name: str, by_url: dict[str, Source]) -> Source | Failure:
    if isinstance(one, Source):
        return by_url.get(one.feed_url, one)
    if isinstance(one, Failure):
        return one
    return Failure(name, "It is no list of feeds. Give an OPML file.")


def _refuse_unknown(ids: Sequence[str], known: Iterable[str]) -> None:
    for id_ in sorted(set(ids) - set(known)):
        raise UsageError(f"There is no feed {id_}.", "communique feeds list shows the ids.")
