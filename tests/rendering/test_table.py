"""Events on the screen and in a spreadsheet."""

import csv
from io import StringIO

from rich.console import Console

from bot.model import Act, Actor, Citation, Event, EventKind
from bot.rendering.table import CSV_COLUMNS, events_csv, events_table

SENTENCE = '=HYPERLINK("http://evil.example") [bold]said[/bold]\nthe ministry.'
SAID = Event(
    id="e1",
    kind=EventKind.STATEMENT,
    actors=(Actor("PE", "-Rosa Quispe", "President"), Actor("CL")),
    citations=(Citation("a1", SENTENCE, 0, 9, "a1.txt", "a1", "@Papel", "https://papel.example/7"),),
    act=Act.DENIAL,
    targets=(Actor("BR"),),
    topic="+1",
)


def printed(events: list[Event]) -> str:
    out = StringIO()
    Console(file=out, width=200, force_terminal=False).print(events_table(events))
    return out.getvalue()


def test_a_row_says_who_what_whom_and_in_which_words() -> None:
    text = printed([SAID])
    for part in ("denial", "Peru (President -Rosa Quispe) and Chile", "Brazil", "date not stated"):
        assert part in text


def test_markup_in_a_sentence_is_shown_and_not_obeyed() -> None:
    assert "[bold]said[/bold]" in " ".join(printed([SAID]).split())


def test_csv_can_be_read_back_and_has_a_row_for_each_event() -> None:
    rows = list(csv.DictReader(StringIO(events_csv([SAID, SAID]))))
    assert len(rows) == 2
    assert tuple(rows[0]) == CSV_COLUMNS
    assert rows[0]["actors"] == "PE: -Rosa Quispe; CL"
    assert rows[0]["act"] == "denial"
    assert rows[0]["date"] == ""


def test_no_cell_is_a_formula() -> None:
    (row,) = csv.DictReader(StringIO(events_csv([SAID])))
    assert row["sentence"].startswith("'=HYPERLINK")
    assert row["topic"] == "'+1"
    assert row["source"] == "'@Papel"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
