"""Reads the gazetteer's tables: tab-separated, a header row, `#` for remarks, `|` between parts of one cell."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

_PACKAGE = "bot.places"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of table `name` (without `.tsv`) as column → cell."""
    text = files(_PACKAGE).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    header = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=True))


def parts(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@cache
def words(kind: str) -> frozenset[str]:
    """Return one class of the word lists in `words.tsv`, in small letters.

    Raises:
        KeyError: there is no such class.
    """
    return _classes()[kind]


@cache
def _classes() -> dict[str, frozenset[str]]:
    return {row["class"]: frozenset(map(str.lower, parts(row["words"]))) for row in rows("words")}


def first_day(cell: str) -> date | None:
    """Return the first day of "2019", "2019-05" or "2019-05-20"; None for an empty cell."""
    if not cell:
        return None
    year, month, day = (*(int(part) for part in cell.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(cell: str) -> date | None:
    """Return the last day of "2019", "2019-05" or "2019-05-20"; None for an empty cell."""
    start = first_day(cell)
    if start is None or cell.count("-") == 2:
        return start
    if "-" not in cell:
        return date(start.year, 12, 31)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
