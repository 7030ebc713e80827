"""`communique extract`: what articles hold, without a database."""

import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Processes, day
from bot.cli.screen import note, progress, put, put_json, report, say
from bot.model import Analysis, Failure

if TYPE_CHECKING:
    from bot.flows.extract import Result


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


def command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Files or folders (.txt .html .json .jsonl .xml); - is standard input."
        ),
    ],
    published: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The day of articles that state none themselves."),
    ] = None,
    no_clean: Annotated[  # noqa: FBT002 - on the command line it has a name
        bool, typer.Option("--no-clean", help="Analyse the text as it stands; offsets then index the input.")
    ] = False,
    processes: Processes = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.TABLE,
) -> None:
    """Read articles and show what they say: who said what, who called whom, who mediates. No database is used."""
    from bot.errands import run_extract, start
    from bot.flows.extract import Wish
    from bot.settings import load_settings

    settings = load_settings(processes=processes)
    start(settings)
    sink = _Sink(format_)
    with progress() as watch:
        run_extract(
            settings,
            files,
            stdin=sys.stdin.buffer,
            wish=Wish(clean=not no_clean, published=published),
            emit=sink.take,
            watch=watch,
        )
    sink.close()
    if sink.has_failed:
        raise typer.Exit(1)


class _Sink:
    """Where results go as they come."""

    def __init__(self, form: Format) -> None:
        self.has_failed = False
        self._form = form
        self._waiting: list[object] = []

    def take(self, result: "Result") -> None:
        if isinstance(result, Failure):
            self.has_failed = True
            report([result])
            return
        if not result.analysed:
            note(say("extract.unanalysed", name=result.article.name, language=result.article.language))
        if self._form is Format.TABLE:
            _show(result)
            return
        from bot.rendering.analysis import analysis_json

        if self._form is Format.JSONL:
            put_json(analysis_json(result))
        else:
            self._waiting.append(analysis_json(result))

    def close(self) -> None:
        if self._form is Format.JSON:
            put_json(self._waiting, indent=2)


def _show(analysis: Analysis) -> None:
    from bot.cli.tables import show_events

    put(say("extract.heading", name=analysis.article.name, title=analysis.article.title or ""))
    if analysis.events:
        show_events(analysis.events)
    elif analysis.analysed:
        put(say("extract.nothing"))
