"""What each article alone says: the events the merge step joins into those a reader sees.

The merge step names the blocks within which two findings may be one event ("contact:RU|TR"); here they are
found again by block and day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Citation, Event
from storage.rows import event_from_json, event_to_json
from storage.statements import insert, portions
from storage.tables import articles, finding_blocks, findings

Standing = tuple[str, str, str | None, str | None, date | None]
"""A finding's id with what of its article may change under it: group, source, link, reference day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An event as one article tells it, and the keys of the blocks it is to be compared within."""

    event: Event
    blocks: tuple[str, ...]


async def replace_findings(conn: AsyncConnection, article: str, found: Iterable[Finding]) -> tuple[str, ...]:
    """Store what `article` says in place of what it was held to say; return the ids of the old, sorted.

    Each finding is anchored at the day it happened, or else the article's reference day, or else nowhere.

    Raises:
        ValueError: if a finding cites another article, or none.
    """
    given = tuple(found)
    for each in given:
        if {citation.article for citation in each.event.citations} != {article}:
            raise ValueError(f"finding {each.event.id} must cite article {article} and no other")
    old = await _ids_of(conn, article)
    await conn.execute(delete(findings).where(findings.c.article_id == article))
    await _insert(conn, article, given)
    return old


async def findings_in(
    conn: AsyncConnection, blocks: Iterable[str], since: date | None = None, until: date | None = None
) -> tuple[Event, ...]:
    """Load the findings of `blocks` anchored from `since` to `until` (both included) or nowhere, in order of id.

    A citation's group, source, link and day are those its article has now.
    """
    ids: set[str] = set()
    for portion in portions(sorted(set(blocks))):
        ids.update((await conn.execute(_in_blocks(portion, since, until))).scalars())
    return await find_findings(conn, ids)


async def standings_in(
    conn: AsyncConnection, blocks: Iterable[str], since: date | None = None, until: date | None = None
) -> set[Standing]:
    """Give what tells whether `findings_in` would answer otherwise than before, at a small part of its cost."""
    found: set[Standing] = set()
    for portion in portions(sorted(set(blocks))):
        query = _standing().where(findings.c.id.in_(_in_blocks(portion, since, until)))
        rows = await conn.execute(query)
        found.update((id_, group, source, url, day) for id_, group, source, url, day in rows)
    return found


def standing(finding: Event) -> Standing:
    """Give the same of a finding that was loaded."""
    (citation, *_) = finding.citations
    return finding.id, citation.group, citation.source, citation.url, citation.published


async def find_findings(conn: AsyncConnection, ids: Iterable[str]) -> tuple[Event, ...]:
    """Load findings by id, in order of id; an unknown one is passed over. Citations as in `findings_in`."""
    found: list[Event] = []
    for portion in portions(sorted(set(ids))):
        found.extend(await _load(conn, _whole().where(findings.c.id.in_(portion))))
    return tuple(sorted(found, key=lambda event: event.id))


async def findings_of(conn: AsyncConnection, article_ids: Iterable[str]) -> tuple[Event, ...]:
    """Load all that these articles say, in order of id. Citations as in `findings_in`."""
    found: list[Event] = []
    for portion in portions(sorted(set(article_ids))):
        found.extend(await _load(conn, _whole().where(findings.c.article_id.in_(portion))))
    return tuple(sorted(found, key=lambda event: event.id))


async def _ids_of(conn: AsyncConnection, article: str) -> tuple[str, ...]:
    query = select(findings.c.id).where(findings.c.article_id == article).order_by(findings.c.id)
    return tuple((await conn.execute(query)).scalars())


async def _insert(conn: AsyncConnection, article: str, given: tuple[Finding, ...]) -> None:
    reference = await conn.scalar(select(articles.c.reference).where(articles.c.id == article))
    rows = [{"id": each.event.id, "article_id": article, "body": event_to_json(each.event)} for each in given]
    places = [
        {"block": block, "finding_id": each.event.id, "anchor": each.event.date or reference}
        for each in given
        for block in dict.fromkeys(each.blocks)
    ]
    if rows:
        await conn.execute(insert(conn, findings), rows)
    if places:
        await conn.execute(insert(conn, finding_blocks), places)


def _in_blocks(blocks: tuple[str, ...], since: date | None, until: date | None) -> Select[str]:
    anchor = finding_blocks.c.anchor
    query = select(finding_blocks.c.finding_id).where(finding_blocks.c.block.in_(blocks))
    if since is not None:
        query = query.where(or_(anchor.is_(None), anchor >= since))
    return query if until is None else query.where(or_(anchor.is_(None), anchor <= until))


def _standing() -> Select[str, str, str | None, str | None, date | None]:
    now = articles.c
    return select(findings.c.id, now.group_id, now.source, now.url, now.reference).join(
        articles, now.id == findings.c.article_id
    )


def _whole() -> Select[str, str, str | None, str | None, date | None]:
    now = articles.c
    return select(findings.c.body, now.group_id, now.source, now.url, now.reference).join(
        articles, now.id == findings.c.article_id
    )


async def _load(
    conn: AsyncConnection, query: Select[str, str, str | None, str | None, date | None]
) -> list[Event]:
    return [
        _refreshed(event_from_json(body), group, source, url, day)
        for body, group, source, url, day in await conn.execute(query)
    ]


def _refreshed(event: Event, group: str, source: str | None, url: str | None, day: date | None) -> Event:
    # The article may have been folded, or a gap of it filled, since it was analysed.
    def now(citation: Citation) -> Citation:
        return replace(citation, group=group, source=source, url=url, published=day)

    return replace(event, citations=tuple(now(citation) for citation in event.citations))
