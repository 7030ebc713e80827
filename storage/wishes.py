"""What decides the text of a chat's briefing, as one key: chats of one wish and one memory get the same briefing.

The key stands beside what it is made of and is brought up to date by whatever changes that, in one place: here.
"""

import json
from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WORLD, Chat, Length
from storage.tables import chats, subscriptions

KEY_LENGTH = 16
"""Hexadecimal digits of a key: 64 bits, so that of a million wishes two are alike with odds of 3 in 10⁸."""


def wish_key(follows: Iterable[str], chat: Chat) -> str:
    """Name what `chat`, which follows the codes `follows`, wants to read.

    The zone belongs to it, since days and hours are told in it; Telegram's word for the user's language does not,
    for every text is written in the language of the desk.
    """
    return _key(follows, chat.length, chat.zone, silent=chat.silent_when_empty)


async def keep_wish(conn: AsyncConnection, chat: int) -> None:
    """Bring the key of `chat` up to date with what it follows and how it wants to read; unknown chats have none."""
    columns = (chats.c.length, chats.c.zone, chats.c.silent_when_empty)
    row = (await conn.execute(select(*columns).where(chats.c.id == chat))).one_or_none()
    if row is None:
        return
    follows = (
        await conn.execute(select(subscriptions.c.country).where(subscriptions.c.chat_id == chat))
    ).scalars()
    key = _key(follows, row.length or Length.FULL, row.zone, silent=row.silent_when_empty)
    await conn.execute(
        update(chats).where(chats.c.id == chat, chats.c.wish.is_distinct_from(key)).values(wish=key)
    )


def _key(follows: Iterable[str], length: str, zone: str, *, silent: bool) -> str:
    codes = sorted(follows)
    # Who follows the world is told of all, whatever else is followed.
    content = [[WORLD] if WORLD in codes else codes, length, zone, silent]
    return sha256(json.dumps(content).encode()).hexdigest()[:KEY_LENGTH]
