"""What a cue reports: the quotation, clause or phrase that holds the words said.

Spans follow the habit of attribution corpora: the clause with its complementiser, not the cue.
"""

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from bot.events.lexicon import Frame, load_lexicon
from bot.events.reading import Reading, agent, child, children
from bot.events.sayers import FINITE, resumed

Stretch = tuple[int, int]


def find_content(
    reading: Reading, verb: Token, frames: Sequence[Frame]
) -> tuple[list[Stretch], Frame] | None:
    """What a verb reports and the frame by which it does, the surest evidence first."""
    for take, finder in _FINDERS:
        for frame in frames:
            if take in frame.takes and (content := finder(reading, verb)):
                return content, frame
    return None


def _cue_region(verb: Token) -> Stretch:
    """From the first to the last character of the cue with its subject and auxiliaries."""
    own = [verb, *children(verb, "aux", "auxpass", "neg", "prt")]
    for who in children(verb, "nsubj", "nsubjpass", "agent"):
        own += [t for t in who.subtree if abs(t.i - verb.i) < 40]
    first, last = min(own, key=lambda t: t.i), max(own, key=lambda t: t.i)
    return first.idx, last.idx + len(last)


def _clause_content(_: Reading, verb: Token) -> list[Stretch]:
    for clause in children(verb, "ccomp"):
        if clause.i < verb.i and any(one.text == ";" for one in verb.doc[clause.i : verb.i]):
            continue
        if clause.pos_ in ("VERB", "AUX", "ADJ", "NOUN", "PROPN", "ADV", "PRON", "NUM", "ADP"):
            return _around(clause.left_edge.i, _last_of(clause, verb), verb)
    if verb.dep_ in ("parataxis", "ccomp") and verb.head.i < verb.i and _set_off(verb):
        return _host_clause(verb)
    return []


_CONTRASTS = frozenset({"although", "though", "whereas"})


def _last_of(part: Token, verb: Token) -> int:
    """Where a part of the content ends, before what the speaker goes on to do: "said the deal was fair | and warned that ..."."""
    for one in part.subtree:
        if (
            one.dep_ == "conj"
            and one.i > part.i
            and one.lemma_.lower() in load_lexicon().verbs
            and resumed(one) == verb
        ):
            last = one.left_edge.i - 1
            while last > part.i and (one.doc[last].pos_ == "CCONJ" or one.doc[last].is_punct):
                last -= 1
            return last
    contrast = next((one for one in children(part, "advcl") if _contrasts(one)), None)
    if contrast is not None and contrast.left_edge.i - 2 > part.i:
        return contrast.left_edge.i - 2
    return part.right_edge.i - (part.right_edge.pos_ == "CCONJ")


def _contrasts(clause: Token) -> bool:
    """Whether a clause after a comma is the writer's own again: "..., although it had promised"."""
    return clause.left_edge.lower_ in _CONTRASTS and clause.left_edge.nbor(-1).text == ","


def _part(token: Token, verb: Token) -> Stretch:
    """The characters of a token with all that hangs on it, as far as it is what the verb reports."""
    last = token.doc[max(_last_of(token, verb), token.i)]
    return token.left_edge.idx, last.idx + len(last)


def _set_off(verb: Token) -> bool:
    before = verb.doc[max(verb.left_edge.i - 1, 0)]
    return before.text in (",", "—", "-", "–") and child(verb, "ccomp", "dobj", "xcomp") is None


def _host_clause(verb: Token) -> list[Stretch]:
    host = verb.head
    return _around(host.left_edge.i, host.right_edge.i, verb)


def _around(first: int, last: int, verb: Token) -> list[Stretch]:
    """Tokens first..last as one stretch, or two where the cue with its subject stands between them."""
    doc = verb.doc
    start, stop = doc[first].idx, doc[last].idx + len(doc[last])
    cue_start, cue_stop = _cue_region(verb)
    if stop <= cue_start or start >= cue_stop:
        return [(start, stop)]
    pieces = [(start, cue_start), (cue_stop, stop)]
    return [(a, b) for a, b in pieces if b > a]


def phrase_of(token: Token) -> Stretch:
    """The characters of a token with all that hangs on it."""
    return token.left_edge.idx, token.right_edge.idx + len(token.right_edge)


def _infinitive(_: Reading, verb: Token) -> list[Stretch]:
    found = [one for one in children(verb, "xcomp", "advcl") if _is_inner(one) and one.i > verb.i]
    return [_part(one, verb) for one in found if one.dep_ == "xcomp" or child(verb, "dobj") is None][:1]


def _is_inner(token: Token) -> bool:
    """Whether a verb is what another is about: "vowed to go", "proposed dropping it"."""
    return is_infinitive(token) or (token.dep_ == "xcomp" and token.tag_ == "VBG")


def is_infinitive(token: Token) -> bool:
    """Whether a verb stands with "to"."""
    return any(one.dep_ == "aux" and one.lower_ == "to" for one in token.children)


def _object(_: Reading, verb: Token) -> list[Stretch]:
    objects = [one for one in children(verb, "dobj") if one.pos_ != "PRON"]
    if child(verb, "nsubjpass") is not None and agent(verb) is not None:
        objects += children(verb, "nsubjpass")
    if not objects:
        return []
    first, last = _part(objects[0], verb)
    for tail in children(verb, "prep", "xcomp", "pcomp"):
        if (tail.i > objects[0].i and tail.lower_ in ("for", "of", "with", "as", "over")) or is_infinitive(
            tail
        ):
            last = max(last, _part(tail, verb)[1])
    return [(first, last)]


