"""Groups depend on which articles there are, never on the order in which they came."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

import pytest

from bot.flows.ingest import ingest_batches
from bot.flows.intake import Batch
from bot.flows.workers import Workers
from bot.model import FeedItem
from storage import Storage, open_storage
from storage.articles import StoredArticle, find_articles, waiting, wholes

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


async def _one_by_one(items: tuple[FeedItem, ...]) -> AsyncIterator[Batch]:
    for each in items:
        yield Batch((each,), (), (), replayed=True)


async def _held(storage: Storage) -> dict[str, StoredArticle]:
    async with storage.read() as conn:
        found = await find_articles(conn, await waiting(conn, "no such analyser"))
    return {each.article.name: each for each in found}


async def _groups(storage: Storage) -> dict[str, str]:
    held = await _held(storage)
    names = {each.article.id: name for name, each in held.items()}
    return {name: names[each.group] for name, each in held.items()}


def _item(name: str, text: str, day: int) -> FeedItem:
    return FeedItem(
        name, text, title="Ministers meet", source=f"{name}.example", published=date(2024, 5, day)
    )


@pytest.mark.asyncio
async def test_a_chain_of_versions_is_grouped_alike_in_every_order(
    here: Workers, filler: str, tmp_path: Path
) -> None:
    sentences = filler.split(". ")
    later = [
        f"Later news item number {n} told of other matters in the {n}th ward of the town" for n in range(9)
    ]
    chain = (
        _item("first", ". ".join(sentences), 1),
        _item("middle", ". ".join([*sentences[1:], *later[:3]]), 2),
        _item("last", ". ".join([*sentences[2:], *later]), 3),
        _item("apart", ". ".join(later[3:] * 2), 4),
    )
    seen = []
    for number, order in enumerate(permutations(chain)):
        async with await open_storage(f"sqlite:///{tmp_path / str(number)}.db") as storage:
            for each in order:
                await ingest_batches(storage, here, _one_by_one((each,)), now=NOW)
            seen.append(await _groups(storage))

    assert all(groups == seen[0] for groups in seen)
    assert seen[0]["middle"] == "first"


@pytest.mark.asyncio
async def test_a_passage_within_a_much_longer_text_is_linked_and_not_folded(
    here: Workers, storage: Storage, filler: str
) -> None:
    other = " ".join(
        f"In district {n} the mayor opened school number {n * 7} and thanked {n * 3} teachers by name for it."
        for n in range(60)
    )
    items = (_item("part", filler, 2), _item("whole", f"{other} {filler}", 1))
    await ingest_batches(storage, here, _one_by_one(items), now=NOW)

    held = await _held(storage)
    part, whole = held["part"].article.id, held["whole"].article.id
    async with storage.read() as conn:
        assert await wholes(conn, [part, whole]) == {part: (whole,)}
    assert await _groups(storage) == {"part": "part", "whole": "whole"}
