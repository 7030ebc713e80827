"""Copies of an SQLite database, made while it is in use, and put back.

PostgreSQL has tools of its own for that; whoever asks is told which command to run.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.errors import MissingInput, StorageError, UnreadableInput, UsageError
from storage.engine import build_engines
from storage.failures import spoken
from storage.schema import VERSION_TABLE


def back_up(url: str, target: Path) -> Path:
    """Copy the database at `url` to the new file `target`, whole and of one moment; return its path.

    Raises:
        UsageError: there is a file already, or the database is on PostgreSQL.
        StorageError: the database or the copy cannot be read or written.
    """
    file = _file_of(url, f"pg_dump --format=custom --file={target}")
    if target.exists():
        raise UsageError(f"There is a file {target} already.", "Name another one.")
    if not file.exists():
        raise StorageError(f"There is no database {file}.", "Check COMMUNIQUE_DATABASE_URL.")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with spoken(str(file)):
            _copy(file, unfinished)
            _check(unfinished)
        # Under its own name only once it is whole.
        unfinished.replace(target)
    except OSError as error:
        raise StorageError(
            f"The copy {target} cannot be written ({error.strerror}).", "Name another path."
        ) from error
    finally:
        # Who only reads a database in WAL mode cannot remove what SQLite keeps beside it.
        for left in ("", "-shm", "-wal"):
            with suppress(OSError):
                unfinished.with_name(f"{unfinished.name}{left}").unlink(missing_ok=True)
    return target


def restore(url: str, source: Path, stamp: str) -> Path | None:
    """Put what the file `source` holds in the place of the database at `url`.

    What was there before is first copied beside it, under its name and `stamp`; return where, None where nothing
    was there.

    Raises:
        UsageError: the database is on PostgreSQL, or `source` is the database itself.
        MissingInput: there is no file `source`.
        UnreadableInput: it is no whole database of ours.
        StorageError: the database cannot be written.
    """
    file = _file_of(url, f"pg_restore --clean --if-exists --dbname=… {source}")
    _refuse_unfit(source, file)
    safety = file.with_name(f"{file.stem}.before-{stamp}{file.suffix}")
    saved = back_up(url, safety) if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    with spoken(str(file)):
        _copy(source, file)
    return saved


def check_file(url: str) -> None:
    """See that the SQLite file at `url` is whole; nothing is done for PostgreSQL, which sees to that itself.

    Raises:
        StorageError: it is damaged.
    """
    file = build_engines(url).file
    if file is not None and file.exists():
        with spoken(str(file)):
            _check(file)


def _file_of(url: str, command: str) -> Path:
    engines = build_engines(url)
    if engines.file is None:
        raise UsageError("Only an SQLite file can be copied here.", f"For PostgreSQL run: {command}")
    return engines.file


def _refuse_unfit(source: Path, file: Path) -> None:
    if not source.is_file():
        raise MissingInput(f"There is no file {source}.", "Check the path.")
    if file.exists() and source.samefile(file):
        raise UsageError(f"{source} is the database itself.", "Name the file of a backup.")
    try:
        _check(source)
        with closing(_open(source)) as raw:
            raw.execute(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant of ours
    except sqlite3.Error as error:
        raise UnreadableInput(
            f"{source} is no backup of ours ({error}).", "Name the file of a backup."
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _copy(source: Path, target: Path) -> None:
    with closing(_open(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _check(path: Path) -> None:
    with closing(_open(path)) as raw:
        problem = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise StorageError(f"The database {path} is damaged ({problem}).", "Restore it from a backup.")
