"""Statements: reported speech of those who speak for a state, an organisation or an armed group."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from spacy.tokens import Token

from bot.events.acts import act_of
from bot.events.bearing import is_abroad, is_heard, is_home_affair, is_play
from bot.events.codes import cue_code
from bot.events.deeds import find_deeds, is_idle
from bot.events.intent import settle
from bot.events.people import Who, office_in
from bot.events.public import actors
from bot.events.reading import SUBJECTS, child, children, negated, noun_phrase, subject
from bot.events.sayers import resumed
from bot.events.scene import Scene
from bot.events.speech import Speech
from bot.events.targets import find_targets
from bot.model import Act, Event, EventKind
from bot.places.gazetteer import Sense

_MODALS = frozenset({"would", "could", "might", "may", "will", "shall", "should", "'ll", "’ll", "'d"})
_HEARSAY = frozenset(
    {"report", "claim", "rumour", "rumor", "allegation", "suggestion", "speculation", "idea"}
)
# Acts that may as well concern the speaker's own house alone.
_OF_HOME = frozenset(
    {
        Act.POSITION,
        Act.APPEAL,
        Act.PLEDGE,
        Act.CONCERN,
        Act.WARNING,
        Act.REJECTION,
        Act.DENIAL,
        Act.ACCUSATION,
    }
)
# Verbs after which an infinitive has been done ("went on to say"), and after which it has not.
_DONE = frozenset(
    {
        "go",
        "continue",
        "hasten",
        "rush",
        "proceed",
        "begin",
        "start",
        "come",
        "move",
        "write",
        "use",
        "step",
        "telephone",
        "phone",
    }
)
_AHEAD = frozenset(
    {
        "expect",
        "plan",
        "set",
        "be",
        "intend",
        "want",
        "schedule",
        "prepare",
        "hope",
        "fail",
        "refuse",
        "decline",
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way, with what dating it needs: its cue, its speakers, its words.

    `series` is True for one of several contacts told together ("a series of calls"); `shift` is how many days
    it lies from what its speaker did in the article before ("a day earlier").
    """

    event: Event
    cue: Token
    speakers: tuple[Who, ...]
    content: tuple[tuple[int, int], ...]
    series: bool = False
    shift: int | None = None


def find_statements(scene: Scene) -> tuple[Draft, ...]:
    """All statements of the article, undated where their own clause gives no day; one per speaker, act and sentence."""
    drafts = [draft for speech in scene.speech if (draft := _statement(scene, speech)) is not None]
    drafts += _deeds(scene, {draft.cue.i for draft in drafts})
    drafts = [one for one in drafts if not any(_claimed(one, other) for other in drafts)]
    kept = [one for one in drafts if not any(_shadowed(one, other) for other in drafts)]
    outer = [one for one in drafts if one not in kept]
    return tuple(_joined([_completed(one, outer) for one in kept]))


def _is_telephoned(scene: Scene, cue: Token) -> bool:
    """Whether "called" is followed by somebody and by nothing they are called: "called Lula on Wednesday to discuss"."""
    if cue.lemma_ != "call":
        return False
    named = child(cue, "oprd", "dobj")
    if named is None or scene.cast.person_at(named) is None or any(children(cue, "ccomp", "acomp")):
        return False
    return child(cue, "oprd") == named or not any(children(cue, "oprd", "xcomp"))


def _deeds(scene: Scene, taken: set[int]) -> Iterator[Draft]:
    """Acts told by verbs that report no speech; of a person alone, only towards another state."""
    for speech, cameo in find_deeds(scene.reading, {one.cue.i for one in scene.speech}, taken):
        draft = _statement(scene, speech)
        if draft is None:
            continue
        own = frozenset(actor.country for actor in draft.event.actors)
        is_state = any(not who.person for who in draft.speakers)
        if speech.ahead and not is_abroad(scene, draft.cue, own):
            continue
        if is_state or draft.event.targets or any(_foreign(scene, speech, own)):
            yield replace(draft, event=replace(draft.event, cameo=cameo or draft.event.cameo))


