"""Who says what a cue reports: its subject, the subject it goes on with, or whoever stands beside it."""

from spacy.tokens import Token

from bot.events.reading import RELATIVE, Reading, child, children, head_of_chunk, subject

FINITE = frozenset({"VBD", "VBZ", "VBP"})


def sayer(reading: Reading, verb: Token) -> Token | None:
    """The head of the words for whoever says something; a relative pronoun stands for itself ("leaders who say")."""
    own = child(verb, "nsubj")
    if own is not None and own.lower_ in RELATIVE and verb.dep_ == "relcl":
        return own
    outer = resumed(verb)
    source = subject(verb if outer is None else outer)
    if source is None or reading.quoted(source):
        return _beside(reading, verb)
    return source


def resumed(verb: Token) -> Token | None:
    """The cue whose subject goes on to say a second thing: "the minister said the deal was fair and warned that ...".

    A parser hangs the second verb on the clause before it; its tense is that of the cue.
    """
    if verb.dep_ != "conj" or verb.tag_ not in FINITE or child(verb, "nsubj", "nsubjpass") is not None:
        return None
    first = verb
    while first.dep_ == "conj" and first.head.pos_ in ("VERB", "AUX"):
        first = first.head
    outer = first.head
    if first.dep_ != "ccomp" or outer.i > first.i or outer.tag_ != verb.tag_:
        return None
    perfect = any(one.lemma_ == "have" for one in children(first, "aux"))
    return None if perfect and child(verb, "ccomp") is None else outer


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
