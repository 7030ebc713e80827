"""A briefing is kept once for all who get it; a chat holds a key of its wish and the memory of what it was told."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Text, column

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
UNPAUSED = sa.text("paused_at IS NULL")

chats = sa.table("chats", *map(column, ("id", "length", "zone", "silent_when_empty", "wish", "memory_id")))
subscriptions = sa.table("subscriptions", column("chat_id"), column("country"))
briefings = sa.table(
    "briefings",
    *(column("id"), column("reader"), column("day", sa.Date)),
    *(column("since", MOMENT), column("until", MOMENT)),
)
told = sa.table("told", *map(column, ("briefing_id", "finding_id", "state")))
deliveries = sa.table("deliveries", column("briefing_id"))
memories = sa.table("memories", column("id"), column("until", MOMENT))
remembered = sa.table("remembered", column("memory_id"), column("briefing_id"))


def upgrade() -> None:
    """Build the new tables, bring what is held over into them, and take away what only served one chat."""
    _build()
    with op.batch_alter_table("deliveries") as table:
        table.drop_constraint("fk_deliveries_briefing_id_briefings", type_="foreignkey")
        table.drop_index("ix_deliveries_briefing_id")
    _share_briefings()
    _keep_wishes()
    op.drop_index("ix_briefings_reader_until", "briefings")
    op.drop_column("briefings", "reader")
    op.create_index("ix_briefings_until", "briefings", ["until"])
    op.drop_index("ix_chats_next_due_at", "chats")
    op.create_index(
        "ix_chats_due",
        "chats",
        ["next_due_at", "wish", "memory_id", "id"],
        sqlite_where=UNPAUSED,
        postgresql_where=UNPAUSED,
    )


def downgrade() -> None:
    """Take them away again. What was told is forgotten, since a shared briefing belongs to no one chat."""
    op.execute(sa.update(deliveries).values(briefing_id=None))
    op.execute(sa.delete(briefings))
    op.drop_index("ix_chats_due", "chats")
    op.create_index("ix_chats_next_due_at", "chats", ["next_due_at"])
    op.drop_index("ix_briefings_until", "briefings")
    op.add_column("briefings", Column("reader", Text, nullable=False, server_default=""))
    op.create_index("ix_briefings_reader_until", "briefings", ["reader", "until"])
    with op.batch_alter_table("deliveries") as table:
        table.create_foreign_key(
            "fk_deliveries_briefing_id_briefings", "briefings", ["briefing_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index("ix_deliveries_briefing_id", ["briefing_id"])
    op.drop_column("chats", "memory_id")
    op.drop_column("chats", "wish")
    for name in ("notes", "remembered", "memories"):
        op.drop_table(name)


def _build() -> None:
    op.create_table(
        "memories",
        Column("id", Text, nullable=False),
        Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_memories"),
    )
    op.create_index("ix_memories_until", "memories", ["until"])
    op.create_table(
        "remembered",
        Column("memory_id", Text, nullable=False),
        Column("briefing_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("memory_id", "briefing_id", name="pk_remembered"),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{many}.id"], name=f"fk_remembered_{one}_id_{many}", ondelete="CASCADE"
            )
            for one, many in (("memory", "memories"), ("briefing", "briefings"))
        ),
    )
    op.create_index("ix_remembered_briefing_id", "remembered", ["briefing_id"])
    op.create_table(
        "notes",
        Column("name", Text, nullable=False),
        Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notes"),
    )
    op.add_column("chats", Column("wish", Text))
    op.add_column("chats", Column("memory_id", Text))


def _share_briefings() -> None:
    """Give each chat a memory of its briefings; two that said the same become one."""
    conn = op.get_bind()
    query = sa.select(briefings).order_by(briefings.c.reader, briefings.c.until, briefings.c.id)
    for reader, rows in groupby(conn.execute(query).all(), lambda row: row.reader):
        held = [(_share(conn, row), row.until) for row in rows]
        ids = sorted({id_ for id_, _ in held})
        until = max(_aware(moment) for _, moment in held)
        memory = _digest([until.isoformat(), ids])
        if not conn.execute(sa.select(memories.c.id).where(memories.c.id == memory)).first():
            conn.execute(sa.insert(memories).values(id=memory, until=until))
            conn.execute(sa.insert(remembered), [{"memory_id": memory, "briefing_id": id_} for id_ in ids])
        chat = int(reader.removeprefix("chat:"))
        conn.execute(sa.update(chats).where(chats.c.id == chat).values(memory_id=memory))
    conn.execute(sa.delete(briefings).where(briefings.c.reader != ""))


def _share(conn: sa.Connection, row: sa.Row[Any]) -> str:
    """Keep a briefing under a name made of what it says; give the name."""
    query = sa.select(told.c.finding_id, told.c.state).where(told.c.briefing_id == row.id)
    states = sorted((finding, state) for finding, state in conn.execute(query))
    since, until = _aware(row.since), _aware(row.until)
    shared = _digest(
        [row.day.isoformat(), since.isoformat(), until.isoformat(), [list(state) for state in states]]
    )
    if not conn.execute(sa.select(briefings.c.id).where(briefings.c.id == shared)).first():
        values = {"id": shared, "reader": "", "day": row.day, "since": since, "until": until}
        conn.execute(sa.insert(briefings).values(values))
        if states:
            names = ("finding_id", "state")
            rows = [{"briefing_id": shared, **dict(zip(names, state, strict=True))} for state in states]
            conn.execute(sa.insert(told), rows)
    mine = deliveries.c.briefing_id == row.id
    conn.execute(sa.update(deliveries).where(mine).values(briefing_id=shared))
    return shared


def _keep_wishes() -> None:
    conn = op.get_bind()
    for ids in _portions(conn.execute(sa.select(chats.c.id)).scalars().all(), 1000):
        follows: dict[int, list[str]] = {}
        for chat, country in conn.execute(sa.select(subscriptions).where(subscriptions.c.chat_id.in_(ids))):
            follows.setdefault(chat, []).append(country)
        for row in conn.execute(sa.select(chats).where(chats.c.id.in_(ids))).all():
            codes = sorted(follows.get(row.id, ()))
            wanted = ["*"] if "*" in codes else codes
            wish = _digest([wanted, row.length or "full", row.zone, bool(row.silent_when_empty)])
            conn.execute(sa.update(chats).where(chats.c.id == row.id).values(wish=wish))


def _portions(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    held = list(ids)
    return (held[start : start + size] for start in range(0, len(held), size))


def _aware(moment: datetime) -> datetime:
    """SQLite keeps the digits alone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _digest(content: list[object]) -> str:
    return sha256(json.dumps(content).encode()).hexdigest()[:16]
