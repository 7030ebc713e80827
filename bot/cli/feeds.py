"""`communique feeds`: which feeds are polled, and how they fare."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.screen import counted, note, progress, put, put_json, report, say
from bot.rendering.safety import clean

if TYPE_CHECKING:
    from bot.flows.feeds import Checked, Polled
    from bot.model import Source
    from bot.settings import Settings


class Format(StrEnum):
    """How feeds are written."""

    TABLE = "table"
    JSON = "json"


app = typer.Typer(help="The feeds that are polled: list, add, remove, check.")

Form = Annotated[Format, typer.Option("--format", "-f", help="How to write them.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Feeds, as communique feeds list names them.")]


def _settings() -> "Settings":
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    return settings


@app.command("list")
def show(
    *,
    catalogue: Annotated[
        bool,
        typer.Option("--catalogue", help="The built-in list, polled or not, in place of what is polled."),
    ] = False,
    format_: Form = Format.TABLE,
) -> None:
    """List the feeds that are polled: when each was and will be visited, and what is wrong with it."""
    if catalogue:
        from bot.sources.catalogue import load_catalogue

        _show_catalogue(load_catalogue(), format_)
        return
    from bot.errands import list_feeds

    found = asyncio.run(list_feeds(_settings()))
    if format_ is Format.JSON:
        put_json([_polled_json(each) for each in found], indent=2)
    elif found:
        _table(("id", "title", "state", "checked", "next", "error"), map(_polled_row, found))
    else:
        note(say("feeds.none"))


@app.command()
def add(
    wanted: Annotated[
        list[str],
        typer.Argument(
            metavar="URL|ID|FILE.opml…", help="Addresses, ids of the built-in list, or OPML files."
        ),
    ] = [],  # noqa: B006 - Typer wants the value itself, and copies it
    *,
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help="The whole built-in list: communique feeds list --catalogue.")
    ] = False,
    title: Annotated[
        str | None, typer.Option("--title", metavar="NAME", help="The publisher, as briefings shall name it.")
    ] = None,
) -> None:
    """Poll feeds from now on. One that is polled already is asked again at once, whatever was wrong with it."""
    from bot.errands import add_feeds

    added = asyncio.run(add_feeds(_settings(), wanted, catalogue=catalogue, title=title))
    for source in added.new:
        put(say("feeds.added", id=source.id))
    for source in added.known:
        put(say("feeds.known", id=source.id))
    if added.new:
        note(say("feeds.check_hint"))
    report(added.failed)
    if added.failed:
        raise typer.Exit(1)


@app.command()
def remove(ids: Ids) -> None:
    """Poll feeds no longer. Their articles stay."""
    from bot.errands import remove_feed

    asyncio.run(remove_feed(_settings(), ids))
    for id_ in ids:
        put(say("feeds.removed", id=id_))


@app.command()
def check(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID…", help="Feeds, polled or of the built-in list. \\[default: all polled]"),
    ] = [],  # noqa: B006 - Typer wants the value itself, and copies it
    *,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="All of the built-in list.")] = False,
    format_: Form = Format.TABLE,
) -> None:
    """Ask each feed once, now, and say what it gives. Nothing is stored, and the next visit stays when it is."""
    from bot.errands import check_feeds
    from bot.flows.progress import Progress, Step

    found: list[Checked] = []
    with progress() as watch:

        def emit(checked: "Checked") -> None:
            found.append(checked)
            watch(Progress(Step.READ, len(found)))

        asyncio.run(check_feeds(_settings(), ids, catalogue=catalogue, emit=emit))
    if format_ is Format.JSON:
        put_json([_checked_json(each) for each in found], indent=2)
    elif found:
        _table(("id", "entries", "newest", "words", "validators", "remark"), map(_checked_row, found))
    else:
        note(say("feeds.none"))
    if any(each.error for each in found):
        raise typer.Exit(1)


def _show_catalogue(sources: Sequence["Source"], form: Format) -> None:
    if form is Format.JSON:
        put_json([_source_json(source) for source in sources], indent=2)
    else:
        rows = ((each.id, each.title, each.country or "", each.feed_url) for each in sources)
        _table(("id", "title", "country", "url"), rows)


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    """Write rows to standard output. Nothing in them is taken for markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.cli.tables import FILE_WIDTH

    table = Table()
    for column in columns:
        # What a person copies stays in one piece.
        table.add_column(say(f"feeds.column.{column}"), overflow="fold", no_wrap=column == "id")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else FILE_WIDTH).print(table)


def _polled_row(feed: "Polled") -> tuple[str, ...]:
    next_visit = "" if feed.disabled else _moment(feed.next_check_at, "now")
    checked = _moment(feed.checked_at, "never")
    return feed.source.id, feed.source.title, _state(feed), checked, next_visit, feed.error or ""


def _state(feed: "Polled") -> str:
    if feed.disabled:
        return say("feeds.disabled")
    return counted("feeds.failing", feed.failures) if feed.failures else say("feeds.well")


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment.strftime(say("feeds.moment")) if moment else say(f"feeds.{otherwise}")


def _checked_row(checked: "Checked") -> tuple[str, ...]:
    if checked.error:
        return checked.source.id, "", "", "", "", checked.error
    given = {"ETag": checked.etag, "Last-Modified": checked.last_modified}
    return (
        checked.source.id,
        str(checked.entries),
        checked.newest.isoformat() if checked.newest else "",
        str(checked.words),
        ", ".join(name for name, is_given in given.items() if is_given),
        say("feeds.moved", url=checked.moved_to) if checked.moved_to else "",
    )


def _source_json(source: "Source") -> dict[str, object]:
    return {
        "id": source.id,
        "title": source.title,
        "feed_url": source.feed_url,
        "country": source.country,
        "language": source.language,
    }


def _polled_json(feed: "Polled") -> dict[str, object]:
    return {
        **_source_json(feed.source),
        "checked_at": feed.checked_at.isoformat() if feed.checked_at else None,
        "next_check_at": feed.next_check_at.isoformat() if feed.next_check_at else None,
        "failures": feed.failures,
        "error": feed.error,
        "disabled": feed.disabled,
    }


def _checked_json(checked: "Checked") -> dict[str, object]:
    return {
        "id": checked.source.id,
        "feed_url": checked.source.feed_url,
        "entries": checked.entries,
        "newest": checked.newest.isoformat() if checked.newest else None,
        "words": checked.words,
        "etag": checked.etag,
        "last_modified": checked.last_modified,
        "moved_to": checked.moved_to,
        "error": checked.error,
    }
