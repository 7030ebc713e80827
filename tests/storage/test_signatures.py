from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.model import Article
from storage import Storage, signatures
from storage.articles import save_articles
from storage.signatures import (
    Candidate,
    Sketch,
    candidates,
    drop_bands,
    drop_bands_before,
    find_minima,
    save_sketches,
    with_text,
    with_title,
)
from storage.tables import bands

DAY = date(2024, 3, 1)
LEAST, MOST = -(2**63), 2**63 - 1


async def _save(storage: Storage, sketches: Iterable[Sketch]) -> None:
    given = list(sketches)
    async with storage.write() as conn:
        await save_articles(conn, [Article(each.article, "n", "t") for each in given])
        await save_sketches(conn, given)


def _sketch(article: str, *keys: int) -> Sketch:
    return Sketch(article, 1, DAY, article.encode(), keys)


@pytest.mark.asyncio
async def test_the_articles_that_share_most_bands_come_first(storage: Storage) -> None:
    await _save(storage, [_sketch("a", 1, 2, LEAST), _sketch("b", 2, MOST), _sketch("c", 7, 8)])
    async with storage.read() as conn:
        assert await candidates(conn, [1, 2, LEAST, MOST], 1) == (Candidate("a", 3), Candidate("b", 2))
        assert await candidates(conn, [1, 2, LEAST, MOST], 1, limit=1) == (Candidate("a", 3),)
        assert await candidates(conn, [1, 2, 2, LEAST], 2) == ()
        assert await candidates(conn, [], 1) == ()


@pytest.mark.asyncio
async def test_a_key_that_too_many_carry_is_ignored(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "CROWDED", 3)
    await _save(storage, [_sketch("a", 1, 2), _sketch("b", 1, 2), _sketch("c", 1, 2), _sketch("d", 1)])
    async with storage.read() as conn:
        shared = await candidates(conn, [1, 2], 1)
    assert shared == (Candidate("c", 1), Candidate("b", 1), Candidate("a", 1))


@pytest.mark.asyncio
async def test_five_hundred_may_carry_a_key_and_one_more_may_not(storage: Storage) -> None:
    crowd = [_sketch(f"{number:03}", 1, 2) for number in range(500)]
    await _save(storage, [*crowd, _sketch("one more", 2)])
    async with storage.read() as conn:
        assert len(await candidates(conn, [1], 1, limit=1000)) == 500
        assert await candidates(conn, [2], 1) == ()


@pytest.mark.asyncio
async def test_a_new_sketch_takes_the_place_of_the_old(storage: Storage) -> None:
    old = _sketch("a", 1, 2)
    await _save(storage, [old, _sketch("b", 1)])
    await _save(storage, [replace(old, version=2, band_keys=(3,), minima=b"new")])
    async with storage.read() as conn:
        assert await candidates(conn, [1, 2, 3], 1) == (Candidate("b", 1),)
        assert await candidates(conn, [1, 2, 3], 2) == (Candidate("a", 1),)
        assert await find_minima(conn, ["a", "b"], 1) == {"b": b"b"}
        assert await find_minima(conn, ["a", "b"], 2) == {"a": b"new"}


@pytest.mark.asyncio
async def test_short_texts_and_titles_are_found_by_their_exact_words(storage: Storage) -> None:
    short = Sketch("a", 1, DAY, text_key="words", title_key="title")
    await _save(storage, [short, replace(short, article="b", title_key=None), replace(short, article="c")])
    async with storage.read() as conn:
        assert await with_text(conn, "words", 1) == ("a", "b", "c")
        assert await with_title(conn, "title", 1) == ("a", "c")
        assert await with_title(conn, "title", 1, limit=1) == ("c",)
        assert await with_text(conn, "words", 2) == ()
        assert await find_minima(conn, ["a"], 1) == {}


@pytest.mark.asyncio
async def test_bands_are_dropped_by_day_or_by_article_and_sketches_stay(storage: Storage) -> None:
    days = {"old": date(2024, 1, 31), "new": date(2024, 2, 1), "copy": date(2024, 2, 2)}
    await _save(storage, [replace(_sketch(name, 1, 2), day=day) for name, day in days.items()])
    async with storage.write() as conn:
        await drop_bands(conn, ["copy"])
        assert await drop_bands_before(conn, date(2024, 2, 1)) == 2
        assert await drop_bands_before(conn, date(2024, 2, 1)) == 0
    async with storage.read() as conn:
        assert await candidates(conn, [1, 2], 1) == (Candidate("new", 2),)
        assert await find_minima(conn, days, 1) == {name: name.encode() for name in days}
        assert (await conn.execute(select(func.count()).select_from(bands))).scalar_one() == 2


@pytest.mark.asyncio
async def test_dropping_bands_where_there_are_none_is_harmless(storage: Storage) -> None:
    async with storage.write() as conn:
        assert await drop_bands_before(conn, DAY) == 0
