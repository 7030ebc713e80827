"""From files to what can be read out of them, without a database."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import BinaryIO

from bot.errors import UsageError
from bot.flows import tasks
from bot.flows.intake import is_address
from bot.flows.progress import Progress, Step, Watch, unwatched
from bot.flows.threads import in_thread
from bot.flows.workers import WorkerDiedError, Workers, in_order
from bot.model import Analysis, Failure, FeedItem
from bot.sources.files import Read, read_inputs

AT_ONCE = 16
"""Articles handed to a process together: about a second's work."""

FEW = 48
"""Articles up to which starting processes, each of which loads the model anew, would take longer than it saves."""

Result = Analysis | Failure


@dataclass(frozen=True, slots=True)
class Wish:
    """How to read: `clean` the text first, and take `published` for the day of what states none."""

    clean: bool = True
    published: date | None = None


def extract_here(reading: Iterator[Read], *, wish: Wish, model: str) -> Iterator[Result]:
    """Give what each article holds, read in this process, in which no event loop may be running.

    Raises:
        ModelMissing: the language model is not installed.
    """
    tasks.choose_model(model)
    while batch := tuple(islice(reading, AT_ONCE)):
        yield from _results(batch, tasks.extract(_items(batch), clean=wish.clean, published=wish.published))


async def extract(
    workers: Workers,
    reading: Iterator[Read],
    *,
    wish: Wish,
    emit: Callable[[Result], None],
    watch: Watch = unwatched,
) -> None:
    """Hand what each article holds to `emit`, in order, as worker processes find it."""

    async def work(batch: tuple[Read, ...]) -> tuple[Result | WorkerDiedError, ...]:
        return await workers.run_each(
            partial(tasks.extract, clean=wish.clean, published=wish.published), _items(batch)
        )

    done = 0
    async with aclosing(in_order(work, _batches(reading), workers.at_once)) as results:
        async for batch, made in results:
            for result in _results(batch, made):
                emit(result)
            done += len(batch)
            watch(Progress(Step.ANALYSE, done))


def read_files(inputs: Sequence[str], stdin: BinaryIO) -> Iterator[Read]:
    """Read files, folders and standard input. Raises `UsageError` where a web address is among them."""
    for given in inputs:
        if is_address(given):
            raise UsageError(f"{given} is a web address.", "Fetch it with communique ingest.")
    return read_inputs(inputs, stdin)


async def _batches(reading: Iterator[Read]) -> AsyncIterator[tuple[Read, ...]]:
    while batch := await in_thread(lambda: tuple(islice(reading, AT_ONCE))):
        yield batch


def _items(batch: Sequence[Read]) -> tuple[FeedItem, ...]:
    return tuple(one for one in batch if isinstance(one, FeedItem))


def _results(batch: Sequence[Read], made: Sequence[Result | WorkerDiedError]) -> Iterator[Result]:
    """Put results back among the inputs that could not be read."""
    results = iter(made)
    for one in batch:
        if isinstance(one, Failure):
            yield one
        elif isinstance(one, FeedItem):
            result = next(results)
            yield Failure(one.name, str(result)) if isinstance(result, WorkerDiedError) else result
        else:
            yield Failure(
                one.feed_url, "It is a subscription, not an article: fetch it with communique ingest."
            )
