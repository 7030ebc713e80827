"""The wheel carries all that the program needs beside its code."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDED = {".toml", ".tsv", ".txt", ".html", ".md", ".css", ".jsonl", ".xml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert find_spec("hatchling"), "hatchling is one of the tests' requirements"
    folder = tmp_path_factory.mktemp("wheel")
    build = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return folder / done.stdout.split()[-1]


def _data() -> set[str]:
    folders = (ROOT / name for name in ("bot", "storage", "templates"))
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in NEEDED)
    return {str(path.relative_to(ROOT)) for path in files}


def test_every_data_file_template_and_migration_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    migrations = {str(path.relative_to(ROOT)) for path in (ROOT / "storage/migrations").rglob("*.py")}

    assert _data() | migrations <= inside
    assert any(name.startswith("bot/sources/sample/") for name in inside)


def test_neither_tests_nor_caches_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        odd = [
            name for name in archive.namelist() if name.startswith("tests") or name.endswith((".pyc", ".db"))
        ]
    assert odd == []


def test_the_demo_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """As a zip it cannot be read by accident from this folder, and its data must be found through the import system."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from bot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "demo"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Doha" in done.stdout
