"""What decides a chat's briefing and its hour, as one key.

Of chats that are due at one moment, those of one wish and one memory get the same edition. The key stands beside what it is
made of and is brought up to date by whatever changes that, in one place: here.
"""

import json
from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WORLD, Chat, Length
from storage.tables import chats, subscriptions

KEY_LENGTH = 16
"""Hexadecimal digits of what names the text: 64 bits, so that of a million wishes two are alike with odds of 3 in 10⁸."""

_TEXT = (chats.c.length, chats.c.zone, chats.c.silent_when_empty)
_RHYTHM = (chats.c.minute, chats.c.weekdays, chats.c.quiet_from, chats.c.quiet_until)


def wish_key(follows: Iterable[str], chat: Chat) -> str:
    """Name what `chat`, which follows the codes `follows`, wants to read and when: `text.minute.weekdays.from.until`.

    The zone belongs to the text, since days and hours are told in it; Telegram's word for the user's language does not,
    for every text is written in the language of the desk.
    """
    rhythm = (chat.minute, chat.weekdays, chat.quiet_from, chat.quiet_until)
    return _key(follows, (chat.length, chat.zone, chat.silent_when_empty), rhythm)


async def keep_wish(conn: AsyncConnection, chat: int) -> None:
    """Bring the key of `chat` up to date with what it wishes; unknown chats have none."""
    row = (await conn.execute(select(*_TEXT, *_RHYTHM).where(chats.c.id == chat))).one_or_none()
    if row is None:
        return
    length, zone, silent, *rhythm = row
    follows = (
        await conn.execute(select(subscriptions.c.country).where(subscriptions.c.chat_id == chat))
    ).scalars()
    key = _key(follows, (length or Length.FULL, zone, silent), rhythm)
    await conn.execute(
        update(chats).where(chats.c.id == chat, chats.c.wish.is_distinct_from(key)).values(wish=key)
    )


def _key(follows: Iterable[str], text: tuple[str, str, bool], rhythm: Iterable[int | None]) -> str:
    codes = sorted(follows)
    # Who follows the world is told of all, whatever else is followed.
    content = [[WORLD] if WORLD in codes else codes, *text]
    digest = sha256(json.dumps(content).encode()).hexdigest()[:KEY_LENGTH]
    return ".".join((digest, *("" if each is None else str(each) for each in rhythm)))
