"""Articles, the groups they are folded into, and what of them is yet to be analysed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, RowMapping, bindparam, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article
from storage.rows import article_from_row, article_to_row
from storage.statements import insert, portions
from storage.tables import article_links
from storage.tables import articles as table


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as we hold it.

    `group` is the id of the representative of its syndication group, `component` of the wider set of
    articles that resemble one another, each its own id where it stands alone. `reference` is the day
    relative dates count from: its own, or its group's. `analysed_with` is the stamp of the analyser
    that read it last, None where none has (or its reference day has changed since). `analysed` is
    False where that analyser does not read its language.
    """

    article: Article
    group: str
    component: str
    reference: date | None = None
    analysed_with: str | None = None
    analysed: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """Ids of the articles that were new, and of those known ones in which a gap was filled. Both sorted."""

    new: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: see `StoredArticle`."""

    article: str
    component: str
    group: str
    reference: date | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles are held, and how many remain when each group counts as one."""

    articles: int
    groups: int


async def save_articles(conn: AsyncConnection, articles: Iterable[Article]) -> Saved:
    """Store `articles`. One that is known already only fills the gaps of title, url, source and day.

    A known value is never overwritten. An article whose day is filled in waits for analysis again.
    """
    given: dict[str, Article] = {}
    for article in articles:
        given[article.id] = _filled(given[article.id], article) if article.id in given else article
    # In order of id: two writers of the same articles would otherwise wait for each other on PostgreSQL.
    ordered = [given[id_] for id_ in sorted(given)]
    new = await _insert(conn, ordered)
    changed = await _fill(conn, {article.id: article for article in ordered if article.id not in new})
    return Saved(tuple(sorted(new)), changed)


async def find_articles(conn: AsyncConnection, ids: Iterable[str]) -> tuple[StoredArticle, ...]:
    """Load articles by id, in order of id; an unknown id is passed over."""
    return await _where_any(conn, table.c.id, ids)


async def known_urls(conn: AsyncConnection, urls: Iterable[str]) -> set[str]:
    """Give those of `urls` that an article is stored under."""
    found: set[str] = set()
    for portion in portions(sorted(set(urls))):
        found.update((await conn.execute(select(table.c.url).where(table.c.url.in_(portion)))).scalars())
    return found


async def members(conn: AsyncConnection, components: Iterable[str]) -> tuple[StoredArticle, ...]:
    """Load all articles of `components`, in order of id."""
    return await _where_any(conn, table.c.component_id, components)


async def assign(conn: AsyncConnection, placements: Iterable[Placement]) -> tuple[str, ...]:
    """Put articles into their components and groups; return the ids, sorted, of those that moved.

    One whose reference day changes waits for analysis again, since its dates count from that day.
    """
    wanted = {each.article: each for each in placements}
    held = {each.article.id: each for each in await _where_any(conn, table.c.id, wanted, lock=True)}
    moved = sorted(id_ for id_, now in held.items() if _placement(now) != wanted[id_])
    # Only a new day of reference makes the last analysis stale.
    redated = [id_ for id_ in moved if held[id_].reference != wanted[id_].reference]
    await _place(conn, [wanted[id_] for id_ in moved])
    await _forget_analysis(conn, redated)
    return tuple(moved)


async def mark_analysed(
    conn: AsyncConnection, ids: Iterable[str], analyser: str, *, analysed: bool = True
) -> None:
    """Note that `analyser` (a version stamp) has dealt with `ids`; `analysed` is False for a language it cannot read."""
    values: dict[str, object] = {"analysed_with": analyser, "analysed": analysed}
    for portion in portions(sorted(set(ids))):
        await conn.execute(update(table).where(table.c.id.in_(portion)).values(values))


