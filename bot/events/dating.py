"""Which day a thing happened, where its own clause does not say: carried on from what it belongs to.

A contact told without a day takes the day its article's lead gives the same speaker; a statement made in or
after a contact takes the contact's day; a person's next words in the simple past take the day of the words
before. Nothing is dated from the article's own date alone (issue 2: nothing is dated by guess).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from spacy.tokens import Token

from bot.events.reading import children
from bot.events.statements import Draft
from bot.model import DateMention, Event, EventKind, Stage, Status

# A contact told within the first sentences is what the whole article reports.
LEAD_SENTENCES = 3
# A person's words go on being of the same occasion for this many sentences.
CARRY_SENTENCES = 8
_SHIFTED = frozenset({"earlier", "before", "previously", "later", "ago", "last", "former"})
_COARSE = re.compile(r"\d{4}(-\d\d|-W\d\d|-Q\d)?$")
_CONTACTS = frozenset({EventKind.CALL, EventKind.MEETING})


@dataclass(frozen=True, slots=True)
class _Placed:
    """A draft with its sentence number."""

    draft: Draft
    sentence: int


def date_drafts(
    contacts: Sequence[Draft],
    statements: Sequence[Draft],
    mediation: Sequence[Draft],
    dates: Sequence[DateMention] = (),
) -> tuple[Event, ...]:
    """The events of all drafts, dated as far as the text allows."""
    numbers = _sentence_numbers((*contacts, *statements, *mediation))
    placed = sorted(
        (_Placed(d, numbers[d.cue.i]) for d in (*contacts, *statements, *mediation)),
        key=lambda p: p.draft.cue.i,
    )
    dated_contacts = [_dated_contact(one, placed) for one in placed if one.draft.event.kind in _CONTACTS]
    days: dict[int, date] = {}
    for one in placed:
        day = one.draft.event.date or (
            None if _has_own(one.draft, dates) else _carried(one, placed, dated_contacts, days)
        )
        if day is not None:
            days[id(one.draft)] = day
    return tuple(replace(p.draft.event, date=days.get(id(p.draft))) for p in placed)


def _has_own(draft: Draft, dates: Sequence[DateMention]) -> bool:
    """Whether a sentence names a time of its own, coarser than a day ("in March", "two years ago"): no other day is carried into it."""
    sentence = draft.cue.sent
    inside = (
        m for m in dates if sentence.start_char <= m.start < sentence.end_char and m.start < draft.cue.idx
    )
    return draft.shift is None and any(_COARSE.match(m.value or "") for m in inside)


def _sentence_numbers(drafts: Sequence[Draft]) -> dict[int, int]:
    if not drafts:
        return {}
    doc = drafts[0].cue.doc
    starts = [sentence.start for sentence in doc.sents]
    return {draft.cue.i: sum(start <= draft.cue.i for start in starts) - 1 for draft in drafts}


def _dated_contact(one: _Placed, placed: Sequence[_Placed]) -> tuple[_Placed, date | None]:
    """A contact and its day: its own, else that of the same states' contact elsewhere, else of the words its lead dates."""
    event = one.draft.event
    if event.date is not None or event.status is not Status.HELD:
        return one, event.date
    same = [
        p.draft.event.date
        for p in placed
        if _same_contact(p.draft.event, event) and p.draft.event.date is not None
    ]
    if same:
        return one, same[0]
    for p in placed:
        theirs = p.draft.event
        if (
            p.draft.series
            and p.sentence < LEAD_SENTENCES
            and p.sentence < one.sentence
            and theirs.status is Status.HELD
            and theirs.date
            and theirs.actors[0] == event.actors[0]
        ):
            return one, theirs.date
    if one.sentence < LEAD_SENTENCES and _recounts(one.draft.cue):
        for p in placed:
            theirs = p.draft.event
            if (
                p.sentence < one.sentence + 1
                and theirs.kind is EventKind.STATEMENT
                and theirs.date
                and not _shifted(p.draft)
                and _shares(theirs, event)
            ):
                return one, theirs.date
    return one, None


def _same_contact(other: Event, event: Event) -> bool:
    return (
        other.kind in _CONTACTS
        and other.status is event.status
        and set(other.countries) == set(event.countries)
    )


