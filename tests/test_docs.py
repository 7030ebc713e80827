"""What the documents promise, the program keeps."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("deploy/*.md"), *ROOT.glob("tests/cases/**/*.md")))


def _commands() -> set[str]:
    root = typer.main.get_command(app)
    return set(getattr(root, "commands", {}))


def _links(text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [target for target in _links(text) if not (document.parent / target).exists()] == []


def test_the_readme_lists_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `communique (\w+)", text, re.MULTILINE)
    assert set(table) == _commands()


@pytest.mark.parametrize("document", ["README.md", "deploy/env.example"])
def test_every_setting_is_described_and_no_other(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    described = set(re.findall(rf"{PREFIX}([A-Z_]+)\b", text)) - {"TEST_POSTGRES_URL", "REQUIRE_SERVICES"}
    assert described == {name.upper() for name in Settings.model_fields}


def test_what_the_readme_says_of_the_parts_of_the_house_is_so() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|storage|templates|tests|deploy|\.ci)/[\w./*-]*)`", text)
    assert named
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []
