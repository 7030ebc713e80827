"""`communique db`: care of the database."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import now
from bot.cli.screen import put, say

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(help="Care of the database: upgrade, check, backup, restore.")


def _settings() -> "Settings":
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    return settings


@app.command()
def upgrade() -> None:
    """Make the database, or bring it to the shape this version needs."""
    from bot import errands as house

    put(say("db.upgraded", url=asyncio.run(house.upgrade(_settings()))))


@app.command()
def check() -> None:
    """See that the database is whole and up to date, and count what it holds."""
    from bot import errands as house

    held = asyncio.run(house.check(_settings()))
    put(say("db.checked", url=held.url, articles=held.articles, groups=held.groups, events=held.events))


@app.command()
def backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="The new file to copy to.")]) -> None:
    """Copy the SQLite database to a file, even while it is in use."""
    from bot import errands as house

    put(say("db.backed_up", path=house.back_up_to(_settings(), target)))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to put in its place.")],
) -> None:
    """Put a copy in the place of the SQLite database; what was there before is kept beside it."""
    from bot import errands as house

    kept = asyncio.run(house.restore_from(_settings(), source, now()))
    put(say("db.restored", path=source))
    if kept:
        put(say("db.kept", path=kept))
