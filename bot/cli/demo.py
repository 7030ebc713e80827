"""`communique demo`: sample news to a briefing, with nothing to prepare."""

import asyncio

import typer

from bot.cli.brief import Format, write
from bot.cli.options import now
from bot.cli.screen import note, progress, report, say


def command() -> None:
    """Take our sample articles through a temporary database into a briefing on the screen."""
    from bot.app import run_demo, start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    note(say("demo.begin"))
    with progress() as watch:
        briefing, summary = asyncio.run(run_demo(settings, now=now(), watch=watch))
    write(briefing, Format.TEXT)
    report(summary.failed)
    note(say("demo.end"))
    if summary.failed:
        raise typer.Exit(1)
