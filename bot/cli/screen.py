"""What a person sees beside the results: progress, notes and failures, all on standard error; and the results' way out."""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from time import monotonic

from bot.flows.progress import Progress, Watch
from bot.model import Failure
from bot.rendering.safety import clean
from bot.rendering.words import Words

LINE_EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal: a log stays short, and life shows."""


@cache
def command_words() -> Words:
    """The command line's own words."""
    text = (files("templates") / "text" / "command.toml").read_text(encoding="utf-8")
    return Words("en", tomllib.loads(text))


def say(key: str, **values: object) -> str:
    """Fill the pattern at `key` of the command line's words."""
    return command_words()(key, **values)


def counted(key: str, count: int, **values: object) -> str:
    """Fill the singular or plural pattern at `key`."""
    return command_words().counted(key, count, **values)


def note(line: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"{line}\n")


def fail(message: str) -> None:
    """Say in one line what went wrong, whatever characters are in it."""
    note(say("failed.error", message=clean(message)))


def report(failed: Iterable[Failure]) -> None:
    """List what could not be used, one a line."""
    for failure in failed:
        note(say("failed.line", name=clean(failure.name), reason=clean(failure.reason)))


def put(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def put_json(value: object, *, indent: int | None = None) -> None:
    """Write a result to standard output as JSON: on one line, unless it is to be indented."""
    put(json.dumps(value, ensure_ascii=False, indent=indent))


@contextmanager
def progress() -> Iterator[Watch]:
    """Show how far work is: bars on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        with _bars() as watch:
            yield watch
    else:
        yield _Lines().watch


class _Lines:
    """Progress as lines: at most one in `LINE_EVERY` seconds."""

    def __init__(self) -> None:
        self._last = monotonic()

    def watch(self, now: Progress) -> None:
        if monotonic() - self._last < LINE_EVERY:
            return
        self._last = monotonic()
        key = "progress.line" if now.total is None else "progress.line_of"
        note(say(key, step=say(f"progress.{now.step}"), done=now.done, total=now.total))


@contextmanager
def _bars() -> Iterator[Watch]:
    # Only a terminal needs them, and they take a tenth of a second to load.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def watch(now: Progress) -> None:
            if now.step not in tasks:
                tasks[now.step] = bars.add_task(say(f"progress.{now.step}"), total=now.total)
            bars.update(tasks[now.step], completed=now.done, total=now.total)

        yield watch
