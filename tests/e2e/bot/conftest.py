"""The bot as it is, against the stand-in, on SQLite or, where a test is marked with `BOTH`, on PostgreSQL too."""

from collections.abc import AsyncIterator
from pathlib import Path

import certifi
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.e2e.bot.scene import Scene
from tests.stand_in import StandIn


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with empty tables."""
    chosen: str = request.getfixturevalue(getattr(request, "param", "sqlite_url"))
    return chosen


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with one certification authority: nothing here is asked by TLS, and to read them all takes half of a
    start.
    """
    first, end, _ = (
        Path(certifi.where()).read_text("ascii", "ignore").partition("-----END CERTIFICATE-----\n")
    )
    path = tmp_path_factory.mktemp("tls") / "one.pem"
    path.write_text(first + end)
    return path


@pytest.fixture(autouse=True)
def _quick_tls(one_authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(one_authority))


@pytest_asyncio.fixture
async def scene(database: str) -> AsyncIterator[Scene]:
    """Give Telegram and a database, and nobody serving; what went wrong unnoticed is an error at the end."""
    with capture_logs() as logs:
        async with StandIn() as api:
            made = Scene(api, database)
            yield made
    wrong = [each for each in logs if each["log_level"] in {"error", "critical"}]
    assert [each for each in wrong if each["event"] not in made.expected] == []


@pytest_asyncio.fixture
async def bot(scene: Scene) -> AsyncIterator[Scene]:
    """Give the same with the bot serving."""
    async with scene.served():
        yield scene
