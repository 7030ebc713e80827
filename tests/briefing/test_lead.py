"""The opening says what the briefing shows, in as few sentences as it can."""

from collections.abc import Callable
from datetime import date

from bot.model import Act, Actor, Briefing, Event, EventKind, Limits, Medium, Stage, Status, Told

THURSDAY = date(2025, 3, 13)
PUTIN = Actor("RU", "Vladimir Putin", "President")


def with_putin(call: Callable[..., Event], country: str, **more: object) -> Event:
    given = {"actors": (PUTIN, Actor(country)), "date": THURSDAY, "status": Status.HELD}
    return call(f"call-{country}", **(given | more))


def test_several_calls_of_one_leader_on_one_day_are_one_sentence(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    calls = [with_putin(call, country, medium=Medium.PHONE) for country in ("IL", "PS", "EG")]
    (sentence,) = briefed(calls).lead
    assert sentence.actors == (PUTIN,)
    assert {actor.country for actor in sentence.others} == {"IL", "PS", "EG"}
    assert sentence.medium is Medium.PHONE
    assert sentence.date == THURSDAY
    assert len(sentence.references) == 3


def test_calls_of_different_days_or_standings_are_not_put_into_one(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    calls = [
        with_putin(call, "IL"),
        with_putin(call, "PS", date=date(2025, 3, 12)),
        with_putin(call, "EG", status=Status.PLANNED, date=date(2025, 3, 17)),
    ]
    held, planned = briefed(calls).lead
    assert len(held.events) == 1
    assert planned.status is Status.PLANNED
    assert {actor.country for actor in planned.actors} == {"RU", "EG"}


def test_a_call_and_a_meeting_are_not_put_into_one(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    met = Event(
        "met",
        EventKind.MEETING,
        (PUTIN, Actor("EG")),
        with_putin(call, "EG").citations,
        status=Status.HELD,
        date=THURSDAY,
    )
    (sentence,) = briefed([with_putin(call, "IL"), met]).lead
    assert len(sentence.events) == 1


def test_contacts_then_mediation_then_what_is_planned(
    call: Callable[..., Event], mediation: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    events = [
        with_putin(call, "EG", status=Status.PLANNED, date=date(2025, 3, 17)),
        mediation("offer", "RU", stage=Stage.OFFER, parties=(Actor("IL"), Actor("PS"))),
        with_putin(call, "IL"),
    ]
    kinds = [(sentence.kind, sentence.status) for sentence in briefed(events).lead]
    assert kinds == [
        (EventKind.CALL, Status.HELD),
        (EventKind.MEDIATION, None),
        (EventKind.CALL, Status.PLANNED),
    ]


def test_the_weightiest_statement_opens_only_where_there_is_nothing_else(
    statement: Callable[..., Event], call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    said = [statement("a", "CN", act=Act.POSITION), statement("b", "FR", act=Act.CONDEMNATION)]
    (sentence,) = briefed(said).lead
    assert sentence.events == ("b",)
    (sentence,) = briefed([*said, with_putin(call, "IL")]).lead
    assert sentence.kind is EventKind.CALL


def test_the_opening_claims_nothing_that_the_lines_do_not_show(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    calls = [with_putin(call, country) for country in ("IL", "PS", "EG", "IR", "SY")]
    briefing = briefed(calls, limits=Limits(calls=2))
    shown = {entry.event.id for entry in briefing.sections[0].entries}
    assert set(briefing.lead[0].events) == shown
    assert len(briefing.lead[0].others) == 2
    assert briefing.sections[0].more == 3


def test_what_only_goes_on_does_not_open_a_briefing(
    mediation: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    running = mediation("a", "QA", stage=Stage.UNDERWAY)
    told = {"a": Told(stage=Stage.UNDERWAY, publishers=("Wire", "another-article"))}
    briefing = briefed([running], told=told)
    assert len(briefing.sections) == 1
    assert briefing.lead == ()


def test_older_things_do_not_open_a_briefing(
    call: Callable[..., Event], briefed: Callable[..., Briefing]
) -> None:
    briefing = briefed([with_putin(call, "IL", date=date(2025, 2, 1))])
    assert briefing.lead == ()
    assert len(briefing.earlier) == 1
