"""Files, folders and standard input to `FeedItem`s and `Source`s, one bad input never stopping the rest."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from bot.errors import InputError, MissingInput, OversizedInput, UnreadableInput
from bot.model import BodyFormat, Failure, FeedItem, Source
from bot.sources.decode import decode
from bot.sources.json_lines import read_json_lines
from bot.sources.opml import read_opml
from bot.sources.parse import parse_feed
from bot.sources.records import load, read_records
from bot.sources.sniff import SNIFFED, Kind, kind_of, sniff

MAX_BYTES = 10 * 1024 * 1024
"""Of one file, or of one line where articles stand one a line. The longest page in a set of 30 million bytes has
under 5 MB, so more is no article."""

STANDARD_INPUT = "-"

Read = FeedItem | Source | Failure


def read_inputs(paths: Sequence[str], stdin: BinaryIO) -> Iterator[Read]:
    """Give what the files, folders and standard input (`-`) named by `paths` hold, in their order, as it is read.

    Articles come as `FeedItem`, lines of a subscription list as `Source`, and whatever cannot be used as a
    `Failure` that says what to do. Web addresses are passed over: they are the fetcher's.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _guarded("standard input", _read_stream(stdin, "standard input", ""))
        elif not path.lower().startswith(("http://", "https://")):
            yield from _guarded(path, _read_path(Path(path)))


def _guarded(name: str, reading: Iterator[Read]) -> Iterator[Read]:
    try:
        yield from reading
    except InputError as error:
        yield Failure(name, str(error))
    except OSError as error:
        yield Failure(name, str(_translated(error)))


def _translated(error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return MissingInput("There is no such file or folder.", "Check the path.")
    if isinstance(error, PermissionError):
        return UnreadableInput("We may not read it.", "Give yourself the right to read it.")
    return UnreadableInput(f"It cannot be read ({error.strerror or error}).", "Check the path and the disk.")


def _read_path(path: Path) -> Iterator[Read]:
    if not path.is_dir():
        with path.open("rb") as stream:
            yield from _read_stream(stream, path.name, path.suffix)
        return
    files = list(_files_in(path))
    if not files:
        raise MissingInput(
            "The folder holds no file we read.", "Put .txt, .html, .json, .jsonl, .xml or .opml there."
        )
    for file in files:
        yield from _guarded(str(file), _read_path(file))


def _files_in(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(files) if kind_of(name) and not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error


def _read_stream(stream: BinaryIO, name: str, suffix: str) -> Iterator[Read]:
    head = stream.read(SNIFFED)
    kind = sniff(suffix, head)
    if kind is Kind.JSON_LINES:
        yield from read_json_lines(head, stream, name, MAX_BYTES)
        return
    data = head + stream.read(MAX_BYTES + 1 - len(head))
    if len(data) > MAX_BYTES:
        raise OversizedInput(
            f"It is larger than {MAX_BYTES // 1024**2} MB.", "Split it, or give .jsonl, one article a line."
        )
    yield from _read_whole(data, name, kind)


def _read_whole(data: bytes, name: str, kind: Kind) -> Iterator[Read]:
    text = decode(data)
    match kind:
        case Kind.JSON:
            yield from read_records(load(text), name)
        case Kind.OPML:
            yield from read_opml(data, name)
        case Kind.FEED:
            yield from parse_feed(data)
        case Kind.HTML:
            yield FeedItem(name, text, BodyFormat.HTML)
        case _:
            yield FeedItem(name, text)
