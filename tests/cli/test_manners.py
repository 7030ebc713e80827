"""How the command line behaves in a shell."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

COMMAND = (sys.executable, "-m", "bot")


@pytest.mark.parametrize("argument", ["--help", "country"])
def test_help_and_country_load_neither_model_nor_database(argument: str) -> None:
    script = (
        "import sys; from bot.cli import run; "
        f"run(['{argument}'] + (['Kremlin'] if '{argument}' == 'country' else [])); "
        "heavy = {'spacy', 'sqlalchemy', 'trafilatura', 'numpy'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_command_help_is_shown_as_wrong_use(process: Run) -> None:
    ran = process()
    assert ran.returncode == 2
    assert "extract" in ran.stdout


def test_a_reader_that_leaves_is_no_error() -> None:
    lines = "Kremlin\n" * 50_000
    command = f"{sys.executable} -m bot country - | head -n 1"
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-c", command],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("RU\n", "")


def test_ctrl_c_ends_a_run_that_waits_for_input_in_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"COMMUNIQUE_DATABASE_URL": f"sqlite:///{tmp_path}/news.db"}
    with subprocess.Popen(
        [*COMMAND, "ingest", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        _wait_for(tmp_path / "news.db")
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        assert running.stderr
        error = running.stderr.read()
    assert running.returncode == 130
    assert len(error.splitlines()) == 1


def _wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} was never made")


def test_progress_is_a_bar_on_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Kenya condemned the attack.")
    ours, theirs = pty.openpty()
    environment = os.environ | {"COMMUNIQUE_DATABASE_URL": f"sqlite:///{tmp_path}/news.db", "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, "ingest", str(file)], stdout=subprocess.DEVNULL, stderr=theirs, env=environment
    ) as running:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    assert running.returncode == 0
    assert "Analysing" in shown.decode()
    assert "\x1b[" in shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end is closed
        return b""
