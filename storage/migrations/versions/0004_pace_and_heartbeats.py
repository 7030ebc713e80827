"""Many workers share the sending: by shards of chats, at one pace, and each is heard of while it lives."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Add the shards of deliveries, the pace, the heartbeats and the lateness."""
    op.drop_index("ix_deliveries_settled_at_due_at", "deliveries")
    op.add_column("deliveries", sa.Column("shard", sa.SmallInteger))
    # As `bot.delivery.shard` has it; a remainder takes the sign of what is divided, in both databases.
    op.execute("UPDATE deliveries SET shard = ((chat_id % 64) + 64) % 64")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("shard", existing_type=sa.SmallInteger, nullable=False)
    op.create_index("ix_deliveries_open", "deliveries", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "ix_deliveries_open_of_chat",
        "deliveries",
        ["chat_id", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    # A later migration that rebuilds this table on SQLite has to make this one anew: there it cannot be copied.
    ready: list[str | sa.TextClause] = ["shard", sa.text("coalesce(claimed_until, due_at)"), "number"]
    op.create_index("ix_deliveries_ready", "deliveries", ready, sqlite_where=OPEN, postgresql_where=OPEN)
    _new_tables()


def _new_tables() -> None:
    op.create_table(
        "pace",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("tat", sa.Double, nullable=False),
        sa.Column("parked", sa.Double, nullable=False),
        sa.Column("cut", sa.Double),
        sa.Column("cut_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pace"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("incarnation", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeats"),
    )
    op.create_table(
        "lateness",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("hour", "step", name="pk_lateness"),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("lateness", "heartbeats", "pace"):
        op.drop_table(table)
    for index in ("ready", "open_of_chat", "open"):
        op.drop_index(f"ix_deliveries_{index}", "deliveries")
    op.drop_column("deliveries", "shard")
    op.create_index("ix_deliveries_settled_at_due_at", "deliveries", ["settled_at", "due_at"])
