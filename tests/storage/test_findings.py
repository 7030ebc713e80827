from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from bot.model import Actor, Article, Citation, Event, EventKind
from storage import Storage
from storage.articles import Placement, assign, save_articles
from storage.findings import (
    Finding,
    find_findings,
    findings_in,
    findings_of,
    replace_findings,
    standing,
    standings_in,
)

RU_TR = "contact:RU|TR"
REFERENCE = date(2024, 3, 10)


def _event(id_: str, article: str, day: date | None = None) -> Event:
    citation = Citation(article, "They spoke.", 0, 11, "n", article, published=REFERENCE)
    return Event(id_, EventKind.CALL, (Actor("RU"), Actor("TR")), (citation,), date=day, findings=(id_,))


async def _save(storage: Storage, article: Article, found: Iterable[Finding]) -> tuple[str, ...]:
    async with storage.write() as conn:
        await save_articles(conn, [article])
        return await replace_findings(conn, article.id, found)


DATED = Article("a", "n", "They spoke.", published=REFERENCE)
UNDATED = Article("b", "n", "They spoke.")


@pytest.mark.asyncio
async def test_a_block_gives_its_findings_of_the_days_asked_for_and_those_without_a_day(
    storage: Storage,
) -> None:
    for_block = {
        "early": date(2024, 3, 1),
        "first": date(2024, 3, 3),
        "last": date(2024, 3, 5),
        "late": date(2024, 3, 6),
        "by reference": None,
    }
    await _save(storage, DATED, [Finding(_event(id_, "a", day), (RU_TR,)) for id_, day in for_block.items()])
    await _save(
        storage,
        UNDATED,
        [Finding(_event("nowhere", "b"), (RU_TR, RU_TR, "x")), Finding(_event("z", "b"), ("x",))],
    )
    async with storage.read() as conn:
        inside = await findings_in(conn, [RU_TR], date(2024, 3, 3), date(2024, 3, 5))
        onwards = await findings_in(conn, [RU_TR], date(2024, 3, 6))
        everything = await findings_in(conn, [RU_TR, "x", "unknown"])
    assert [event.id for event in inside] == ["first", "last", "nowhere"]
    assert [event.id for event in onwards] == ["by reference", "late", "nowhere"]
    assert [event.id for event in everything] == sorted([*for_block, "nowhere", "z"])


@pytest.mark.asyncio
async def test_findings_take_the_place_of_what_the_article_said_before(storage: Storage) -> None:
    assert await _save(storage, DATED, [Finding(_event(id_, "a"), (RU_TR,)) for id_ in "qp"]) == ()
    await _save(storage, UNDATED, [Finding(_event("other", "b"), (RU_TR,))])
    assert await _save(storage, DATED, [Finding(_event(id_, "a"), ("y",)) for id_ in "pr"]) == ("p", "q")
    async with storage.read() as conn:
        assert [event.id for event in await findings_of(conn, ["a", "b"])] == ["other", "p", "r"]
        assert [event.id for event in await findings_in(conn, [RU_TR])] == ["other"]
        assert [event.id for event in await find_findings(conn, ["r", "q"])] == ["r"]
    assert await _save(storage, DATED, []) == ("p", "r")
    async with storage.read() as conn:
        assert await findings_of(conn, ["a"]) == ()


@pytest.mark.asyncio
async def test_a_finding_comes_back_whole_with_its_citation_as_the_article_stands_now(
    storage: Storage,
) -> None:
    event = _event("e", "b")
    await _save(storage, UNDATED, [Finding(event, (RU_TR,))])
    async with storage.write() as conn:
        await save_articles(conn, [DATED, replace(UNDATED, source="B", url="https://b.example")])
        await assign(conn, [Placement("b", "a", "a", REFERENCE)])
    now = replace(event.citations[0], group="a", source="B", url="https://b.example", published=REFERENCE)
    async with storage.read() as conn:
        assert await find_findings(conn, ["e"]) == (replace(event, citations=(now,)),)


@pytest.mark.asyncio
@pytest.mark.parametrize("citations", [(), ("a", "b"), ("b",)])
async def test_a_finding_that_does_not_cite_its_own_article_alone_is_refused(
    storage: Storage, citations: tuple[str, ...]
) -> None:
    proofs = tuple(_event("e", article).citations[0] for article in citations)
    broken = Finding(replace(_event("e", "a"), citations=proofs), (RU_TR,))
    with pytest.raises(ValueError, match="finding e must cite article a"):
        await _save(storage, DATED, [broken])


@pytest.mark.asyncio
async def test_more_findings_than_one_query_takes_are_found(storage: Storage) -> None:
    await _save(storage, DATED, [Finding(_event(f"{n:04}", "a"), (f"b{n}",)) for n in range(2500)])
    async with storage.read() as conn:
        assert len(await findings_in(conn, [f"b{n}" for n in range(2500)])) == 2500


@pytest.mark.asyncio
async def test_what_stands_in_a_block_tells_whether_it_has_changed(storage: Storage) -> None:
    await _save(storage, DATED, [Finding(_event("p", "a"), (RU_TR,)), Finding(_event("q", "a"), ("x",))])
    async with storage.read() as conn:
        before = await standings_in(conn, [RU_TR])
        assert before == set(map(standing, await findings_in(conn, [RU_TR])))
        assert len(before) == 1
    async with storage.write() as conn:
        await assign(conn, [Placement("a", "a", "group", REFERENCE)])
    async with storage.read() as conn:
        assert await standings_in(conn, [RU_TR]) != before
        assert await standings_in(conn, [RU_TR], date(2024, 4, 1)) == set()
