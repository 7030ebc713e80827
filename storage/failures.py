"""Foreign errors made ours, in the one place where a database is touched.

What a person can mend becomes a `StorageError` of one line with a remedy. What only a programmer can mend
(an unknown column, a broken constraint) flies as it came.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import exc

from bot.errors import StorageError


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What went wrong, in words that follow "The database … ", and what to do."""

    what: str
    remedy: str


_TRY_AGAIN = "Try again; if it stays so, another program holds it open."
_CHECK_FILE = "Check the path, and that you may read and write the file and its folder."
_CHECK_DISK = "Free some disk space; nothing half-written was kept."
_RESTORE = "Restore it from a backup, or name another file."
_CHECK_ADDRESS = "Check that the server runs, and the address, name and password in the database URL."
_ASK_OWNER = "Ask its owner for the right to create and change tables in it."

_BUSY = _Trouble("is kept busy by another write", _TRY_AGAIN)

_SQLITE = {
    sqlite3.SQLITE_BUSY: _Trouble("is locked by another program", _TRY_AGAIN),
    sqlite3.SQLITE_LOCKED: _Trouble("is locked by another program", _TRY_AGAIN),
    sqlite3.SQLITE_FULL: _Trouble("has no room left", _CHECK_DISK),
    sqlite3.SQLITE_CANTOPEN: _Trouble("cannot be opened", _CHECK_FILE),
    sqlite3.SQLITE_READONLY: _Trouble("may not be written", _CHECK_FILE),
    sqlite3.SQLITE_PERM: _Trouble("may not be used", _CHECK_FILE),
    sqlite3.SQLITE_IOERR: _Trouble("cannot be read or written", "Check the disk it lies on."),
    sqlite3.SQLITE_NOTADB: _Trouble("is not an SQLite file", "Name another file."),
    sqlite3.SQLITE_CORRUPT: _Trouble("is damaged", _RESTORE),
    sqlite3.SQLITE_PROTOCOL: _Trouble("is locked by another program", _TRY_AGAIN),
}
"""By primary result code (https://www.sqlite.org/rescode.html); the extended codes share its low byte."""

_POSTGRES = {
    "08": _Trouble("lost its connection", "Try again; if it stays so, check that the server runs."),
    "28": _Trouble("refused the login", _CHECK_ADDRESS),
    "3D": _Trouble("does not exist", "Create it with createdb, or name another."),
    "53": _Trouble("has run out of disk, memory or connections", "Free some on its server, then try again."),
    "57P": _Trouble("is not up just now", "Try again once the server runs."),
    "58": _Trouble("had trouble with its disk", "Look into the server's log."),
    "55P03": _BUSY,
    "40": _Trouble("let another write go first", "Try again."),
    "42501": _Trouble("does not let this user do that", _ASK_OWNER),
    "25006": _Trouble("may only be read", "Connect to the primary server, or write in a write transaction."),
}
"""By SQLSTATE or its beginning (PostgreSQL manual, appendix A), the longest that fits."""

_CONNECTING = {
    "password authentication failed": _POSTGRES["28"],
    "no password supplied": _POSTGRES["28"],
    "no pg_hba.conf entry": _POSTGRES["28"],
    'role "': _POSTGRES["28"],
    'database "': _POSTGRES["3D"],
    "too many": _POSTGRES["53"],
    "is starting up": _POSTGRES["57P"],
    "is shutting down": _POSTGRES["57P"],
}
"""While connecting, libpq gives no SQLSTATE: the server's own words after "FATAL:" have to do."""

_UNREACHABLE = _Trouble("cannot be reached", _CHECK_ADDRESS)


@contextmanager
def spoken(shown: str) -> Iterator[None]:
    """Let a driver's error of the block out as `StorageError`; `shown` names the database without its password."""
    try:
        yield
    except exc.TimeoutError as error:
        raise _said(_BUSY, shown) from error
    except (exc.DBAPIError, sqlite3.Error) as error:
        driver = error.orig if isinstance(error, exc.DBAPIError) else error
        trouble = _trouble(driver)
        if trouble is None:
            raise
        raise _said(trouble, shown, str(driver)) from error


def _trouble(error: BaseException | None) -> _Trouble | None:
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(error, psycopg.Error):
        return _by_state(error.sqlstate) if error.sqlstate else _without_state(error)
    return None


def _by_state(state: str) -> _Trouble | None:
    return next((_POSTGRES[state[:size]] for size in (5, 3, 2) if state[:size] in _POSTGRES), None)


def _without_state(error: psycopg.Error) -> _Trouble | None:
    _, fatal, words = str(error).partition("FATAL:")
    if fatal:
        return next((trouble for sign, trouble in _CONNECTING.items() if sign in words), _UNREACHABLE)
    mendable = isinstance(error, psycopg.OperationalError) or "connection option" in str(error)
    return _UNREACHABLE if mendable else None


def _said(trouble: _Trouble, shown: str, reason: str = "") -> StorageError:
    first = reason.strip().partition("\n")[0].rstrip(".")
    detail = f": {first}." if first else "."
    return StorageError(f"The database {shown} {trouble.what}{detail}", trouble.remedy)
