"""A database for one measurement: a temporary SQLite file, or one of its own on the server of COMMUNIQUE_TEST_POSTGRES_URL."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

KINDS = ("sqlite", "postgresql")
SERVER = os.environ.get("COMMUNIQUE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the address of an empty database that is gone afterwards."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="communique-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
        return
    name = f"communique_bench_{secrets.token_hex(6)}"
    _on_server(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def vacuum(address: str) -> None:
    """Rid a database of PostgreSQL of dead rows; SQLite has none."""
    if not address.startswith("sqlite"):
        with closing(psycopg.connect(address, autocommit=True)) as connection:
            connection.execute("VACUUM ANALYZE")


def _on_server(statement: object) -> None:
    with closing(psycopg.connect(SERVER, autocommit=True)) as server:
        server.execute(statement)  # type: ignore[call-overload]  # what psycopg.sql composes
