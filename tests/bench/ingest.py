"""How fast and in how much memory articles become events: `python tests/bench/ingest.py [COUNT]`.

Each article is made of sentences of our sample news in another order, with other numbers, so that each is read in
full and few are copies. One line is printed: articles a second from file to events, the most memory of this process
and of any worker (MB), and the share of the workers' time that analysing takes.
"""

import asyncio
import random
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.flows import demo
from bot.flows.ingest import ingest_batches
from bot.flows.intake import Batch
from bot.flows.workers import Workers
from bot.model import FeedItem
from bot.settings import load_settings
from bot.text.article import to_article
from storage import open_storage

SENTENCES = 22
"""In one article: some 400 words, as in news."""


class Timed(Workers):
    """Workers that note how long each kind of work was under way."""

    def __init__(self, processes: int, model: str) -> None:
        super().__init__(processes, model)
        self.spent: dict[str, float] = defaultdict(float)

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        begin = time.perf_counter()
        try:
            return await super().run(work, *args, **kwargs)
        finally:
            self.spent[getattr(work, "func", work).__name__] += time.perf_counter() - begin


async def _sentences() -> list[str]:
    texts = [to_article(item).text async for batch in demo.batches() for item in batch.items]
    return [part for text in texts for part in re.split(r"(?<=[.”])\s+", text) if 40 < len(part) < 400]


def _items(sentences: list[str], count: int) -> list[FeedItem]:
    chance = random.Random(7)  # noqa: S311 - nobody is to be kept from guessing
    first = date(2024, 1, 1)
    return [
        FeedItem(
            name=f"made-{number}",
            body="\n".join(
                re.sub(r"\b\d\d\b", str(chance.randrange(10, 99)), each)
                for each in chance.sample(sentences, SENTENCES)
            ),
            source=f"outlet-{number % 40}.example",
            published=first + timedelta(days=number % 300),
        )
        for number in range(count)
    ]


async def _batches(items: list[FeedItem]) -> AsyncIterator[Batch]:
    rest = iter(items)
    while part := tuple(islice(rest, 64)):
        yield Batch(part, (), (), replayed=True)


async def main(count: int) -> None:
    settings = load_settings()
    items = _items(await _sentences(), count)
    with TemporaryDirectory() as folder:
        async with (
            await open_storage(f"sqlite:///{Path(folder) / 'bench.db'}") as storage,
            Timed(settings.processes, settings.spacy_model) as workers,
        ):
            begin = time.perf_counter()
            summary = await ingest_batches(storage, workers, _batches(items), now=datetime.now(UTC))
            took = time.perf_counter() - begin
    share = workers.spent["analyse"] / sum(workers.spent.values())
    here, there = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(  # noqa: T201
        f"articles_per_s={summary.articles / took:.1f} rss_mb={here:.0f} worker_rss_mb={there:.0f} "
        f"share_analysis={share:.2f} groups={summary.groups} events={summary.events} processes={settings.processes} "
        + " ".join(f"{name}_s={spent:.1f}" for name, spent in sorted(workers.spent.items()))
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
