"""Attributions that interrupt or end what they report: "The pipeline, the ministry said, would stay closed"; ", as the envoy put it"."""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

from bot.events.lexicon import Frame
from bot.events.reading import child
from bot.events.sayers import FINITE

# How many tokens a speaker's name, or the time and place of speaking, may take inside an aside.
LONGEST_PART = 12
# How many tokens must stand before an attribution that ends its sentence, for them to be words said.
SHORTEST_REPORT = 5

_SET_OFF = frozenset({",", "—", "–", "--", "―", "-"})
_NAME_LIKE = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "PRON"})
_WITHIN_NAMES = frozenset({"and", "of", "for", "in", "'s", "’s", "at", "to", "on"})
_ADJUNCT_LIKE = frozenset({"ADV", "ADP", "NOUN", "PROPN", "DET", "NUM", "ADJ", "PART", "PRON"})


@dataclass(frozen=True, slots=True)
class Aside:
    """Who speaks in an aside, how, and the stretches around it that are reported."""

    source: Token
    frame: Frame
    stretches: tuple[tuple[int, int], ...]


def find_aside(verb: Token, frames: Sequence[Frame]) -> Aside | None:
    """The aside a verb makes, if it makes one."""
    frame = next((one for one in frames if "clause" in one.takes or "aside" in one.takes), None)
    thing = child(verb, "dobj")
    if frame is None or _main(verb).tag_ not in FINITE or (thing is None) == ("aside" in frame.takes):
        return None
    first = _first(verb)
    opening = verb.doc[first - 1] if first > verb.sent.start else None
    inverted = first == verb.i
    source = _name_after(verb) if inverted else _name_before(verb, first)
    if source is None or opening is None:
        return None
    if not inverted and opening.lower_ == "as" and child(verb, "ccomp") is None:
        return _around(verb.sent, source, frame, opening.i, _last(verb, source))
    closing = _last(verb, source)
    if opening.text not in _SET_OFF or closing is None or verb.doc[closing].text not in _SET_OFF:
        return None
    return _around(verb.sent, source, frame, first, closing)


def _main(verb: Token) -> Token:
    aux = child(verb, "aux")
    return verb if aux is None else aux


def _first(verb: Token) -> int:
    """Where the words for the speaker begin, right before a verb; the verb itself where none stand there."""
    doc, place = verb.doc, verb.i
    while place > verb.sent.start and doc[place - 1].pos_ in ("ADV", "AUX"):
        place -= 1
    begun = place
    while (
        place > max(verb.sent.start, begun - LONGEST_PART)
        and (doc[place - 1].pos_ in _NAME_LIKE or doc[place - 1].lower_ in _WITHIN_NAMES)
        and doc[place - 1].lower_ != "as"
    ):
        place -= 1
    return place if place < begun else verb.i


def _name_before(verb: Token, first: int) -> Token | None:
    own = child(verb, "nsubj")
    if own is not None and first <= own.i < verb.i:
        return own
    place = verb.i - 1
    while verb.doc[place].pos_ in ("ADV", "AUX"):
        place -= 1
    return verb.doc[place]


def _name_after(verb: Token) -> Token | None:
    own = child(verb, "nsubj")
    return own if own is not None and own.i > verb.i else None


def _last(verb: Token, source: Token) -> int | None:
    """The comma or dash that closes an aside, or the end of its sentence."""
    doc, place = verb.doc, max(verb.i, source.right_edge.i if source.i > verb.i else verb.i) + 1
    ceiling = min(verb.sent.end, place + LONGEST_PART)
    while (
        place < ceiling and doc[place].pos_ in _ADJUNCT_LIKE and doc[place].lower_ not in ("that", "whether")
    ):
        place += 1
    ends = place < verb.sent.end and (doc[place].text in _SET_OFF or doc[place].text in ".!;")
    return place if ends else None


def _around(sentence: Span, source: Token, frame: Frame, first: int, last: int | None) -> Aside | None:
    """Its sentence without the aside and without a conjunction that only ties it to the sentence before."""
    if last is None:
        return None
    doc, start = sentence.doc, sentence.start
    while start < first and (doc[start].pos_ == "CCONJ" or doc[start].is_punct or doc[start].is_space):
        start += 1
    pieces = (doc[start:first], doc[last + 1 : sentence.end])
    stretches = tuple(
        (piece.start_char, piece.end_char) for piece in pieces if any(token.is_alpha for token in piece)
    )
    return Aside(source, frame, stretches) if stretches else None


def find_ending(verb: Token, frames: Sequence[Frame]) -> Aside | None:
    """An attribution that ends its sentence ("..., the ministers said."), where the parse has missed its subject."""
    frame = next((f for f in frames if "clause" in f.takes and f.public and not f.decides), None)
    doc, sentence, start = verb.doc, verb.sent, verb.i
    if frame is None or verb.tag_ not in ("VBD", "VBZ") or child(verb, "nsubj", "ccomp") is not None:
        return None
    while start > sentence.start and (
        doc[start - 1].pos_ in _NAME_LIKE - {"PRON"} or doc[start - 1].lower_ in ("and", "of", "'s", "’s")
    ):
        start -= 1
    speaker = doc[verb.i - 1]
    if (
        speaker.pos_ not in ("PROPN", "NOUN")
        or start - sentence.start < SHORTEST_REPORT
        or doc[start - 1].text != ","
    ):
        return None
    return Aside(speaker, frame, ((sentence.start_char, doc[start - 1].idx),))
