"""`communique score` as a person runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TEXT = "published: 2024-05-14\n\nThe foreign ministry of Chad condemned the raid on Tuesday.\n"
LABEL = 'events:\n  - {kind: statement, act: condemnation, actors: [TD], near: "condemned the raid"}\n'


@pytest.fixture
def cases(tmp_path: Path, communique: Run) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "raid.txt").write_text(TEXT, encoding="utf-8")
    (folder / "raid.yaml").write_text(LABEL, encoding="utf-8")
    (folder / "floor.toml").write_text("", encoding="utf-8")
    lacking = communique("score", "--cases", folder).err
    names = lacking.partition(" lacks ")[2].partition(". ")[0].split(", ")
    (folder / "floor.toml").write_text("".join(f"{name} = 0\n" for name in names), encoding="utf-8")
    return folder


def test_figures_that_hold_their_floor_end_well(communique: Run, cases: Path) -> None:
    ran = communique("score", "--cases", cases, "--format", "json")
    figures = {each["figure"]: each for each in json.loads(ran.out)}
    assert ran.code == 0
    assert figures["recall"] == {"figure": "recall", "value": 1.0, "of": 1, "floor": 0.0, "holds": True}


def test_a_figure_under_its_floor_ends_with_one_and_is_named(communique: Run, cases: Path) -> None:
    (cases / "raid.yaml").write_text(LABEL.replace("TD", "SD"), encoding="utf-8")
    floor = cases / "floor.toml"
    floor.write_text(
        floor.read_text(encoding="utf-8").replace("recall = 0", "recall = 0.9", 1), encoding="utf-8"
    )
    ran = communique("score", "--cases", cases, "--show", 5)
    assert ran.code == 1
    assert "Under their floor: recall" in ran.err
    assert "missed: raid: statement condemnation ['SD']" in ran.err
    assert "not asked for: raid: statement" in ran.err


def test_raise_lifts_the_floor(communique: Run, cases: Path) -> None:
    ran = communique("score", "--cases", cases, "--raise")
    assert "The floor of recall rose." in ran.err
    assert "recall = 0.995\n" in (cases / "floor.toml").read_text(encoding="utf-8")


def test_without_passages_it_says_where_it_looked(communique: Run, tmp_path: Path) -> None:
    ran = communique("score", "--cases", tmp_path)
    assert ran.code == 2
    assert "NAME.txt and NAME.yaml" in ran.err
