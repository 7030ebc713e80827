"""The tables, as the code sees them; `migrations/` builds them, and a test holds the two together.

Ids of articles, findings and events come from content. A moment is `UtcDateTime`; a day without an hour
is `Date`. Text that is searched by nobody and read whole is a JSON `body` beside the columns queries need.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Number, PlainText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", PlainText, nullable=False),
    Column("feed_url", PlainText, nullable=False),
    Column("country", Text),
    Column("language", Text),
    Column("etag", PlainText),
    Column("last_modified", PlainText),
    Column("checked_at", UtcDateTime),
    Column("next_check_at", UtcDateTime, index=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("last_error", PlainText),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("group_id", Text, nullable=False, index=True),
    Column("component_id", Text, nullable=False, index=True),
    Column("reference", Date),
    Column("analysed_with", Text),
    Column("analysed", Boolean, nullable=False, server_default=text("false")),
    Column("published", Date),
    Column("language", Text),
    Column("heard_at", UtcDateTime, index=True),
    Column("source", PlainText),
    Column("name", PlainText, nullable=False),
    Column("title", PlainText),
    Column("url", PlainText),
    # Last, since SQLite walks through a long value to reach the columns behind it.
    Column("text", PlainText, nullable=False),
    # Both columns, so that looking for work reads the index alone.
    Index(None, "id", "analysed_with"),
    # By hash on PostgreSQL, whose other indexes take no address longer than 2,700 bytes.
    Index(None, "url", postgresql_using="hash"),
)

article_links = Table(
    "article_links",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("whole_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
)

signatures = Table(
    "signatures",
    metadata,
    Column("number", Number, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("text_key", Text, index=True),
    Column("title_key", Text, index=True),
    Column("minima", LargeBinary),
)

bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "signature",
        Number,
        ForeignKey("signatures.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    sqlite_with_rowid=False,
)

findings = Table(
    "findings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

finding_blocks = Table(
    "finding_blocks",
    metadata,
    Column("block", Text, primary_key=True),
    Column("finding_id", Text, ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True, index=True),
    # Repeated here so that one index answers "this block, these days".
    Column("anchor", Date),
    Index(None, "block", "anchor"),
)

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("act", Text),
    Column("stage", Text),
    Column("status", Text),
    Column("date", Date),
    Column("first_published", Date),
    # The day windows look at: `date`, or `first_published` where the text does not say.
    Column("day", Date, index=True),
    Column("first_heard", UtcDateTime, index=True),
    Column("cameo", Text),
    Column("publishers", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("topic", PlainText),
    Column("body", Text, nullable=False),
)

event_countries = Table(
    "event_countries",
    metadata,
    Column("code", Text, primary_key=True),
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("role", Text, primary_key=True),
)

event_findings = Table(
    "event_findings",
    metadata,
    # No foreign key: an article's findings are replaced first, and the event they made up is then found here.
    Column("finding_id", Text, primary_key=True),
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
)

citations = Table(
    "citations",
    metadata,
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("sentence", PlainText, nullable=False),
)

briefings = Table(
    "briefings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reader", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "reader", "until"),
)

told = Table(
    "told",
    metadata,
    Column("briefing_id", Text, ForeignKey("briefings.id", ondelete="CASCADE"), primary_key=True),
    # No foreign key: what a reader was told stays told when its article is analysed anew.
    Column("finding_id", Text, primary_key=True, index=True),
    Column("state", Text, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", PlainText),
    Column("language", Text),
    Column("zone", Text, nullable=False),
    # Minute of the local day, 0 to 1439; None where the reader only asks.
    Column("minute", SmallInteger),
    # One bit a weekday, Monday lowest.
    Column("weekdays", SmallInteger, nullable=False, server_default=text("127")),
    Column("quiet_from", SmallInteger),
    Column("quiet_until", SmallInteger),
    Column("length", Text),
    Column("silent_when_empty", Boolean, nullable=False, server_default=text("false")),
    Column("next_due_at", UtcDateTime, index=True),
    Column("last_local_date", Date),
    Column("paused_at", UtcDateTime),
    Column("paused_because", PlainText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)


def _of_chat() -> ForeignKey:
    # A group that becomes a supergroup gets a new id; what hangs on it follows.
    return ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")


subscriptions = Table(
    "subscriptions",
    metadata,
    Column("chat_id", BigInteger, _of_chat(), primary_key=True),
    Column("country", Text, primary_key=True, index=True),
    Column("kinds", Text),
    Column("since", UtcDateTime, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    # Made from its content, so that a text which many chats get is kept once.
    Column("id", Text, primary_key=True),
    Column("html", PlainText, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Number, primary_key=True),
    Column("chat_id", BigInteger, _of_chat(), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("briefing_id", Text, ForeignKey("briefings.id", ondelete="SET NULL"), index=True),
    # Let go of once settled, so that a text nobody waits for any more can be removed.
    Column("text_id", Text, ForeignKey("texts.id", ondelete="SET NULL"), index=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("fence", Integer, nullable=False, server_default=text("0")),
    Column("claimed_by", Text),
    Column("claimed_until", UtcDateTime),
    Column("outcome", Text),
    Column("error", PlainText),
    Column("message_id", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("chat_id", "local_date", "part"),
    # The unsettled stand first and in order of need.
    Index(None, "settled_at", "due_at"),
)
