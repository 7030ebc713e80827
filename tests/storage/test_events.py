from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.model import Act, Actor, Article, Citation, Event, EventKind, Medium, Stage, Status
from storage import Storage
from storage.articles import save_articles
from storage.events import (
    EventQuery,
    busiest_countries,
    count_events,
    event_bodies,
    events_of_findings,
    find_events,
    last_heard_of,
    replace_events,
    select_events,
    stream_events,
)
from storage.rows import event_from_json
from storage.tables import citations, event_countries, event_findings

WHOLE = Event(
    id="whole",
    kind=EventKind.MEDIATION,
    actors=(Actor("QA", "A name", "Emir"), Actor("EG")),
    citations=(
        Citation(
            "a",
            "They offered \u201cgood offices\u201d.",
            4,
            33,
            "a.txt",
            "a",
            "A",
            "https://a",
            date(2024, 3, 1),
        ),
        Citation("b", "Talks.", 0, 6, "b.txt", "a"),
    ),
    act=Act.PLEDGE,
    stage=Stage.OFFER,
    status=Status.HELD,
    medium=Medium.VIDEO,
    date=date(2024, 2, 28),
    targets=(Actor("EG"),),
    parties=(Actor("IL"), Actor("HAMAS")),
    topic="a truce",
    quote="good offices",
    cameo="039",
    plover="CONSULT",
    publishers=2,
    copies=3,
    first_heard=datetime(2024, 3, 1, 8, tzinfo=UTC),
    findings=("f1", "f2"),
)


def _event(id_: str, day: int | None = None, published: int | None = None, **more: Any) -> Event:
    printed = None if published is None else date(2024, 3, published)
    citation = Citation("a", "They spoke.", 0, 11, "a.txt", "a", published=printed)
    happened = None if day is None else date(2024, 3, day)
    given = {"kind": EventKind.CALL, "actors": (Actor("RU"),), **more}
    return Event(id=id_, citations=(citation,), date=happened, **given)


async def _save(storage: Storage, *events: Event, old: tuple[str, ...] = ()) -> None:
    async with storage.write() as conn:
        await save_articles(conn, [Article(id_, f"{id_}.txt", "text") for id_ in "ab"])
        await replace_events(conn, old, events)


async def _ids(storage: Storage, query: EventQuery, limit: int | None = None) -> list[str]:
    async with storage.read() as conn:
        return [event.id for event in await select_events(conn, query, limit)]


@pytest.mark.asyncio
async def test_an_event_comes_back_as_it_went(storage: Storage) -> None:
    await _save(storage, WHOLE)
    async with storage.read() as conn:
        assert await find_events(conn, ["whole", "nowhere"]) == (WHOLE,)
        proofs = (await conn.execute(select(citations.c.sentence, citations.c.end_offset))).all()
    assert proofs == [(WHOLE.citations[0].sentence, 33), ("Talks.", 6)]


@pytest.mark.asyncio
async def test_saving_an_event_twice_is_harmless(storage: Storage) -> None:
    await _save(storage, WHOLE)
    await _save(storage, WHOLE)
    await _save(storage, WHOLE, old=("whole", "nowhere"))
    async with storage.read() as conn:
        assert await count_events(conn) == 1
        assert await find_events(conn, ["whole"]) == (WHOLE,)


@pytest.mark.asyncio
async def test_a_merged_event_takes_the_place_of_those_it_was_merged_from(storage: Storage) -> None:
    await _save(storage, _event("x", findings=("f1",)), _event("y", findings=("f2",)), _event("z"))
    async with storage.read() as conn:
        assert [event.id for event in await events_of_findings(conn, ["f2", "f1", "f9"])] == ["x", "y"]
    merged = _event("m", findings=("f1", "f2"), actors=(Actor("TR"),))
    await _save(storage, merged, old=("x", "y"))
    async with storage.read() as conn:
        assert await events_of_findings(conn, ["f2"]) == (merged,)
        rows = (await conn.execute(select(event_countries.c.event_id, event_countries.c.code))).all()
    assert sorted(tuple(row) for row in rows) == [("m", "TR"), ("z", "RU")]


@pytest.mark.asyncio
async def test_a_finding_makes_up_one_event_alone_and_a_refused_change_changes_nothing(
    storage: Storage,
) -> None:
    await _save(storage, _event("x", findings=("f1",)))
    with pytest.raises(IntegrityError):
        await _save(storage, _event("y", findings=("f1",)))
    assert await _ids(storage, EventQuery()) == ["x"]


@pytest.mark.asyncio
async def test_nothing_of_a_removed_event_stays_behind(storage: Storage) -> None:
    await _save(storage, WHOLE)
    await _save(storage, old=("whole",))
    async with storage.read() as conn:
        for table in (event_countries, event_findings, citations):
            assert (await conn.execute(select(func.count()).select_from(table))).scalar_one() == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("countries", [("QA",), ("EG",), ("HAMAS",), ("IL", "ZZ"), ("QA", "EG", "IL")])
async def test_an_event_is_found_once_by_anyone_in_it(storage: Storage, countries: tuple[str, ...]) -> None:
    await _save(storage, WHOLE, _event("other"))
    assert await _ids(storage, EventQuery(countries=countries)) == ["whole"]


@pytest.mark.asyncio
async def test_a_country_nobody_acts_for_finds_nothing(storage: Storage) -> None:
    await _save(storage, WHOLE)
    assert await _ids(storage, EventQuery(countries=("Q", "HAM", "qa"))) == []


@pytest.mark.asyncio
async def test_a_window_of_days_counts_an_undated_event_on_the_day_it_was_published(storage: Storage) -> None:
    await _save(
        storage,
        _event("before", 1, published=5),
        _event("first", 4, published=9),
        _event("undated", None, published=5),
        _event("last", 6),
        _event("after", 7, published=5),
        _event("never"),
    )
    window = EventQuery(since=date(2024, 3, 4), until=date(2024, 3, 6))
    assert await _ids(storage, window) == ["first", "undated", "last"]
    assert await _ids(storage, EventQuery(since=date(2024, 3, 6))) == ["last", "after"]


@pytest.mark.asyncio
async def test_windows_of_hearing_in_a_row_tell_each_event_once(storage: Storage) -> None:
    hours = [datetime(2024, 3, 1, hour, tzinfo=UTC) for hour in (6, 7, 8)]
    await _save(storage, *(_event(f"at {hour.hour}", first_heard=hour) for hour in hours), _event("unheard"))
    early = EventQuery(heard_since=hours[0], heard_until=hours[1])
    late = EventQuery(heard_since=hours[1], heard_until=datetime(2024, 3, 2, tzinfo=UTC))
    assert await _ids(storage, early) == ["at 6"]
    assert await _ids(storage, late) == ["at 7", "at 8"]


@pytest.mark.asyncio
async def test_kinds_are_told_apart(storage: Storage) -> None:
    await _save(storage, WHOLE, _event("call"), _event("meeting", kind=EventKind.MEETING))
    kinds = (EventKind.CALL, EventKind.MEDIATION)
    assert await _ids(storage, EventQuery(kinds=kinds)) == ["whole", "call"]


@pytest.mark.asyncio
async def test_the_order_is_by_day_then_hearing_then_id_whatever_the_order_of_saving(
    storage: Storage,
) -> None:
    heard = datetime(2024, 3, 9, 6, tzinfo=UTC)
    later = datetime(2024, 3, 9, 7, tzinfo=UTC)
    ordered = [
        _event("z", 1, first_heard=heard),
        _event("b", 2, first_heard=heard),
        _event("c", 2, first_heard=heard),
        _event("a", 2, first_heard=later),
        _event("0", 2),
        _event("1", None, first_heard=heard),
        _event("2", None),
    ]
    await _save(storage, *reversed(ordered))
    wanted = [event.id for event in ordered]
    assert await _ids(storage, EventQuery()) == wanted
    assert await _ids(storage, EventQuery(), limit=3) == wanted[:3]


