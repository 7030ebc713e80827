"""What the documents promise, the program keeps."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot.cli import app
from bot.handlers.table import COMMANDS
from bot.settings import PREFIX, Settings
from storage.tables import chats, deliveries, subscriptions, texts

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("deploy/*.md"),
        *ROOT.glob("tests/cases/**/*.md"),
    )
)
OF_A_CHAT = (chats, subscriptions, deliveries, texts)
TYPED = "/calls egypt\n/subscribe Turkiye, Egypt\n"


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def _section(title: str) -> str:
    return _readme().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _commands() -> set[str]:
    root = typer.main.get_command(app)
    return set(getattr(root, "commands", {}))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def _links(text: str) -> Iterator[tuple[str, str]]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_in_it(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path, anchor in _links(text):
        target = document.parent / path if path else document
        assert target.exists(), path
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", target.read_text(encoding="utf-8"))
            assert anchor in map(_anchor, headings)


def test_the_readme_lists_every_command_and_no_other() -> None:
    table = re.findall(r"^\| `communique (\w+)", _readme(), re.MULTILINE)
    assert len(table) == len(set(table))
    assert set(table) == _commands()


def test_the_readme_lists_every_command_of_the_chat_and_no_other() -> None:
    table = re.findall(r"^\| `/(\w+)", _section("What the chat understands"), re.MULTILINE)
    assert len(table) == len(set(table))
    assert set(table) == set(COMMANDS)


@pytest.mark.parametrize("document", ["README.md", "deploy/env.example"])
def test_every_setting_is_described_and_no_other(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    described = set(re.findall(rf"{PREFIX}([A-Z_]+)\b", text)) - {"TEST_POSTGRES_URL", "REQUIRE_SERVICES"}
    assert described == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_setting_that_does_not_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)\b", text)) - {"TEST_POSTGRES_URL", "REQUIRE_SERVICES"}
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_readme_tells_every_column_that_is_stored_about_a_chat_and_no_other() -> None:
    told_of: dict[str, list[str]] = defaultdict(list)
    for name, columns in re.findall(
        r"(?m)^\| `(\w+)` \| ([^|]+) \|", _section("What is stored about a chat")
    ):
        told_of[name] += re.findall(r"`(\w+)`", columns)

    assert {name: sorted(columns) for name, columns in told_of.items()} == {
        table.name: sorted(table.columns.keys()) for table in OF_A_CHAT
    }


def test_the_chat_shown_in_the_readme_is_what_the_terminal_shows(tmp_path: Path) -> None:
    shown = _readme().partition("<!-- chat -->\n")[2].partition("<!-- end of chat -->")[0]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        cwd=ROOT,
        env=environment,
        input=TYPED,
        capture_output=True,
        text=True,
        check=True,
    )

    told_lines = iter(done.stdout.splitlines())
    for line in filter(str.strip, shown.splitlines()):
        whole = line.removeprefix("    ")
        beginning = whole.removesuffix(" …")
        fits = str.startswith if beginning != whole else str.__eq__
        # In this order, each after the one before it.
        assert any(fits(each, beginning) for each in told_lines), whole


def test_what_contributing_says_of_the_parts_of_the_house_is_so() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|storage|templates|tests|deploy|\.ci)/[\w./*-]*)`", text)
    assert named
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []
