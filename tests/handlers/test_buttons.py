"""Taps: each does what its button says, and whatever else an app sends back means nothing and breaks nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.flows import readers
from bot.flows.desk import Desk
from bot.model import EVERY_DAY, WORLD, Length, Reader
from bot.rendering.taps import Place, Tap
from tests.e2e.bot.news import hear, statement
from tests.flows.chats import DUE, MORNING, known, visitor
from tests.handlers.conftest import GROUP, Front

STALE = "means nothing any more"
TROUBLE = "Something went wrong"


async def _reader(front: Front, chat: int = 7) -> Reader:
    return await known(front.house.desk, chat)


async def _wishes(desk: Desk, chat: int) -> Reader | None:
    return await readers.find_reader(desk, chat)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "data",
    [
        "",
        "nonsense",
        "pick:",
        "pick:ZZZ",
        "follow:<b>x</b>",
        "follow:fr",
        "unfollow:",
        "drop:",
        "hour:9999",
        "hour:x",
        "hour:²",
        "zone:",
        "zone:Mars/Olympus",
        "day:x",
        "day:9",
        "day:-1",
        "length:long",
        "empty:",
        "show:",
        "show:nowhere",
        "ask:country:ZZZ:7:0",
        "ask:country:FR:0:0",
        "ask:country:FR:99999999999999999999:0",
        "ask:weather:FR:7:0",
        "ask:",
        "ask",
    ],
)
async def test_a_button_that_none_of_ours_is_means_nothing_and_changes_nothing(
    front: Front, data: str
) -> None:
    await readers.follow(front.house.desk, visitor(7, language="de"), ("FR",))
    before = await _reader(front)

    with capture_logs() as logs:
        said = await front.taps(data)

    assert STALE in said
    assert [each for each in logs if each["log_level"] == "error"] == []
    after = await _reader(front)
    assert (after.follows, after.chat.next_due_at, after.chat.minute, after.chat.weekdays) == (
        before.follows,
        before.chat.next_due_at,
        before.chat.minute,
        before.chat.weekdays,
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("data", "wish"),
    [
        ("pick:TR", {"follows": ("FR", "TR")}),
        ("pick:FR", {"follows": ()}),
        ("drop:FR", {"follows": ()}),
        ("drop:SUHH", {"follows": ("FR",)}),
        ("follow:EU", {"follows": ("EU", "FR")}),
        ("unfollow:FR", {"follows": ()}),
        ("pick:*", {"follows": (WORLD, "FR")}),
        ("hour:0", {"minute": 0}),
        ("hour:1439", {"minute": 1439}),
        ("hour:off", {"minute": None}),
        ("zone:Asia/Tokyo", {"zone": "Asia/Tokyo"}),
        ("zone:UTC", {"zone": "UTC"}),
        ("day:6", {"weekdays": EVERY_DAY & ~(1 << 6)}),
        ("length:short", {"length": Length.SHORT}),
        ("empty:silent", {"silent_when_empty": True}),
        ("empty:say", {"silent_when_empty": False}),
        ("show:stop", {"minute": None, "next_due_at": None}),
        ("show:again", {"minute": readers.FIRST_MINUTE, "next_due_at": DUE}),
    ],
)
async def test_a_button_does_what_it_says(front: Front, data: str, wish: dict[str, Any]) -> None:
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    said = await front.taps(data)

    assert said.strip()
    assert STALE not in said
    reader = await _reader(front)
    held = {name: reader.follows if name == "follows" else getattr(reader.chat, name) for name in wish}
    assert held == wish


@pytest.mark.asyncio
@pytest.mark.parametrize("place", sorted(set(Place) - {Place.FORGOTTEN}))
@pytest.mark.parametrize("follows", [(), ("FR",), (WORLD,)])
async def test_every_place_can_be_gone_to(front: Front, place: Place, follows: tuple[str, ...]) -> None:
    await readers.follow(front.house.desk, visitor(7), follows)
    said = await front.taps(f"{Tap.SHOW}:{place}")
    assert said.strip()
    assert TROUBLE not in said


@pytest.mark.asyncio
async def test_who_wants_to_be_forgotten_is(front: Front) -> None:
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    assert "nothing about this chat is stored" in await front.taps("show:forgotten")
    assert await readers.find_reader(front.house.desk, 7) is None
    # An old button of a forgotten chat is the beginning of a new one.
    assert TROUBLE not in await front.taps("day:3")


@pytest.mark.asyncio
async def test_an_old_button_still_works_where_its_message_is_out_of_reach(front: Front) -> None:
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    # Telegram gives a message that it no longer has with no date (Bot API, InaccessibleMessage).
    said = await front.taps("length:short", date=0)
    assert "Length: the weightiest lines only." in said
    assert (await _reader(front)).chat.length is Length.SHORT


@pytest.mark.asyncio
async def test_a_country_that_was_picked_stays_where_it_stood(front: Front) -> None:
    shown = [["pick:*"], ["pick:RU", "pick:TR"], ["pick:FR", "show:other"]]
    rows = [[{"text": data, "callback_data": data} for data in row] for row in shown]
    await front.taps("pick:FR", reply_markup={"inline_keyboard": rows})
    (edit,) = front.telegram.sent("editMessageText")
    after = [each["callback_data"] for row in edit["reply_markup"]["inline_keyboard"] for each in row]
    assert [data for data in after if data.startswith("pick:")] == ["pick:*", "pick:RU", "pick:TR", "pick:FR"]


@pytest.mark.asyncio
async def test_the_choice_ends_with_a_first_briefing_and_only_once(front: Front) -> None:
    await hear(front.house.desk.storage, statement(MORNING))
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    front.clock.goes_on(minutes=1)
    first = await front.taps("picked")
    assert "Here is your first briefing." in first
    assert "issued" in first or "made a statement" in first
    second = await front.taps("picked")
    assert "first briefing" not in second
    assert "You follow France." in second


@pytest.mark.asyncio
async def test_a_first_briefing_that_does_not_arrive_was_not_told(front: Front) -> None:
    await hear(front.house.desk.storage, statement(MORNING))
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    front.clock.goes_on(minutes=1)
    front.telegram.refuses("sendMessage", 502, "Bad Gateway")
    with capture_logs():
        await front.taps("picked")
    assert "Here is your first briefing." in await front.taps("picked")


@pytest.mark.asyncio
async def test_who_is_no_administrator_of_a_group_changes_nothing_but_may_ask(front: Front) -> None:
    front.telegram.refuses("getChatMember", 400, "Bad Request: user not found")
    said = await front.taps("pick:FR", GROUP)
    assert "only its administrators" in said
    assert await readers.find_reader(front.house.desk, -5) is None
    assert "France" in await front.taps("ask:country:FR:7:0", GROUP)


verbs = st.sampled_from([*Tap, "", "x", "PICK"])
words = st.sampled_from(
    ["FR", "*", "-", "7", "0", "420", "off", "short", "full", "silent", "UTC", "", "\x00", *Place]
)
anything = st.builds(":".join, st.lists(verbs | words, min_size=1, max_size=5)) | st.text(max_size=64)


@pytest.mark.asyncio
async def test_no_tap_whatever_breaks_anything(front: Front) -> None:
    seen: list[str] = []

    # Examples share the chat: what comes after what plays its part.
    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(anything)
    def draw(data: str) -> None:
        seen.append(data)

    draw()
    for data in seen:
        with capture_logs() as logs:
            said = await front.taps(data)
        assert said.strip(), data
        assert TROUBLE not in said, data
        assert [each for each in logs if each["log_level"] == "error"] == [], data
