"""From labelled passages to figures, and whether they hold their floor.

A case is a pair of files, `NAME.txt` and `NAME.yaml`; the floor is the file `floor.toml` beside them, one figure a
line. A floor is only ever raised.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.errors import MissingInput, UnreadableInput, UsageError
from bot.events.labels import Labels, read_labels
from bot.events.score import UNASKED, Figure, Score
from bot.flows.extract import Result
from bot.model import Failure, FeedItem

FLOOR = "floor.toml"

SLACK = 0.005
"""How far under the reached figure `raise_floor` sets the floor: half a case in a hundred, so that one corrected label does
not stop everyone."""

_DAY = re.compile(r"published: (\S+)\n\n")
_LINE = re.compile(r"^(?P<name>\w+) = (?P<value>[\d.]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A passage with its labels."""

    item: FeedItem
    labels: Labels

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.item.name


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and the floor it must hold; for `UNASKED` the floor is a ceiling."""

    figure: Figure
    floor: float

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return _holds(self.figure.name, self.figure.value, self.floor)


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Read every case in `folder`, by name.

    Raises:
        UsageError: the folder holds none.
        MissingInput: one file of a pair is missing.
        UnreadableInput: a file is not of the form the cases' README describes.
    """
    names = sorted({path.stem for path in folder.glob("*") if path.suffix in {".txt", ".yaml"}})
    if not names:
        raise UsageError(
            f"{folder} holds no labelled passages.",
            "Run it in the project's folder, or name one with --cases: pairs of NAME.txt and NAME.yaml.",
        )
    return tuple(_read_case(folder, name) for name in names)


def count(cases: tuple[Case, ...], results: Iterable[Result]) -> Score:
    """Compare what was found in each case, in the same order, with its labels.

    Raises:
        UnreadableInput: a passage could not be analysed.
    """
    score = Score()
    for case, result in zip(cases, results, strict=True):
        if isinstance(result, Failure):
            raise UnreadableInput(f"Case {case.name}: {result.reason}")
        score.count(case.name, case.labels, result.events)
    return score


def against_floor(score: Score, folder: Path) -> tuple[Measured, ...]:
    """Set every figure beside its floor in `folder`.

    Raises:
        MissingInput: there is no floor, or it lacks a figure.
        UnreadableInput: it cannot be read, or knows a figure that does not exist.
    """
    floors, figures = _floors(folder), score.figures()
    if lacking := [figure.name for figure in figures if figure.name not in floors]:
        raise MissingInput(
            f"{folder / FLOOR} lacks {', '.join(lacking)}.", "Give each figure a line, such as recall = 0.9."
        )
    if unknown := floors.keys() - {figure.name for figure in figures}:
        raise UnreadableInput(f"{folder / FLOOR} names {', '.join(sorted(unknown))}, which is not measured.")
    return tuple(Measured(figure, floors[figure.name]) for figure in figures)


def raise_floor(figures: tuple[Measured, ...], folder: Path) -> tuple[str, ...]:
    """Lift the floors to what was reached, less `SLACK`; return the names of those that rose. None is ever lowered."""
    wanted = {each.figure.name: _slack(each.figure) for each in figures}
    rising = {
        each.figure.name: wanted[each.figure.name]
        for each in figures
        if wanted[each.figure.name] != each.floor
        and _holds(each.figure.name, wanted[each.figure.name], each.floor)
    }
    path = folder / FLOOR
    raised = _LINE.sub(
        lambda line: f"{line['name']} = {rising.get(line['name'], line['value'])}", _content(path)
    )
    path.write_text(raised, encoding="utf-8")
    return tuple(rising)


def _read_case(folder: Path, name: str) -> Case:
    text, labels = (_content(folder / f"{name}{suffix}") for suffix in (".txt", ".yaml"))
    published = None
    if stated := _DAY.match(text):
        try:
            published, text = date.fromisoformat(stated[1]), text[stated.end() :]
        except ValueError as error:
            raise UnreadableInput(
                f"Case {name}: {stated[1]} is no day.", "Write it as 2024-05-14."
            ) from error
    try:
        given = yaml.safe_load(labels)
    except yaml.YAMLError as error:
        raise UnreadableInput(f"Case {name}: its labels are no YAML: {error}.") from error
    item = FeedItem(name, text, source=f"{name}.example", published=published)
    return Case(item, read_labels(name, text, given))


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MissingInput(f"{path} is missing.", "A case is a pair: NAME.txt and NAME.yaml.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.") from error


def _floors(folder: Path) -> dict[str, float]:
    try:
        table = tomllib.loads(_content(folder / FLOOR))
        return {name: float(value) for name, value in table.items()}
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise UnreadableInput(f"{folder / FLOOR} cannot be read: {error}.") from error


def _slack(figure: Figure) -> float:
    slack = SLACK if figure.name == UNASKED else -SLACK
    return max(0.0, round(figure.value + slack, 3))


def _holds(name: str, value: float, floor: float) -> bool:
    return value <= floor if name == UNASKED else value >= floor
