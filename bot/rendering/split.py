"""Telegram messages that fit: whole blocks together, and a block that is too long by itself in whole sentences."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.rendering.letters import boundary
from bot.rendering.runs import Run, Tag, entities, read, units, write

MESSAGE_UNITS = 4096
"""UTF-16 code units of a message. Telegram counts them after it has parsed the tags (Bot API, sendMessage);
we hold the HTML itself to it, which leaves a margin and spares us from counting as Telegram does."""

MESSAGE_ENTITIES = 100
"""Formatted stretches in a message, after which Telegram ignores the rest (Bot API, formatting options)."""

BLOCK_GAP = "\n\n"
"""What stands between two blocks of one message."""

SMALLEST_PIECE = 0.5
"""Share of a message that must be filled before a sentence's end is a better cut than a later word's."""

_SENTENCE_END = re.compile(r"[.!?…][\"”\u2019»)\]]*\s+|\n+")


def split(blocks: Iterable[str]) -> tuple[str, ...]:
    """`blocks` of Telegram HTML as messages of at most `MESSAGE_UNITS` and `MESSAGE_ENTITIES`.

    Blocks are never torn apart unless one alone is too long; then it is cut after a sentence, else after
    a word, else between letters, with its tags closed and opened again. No text is lost but the white
    space at a cut. A tag too large for any message is left out and its text kept.
    """
    messages: list[str] = []
    held: list[Run] = []
    size = _Size()
    for number, block in enumerate(blocks):
        # Tags are told apart by number, so those of different blocks must not have the same. As blocks share none,
        # their sizes add up, and what is held need not be measured again with each.
        runs = _renumbered(read(block.strip()), number)
        gap = [Run(BLOCK_GAP)] if held else []
        wanted = size + _size(gap) + _size(runs)
        if wanted.fits:
            held, size = [*held, *gap, *runs], wanted
            continue
        _flush(messages, held)
        *whole, held_part = _pieces(runs)
        for piece in whole:
            _flush(messages, piece)
        held, size = list(held_part), _size(held_part)
    _flush(messages, held)
    return tuple(messages)


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of a message is taken up."""

    units: int = 0
    entities: int = 0

    def __add__(self, other: "_Size") -> "_Size":
        return _Size(self.units + other.units, self.entities + other.entities)

    @property
    def fits(self) -> bool:
        return self.units <= MESSAGE_UNITS and self.entities <= MESSAGE_ENTITIES


def _size(runs: Sequence[Run]) -> _Size:
    return _Size(units(write(runs)), entities(runs))


def _renumbered(runs: Sequence[Run], block: int) -> list[Run]:
    def own(tag: Tag) -> Tag:
        return replace(tag, number=(block << 32) + tag.number)

    return [replace(run, tags=tuple(map(own, _affordable(run.tags)))) for run in runs]


def _affordable(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The outermost of `tags` that leave at least half of a message to its text."""
    kept: list[Tag] = []
    room = MESSAGE_UNITS // 2
    for tag in tags[: MESSAGE_ENTITIES // 2]:
        room -= units(tag.raw) + len(f"</{tag.name}>")
        if room < 0:
            break
        kept.append(tag)
    return tuple(kept)


def _fits(runs: Sequence[Run]) -> bool:
    return _size(runs).fits


def _flush(messages: list[str], runs: Sequence[Run]) -> None:
    message = write(_trimmed(runs))
    if message:
        messages.append(message)


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """`runs` without white space at either end, which Telegram would cut off too."""
    kept = list(runs)
    while kept and not kept[0].text.strip():
        del kept[0]
    while kept and not kept[-1].text.strip():
        del kept[-1]
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept


def _pieces(runs: list[Run]) -> list[list[Run]]:
    """`runs` in as few stretches as fit into a message each; at least one, which may be empty."""
    pieces: list[list[Run]] = []
    while not _fits(runs):
        head, runs = _cut(runs)
        pieces.append(head)
    return [*pieces, runs]


def _cut(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """The longest good beginning of `runs` that fits, and the rest; both hold something."""
    number = _most(len(runs) - 1, lambda count: _fits(runs[:count]))
    head, run, rest = runs[:number], runs[number], runs[number + 1 :]
    room = _most(len(run.text) - 1, lambda count: _fits([*head, replace(run, text=run.text[:count])]))
    at = _good_place(run.text, room) if room else 0
    if at == 0 and not head:
        at = max(room, 1)
    first = [*head, replace(run, text=run.text[:at])] if at else head
    return first, [replace(run, text=run.text[at:]), *rest]


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """The largest number from 0 to `count` that `fits`, where all smaller ones fit too."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _good_place(text: str, room: int) -> int:
    """Where to cut `text` at or before `room`: after a sentence, a word or a letter, in this order."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, room)]
    if ends and ends[-1] >= room * SMALLEST_PIECE:
        return ends[-1]
    blank = max(text.rfind(" ", 0, room), text.rfind("\n", 0, room)) + 1
    return blank or boundary(text, room)
