"""What comes from outside, made harmless: text that only shows, links that only open web pages."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from bot.rendering.letters import boundary

LONGEST_LINK = 2000
"""Characters of an address we still make clickable; browsers and Telegram are known to take that many."""

# Directional formatting characters (Unicode UAX #9, the explicit ones): unbalanced, they would turn round the
# rest of our line. Arabic and Hebrew read rightly without them. The last is the place of a lost picture.
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffc")

# Letters that CommonMark reads as markup wherever they stand, and `$`, which many renderers take for formulas.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|$]")

# What CommonMark reads as a heading, list, rule or quotation where a line begins; of "1." it is the dot.
_LINE_START = re.compile(r"^(\s*\d{0,9})(?<=\d)([.)])|^(\s*)([#+\-=])")


def clean(text: str) -> str:
    """`text` on one line, without control, direction-turning and unpaired surrogate characters.

    Visible characters all stay, and so do the joiners that emoji and Persian or Indic words are made with.
    """
    if text.isprintable() and "\ufffc" not in text:
        # Printable are neither controls nor surrogates, nor any space but the plain one (str.isprintable).
        return " ".join(text.split())
    shown = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not _is_hidden(character)
    )
    return " ".join("".join(shown).split())


def _is_hidden(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cs"}


def escape_markdown(text: str) -> str:
    """`text` so that Markdown shows it as it stands, wherever in a line it is put."""
    inner = _MARKDOWN.sub(r"\\\g<0>", text)
    return _LINE_START.sub(lambda match: f"{match[1] or match[3] or ''}\\{match[2] or match[4]}", inner)


def safe_link(url: str | None) -> str | None:
    """`url` if it is a plain web address that may be made clickable, else None.

    Everything that could end an attribute or a Markdown link is percent-encoded.
    """
    if not url or len(url) > LONGEST_LINK or any(map(_is_hidden, url)):
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:  # not an address at all
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return quote(url.strip(), safe=";/?:@&=+$,#%!~-._'[]")


def shortened(text: str, limit: int, mark: str) -> str:
    """`text` itself, or as many of its words as fit in `limit` characters with `mark` for the rest."""
    if len(text) <= limit:
        return text
    room = max(limit - len(mark), 1)
    words = text[:room] if text[room].isspace() else text[:room].rpartition(" ")[0]
    return (words or text[: boundary(text, room)]).rstrip() + mark
