"""Merging is a function of the set of findings, and a window of them is enough."""

from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events.merge import WINDOW, affected, block_keys, merge
from bot.events.merge_anchor import anchor_day
from bot.model import Act, Actor, Citation, Event, EventKind, Medium, Stage, Status

FIRST = date(2024, 1, 1)
DAYS = st.integers(0, 60).map(lambda step: FIRST + timedelta(days=step))
NAMES = {
    "RU": ["Vladimir Putin", "Putin", "Sergey Lavrov"],
    "TR": ["Erdogan", "Hakan Fidan"],
    "IL": ["Netanyahu"],
}
KINDS = st.sampled_from(EventKind)
ACTORS = st.sampled_from([Actor(code, name) for code, names in NAMES.items() for name in [None, *names]])
PEOPLE = st.lists(ACTORS, min_size=1, max_size=2, unique_by=lambda actor: actor.country)
RUSSIANS = st.sampled_from([[Actor("RU", name)] for name in [None, *NAMES["RU"]]])
FAMILIES = ([EventKind.STATEMENT], [EventKind.MEDIATION], [EventKind.CALL, EventKind.MEETING])
SPEECH = (
    "we will never leave the treaty before the talks in the capital are over and all the prisoners are home"
)
QUOTES = st.tuples(st.integers(0, 12), st.integers(2, 14)).map(
    lambda cut: " ".join(SPEECH.split()[cut[0] : cut[0] + cut[1]])
)


@st.composite
def citations(draw: st.DrawFn, sentence: str) -> Citation:
    article = draw(st.sampled_from("abcdefghij"))
    start = draw(st.integers(0, 3)) * 200
    return Citation(
        article=article,
        sentence=sentence,
        start=start,
        end=start + 100,
        name=article,
        group=draw(st.sampled_from([article, "g"])),
        source=draw(st.sampled_from([None, "one", "two"])),
        published=draw(st.none() | DAYS),
    )


@st.composite
def findings(
    draw: st.DrawFn,
    kinds: st.SearchStrategy[EventKind] = KINDS,
    people: st.SearchStrategy[list[Actor]] = PEOPLE,
) -> Event:
    kind = draw(kinds)
    said = draw(QUOTES)
    contact = kind in {EventKind.CALL, EventKind.MEETING}
    statement, mediation = kind is EventKind.STATEMENT, kind is EventKind.MEDIATION
    return Event(
        id=f"f{draw(st.integers(0, 10**6))}",
        kind=kind,
        actors=tuple(draw(people)),
        citations=(draw(citations(f"He said {said} on that day.")),),
        act=draw(st.sampled_from([Act.APPEAL, Act.PLEDGE])) if statement else None,
        stage=draw(st.sampled_from([Stage.OFFER, Stage.UNDERWAY])) if mediation else None,
        status=draw(st.sampled_from(Status)) if contact else None,
        medium=draw(st.sampled_from(Medium)) if kind is EventKind.CALL else None,
        date=draw(st.none() | DAYS),
        parties=tuple(draw(st.lists(ACTORS, max_size=2, unique_by=lambda actor: actor.country)))
        if mediation
        else (),
        quote=draw(st.sampled_from([said, None])) if statement else None,
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(findings(), max_size=40), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(told: list[Event], chance: Random) -> None:
    shuffled = [*told, *told[::2]]
    chance.shuffle(shuffled)
    assert merge(shuffled) == merge(told)


@settings(max_examples=150, deadline=None)
@given(st.lists(findings(), max_size=40, unique_by=lambda one: one.id))
def test_every_finding_is_in_exactly_one_event_of_its_own_block(told: list[Event]) -> None:
    events = merge(told)
    assert sorted(key for event in events for key in event.findings) == sorted(one.id for one in told)
    assert len({event.id for event in events}) == len(events)
    keys = {one.id: block_keys(one) for one in told}
    for event in events:
        assert len({keys[key] for key in event.findings}) == 1
        assert 1 <= event.publishers <= event.copies


@settings(max_examples=150, deadline=None)
@given(st.lists(findings(), max_size=40, unique_by=lambda one: one.id))
def test_contacts_of_different_days_never_join(told: list[Event]) -> None:
    days = {one.id: one.date for one in told if one.date and one.kind in {EventKind.CALL, EventKind.MEETING}}
    for event in merge(told):
        assert len({days[key] for key in event.findings if key in days}) <= 1


@st.composite
def crowds(draw: st.DrawFn) -> list[Event]:
    """Many findings of one block, so that windows cut through what belongs together."""
    kinds = st.sampled_from(draw(st.sampled_from(FAMILIES)))
    return draw(st.lists(findings(kinds, RUSSIANS), max_size=40, unique_by=lambda one: one.id))


@settings(max_examples=150, deadline=None)
@given(crowds(), st.integers(1, 5))
def test_what_comes_and_goes_merged_by_window_gives_what_all_at_once_gives(
    told: list[Event], size: int
) -> None:
    stored: dict[str, Event] = {}
    events: dict[str, Event] = {}
    steps: list[tuple[list[Event], list[Event]]] = [
        (told[first : first + size], []) for first in range(0, len(told), size)
    ]
    for new, gone in [*steps, *(([], one[:2]) for one, _ in steps)]:
        stored = {key: one for key, one in stored.items() if one not in gone}
        changed = affected(new, nearby([*new, *gone], stored), gone)
        stored |= {one.id: one for one in new}
        members = {key for event in changed for key in event.findings} | {one.id for one in gone}
        events = {key: event for key, event in events.items() if not members.intersection(event.findings)}
        events |= {event.id: event for event in changed}
        assert tuple(sorted(events.values(), key=lambda event: event.id)) == merge(stored.values())


def nearby(new: list[Event], stored: dict[str, Event]) -> list[Event]:
    """What the store gives the ingest flow: the blocks of the new findings, two windows either side."""
    blocks = {key for one in new for key in block_keys(one)}
    days = [day for one in new if (day := anchor_day(one))]
    since, until = (min(days) - 2 * WINDOW, max(days) + 2 * WINDOW) if days else (FIRST, FIRST)
    return [
        one
        for one in stored.values()
        if blocks.intersection(block_keys(one))
        and ((day := anchor_day(one)) is None or since <= day <= until)
    ]
