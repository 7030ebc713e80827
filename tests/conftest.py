"""Databases for tests: every test that asks for `storage` runs on SQLite and on PostgreSQL."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from storage import Storage, open_storage
from storage.tables import metadata

DATABASES = ("sqlite", "postgresql")
SERVER = os.environ.get("COMMUNIQUE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def _server() -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL for tests (COMMUNIQUE_TEST_POSTGRES_URL): {str(error).splitlines()[0]}"
        if os.environ.get("COMMUNIQUE_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def _migrate(url: str) -> None:
    async def upgrade() -> None:
        async with await open_storage(url):
            pass

    # In a thread, since pytest's own may have a loop of its own by now.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(upgrade())).result()


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[Callable[[], str]]:
    """Make empty databases on the PostgreSQL server, gone when the session ends."""
    made: list[str] = []

    def make() -> str:
        name = f"communique_test_{secrets.token_hex(6)}"
        with closing(_server()) as server:
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        made.append(name)
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        with closing(_server()) as server:
            server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="session")
def _postgres_with_tables(new_postgres: Callable[[], str]) -> str:
    url = new_postgres()
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def _sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tables.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_to_empty(new_postgres: Callable[[], str]) -> str:
    return new_postgres()


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("_postgres_to_empty")
    with closing(psycopg.connect(url, autocommit=True)) as raw:
        # A new schema is made in a tenth of the time of a new database.
        raw.execute("DROP SCHEMA public CASCADE")
        raw.execute("CREATE SCHEMA public")
    return url


@pytest.fixture
def sqlite_url(_sqlite_with_tables: Path, tmp_path: Path) -> str:
    """Give the address of an SQLite database with empty tables."""
    path = tmp_path / "communique.db"
    shutil.copy(_sqlite_with_tables, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(_postgres_with_tables: str) -> str:
    """Give the address of a PostgreSQL database with empty tables."""
    names = SQL(", ").join(Identifier(table.name) for table in metadata.sorted_tables)
    with closing(psycopg.connect(_postgres_with_tables, autocommit=True)) as raw:
        raw.execute(SQL("TRUNCATE {} RESTART IDENTITY").format(names))
    return _postgres_with_tables


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with empty tables, of each kind in turn."""
    url: str = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_url")
    return url


@pytest_asyncio.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """Give an open database with empty tables, of each kind in turn."""
    async with await open_storage(database_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def postgres_storage(postgres_url: str) -> AsyncIterator[Storage]:
    """Give an open PostgreSQL database with empty tables, for what SQLite's one writer has by itself."""
    async with await open_storage(postgres_url) as opened:
        yield opened


# On a server the same examples are drawn each time, so that a red run is about the change and not about chance;
# by hand they differ from run to run, which is how new faults are found.
# No deadline: a time would measure the machine.
settings.register_profile("anywhere", deadline=None)
settings.load_profile("anywhere")
settings.register_profile("server", deadline=None, derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("server")
