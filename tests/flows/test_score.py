"""The quality gate: what it counts, what it says of a label it cannot read, and that a floor only rises."""

from pathlib import Path

import pytest

from bot.errors import MissingInput, UnreadableInput, UsageError
from bot.events.score import Figure
from bot.flows.score import Measured, against_floor, count, raise_floor, read_cases
from bot.model import Event
from tests.flows.analysed import analysed, event

PASSAGE = "published: 2024-05-14\n\nChad condemned the raid on Tuesday.\n"
LABELS = 'events:\n  - {kind: statement, act: condemnation, actors: [TD], date: 2024-05-14, near: "condemned the raid"}\n'
FOUND = event("Chad condemned the raid on Tuesday.", "TD", day="2024-05-14")


def _write(folder: Path, labels: str = LABELS, passage: str = PASSAGE) -> Path:
    (folder / "raid.txt").write_text(passage, encoding="utf-8")
    (folder / "raid.yaml").write_text(labels, encoding="utf-8")
    return folder


def _figures(folder: Path, *found: Event) -> dict[str, float]:
    cases = read_cases(folder)
    return {each.name: each.value for each in count(cases, [analysed(*found)]).figures()}


def test_what_is_found_as_labelled_counts_as_right(tmp_path: Path) -> None:
    figures = _figures(_write(tmp_path), FOUND)
    assert figures["recall"] == figures["label_right"] == figures["day_right"] == 1
    assert figures["unasked_per_case"] == 0


@pytest.mark.parametrize(
    ("labels", "wrong"),
    [
        (LABELS.replace("act: condemnation", "act: denial"), "label_right"),
        (LABELS.replace("date: 2024-05-14", "date: 2024-05-13"), "day_right"),
        (LABELS.replace("date: 2024-05-14", "date: null"), "day_right"),
        (LABELS.replace("[TD]", "[TD], targets: [SD]"), "targets_right"),
        (LABELS.replace("[TD]", "[TD], person: Mahamat Deby"), "person_right"),
        (LABELS.replace("[TD]", "[TD], topic: the raid"), "topic_recall"),
    ],
)
def test_what_is_found_otherwise_than_labelled_does_not(tmp_path: Path, labels: str, wrong: str) -> None:
    figures = _figures(_write(tmp_path, labels), FOUND)
    assert figures["recall"] == 1
    assert figures[wrong] == 0


def test_an_event_of_somebody_else_is_missed_and_unasked(tmp_path: Path) -> None:
    other = event("Chad condemned the raid on Tuesday.", "SD", day="2024-05-14")
    figures = _figures(_write(tmp_path), other)
    assert figures["recall"] == 0
    assert figures["unasked_per_case"] == 1


def test_an_optional_event_is_neither_missed_nor_unasked(tmp_path: Path) -> None:
    folder = _write(tmp_path, LABELS.replace("events:", "optional:"))
    assert _figures(folder)["recall"] == 0
    assert _figures(folder, FOUND)["unasked_per_case"] == 0


def test_a_case_that_holds_nothing_is_clean_only_while_nothing_comes_out(tmp_path: Path) -> None:
    folder = _write(tmp_path, "none: true\n")
    assert _figures(folder)["none_clean"] == 1
    assert _figures(folder, FOUND)["none_clean"] == 0


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (LABELS.replace("act: condemnation", "act: anger"), "events.0.act"),
        (LABELS.replace("[TD]", "[NO]"), "actors"),
        (LABELS.replace("actors: [TD], ", ""), "actors"),
        (LABELS.replace("near: ", "nera: "), "near"),
        (LABELS.replace("condemned the raid", "condemned the theft"), "not in the passage"),
        ("events: [", "no YAML"),
        (LABELS + "none: true\n", "none: true"),
        ("{}", "none: true"),
    ],
)
def test_a_label_that_cannot_be_read_is_named(tmp_path: Path, labels: str, says: str) -> None:
    with pytest.raises(UnreadableInput, match="raid") as error:
        read_cases(_write(tmp_path, labels))
    assert says in str(error.value)


def test_half_a_pair_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no labelled passages"):
        read_cases(tmp_path)
    (_write(tmp_path) / "raid.yaml").unlink()
    with pytest.raises(MissingInput, match=r"raid\.yaml"):
        read_cases(tmp_path)


def test_a_passage_whose_day_is_no_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="2024-05-44"):
        read_cases(_write(tmp_path, passage=PASSAGE.replace("14", "44")))


def _floor(folder: Path, **changed: str | None) -> Path:
    folder = _write(folder)
    floors = dict.fromkeys(
        (each.name for each in count(read_cases(folder), [analysed(FOUND)]).figures()), "0.5"
    )
    lines = [f"{name} = {value}" for name, value in (floors | changed).items() if value is not None]
    (folder / "floor.toml").write_text("# Held.\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _measured(folder: Path) -> dict[str, Measured]:
    score = count(read_cases(folder), [analysed(FOUND)])
    return {each.figure.name: each for each in against_floor(score, folder)}


def test_a_figure_under_its_floor_does_not_hold(tmp_path: Path) -> None:
    measured = _measured(_floor(tmp_path, recall="1.0", topic_recall="0.1"))
    assert measured["recall"].holds
    assert not measured["topic_recall"].holds
    assert measured["unasked_per_case"].holds


def test_a_floor_that_lacks_a_figure_or_knows_a_strange_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="recall"):
        _measured(_floor(tmp_path, recall=None))
    with pytest.raises(UnreadableInput, match="beauty"):
        _measured(_floor(tmp_path, beauty="0.5"))
    with pytest.raises(UnreadableInput, match="cannot be read"):
        _measured(_floor(tmp_path, recall="[1]"))


def test_a_floor_is_raised_and_never_lowered(tmp_path: Path) -> None:
    folder = _floor(tmp_path, recall="0.9", label_right="0.999", unasked_per_case="0.2")
    measured = tuple(_measured(folder).values())
    assert {"recall", "unasked_per_case"} <= set(raise_floor(measured, folder))
    after = _measured(folder)
    assert after["recall"].floor == 0.995
    assert after["label_right"].floor == 0.999
    assert after["topic_recall"].floor == 0.5
    assert after["unasked_per_case"].floor == 0.005
    assert (folder / "floor.toml").read_text(encoding="utf-8").startswith("# Held.\n")


def test_what_counts_nothing_holds_no_floor() -> None:
    assert not Measured(Figure("recall", 0.0, 0), 0.5).holds
