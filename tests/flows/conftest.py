"""An analyser whose findings stand in the text, and workers without processes: the flows alone are tried."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.flows import tasks
from bot.flows.desk import Desk
from bot.flows.ingest import Summary, ingest_batches
from bot.flows.intake import Batch
from bot.flows.workers import Workers
from bot.model import FeedItem
from storage import Storage
from tests.flows.chats import Clock, Counting, PostOffice
from tests.flows.marks import Here, MarkedAnalyser

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)

FILLER = (
    "The delegations gathered again in the old customs house beside the harbour, where a long table had been laid with "
    "maps, and the ministers spoke at length about fishing rights, ferry lines, the price of grain and the bridge that "
    "neither side had wished to pay for since the flood of the spring before last. Outside, a brass band from the "
    "northern valley played to a thin crowd under umbrellas while drivers waited beside their cars, smoking. Nobody "
    "expected a treaty before the evening, yet the interpreters had been told to stay for the night, and two cooks had "
    "been brought over from the capital with crates of vegetables, which the customs officers opened one by one."
)
"""Enough words to have a sketch."""


@pytest.fixture
def compute() -> Counting:
    return Counting()


@pytest_asyncio.fixture
async def desk(storage: Storage, clock: Clock, compute: Counting) -> Desk:
    return Desk(storage, compute, clock)


@pytest.fixture
def analyser(monkeypatch: pytest.MonkeyPatch) -> MarkedAnalyser:
    fake = MarkedAnalyser()
    monkeypatch.setattr(tasks, "_analyser", lambda _model: fake)
    tasks.choose_model("marks")
    return fake


@pytest.fixture
def here(analyser: MarkedAnalyser) -> Workers:
    assert analyser.version
    return Here()


@pytest.fixture
def take_in(here: Workers, storage: Storage) -> Callable[..., Awaitable[Summary]]:
    """Ingest items, in batches of a few, as files or as what was fetched just now."""

    async def batches(items: tuple[FeedItem, ...], *, replayed: bool) -> AsyncIterator[Batch]:
        for start in range(0, len(items), 2):
            yield Batch(items[start : start + 2], (), (), replayed=replayed)

    async def run(*items: FeedItem, replayed: bool = True, now: datetime = NOW) -> Summary:
        return await ingest_batches(storage, here, batches(items, replayed=replayed), now=now)

    return run


@pytest.fixture
def filler() -> str:
    return FILLER


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is set."""
    return Clock()


@pytest.fixture
def post() -> PostOffice:
    """What takes the letters and says how they went."""
    return PostOffice()