def _statement(scene: Scene, speech: Speech) -> Draft | None:
    if not speech.public or speech.source is None or not _asserted(scene, speech):
        return None
    if _is_telephoned(scene, speech.cue):
        return None
    speakers = tuple(who for who in scene.cast.resolve(speech.source) if is_heard(who))
    speakers = speakers or _of_spoken_state(scene, speech, speech.source)
    text = scene.reading.text
    words = " ".join(text[start:stop] for start, stop in speech.content)
    own = frozenset(who.code for who in speakers)
    named = tuple(dict.fromkeys(_foreign(scene, speech, own)))
    if not speakers or is_play(speech.cue, speakers):
        return None
    if not named and speech.act in _OF_HOME and is_home_affair(scene, speech.cue, speakers, words, own):
        return None
    act = act_of(words, verb=speech.act, settled=speech.settled, foreign=bool(named))
    act = settle(act, scene, speech, own)
    event = Event(
        id="",
        kind=EventKind.STATEMENT,
        act=act,
        actors=actors(speakers),
        targets=find_targets(scene, speech, act, own, named),
        date=scene.day(speech.cue) or _day_of_first(scene, speech.cue) or _day_before(scene, speech.source),
        quote=scene.quote(speech.content),
        citations=(scene.proof(speech.cue, speech.content),),
        cameo=cue_code(act, speech.cue.lemma_.lower()),
    )
    return Draft(event, speech.cue, speakers, speech.content, shift=scene.shift(speech.cue))


def _of_spoken_state(scene: Scene, speech: Speech, source: Token) -> tuple[Who, ...]:
    """An official whose state is only named as what he speaks of: "France is ready to help, the defence minister said"."""
    roles, phrase = scene.cast.roles, noun_phrase(source)
    titled = [
        named.who for named in scene.cast.people if named.start <= source.i < named.stop and named.who.role
    ]
    if (
        roles.vetoed(phrase)
        or not (titled or roles.office(source))
        or any(t.i in scene.cast.covered for t in phrase)
    ):
        return ()
    for start, stop in speech.content:
        span = scene.reading.doc.char_span(start, stop, alignment_mode="expand")
        subjects = [
            t for t in span or () if t.dep_ in SUBJECTS and t.head.dep_ in ("ccomp", "ROOT", "parataxis")
        ]
        mention = scene.cast.mention(subjects[0]) if subjects else None
        if mention is not None and mention.sense in (Sense.COUNTRY, Sense.CAPITAL):
            name, role = (
                (titled[0].name, titled[0].role)
                if titled
                else (None, office_in(phrase, scene.cast.covered, roles))
            )
            return (Who(mention.code, name, role, state=True, at=source.i, person=True),)
    return ()


def _day_of_first(scene: Scene, cue: Token) -> date | None:
    """For "said on Tuesday the deal was fair and warned that ...": the day of what was said first."""
    first = resumed(cue)
    return scene.day(first) if first is not None else None


def _day_before(scene: Scene, source: Token) -> date | None:
    """For "she said": the day of the sentence before, where its subject is whom the pronoun means."""
    if (
        source.pos_ != "PRON"
        or source.sent.start == 0
        or any(aux.lemma_ == "have" for aux in children(source.head, "aux"))
    ):
        return None
    before = source.doc[source.sent.start - 1].sent.root
    someone = subject(before)
    if someone is None or scene.cast.resolve(someone) != scene.cast.resolve(source):
        return None
    return scene.day(before)


def _completed(inner: Draft, outer: list[Draft]) -> Draft:
    """A statement with what the clause around it adds: "Portugal will help, President Soares said on Tuesday"."""
    for one in outer:
        if not any(start <= inner.cue.idx < stop for start, stop in one.content) or not _same_states(
            inner, one
        ):
            continue
        named = one.event.actors if not any(a.name for a in inner.event.actors) else inner.event.actors
        event = replace(inner.event, actors=named, date=inner.event.date or one.event.date)
        return replace(inner, event=event, speakers=(*inner.speakers, *one.speakers))
    return inner


def _states(draft: Draft) -> set[str]:
    return {actor.country for actor in draft.event.actors}


def _same_states(one: Draft, other: Draft) -> bool:
    return _states(one) == _states(other)


def _asserted(scene: Scene, speech: Speech) -> bool:
    """Whether the speech is told as made: not denied, not foreseen, not asked about."""
    cue = speech.cue
    if _looks_back(cue) or _only_supposed(cue) or (speech.act is Act.REJECTION and is_idle(cue)):
        return False
    if speech.act is not Act.REJECTION and cue.pos_ == "VERB" and negated(cue):
        return False
    if cue.pos_ in ("VERB", "AUX") and not speech.ahead and _is_open(cue):
        return False
    told = scene.reading.text[cue.sent.start_char : cue.sent.end_char]
    return not told.rstrip().endswith("?") or scene.reading.quoted(cue.sent[-1])


