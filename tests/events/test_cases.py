"""The labelled passages of `tests/cases/extract` against what is read out of them: figures that may only rise.

    uv run communique score --show 50      prints the figures, and under them what was missed and what was not asked for

A case is a pair of files and needs no code (see its README).
"""

from pathlib import Path

import pytest

from bot.errands import run_score
from bot.flows.progress import unwatched
from bot.flows.score import Measured
from bot.settings import load_settings

CASES = Path(__file__).parent.parent / "cases" / "extract"
LEAST = 150
"""As many passages as the gate needs to say anything (issue 4)."""


@pytest.fixture(scope="module")
def figures() -> dict[str, Measured]:
    _, measured = run_score(load_settings(processes=1), CASES, unwatched)
    return {each.figure.name: each for each in measured}


def test_every_figure_holds_its_floor(figures: dict[str, Measured]) -> None:
    assert [name for name, each in figures.items() if not each.holds] == []


def test_every_figure_counts_something(figures: dict[str, Measured]) -> None:
    assert [name for name, each in figures.items() if each.figure.of == 0] == []
    assert figures["unasked_per_case"].figure.of >= LEAST
