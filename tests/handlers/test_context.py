"""What is taken of an update."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update, User

from bot.flows.readers import Visitor
from bot.handlers.context import visitor

PERSON = User(7, "Ada", is_bot=False, last_name="Reader", username="ada", language_code="de")


@pytest.mark.parametrize(
    ("chat", "known"),
    [
        (Chat(7, "private", first_name="Ada", last_name="Reader"), Visitor(7, "private", language="de")),
        (Chat(-5, "group", title="Desk"), Visitor(-5, "group", title="Desk")),
    ],
    ids=["a person's language and no name", "a group's title and nothing of who wrote"],
)
def test_no_more_is_taken_than_is_needed(chat: Chat, known: Visitor) -> None:
    message = Message(1, datetime(2025, 3, 24, tzinfo=UTC), chat, from_user=PERSON, text="/start")

    assert visitor(Update(1, message=message)) == known