def _is_open(cue: Token) -> bool:
    """Whether a verb tells what may be said or is still to be said."""
    return any(aux.lower_ in _MODALS for aux in children(cue, "aux")) or _foreseen(cue)


def _only_supposed(cue: Token) -> bool:
    """Whether a clause is asked about, supposed or hearsay: "whether it condemned", "had Spain condemned", "reports that Spain condemned"."""
    if any(
        mark.lower_ in ("whether", "if", "unless")
        for one in (cue, cue.head)
        for mark in children(one, "mark")
    ):
        return True
    who = child(cue, "nsubj")
    if who is not None and any(aux.lemma_ == "have" and aux.i < who.i for aux in children(cue, "aux")):
        return True
    if who is not None and any(one.lower_ == "neither" for one in who.subtree):
        return True
    return (
        cue.dep_ in ("acl", "ccomp", "relcl")
        and cue.head.pos_ == "NOUN"
        and cue.head.lemma_.lower() in _HEARSAY
    )


def _looks_back(cue: Token) -> bool:
    """Whether a clause only places something else in time: "a day after their governments announced"."""
    verb = cue
    while verb.dep_ in ("ccomp", "conj", "xcomp") and verb.head.i < verb.i:
        verb = verb.head
    return verb.dep_ in ("advcl", "pcomp") and any(
        m.lower_ in ("after", "since", "before", "until") for m in (*children(verb, "mark"), verb.head)
    )


def _foreseen(cue: Token) -> bool:
    """Whether an infinitive has not been said yet: "is expected to say", "plans to urge"."""
    if not any(aux.lower_ == "to" for aux in children(cue, "aux")):
        return False
    if cue.dep_ in ("xcomp", "ccomp", "acl", "pcomp", "relcl"):
        return cue.head.lemma_.lower() not in _DONE
    return cue.dep_ == "advcl" and cue.head.lemma_.lower() in _AHEAD


def _foreign(scene: Scene, speech: Speech, own: frozenset[str | None]) -> Iterator[str]:
    """Codes of states and groups other than the speakers' in the words said."""
    for start, stop in speech.content:
        span = scene.reading.doc.char_span(start, stop, alignment_mode="expand")
        if span is not None:
            yield from (code for code in scene.cast.codes_within(span.start, span.end) if code not in own)


def _claimed(one: Draft, other: Draft) -> bool:
    """Whether a statement is only what another state says of its speaker: "Kyiv said Moscow had rejected the plan"."""
    return one is not other and _stands_in(one, other) and not _states(other) <= _states(one)


def _shadowed(one: Draft, other: Draft) -> bool:
    """Whether a statement only repeats another of the same state: "the Kremlin said Putin urged ..." is one act, the inner if it is the plainer deed."""
    if one is other:
        return False
    inside, around = _stands_in(one, other), _stands_in(other, one)
    if not (inside or around):
        return False
    if _states(one) < _states(other):
        # "Jordan and Britain have agreed to ..., a Jordanian official confirmed".
        return around and one.event.act is Act.POSITION
    if not _same_states(one, other):
        return False
    if inside:
        return not (one.event.act is not Act.POSITION and other.event.act in (Act.POSITION, one.event.act))
    return other.event.act is not Act.POSITION and one.event.act in (Act.POSITION, other.event.act)


def _stands_in(one: Draft, other: Draft) -> bool:
    """Whether the cue of a statement is among the words of another."""
    at = one.cue.idx
    return any(start <= at < stop for start, stop in other.content)


def _joined(drafts: list[Draft]) -> Iterator[Draft]:
    """Drafts of one sentence by the same speakers with the same act, as one."""
    kept: dict[object, Draft] = {}
    for draft in drafts:
        key = (draft.cue.sent.start, tuple(sorted(a.country for a in draft.event.actors)), draft.event.act)
        if key not in kept:
            kept[key] = draft
            continue
        first = kept[key]
        longest = max((first, draft), key=lambda one: len(one.event.quote or ""))
        event = replace(
            first.event,
            quote=longest.event.quote,
            date=first.event.date or draft.event.date,
            targets=first.event.targets or draft.event.targets,
            actors=first.event.actors if any(a.name for a in first.event.actors) else draft.event.actors,
        )
        kept[key] = replace(first, event=event, content=(*first.content, *draft.content))
    yield from kept.values()
