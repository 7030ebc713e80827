"""How Telegram counts text, and the commands it finds in what users write."""

import re

from tests.stand_in.refusal import Json

COMMAND = re.compile(r"(?<![\w/<>])/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?![\w/@])")


def units(text: str) -> int:
    """Count UTF-16 units, in which Telegram measures."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def commands(text: str) -> tuple[Json, ...]:
    """Give the bot_command entities of what a user wrote."""
    return tuple(
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in COMMAND.finditer(text)
    )
