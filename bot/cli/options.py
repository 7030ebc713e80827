"""Options that several commands share, and how what a person types becomes a value."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from bot.errors import UsageError


def day(typed: str) -> date:
    """Read a day, written 2025-03-24."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise typer.BadParameter(f"{typed!r} is not a day: write it as 2025-03-24.") from error


def codes(typed: list[str]) -> tuple[str, ...]:
    """Give the codes of countries and actors as typed. Raises `UnknownCountry`."""
    from bot.places.names import parse_country

    return tuple(dict.fromkeys(map(parse_country, typed)))


def ordered(since: date | None, until: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}.", "Exchange them.")


def now() -> datetime:
    """Read the clock; the one place of the command line that does."""
    return datetime.now(UTC)


Countries = Annotated[
    list[str],
    typer.Option(
        "--country", "-c", metavar="COUNTRY", help="A country or actor: a name or a code. May be repeated."
    ),
]

Processes = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Worker processes. \\[default: one a core]")
]
