"""Which messages are sent one after the other by one worker: those of a shard, a fixed part of all chats."""

from bot.model import SHARDS


def shard_of(chat: int) -> int:
    """The shard of `chat` (Telegram's id, negative for groups), from 0 to `SHARDS` - 1; the same for ever."""
    return chat % SHARDS
