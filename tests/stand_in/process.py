"""Starting the stand-in as a process of its own, and asking it how things went."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.stand_in.api import SOME_TOKEN
from tests.stand_in.refusal import Json

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Running:
    """A stand-in that serves on `port`, for the bot of `token`."""

    port: int
    process: asyncio.subprocess.Process
    token: str = SOME_TOKEN

    @property
    def address(self) -> str:
        """What COMMUNIQUE_BOT_API is set to."""
        return f"http://127.0.0.1:{self.port}"

    async def figures(self) -> Json:
        async with aiohttp.ClientSession() as session, session.get(f"{self.address}/figures") as answer:
            told: Json = await answer.json()
            return told

    async def stop(self) -> None:
        """End it, and be sure that it ended well."""
        self.process.terminate()
        if await self.process.wait():
            raise RuntimeError(f"the stand-in ended with {self.process.returncode}")


@asynccontextmanager
async def stand_in_process(*options: str) -> AsyncIterator[Running]:
    """Run `python -m tests.stand_in` with these options for the length of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stand_in", *options, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        running = Running(int(await process.stdout.readline()), process)
        yield running
        await running.stop()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def accepted(audit: Path) -> list[Json]:
    """Read what an audit holds, in order; a line that is being written is left out."""
    whole, _, _ = audit.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]
