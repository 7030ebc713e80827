"""Telegram's HTML, read as strictly as the official server does, with its words for what is wrong."""

import re
from dataclasses import dataclass

from tests.stand_in.refusal import Json, Refused
from tests.stand_in.tags import TAGS, check_start, entity
from tests.stand_in.text import units

REFERENCE = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<decimal>[0-9]{1,7})|(?P<name>lt|gt|amp|quot)(?![a-zA-Z]));?"
)
"""All that is decoded; `&nbsp;` and its like stay as they are written."""

NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACE = re.compile(r"\s*")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
PIECE = re.compile(r"[^<&]+")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._end_tag()
            elif self.source[self.at] == "<":
                self._start_tag()
            else:
                self._add(self._text())
        if self.open:
            raise Refused.unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.pieces), sorted(self.entities, key=lambda each: (each["offset"], -each["length"]))

    def _byte(self, index: int) -> int:
        return len(self.source[:index].encode())

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        taken = found[0] if found else ""
        self.at += len(taken)
        return taken

    def _skip(self, sign: str) -> bool:
        self._take(SPACE)
        there = self.source.startswith(sign, self.at)
        self.at += len(sign) * there
        return there

    def _text(self) -> str:
        reference = REFERENCE.match(self.source, self.at)
        if reference and (decoded := _decode(reference)):
            self.at = reference.end()
            return decoded
        if self.source[self.at] == "&":
            self.at += 1
            return "&"
        return self._take(PIECE)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += units(text)

    def _start_tag(self) -> None:
        start, self.at = self.at, self.at + 1
        tag = self._take(TAG_NAME).lower()
        if self.at == len(self.source):
            raise Refused.unparsable(f"Unclosed start tag at byte offset {self._byte(start)}")
        if tag not in TAGS:
            raise Refused.unparsable(f'Unsupported start tag "{tag}" at byte offset {self._byte(start)}')
        attributes = self._attributes(tag, start)
        check_start(tag, attributes, [each.tag for each in self.open], self._byte(start))
        self.open.append(_Open(tag, attributes, self.length, len(self.pieces)))

    def _attributes(self, tag: str, start: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while not self._skip(">"):
            if self.at == len(self.source):
                raise Refused.unparsable(f'Unclosed start tag "{tag}" at byte offset {self._byte(start)}')
            name = self._take(ATTRIBUTE_NAME)
            if not name:
                where = self._byte(start)
                raise Refused.unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            found[name.lower()] = self._value(tag, start) if self._skip("=") else ""
        return found

    def _value(self, tag: str, start: int) -> str:
        self._take(SPACE)
        if self.at == len(self.source):
            raise Refused.unparsable(f'Unclosed start tag "{tag}" at byte offset {self._byte(start)}')
        begin, sign = self.at, self.source[self.at : self.at + 1]
        if sign in "\"'":
            end = self.source.find(sign, self.at + 1)
            if end < 0:
                raise Refused.unparsable(f"Unclosed start tag at byte offset {self._byte(start)}")
            self.at = end + 1
            return REFERENCE.sub(lambda each: _decode(each) or each[0], self.source[begin + 1 : end])
        token = self._take(NAME_TOKEN).lower()
        if not re.match(r"[\s>]", self.source[self.at : self.at + 1]):
            raise Refused.unparsable(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return token

    def _end_tag(self) -> None:
        start, self.at = self.at, self.at + 2
        where = self._byte(start)
        if not self.open:
            raise Refused.unparsable(f"Unexpected end tag at byte offset {where}")
        tag, begun = self._take(TAG_NAME).lower(), self.open.pop()
        if not self._skip(">"):
            raise Refused.unparsable(f"Unclosed end tag at byte offset {where}")
        if tag and tag != begun.tag:
            expected = f'expected "</{begun.tag}>", found "</{tag}>"'
            raise Refused.unparsable(f"Unmatched end tag at byte offset {where}, {expected}")
        self._close(begun)

    def _close(self, begun: _Open) -> None:
        made = entity(begun.tag, begun.attributes, "".join(self.pieces[begun.piece :]))
        if not made or self.length == begun.offset:
            return
        span = {"offset": begun.offset, "length": self.length - begun.offset}
        last = self.entities[-1] if self.entities else {}
        if made["type"] == "pre" and last.get("type") == "code" and last.items() >= span.items():
            # <pre><code class="language-…"> is one block of code in that language.
            made |= self.entities.pop() | {"type": "pre"}
        elif begun.tag == "code" and not (self.open and self.open[-1].tag == "pre"):
            made.pop("language", None)
        self.entities.append(made | span)


def _decode(reference: re.Match[str]) -> str:
    if reference["name"]:
        return NAMED[reference["name"]]
    code = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    return chr(code) if 0 < code < 0x10FFFF else ""


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Give the text without its tags and the entities, offsets in UTF-16 units; `Refused` where it is not well formed."""
    text, entities = _Reader(source).read()
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise Refused.unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
        )
    return text, entities
