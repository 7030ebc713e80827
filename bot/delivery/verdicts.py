"""What a refusal of the Bot API means, by the table `verdicts.toml`."""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

_PREFIX = re.compile(r"\A\s*(?:forbidden|bad request)\s*:\s*", re.IGNORECASE)


class Verdict(StrEnum):
    """Whether the chat or the text is at fault, or perhaps the bot, to whom the chat is unknown."""

    GONE = "gone"
    STRANGE = "strange"
    REFUSED = "refused"


def bare(description: str) -> str:
    """Telegram's description of an error without the name of its status."""
    return _PREFIX.sub("", description)


def judge(description: str) -> Verdict | None:
    """The verdict on a 400 or 403 described so; None where the words are not known."""
    words = bare(description)
    found = (verdict for verdict, pattern in _patterns() if pattern.match(words))
    return next(found, None)


@cache
def phrases() -> tuple[tuple[str, Verdict], ...]:
    """The packaged table. Raises KeyError or ValueError where it is not complete."""
    path = resources.files("bot.delivery").joinpath("verdicts.toml")
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple((phrase, Verdict(row["verdict"])) for row in table["answer"] for phrase in row["phrases"])


@cache
def _patterns() -> tuple[tuple[Verdict, re.Pattern[str]], ...]:
    """One pattern a verdict: any of its phrases, at the beginning and as whole words."""
    words = {verdict: [phrase for phrase, of in phrases() if of is verdict] for verdict in Verdict}
    return tuple(
        (verdict, re.compile(rf"(?:{'|'.join(map(re.escape, mine))})(?!\w)", re.IGNORECASE))
        for verdict, mine in words.items()
    )
