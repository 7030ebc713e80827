"""The pins stand in three places, for three readers, and must agree."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "tests/requirements.txt")
REMEDY = "run .ci/pins"


def _project() -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _entries(file: str) -> list[str]:
    joined = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def _pins(file: str) -> set[str]:
    return {entry.partition(" --hash=")[0].strip().replace('"', "'") for entry in _entries(file)}


def _name(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.mark.parametrize("file", FILES)
def test_every_pin_is_exact_and_has_a_hash(file: str) -> None:
    entries = _entries(file)
    assert len(entries) > 50
    assert [each for each in entries if "==" not in each or "--hash=sha256:" not in each] == []


@pytest.mark.parametrize("file", [*FILES, "pyproject.toml", ".ci/run", ".ci/pins"])
def test_no_file_says_where_packages_come_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(
        r"(?m)^\s*(-i|--(extra-)?index-url|--find-links)\b|\[\[tool\.uv\.index|https?://", text
    )


def test_the_constraints_of_the_project_are_the_pins_of_its_tests() -> None:
    constraints = _project()["tool"]["uv"]["constraint-dependencies"]
    assert set(constraints) == _pins("tests/requirements.txt"), REMEDY


def test_what_runs_is_pinned_as_it_is_tested() -> None:
    assert _pins("requirements.txt") <= _pins("tests/requirements.txt"), REMEDY


def test_everything_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = {_name(each) for each in project["project"]["dependencies"]}
    tested = {_name(each) for each in project["dependency-groups"]["dev"]}

    assert runtime <= {_name(pin) for pin in _pins("requirements.txt")}, REMEDY
    assert tested <= {_name(pin) for pin in _pins("tests/requirements.txt")}, REMEDY
