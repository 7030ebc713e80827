"""The sample news through the real program, as a stranger would first see it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMUNIQUE_")}
    environment["HOME"] = str(tmp_path_factory.mktemp("home"))
    command = [sys.executable, "-m", "bot", "demo"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_ends_well_and_says_what_to_try_next(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    assert "communique ingest" in demo.stderr.splitlines()[-1]


def test_a_call_announced_and_then_reported_is_told_once_as_held(
    demo: subprocess.CompletedProcess[str],
) -> None:
    calls = demo.stdout.partition("\nCALLS\n")[2].partition("\nMEETINGS")[0]
    heads = [" ".join(entry.split("\n    ")[0].split()) for entry in calls.split("\n- ")[1:]]
    (told,) = [head for head in heads if "Putin" in head and "Trump" in head]
    assert "spoke" in told
    assert "18 Mar" in told


def test_a_trap_yields_nothing(demo: subprocess.CompletedProcess[str]) -> None:
    assert "Hyundai" not in demo.stdout


def test_news_of_other_years_is_left_to_its_own_days(demo: subprocess.CompletedProcess[str]) -> None:
    assert "Argyle" not in demo.stdout


def test_no_invented_outlet_is_linked_to_a_real_site(demo: subprocess.CompletedProcess[str]) -> None:
    hosts = re.findall(r"https://([^/\s]+)", demo.stdout)
    assert hosts
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_the_readme_shows_what_it_prints(demo: subprocess.CompletedProcess[str]) -> None:
    block = (
        README.read_text(encoding="utf-8").partition("<!-- demo -->")[2].partition("<!-- end of demo -->")[0]
    )
    shown = [line.removeprefix("    ") for line in block.strip("\n").splitlines()]
    assert len(shown) > 20
    assert "\n".join(shown) in demo.stdout, "run .ci/readme"
