"""Sketches of texts, and the bands through which a new text finds those that may be copies of it.

Only a group's representative needs bands, so a caller gives none for a copy. Bands are dropped after a while,
since a syndicated copy appears within days; the sketches stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert, portions
from storage.tables import bands, signatures

CROWDED = 500
"""Articles after which a band key tells nothing: it stands for boilerplate that hundreds share."""

CANDIDATES = 50
"""How many of the likeliest are worth an exact look: a text of the 680 measured drew 2.5 on average."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """How an article is found again by its words.

    `minima` is the signature itself and `band_keys` its signed 64-bit keys, both empty where the text is
    too short to have one. `text_key` and `title_key` name the exact words of text and title. Sketches of
    different `version` are never compared. `day` is when it was heard.
    """

    article: str
    version: int
    day: date
    minima: bytes | None = None
    band_keys: tuple[int, ...] = ()
    text_key: str | None = None
    title_key: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares `shared` bands with the one asked about."""

    article: str
    shared: int


async def save_sketches(conn: AsyncConnection, sketches: Iterable[Sketch]) -> None:
    """Store one sketch an article, in place of any it had. The articles must be stored already."""
    given = {each.article: each for each in sketches}
    ordered = [given[article] for article in sorted(given)]
    await _forget(conn, given)
    if ordered:
        numbers = await _insert(conn, ordered)
        keys = ((key, numbers[each.article]) for each in ordered for key in set(each.band_keys))
        # Sorted, so that neighbouring keys fall on the same page of the index.
        rows = [{"key": key, "signature": number} for key, number in sorted(keys)]
        if rows:
            await conn.execute(insert(conn, bands), rows)


async def candidates(
    conn: AsyncConnection, band_keys: Sequence[int], version: int, limit: int = CANDIDATES
) -> tuple[Candidate, ...]:
    """Find the articles that share a band, those that share most first, the newer first among equals.

    A key that more than `CROWDED` articles carry is ignored. Keys are made so that those of another version
    never meet these but by accident; whom they bring in is left out.
    """
    # Three small questions, not one large: unsure of its statistics, PostgreSQL reads whole tables to join them.
    telling = await _telling(conn, band_keys)
    shared = await _shared(conn, telling, limit) if telling else {}
    numbered = select(signatures.c.number, signatures.c.article_id).where(
        signatures.c.number.in_(shared), signatures.c.version == version
    )
    found = {row.number: row.article_id for row in await conn.execute(numbered)} if shared else {}
    return tuple(Candidate(found[number], count) for number, count in shared.items() if number in found)


async def with_text(conn: AsyncConnection, text_key: str, version: int) -> tuple[str, ...]:
    """Find the articles whose text has exactly these words, oldest first."""
    return await _with_key(conn, "text_key", text_key, version, None)


async def with_title(
    conn: AsyncConnection, title_key: str, version: int, limit: int = CANDIDATES
) -> tuple[str, ...]:
    """Find the newest articles whose title has exactly these words, oldest first."""
    return await _with_key(conn, "title_key", title_key, version, limit)


async def find_minima(conn: AsyncConnection, articles: Iterable[str], version: int) -> dict[str, bytes]:
    """Load signatures by article; one that has none of this version is left out."""
    found: dict[str, bytes] = {}
    columns = signatures.c
    for portion in portions(sorted(set(articles))):
        query = select(columns.article_id, columns.minima).where(
            columns.article_id.in_(portion), columns.version == version, columns.minima.is_not(None)
        )
        found.update((row.article_id, row.minima) for row in await conn.execute(query))
    return found


async def drop_bands(conn: AsyncConnection, articles: Iterable[str]) -> None:
    """Take articles out of the index: a copy is found through its group's representative."""
    for portion in portions(sorted(set(articles))):
        numbers = select(signatures.c.number).where(signatures.c.article_id.in_(portion))
        await conn.execute(delete(bands).where(bands.c.signature.in_(numbers)))


async def drop_bands_before(conn: AsyncConnection, day: date) -> int:
    """Take out of the index what was heard before `day`; return how many band rows that were."""
    # Those numbered below the first that is still indexed were dropped before.
    first = select(func.min(bands.c.signature)).scalar_subquery()
    numbers = select(signatures.c.number).where(signatures.c.day < day, signatures.c.number >= first)
    return (await conn.execute(delete(bands).where(bands.c.signature.in_(numbers)))).rowcount


async def _telling(conn: AsyncConnection, keys: Sequence[int]) -> tuple[int, ...]:
    query = (
        select(bands.c.key)
        .where(bands.c.key.in_(sorted(set(keys))))
        .group_by(bands.c.key)
        .having(func.count() <= CROWDED)
    )
    return tuple((await conn.execute(query)).scalars())


async def _shared(conn: AsyncConnection, keys: tuple[int, ...], limit: int) -> dict[int, int]:
    """Map signatures, the likeliest first, to how many of `keys` they carry."""
    shared = func.count().label("shared")
    query = (
        select(bands.c.signature, shared)
        .where(bands.c.key.in_(keys))
        .group_by(bands.c.signature)
        .order_by(shared.desc(), bands.c.signature.desc())
        .limit(limit)
    )
    return {row.signature: row.shared for row in await conn.execute(query)}


async def _forget(conn: AsyncConnection, articles: Iterable[str]) -> None:
    for portion in portions(sorted(articles)):
        await conn.execute(delete(signatures).where(signatures.c.article_id.in_(portion)))


async def _insert(conn: AsyncConnection, sketches: list[Sketch]) -> dict[str, int]:
    rows = [
        {
            "article_id": each.article,
            "version": each.version,
            "day": each.day,
            "text_key": each.text_key,
            "title_key": each.title_key,
            "minima": each.minima,
        }
        for each in sketches
    ]
    statement = insert(conn, signatures).returning(signatures.c.article_id, signatures.c.number)
    return {row.article_id: row.number for row in await conn.execute(statement, rows)}


async def _with_key(
    conn: AsyncConnection, column: str, key: str, version: int, limit: int | None
) -> tuple[str, ...]:
    query = (
        select(signatures.c.article_id)
        .where(signatures.c[column] == key, signatures.c.version == version)
        .order_by(signatures.c.number.desc())
        .limit(limit)
    )
    return tuple(reversed((await conn.execute(query)).scalars().all()))
