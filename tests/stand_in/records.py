"""What a test reads back: messages as they stand, and what happened in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.stand_in.content import Formatted
from tests.stand_in.keyboard import Button, rows
from tests.stand_in.refusal import Json


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now. An edit makes a new one of the same id; `earlier` are the texts before, oldest first.

    `options` are the further fields as the Bot API returns them (link_preview_options, message_thread_id …).
    """

    chat_id: int
    message_id: int
    sender_id: int
    time: float
    content: Formatted
    markup: Json | None = None
    silent: bool = False
    earlier: tuple[str, ...] = ()
    edited: float | None = None
    options: Json | None = None

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def entities(self) -> tuple[Json, ...]:
        return self.content.entities

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        return rows(self.markup)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for row in self.keyboard for button in row)

    def button(self, label: str) -> Button:
        """Give the button of this label or callback data; `LookupError` with what there is instead."""
        for button in (button for row in self.keyboard for button in row):
            if label in {button.label, button.data}:
                return button
        raise LookupError(f"no button {label!r} under message {self.message_id}, only {self.labels}")


def body(message: Message) -> Json:
    """Give the fields of a Message of the Bot API that are its own and not its chat's."""
    more = {
        "entities": list(message.entities),
        "reply_markup": message.markup,
        "edit_date": message.edited and int(message.edited),
    }
    text: Json = {"text": message.text} if message.text else {}
    shown = text | {name: value for name, value in more.items() if value}
    return shown | (message.options or {})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A send the bot was answered for with ok, or would have been had the answer not been lost."""

    chat_id: int
    message_id: int
    text: str
    time: float


@dataclass(frozen=True, slots=True)
class Call:
    """A request and what became of it: "ok", the refusal as "CODE description", the name of a break, or "unfinished"
    where the other side went away.
    """

    time: float
    method: str
    params: Mapping[str, Any]
    outcome: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a tap."""

    text: str
    show_alert: bool
    url: str | None
