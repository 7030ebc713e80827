import asyncio
import importlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ModelMissing
from bot.flows import tasks
from bot.flows.workers import WorkerDiedError, Workers, in_order

DEADLY = """
import os

def double(batch):
    if "deadly" in batch:
        os._exit(9)
    return tuple(each * 2 for each in batch)
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "deadly_work.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("deadly_work")
    del sys.modules["deadly_work"]


@pytest.mark.asyncio
async def test_an_item_that_kills_its_worker_is_named_and_the_rest_is_done(deadly: Any) -> None:
    async with Workers(2, "none") as workers:
        batches = (("a", "b", "deadly", "c"), ("d",))
        first, second = await asyncio.gather(*(workers.run_each(deadly.double, batch) for batch in batches))
        after = await workers.run(deadly.double, ("e",))

    assert [each for each in first if isinstance(each, str)] == ["aa", "bb", "cc"]
    assert isinstance(first[2], WorkerDiedError)
    assert "\n" not in str(first[2])
    assert (second, after) == (("dd",), ("ee",))


@pytest.mark.asyncio
async def test_an_error_a_person_can_mend_crosses_from_the_worker_whole() -> None:
    async with Workers(1, "no_such_model") as workers:
        with pytest.raises(ModelMissing, match=r"no_such_model.*COMMUNIQUE_SPACY_MODEL"):
            await workers.run(tasks.analyser_version)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent("""
            import asyncio, os
            from bot.flows.workers import Workers

            async def main():
                print(await Workers(1, "none").run(os.getpid), flush=True)
                await asyncio.sleep(60)

            if __name__ == "__main__":
                asyncio.run(main())
        """)
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert _ends(worker)


def _ends(pid: int) -> bool:
    for _ in range(300):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.asyncio
async def test_results_come_in_order_while_only_a_few_are_under_way() -> None:
    under_way, most = 0, 0

    async def given() -> AsyncIterator[int]:
        for number in range(20):
            yield number

    async def work(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001 * (number % 3))
        under_way -= 1
        return number * number

    found = [pair async for pair in in_order(work, given(), at_once=4)]

    assert found == [(number, number * number) for number in range(20)]
    assert most == 4