def _recounts(cue: Token) -> bool:
    """Whether a contact is named as the occasion of what is told, not as news of its own: "during a call with"."""
    return cue.pos_ == "NOUN" and any(
        a.lower_ in ("during", "in", "at", "after", "following") for a in cue.ancestors
    )


def _shares(one: Event, other: Event) -> bool:
    return bool(set(one.countries) & set(other.countries))


def _carried(
    one: _Placed,
    placed: Sequence[_Placed],
    contacts: Sequence[tuple[_Placed, date | None]],
    days: dict[int, date],
) -> date | None:
    event = one.draft.event
    if one.draft.shift is not None:
        return _counted(one, placed, days)
    if event.kind in _CONTACTS:
        return next((day for contact, day in contacts if contact.draft is one.draft), None)
    if not _simple_past(one.draft) or (event.kind is EventKind.MEDIATION and event.stage is not Stage.OFFER):
        return None
    return _of_contact(one, contacts) or _of_speaker(one, placed, days)


def _counted(one: _Placed, placed: Sequence[_Placed], days: dict[int, date]) -> date | None:
    """For "a day earlier": counted from the day of what the same state did in the article before; none where that has no day."""
    codes = {who.code for who in one.draft.speakers}
    for p in reversed(placed):
        if (
            p.draft.cue.i < one.draft.cue.i
            and codes & {who.code for who in p.draft.speakers}
            and p.draft.shift is None
        ):
            day = days.get(id(p.draft))
            if day is not None or p.draft.event.kind is EventKind.STATEMENT:
                return day + timedelta(days=one.draft.shift or 0) if day is not None else None
    return None


def _of_contact(one: _Placed, contacts: Sequence[tuple[_Placed, date | None]]) -> date | None:
    """The day of the contact a statement was made in: told in the same sentence, or the article's lead."""
    codes = {actor.country for actor in one.draft.event.actors}
    for contact, day in contacts:
        partners = set(contact.draft.event.countries)
        if (
            day is None
            or contact.draft.event.status is not Status.HELD
            or not codes <= partners | codes & _others(contacts)
        ):
            continue
        if contact.sentence == one.sentence or (
            contact.sentence < LEAD_SENTENCES
            and one.sentence > contact.sentence
            and codes <= _others(contacts)
        ):
            return day
    return None


def _others(contacts: Sequence[tuple[_Placed, date | None]]) -> set[str]:
    """Everyone who took part in a held contact of the article."""
    return {
        code
        for contact, _ in contacts
        if contact.draft.event.status is Status.HELD
        for code in contact.draft.event.countries
    }


def _of_speaker(one: _Placed, placed: Sequence[_Placed], days: dict[int, date]) -> date | None:
    """The day of the same person's words before, while the article goes on telling them."""
    names = {who.name for who in one.draft.speakers if who.person and who.name}
    if not names:
        return None
    for p in reversed(placed):
        if p.draft.cue.i >= one.draft.cue.i or one.sentence - p.sentence > CARRY_SENTENCES:
            continue
        theirs = {who.name for who in p.draft.speakers if who.person and who.name}
        if names <= theirs and p.draft.event.kind not in _CONTACTS:
            if _shifted(p.draft):
                continue
            return days.get(id(p.draft))
    return None


def _shifted(draft: Draft) -> bool:
    """Whether a sentence tells of another day than the rest: "a day earlier", "last week"."""
    return any(token.lower_ in _SHIFTED for token in draft.cue.sent if abs(token.i - draft.cue.i) < 8)


def _simple_past(draft: Draft) -> bool:
    """Whether words were said on one occasion, not over time ("has long called for") or in general ("believes")."""
    cue = draft.cue
    verb = cue
    while (verb.pos_ not in ("VERB", "AUX") or verb.tag_ in ("VBG", "VB")) and verb.head.i != verb.i:
        verb = verb.head
    if any(aux.lemma_ == "have" for aux in children(verb, "aux")):
        return False
    return verb.tag_ in ("VBD", "VBN") or any(aux.tag_ == "VBD" for aux in children(verb, "aux", "auxpass"))
