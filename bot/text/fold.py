"""Unicode and white space made even, so that every later rule sees one kind of text.

Nothing a reader can see is changed: quotation marks, dashes and spelling stay as the publisher set them.
"""

import re
import unicodedata
from itertools import pairwise

LONGEST_WRAP = 120
"""Columns. Typewritten and mailed texts wrap at 60 to 100; a longer line is a paragraph in itself."""

SHORTEST_WRAP = 40
"""Columns. Below this a block is a list, a verse or an address, whose line ends mean something."""

LONGEST_WORD = 30
"""Characters. A longer one is a script that sets no spaces, whose lines tell nothing by where they end."""

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
# Zero-width joiner and non-joiner stay: Persian, Hindi and emoji are misspelt without them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Put U+FFFD for every character that no database or terminal takes (NUL, lone surrogates).

    The length stays, so that offsets into the input hold.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def fold(text: str) -> str:
    """Give `text` in NFC: plain line ends, single spaces, no invisible characters, wrapped lines joined.

    Paragraphs are left apart by a line end or by one blank line, as they came.
    """
    text = _LINE_ENDS.sub("\n", storable(text))
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _unwrap(_GAPS.sub("\n\n", "\n".join(lines).strip("\n")))


def one_line(text: str) -> str:
    """Give `text` folded into a single line, as titles and names are kept."""
    return " ".join(fold(text).split())


def _unwrap(text: str) -> str:
    blocks = [block.split("\n") for block in text.split("\n\n")]
    width = max((len(line) for block in blocks if len(block) > 1 for line in block), default=0)
    if not SHORTEST_WRAP <= width <= LONGEST_WRAP:
        return text
    return "\n\n".join((" " if _is_wrapped(block, width) else "\n").join(block) for block in blocks)


def _is_wrapped(block: list[str], width: int) -> bool:
    # A line was broken for its width, not for its sense, only where the next word would not have fitted; and
    # then most lines begin in the middle of a sentence.
    breaks = [(line, after.split(" ", 1)[0]) for line, after in pairwise(block)]
    inside = sum(word[:1].isalpha() and not word[:1].isupper() for _, word in breaks)
    fits = any(len(line) + 1 + len(word) <= width or len(word) > LONGEST_WORD for line, word in breaks)
    return inside * 2 > len(breaks) and not fits
