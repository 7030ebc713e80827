"""What a briefing holds, for any events in any order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.compose import compose
from bot.briefing.told import remember
from bot.model import (
    Act,
    Actor,
    Briefing,
    Citation,
    Entry,
    Event,
    EventKind,
    Limits,
    SectionKind,
    Stage,
    Standing,
    Status,
    Told,
)

DAY = date(2025, 3, 14)
SINCE = datetime(2025, 3, 13, 6, tzinfo=UTC)
UNTIL = datetime(2025, 3, 14, 6, tzinfo=UTC)
CODES = ("RU", "TR", "IL", "PS", "EG", "US", "HAMAS")

countries = st.sampled_from(CODES)
actors = st.builds(
    Actor, countries, st.sampled_from([None, "A. Name", "B. Other"]), st.sampled_from([None, "President"])
)
groups = st.lists(actors, min_size=1, max_size=3).map(tuple)
citations = st.lists(
    st.builds(
        lambda article, source: Citation(
            article, f"Sentence of {article}.", 0, 9, article, article, source, f"https://x.example/{article}"
        ),
        st.sampled_from(["a1", "a2", "a3", "a4", "a5"]),
        st.sampled_from(["Wire", "Post", None]),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
days = st.none() | st.dates(date(2025, 2, 1), date(2025, 4, 1))
hours = st.none() | st.datetimes(datetime(2025, 3, 10), datetime(2025, 3, 16)).map(  # noqa: DTZ001 - given UTC next
    lambda moment: moment.replace(tzinfo=UTC)
)


def of_kind(kind: EventKind) -> dict[str, st.SearchStrategy[object]]:
    if kind is EventKind.STATEMENT:
        return {"act": st.sampled_from(Act), "targets": st.lists(actors, max_size=2).map(tuple)}
    if kind is EventKind.MEDIATION:
        return {"stage": st.sampled_from(Stage), "parties": st.lists(actors, max_size=2).map(tuple)}
    return {"status": st.sampled_from(Status)}


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    found = []
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(EventKind))
        proofs = draw(citations)
        found.append(
            Event(
                id=f"e{number}",
                kind=kind,
                actors=draw(groups),
                citations=proofs,
                date=draw(days),
                publishers=draw(st.integers(1, 4)),
                first_heard=draw(hours),
                **{name: draw(values) for name, values in of_kind(kind).items()},  # type: ignore[arg-type]
            )
        )
    return found


readers = st.lists(countries, max_size=3, unique=True).map(tuple)
limits = st.builds(Limits, *[st.integers(1, 3)] * 7)


def brief(
    found: list[Event],
    reader: tuple[str, ...] = (),
    limit: Limits | None = None,
    told: dict[str, Told] | None = None,
) -> Briefing:
    return compose(
        found,
        countries=reader,
        day=DAY,
        since=SINCE,
        until=UNTIL,
        told=told or {},
        articles_total=7,
        titles={"a1": "Title"},
        limits=limit or Limits(),
    )


def entries(briefing: Briefing) -> list[Entry]:
    return [entry for part in (*briefing.sections, *briefing.earlier) for entry in part.entries]


@given(events(), readers, limits, st.randoms(use_true_random=False))
def test_the_order_of_events_plays_no_part(
    found: list[Event], reader: tuple[str, ...], limit: Limits, chance: Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert brief(found, reader, limit) == brief(shuffled, reader, limit)


@given(events(), readers.filter(bool), limits)
def test_nothing_is_told_of_other_countries(
    found: list[Event], reader: tuple[str, ...], limit: Limits
) -> None:
    briefing = brief(found, reader, limit)
    assert all(set(entry.event.countries) & set(reader) for entry in entries(briefing))
    assert {part.country for part in briefing.sections} <= {*reader, None}


@given(events(), readers, limits)
def test_nothing_is_told_twice(found: list[Event], reader: tuple[str, ...], limit: Limits) -> None:
    first = brief(found, reader, limit)
    ids = [entry.event.id for entry in entries(first)]
    assert len(ids) == len(set(ids))
    told = remember(first)
    again = brief(found, reader, limit, told)
    assert not [entry.event.id for entry in entries(again) if entry.event.id in told]


@given(events(), readers, limits)
def test_every_event_is_shown_or_counted(found: list[Event], reader: tuple[str, ...], limit: Limits) -> None:
    briefing = brief(found, reader, limit)
    more = sum(part.more for part in (*briefing.sections, *briefing.earlier))
    assert len(entries(briefing)) + more == briefing.events_total


@given(events(), readers, limits)
def test_sources_are_numbered_as_they_are_met_and_each_address_once(
    found: list[Event], reader: tuple[str, ...], limit: Limits
) -> None:
    briefing = brief(found, reader, limit)
    cited = [number for sentence in briefing.lead for number in sentence.references]
    cited += [number for entry in entries(briefing) for number in entry.references]
    numbers = [reference.number for reference in briefing.references]
    assert list(dict.fromkeys(cited)) == numbers == list(range(1, len(numbers) + 1))
    urls = [reference.url for reference in briefing.references]
    assert len(urls) == len(set(urls))
    assert all(1 <= len(entry.references) <= 3 for entry in entries(briefing))


@given(events(), readers, limits)
def test_the_opening_speaks_only_of_events_that_are_shown(
    found: list[Event], reader: tuple[str, ...], limit: Limits
) -> None:
    briefing = brief(found, reader, limit)
    shown = {entry.event.id: entry.event for entry in entries(briefing)}
    assert len(briefing.lead) <= 3
    for sentence in briefing.lead:
        assert set(sentence.events) <= shown.keys()
        named = {(a.country, a.name) for a in (*sentence.actors, *sentence.others)}
        there = [shown[name] for name in sentence.events]
        assert named <= {(a.country, a.name) for e in there for a in (*e.actors, *e.targets, *e.parties)}
        assert all(e.status is sentence.status and e.stage is sentence.stage for e in there)


def test_only_what_was_heard_in_these_hours_is_new(
    statement: Callable[..., Event],
) -> None:
    at = {
        "before": SINCE - timedelta(seconds=1),
        "first": SINCE,
        "last": UNTIL - timedelta(seconds=1),
        "after": UNTIL,
        "unknown": None,
    }
    found = [statement(name, "RU", act=Act.APPEAL, first_heard=moment) for name, moment in at.items()]
    assert {entry.event.id for entry in entries(brief(found))} == {"first", "last", "unknown"}


def test_what_happened_more_than_three_days_before_is_set_apart(statement: Callable[..., Event]) -> None:
    found = [
        statement("old", "RU", act=Act.APPEAL, date=date(2025, 3, 9)),
        statement("edge", "RU", act=Act.APPEAL, date=date(2025, 3, 10)),
        statement("undated", "RU", act=Act.APPEAL),
        statement("future", "RU", act=Act.APPEAL, date=date(2025, 5, 1)),
    ]
    briefing = brief(found)
    assert {entry.event.id for part in briefing.sections for entry in part.entries} == {
        "edge",
        "undated",
        "future",
    }
    assert [entry.event.id for part in briefing.earlier for entry in part.entries] == ["old"]


def test_statements_follow_the_readers_own_order_of_countries(statement: Callable[..., Event]) -> None:
    found = [
        statement("tr", "TR", act=Act.CONDEMNATION),
        statement("eg", "EG", act=Act.POSITION),
        statement("fr-on-eg", "FR", act=Act.WARNING, targets=(Actor("EG"),)),
    ]
    briefing = brief(found, ("EG", "TR"))
    assert [part.country for part in briefing.sections] == ["EG", "TR"]
    assert [entry.event.id for entry in briefing.sections[0].entries] == ["fr-on-eg", "eg"]


def test_parts_come_in_reading_order(
    statement: Callable[..., Event], call: Callable[..., Event], mediation: Callable[..., Event]
) -> None:
    found = [
        statement("s", "RU", act=Act.CONDEMNATION, publishers=9),
        call("c", "RU", "TR", status=Status.HELD),
        mediation("m", "RU", stage=Stage.OFFER),
    ]
    kinds = [part.kind for part in brief(found).sections]
    assert kinds == [SectionKind.MEDIATION, SectionKind.CALLS, SectionKind.STATEMENTS]


def test_a_day_without_events_is_a_briefing_without_sections() -> None:
    briefing = brief([])
    assert briefing.sections == briefing.earlier == ()
    assert briefing.lead == ()
    assert briefing.references == ()
    assert briefing.articles_total == 7


def test_the_id_comes_from_what_is_told(statement: Callable[..., Event]) -> None:
    one = brief([statement("a", "RU", act=Act.APPEAL)])
    assert one.id == brief([statement("a", "RU", act=Act.APPEAL)]).id
    assert one.id != brief([statement("a", "RU", act=Act.APPEAL, publishers=2)]).id
    assert one.id != brief([]).id


def test_one_sentence_proving_several_lines_stands_once(
    call: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    shared = (cited("a1", sentence="He called three of them."),)
    found = [
        call("1", "RU", "IL", status=Status.HELD, citations=shared, publishers=3),
        call("2", "US", "CN", status=Status.HELD, publishers=2),
        call("3", "RU", "EG", status=Status.HELD, citations=shared),
    ]
    assert [entry.event.id for entry in brief(found).sections[0].entries] == ["1", "3", "2"]


def test_what_is_ongoing_stands_after_what_is_new(
    mediation: Callable[..., Event],
) -> None:
    running = mediation("running", "QA", stage=Stage.UNDERWAY, publishers=9)
    declined = mediation("declined", "CH", stage=Stage.DECLINED)
    told = {"running": Told(stage=Stage.UNDERWAY, publishers=("Wire", "an-earlier-article"))}
    (part,) = brief([running, declined], told=told).sections
    assert [(entry.event.id, entry.standing) for entry in part.entries] == [
        ("declined", Standing.NEW),
        ("running", Standing.ONGOING),
    ]


def test_who_follows_one_country_gets_more_of_it(statement: Callable[..., Event]) -> None:
    found = [statement(f"{code}{n}", code, act=Act.APPEAL) for code in ("EG", "TR") for n in range(9)]
    limit = Limits(statements=2, statements_in_all=6)
    assert [len(part.entries) for part in brief(found, ("EG",), limit).sections] == [6]
    assert [len(part.entries) for part in brief(found, ("EG", "TR"), limit).sections] == [3, 3]
    assert [len(part.entries) for part in brief(found, ("TR", "EG", "US"), limit).sections] == [3, 3]
