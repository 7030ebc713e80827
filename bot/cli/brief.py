"""`communique brief`: a briefing from what the database holds."""

import asyncio
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.options import Countries, codes, day, now
from bot.cli.screen import note, put, put_json, say
from bot.model import Briefing

MOST_DAYS = 366


class Format(StrEnum):
    """How a briefing is written."""

    TEXT = "text"
    TELEGRAM = "telegram"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def command(
    country: Countries = [],  # noqa: B006 - Typer wants the value itself, and copies it
    date_: Annotated[
        date | None,
        typer.Option(
            "--date", parser=day, metavar="DATE", help="The last day covered, in UTC. \\[default: today]"
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, metavar="N", help="How many days it covers.")
    ] = 1,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.TEXT,
) -> None:
    """Show the briefing of what was first heard on a day: on some countries, or on the world."""
    from bot.errands import run_brief, start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    wanted = run_brief(settings, countries=codes(country), day=date_ or now().date(), days=days)
    briefing, newest = asyncio.run(wanted)
    write(briefing, format_)
    if not briefing.events_total and not briefing.articles_total:
        note(_hint(newest))


def write(briefing: Briefing, form: Format) -> None:
    """Write a briefing to standard output."""
    from bot.rendering.markdown import render_markdown
    from bot.rendering.page import render_html
    from bot.rendering.records import briefing_json
    from bot.rendering.telegram import render_telegram
    from bot.rendering.text import render_text

    match form:
        case Format.TEXT:
            put(render_text(briefing))
        case Format.TELEGRAM:
            put("\n\n".join(message.strip("\n") for message in render_telegram(briefing)))
        case Format.MARKDOWN:
            put(render_markdown(briefing))
        case Format.HTML:
            put(render_html(briefing))
        case Format.JSON:
            put_json(briefing_json(briefing), indent=2)


def _hint(newest: datetime | None) -> str:
    return say("brief.newest", day=newest.date()) if newest else say("brief.nothing_held")
