"""Letters made comparable without moving them: folded text has the length of the text it came from.

Accents fall ("Élysée" → "Elysee"), all apostrophes and dashes become one, so that an offset found in
folded text is an offset in the text as written.
"""

import re
import unicodedata

_LAST_LATIN = 0x250
_FIRST_ADDED, _LAST_ADDED = 0x1E00, 0x1EFF
_FIRST_MARK, _LAST_MARK = 0x300, 0x36F
_MARK = "\u0300"
_UNDECOMPOSED = {
    "ı": "i",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "ħ": "h",
    "ß": "s",
    "æ": "a",
    "Æ": "A",
    "œ": "o",
    "Œ": "O",
    "þ": "t",
    "Þ": "T",
    "ə": "e",
    "Ə": "E",
}
_APOSTROPHES = "’‘ʼʻ`´′ʹ"
_DASHES = "‐‑‒–"


def _bare(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0]
    return first if first.isascii() and first.isalnum() else letter


def _table() -> dict[int, str]:
    points = [*range(0xC0, _LAST_LATIN), *range(_FIRST_ADDED, _LAST_ADDED + 1)]
    table = {point: _bare(chr(point)) for point in points}
    table |= {ord(letter): plain for letter, plain in _UNDECOMPOSED.items()}
    table |= dict.fromkeys(range(_FIRST_MARK, _LAST_MARK + 1), _MARK)
    table |= {ord(mark): "'" for mark in _APOSTROPHES}
    return table | {ord(dash): "-" for dash in _DASHES}


_TABLE = _table()

# Translating only what needs it: most letters of English text do not.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
WORD = re.compile(rf"[\w{_MARK}]+")


def fold(text: str) -> str:
    """Return `text` without accents, letter for letter: `len(fold(text)) == len(text)`."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda found: found[0].translate(_TABLE), text)


def key(word: str) -> str:
    """Return the form under which a folded word is looked up: small letters, no combining marks."""
    return word.lower() if word.isascii() else word.lower().replace(_MARK, "")


def keys(text: str) -> tuple[str, ...]:
    """Return the looked-up forms of all words of a text as written."""
    return tuple(key(word) for word in WORD.findall(fold(text)))
