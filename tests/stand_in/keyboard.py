"""Keyboards under messages, checked as the official server does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stand_in.refusal import Json, Refused

MOST_BUTTONS = 100
WIDEST_ROW = 8
"""More buttons in a row are folded or cut by the apps; the server's own limit is not documented."""

LONGEST_DATA = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
LOOKS = ("text", "style", "icon_custom_emoji_id")

OTHERS = {
    "keyboard": {
        "keyboard",
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
}
"""Other kinds of reply_markup by the field that marks them. They are taken and not shown on the message."""


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    data: str | None
    url: str | None


def rows(markup: Mapping[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    """Give the buttons of an inline keyboard, row by row."""
    return tuple(
        tuple(Button(each["text"], each.get("callback_data"), each.get("url")) for each in row)
        for row in (markup or {}).get("inline_keyboard", ())
    )


def shown(markup: Json | None, *, only_inline: bool = False) -> Json | None:
    """Check a reply_markup and give what the message then bears: an inline keyboard or nothing."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        _check_inline(markup)
        return markup if any(markup["inline_keyboard"]) else None
    for mark, fields in OTHERS.items():
        if mark in markup and not only_inline and markup.keys() <= fields:
            return None
    raise Refused.bad("object expected as reply markup")


def _check_inline(markup: Json) -> None:
    if markup.keys() != {"inline_keyboard"}:
        raise Refused.spec(
            f"an inline keyboard has no {', '.join(sorted(markup.keys() - {'inline_keyboard'}))}"
        )
    buttons = list(_buttons(markup["inline_keyboard"]))
    if len(buttons) > MOST_BUTTONS:
        raise Refused.bad("reply markup is too long")
    for each in buttons:
        _check_button(each)


def _buttons(keyboard: list[list[Json]]) -> Iterator[Json]:
    for row in keyboard:
        if len(row) > WIDEST_ROW:
            raise Refused.spec(f"{len(row)} buttons in a row, more than {WIDEST_ROW}")
        yield from row


def _check_button(button: Json) -> None:
    unparsable = "can't parse inline keyboard button"
    if unknown := button.keys() - {*ACTIONS, *LOOKS}:
        raise Refused.spec(f"an inline button has no {', '.join(sorted(unknown))}")
    if not isinstance(button.get("text"), str):
        raise Refused.bad(f'{unparsable}: Field "text" must be of type String')
    if not button["text"].strip():
        raise Refused.spec("an inline button without a label")
    chosen = [each for each in ACTIONS if each in button]
    if not chosen:
        raise Refused.bad(f"{unparsable}: Text buttons are unallowed in the inline keyboard")
    if len(chosen) > 1:
        raise Refused.spec(f"an inline button with {' and '.join(chosen)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
        raise Refused.bad("BUTTON_DATA_INVALID")
    if "url" in button and not button["url"].startswith(("http://", "https://", "tg://")):
        raise Refused.bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