async def waiting(
    conn: AsyncConnection, analyser: str, *, after: str = "", limit: int = 500
) -> tuple[str, ...]:
    """Give the next ids, beyond `after` in order, that `analyser` has not dealt with yet.

    Call it with the last id of its own answer until that is empty: memory then holds one batch, whatever waits.
    """
    stale = or_(table.c.analysed_with.is_(None), table.c.analysed_with != analyser)
    query = select(table.c.id).where(table.c.id > after, stale).order_by(table.c.id).limit(limit)
    return tuple((await conn.execute(query)).scalars())


async def waiting_by_day(
    conn: AsyncConnection, analyser: str, *, after: tuple[date, str] | None = None, limit: int = 5_000
) -> tuple[tuple[date, str], ...]:
    """Give the same ids in order of their reference days, each with it; the undated come first, as of year 1.

    Call it with the last pair of its own answer. Each call sorts all that waits, so ask for many at once.
    """
    stale = or_(table.c.analysed_with.is_(None), table.c.analysed_with != analyser)
    day = func.coalesce(table.c.reference, date.min)
    query = select(day.label("day"), table.c.id).where(stale).order_by(day, table.c.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(day, table.c.id) > tuple_(*after))
    return tuple((each, id_) for each, id_ in await conn.execute(query))


async def waiting_unread_first(conn: AsyncConnection, analyser: str, *, limit: int) -> tuple[str, ...]:
    """Give the ids of `waiting`, first those that bear no analyser's stamp, and both in order of their reference days.

    So today's news does not stand behind years of articles that a newer analyser reads again.
    """
    stale = or_(table.c.analysed_with.is_(None), table.c.analysed_with != analyser)
    day = func.coalesce(table.c.reference, date.min)
    stamped = func.coalesce(table.c.analysed_with, "") != ""
    order = (stamped, day, table.c.id)
    return tuple(
        (await conn.execute(select(table.c.id).where(stale).order_by(*order).limit(limit))).scalars()
    )


async def count_articles(conn: AsyncConnection) -> Counts:
    """Count articles and groups."""
    query = select(func.count(), func.count(table.c.group_id.distinct())).select_from(table)
    articles, groups = (await conn.execute(query)).one()
    return Counts(articles, groups)


async def count_heard(conn: AsyncConnection, since: datetime, until: datetime) -> int:
    """Count the articles heard from `since` up to but not including `until`."""
    query = select(func.count()).where(table.c.heard_at >= since, table.c.heard_at < until)
    return (await conn.execute(query)).scalar_one()


async def last_heard(conn: AsyncConnection) -> datetime | None:
    """Tell when the newest article was heard, None where there is none."""
    newest: datetime | None = (await conn.execute(select(func.max(table.c.heard_at)))).scalar_one()
    return newest


async def oldest_unread(conn: AsyncConnection, since: datetime) -> datetime | None:
    """Tell when the first article was heard, of those since `since`, that no analyser has read yet; None if all are."""
    unread = (table.c.heard_at >= since, table.c.analysed_with.is_(None))
    oldest: datetime | None = (
        await conn.execute(select(func.min(table.c.heard_at)).where(*unread))
    ).scalar_one()
    return oldest


