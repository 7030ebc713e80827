"""Whether the words around a date put it behind or ahead of the day they were written."""

from spacy.tokens import Span, Token

from bot.events.dates_calendar import Tense
from bot.events.dates_lexicon import load_date_words

NAMING = frozenset({"poss", "compound", "nmod", "amod", "nummod"})
"""How a day hangs on the thing it names ("Friday's vote", "a Friday vote")."""
INHERITING = frozenset({"xcomp", "advcl", "pcomp", "prep", "conj", "acl", "ccomp", "relcl"})
"""How a verb without a tense of its own may hang on the verb that gives it one."""


def tense_of(span: Span) -> Tense:
    """The tense in which `span`, a date expression, is spoken of; unknown where no verb governs it."""
    root = span.root
    if root.dep_ in NAMING and root.head.pos_ in {"NOUN", "PROPN"}:
        return _beside(span) or _of_thing(root.head)
    return _beside(span) or _governed(root)


def _of_thing(noun: Token) -> Tense:
    """The tense of a thing named by its day ("Friday's vote"): by its preposition, else by its verb.

    A preposition that hangs on another noun ("problems at Friday's vote") tells of what is known already.
    """
    words = load_date_words().tense
    while noun.dep_ in NAMING:
        noun = noun.head
    if noun.dep_ != "pobj":
        return _governed(noun)
    above = noun.head.head if noun.head.dep_ == "prep" else noun.head
    if {noun.head.lower_, above.lower_} & words["ahead_of_thing"]:
        return Tense.FUTURE
    if noun.head.lower_ in words["behind_thing"]:
        return Tense.PAST
    return Tense.UNKNOWN if above.pos_ in {"NOUN", "PROPN"} else _governed(noun)


def _beside(span: Span) -> Tense | None:
    """What the neighbouring words settle without a parse: "since Monday", "by Monday", "said on Monday"."""
    words = load_date_words().tense
    before = [
        token for token in span.doc[max(span.sent.start, span.start - 2) : span.start] if not token.is_punct
    ]
    for token in reversed(before):
        if token.lemma_.lower() in words["saying"] and token.tag_ == "VBD":
            return Tense.PAST
        if token.lower_ in words["ahead"] and token.i == span.start - 1:
            return None if token.head.dep_ == "agent" else Tense.FUTURE
        if token.lower_ in words["behind"] and token.i == span.start - 1:
            return Tense.PAST
        if token.pos_ != "ADP":
            break
    # "The president on Monday called ...": a parser may take the verb for a participle of what stands before.
    if (
        span.end < span.sent.end
        and (after := span.doc[span.end]).tag_ in {"VBD", "VBN"}
        and after.dep_ in {"ROOT", "acl"}
    ):
        return Tense.PAST
    return None


def _governed(token: Token) -> Tense:
    """Climbs from the date to the first word that settles the tense."""
    for word in token.ancestors:
        if word.pos_ in {"VERB", "AUX"} or word.tag_.startswith("VB"):
            return verb_tense(word)
        if _points_ahead(word):
            return Tense.FUTURE
    return Tense.UNKNOWN


def _points_ahead(word: Token) -> bool:
    words = load_date_words().tense
    if word.lower_ == "ahead" and word.pos_ in {"ADV", "ADP"}:
        return True
    return any(child.lower_ in words["upcoming"] for child in word.children if child.dep_ == "amod")


def verb_tense(verb: Token) -> Tense:
    """Past, future or unknown, from the verb's form, its auxiliaries, and for infinitives the verb above it."""
    words = load_date_words().tense
    helpers = {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}
    had = bool(helpers & {"have", "has", "had", "having", "'ve", "\u2019ve"})
    if had:
        return Tense.PAST
    if any(child.tag_ == "MD" for child in verb.children if child.dep_ == "aux"):
        return Tense.FUTURE
    if "to" in helpers:
        return _infinitive(verb)
    if verb.lemma_.lower() in words["scheduled"] and verb.tag_ in {"VBN", "JJ"}:
        return Tense.FUTURE
    if verb.lemma_ == "be" and any(child.lower_ in words["scheduled"] for child in verb.children):
        return Tense.FUTURE
    return _finite(verb, helpers)


def _finite(verb: Token, helpers: set[str]) -> Tense:
    if verb.tag_ in {"VBD", "VBN"} and not helpers & {"is", "are", "be", "'s", "\u2019s", "am"}:
        return Tense.PAST
    if helpers & {"was", "were", "did", "been"}:
        return Tense.PAST
    if helpers & {"is", "are", "am", "'s", "\u2019s", "do", "does"}:
        return Tense.FUTURE
    if verb.tag_ in {"VBZ", "VBP"}:
        return Tense.PAST if verb.lemma_.lower() in load_date_words().tense["saying"] else Tense.FUTURE
    return _inherited(verb)


def _infinitive(verb: Token) -> Tense:
    """Ahead in "set to meet"; in "flew in to meet" and "failed to meet" as the first verb is."""
    head = verb.head
    if head == verb:
        return Tense.FUTURE
    words = load_date_words().tense
    ahead = {head.lemma_.lower(), head.lower_} & words["future"]
    if verb.dep_ in {"acl", "relcl", "amod"} or ahead:
        return Tense.FUTURE
    if head.tag_.startswith("VB"):
        return verb_tense(head)
    return Tense.FUTURE if head.pos_ in {"NOUN", "ADJ", "PROPN"} else Tense.UNKNOWN


def _inherited(verb: Token) -> Tense:
    """A participle or bare form is as the verb it hangs on: "travelling to Cairo on Monday, he told"."""
    head = verb.head
    if head == verb or verb.dep_ not in INHERITING:
        return Tense.UNKNOWN
    return _governed(verb)
