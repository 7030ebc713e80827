"""An article as the extractor reads it: its parse, its quotations, and small questions to the grammar."""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from bot.events.kept import below, keep_sentences
from bot.events.quotes import Quote, find_quotes

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
RELATIVE = frozenset({"who", "which", "that", "whom"})
_NAME_PARTS = frozenset(
    {
        "compound",
        "amod",
        "det",
        "poss",
        "nmod",
        "nummod",
        "case",
        "flat",
        "quantmod",
        "punct",
        "npadvmod",
        "advmod",
    }
)
_TOGETHER = frozenset({"together", "along", "jointly"})
_LEANS_ON_HEAD = frozenset({"advcl", "xcomp", "pcomp", "acl", "conj", "prep", "ccomp"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed article, its text and tokens (which the parse would make anew each time) and its quotations.

    `forms` gives each token as written and its lemma, both in lower case.
    """

    doc: Doc
    text: str
    quotes: tuple[Quote, ...]
    tokens: tuple[Token, ...]
    forms: tuple[tuple[str, str], ...]

    def either(self, words: Container[str]) -> Iterator[Token]:
        """The tokens that are one of some words, in lower case, as written or by their lemma."""
        pairs = zip(self.tokens, self.forms, strict=True)
        return (token for token, (form, lemma) in pairs if form in words or lemma in words)

    def quote_at(self, position: int) -> Quote | None:
        """The quotation that holds a character position, if any."""
        place = bisect_right(self.quotes, position, key=_start) - 1
        return self.quotes[place] if place >= 0 and self.quotes[place].holds(position) else None

    def quotes_over(self, start: int, stop: int) -> tuple[Quote, ...]:
        """The quotations that share a character with text[start:stop], in order."""
        first = max(bisect_right(self.quotes, start, key=_start) - 1, 0)
        last = bisect_left(self.quotes, stop, key=_start)
        return tuple(quote for quote in self.quotes[first:last] if quote.end > start)

    def quoted(self, token: Token) -> bool:
        """Whether a token stands inside quotation marks."""
        return self.quote_at(token.idx) is not None


def _start(quote: Quote) -> int:
    return quote.start


def read(doc: Doc) -> Reading:
    """Read a parsed document. Call `forget` when done with it."""
    keep_sentences(doc)
    text, tokens = doc.text, tuple(doc)
    forms = tuple([(token.lower_, token.lemma_.lower()) for token in tokens])
    return Reading(doc, text, find_quotes(text), tokens, forms)


def children(token: Token, *deps: str) -> Iterator[Token]:
    """Children of a token in any of the given dependencies, left to right."""
    return iter([child for dep, child in below(token) if dep in deps])


def child(token: Token, *deps: str) -> Token | None:
    """The first such child."""
    for dep, one in below(token):
        if dep in deps:
            return one
    return None


def conjuncts(token: Token) -> tuple[Token, ...]:
    """A token with all its conjuncts, in order of the text; without those left out by name ("France, but not Germany")."""
    joined = sorted((token, *token.conjuncts), key=lambda one: one.i)
    return tuple(one for one in joined if one == token or not _excluded(one))


def companions(token: Token) -> Iterator[Token]:
    """Whoever acts with somebody: "together with Colombia", "by Chad and by Mali"."""
    for preposition in children(token, "prep"):
        with_whom = child(preposition, "pobj")
        tie = preposition.nbor(-1).lower_ if preposition.i else ""
        joined = (preposition.lower_ == "with" and tie in _TOGETHER) or preposition.lower_ == "alongside"
        if with_whom is not None and joined and token.i < preposition.i < token.head.i:
            yield from conjuncts(with_whom)
    if token.head.dep_ == "agent":
        for again in children(token.head, "conj"):
            if again.lower_ == "by" and (one := child(again, "pobj")) is not None:
                yield from conjuncts(one)


def _excluded(token: Token) -> bool:
    doc = token.doc
    return any(doc[i].lower_ == "not" for i in range(max(token.left_edge.i - 1, 0), token.i))


def noun_phrase(token: Token) -> Span:
    """The name-like core of a noun phrase: the head with what stands before it and belongs to it, and a following "of ..." phrase."""
    doc = token.doc
    left = token.i
    for one in token.lefts:
        if one.dep_ in _NAME_PARTS:
            left = min(left, one.left_edge.i)
            break
    right = token.i
    for one in token.rights:
        if one.dep_ == "prep" and one.lower_ in ("of", "for") and one.i == right + 1:
            right = _end_of_core(one)
    while doc[left].is_punct and left < token.i:
        left += 1
    return doc[left : right + 1]


def _end_of_core(preposition: Token) -> int:
    noun = child(preposition, "pobj")
    if noun is None:
        return preposition.i
    inner = child(noun, "prep")
    return (
        _end_of_core(inner)
        if inner is not None and inner.lower_ == "of" and inner.i == noun.i + 1
        else noun.i
    )


def subject(verb: Token, depth: int = 0) -> Token | None:
    """Who does what a verb says: its own subject, or the one it shares with the verb or noun it leans on.

    For "was quoted by the agency as saying", the subject of "saying" is the one quoted.
    """
    own = _own_subject(verb)
    if own is None and _is_passive(verb):
        return agent(verb)
    if own is not None and own.lower_ in RELATIVE and verb.dep_ == "relcl":
        return verb.head
    if own is not None:
        if own.dep_ == "nsubjpass":
            return agent(verb)
        return own
    if verb.dep_ in ("acl", "relcl") and verb.head.pos_ in ("NOUN", "PROPN", "PRON"):
        return verb.head if verb.tag_ in ("VBG", "VBD", "VBZ", "VBP") else None
    if depth < 4 and verb.dep_ in _LEANS_ON_HEAD and verb.head.i != verb.i:
        return _shared_subject(verb, depth)
    return None


def is_asked(verb: Token) -> bool:
    """Whether a clause tells what was done to the subject of another: "Asked about the plan, she said"."""
    return verb.dep_ == "advcl" and verb.tag_ == "VBN" and not any(children(verb, "aux", "auxpass", "mark"))


def _is_passive(verb: Token) -> bool:
    """Whether a verb without a subject tells what is done to somebody: "to be considered", "asked to leave, he said"."""
    if child(verb, "auxpass") is not None:
        return verb.dep_ != "conj"
    return is_asked(verb)


def _own_subject(verb: Token) -> Token | None:
    """The subject of a verb; of two the nearer, since the first is a dateline ("HARARE — Zambia said")."""
    before = [one for one in children(verb, "nsubj", "nsubjpass") if one.i < verb.i]
    before = [one for one in before if not _excluded(one)] or before
    return before[-1] if before else child(verb, "nsubj", "nsubjpass")


def _shared_subject(verb: Token, depth: int) -> Token | None:
    head = verb.head
    if head.pos_ in ("VERB", "AUX"):
        if verb.dep_ == "xcomp" and (someone := child(head, "dobj")) is not None:
            return someone
        passive = child(head, "nsubjpass")
        if passive is not None and verb.dep_ in ("advcl", "xcomp", "conj", "prep"):
            return passive
        return subject(head, depth + 1)
    if head.pos_ in ("ADP", "SCONJ", "ADJ"):
        return _shared_subject(head, depth + 1) if depth < 4 else None
    return None


def agent(verb: Token) -> Token | None:
    """The "by ..." of a passive verb."""
    by = child(verb, "agent")
    return child(by, "pobj") if by is not None else None


def head_of_chunk(token: Token) -> Token:
    """The noun that a part of its phrase belongs to."""
    while token.dep_ in ("compound", "amod", "det", "poss", "nmod", "nummod") and token.head.i != token.i:
        token = token.head
    return token


def negated(verb: Token) -> bool:
    """Whether a verb is denied: "did not say", "never offered"."""
    return child(verb, "neg") is not None
