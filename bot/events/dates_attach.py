"""Which day belongs to an event: the one its own clause names, never one of something else it speaks of.

"He condemned the attack launched on Saturday" says when the attack was, not when he spoke; "talks have been
held since Friday" says when they began. What is left open stays without a day.
"""

import re
from collections.abc import Sequence
from datetime import date

from spacy.tokens import Doc, Span, Token

from bot.events.dates_calendar import Tense
from bot.events.dates_lexicon import load_date_words
from bot.events.dates_tense import NAMING, verb_tense
from bot.model import DateMention

_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|T)")
CLAUSE_EDGES = frozenset(
    {"ROOT", "relcl", "acl", "advcl", "ccomp", "parataxis", "csubj", "csubjpass", "pcomp", "conj", "dep"}
)
"""How a clause of its own hangs on the sentence (spaCy's English labels). `xcomp` is left out: in "hope
to sign on Tuesday" the day and the verb share one event."""

ATTACHED, SAME_CLAUSE, SAME_MOMENT, SHARED, ONLY = range(5)
"""How closely a day is tied to an event, the closest first."""


def day_for(
    doc: Doc, clause: Span, anchor: Token, mentions: Sequence[DateMention], reference: date | None
) -> date | None:
    """The day of the event told by `anchor`, its verb or noun, inside `clause`, usually its sentence.

    `mentions` are those of `find_dates` for `doc`; only values of a day or finer are considered, so an event
    of "last week" has no day. A past verb takes no day after `reference`, the day of the article. None where
    no day is tied to the event.
    """
    tied = []
    opening, end = clause.start_char, clause.end_char
    for mention in mentions:
        if not opening <= mention.start < end:
            continue
        found = _DAY.match(mention.value or "")
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if found is None or span is None:
            continue
        day, tie = date.fromisoformat(found[0]), _tie(span, anchor, clause)
        if tie is not None and not _too_late(day, anchor, reference):
            tied.append((tie, abs(span.start - anchor.i), span.start, day))
    return min(tied)[-1] if tied else None


def _too_late(day: date, anchor: Token, reference: date | None) -> bool:
    past = anchor.tag_ in {"VBD", "VBN"} and verb_tense(anchor) is Tense.PAST
    return past and reference is not None and day > reference


def _tie(span: Span, anchor: Token, clause: Span) -> int | None:
    """How `span` is tied to the event, or None where it belongs to something else."""
    path = _up(span)
    if any(token.lower_ in load_date_words().background and not _in_a_day(token) for token in path[:-1]):
        return None
    governor = path[-1] if path else span.root
    if governor == anchor:
        return ATTACHED
    if governor in span:
        return ONLY if _verbless(clause) else None
    if not _may_lend(governor, span):
        return None
    return _between(governor, anchor, span)


def _may_lend(governor: Token, span: Span) -> bool:
    """Whether the day of `governor` can be that of an event told by another word.

    Not where it names an incident, stands behind "after" or its like, or marks one thing out of many
    ("Monday's call"), unless that thing is a speech or its like.
    """
    words = load_date_words()
    if governor.lemma_.lower() in words.incidents:
        return False
    if governor.dep_ == "pobj" and governor.head.lower_ in words.background:
        return False
    return span.root.dep_ not in NAMING or governor.lemma_.lower() in words.occasions


def _up(span: Span) -> list[Token]:
    """The prepositions and adverbs above a date, then the word they all hang on."""
    path = []
    for token in span.root.ancestors:
        path.append(token)
        if token in span or token.dep_ == "prep" or token.pos_ in {"ADP", "ADV", "SCONJ", "PART"}:
            continue
        if len(path) < 2 or token.lower_ not in load_date_words().parts_of_day or not _in_a_day(path[-2]):
            break
    return path


def _in_a_day(preposition: Token) -> bool:
    """Whether "of" only says which part of a day: "on the evening of May 1"."""
    return preposition.lower_ == "of" and preposition.head.lower_ in load_date_words().parts_of_day


def _verbless(clause: Span) -> bool:
    return not any(token.pos_ == "VERB" for token in clause)


def _between(governor: Token, anchor: Token, span: Span) -> int | None:
    """How close the clause of the date and the clause of the event are."""
    here, there = clause_head(governor), clause_head(anchor)
    if here == there:
        return SAME_CLAUSE if _owns(governor, anchor) else None
    if here.dep_ == "acl" and here.head == anchor:
        return SAME_CLAUSE
    if here.dep_ == "acl" and here.head.lemma_.lower() in load_date_words().occasions:
        return SAME_CLAUSE if clause_head(here.head) == there else None
    if (here.head == there and _is_same_moment(here)) or (there.head == here and _is_same_moment(there)):
        return SAME_MOMENT
    if there.dep_ != "conj" or there.head != here:
        return None
    return SHARED if span.end <= here.i or _in_one_breath(governor, here, there) else None


def _in_one_breath(governor: Token, here: Token, there: Token) -> bool:
    """As in "arrived on Monday and went into talks": one subject, one tense, nothing that says when else."""
    later = any(
        one.dep_ in {"advmod", "npadvmod", "nsubj", "aux"} and one.i < there.i + 2 for one in there.children
    )
    return governor == here and here.tag_ == there.tag_ == "VBD" and not later


def clause_head(token: Token) -> Token:
    """The word at the top of the clause `token` stands in."""
    for word in (token, *token.ancestors):
        if word.dep_ in CLAUSE_EDGES and (word.dep_ != "conj" or word.pos_ in {"VERB", "AUX"}):
            return word
    return token.sent.root


def _owns(governor: Token, anchor: Token) -> bool:
    """A verb's day is its whole clause's; a noun's only where the noun tells the event, or its occasion.

    "Held a call on Tuesday", "said in a speech on Tuesday", but not "Tuesday's report was rejected".
    """
    if governor.pos_ in {"VERB", "AUX", "ADJ"}:
        return True
    return (
        governor.dep_ in {"pobj", "dobj", "attr", "nsubjpass", "conj"}
        or governor.is_ancestor(anchor)
        or anchor.is_ancestor(governor)
    )


def _is_same_moment(verb: Token) -> bool:
    """As in "Speaking in Cairo on Monday, he said": a participle without its own subject tells the same moment."""
    bare = verb.tag_ == "VBG" and verb.dep_ == "advcl"
    return bare and not any(child.dep_ in {"nsubj", "mark"} for child in verb.children)
