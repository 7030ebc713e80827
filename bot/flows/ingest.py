"""From files and addresses to events: clean, store, fold copies, analyse, merge.

The steps meet only in storage, and each leaves it in order, so that a run which is killed loses nothing: an article
that is stored but not analysed waits, and the next run takes it up. What is stored depends on which articles there
are and never on the order in which they came.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import BinaryIO

from bot.flows.findings import store_findings
from bot.flows.intake import Batch, OpenClient, read_batches
from bot.flows.place import NOT_ANALYSED, place_articles
from bot.flows.progress import Progress, Step, Watch, unwatched
from bot.flows.tasks import Prepared, Reading, Waiting, analyse, analyser_version, prepare
from bot.flows.workers import WorkerDiedError, Workers, in_order
from bot.model import Failure, FeedItem
from bot.text.minhash import SIGNATURE_VERSION
from storage import Storage
from storage.articles import (
    StoredArticle,
    count_articles,
    find_articles,
    mark_analysed,
    save_articles,
    waiting,
    waiting_by_day,
)
from storage.events import count_events
from storage.signatures import Sketch, save_sketches
from storage.sources import save_sources

COUNTED_AT_ONCE = 10_000
PLACED_AT_ONCE = 128
"""Articles compared together. Their texts and those of their likes are in memory at once: a few megabytes."""

ANALYSED_AT_ONCE = 16
"""Articles a worker process analyses before it hands them back: about a second's work."""
STORED_AT_ONCE = 64
"""Articles whose findings are merged and written together. Merging looks at everything in the blocks that they
touch, so fewer and larger rounds are cheaper; a killed run repeats at most one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: `articles` it read, of them `new` and `unanalysed` (not in a language we read), and `failed`.

    `groups` (each a publisher's article with its copies) and `events` count what the database holds now.
    """

    articles: int
    new: int
    groups: int
    events: int
    unanalysed: int
    failed: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was stored: `articles` that were read, of them `new`, which wait to be analysed, and `failed`."""

    articles: int
    new: int
    failed: tuple[Failure, ...]


async def ingest(  # noqa: PLR0913 - what a run is given; a bundle of them would only hide it
    storage: Storage,
    workers: Workers,
    inputs: Sequence[str],
    *,
    stdin: BinaryIO,
    open_client: OpenClient,
    now: datetime,
    watch: Watch = unwatched,
) -> Summary:
    """Bring everything that `inputs` hold into the database, and finish what an earlier run left undone."""
    return await ingest_batches(
        storage, workers, read_batches(workers, inputs, stdin, open_client), now=now, watch=watch
    )


async def ingest_batches(
    storage: Storage,
    workers: Workers,
    batches: AsyncIterator[Batch],
    *,
    now: datetime,
    watch: Watch = unwatched,
) -> Summary:
    """Do the same with items that are already read."""
    run = _Run(storage, workers, now, watch)
    # Asked first, so that without a language model nothing is begun.
    version = await workers.run(analyser_version)
    await _take_in(run, batches)
    await _place_waiting(run, version)
    await _analyse_waiting(run, version)
    async with storage.read() as conn:
        counts, events = await count_articles(conn), await count_events(conn)
    return Summary(
        articles=len(run.seen),
        new=run.new,
        groups=counts.groups,
        events=events,
        unanalysed=run.unanalysed,
        failed=tuple(run.failed),
    )


async def take_in(
    storage: Storage,
    workers: Workers,
    batches: AsyncIterator[Batch],
    *,
    now: datetime,
    watch: Watch = unwatched,
) -> TakenIn:
    """Clean and store items that are already read, and leave them to be analysed: see `bot.flows.backlog`."""
    run = _Run(storage, workers, now, watch)
    await _take_in(run, batches)
    return TakenIn(len(run.seen), run.new, tuple(run.failed))


@dataclass(slots=True)
class _Run:
    """What a run works with, and what it has done so far."""

    storage: Storage
    workers: Workers
    now: datetime
    watch: Watch
    seen: set[str] = field(default_factory=set)
    new: int = 0
    unanalysed: int = 0
    failed: list[Failure] = field(default_factory=list)


async def _take_in(run: _Run, batches: AsyncIterator[Batch]) -> None:
    """Clean and store what is given; nothing is compared or analysed yet."""

    async def clean(batch: Batch) -> tuple[Prepared | Failure | WorkerDiedError, ...]:
        work = partial(prepare, now=run.now, replayed=batch.replayed)
        return await run.workers.run_each(work, batch.items) if batch.items else ()

    async with aclosing(in_order(clean, batches, run.workers.at_once)) as cleaned:
        async for batch, made in cleaned:
            run.failed.extend(batch.failed)
            if batch.sources:
                async with run.storage.write() as conn:
                    await save_sources(conn, batch.sources)
            await _save(run, _sifted(run, batch.items, made))
            run.watch(Progress(Step.READ, len(run.seen)))


def _sifted(
    run: _Run, items: Sequence[FeedItem], made: Sequence[Prepared | Failure | WorkerDiedError]
) -> tuple[Prepared, ...]:
    for item, one in zip(items, made, strict=True):
        if isinstance(one, Failure):
            run.failed.append(one)
        elif isinstance(one, WorkerDiedError):
            run.failed.append(Failure(item.name, str(one)))
    return tuple(one for one in made if isinstance(one, Prepared))


async def _save(run: _Run, prepared: Sequence[Prepared]) -> None:
    if not prepared:
        return
    async with run.storage.write() as conn:
        saved = await save_articles(conn, (each.article for each in prepared))
        new = set(saved.new)
        await save_sketches(conn, (_sketch(each, run.now) for each in prepared if each.article.id in new))
        # A title or publisher that was missing changes groups and proofs, so its article is read anew.
        await mark_analysed(conn, saved.changed, NOT_ANALYSED)
    run.new += len(new)
    run.seen.update(each.article.id for each in prepared)


def _sketch(prepared: Prepared, now: datetime) -> Sketch:
    found = prepared.sketch
    return Sketch(
        article=found.article,
        version=SIGNATURE_VERSION,
        day=(prepared.article.heard_at or now).date(),
        minima=found.minima,
        band_keys=found.band_keys,
        text_key=found.text_key,
        title_key=found.title_key,
    )


async def _place_waiting(run: _Run, version: str) -> None:
    """Place whatever is not analysed: an article is always placed before it is analysed."""
    total = sum([len(ids) async for ids in _waiting(run.storage, version, COUNTED_AT_ONCE)])
    done = 0
    async for ids in _waiting(run.storage, version, PLACED_AT_ONCE):
        await place_articles(run.storage, run.workers, ids)
        done += len(ids)
        run.watch(Progress(Step.COMPARE, done, total))


async def _analyse_waiting(run: _Run, version: str) -> None:
    total = sum([len(ids) async for ids in _waiting(run.storage, version, COUNTED_AT_ONCE)])
    done = 0
    ready: list[Reading] = []

    async def read(batch: tuple[StoredArticle, ...]) -> tuple[Reading | WorkerDiedError, ...]:
        waits = tuple(Waiting(each.article, each.group, each.reference) for each in batch)
        return await run.workers.run_each(analyse, waits)

    articles = _load_waiting(run.storage, version)
    async with aclosing(in_order(read, articles, run.workers.at_once)) as analysed:
        async for batch, made in analysed:
            done += len(batch)
            ready.extend(_read(run, batch, made))
            if len(ready) >= STORED_AT_ONCE:
                await store_findings(run.storage, run.workers, ready, version)
                ready.clear()
            run.watch(Progress(Step.ANALYSE, done, total))
    await store_findings(run.storage, run.workers, ready, version)


def _read(
    run: _Run, batch: Sequence[StoredArticle], made: Sequence[Reading | WorkerDiedError]
) -> Iterator[Reading]:
    for held, one in zip(batch, made, strict=True):
        if isinstance(one, WorkerDiedError):
            run.failed.append(Failure(held.article.name, str(one)))
            continue
        run.unanalysed += not one.analysed
        yield one


async def _load_waiting(storage: Storage, version: str) -> AsyncIterator[tuple[StoredArticle, ...]]:
    """Give what waits by its days, so that articles whose findings may be of one event are stored together."""
    after: tuple[date, str] | None = None
    while True:
        async with storage.read() as conn:
            found = await waiting_by_day(conn, version, after=after, limit=COUNTED_AT_ONCE)
        if not found:
            return
        for start in range(0, len(found), ANALYSED_AT_ONCE):
            async with storage.read() as conn:
                yield await find_articles(conn, (id_ for _, id_ in found[start : start + ANALYSED_AT_ONCE]))
        after = found[-1]


async def _waiting(storage: Storage, version: str, at_once: int) -> AsyncIterator[tuple[str, ...]]:
    """Give the ids that wait for analysis, each once, however many of them cease to wait meanwhile."""
    last = ""
    while True:
        async with storage.read() as conn:
            ids = await waiting(conn, version, after=last, limit=at_once)
        if not ids:
            return
        yield ids
        last = ids[-1]
