import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.events.merge import merge
from bot.flows import ingest as flow
from bot.flows.ingest import Summary
from bot.flows.intake import Batch
from bot.flows.workers import Workers
from bot.model import Event, FeedItem
from storage import Storage, open_storage
from storage.articles import StoredArticle, find_articles, waiting
from storage.events import EventQuery, select_events
from storage.findings import findings_of

TakeIn = Callable[..., Awaitable[Summary]]
MAY = date(2024, 5, 2)


def item(name: str, marks: str, text: str = "", **given: Any) -> FeedItem:
    body = f"{marks} {text or f'A short report of its own, called {name}, and nothing else.'}"
    return FeedItem(name, body, source=given.pop("source", f"{name}.example"), **given)


async def events(storage: Storage) -> tuple[Event, ...]:
    async with storage.read() as conn:
        return await select_events(conn, EventQuery())


async def articles(storage: Storage) -> dict[str, StoredArticle]:
    async with storage.read() as conn:
        ids = await waiting(conn, "no such analyser")
        return {each.article.name: each for each in await find_articles(conn, ids)}


@pytest.mark.asyncio
async def test_two_reports_of_one_call_become_one_event_with_two_publishers(
    take_in: TakeIn, storage: Storage
) -> None:
    summary = await take_in(
        item("a", "[call RU|TR 2024-05-01]", published=MAY),
        item("b", "[call TR|RU 2024-05-01]", published=MAY),
    )

    (event,) = await events(storage)
    assert (summary.articles, summary.new, summary.groups, summary.events) == (2, 2, 2, 1)
    assert {citation.name for citation in event.citations} == {"a", "b"}
    assert event.publishers == 2


@pytest.mark.asyncio
async def test_a_syndicated_copy_adds_a_copy_and_never_a_confirmation(
    take_in: TakeIn, storage: Storage, filler: str
) -> None:
    mark = "[call RU|TR 2024-05-01]"
    summary = await take_in(
        item("a", mark, filler, published=MAY), item("b", mark, f"{filler} It rained.", published=MAY)
    )

    (event,) = await events(storage)
    assert summary.groups == 1
    assert (event.publishers, event.copies) == (1, 2)


@pytest.mark.asyncio
async def test_a_second_run_changes_nothing_and_analyses_nothing(
    take_in: TakeIn, storage: Storage, analyser: Any, filler: str
) -> None:
    given = (
        item("a", "[call RU|TR 2024-05-01]", filler, published=MAY),
        item("b", "[call RU|TR 2024-05-01] [statement TR today]", filler),
        item("c", "[statement FR]"),
    )
    first = await take_in(*given)
    before, read = await events(storage), list(analyser.read)
    second = await take_in(*reversed(given))

    assert await events(storage) == before
    assert analyser.read == read
    assert second == replace(first, new=0)


@pytest.mark.asyncio
async def test_the_order_of_arrival_changes_neither_events_nor_ids(
    here: Workers, take_in: TakeIn, storage: Storage, filler: str, sqlite_url: str
) -> None:
    given = [
        item("undated", "[statement TR today] [call RU|TR]", filler),
        item("wire", "[call RU|TR 2024-05-01]", f"{filler} More follows.", published=MAY),
        item("other", "[call RU|TR 2024-05-01] [statement RU today]", published=MAY),
        item("late", "[call RU|TR]", published=date(2024, 5, 3)),
        item("far", "[call RU|TR]", published=date(2021, 1, 1)),
        item("short", "[statement FR]"),
    ]
    await take_in(*given)
    for one in reversed(given[1:]):
        await take_in(one)
    expected = await events(storage)

    async with await open_storage(sqlite_url) as other:
        for one in (*reversed(given), *given[::2]):
            await flow.ingest_batches(other, here, _only(one), now=datetime(2024, 6, 1, 12, tzinfo=UTC))
        assert await events(other) == expected


async def _only(*items: FeedItem) -> Any:
    yield Batch(items, (), (), replayed=True)


@pytest.mark.asyncio
async def test_many_small_rounds_leave_the_events_that_one_merge_of_all_would_give(
    take_in: TakeIn, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "STORED_AT_ONCE", 3)
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 2)
    chance = random.Random(3)  # noqa: S311 - a fixed muddle
    given = []
    for number in range(60):
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(90))
        told = chance.choice(("", " today", f" {day - timedelta(days=chance.randrange(4))}"))
        mark = chance.choice(("call RU|TR", "call RU|FR", "statement RU", "statement FR"))
        stated = None if number % 9 == 0 else day
        given.append(item(f"n{number}", f"[{mark}{told}]", published=stated))
    for start in range(0, 60, 20):
        await take_in(*given[start : start + 20])

    async with storage.read() as conn:
        findings = await findings_of(conn, [each.article.id for each in (await articles(storage)).values()])
    found = await events(storage)
    assert len(findings) == 60
    assert len(found) < 60
    assert sorted(found, key=lambda event: event.id) == list(merge(findings))


