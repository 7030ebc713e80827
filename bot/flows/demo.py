"""The sample news, from its files to a briefing, in a database of its own."""

import csv
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path

from bot.flows.intake import Batch
from bot.model import Failure, FeedItem
from bot.sources.files import read_inputs

DAY = date(2025, 3, 24)
DAYS = 8
"""The day the sample stands at, and how many its briefing covers: from Monday 17 to Monday 24 March 2025."""

_NOT_NEWS = {"README.md", "outlets.tsv"}


async def batches() -> AsyncIterator[Batch]:
    """Give the sample articles, each with the outlet and address that `outlets.tsv` states for its file."""
    # The files may lie inside an archive; then they are unpacked for as long as they are read.
    with as_file(files("bot.sources") / "sample") as folder:
        read = tuple(_read(folder))
    items = tuple(one for one in read if isinstance(one, FeedItem))
    failed = tuple(one for one in read if isinstance(one, Failure))
    yield Batch(items, failed, (), replayed=True)


def _read(folder: Path) -> Iterator[FeedItem | Failure]:
    with (folder / "outlets.tsv").open(encoding="utf-8", newline="") as stream:
        outlets = {row["file"]: row for row in csv.DictReader(stream, delimiter="\t")}
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_NEWS or not path.is_file():
            continue
        stated = outlets.get(path.name, {"outlet": "", "address": ""})
        for one in read_inputs([str(path)], BytesIO()):
            if isinstance(one, FeedItem):
                yield replace(
                    one,
                    source=one.source or stated["outlet"] or None,
                    url=one.url or stated["address"] or None,
                )
            elif isinstance(one, Failure):
                yield one
