"""Questions: what is answered, of whom, of when, and what is said where nothing was heard."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.flows.ask import answer, often_heard
from bot.flows.desk import Desk
from bot.model import WORLD, Chat, Event, Question, Reader, Screen, Subject
from storage import Storage
from tests.e2e.bot.news import call, hear, mediation, statement
from tests.flows.chats import MORNING, Clock, desk_of
from tests.rendering.shown import buttons, text_of

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def desk(storage: Storage) -> Desk:
    return desk_of(storage, Clock())


def _reader(*follows: str, zone: str = "UTC") -> Reader:
    return Reader(Chat(7, "private", zone, MORNING, MORNING), follows)


async def _ask(
    desk: Desk, subject: Subject, *countries: str, reader: Reader | None = None, **more: Any
) -> str:
    return text_of(await _screen(desk, subject, *countries, reader=reader, **more))


async def _screen(
    desk: Desk, subject: Subject, *countries: str, reader: Reader | None = None, **more: Any
) -> Screen:
    return await answer(desk, Question(subject, countries, **more), reader or _reader())


def _said(words: str, heard: datetime, country: str = "FR") -> Event:
    return statement(heard, country, words)


@pytest.mark.asyncio
async def test_what_was_heard_in_the_days_asked_for_is_answered_up_to_this_moment(desk: Desk) -> None:
    await hear(
        desk.storage,
        _said("Words of this moment.", MORNING),
        _said("Words of a week ago.", MORNING - 7 * DAY),
        _said("Words before that.", MORNING - 7 * DAY - SECOND),
        _said("Words of tomorrow.", MORNING + DAY),
    )
    text = await _ask(desk, Subject.COUNTRY, "FR")
    assert "Words of this moment." in text
    assert "Words of a week ago." in text
    assert "Words before that." not in text
    assert "Words of tomorrow." not in text
    assert "Words before that." in await _ask(desk, Subject.COUNTRY, "FR", days=8)


@pytest.mark.asyncio
async def test_only_the_country_asked_for_is_answered_about(desk: Desk) -> None:
    await hear(
        desk.storage,
        _said("French words.", MORNING),
        _said("Kenyan words.", MORNING, "KE"),
        call(MORNING, ("FR", "TR")),
    )
    text = await _ask(desk, Subject.COUNTRY, "TR")
    assert "France and Türkiye spoke by phone" in text
    assert "words." not in text
    both = await _ask(desk, Subject.COUNTRY, "TR", "KE")
    assert "Kenyan words." in both
    assert "French words." not in both


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("subject", "seen"),
    [
        (Subject.CALLS, {"spoke by phone"}),
        (Subject.MEDIATION, {"offered to mediate"}),
        (Subject.STATEMENTS, {"made a statement"}),
        (Subject.TODAY, {"spoke by phone", "offered to mediate", "made a statement"}),
        (Subject.COUNTRY, {"spoke by phone", "offered to mediate", "made a statement"}),
    ],
)
async def test_each_question_is_answered_with_its_kind_of_event(
    desk: Desk, subject: Subject, seen: set[str]
) -> None:
    await hear(desk.storage, call(MORNING), mediation(MORNING), statement(MORNING))
    text = await _ask(desk, subject)
    assert {
        words for words in ("spoke by phone", "offered to mediate", "made a statement") if words in text
    } == seen


@pytest.mark.asyncio
async def test_without_countries_the_world_is_meant(desk: Desk) -> None:
    await hear(desk.storage, *(_said(f"Words of {code}.", MORNING, code) for code in ("FR", "KE", "PE")))
    text = await _ask(desk, Subject.TODAY, days=1)
    assert all(f"Words of {code}." in text for code in ("FR", "KE", "PE"))
    assert "The world" in text


@pytest.mark.asyncio
async def test_a_quiet_country_is_answered_with_the_latest_before_and_the_silence_is_said(desk: Desk) -> None:
    await hear(
        desk.storage,
        _said("The newest of the old.", MORNING - 40 * DAY),
        _said("Of the same week.", MORNING - 46 * DAY),
        _said("Older still.", MORNING - 48 * DAY),
        _said("Of somebody else.", MORNING - 20 * DAY, "KE"),
    )
    text = await _ask(desk, Subject.COUNTRY, "FR")
    assert "Nothing was heard about this in the last 7 days." in text
    assert "The latest before that:" in text
    assert "The newest of the old." in text
    assert "Of the same week." in text
    assert "Older still." not in text
    assert "Of somebody else." not in text


@pytest.mark.asyncio
async def test_older_news_of_another_kind_is_no_answer(desk: Desk) -> None:
    await hear(desk.storage, call(MORNING - 40 * DAY, ("FR", "TR")))
    text = await _ask(desk, Subject.STATEMENTS, "FR")
    assert "Nothing about it is held at all yet." in text
    assert "spoke" not in text


@pytest.mark.asyncio
async def test_where_nothing_is_held_at_all_that_is_said_and_all_buttons_stay(desk: Desk) -> None:
    made = await _screen(desk, Subject.COUNTRY, "NR")
    assert "Nothing about it is held at all yet." in text_of(made)
    assert "follow:NR" in {each.data for each in buttons(made)}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("follows", "button"), [((), "follow:FR"), (("TR",), "follow:FR"), (("FR",), "unfollow:FR")]
)
async def test_what_is_followed_can_be_let_go_of_and_the_rest_followed(
    desk: Desk, follows: tuple[str, ...], button: str
) -> None:
    made = await _screen(desk, Subject.COUNTRY, "FR", reader=_reader(*follows))
    assert [each.data for each in buttons(made) if "follow" in each.data] == [button]


@pytest.mark.asyncio
async def test_hours_and_days_are_the_readers(desk: Desk) -> None:
    await hear(desk.storage, _said("Words.", MORNING))
    text = await _ask(desk, Subject.COUNTRY, "FR", reader=_reader(zone="Pacific/Auckland"))
    assert "19:00 UTC+13" in text


@pytest.mark.asyncio
async def test_every_line_can_be_had(desk: Desk) -> None:
    await hear(desk.storage, *(_said(f"Words number {number}.", MORNING) for number in range(30)))
    short = await _screen(desk, Subject.STATEMENTS, "FR")
    offers = [each.label for each in buttons(short) if each.label.startswith("Show")]
    shown = text_of(short).count("Words number")
    assert 0 < shown < 30
    assert offers == [f"Show {30 - shown} more lines"]

    whole = await _screen(desk, Subject.STATEMENTS, "FR", every_line=True)
    assert text_of(whole).count("Words number") == 30
    assert not [each for each in buttons(whole) if each.label.startswith("Show")]


@pytest.mark.asyncio
async def test_an_answer_counts_what_was_read_for_it(desk: Desk) -> None:
    await hear(desk.storage, _said("One.", MORNING), _said("Two.", MORNING - 2 * DAY, "KE"))
    assert "1 event from 2 articles read" in await _ask(desk, Subject.COUNTRY, "FR")
    assert "1 event from 1 article read" in await _ask(desk, Subject.COUNTRY, "FR", days=1)


@pytest.mark.asyncio
async def test_the_countries_most_heard_of_in_a_week_are_offered(desk: Desk) -> None:
    await hear(
        desk.storage,
        *(_said(f"KE {number}.", MORNING - number * timedelta(hours=1), "KE") for number in range(3)),
        *(_said(f"PE {number}.", MORNING - number * timedelta(hours=1), "PE") for number in range(2)),
        _said("Now.", MORNING, "AR"),
        *(_said(f"{number}.", MORNING - 8 * DAY - number * SECOND, "US") for number in range(9)),
    )
    assert await often_heard(desk, 5) == ("KE", "PE", "AR")
    assert await often_heard(desk, 2) == ("KE", "PE")


@pytest.mark.asyncio
async def test_whoever_follows_the_world_asks_about_the_world(desk: Desk) -> None:
    assert _reader(WORLD, "FR").countries == ()
    await hear(desk.storage, _said("Kenyan words.", MORNING, "KE"))
    reader = _reader(WORLD, "FR")
    assert "Kenyan words." in await _ask(desk, Subject.TODAY, *reader.countries, reader=reader, days=1)
