"""`communique ingest`: articles into the database."""

import asyncio
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import now
from bot.cli.screen import counted, note, progress, put, put_json, report, say

if TYPE_CHECKING:
    from bot.flows.ingest import Summary


class Format(StrEnum):
    """How the summary is written."""

    TEXT = "text"
    JSON = "json"


def command(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH_OR_URL…",
            help="Files, folders or web addresses (.txt .html .json .jsonl .xml .opml); - is standard input.",
        ),
    ],
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the summary.")
    ] = Format.TEXT,
) -> None:
    """Bring articles into the database: cleaned, without duplicates, analysed and merged into events.

    Doing it twice changes nothing, and a run that was stopped is completed by the next.
    """
    from bot.errands import run_ingest, start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    with progress() as watch:
        summary = asyncio.run(run_ingest(settings, inputs, stdin=sys.stdin.buffer, now=now(), watch=watch))
    report(summary.failed)
    if summary.unanalysed:
        note(counted("ingest.unanalysed", summary.unanalysed))
    if format_ is Format.JSON:
        put_json(_as_json(summary))
    else:
        put(counted("ingest.read", summary.articles, new=summary.new))
        put(say("ingest.held", events=summary.events, groups=summary.groups))
    if summary.failed:
        raise typer.Exit(1)


def _as_json(summary: "Summary") -> dict[str, object]:
    return {
        "articles": summary.articles,
        "new": summary.new,
        "groups": summary.groups,
        "events": summary.events,
        "failed": [{"name": each.name, "reason": each.reason} for each in summary.failed],
    }
