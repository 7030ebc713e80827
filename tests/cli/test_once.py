"""What runs once and ends keeps no jobs: it neither loads the engine that does nor leaves its file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CALL = "Kenyan President William Ruto spoke by telephone with Ugandan President Yoweri Museveni on Tuesday."
LIST = """<opml version="2.0"><body><outline type="rss" text="Nobody" xmlUrl="http://127.0.0.1:1/feed"/></body></opml>"""

SCRIPT = """
import json, sys
from bot.cli import run
if __name__ == "__main__":
    for command in json.loads(sys.argv[1]):
        code = run(command)
        print("ended", json.dumps([command[0], code, "dbos" in sys.modules]), flush=True)
"""


@pytest.fixture
def once(tmp_path: Path) -> list[list[str]]:
    """Give the commands that run once, each with the least it needs, in an order in which they find something to do."""
    page, feeds = tmp_path / "call.txt", tmp_path / "feeds.opml"
    page.write_text(CALL)
    feeds.write_text(LIST)
    return [
        ["country", "Kenya"],
        ["extract", str(page)],
        ["db", "upgrade"],
        ["ingest", str(page)],
        ["feeds", "add", str(feeds)],
        ["feeds", "list"],
        # Nobody answers there; all else of a poll is done.
        ["poll"],
        ["events"],
        ["brief", "--date", "2024-05-15"],
        ["db", "check"],
        ["db", "backup", str(tmp_path / "copy.db")],
        ["doctor"],
        ["chat"],
        ["demo"],
    ]


def test_no_command_that_runs_once_loads_the_engine_of_jobs_or_keeps_any(
    once: list[list[str]], database: Path, tmp_path: Path
) -> None:
    script = tmp_path / "once.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(once)],
        input="/country kenya\n",
        # One process each to read in, since starting them is what takes long.
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "COMMUNIQUE_PROCESSES": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    ended = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("ended ")]
    assert [each[0] for each in ended] == [each[0] for each in once], done.stderr
    assert [name for name, _, has_loaded in ended if has_loaded] == []
    assert {name for name, code, _ in ended if code} == {"poll"}, done.stderr
    assert [each.name for each in database.parent.rglob("*.jobs.db*")] == []
    assert {each.name for each in database.parent.iterdir()} <= {
        database.name + ending for ending in ("", "-wal", "-shm")
    }
