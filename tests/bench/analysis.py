"""How fast articles are analysed, against the bare language pipeline on the same texts in the same run.

    python -m tests.bench.analysis [--articles N] [--processes N]

Ends with one line: the `ratio` of the two speeds, articles a second of each, and the most memory of any process (MB).
The bare pipeline is the same model as spaCy loads it, with nothing of ours in it. Both take turns batch by batch, each
first in every other, and are timed by processor time, so that other work on the machine disturbs them alike; loading is
not counted. Above one process the analysis is run by all of them and timed by the clock, to see how it scales;
the bare pipeline stays on one.
"""

import argparse
import asyncio
import random
import re
import resource
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date
from itertools import islice

import spacy

from bot.events.analyse import BATCH, DEFAULT_MODEL, Analyser
from bot.flows import demo
from bot.flows.extract import AT_ONCE
from bot.flows.tasks import extract
from bot.flows.workers import Workers, in_order
from bot.model import Analysis, Article, FeedItem
from bot.text.article import to_article

SENTENCES = 22
"""In one article: some 400 words, as in news."""

DAY = date(2025, 3, 24)


async def _known_sentences() -> list[str]:
    texts = [to_article(item).text async for batch in demo.batches() for item in batch.items]
    return [part for text in texts for part in re.split(r"(?<=[.”])\s+", text) if 40 < len(part) < 400]


def _articles(known: list[str], count: int) -> Iterator[Article]:
    """Articles of our sample's sentences in another order: three sentences a paragraph."""
    chance = random.Random(7)  # noqa: S311 - nobody is to be kept from guessing
    for number in range(count):
        chosen = chance.choices(known, k=SENTENCES)
        paragraphs = (" ".join(chosen[start : start + 3]) for start in range(0, SENTENCES, 3))
        text = "\n\n".join(paragraphs)
        yield Article(str(number), str(number), text, published=DAY, language="en")


def _one_process(known: list[str], count: int) -> tuple[float, float]:
    """Processor seconds of the whole analysis, and of the bare pipeline."""
    analyser, bare = Analyser(), spacy.load(DEFAULT_MODEL)

    def analyse(batch: tuple[Article, ...]) -> None:
        for _ in analyser.analyse((article, DAY) for article in batch):
            pass

    def parse(batch: tuple[Article, ...]) -> None:
        with bare.memory_zone():
            for _ in bare.pipe((article.text for article in batch), batch_size=BATCH):
                pass

    # The tables are read when first needed, which is loading too.
    for work in (analyse, parse):
        work(tuple(_articles(known, 1)))
    spent = {analyse: 0.0, parse: 0.0}
    source, turn = _articles(known, count), [analyse, parse]
    while batch := tuple(islice(source, BATCH)):
        for work in turn:
            begin = time.process_time()
            work(batch)
            spent[work] += time.process_time() - begin
        turn.reverse()
    return spent[analyse], spent[parse]


async def _several(known: list[str], count: int, processes: int) -> float:
    """Seconds by the clock until `processes` have analysed everything."""

    async def batches() -> AsyncIterator[tuple[FeedItem, ...]]:
        source = _articles(known, count)
        while batch := tuple(islice(source, AT_ONCE)):
            yield tuple(FeedItem(one.name, one.text, published=DAY, language="en") for one in batch)

    async with Workers(processes, DEFAULT_MODEL) as workers:

        async def work(batch: tuple[FeedItem, ...]) -> int:
            found = await workers.run(extract, batch, clean=False, published=DAY)
            return sum(isinstance(one, Analysis) for one in found)

        # Every process loads its model before the clock starts.
        warm = tuple(FeedItem(f"warm-{number}", known[0]) for number in range(AT_ONCE))
        await asyncio.gather(*(work(warm) for _ in range(4 * processes)))
        begin = time.perf_counter()
        async for _ in in_order(work, batches(), workers.at_once):
            pass
        return time.perf_counter() - begin


def _most_memory() -> float:
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(used) / 1024


def main() -> None:
    """Measure, and print the line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    known = asyncio.run(_known_sentences())
    whole, alone = _one_process(known, given.articles if given.processes == 1 else min(given.articles, 200))
    measured = given.articles if given.processes == 1 else min(given.articles, 200)
    bare_per_s, per_s = measured / alone, measured / whole
    if given.processes > 1:
        per_s = given.articles / asyncio.run(_several(known, given.articles, given.processes))
    print(  # noqa: T201 - this is what it is for
        f"ratio={alone / whole:.2f} articles_per_s={per_s:.1f} bare_per_s={bare_per_s:.1f} rss_mb={_most_memory():.0f}"
    )


if __name__ == "__main__":
    main()
