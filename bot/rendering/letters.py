"""Where a text may be cut without tearing apart what a reader sees as one letter.

A small part of Unicode's rules for grapheme clusters (UAX #29): marks, joiners, emoji with skin tones,
flags. Hangul written in single jamo is left out, since it is not met in the press.
"""

import unicodedata

JOINER = "\u200d"


def boundary(text: str, at: int) -> int:
    """The last place up to `at`, but after the first letter, where `text` may be cut; `at` if there is none."""
    places = (place for place in range(min(at, len(text)), 0, -1) if _may_cut(text, place))
    return next(places, at)


def _may_cut(text: str, at: int) -> bool:
    if at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if JOINER in (before, after) or _extends(after):
        return False
    return not (_is_flag_half(before) and _is_flag_half(after) and _halves_before(text, at) % 2)


def _extends(character: str) -> bool:
    """Whether it changes the letter before it: a mark, a skin tone, or a tag of a regional flag."""
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark or "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _halves_before(text: str, at: int) -> int:
    return next((n for n in range(at) if not _is_flag_half(text[at - 1 - n])), at)
