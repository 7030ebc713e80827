"""Column types that mean the same on SQLite and PostgreSQL."""

import re
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

Number = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit row number the database counts up: SQLite only counts columns declared INTEGER."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL takes no NUL in a text; a lone surrogate has no UTF-8 at all."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, UTC-aware on both sides.

    Raises:
        ValueError: if a value without a time zone is to be stored or compared with.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Bring `value` to UTC, since SQLite keeps the digits alone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment needs a time zone to be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back: SQLite returns none, PostgreSQL the session's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text from outside. A character no database takes becomes U+FFFD, so that every offset still fits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what cannot be stored, one for one."""
        return value if value is None else _UNSTORABLE.sub("\ufffd", value)
