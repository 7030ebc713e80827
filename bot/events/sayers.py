"""Who says what a cue reports: its subject, the subject it goes on with, or whoever stands beside it."""

from spacy.tokens import Token

from bot.events.reading import RELATIVE, Reading, child, children, head_of_chunk, subject

FINITE = frozenset({"VBD", "VBZ", "VBP"})
_SUBORDINATE = frozenset(
    {"xcomp", "relcl", "acl", "advcl", "ccomp", "pcomp", "prep", "pobj", "dobj", "attr", "conj", "appos"}
)


def sayer(reading: Reading, verb: Token) -> Token | None:
    """The head of the words for whoever says something; a relative pronoun stands for itself ("leaders who say")."""
    own = child(verb, "nsubj")
    if own is not None and own.lower_ in RELATIVE and verb.dep_ == "relcl":
        return own
    outer = resumed(verb)
    source = subject(verb if outer is None else outer)
    if source is None and child(verb, "auxpass") is not None:
        return None
    if source is None or reading.quoted(source):
        return _beside(reading, verb)
    return source


def resumed(verb: Token) -> Token | None:
    """The verb whose subject goes on to do a second thing: "the minister said the deal was fair and warned that ...".

    A parser hangs the second verb on the clause before it; its tense is that of the first.
    """
    if verb.dep_ != "conj" or verb.tag_ not in FINITE or child(verb, "nsubj", "nsubjpass") is not None:
        return None
    first = verb
    while first.dep_ == "conj" and first.head.pos_ in ("VERB", "AUX"):
        first = first.head
    if first.dep_ != "ccomp":
        return _of_tense(first, verb) if _differ(first, verb) else None
    outer = first.head
    if outer.i > first.i or outer.tag_ != verb.tag_:
        return None
    perfect = any(one.lemma_ == "have" for one in children(first, "aux"))
    return None if perfect and child(verb, "ccomp") is None else outer


def _differ(first: Token, verb: Token) -> bool:
    """Whether two verbs joined by a parser cannot be one clause: "to | pay and condemned", "targeted | and expresses"."""
    present = ("VBZ", "VBP")
    if first.tag_ == "VB":
        return not any(one.tag_ == "MD" for one in children(first, "aux"))
    return first.tag_ in FINITE and (first.tag_ in present) != (verb.tag_ in present)


def _of_tense(first: Token, verb: Token) -> Token | None:
    """The nearest verb above a clause that has the tense of another verb and stands before the clause."""
    up = first
    while up.dep_ in _SUBORDINATE and up.head.i < up.i:
        up = up.head
        if up.pos_ == "VERB" and up.tag_ == verb.tag_ and subject(up) is not None:
            return up
    return None


def _beside(reading: Reading, verb: Token) -> Token | None:
    """Who stands right before or after a cue, where a long quotation has led the parse astray."""
    doc, before = verb.doc, verb.i - 1
    while before >= 0 and doc[before].pos_ in ("ADV", "AUX", "PART"):
        before -= 1
    for place in (before, verb.i + 1):
        if (
            0 <= place < len(doc)
            and doc[place].pos_ in ("PROPN", "PRON", "NOUN", "DET", "ADJ")
            and not reading.quoted(doc[place])
        ):
            head = head_of_chunk(doc[place])
            if not reading.quoted(head) and head.sent == verb.sent:
                return head
    return None
