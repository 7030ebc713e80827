"""`communique demo`: sample news to a briefing, with nothing to prepare; on a terminal then a chat about it."""

import asyncio
import sys
from typing import TYPE_CHECKING

import typer

from bot.cli.brief import Format, write
from bot.cli.options import now
from bot.cli.screen import note, progress, report, say
from bot.model import Briefing

if TYPE_CHECKING:
    from bot.flows.ingest import Summary


def command() -> None:
    """Take our sample articles through a temporary database into a briefing; on a terminal, then talk with the bot."""
    from bot.app import Talk, run_demo
    from bot.cli.chat import lines, show
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    by_hand = sys.stdin.isatty() and sys.stdout.isatty()
    failed = False

    def emit(briefing: Briefing, summary: "Summary") -> None:
        nonlocal failed
        failed = bool(summary.failed)
        write(briefing, Format.TEXT)
        report(summary.failed)
        note(say("demo.end"))
        if by_hand:
            note(say("demo.talk"))

    note(say("demo.begin"))
    talk = Talk(lines, show) if by_hand else None
    asyncio.run(run_demo(settings, now=now(), on_sample=progress, emit=emit, talk=talk))
    if failed:
        raise typer.Exit(1)
