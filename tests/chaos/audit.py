"""What came to the chats, held against what was planned for them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.stand_in.chats import FIRST_SUPERGROUP
from tests.stand_in.process import accepted


@dataclass(frozen=True, slots=True)
class Verdict:
    """Messages lost, messages that came more than once (each time counted), chats out of order, answers cut off."""

    lost: int
    duplicates: int
    disordered: int
    unknown: int


def text_of(chat: int, part: int) -> str:
    """The text of a part, which no other has."""
    return f"part {part} for chat {chat}"


def arrived(audit: Path, texts: Collection[str]) -> int:
    """Count those of `texts` that have come by now."""
    came = {line["text"] for line in accepted(audit)}
    return sum(_mark(text) in came for text in texts)


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def judge(audit: Path, planned: Mapping[int, int], excused: frozenset[int]) -> Verdict:
    """Compare an audit with what was `planned` (parts by chat); `excused` are chats that may not be written to."""
    came = _by_chat(audit)
    lost = disordered = duplicates = 0
    for chat, parts in planned.items():
        texts = {_mark(text_of(chat, part)): part for part in range(parts)}
        got = [texts[text] for text in came.get(chat, ())]
        lost += 0 if chat in excused else parts - len(set(got))
        duplicates += len(got) - len(set(got))
        disordered += got != sorted(got)
    unknown = sum(not line["answered"] for line in accepted(audit))
    return Verdict(lost, duplicates, disordered, unknown)


def _by_chat(audit: Path) -> Mapping[int, Sequence[str]]:
    """The texts that came to each chat, by its first id."""
    came: defaultdict[int, list[str]] = defaultdict(list)
    for line in accepted(audit):
        chat = line["chat"]
        came[chat - FIRST_SUPERGROUP if chat <= FIRST_SUPERGROUP else chat].append(line["text"])
    return came


def outcomes(rows: Sequence[tuple[str | None, int]]) -> Counter[str]:
    """Count rows of the ledger by how they ended."""
    return Counter({outcome or "open": count for outcome, count in rows})
