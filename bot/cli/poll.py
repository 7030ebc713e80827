"""`communique poll`: what is new in the feeds."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import now
from bot.cli.screen import counted, note, progress, put, put_json, report, say

if TYPE_CHECKING:
    from bot.flows.poll import PollSummary
    from bot.settings import Settings


class Format(StrEnum):
    """How the summary is written."""

    TEXT = "text"
    JSON = "json"


def command(
    all_: Annotated[  # noqa: FBT002 - on the command line it has a name
        bool, typer.Option("--all", help="Visit every feed now, due or not.")
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the summary.")
    ] = Format.TEXT,
) -> None:
    """Visit the feeds that are due, once, and bring what is new into the database.

    Each feed is asked when its server and its own record make it due. Where it carries summaries alone, the pages
    it links to are read too, as their sites permit.
    """
    from bot.errands import run_poll, start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    with progress() as watch:
        summary = asyncio.run(run_poll(settings, everything=all_, now=now, watch=watch))
    report(summary.failed)
    _tell(summary, settings)
    if format_ is Format.JSON:
        put_json(_as_json(summary))
    else:
        put(counted("poll.visited", summary.feeds, unchanged=summary.unchanged))
        put(counted("poll.found", summary.entries, new=summary.new))
        put(say("poll.held", events=summary.events, groups=summary.groups))
    if summary.failed:
        raise typer.Exit(1)


def _tell(summary: "PollSummary", settings: "Settings") -> None:
    from bot.errands import list_feeds

    if not summary.feeds:
        note(say("poll.none_due" if asyncio.run(list_feeds(settings)) else "poll.none_polled"))
    if summary.pages_missed:
        note(counted("poll.pages_missed", summary.pages_missed))
    if summary.wordless:
        note(counted("poll.wordless", summary.wordless))
    if summary.unanalysed:
        note(counted("ingest.unanalysed", summary.unanalysed))


def _as_json(summary: "PollSummary") -> dict[str, object]:
    return {
        "feeds": summary.feeds,
        "unchanged": summary.unchanged,
        "entries": summary.entries,
        "pages": summary.pages,
        "pages_missed": summary.pages_missed,
        "wordless": summary.wordless,
        "articles": summary.articles,
        "new": summary.new,
        "groups": summary.groups,
        "events": summary.events,
        "failed": [{"name": each.name, "reason": each.reason} for each in summary.failed],
    }
