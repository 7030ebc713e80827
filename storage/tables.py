"""The tables, as the code sees them; `migrations/` builds them, and a test holds the two together.

Ids of articles, findings and events come from content. A moment is `UtcDateTime`; a day without an hour
is `Date`. Text that is searched by nobody and read whole is a JSON `body` beside the columns queries need.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)

from bot.model import SHARDS
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
    # Made from its content, so that a briefing which many chats get is kept once.
    Column("id", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
)

told = Table(
    "told",
    metadata,
    Column("briefing_id", Text, ForeignKey("briefings.id", ondelete="CASCADE"), primary_key=True),
    # No foreign key: what a reader was told stays told when its article is analysed anew.
    Column("finding_id", Text, primary_key=True, index=True),
    Column("state", Text, nullable=False),
)

# What a chat was told: chats that were told the same hold the same one.
memories = Table(
    "memories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("until", UtcDateTime, nullable=False, index=True),
)

remembered = Table(
    "remembered",
    metadata,
    Column("memory_id", Text, ForeignKey("memories.id", ondelete="CASCADE"), primary_key=True),
    Column("briefing_id", Text, ForeignKey("briefings.id", ondelete="CASCADE"), primary_key=True, index=True),
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
    Column("next_due_at", UtcDateTime),
    Column("last_local_date", Date),
    Column("paused_at", UtcDateTime),
    Column("paused_because", PlainText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    # What decides the text and its hour, as one key (`storage.wishes`): chats of one wish and one memory that are due at
    # one moment get the same edition. Neither is null, since a null is neither less nor more than another value.
    Column("wish", Text, default=""),
    # No foreign key: it would be looked up for each of a million chats that go on to their next memory.
    Column("memory_id", Text, default=""),
    # In order of need and, within it, by what can be written once for many; a paused chat is never due.
    Index(
        "ix_chats_due",
        "next_due_at",
        "wish",
        "memory_id",
        "id",
        sqlite_where=text("paused_at IS NULL"),
        postgresql_where=text("paused_at IS NULL"),
    ),
)

_SHARDS = literal_column(str(SHARDS), BigInteger)
shard_of_chat = (chats.c.id % _SHARDS + _SHARDS) % _SHARDS
"""As `bot.delivery.shard` has it: a remainder takes the sign of what is divided, in both databases."""

Index(
    "ix_chats_due_in_shard",
    shard_of_chat,
    chats.c.next_due_at,
    chats.c.wish,
    chats.c.memory_id,
    chats.c.id,
    sqlite_where=text("paused_at IS NULL"),
    postgresql_where=text("paused_at IS NULL"),
)

# What the program notes about itself, such as the rules by which the due moments were reckoned.
notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
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
    # What `bot.delivery.shard` makes of the chat: messages of one shard are sent by one worker at a time.
    Column("shard", SmallInteger, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("part", SmallInteger, nullable=False),
    # No foreign key: the ledger keeps which briefing it was when what that told is forgotten.
    Column("briefing_id", Text),
    # Let go of once settled, so that a text nobody waits for any more can be removed.
    Column("text_id", Text, ForeignKey("texts.id", ondelete="SET NULL")),
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
)

_has_text = deliveries.c.text_id.is_not(None)
Index("ix_deliveries_text_id", deliveries.c.text_id, sqlite_where=_has_text, postgresql_where=_has_text)

# A briefing made for all chats of one group, until the last of them has it in the ledger.
editions = Table(
    "editions",
    metadata,
    Column("number", Number, primary_key=True),
    # Which chats it is for: those due at that moment, of that wish and that memory ("" for none).
    Column("due_at", UtcDateTime, nullable=False),
    Column("wish", Text, nullable=False),
    Column("memory", Text, nullable=False),
    # What the ledger is to say of it: of which day, which briefing, and since when it waits.
    Column("local_date", Date, nullable=False),
    Column("briefing_id", Text, nullable=False),
    Column("waits_since", UtcDateTime, nullable=False, index=True),
    # What becomes of the chats: which memory they hold then, and when their next one is due.
    Column("next_memory", Text, nullable=False),
    Column("next_due_at", UtcDateTime),
    UniqueConstraint("due_at", "wish", "memory"),
)

edition_texts = Table(
    "edition_texts",
    metadata,
    Column("edition", Number, ForeignKey("editions.number", ondelete="CASCADE"), primary_key=True),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("text_id", Text, ForeignKey("texts.id"), nullable=False, index=True),
)

_open = deliveries.c.settled_at.is_(None)
# Of the unsettled alone, so that a history of years costs nothing: by age, by chat, and in each shard by when they may be sent.
Index("ix_deliveries_open", deliveries.c.due_at, sqlite_where=_open, postgresql_where=_open)
Index(
    "ix_deliveries_open_of_chat",
    deliveries.c.chat_id,
    deliveries.c.number,
    sqlite_where=_open,
    postgresql_where=_open,
)
ready_at = func.coalesce(deliveries.c.claimed_until, deliveries.c.due_at, type_=UtcDateTime)
"""When an unsettled delivery may be sent: once it is due, and once who claimed it or put it off says so."""
Index(
    "ix_deliveries_ready",
    deliveries.c.shard,
    ready_at,
    deliveries.c.number,
    sqlite_where=_open,
    postgresql_where=_open,
)

pace = Table(
    "pace",
    metadata,
    # One row: the whole bot has one pace. Moments are seconds since 1970 by the database's clock.
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("tat", Double, nullable=False),
    Column("parked", Double, nullable=False),
    Column("cut", Double),
    Column("cut_at", Double, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("id", Text, primary_key=True),
    # Another at each start, which tells a worker from one before it or beside it of the same name.
    Column("incarnation", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("roles", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    # Seconds since 1970 by the database's clock, since those of machines differ.
    Column("seen", Double, nullable=False),
    Column("trouble", PlainText),
)

lateness = Table(
    "lateness",
    metadata,
    Column("hour", UtcDateTime, primary_key=True),
    # Of the scale in `storage.lateness`.
    Column("step", SmallInteger, primary_key=True, autoincrement=False),
    Column("sent", Integer, nullable=False),
)
