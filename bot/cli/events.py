"""`communique events`: what the database holds, as a list."""

import asyncio
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.options import Countries, codes, day, ordered
from bot.cli.screen import note, put, put_json, say
from bot.model import Event, EventKind


class Format(StrEnum):
    """How events are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def command(
    country: Countries = [],  # noqa: B006 - Typer wants the value itself, and copies it
    kind: Annotated[
        list[EventKind],
        typer.Option("--kind", "-k", help="A kind of event. May be repeated."),
    ] = [],  # noqa: B006
    since: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The first day on which it happened.")
    ] = None,
    until: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="The last such day.")] = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to write them.")] = Format.TABLE,
) -> None:
    """List events by the day they happened; an undated one counts on the day it was first published."""
    from bot.errands import Search, run_events, start

    ordered(since, until)
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    search = Search(codes(country), tuple(kind), since, until)
    found: list[Event] = []
    emit = _put_line if format_ is Format.JSONL else found.append
    asyncio.run(run_events(settings, search, emit))
    _write(found, format_)


def _put_line(event: Event) -> None:
    from bot.rendering.records import event_json

    put_json(event_json(event))


def _write(found: list[Event], form: Format) -> None:
    from bot.cli.tables import show_events
    from bot.rendering.records import event_json
    from bot.rendering.table import events_csv

    match form:
        case Format.JSON:
            put_json([event_json(event) for event in found], indent=2)
        case Format.CSV:
            put(events_csv(found))
        case Format.TABLE if found:
            show_events(found)
        case Format.TABLE:
            note(say("events.nothing"))
        case Format.JSONL:
            pass