def _person(_: Reading, verb: Token) -> list[Stretch]:
    """What comes after a person; whoever is to do something belongs to it: "urged | the parties to stop", "told reporters | that"."""
    for clause in children(verb, "ccomp", "xcomp"):
        if clause.i > verb.i:
            start, stop = _part(clause, verb)
            someone = child(verb, "dobj")
            if someone is not None and verb.i < someone.i < clause.i and is_infinitive(clause):
                start = someone.left_edge.idx
            return [(start, stop)]
    return []


def _for(_: Reading, verb: Token) -> list[Stretch]:
    for preposition in children(verb, "prep"):
        if preposition.lower_ == "for" and preposition.i > verb.i and child(preposition, "pobj", "pcomp"):
            return [_part(preposition, verb)]
    return []


def _against(_: Reading, verb: Token) -> list[Stretch]:
    return [
        phrase_of(one) for one in children(verb, "prep") if one.lower_ in ("against", "at") and one.i > verb.i
    ][:1]


def _on(_: Reading, verb: Token) -> list[Stretch]:
    for preposition in children(verb, "prep"):
        if preposition.lower_ in ("on", "upon", "to") and preposition.i > verb.i:
            tails = [
                one for one in children(verb, "xcomp", "advcl", "ccomp", "prep") if one.i > preposition.i
            ]
            last = max((_part(tail, verb)[1] for tail in tails), default=_part(preposition, verb)[1])
            someone = child(preposition, "pobj")
            if someone is not None and (tails or child(someone, "relcl", "acl") is not None):
                return [(someone.left_edge.idx, last)]
    return []


def _about(_: Reading, verb: Token) -> list[Stretch]:
    """What is spoken of: "referred to the map", "spoke about the fence"."""
    return [
        _part(thing, verb)
        for one in children(verb, "prep")
        if one.lower_ in _OF_ABOUT and one.i > verb.i and (thing := child(one, "pobj", "pcomp")) is not None
    ][:1]


def _named(reading: Reading, verb: Token) -> list[Stretch]:
    """Thing and description together: "called the plan a mistake", "described it as unfair"."""
    described = (one for one in children(verb, "oprd", "ccomp", "xcomp") if one.i > verb.i)
    description = next(described, None) or next((p for p in children(verb, "prep") if p.lower_ == "as"), None)
    thing = child(verb, "dobj")
    if description is None and thing is not None:
        return _named_in_marks(reading, thing)
    if description is None or description.i < verb.i or is_infinitive(description):
        return []
    parts = [description, thing] if thing is not None and thing.i > verb.i else [description]
    return [(min(one.left_edge.idx for one in parts), max(map(_end_before_conjunct, parts)))]


def _named_in_marks(reading: Reading, thing: Token) -> list[Stretch]:
    """A thing and the quoted word for it, which a parser may have taken into one phrase: called the plan “necessary”."""
    start, stop = phrase_of(thing)
    quoted = reading.quotes_over(thing.idx + len(thing), stop + 2)
    return [(start, max(stop, quoted[0].end))] if quoted else []


def _end_before_conjunct(token: Token) -> int:
    """Where a phrase ends, without a second verb joined to it: "called it necessary | and argued that"."""
    joined = next((one for one in children(token, "conj") if one.tag_ in FINITE), None)
    stop = (
        min((one.i for one in children(token, "cc")), default=token.right_edge.i + 1)
        if joined is not None
        else token.right_edge.i + 1
    )
    last = token.doc[max(stop - 1, token.i)]
    return last.idx + len(last)


_OF_ABOUT = frozenset({"about", "of", "to"})
_FINDERS = (
    ("clause", _clause_content),
    ("name", _named),
    ("on", _on),
    ("person", _person),
    ("to", _infinitive),
    ("for", _for),
    ("about", _about),
    ("object", _object),
    ("against", _against),
)


_OF_NOUN = frozenset(
    {"for", "over", "about", "of", "at", "to", "on", "that", "against", "regarding", "with", "by"}
)
_OF_CARRIER = frozenset({"for", "over", "about", "at", "to", "on", "against", "as", "with"})


def noun_content(_: Reading, noun: Token) -> list[Stretch]:
    """What a noun of speech is about: its own complement, else that of the verb which carries it."""
    tails = [one for one in children(noun, "prep", "acl", "relcl", "ccomp", "appos") if one.i > noun.i]
    tails = [one for one in tails if one.dep_ != "prep" or one.lower_ in _OF_NOUN]
    if not tails and noun.head.pos_ == "VERB":
        tails = [
            one
            for one in children(noun.head, "prep", "dative", "ccomp", "xcomp", "advcl")
            if _completes(one, noun)
        ]
    return [(tails[0].left_edge.idx, max(phrase_of(tail)[1] for tail in tails))] if tails else []


def _completes(token: Token, noun: Token) -> bool:
    if token.i < noun.i or (token.dep_ == "advcl" and not is_infinitive(token)):
        return False
    return token.dep_ not in ("prep", "dative") or token.lower_ in _OF_CARRIER


def tidy(reading: Reading, stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches widened to the quotations they touch, trimmed of loose punctuation, joined where they meet."""
    joined: list[Stretch] = []
    for start, stop in sorted(_widened(reading, one) for one in stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    text = reading.text
    return tuple(trimmed for one in joined if (trimmed := _trim(text, one))[1] > trimmed[0])


def _widened(reading: Reading, stretch: Stretch) -> Stretch:
    touched = [(quote.start, quote.end) for quote in reading.quotes_over(*stretch)]
    return min(a for a, _ in (stretch, *touched)), max(b for _, b in (stretch, *touched))


def _trim(text: str, stretch: Stretch) -> Stretch:
    start, stop = stretch
    while start < stop and (text[start].isspace() or text[start] in ",;:—–-.)"):
        start += 1
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;:—–-.("):
        stop -= 1
    return start, stop


def overlap(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches share a character."""
    return one[0] < other[1] and other[0] < one[1]
