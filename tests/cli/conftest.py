"""The command line, run in this process or as one of its own, on a database that is nobody's."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import app, errands
from bot.cli import run
from bot.flows import tasks
from bot.flows.workers import Workers


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("COMMUNIQUE_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    path = tmp_path / "data" / "news.db"
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("COMMUNIQUE_PROCESSES", "1")
    return path


class _Here(Workers):
    """Does the work in this process, which has the language model loaded already."""

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        tasks.choose_model(self._start[0])
        return work(*args, **kwargs)


@pytest.fixture
def communique(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command in this process."""
    for room in (app, errands):
        monkeypatch.setattr(room, "Workers", _Here)

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as a process of its own."""

    def call(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *map(str, arguments)]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)

    return call
