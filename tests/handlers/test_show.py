"""Putting a screen into a chat, whatever Telegram says to it."""

import pytest
from structlog.testing import capture_logs

from bot.flows import readers
from bot.handlers.show import keyboard, redraw, show
from bot.model import Button, Screen
from tests.flows.chats import known, visitor
from tests.handlers.conftest import Front

BUTTONS = ((Button("a", "show:time"), Button("b", "show:zone")), (Button("c", "show:days"),))
SCREEN = Screen(("<b>One.</b>", "Two."), BUTTONS)
ONE = Screen(("<b>One.</b>",), BUTTONS)

BLOCKED = "Forbidden: bot was blocked by the user"
MALFORMED = "Bad Request: can't parse entities: Unsupported start tag"


async def _show(front: Front, screen: Screen = SCREEN) -> bool:
    update = front.message("x")
    with capture_logs():
        return await show(update, front.context(update), screen)


async def _redraw(front: Front, screen: Screen = ONE) -> None:
    update = front.tap("show:settings")
    with capture_logs():
        await redraw(update, front.context(update), screen)


def test_rows_of_buttons_are_rows_and_none_are_no_keyboard() -> None:
    made = keyboard(BUTTONS)
    assert made is not None
    assert [[each.callback_data for each in row] for row in made.inline_keyboard] == [
        ["show:time", "show:zone"],
        ["show:days"],
    ]
    assert keyboard(()) is None


@pytest.mark.asyncio
async def test_the_buttons_stand_below_the_last_message_alone(front: Front) -> None:
    assert await _show(front)
    first, second = front.telegram.sent()
    assert (first["text"], second["text"]) == SCREEN.messages
    assert "reply_markup" not in first
    assert len(second["reply_markup"]["inline_keyboard"]) == 2
    assert first["parse_mode"] == "HTML"
    assert first["link_preview_options"] == {"is_disabled": True}


@pytest.mark.asyncio
async def test_after_a_message_that_did_not_arrive_none_follows(front: Front) -> None:
    front.telegram.refuses("sendMessage", 400, "Bad Request: something new")
    assert not await _show(front)
    assert len(front.telegram.sent()) == 1


@pytest.mark.asyncio
async def test_whoever_blocks_while_the_answer_is_written_is_paused(front: Front) -> None:
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    front.telegram.refuses("sendMessage", 403, BLOCKED)
    assert not await _show(front)
    assert (await known(front.house.desk, 7)).chat.paused_because == "bot was blocked by the user"


@pytest.mark.asyncio
async def test_a_group_that_has_moved_is_answered_at_its_new_id(front: Front) -> None:
    await readers.follow(front.house.desk, visitor(7), ("FR",))
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    front.telegram.refuses("sendMessage", 400, text, migrate_to_chat_id=-1007)
    assert await _show(front)
    assert [given["chat_id"] for given in front.telegram.sent()] == [7, -1007, -1007]
    assert (await known(front.house.desk, -1007)).follows == ("FR",)


@pytest.mark.asyncio
async def test_a_text_that_is_refused_comes_without_its_markup(front: Front) -> None:
    front.telegram.refuses("sendMessage", 400, MALFORMED)
    assert await _show(front, ONE)
    _, plain = front.telegram.sent()
    assert plain["text"] == "One."
    assert "parse_mode" not in plain


@pytest.mark.asyncio
async def test_a_screen_takes_the_place_of_the_one_that_was_tapped(front: Front) -> None:
    await _redraw(front)
    (edit,) = front.telegram.sent("editMessageText")
    assert (edit["message_id"], edit["text"], edit["parse_mode"]) == (55, "<b>One.</b>", "HTML")
    assert front.telegram.sent() == []


@pytest.mark.asyncio
async def test_a_screen_of_several_messages_comes_anew(front: Front) -> None:
    await _redraw(front, SCREEN)
    assert front.telegram.sent("editMessageText") == []
    assert len(front.telegram.sent()) == 2


@pytest.mark.asyncio
async def test_a_second_tap_that_changes_nothing_is_no_trouble(front: Front) -> None:
    same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    front.telegram.refuses("editMessageText", 400, same)
    await _redraw(front)
    assert front.telegram.sent() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "refusal",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
        MALFORMED,
    ],
)
async def test_a_screen_that_cannot_be_changed_is_answered_by_a_new_one(front: Front, refusal: str) -> None:
    front.telegram.refuses("editMessageText", 400, refusal)
    await _redraw(front)
    assert [given["text"] for given in front.telegram.sent()] == ["<b>One.</b>"]
