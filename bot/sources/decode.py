"""From the bytes of a file to its text."""

import codecs
import re

import charset_normalizer

from bot.errors import EmptyInput, UnreadableInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""")

HEAD = 4_096
"""Bytes in which a page or feed declares its character set; HTML asks for the first 1,024."""

MOST_CONTROLS = 0.01
"""Share of control characters above which decoded bytes are no text: none stand in prose, dozens per hundred in
compressed data."""


def decode(data: bytes) -> str:
    """Give the text of `data`: by its byte order mark, as UTF-8, as it declares itself, or as it looks.

    Raises `EmptyInput` for nothing but white space, `UnreadableInput` for what is no text.
    """
    text = _decoded(data) if data.strip(b"\0") else ""
    if text is None or _is_noise(text):
        raise UnreadableInput(
            "It is not text but binary data.", "Give .txt, .html, .json, .jsonl, .xml or .opml."
        )
    if not text.strip("\ufeff \t\r\n\f\v"):
        raise EmptyInput("It is empty.", "Give a file with an article in it.")
    return text


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    if b"\0" in data:
        return None
    declared = _DECLARED.search(data[:HEAD])
    text = _try(data, "utf-8")
    if text is None and declared:
        text = _try(data, declared[1].decode("ascii"))
    return _guessed(data) if text is None else text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _guessed(data: bytes) -> str | None:
    best = charset_normalizer.from_bytes(data[:200_000]).best()
    return data.decode(best.encoding, "replace") if best else None


def _is_noise(text: str) -> bool:
    controls = sum(character < " " and character not in "\t\n\r\f\x1b" for character in text[:20_000])
    return controls > MOST_CONTROLS * min(len(text), 20_000)
