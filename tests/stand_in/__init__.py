"""A stand-in for the Telegram Bot API over HTTP, for tests of the bot as it is, against nothing but this machine.

    async with StandIn() as api:
        reader = api.private(7, language_code="en")
        ...                                  # start the bot with api.token and api.base_url
        reader.says("/start")
        hello = await api.wait_for(7, "Hello")
        tap = reader.taps(hello, "Settings")
        await api.answer_to(tap)

It refuses what the official server refuses, in its words, and more: what that server would quietly lose is refused with a
description that begins with "SPEC:". Every request and every answer is besides held against the models that aiogram generates
from Telegram's own pages. A breach that the test does not take (`api.breaches()`) fails it at the end.

It finds no links, mentions or hashtags in plain text, except commands in what users write; it has no media but documents, no
inline queries, payments or webhooks. `python -m tests.stand_in` runs it as a process of its own, for load.
"""

from tests.stand_in.api import SOME_TOKEN, StandIn
from tests.stand_in.chats import Person
from tests.stand_in.faults import Break
from tests.stand_in.keyboard import Button
from tests.stand_in.limits import Limits
from tests.stand_in.people import Group, Private
from tests.stand_in.records import Accepted, Answer, Call, Message

__all__ = (
    "SOME_TOKEN",
    "Accepted",
    "Answer",
    "Break",
    "Button",
    "Call",
    "Group",
    "Limits",
    "Message",
    "Person",
    "Private",
    "StandIn",
)
