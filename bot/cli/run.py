"""`communique run`: the live bot."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.screen import note, say
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.app import Live


def command(
    roles: Annotated[
        str | None,
        typer.Option(
            metavar="ROLES",
            help="What this process does, parted by commas: bot, feeds, briefings, delivery. \\[default: all]",
        ),
    ] = None,
) -> None:
    """Serve Telegram: answer, visit the feeds, and send each reader the briefing at their hour, until stopped."""
    from bot.app import Role, run_bot
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    wanted = roles.split(",") if roles else list(Role)
    unknown = [name for name in wanted if name.strip() not in set(Role)]
    if unknown:
        raise UsageError(f"There is no role “{unknown[0]}”.", f"Choose among {', '.join(Role)}.")

    def announce(live: "Live") -> None:
        note(say("run.begin", name=live.name))
        if not live.feeds:
            note(say("run.no_feeds"))

    asyncio.run(run_bot(settings, frozenset(Role(name.strip()) for name in wanted), announce))
    note(say("run.end"))
