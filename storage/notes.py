"""What the program notes about itself from one run to the next, by name."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import notes as table


async def find_note(conn: AsyncConnection, name: str) -> str | None:
    """Give what is noted under `name`; None where that is nothing."""
    found: str | None = (
        await conn.execute(select(table.c.value).where(table.c.name == name))
    ).scalar_one_or_none()
    return found


async def keep_note(conn: AsyncConnection, name: str, value: str) -> None:
    """Note `value` under `name`, in place of what stood there."""
    statement = insert(conn, table).values(name=name, value=value)
    await conn.execute(statement.on_conflict_do_update(index_elements=[table.c.name], set_={"value": value}))
