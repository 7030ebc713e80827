"""`communique country`: which country or actor a text names."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.screen import put, put_json

if TYPE_CHECKING:
    from bot.places.gazetteer import Mention


class Format(StrEnum):
    """How answers are written."""

    TEXT = "text"
    JSONL = "jsonl"


def command(
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT…", help="What to look at; - reads lines from standard input.")
    ],
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to answer.")] = Format.TEXT,
) -> None:
    """Tell the code of the country or actor that each text names: one line for each, empty where there is doubt."""
    from bot.places.gazetteer import load_gazetteer

    gazetteer = load_gazetteer()
    for text in _each(texts):
        found = gazetteer.country_of(text)
        if format_ is Format.JSONL:
            put_json(_as_json(text, found))
        else:
            put(found.code if found else "")


def _each(texts: list[str]) -> Iterator[str]:
    for text in texts:
        if text == "-":
            # Bytes, since only a line feed ends a line here, and no other separator of Unicode.
            yield from (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
        else:
            yield text


def _as_json(text: str, found: "Mention | None") -> dict[str, object]:
    span = {"start": found.start, "end": found.end, "text": found.text} if found else None
    return {"text": text, "country": found.code if found else None, "span": span}
