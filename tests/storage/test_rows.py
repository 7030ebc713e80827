from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Actor, Citation, Event, EventKind, Told
from storage.rows import event_from_json, event_to_json, told_from_json, told_to_json

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))])
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 (bounds)
# All of Unicode: a broken page brings NULs and halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)


def _any(kind: Any) -> st.SearchStrategy[Any]:
    """Fill every field, those with a default too, so that a field added to the model is tested unasked."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: _any(hints[field.name]) for field in fields(kind)})
    if get_origin(kind) is UnionType:
        return st.one_of([_any(each) for each in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(_any(get_args(kind)[0]), max_size=3).map(tuple)
    known = {str: TEXTS, datetime: MOMENTS, NoneType: st.none()}
    return known[kind] if kind in known else st.from_type(kind)


@given(_any(Event))
def test_an_event_comes_back_from_json_as_it_went(event: Event) -> None:
    assert event_from_json(event_to_json(event)) == event


@given(_any(Told))
def test_what_was_told_comes_back_from_json_as_it_went(told: Told) -> None:
    assert told_from_json(told_to_json(told)) == told


def test_an_event_is_written_the_same_way_whatever_the_zone_it_was_heard_in() -> None:
    heard = datetime(2024, 5, 1, 12, tzinfo=UTC)
    event = Event("e", EventKind.CALL, (Actor("RU"),), (), first_heard=heard)
    elsewhere = replace(event, first_heard=heard.astimezone(timezone(timedelta(hours=5))))
    assert event_to_json(event) == event_to_json(elsewhere)


def test_an_event_heard_at_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2024, 5, 1)  # noqa: DTZ001 (the fault under test)
    with pytest.raises(ValueError, match="time zone"):
        event_to_json(Event("e", EventKind.CALL, (Actor("RU"),), (), first_heard=naive))


def test_a_field_that_is_absent_reads_as_the_models_default() -> None:
    citation = Citation("a", "They spoke.", 0, 11, "a.txt", "a")
    event = Event("e", EventKind.CALL, (Actor("RU"), Actor("TR")), (citation,))
    body = event_to_json(event)
    assert "null" not in body
    assert event_from_json(body) == event
