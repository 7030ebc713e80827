"""`communique chat`: the whole bot in the terminal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.cli.screen import note, progress, say
from bot.flows.progress import Watch
from bot.flows.threads import in_thread

if TYPE_CHECKING:
    from bot.delivery.console import Shown
    from bot.model import Button

FIRST = "/start"


def command() -> None:
    """Talk with the bot in the terminal: no token, no network; sample news where the database holds none."""
    from bot.app import Talk, run_chat
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    note(say("chat.begin"))
    asyncio.run(run_chat(settings, Talk(lines, show), on_sample=_sample))


@contextmanager
def _sample() -> Iterator[Watch]:
    note(say("chat.sample"))
    with progress() as watch:
        yield watch
    note(say("chat.sampled"))


async def lines() -> AsyncIterator[str]:
    """What is typed, line by line; on a terminal behind a prompt, and begun for the reader."""
    by_hand = sys.stdin.isatty()
    if by_hand:
        yield FIRST
    while True:
        if by_hand:
            sys.stdout.write(say("chat.prompt"))
            sys.stdout.flush()
        typed = await in_thread(sys.stdin.readline)
        if not typed:
            return
        if not typed.strip():
            continue
        if not by_hand:
            sys.stdout.write(say("chat.echo", line=typed.strip()))
        yield typed.strip()


def show(shown: "Shown") -> None:
    """Put a message on the screen: in colour on a terminal, with its links listed elsewhere."""
    from bot.rendering.terminal import links, pieces

    if shown.is_alert:
        sys.stdout.write(say("chat.message", text=shown.html))
        return
    made = pieces(shown.html)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.style import Style
        from rich.text import Text

        text = Text()
        for piece in made:
            text.append(piece.text, Style(bold=piece.bold, italic=piece.italic, link=piece.link))
        text.append("\n")
        Console().print(text)
    else:
        sys.stdout.write(say("chat.message", text="".join(piece.text for piece in made)))
        listed = links(made)
        sys.stdout.writelines(say("chat.link", label=label, link=link) for label, link in listed)
        if listed and not shown.buttons:
            sys.stdout.write("\n")
    sys.stdout.write(_buttons(shown.buttons))
    sys.stdout.flush()


def _buttons(rows: "tuple[tuple[Button, ...], ...]") -> str:
    """The buttons, numbered through, a row a line."""
    out, number = "", 0
    for row in rows:
        labels = []
        for button in row:
            number += 1
            labels.append(say("chat.button", number=number, label=button.label))
        out += say("chat.row", buttons=say("chat.gap").join(labels))
    return out + ("\n" if rows else "")
