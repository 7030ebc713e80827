"""From stored events to messages, as a worker process does it."""

import pickle
from dataclasses import fields, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.flows.writing import EVERY_LINE, FULL, SHORT, Window, Written, left_out, write_answer, write_briefing
from bot.model import Briefing, Length, Limits, Question, Section, SectionKind, Subject
from storage.rows import event_to_json
from tests.e2e.bot.news import statement
from tests.flows.chats import MORNING
from tests.rendering.shown import text_of, text_of_html

WINDOW = Window(MORNING.date(), MORNING - timedelta(days=1), MORNING + timedelta(seconds=1), 40)
BODIES = tuple(
    event_to_json(statement(MORNING, "FR", f"Words number {number} of the ministry.")) for number in range(40)
)


def _brief(*bodies: str, **more: Any) -> Written:
    given: dict[str, Any] = {
        "countries": ("FR",),
        "told": {},
        "length": Length.FULL,
        "locale": "en",
        "zone": "UTC",
        "is_late": False,
    }
    return write_briefing(bodies, WINDOW, **(given | more))


def test_a_short_briefing_is_never_longer_and_every_line_is_every_line() -> None:
    for field in fields(Limits):
        short, full = getattr(SHORT, field.name), getattr(FULL, field.name)
        assert 0 < short <= full
        assert getattr(EVERY_LINE, field.name) >= 10_000


def test_a_short_briefing_of_a_full_day_is_one_message() -> None:
    assert len(_brief(*BODIES, length=Length.SHORT).messages) == 1
    assert len(_brief(*BODIES).messages) >= 1


def test_what_goes_to_a_worker_and_comes_back_can_be_sent() -> None:
    made = _brief(*BODIES[:2])
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(partial(write_briefing, BODIES, WINDOW)))  # noqa: S301


def test_no_events_are_an_empty_briefing_that_still_says_something() -> None:
    made = _brief()
    assert made.is_empty
    assert not made.told
    assert "Nothing new was heard" in text_of_html("\n".join(made.messages))


def test_an_event_of_another_country_is_not_slipped_in() -> None:
    # Events that were told are loaded whatever their country is.
    made = _brief(event_to_json(statement(MORNING, "KE")))
    assert made.is_empty


def test_what_a_briefing_says_is_remembered_and_then_not_said_again() -> None:
    first = _brief(*BODIES[:5])
    assert len(first.told) == 5
    assert _brief(*BODIES[:5], told=first.told).is_empty
    assert len(_brief(*BODIES[:6], told=first.told).told) == 1


def test_the_same_news_make_the_same_briefing_and_other_news_another() -> None:
    assert _brief(*BODIES[:5]).id == _brief(*reversed(BODIES[:5])).id
    assert _brief(*BODIES[:5]).id != _brief(*BODIES[:4]).id
    # A note that it is late, and the hours of the zone, are no news.
    assert _brief(*BODIES[:5]).id == _brief(*BODIES[:5], is_late=True, zone="Asia/Tokyo").id


@pytest.mark.parametrize("every_line", [False, True])
def test_an_answer_says_how_much_it_leaves_out(*, every_line: bool) -> None:
    question = Question(Subject.STATEMENTS, ("FR",), every_line=every_line)
    made = write_answer(
        BODIES, WINDOW, question, locale="en", zone="UTC", is_fallback=False, is_followed=False
    )
    shown = text_of(made).count("Words number")
    more = [button.label for row in made.buttons for button in row if button.label.startswith("Show")]
    assert more == ([] if every_line else [f"Show {len(BODIES) - shown} more lines"])
    assert (shown == len(BODIES)) is every_line


def test_what_is_left_out_is_counted_in_both_parts() -> None:
    section = Section(SectionKind.CALLS, (), more=3)
    briefing = Briefing(
        "id",
        MORNING.date(),
        (),
        MORNING,
        MORNING,
        (),
        (section, replace(section, more=0)),
        (replace(section, more=4),),
        (),
        7,
        1,
    )
    assert left_out(briefing) == 7
