"""Where the names of people stand in a text, without titles, places and possessive marks."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from bot.events.roles import Roles
from bot.places.gazetteer import Mention, Sense

# What ends a name without being one.
SUFFIXES = frozenset({"Jr", "Sr", "II", "III", "IV", "V", "VI", "VII", "VIII", "XIV", "XVI"})


def name_spans(doc: Doc, covered: Mapping[int, Mention], roles: Roles) -> Iterator[Span]:
    """Every name of a person, in order: those of the table, those the parse finds, and those right after an office."""
    taken: set[int] = set()
    spans: list[Span] = []
    for mention in dict.fromkeys(covered.values()):
        if mention.sense is Sense.PERSON:
            span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if span is not None:
                spans.append(_widened(span, covered, roles))
                taken.update(token.i for token in spans[-1])
    for entity in doc.ents:
        if entity.label_ == "PERSON":
            trimmed = _trimmed(entity, covered, roles)
            if trimmed is not None and not any(token.i in taken for token in trimmed):
                spans.append(trimmed)
                taken.update(token.i for token in trimmed)
    spans += [name for name in _after_titles(doc, covered, roles) if not any(t.i in taken for t in name)]
    spans += _repeated(doc, covered, spans)
    yield from sorted(spans, key=lambda span: span.start)


def _repeated(doc: Doc, covered: Mapping[int, Mention], named: Sequence[Span]) -> Iterator[Span]:
    """The surnames of those named in full before, where a parser saw no name: "called Petro on Wednesday"."""
    first: dict[str, int] = {}
    for name in named:
        if len(name) > 1:
            first[name[-1].text] = min(name.end, first.get(name[-1].text, name.end))
    taken = {token.i for name in named for token in name}
    for token in doc[:-1]:
        if first.get(token.text, len(doc)) > token.i or token.i in taken or token.i in covered:
            continue
        if token.pos_ == "PROPN" and token.nbor().pos_ != "PROPN":
            yield doc[token.i : token.i + 1]


def _after_titles(doc: Doc, covered: Mapping[int, Mention], roles: Roles) -> Iterator[Span]:
    """Names that stand right after an office, whatever a parser takes them for: "transport minister Ivo Babic", "the minister, Ivo Babic, said"."""
    for token, following in pairwise(doc):
        if token.i in covered or not roles.office(token) or token.tag_ in ("NNS", "NNPS"):
            continue
        apposed = following.text == ","
        start = stop = token.i + 1 + apposed
        while stop < len(doc) and _may_be_name(doc[stop], covered, roles):
            stop += 1
        closed = doc[stop : stop + 1].text == "," and doc[stop + 1 : stop + 2].text != "and"
        if stop < len(doc) and roles.office(doc[stop]):
            continue  # "Deputy Foreign Minister" names nobody called Foreign
        if (not apposed and stop > start) or (stop > start + 1 and closed):
            yield doc[start:stop]


def _may_be_name(token: Token, covered: Mapping[int, Mention], roles: Roles) -> bool:
    if token.pos_ != "PROPN" or token.i in covered or token.ent_type_ in ("DATE", "GPE", "LOC", "EVENT"):
        return False
    return not (roles.office(token) or roles.body(token) or roles.voice(token))


def _widened(span: Span, covered: Mapping[int, Mention], roles: Roles) -> Span:
    """A name the gazetteer found, with the parts of it before and after that it did not."""
    start = span.start
    while (
        start > 0
        and span.doc[start - 1].ent_type_ == "PERSON"
        and start - 1 not in covered
        and start - 1 >= span.sent.start
        and not roles.honorific(span.doc[start - 1])
    ):
        start -= 1
    return span.doc[start : _with_suffix(span.doc[start : _end_of_name(span, covered)])]


def _end_of_name(span: Span, covered: Mapping[int, Mention]) -> int:
    """Where the parser's name ends that a known one begins: "Kishida Fumio", "Mohamed bin Zayed Al Nahyan"."""
    doc, stop = span.doc, span.end
    while (
        stop < len(doc)
        and doc[stop].ent_type_ == "PERSON"
        and doc[stop].ent_iob_ == "I"
        and doc[stop].pos_ == "PROPN"
        and stop not in covered
    ):
        stop += 1
    return stop


def _with_suffix(span: Span) -> int:
    """Where a name ends with its "Jr." or "III"."""
    doc, stop = span.doc, span.end
    for skip in (0, 1):
        if (
            stop + skip < len(doc)
            and doc[stop + skip].text.rstrip(".") in SUFFIXES
            and (not skip or doc[stop].text == ",")
        ):
            return stop + skip + 1
    return stop


def _trimmed(entity: Span, covered: Mapping[int, Mention], roles: Roles) -> Span | None:
    """An entity of the parser's without titles, possessive marks or place names; None where nothing is left."""
    start, stop = entity.start, entity.end
    while start < stop and (
        start in covered
        or roles.office(entity.doc[start])
        or roles.honorific(entity.doc[start])
        or not entity.doc[start].text[:1].isupper()
    ):
        start += 1
    while stop > start and entity.doc[stop - 1].text in ("'s", "’s", "'", "’"):
        stop -= 1
    # A town may be a family name where given names stand before it ("Lloyd Austin").
    places = [i for i in range(start, stop) if i in covered]
    if start >= stop or any(i == start or covered[i].sense is not Sense.CITY for i in places):
        return None
    return entity.doc[start:stop]
