"""Whom a pronoun or a plural means: "he", "it added", "they", "the two leaders"."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property

from spacy.tokens import Doc, Span, Token

from bot.events.people import Named, Who
from bot.events.reading import SUBJECTS, Reading, is_asked, noun_phrase
from bot.events.roles import Roles
from bot.places.gazetteer import Mention, Sense

# How many sentences back a pronoun may reach.
PRONOUN_REACH = 4
# How much further off, in sentences, whoever is no subject counts; one named within a subject is nearer ("the cabinet in Lima").
_NO_SUBJECT, _BESIDE_SUBJECT = 0.8, 0.4
# The same for "it" and "the ministry"; a name that was no subject counts as nearly a sentence farther.
STATE_REACH = 2
SINGULAR = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
NEUTER = frozenset({"it", "its", "itself"})
PLURAL = frozenset({"they", "them", "their", "themselves", "both"})
_PLURALS = frozenset({"NNS", "NNPS"})
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})
HEADS = frozenset(
    {
        Sense.COUNTRY,
        Sense.CAPITAL,
        Sense.METONYM,
        Sense.GOVERNMENT,
        Sense.ORGANISATION,
        Sense.GROUP,
        Sense.REGION,
    }
)


class Reference(ABC):
    """The half of a `Cast` that looks back: it asks the other half who a noun phrase stands for."""

    reading: Reading
    doc: Doc
    roles: Roles
    covered: dict[int, Mention]
    people: tuple[Named, ...]
    _names: dict[int, Named]

    @abstractmethod
    def resolve(self, head: Token, *, alone: bool = False) -> tuple[Who, ...]:
        """Everyone a noun phrase stands for."""

    @abstractmethod
    def _codes(self, phrase: Span) -> tuple[str, ...]: ...

    @abstractmethod
    def _state(self, mention: Mention, at: int, phrase: Span | None) -> Who: ...

    @abstractmethod
    def _vetoed(self, phrase: Span) -> bool: ...

    def _pronoun(self, token: Token) -> tuple[Who, ...]:
        word = token.lower_
        if word in _RELATIVE and token.head.dep_ == "relcl":
            return self.resolve(token.head.head)
        if word in NEUTER:
            return self._recent_state(token)
        if word in PLURAL:
            named = next((one for one in token.lefts if one.dep_ == "nmod" and one.pos_ == "PROPN"), None)
            return self._group(token) if named is None else self.resolve(named)
        if word in (
            "i",
            "we",
            "you",
            "me",
            "us",
            "this",
            "these",
            "those",
            "one",
            "there",
            "what",
            "my",
            "our",
            "your",
        ):
            return ()
        return self._recent_person(token)

    def _recent_person(self, token: Token) -> tuple[Who, ...]:
        """The person a "he" or "she" means: the nearest before it, a subject before others; nobody where that one has no state."""
        if (same := self._continued(token, SINGULAR)) is not None:
            return self.resolve(same, alone=True)
        here = self._sentence[token.i]
        found = [
            (self._cost(at, token), -at, who)
            for at, who in self._persons
            if at < token.i
            and here - self._sentence[at] <= PRONOUN_REACH
            and self._heard(at, token)
            and not self._asked_about(self.doc[at], token)
        ]
        best = min((one for one in found if one[0] <= PRONOUN_REACH), key=lambda one: one[:2], default=None)
        return (best[2],) if best is not None and best[2].code is not None else ()

    @staticmethod
    def _asked_about(candidate: Token, token: Token) -> bool:
        """Whether a person is named in the question that whoever the pronoun means was asked: "Asked whether Lula would come, he said"."""
        for up in candidate.ancestors:
            if up.i < token.i and is_asked(up) and not up.is_ancestor(token):
                return True
        return False

    def _heard(self, at: int, token: Token) -> bool:
        """Whether a person named at a token can be meant outside quotation marks."""
        return not self.reading.quoted(self.doc[at]) or self.reading.quoted(token)

    @cached_property
    def _persons(self) -> tuple[tuple[int, Who], ...]:
        """Everyone a pronoun may mean: people by name, and officials by office who are subject of a clause."""
        named = [(one.stop - 1, one.who) for one in self.people]
        offices = [
            t
            for t in self.reading.tokens
            if t.dep_ in SUBJECTS
            and t.i not in self._names
            and t.tag_ in ("NN", "NNP")
            and self.roles.office(t)
        ]
        return (*named, *((t.i, who) for t in offices for who in self.resolve(t, alone=True)))

    def _recent_state(self, token: Token) -> tuple[Who, ...]:
        if (same := self._continued(token, NEUTER)) is not None and token.lower_ in NEUTER:
            return self.resolve(same, alone=True)
        best: tuple[float, int, Mention] | None = None
        here = self._sentence[token.i]
        for i, mention in self.covered.items():
            if i >= token.i or mention.sense not in HEADS or here - self._sentence[i] > STATE_REACH:
                continue
            if i in self._names or not self._is_head(i):
                continue
            cost = self._cost(i, token)
            if cost <= STATE_REACH and (best is None or (cost, -i) <= (best[0], best[1])):
                best = (cost, -i, mention)
        for named in self._bodies():
            cost = self._cost(named.at, token) if named.at < token.i else 99.0
            if cost <= STATE_REACH and (best is None or (cost, -named.at) < (best[0], best[1])):
                return (named,)
        if best is None:
            return ()
        return (self._state(best[2], -best[1], None),)

    @cached_property
    def _body_tokens(self) -> tuple[Token, ...]:
        return tuple(
            t
            for t in self.reading.tokens
            if t.i not in self.covered and t.dep_ in SUBJECTS and self.roles.body(t)
        )

    def _bodies(self) -> Iterator[Who]:
        for token in self._body_tokens:
            codes = self._codes(noun_phrase(token))
            if len(codes) == 1:
                yield Who(codes[0], None, None, not self._vetoed(noun_phrase(token)), token.i, person=False)

    def _is_head(self, i: int) -> bool:
        token = self.doc[i]
        return token.dep_ in SUBJECTS or token.dep_ in ("pobj", "dobj", "poss", "conj", "ROOT", "agent")

    def _cost(self, i: int, token: Token) -> float:
        """How far back a candidate lies: whole sentences, less for a subject, more inside the pronoun's own clause."""
        candidate = self.doc[i]
        sentences = self._sentence[token.i] - self._sentence[i]
        if _is_subject(candidate):
            return sentences
        return sentences + (_BESIDE_SUBJECT if _is_beside_subject(candidate) else _NO_SUBJECT)

    @cached_property
    def _sentence(self) -> list[int]:
        """The number of each token's sentence."""
        return [number for number, sentence in enumerate(self.doc.sents) for _ in range(len(sentence))]

    def _joined_subject(self, token: Token) -> tuple[Who, ...]:
        """The nearest "A, B and C" that were subject of a sentence shortly before."""
        for sentence in reversed([s for s in self.doc.sents if s.start <= token.i][-4:]):
            for one in _subjects(sentence):
                if one.i < token.i and token not in one.subtree:
                    several = self.resolve(one)
                    if len(several) > 1 and None not in {who.code for who in several}:
                        return several
        return ()

    def _group(self, token: Token) -> tuple[Who, ...]:
        """The several last named: joined as a subject, spoken of as "they" before, or one person of each state in a sentence."""
        if joined := self._joined_subject(token):
            return joined
        if (same := self._continued(token, PLURAL)) is not None:
            return self.resolve(same, alone=True)
        here = self._sentence[token.i]
        for number in range(here, max(here - 4, -1), -1):
            recent = [
                n.who for n in self.people if self._sentence[n.stop - 1] == number and n.stop <= token.i
            ]
            latest = {who.name: who for who in recent if who.code is not None}
            if latest:
                states = {who.code for who in latest.values()}
                return tuple(latest.values()) if len(states) == len(latest) > 1 else ()
        return ()

    def _continued(self, token: Token, words: frozenset[str]) -> Token | None:
        """The subject of the sentence before where it was already such a pronoun: the same is still spoken of."""
        start = token.sent.start
        if start == 0 or token.dep_ not in SUBJECTS:
            return None
        before = self.doc[start - 1].sent.root
        return next((t for t in before.children if t.dep_ in SUBJECTS and t.lower_ in words), None)


def _subjects(sentence: Span) -> Iterator[Token]:
    return (
        token
        for token in reversed(sentence)
        if token.dep_ in SUBJECTS and (token.tag_ in _PLURALS or any(True for _ in token.conjuncts))
    )


def _is_subject(token: Token) -> bool:
    while token.dep_ in ("compound", "conj", "appos", "flat", "nmod") and token.head.i != token.i:
        token = token.head
    return token.dep_ in SUBJECTS


def _is_beside_subject(token: Token) -> bool:
    return token.dep_ == "pobj" and token.head.dep_ == "prep" and _is_subject(token.head.head)
