"""Events as rows: a table for the screen, and CSV for a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

from rich.table import Table
from rich.text import Text

from bot.briefing.proof import proof
from bot.model import Actor, Event
from bot.rendering.excerpt import excerpt, in_marks
from bot.rendering.naming import Naming
from bot.rendering.safety import clean
from bot.rendering.words import Words, words

COLUMNS = ("date", "kind", "detail", "who", "whom", "words", "publishers")

CSV_COLUMNS = (
    "id",
    "kind",
    "status",
    "medium",
    "act",
    "stage",
    "date",
    "actors",
    "targets",
    "parties",
    "topic",
    "quote",
    "cameo",
    "plover",
    "publishers",
    "copies",
    "sentence",
    "source",
    "url",
)
"""The fields of `event_json`, flat; sentence, source and url are those of the proving citation."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Letters with which spreadsheets take a cell for a formula to run (OWASP, CSV Injection)."""


def events_table(events: Iterable[Event], locale: str = "en") -> Table:
    """`events` as a table for the screen, one a row. Nothing in them is taken for markup."""
    say = words(locale)
    table = Table(*(say(f"column.{column}") for column in COLUMNS), show_lines=True)
    for event in events:
        table.add_row(*map(Text, _cells(event, say)))
    return table


def events_csv(events: Iterable[Event]) -> str:
    """`events` as CSV (RFC 4180) under the heads `CSV_COLUMNS`. A cell like a formula gets an apostrophe before it."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(CSV_COLUMNS)
    rows.writerows([_inert(cell) for cell in _fields(event)] for event in events)
    return out.getvalue()


def _cells(event: Event, say: Words) -> tuple[str, ...]:
    naming = Naming(say)
    detail = [event.act and say(f"act.{event.act}"), event.status and say(f"detail.{event.status}")]
    detail += [event.stage and say(f"detail.{event.stage}")]
    text, quoted = excerpt(event)
    return (
        event.date.isoformat() if event.date else say("date.unknown"),
        say(f"kind.{event.kind}"),
        say("list.comma").join(filter(None, detail)),
        naming.parties(event.actors),
        naming.parties((*event.targets, *event.parties)),
        in_marks(text, say, quoted=quoted),
        str(event.publishers),
    )


def _fields(event: Event) -> tuple[str, ...]:
    citation = proof(event)
    return (
        event.id,
        event.kind.value,
        event.status or "",
        event.medium or "",
        event.act or "",
        event.stage or "",
        event.date.isoformat() if event.date else "",
        _coded(event.actors),
        _coded(event.targets),
        _coded(event.parties),
        clean(event.topic or ""),
        clean(event.quote or ""),
        event.cameo or "",
        event.plover or "",
        str(event.publishers),
        str(event.copies),
        clean(citation.sentence),
        clean(citation.source or ""),
        citation.url or "",
    )


def _coded(actors: Iterable[Actor]) -> str:
    """“RU: Vladimir Putin; TR”."""
    return "; ".join(
        f"{actor.country}: {clean(actor.name)}" if actor.name else actor.country for actor in actors
    )


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