@pytest.mark.asyncio
async def test_a_stream_gives_the_same_events_and_may_be_left_halfway(storage: Storage) -> None:
    await _save(storage, *(_event(f"{number:04}", 1 + number % 28) for number in range(1200)))
    wanted = await _ids(storage, EventQuery())
    async with storage.read() as conn:
        async with stream_events(conn, EventQuery()) as events:
            assert [event.id async for event in events] == wanted
        async with stream_events(conn, EventQuery()) as events:
            assert (await anext(events)).id == wanted[0]
        assert await count_events(conn) == 1200


@pytest.mark.asyncio
async def test_bodies_are_the_events_wanted_and_those_named_each_once_and_whole(storage: Storage) -> None:
    heard = [datetime(2024, 3, 1, hour, tzinfo=UTC) for hour in (6, 7)]
    late, early = _event("late", 3, first_heard=heard[1]), _event("early", 2, first_heard=heard[0])
    old, other = _event("old", 1, first_heard=heard[0]), _event("x", 1, actors=(Actor("TR"),))
    await _save(storage, late, early, old, other)
    query = EventQuery(countries=("RU",), since=date(2024, 3, 2))
    async with storage.read() as conn:
        bodies = await event_bodies(conn, query, ["x", "early", "old", "nowhere", "old"])
        assert tuple(map(event_from_json, bodies)) == (early, late, old, other)
        assert await event_bodies(conn, EventQuery(countries=("ZZ",))) == ()
        assert len(await event_bodies(conn, EventQuery(countries=("ZZ",)), ["old"])) == 1


@pytest.mark.asyncio
async def test_more_ids_than_one_statement_takes_are_all_loaded(storage: Storage) -> None:
    events = [_event(f"{number:04}") for number in range(1200)]
    await _save(storage, *events)
    async with storage.read() as conn:
        bodies = await event_bodies(conn, EventQuery(countries=("ZZ",)), [event.id for event in events])
    assert len(set(bodies)) == 1200


@pytest.mark.asyncio
async def test_the_busiest_are_those_who_act_in_most_events_heard_lately(storage: Storage) -> None:
    since = datetime(2024, 3, 1, tzinfo=UTC)
    await _save(
        storage,
        *(_event(f"fr {number}", first_heard=since, actors=(Actor("FR"),)) for number in range(3)),
        # An actor twice in one event acts in it once.
        _event("eg", first_heard=since, actors=(Actor("EG", "A"), Actor("EG", "B"), Actor("QA"))),
        _event(
            "il", first_heard=since, actors=(Actor("QA"),), targets=(Actor("IL"),), parties=(Actor("IL"),)
        ),
        *(_event(f"ru {number}", first_heard=since - timedelta(seconds=1)) for number in range(9)),
        *(_event(f"unheard {number}") for number in range(9)),
    )
    async with storage.read() as conn:
        assert await busiest_countries(conn, since, 10) == ("FR", "QA", "EG")
        assert await busiest_countries(conn, since, 1) == ("FR",)
        assert await busiest_countries(conn, since + timedelta(seconds=1), 10) == ()


@pytest.mark.asyncio
async def test_the_newest_word_before_a_moment_is_found_among_the_events_wanted(storage: Storage) -> None:
    hours = [datetime(2024, 3, 1, hour, tzinfo=UTC) for hour in (6, 7, 8)]
    await _save(
        storage,
        _event("first", first_heard=hours[0]),
        _event("second", first_heard=hours[1]),
        _event("third", first_heard=hours[2], kind=EventKind.MEETING),
        _event("unheard"),
    )
    of_russia = EventQuery(countries=("RU",))
    async with storage.read() as conn:
        assert await last_heard_of(conn, of_russia, hours[2]) == hours[1]
        assert await last_heard_of(conn, of_russia, hours[2] + timedelta(seconds=1)) == hours[2]
        calls = EventQuery(countries=("RU",), kinds=(EventKind.CALL,))
        assert await last_heard_of(conn, calls, hours[2] + timedelta(days=9)) == hours[1]
        assert await last_heard_of(conn, of_russia, hours[0]) is None
        assert await last_heard_of(conn, EventQuery(countries=("TR",)), hours[2]) is None
        assert await last_heard_of(conn, EventQuery(), hours[2]) == hours[1]
