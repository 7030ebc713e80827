"""Tables on the screen."""

import sys
from collections.abc import Sequence

from rich.console import Console

from bot.model import Event
from bot.rendering.table import events_table

FILE_WIDTH = 160
"""Columns of a table that goes to a file or another program, which has no width of its own."""


def show_events(events: Sequence[Event]) -> None:
    """Write events to standard output as a table."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else FILE_WIDTH)
    console.print(events_table(events))
