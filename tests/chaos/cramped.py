"""The bot's command line on a disk that is full while a file says so.

SQLite keeps `max_page_count` for each connection alone, so it is set within the process. COMMUNIQUE_TEST_FULL names the file.
"""

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from bot.cli import main

PLENTY = 1 << 30
FULL = Path(os.environ.pop("COMMUNIQUE_TEST_FULL"))


@event.listens_for(Engine, "begin")
def cramp(conn: Connection) -> None:
    """Let the database grow, or not, from this transaction on."""
    if conn.dialect.name == "sqlite":
        # A number below the present size is taken for the present size.
        conn.exec_driver_sql(f"PRAGMA max_page_count = {1 if FULL.exists() else PLENTY}")


if __name__ == "__main__":
    main()
