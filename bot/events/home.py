"""Whose officials a text calls by their office alone, as in "The Prime Minister spoke to President Biden".

A read-out of an office leaves its own state unsaid, since its letterhead says it. The rest of the text tells: by what is
between the two ("the UK-Japan relationship"), by what its official promises or offers ("he underlined the UK's support").
Where the text points to none, or to two alike, the office is nobody's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from spacy.tokens import Doc, Span, Token

from bot.events.people import Named
from bot.events.reading import SUBJECTS, child, children, noun_phrase
from bot.events.roles import Roles
from bot.places.gazetteer import Mention, Sense

# An office is a text's own where it opens the text: the first subject of these sentences.
OPENING = 2
_STATES = frozenset({Sense.COUNTRY, Sense.DEMONYM})
_LINKS = frozenset({"and", "-", "–", "—", "/"})
_SPEAKERS = frozenset({"he", "she", "they", "leader", "minister", "both", "we"})


def home_offices(
    doc: Doc, covered: Mapping[int, Mention], people: Sequence[Named], roles: Roles
) -> Mapping[str, str]:
    """The offices a text leaves without name or state, in lower case, each with the code of the state it is of."""
    opener = _opener(doc, covered, people, roles)
    if opener is None:
        return {}
    office = _title(opener)
    if opener.dep_ == "poss" and office not in roles.home.offices:
        return {}
    if office in roles.home.offices:
        others = {m.code for m in covered.values() if m.sense is Sense.ORGANISATION}
        return {office: roles.home.offices[office]} if others <= {roles.home.offices[office]} else {}
    first = opener.sent
    # Of each name of a state its last word, on which the sentence hangs.
    last = {mention: doc[i] for i, mention in covered.items()}
    abroad = {
        m.code
        for m, token in last.items()
        if first.start <= token.i < first.end
        and not _is_seat(token, m)
        and not (m.sense in _STATES and _is_offered(token, roles, office))
    }
    votes = Counter(
        mention.code
        for mention, token in last.items()
        if mention.code not in abroad
        and (
            _is_seat(token, mention)
            or (
                mention.sense in _STATES
                and (_bound(token, covered, roles, abroad) or _is_offered(token, roles, office))
            )
        )
    )
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return {}
    return {office: ranked[0][0]}


def _opener(doc: Doc, covered: Mapping[int, Mention], people: Sequence[Named], roles: Roles) -> Token | None:
    """The bare office with which a text opens: "The President", whom nothing before has named."""
    for number, sentence in enumerate(doc.sents):
        if number == OPENING:
            return None
        for token in sentence:
            if (token.dep_ in SUBJECTS or token.dep_ == "poss") and _is_bare(token, covered, people, roles):
                return token
    return None


def _is_bare(token: Token, covered: Mapping[int, Mention], people: Sequence[Named], roles: Roles) -> bool:
    if (
        not token.text[0].isupper()
        or not roles.office(token)
        or child(token, "prep", "appos", "poss") is not None
    ):
        return False
    article = child(token, "det")
    if article is None or article.lower_ != "the":
        return False
    span = noun_phrase(token)
    if any(t.i in covered for t in span) or any(one.start <= token.i + 1 < one.stop for one in people):
        return False
    word = token.lemma_.lower()
    return not any(word in (one.who.role or "").lower() for one in people if one.stop <= token.i)


def _title(token: Token) -> str:
    """The words of an office as a text gives them, in lower case: "prime minister"."""
    parts = [one for one in children(token, "compound", "amod", "punct") if one.i < token.i]
    return " ".join("".join(t.text_with_ws for t in (*parts, token)).lower().split())


def _is_seat(token: Token, mention: Mention) -> bool:
    """Whether a state's seat of power is where it happened: "met him in Downing Street"."""
    return mention.sense is Sense.METONYM and token.dep_ == "pobj" and token.head.lower_ in ("in", "at")


def _bound(token: Token, covered: Mapping[int, Mention], roles: Roles, abroad: set[str]) -> bool:
    """Whether a state stands beside the other side, as one of two bound to each other: "relations between Kenya and Uganda"."""
    doc = token.doc
    for link, other in ((token.i - 1, token.i - 2), (token.i + 1, token.i + 2)):
        if other + 1 < len(doc) and other >= 0 and doc[link].lower_ in _LINKS:
            far = other + (doc[other].lower_ == "the") * (1 if other > token.i else -1)
            mention = covered.get(far)
            if mention is not None and mention.code in abroad:
                return any(up.lemma_.lower() in roles.home.bonds for up in _around(token))
    return False


def _around(token: Token) -> Span:
    """The words a state and what stands beside it may hang on."""
    sentence = token.sent
    return token.doc[max(token.i - 6, sentence.start) : min(token.i + 7, sentence.end)]


def _is_offered(token: Token, roles: Roles, office: str) -> bool:
    """Whether a state has what the text's own official gives or speaks of: "reaffirmed U.S. support", "that Chile would help"."""
    up = token.head
    if token.dep_ in ("poss", "amod", "compound", "nmod", "pobj"):
        if token.dep_ == "pobj":
            up = up.head if up.lower_ == "of" else up
        return up.lemma_.lower() in roles.home.means and _speaks(_clause(up), roles, office)
    if token.dep_ == "nsubj" and up.dep_ == "ccomp":
        return up.lemma_.lower() in roles.home.promises and _speaks(up.head, roles, office)
    return False


def _clause(token: Token) -> Token:
    while token.pos_ != "VERB" and token.head.i != token.i:
        token = token.head
    return token


def _speaks(verb: Token, roles: Roles, office: str) -> bool:
    """Whether a verb tells what the text's own official said or did, and no praise of the other side."""
    if verb.lemma_.lower() in roles.home.praise:
        return False
    while (
        verb.dep_ in ("conj", "xcomp", "advcl", "ccomp")
        and child(verb, "nsubj") is None
        and verb.head.i != verb.i
    ):
        verb = verb.head
    who = child(verb, "nsubj")
    return who is not None and (
        who.lemma_.lower() in _SPEAKERS or who.lower_ in _SPEAKERS or _title(who) == office
    )


def bare_title(token: Token) -> str:
    """The office a phrase names in capitals and behind "the", in lower case; empty where it is none such."""
    article = child(token, "det")
    return (
        _title(token) if token.text[0].isupper() and article is not None and article.lower_ == "the" else ""
    )
