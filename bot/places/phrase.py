"""Finds whose a phrase is when it names more than one state: the owner or the head of the phrase decides."""

import re
from collections.abc import Sequence

from bot.places.fold import WORD, fold
from bot.places.mention import Mention, Sense
from bot.places.tables import words

_FLAG_BASE = 0x1F1E6 - ord("A")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_NATION = frozenset((Sense.COUNTRY, Sense.DEMONYM, Sense.CAPITAL, Sense.METONYM, Sense.REGION))
_MEMBER = frozenset(("member", "ally", "allies", "members", "candidate", "hopeful", "newcomer"))
_NAMED_AFTER_NATION = frozenset((Sense.GROUP, Sense.ORGANISATION))


def head(phrase: str, mentions: Sequence[Mention]) -> Mention | None:
    """Return the mention among those of `phrase` that tells whose it is; None where that stays open."""
    flag = _flag(phrase)
    if flag is not None:
        return flag
    folded = fold(phrase)
    owned = [mention for mention in mentions if not _only_backing(folded, mention)]
    return _decide(folded, owned)


def _flag(phrase: str) -> Mention | None:
    found = _FLAG.findall(phrase)
    if len(set(found)) != 1 or _FLAG.sub("", phrase).strip():
        return None
    start = phrase.index(found[0])
    code = "".join(chr(ord(letter) - _FLAG_BASE) for letter in found[0])
    return Mention(start, start + 2, found[0], code, Sense.COUNTRY)


def _only_backing(folded: str, mention: Mention) -> bool:
    """Whether a state only stands behind the party named ("Russian-backed separatists")."""
    word = WORD.match(folded, mention.end + 1)
    hyphen = folded[mention.end : mention.end + 1] == "-"
    return hyphen and word is not None and word.group().lower() in words("not_the_owner_suffix")


def _decide(folded: str, mentions: Sequence[Mention]) -> Mention | None:
    if len({mention.code for mention in mentions}) <= 1:
        return mentions[0] if mentions else None
    noun_phrases = _split(folded, mentions)
    first = next(part for part in noun_phrases if part)
    if len({mention.code for mention in first}) == 1:
        return first[0]
    return _owner(folded, first)


def _split(folded: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group the mentions by the stretches between prepositions and commas: the head's stretch comes first."""
    cuts = [m.start() for m in WORD.finditer(folded) if _cuts(folded, m, mentions)]
    groups: list[list[Mention]] = [[] for _ in range(len(cuts) + 1)]
    for mention in mentions:
        groups[sum(cut < mention.start for cut in cuts)].append(mention)
    return groups


def _cuts(folded: str, word: re.Match[str], mentions: Sequence[Mention]) -> bool:
    if any(mention.start <= word.start() < mention.end for mention in mentions):
        return False
    return word.group().lower() in words("preposition") or folded[: word.start()].rstrip().endswith(",")


def _owner(folded: str, group: Sequence[Mention]) -> Mention | None:
    """Of several states in one noun phrase, the one that owns it; None where they stand side by side."""
    if any(word.group().lower() in {"and", "or", "between"} for word in WORD.finditer(folded)):
        return None
    one, two = group[0], group[1]
    between = folded[one.end : two.start]
    if between.startswith(("'s ", "' ")):
        return one
    if one.sense is Sense.ORGANISATION and between.strip().lower() in _MEMBER:
        return two
    if one.sense in _NATION and two.sense is Sense.GROUP and _kind_of_group(between):
        return two
    if one.sense in _NATION and two.sense in _NAMED_AFTER_NATION and between in {" ", "-"}:
        return two if two.sense is Sense.GROUP else _with_office(folded, group)
    if "-" in between or _speaks(folded):
        return None
    return _with_office(folded, group)


def _kind_of_group(between: str) -> bool:
    """Whether only the kind of a group stands between a nation and its name ("Lebanese militant group")."""
    kind = {word.group().lower() for word in WORD.finditer(between)}
    return bool(kind) and kind <= words("kind_of_group") and not re.search(r"[^\w -]", between)


def _with_office(folded: str, group: Sequence[Mention]) -> Mention | None:
    tail = {word.group().lower() for word in WORD.finditer(folded, group[0].end)}
    if tail & words("conflict_noun"):
        return None
    return group[0] if tail & words("head_person") or group[-1].sense is Sense.PERSON else None


def _speaks(folded: str) -> bool:
    return any(word.group().lower() in words("verb_of_speech") for word in WORD.finditer(folded))
