from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.model import Article
from storage import Storage
from storage.articles import (
    Counts,
    Placement,
    Saved,
    StoredArticle,
    assign,
    count_articles,
    count_heard,
    find_articles,
    known_urls,
    last_heard,
    mark_analysed,
    members,
    oldest_unread,
    save_articles,
    save_excerpts,
    titles,
    waiting,
    waiting_by_day,
    waiting_unread_first,
    wholes,
)
from storage.tables import articles as table

HEARD = datetime(2024, 3, 2, 6, 30, tzinfo=UTC)
BARE = Article("a", "a.txt", "The ministers met.")
FULL = Article(
    id="b",
    name="b.txt",
    text="Türkiye’s president spoke\nby phone \U0001f4de.",
    title="A call",
    url="https://b.example/1",
    source="B Agency",
    published=date(2024, 3, 1),
    language="en",
    heard_at=HEARD,
)


async def _find(storage: Storage, *ids: str) -> tuple[StoredArticle, ...]:
    async with storage.read() as conn:
        return await find_articles(conn, ids)


async def _save(storage: Storage, *articles: Article) -> Saved:
    async with storage.write() as conn:
        return await save_articles(conn, articles)


@pytest.mark.asyncio
async def test_an_article_comes_back_as_it_went_and_stands_alone_at_first(storage: Storage) -> None:
    assert await _save(storage, FULL, BARE) == Saved(new=("a", "b"), changed=())
    assert await _find(storage, "b", "a", "nowhere") == (
        StoredArticle(BARE, "a", "a"),
        StoredArticle(FULL, "b", "b", reference=date(2024, 3, 1)),
    )


@pytest.mark.asyncio
async def test_saving_twice_is_harmless(storage: Storage) -> None:
    await _save(storage, FULL, BARE)
    before = await _find(storage, "a", "b")
    assert await _save(storage, BARE, FULL) == Saved((), ())
    assert await _find(storage, "a", "b") == before


@pytest.mark.asyncio
async def test_a_later_save_fills_gaps_and_overwrites_nothing(storage: Storage) -> None:
    known = replace(BARE, title="First title")
    await _save(storage, known, FULL)
    more = replace(BARE, title="Other title", url="https://a.example", source="A", published=date(2024, 3, 5))
    assert await _save(storage, more, replace(FULL, title=None, url=None)) == Saved((), ("a",))
    found = await _find(storage, "a", "b")
    assert found[0].article == replace(more, title="First title")
    assert found[0].reference == date(2024, 3, 5)
    assert found[1].article == FULL


@pytest.mark.asyncio
async def test_the_same_article_twice_in_one_batch_is_one_with_its_gaps_filled(storage: Storage) -> None:
    assert await _save(storage, BARE, replace(BARE, title="T")) == Saved(("a",), ())
    assert (await _find(storage, "a"))[0].article == replace(BARE, title="T")


@pytest.mark.asyncio
async def test_an_article_that_gets_a_day_waits_for_analysis_again_and_one_that_gets_a_link_does_not(
    storage: Storage,
) -> None:
    undated = replace(BARE, id="c")
    await _save(storage, BARE, undated)
    async with storage.write() as conn:
        await mark_analysed(conn, ["a", "c"], "v1")
    await _save(storage, replace(BARE, url="https://a.example"), replace(undated, published=date(2024, 3, 5)))
    async with storage.read() as conn:
        assert await waiting(conn, "v1") == ("c",)


@pytest.mark.asyncio
async def test_a_batch_larger_than_a_database_takes_parameters_is_saved_and_found(storage: Storage) -> None:
    many = [Article(f"{number:05}", "n", "t", source="s" if number % 2 else None) for number in range(3000)]
    assert len((await _save(storage, *many)).new) == 3000
    assert len((await _save(storage, *(replace(each, source="s") for each in many))).changed) == 1500
    found = await _find(storage, *(each.id for each in many))
    assert {each.article.source for each in found} == {"s"}
    assert [each.article.id for each in found] == [each.id for each in many]


@pytest.mark.asyncio
async def test_folding_moves_articles_and_a_new_reference_day_alone_asks_for_analysis(
    storage: Storage,
) -> None:
    dated = replace(BARE, id="c", published=date(2024, 3, 1))
    await _save(storage, BARE, FULL, dated)
    placements = [Placement(id_, "b", "b", date(2024, 3, 1)) for id_ in ("a", "b", "c")]
    async with storage.write() as conn:
        await mark_analysed(conn, ["a", "b", "c"], "v1")
        assert await assign(conn, [*placements, Placement("nowhere", "b", "b", None)]) == ("a", "c")
        assert await assign(conn, placements) == ()
    async with storage.read() as conn:
        together = await members(conn, ["b"])
        assert await waiting(conn, "v1") == ("a",)
        assert await count_articles(conn) == Counts(articles=3, groups=1)
    assert [(each.article.id, each.group, each.reference) for each in together] == [
        (id_, "b", date(2024, 3, 1)) for id_ in ("a", "b", "c")
    ]


@pytest.mark.asyncio
async def test_what_waits_is_read_batch_by_batch_while_it_is_marked(storage: Storage) -> None:
    await _save(storage, *(Article(f"{number}", "n", "t") for number in range(7)))
    batches = []
    after = ""
    while True:
        async with storage.read() as conn:
            batch = await waiting(conn, "v1", after=after, limit=3)
        if not batch:
            break
        batches.append(batch)
        after = batch[-1]
        async with storage.write() as conn:
            await mark_analysed(conn, batch[:-1], "v1", analysed=after != "2")
    assert batches == [("0", "1", "2"), ("3", "4", "5"), ("6",)]
    async with storage.read() as conn:
        assert await waiting(conn, "v1") == ("2", "5", "6")
        assert len(await waiting(conn, "v2")) == 7
    found = await _find(storage, "0", "2", "3")
    assert [(each.analysed_with, each.analysed) for each in found] == [
        ("v1", False),
        (None, False),
        ("v1", True),
    ]


