"""The text of a message: what is left after parsing, and how much of it Telegram takes."""

from dataclasses import dataclass

from tests.stand_in.markup import parse_html
from tests.stand_in.refusal import Json, Refused
from tests.stand_in.text import units

LONGEST = 4096
"""UTF-16 units of a message after parsing (Bot API, sendMessage)."""

MOST_ENTITIES = 100
"""The official server forgets those after the hundredth."""


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Json, ...] = ()


def formatted(text: str, parse_mode: str | None, entities: list[Json] | None) -> Formatted:
    """Read a text as sendMessage and editMessageText do, or refuse it."""
    mode = (parse_mode or "").lower()
    if mode in {"markdown", "markdownv2"}:
        raise Refused.spec("the stand-in reads only HTML")
    if mode not in {"", "none", "html"}:
        raise Refused.bad("unsupported parse_mode")
    shown, found = parse_html(text) if mode == "html" else (text, _within(entities or [], units(text)))
    trimmed = _trimmed(shown, found)
    _check(trimmed)
    return trimmed


def _within(entities: list[Json], length: int) -> list[Json]:
    for each in entities:
        if (end := each["offset"] + each["length"]) > length:
            begin = f"entity beginning at UTF-16 offset {each['offset']}"
            raise Refused.bad(f"{begin} ends after the end of the text at UTF-16 offset {end}")
    return entities


def _trimmed(text: str, entities: list[Json]) -> Formatted:
    """Cut white space at both ends, as the server does, and the entities with it."""
    cut = units(text) - units(text.lstrip())
    text = text.strip()
    length = units(text)
    moved = []
    for each in entities:
        begin = max(each["offset"] - cut, 0)
        end = min(each["offset"] + each["length"] - cut, length)
        if begin < end:
            moved.append(each | {"offset": begin, "length": end - begin})
    return Formatted(text, tuple(moved))


def _check(read: Formatted) -> None:
    if not read.text:
        raise Refused.bad("message text is empty")
    if units(read.text) > LONGEST:
        raise Refused.bad("message is too long")
    if len(read.entities) > MOST_ENTITIES:
        raise Refused.spec(f"{len(read.entities)} entities; those after {MOST_ENTITIES} would be lost")
