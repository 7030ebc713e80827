"""The shape of a line: does it end a sentence, is it a headline, which words carry its matter.

All of it is told from characters and scripts, not from any one language's grammar.
"""

import re
import unicodedata

from bot.text.lexicon import rows

_TERMINALS = frozenset(".!?…。！？｡؟۔।॥։።\u1362\u104a\u104b\u17d4;；:：")
_CLOSERS = frozenset("\"'”’»›)]}」』）】》*_")
_CREDIT_TAIL = re.compile(r"\s*(?:[(\[][^()\[\]]{1,60}[)\]]|[—–-]{1,2}\s*[\w/. ]{2,30})$")
_BULLET = re.compile(r"^(?:[•·▪▸►▶■●○◦‣⁃»>|*\-–—]+|\d{1,2}[.)])\s+(?=\S)")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)|\"[^\"]*(?:\"|$)|「[^」]*(?:」|$)")
_WORD = re.compile(r"[^\s\u2000-\u206f\u3000-\u303f\uff00-\uff0f!-/:-@\[-`{-~«»]+")

# Kana, Han, Thai, Lao, Burmese and Khmer are written without spaces between words.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")

STEM = 5
"""Letters. Cut here, `Russia`, `Russian` and `Russia's` fall together, as do most inflected forms elsewhere."""

_FUNCTION_WORDS = rows("words", "function")
_ARTICLES = re.compile(r"^(?:وال|بال|كال|فال|لل|ال)(?=..)")


def ends_sentence(line: str) -> bool:
    """Tell whether `line` ends as a sentence does, be it before a closing quote or an agency's credit."""
    return _terminated(line) or _terminated(_CREDIT_TAIL.sub("", line))


def _terminated(line: str) -> bool:
    core = line.rstrip("".join(_CLOSERS) + " ")
    return bool(core) and core[-1] in _TERMINALS


def bare(line: str) -> str:
    """Give `line` without the bullet or number it begins with."""
    return _BULLET.sub("", line)


def is_item(line: str) -> bool:
    """Tell whether `line` begins with a bullet or a number, as the items of a list do."""
    return bool(_BULLET.match(line))


def unquoted(line: str) -> str:
    """Give `line` with everything inside quotation marks left out: what its writer says in his own voice."""
    return _QUOTED.sub(" ", line)


def has_capitals(line: str) -> bool:
    """Tell whether nearly all longer words of `line` begin with a capital, as in American headlines."""
    long = [word for word in words(line) if len(word) > 3 and word[0].isalpha()]
    return bool(long) and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def words(line: str) -> list[str]:
    """Give the words of `line`; in scripts without spaces, runs of characters between punctuation."""
    return _WORD.findall(line)


def measure(line: str) -> int:
    """Give the length of `line` in words, two characters counting as one where words are not set apart."""
    unspaced = 0 if line.isascii() else len(_UNSPACED.findall(line))
    return len(words(line)) if unspaced < len(line) / 2 else (unspaced + 1) // 2


def matter(line: str) -> frozenset[str]:
    """Give the stems of the content words of `line`, comparable between lines of the same language."""
    found: set[str] = set()
    for word in words(unicodedata.normalize("NFKC", line)):
        found.update(_pairs(word) if _UNSPACED.match(word) else _stem(word))
    return frozenset(found)


def _stem(word: str) -> tuple[str, ...]:
    stem = _ARTICLES.sub("", word.casefold())
    # Short words are mostly grammar, but for abbreviations (US, EU) and scripts that leave vowels out.
    least = 2 if word.isupper() else 3 if _is_consonantal(stem) or word[0].isupper() else 4
    return () if len(stem) < least or stem in _FUNCTION_WORDS else (stem[:STEM],)


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(max(len(word) - 1, 1))}


def _is_consonantal(word: str) -> bool:
    # Hebrew, Arabic and Syriac.
    return "\u0590" <= word[:1] <= "\u08ff"