@pytest.mark.asyncio
async def test_an_excerpt_is_linked_to_the_articles_it_is_quoted_in(storage: Storage) -> None:
    await _save(storage, BARE, FULL, replace(BARE, id="c"))
    async with storage.write() as conn:
        await save_excerpts(conn, [("a", "c"), ("a", "b")])
        await save_excerpts(conn, [("a", "b")])
    async with storage.read() as conn:
        assert await wholes(conn, ["a", "b"]) == {"a": ("b", "c")}


@pytest.mark.asyncio
async def test_articles_are_counted_by_when_they_were_heard(storage: Storage) -> None:
    hours = [HEARD + timedelta(hours=hour) for hour in range(4)]
    await _save(storage, BARE, *(replace(FULL, id=f"{hour.hour}", heard_at=hour) for hour in hours))
    async with storage.read() as conn:
        assert await count_heard(conn, hours[1], hours[3]) == 2
        assert await last_heard(conn) == hours[3]


@pytest.mark.asyncio
async def test_titles_are_found_where_there_are_any(storage: Storage) -> None:
    await _save(storage, BARE, FULL)
    async with storage.read() as conn:
        assert await titles(conn, ["a", "b", "nowhere"]) == {"b": "A call"}


@pytest.mark.asyncio
async def test_an_empty_database_counts_nothing(storage: Storage) -> None:
    async with storage.read() as conn:
        assert await count_articles(conn) == Counts(0, 0)
        assert await last_heard(conn) is None
        assert await find_articles(conn, []) == ()
        assert await waiting(conn, "v1") == ()
    assert await _save(storage) == Saved((), ())


@pytest.mark.asyncio
async def test_an_empty_title_is_a_gap(storage: Storage) -> None:
    await _save(storage, replace(BARE, title=""))
    assert await _save(storage, BARE) == Saved((), ())
    assert await _save(storage, replace(BARE, title="T")) == Saved((), ("a",))
    async with storage.write() as conn:
        await conn.execute(
            insert(table), {"id": "z", "group_id": "z", "component_id": "z", "name": "", "text": ""}
        )
    assert (await _find(storage, "z"))[0].article == Article("z", "", "")


@pytest.mark.asyncio
async def test_what_waits_is_also_read_by_its_days_the_undated_first(storage: Storage) -> None:
    days = {"a": 5, "b": None, "c": 3, "d": 5, "e": 3, "done": 4}
    await _save(
        storage,
        *(Article(id_, "n", "t", published=date(2024, 3, day) if day else None) for id_, day in days.items()),
    )
    async with storage.write() as conn:
        await mark_analysed(conn, ["done"], "v1")
    found: list[tuple[date, str]] = []
    async with storage.read() as conn:
        while batch := await waiting_by_day(conn, "v1", after=found[-1] if found else None, limit=2):
            found += batch
    assert [id_ for _, id_ in found] == ["b", "c", "e", "a", "d"]
    assert {day for day, id_ in found if id_ in "ad"} == {date(2024, 3, 5)}


@pytest.mark.asyncio
async def test_what_nobody_has_read_comes_before_what_is_to_be_read_again(storage: Storage) -> None:
    articles = [
        Article(id_, id_, "text", published=date(2024, 3, day))
        for id_, day in (("old", 1), ("older", 2), ("moved", 8), ("new", 9), ("done", 3), ("undated", 4))
    ]
    async with storage.write() as conn:
        await save_articles(conn, [*articles[:-1], replace(articles[-1], published=None)])
        await mark_analysed(conn, ["old", "older"], "v0")
        await mark_analysed(conn, ["moved"], "")
        await mark_analysed(conn, ["done"], "v1")
        found = await waiting_unread_first(conn, "v1", limit=9)
        assert found == ("undated", "moved", "new", "old", "older")
        assert await waiting_unread_first(conn, "v1", limit=2) == found[:2]


@pytest.mark.asyncio
async def test_of_many_addresses_those_that_are_stored_are_known(storage: Storage) -> None:
    await _save(storage, BARE, FULL, replace(FULL, id="c", url="https://c.example/1"))
    many = {f"https://d.example/{number}" for number in range(2500)}
    async with storage.read() as conn:
        assert await known_urls(conn, many | {"https://c.example/1", "https://b.example/1"}) == {
            "https://b.example/1",
            "https://c.example/1",
        }
        assert await known_urls(conn, []) == set()


@pytest.mark.asyncio
async def test_the_oldest_article_that_is_not_read_yet_is_told_from_those_that_are(storage: Storage) -> None:
    hour = datetime(2024, 3, 1, 6, tzinfo=UTC)
    articles = [
        Article(id_, id_, "text", heard_at=hour + timedelta(minutes=minutes))
        for id_, minutes in (("old", -90), ("read", 0), ("waits", 10), ("too", 20))
    ]
    async with storage.write() as conn:
        await save_articles(conn, articles)
        await mark_analysed(conn, ["read"], "v1")
        assert await oldest_unread(conn, hour - timedelta(hours=1)) == hour + timedelta(minutes=10)
        assert await oldest_unread(conn, hour - timedelta(hours=2)) == hour - timedelta(minutes=90)
        await mark_analysed(conn, ["waits", "too"], "v1")
        assert await oldest_unread(conn, hour) is None
