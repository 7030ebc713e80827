"""JSON Lines as a stream: one article a line, so that a file of any size needs the memory of its longest line."""

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from bot.errors import InputError, OversizedInput, UnreadableInput
from bot.model import Failure, FeedItem
from bot.sources.decode import decode
from bot.sources.records import load, read_record

CHUNK = 64 * 1024
"""Bytes read at a time."""

_MARK = b"\xef\xbb\xbf"


def read_json_lines(head: bytes, stream: BinaryIO, name: str, limit: int) -> Iterator[FeedItem | Failure]:
    """Give the article in each line of `head` and what follows it in `stream`, a `Failure` for a line without.

    A line over `limit` bytes is passed over in pieces. Blank lines do not count as articles but keep the
    numbering. Raises `UnreadableInput` where the whole is binary or holds no line.
    """
    if b"\0" in head:
        raise UnreadableInput("It is not text but binary data.", "Give JSON Lines in UTF-8.")
    number = 0
    is_empty = True
    for number, line in enumerate(_lines(chain([head.removeprefix(_MARK)], _chunks(stream)), limit), start=1):
        if line is None or line.strip():
            is_empty = False
            yield _read_line(line, f"{name}:{number}", limit)
    if is_empty:
        raise UnreadableInput("It is empty.", "Give one JSON object a line.")


def _read_line(line: bytes | None, name: str, limit: int) -> FeedItem | Failure:
    try:
        if line is None:
            raise OversizedInput(f"The line is larger than {limit // 1024**2} MB.", "Split the article.")
        return read_record(load(decode(line), is_line=True), name)
    except InputError as error:
        return Failure(name, str(error))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _lines(chunks: Iterator[bytes], limit: int) -> Iterator[bytes | None]:
    # None stands for a line over the limit, whose bytes are let go as they come.
    line = bytearray()
    is_long = False
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            line += part
            yield None if is_long or len(line) > limit else bytes(line)
            line.clear()
            is_long = False
        line += rest
        if len(line) > limit:
            is_long = True
            line.clear()
    if line or is_long:
        yield None if is_long else bytes(line)
