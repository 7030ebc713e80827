"""A stand-in and a client of it, for each test anew."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot

from tests.e2e.stand_in.library import library
from tests.stand_in import StandIn


@pytest.fixture(autouse=True)
def _waits_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without it the library warns each time it makes a RetryAfter, and warnings are errors here.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest_asyncio.fixture
async def api() -> AsyncIterator[StandIn]:
    async with StandIn() as started:
        yield started


@pytest_asyncio.fixture
async def bot(api: StandIn) -> AsyncIterator[Bot]:
    async with library(api) as made:
        yield made
