"""Whether Telegram would take a screen as it stands: asked of the stand-in, which refuses what would be lost."""

from collections.abc import Iterator

from bot.model import Button, Screen
from bot.rendering.taps import Tap, read_question, read_tap
from tests.stand_in.content import formatted
from tests.stand_in.keyboard import shown

LONGEST_LABEL = 64
"""Characters of a label: beyond, a telephone shows nothing of it but dots."""


def text_of(screen: Screen) -> str:
    """What a reader sees of it. Raises where Telegram would refuse or lose a part."""
    assert screen.messages
    _check(screen)
    return "\n".join(formatted(message, "HTML", None).text for message in screen.messages)


def text_of_html(html: str) -> str:
    """The same of one message."""
    return formatted(html, "HTML", None).text


def buttons(screen: Screen) -> Iterator[Button]:
    return (button for row in screen.buttons for button in row)


def labels(screen: Screen) -> list[str]:
    return [button.label for button in buttons(screen)]


def _check(screen: Screen) -> None:
    rows = [[{"text": each.label, "callback_data": each.data} for each in row] for row in screen.buttons]
    assert all(rows), "an empty row"
    shown({"inline_keyboard": rows})
    for button in buttons(screen):
        assert len(button.label) <= LONGEST_LABEL, button.label
        assert _means_something(button.data), button.data


def _means_something(data: str) -> bool:
    found = read_tap(data)
    if found is None:
        return False
    verb, given = found
    return verb is not Tap.ASK or read_question(given, ()) is not None
