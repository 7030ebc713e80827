"""What a chat was told before is not told again, and what changed is."""

from collections.abc import Callable
from datetime import date, timedelta

from bot.briefing.told import news, remember
from bot.model import Act, Briefing, Change, Citation, Event, Stage, Standing, Status, Told

MONDAY = date(2025, 3, 10)


def standings(briefing: Briefing) -> dict[str, Standing]:
    parts = (*briefing.sections, *briefing.earlier)
    return {entry.event.id: entry.standing for part in parts for entry in part.entries}


def test_what_was_never_told_is_new(statement: Callable[..., Event]) -> None:
    item = news(statement("a", "RU"), {})
    assert item is not None
    assert item.standing is Standing.NEW


def test_what_was_told_and_has_not_changed_is_not_said_twice(
    statement: Callable[..., Event], call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    events = [statement("a", "RU", act=Act.APPEAL), call("b", "RU", "TR", status=Status.PLANNED, date=MONDAY)]
    first = briefed(events)
    assert len(standings(first)) == 2
    second = briefed(events, told=remember(first))
    assert standings(second) == {}
    assert second.lead == ()


def test_a_planned_call_that_was_held_is_told_as_updated(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    plan = call("plan", "RU", "TR", status=Status.PLANNED, date=MONDAY)
    told = remember(briefed([plan]))
    held = call("both", "RU", "TR", status=Status.HELD, date=MONDAY, findings=("plan", "report"))
    item = news(held, told)
    assert item is not None
    assert item.standing is Standing.UPDATED
    assert item.changes == (Change.STATUS,)


def test_an_update_is_told_although_it_was_first_heard_long_ago(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    held = call("a", "RU", "TR", status=Status.HELD)
    assert held.first_heard is not None
    old = call("a", "RU", "TR", status=Status.HELD, first_heard=held.first_heard - timedelta(days=9))
    assert standings(briefed([old])) == {}
    told = {"a": Told(status=Status.PLANNED, publishers=("Wire", "article-a"))}
    assert standings(briefed([old], told=told)) == {"a": Standing.UPDATED}


def test_another_independent_publisher_is_an_update_and_a_copy_is_not(
    statement: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    told = {"a": Told(publishers=("Wire", "g1"))}
    first = cited("a1", "Wire", group="g1")
    copied = statement("a", "RU", citations=(first, cited("a2", "Post", group="g1")))
    confirmed = statement("a", "RU", citations=(first, cited("a3", "Courier", group="g3")))
    assert news(copied, told) is None
    item = news(confirmed, told)
    assert item is not None
    assert item.changes == (Change.PUBLISHERS,)


def test_a_mediation_under_way_is_ongoing_only_when_reported_again(
    mediation: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    told = {"a": Told(stage=Stage.UNDERWAY, publishers=("Wire", "g1"))}
    first, again = cited("a1", "Wire", group="g1"), cited("a2", "Wire", group="g2")
    assert news(mediation("a", "QA", stage=Stage.UNDERWAY, citations=(first,)), told) is None
    item = news(mediation("a", "QA", stage=Stage.UNDERWAY, citations=(first, again)), told)
    assert item is not None
    assert item.standing is Standing.ONGOING


def test_a_day_that_becomes_known_is_an_update_and_one_that_is_lost_is_not(
    statement: Callable[..., Event],
) -> None:
    undated = {"a": Told(publishers=("Wire", "article-a"))}
    dated = {"a": Told(date=MONDAY, publishers=("Wire", "article-a"))}
    item = news(statement("a", "RU", date=MONDAY), undated)
    assert item is not None
    assert item.changes == (Change.DATE,)
    assert news(statement("a", "RU"), dated) is None


def test_what_was_only_counted_was_not_told(
    statement: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    many = [statement(f"s{n}", "RU", act=Act.POSITION) for n in range(20)]
    briefing = briefed(many)
    assert remember(briefing).keys() == standings(briefing).keys()
    assert len(remember(briefing)) < len(many)
