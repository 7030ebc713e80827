"""The first tables: sources, articles and their sketches, findings, events, briefings, chats, deliveries.

A migration keeps the shape of its day: it names plain types and never looks at `storage/tables.py`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Text

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def upgrade() -> None:
    """Build every table."""
    metadata = sa.MetaData(naming_convention=NAMES)
    for build in (_sources, _articles, _sketches, _findings, _events, _briefings, _chats, _deliveries):
        build(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Remove every table, the dependent before those they depend on."""
    for name in (
        *("deliveries", "subscriptions", "chats", "told", "briefings"),
        *("citations", "event_findings", "event_countries", "events", "finding_blocks", "findings"),
        *("bands", "signatures", "article_links", "articles", "sources"),
    ):
        op.drop_table(name)


def _sources(metadata: sa.MetaData) -> None:
    sa.Table(
        "sources",
        metadata,
        Column("id", Text, primary_key=True),
        Column("title", Text, nullable=False),
        Column("feed_url", Text, nullable=False),
        Column("country", Text),
        Column("language", Text),
        Column("etag", Text),
        Column("last_modified", Text),
        Column("checked_at", MOMENT),
        Column("next_check_at", MOMENT, index=True),
        Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        Column("last_error", Text),
        Column("disabled", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )


def _articles(metadata: sa.MetaData) -> None:
    sa.Table(
        "articles",
        metadata,
        Column("id", Text, primary_key=True),
        Column("group_id", Text, nullable=False, index=True),
        Column("component_id", Text, nullable=False, index=True),
        Column("reference", sa.Date),
        Column("analysed_with", Text),
        Column("analysed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        Column("published", sa.Date),
        Column("language", Text),
        Column("heard_at", MOMENT, index=True),
        Column("source", Text),
        Column("name", Text, nullable=False),
        Column("title", Text),
        Column("url", Text),
        Column("text", Text, nullable=False),
        Index(None, "id", "analysed_with"),
    )
    sa.Table(
        "article_links",
        metadata,
        Column("article_id", Text, _within("articles.id"), primary_key=True),
        Column("whole_id", Text, _within("articles.id"), primary_key=True, index=True),
    )


def _sketches(metadata: sa.MetaData) -> None:
    sa.Table(
        "signatures",
        metadata,
        Column("number", NUMBER, primary_key=True),
        Column("article_id", Text, _within("articles.id"), nullable=False, unique=True),
        Column("version", sa.Integer, nullable=False),
        Column("day", sa.Date, nullable=False, index=True),
        Column("text_key", Text, index=True),
        Column("title_key", Text, index=True),
        Column("minima", sa.LargeBinary),
    )
    sa.Table(
        "bands",
        metadata,
        Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        Column(
            "signature",
            NUMBER,
            _within("signatures.number"),
            primary_key=True,
            autoincrement=False,
            index=True,
        ),
        sqlite_with_rowid=False,
    )


def _findings(metadata: sa.MetaData) -> None:
    sa.Table(
        "findings",
        metadata,
        Column("id", Text, primary_key=True),
        Column("article_id", Text, _within("articles.id"), nullable=False, index=True),
        Column("body", Text, nullable=False),
    )
    sa.Table(
        "finding_blocks",
        metadata,
        Column("block", Text, primary_key=True),
        Column("finding_id", Text, _within("findings.id"), primary_key=True, index=True),
        Column("anchor", sa.Date),
        Index(None, "block", "anchor"),
    )


def _events(metadata: sa.MetaData) -> None:
    sa.Table(
        "events",
        metadata,
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("act", Text),
        Column("stage", Text),
        Column("status", Text),
        Column("date", sa.Date),
        Column("first_published", sa.Date),
        Column("day", sa.Date, index=True),
        Column("first_heard", MOMENT, index=True),
        Column("cameo", Text),
        Column("publishers", sa.Integer, nullable=False),
        Column("copies", sa.Integer, nullable=False),
        Column("topic", Text),
        Column("body", Text, nullable=False),
    )
    sa.Table(
        "event_countries",
        metadata,
        Column("code", Text, primary_key=True),
        Column("event_id", Text, _within("events.id"), primary_key=True, index=True),
        Column("role", Text, primary_key=True),
    )
    sa.Table(
        "event_findings",
        metadata,
        Column("finding_id", Text, primary_key=True),
        Column("event_id", Text, _within("events.id"), nullable=False, index=True),
    )
    sa.Table(
        "citations",
        metadata,
        Column("event_id", Text, _within("events.id"), primary_key=True),
        Column("position", sa.Integer, primary_key=True, autoincrement=False),
        Column("article_id", Text, _within("articles.id"), nullable=False, index=True),
        Column("start_offset", sa.Integer, nullable=False),
        Column("end_offset", sa.Integer, nullable=False),
        Column("sentence", Text, nullable=False),
    )


def _briefings(metadata: sa.MetaData) -> None:
    sa.Table(
        "briefings",
        metadata,
        Column("id", Text, primary_key=True),
        Column("reader", Text, nullable=False),
        Column("day", sa.Date, nullable=False),
        Column("since", MOMENT, nullable=False),
        Column("until", MOMENT, nullable=False),
        Index(None, "reader", "until"),
    )
    sa.Table(
        "told",
        metadata,
        Column("briefing_id", Text, _within("briefings.id"), primary_key=True),
        Column("finding_id", Text, primary_key=True, index=True),
        Column("state", Text, nullable=False),
    )


def _chats(metadata: sa.MetaData) -> None:
    sa.Table(
        "chats",
        metadata,
        Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        Column("kind", Text, nullable=False),
        Column("title", Text),
        Column("language", Text),
        Column("zone", Text, nullable=False),
        Column("minute", sa.SmallInteger),
        Column("weekdays", sa.SmallInteger, nullable=False, server_default=sa.text("127")),
        Column("quiet_from", sa.SmallInteger),
        Column("quiet_until", sa.SmallInteger),
        Column("length", Text),
        Column("next_due_at", MOMENT, index=True),
        Column("last_local_date", sa.Date),
        Column("paused_at", MOMENT),
        Column("paused_because", Text),
        Column("created_at", MOMENT, nullable=False),
        Column("seen_at", MOMENT, nullable=False),
    )
    sa.Table(
        "subscriptions",
        metadata,
        Column("chat_id", sa.BigInteger, _of_chat(), primary_key=True),
        Column("country", Text, primary_key=True, index=True),
        Column("kinds", Text),
        Column("since", MOMENT, nullable=False),
    )


def _deliveries(metadata: sa.MetaData) -> None:
    sa.Table(
        "deliveries",
        metadata,
        Column("number", NUMBER, primary_key=True),
        Column("chat_id", sa.BigInteger, _of_chat(), nullable=False),
        Column("local_date", sa.Date, nullable=False),
        Column("part", sa.SmallInteger, nullable=False),
        Column("briefing_id", Text, ForeignKey("briefings.id", ondelete="SET NULL"), index=True),
        Column("due_at", MOMENT, nullable=False),
        Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        Column("fence", sa.Integer, nullable=False, server_default=sa.text("0")),
        Column("claimed_by", Text),
        Column("claimed_until", MOMENT),
        Column("outcome", Text),
        Column("error", Text),
        Column("message_id", sa.BigInteger),
        Column("sent_at", MOMENT),
        Column("settled_at", MOMENT),
        sa.UniqueConstraint("chat_id", "local_date", "part"),
        Index(None, "settled_at", "due_at"),
    )


def _within(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


def _of_chat() -> ForeignKey:
    return ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
