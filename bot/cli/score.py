"""`communique score`: how much of the labelled passages is read rightly, and whether that holds the floor."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Processes
from bot.cli.screen import note, progress, put, put_json, say

if TYPE_CHECKING:
    from bot.flows.score import Measured

CASES = Path("tests/cases/extract")
"""Where the project keeps its labelled passages."""


class Format(StrEnum):
    """How the figures are written."""

    TABLE = "table"
    JSON = "json"


def command(
    cases: Annotated[
        Path, typer.Option("--cases", metavar="FOLDER", help="Where the labelled passages are.")
    ] = CASES,
    show: Annotated[
        int,
        typer.Option("--show", min=0, metavar="N", help="List as many that were missed or not asked for."),
    ] = 0,
    raise_: Annotated[  # noqa: FBT002 - on the command line it has a name
        bool, typer.Option("--raise", help="Lift the floors to what was reached; none is ever lowered.")
    ] = False,
    processes: Processes = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.TABLE,
) -> None:
    """Read the labelled passages, print every figure beside its floor, and fail where one is under it."""
    from bot.errands import run_score, start
    from bot.flows.score import raise_floor
    from bot.settings import load_settings

    settings = load_settings(processes=processes)
    start(settings)
    with progress() as watch:
        score, figures = run_score(settings, cases, watch)
    if format_ is Format.JSON:
        put_json([_as_json(each) for each in figures], indent=2)
    else:
        put("\n".join(map(_line, figures)))
    for key, lines in (("score.missed", score.missed), ("score.unasked", score.unasked)):
        for line in lines[:show]:
            note(say(key, line=line))
    if raise_:
        for name in raise_floor(figures, cases):
            note(say("score.raised", name=name))
    if under := [each for each in figures if not each.holds]:
        note(say("score.under", names=", ".join(each.figure.name for each in under)))
        raise typer.Exit(1)


def _line(each: "Measured") -> str:
    key = "score.holds" if each.holds else "score.fails"
    return say(key, name=each.figure.name, value=each.figure.value, floor=each.floor, of=each.figure.of)


def _as_json(each: "Measured") -> dict[str, object]:
    figure = each.figure
    return {
        "figure": figure.name,
        "value": figure.value,
        "of": figure.of,
        "floor": each.floor,
        "holds": each.holds,
    }