@pytest.mark.asyncio
async def test_an_undated_copy_is_read_against_its_groups_day_whenever_that_arrives(
    take_in: TakeIn, storage: Storage, filler: str
) -> None:
    await take_in(item("undated", "[statement TR today]", filler))
    assert [event.date for event in await events(storage)] == [None]

    await take_in(item("wire", "", f"{filler} More follows.", published=MAY))

    assert [event.date for event in await events(storage)] == [MAY]
    held = await articles(storage)
    assert held["undated"].article.published is None
    assert held["undated"].reference == MAY


@pytest.mark.asyncio
async def test_an_article_with_no_day_anywhere_is_never_dated_by_the_clock(
    take_in: TakeIn, storage: Storage
) -> None:
    await take_in(item("undated", "[statement TR today]"))

    (event,) = await events(storage)
    assert event.date is None
    assert event.citations[0].published is None


@pytest.mark.asyncio
async def test_an_archive_is_heard_on_its_own_days_and_what_was_fetched_is_heard_now(
    take_in: TakeIn, storage: Storage
) -> None:
    now = datetime(2024, 6, 1, 12, tzinfo=UTC)
    await take_in(item("file", "[statement TR]", published=MAY))
    await take_in(item("undated file", "[statement FR]"))
    await take_in(item("fetched", "[statement DE]", published=MAY), replayed=False)
    await take_in(item("tomorrow", "[statement IT]", published=date(2030, 1, 1)))

    heard = {event.citations[0].name: event.first_heard for event in await events(storage)}
    assert heard == {
        "file": datetime(2024, 5, 2, tzinfo=UTC),
        "undated file": now,
        "fetched": now,
        "tomorrow": now,
    }


@pytest.mark.asyncio
@pytest.mark.parametrize("step", ["_place_waiting", "_analyse_waiting", "store_findings"])
async def test_a_run_that_is_cut_off_is_completed_by_the_next(
    take_in: TakeIn, storage: Storage, filler: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    given = (
        item("a", "[call RU|TR 2024-05-01]", filler, published=MAY),
        item("b", "[call RU|TR 2024-05-01]", filler, published=MAY),
        item("c", "[statement FR]"),
    )

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, step, killed)
        with pytest.raises(KeyboardInterrupt):
            await take_in(*given)
    assert await events(storage) == ()

    summary = await take_in()

    assert (summary.articles, summary.groups, summary.events) == (0, 2, 2)
    assert {event.copies for event in await events(storage)} == {1, 2}


@pytest.mark.asyncio
async def test_a_newer_analyser_reads_everything_again_and_leaves_no_old_event(
    take_in: TakeIn, storage: Storage, analyser: Any
) -> None:
    await take_in(item("a", "[call RU|TR 2024-05-01]"), item("b", "[statement FR]"))
    analyser.version = "marks:2"
    analyser.read.clear()
    before = await events(storage)
    analyser.analyse = lambda given: (
        replace(found, events=found.events[:0] if found.article.name == "b" else found.events)
        for found in type(analyser).analyse(analyser, given)
    )
    await take_in()

    assert sorted(analyser.read) == ["a", "b"]
    assert await events(storage) == tuple(event for event in before if event.countries != ("FR",))


@pytest.mark.asyncio
async def test_a_gap_filled_later_reaches_the_events(take_in: TakeIn, storage: Storage) -> None:
    first = item("a", "[call RU|TR 2024-05-01]", source="a.example")
    await take_in(first)
    await take_in(replace(first, published=MAY))

    (event,) = await events(storage)
    assert event.citations[0].published == MAY


@pytest.mark.asyncio
async def test_a_bad_item_is_listed_and_the_rest_is_kept(take_in: TakeIn, storage: Storage) -> None:
    summary = await take_in(
        FeedItem("empty", " .  "), item("a", "[statement FR]"), FeedItem("markup only", "- - -")
    )

    assert [failure.name for failure in summary.failed] == ["empty", "markup only"]
    assert len(await events(storage)) == 1


@pytest.mark.asyncio
async def test_an_article_in_another_language_is_stored_and_said_to_be_unanalysed(
    take_in: TakeIn, storage: Storage
) -> None:
    french = (
        "Le ministre des Affaires étrangères a déclaré mardi que son pays ne reconnaîtrait pas la frontière nouvelle, "
        "et qu'il appelait toutes les parties à reprendre sans attendre les négociations de paix."
    )
    summary = await take_in(item("a", "", french), item("b", "[statement FR]"))
    again = await take_in()

    assert (summary.new, summary.unanalysed) == (2, 1)
    assert again.unanalysed == 0
    assert (await articles(storage))["a"].article.language == "fr"