async def titles(conn: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """Map each article among `ids` that has a title to it."""
    found: dict[str, str] = {}
    for portion in portions(sorted(set(ids))):
        query = select(table.c.id, table.c.title).where(table.c.id.in_(portion), table.c.title.is_not(None))
        found.update((id_, title) for id_, title in await conn.execute(query))
    return found


async def save_excerpts(conn: AsyncConnection, links: Iterable[tuple[str, str]]) -> None:
    """Note (excerpt, whole) pairs of article ids: the first is quoted within the much longer second."""
    rows = [{"article_id": excerpt, "whole_id": whole} for excerpt, whole in sorted(set(links))]
    if rows:
        await conn.execute(insert(conn, article_links).on_conflict_do_nothing(), rows)


async def wholes(conn: AsyncConnection, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Map each excerpt among `ids` to the articles it is quoted in, sorted."""
    found: list[tuple[str, str]] = []
    link = article_links.c
    for portion in portions(sorted(set(ids))):
        query = select(link.article_id, link.whole_id).where(link.article_id.in_(portion))
        found.extend((excerpt, whole) for excerpt, whole in await conn.execute(query))
    return {
        id_: tuple(whole for _, whole in pairs)
        for id_, pairs in groupby(sorted(found), key=lambda pair: pair[0])
    }


async def _insert(conn: AsyncConnection, articles: list[Article]) -> set[str]:
    rows = [_fresh_row(article) for article in articles]
    if not rows:
        return set()
    statement = insert(conn, table).on_conflict_do_nothing().returning(table.c.id)
    return set((await conn.execute(statement, rows)).scalars())


async def _fill(conn: AsyncConnection, given: dict[str, Article]) -> tuple[str, ...]:
    held = await _where_any(conn, table.c.id, given, lock=True)
    full = {each.article.id: _filled(each.article, given[each.article.id]) for each in held}
    changed = sorted(each.article.id for each in held if full[each.article.id] != each.article)
    dated = [
        each.article.id
        for each in held
        if each.article.published is None and full[each.article.id].published is not None
    ]
    await _rewrite(conn, [full[id_] for id_ in changed])
    await _redate(conn, [full[id_] for id_ in sorted(dated)])
    return tuple(changed)


def _filled(known: Article, other: Article) -> Article:
    return replace(
        known,
        title=known.title or other.title or known.title,
        url=known.url or other.url or known.url,
        source=known.source or other.source or known.source,
        published=known.published or other.published,
    )


async def _rewrite(conn: AsyncConnection, articles: list[Article]) -> None:
    rows = [
        {"of": each.id, "new_title": each.title, "new_url": each.url, "new_source": each.source}
        for each in articles
    ]
    values: dict[str, object] = {name: bindparam(f"new_{name}") for name in ("title", "url", "source")}
    if rows:
        await conn.execute(update(table).where(table.c.id == bindparam("of")).values(values), rows)


async def _redate(conn: AsyncConnection, articles: list[Article]) -> None:
    rows = [{"of": each.id, "day": each.published} for each in articles]
    values: dict[str, object] = {
        "published": bindparam("day"),
        "reference": bindparam("day"),
        "analysed_with": None,
    }
    if rows:
        await conn.execute(update(table).where(table.c.id == bindparam("of")).values(values), rows)


async def _place(conn: AsyncConnection, placements: list[Placement]) -> None:
    rows = [
        {"of": each.article, "component": each.component, "group": each.group, "day": each.reference}
        for each in placements
    ]
    values: dict[str, object] = {
        "component_id": bindparam("component"),
        "group_id": bindparam("group"),
        "reference": bindparam("day"),
    }
    if rows:
        await conn.execute(update(table).where(table.c.id == bindparam("of")).values(values), rows)


async def _forget_analysis(conn: AsyncConnection, ids: list[str]) -> None:
    for portion in portions(ids):
        await conn.execute(update(table).where(table.c.id.in_(portion)).values(analysed_with=None))


async def _where_any(
    conn: AsyncConnection, column: ColumnElement[str], values: Iterable[str], *, lock: bool = False
) -> tuple[StoredArticle, ...]:
    found: list[StoredArticle] = []
    for portion in portions(sorted(set(values))):
        query = select(table).where(column.in_(portion)).order_by(table.c.id)
        rows = await conn.execute(query.with_for_update() if lock else query)
        found.extend(_stored(row) for row in rows.mappings())
    return tuple(sorted(found, key=lambda each: each.article.id))


def _fresh_row(article: Article) -> dict[str, object]:
    alone = {"group_id": article.id, "component_id": article.id, "reference": article.published}
    return {**article_to_row(article), **alone}


def _stored(row: RowMapping) -> StoredArticle:
    return StoredArticle(
        article=article_from_row(row),
        group=row["group_id"],
        component=row["component_id"],
        reference=row["reference"],
        analysed_with=row["analysed_with"],
        analysed=row["analysed"],
    )


def _placement(held: StoredArticle) -> Placement:
    return Placement(held.article.id, held.component, held.group, held.reference)
