"""Acts of a state told by words that report no speech: "signed a treaty", "is ready to send", "complained to the UN".

What the words are stands in `deeds.toml`. They are no attributions, since nothing is quoted or reported.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from spacy.tokens import Token

from bot.events.content import Stretch, is_infinitive, phrase_of, tidy
from bot.events.credits import is_speech
from bot.events.reading import Reading, child, children, negated, subject
from bot.events.sayers import resumed
from bot.events.speech import Speech
from bot.model import Act

ANY = "*"
_VERBS = frozenset({"VERB", "AUX"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "VBN", "VBG", "VB"})
# Auxiliaries that make a base form or a participle a thing done or being done, and not one that may be.
_DOING = frozenset({"have", "be", "do"})
_WILL = frozenset({"will", "'ll", "’ll", "wo"})


@dataclass(frozen=True, slots=True)
class Deed:
    """One way to do an act by words: what the verb is, and what must follow it (see `deeds.toml`)."""

    act: Act
    cameo: str | None
    denied: Act | None
    adjectives: frozenset[str]
    objects: frozenset[str]
    particles: frozenset[str]
    prepositions: frozenset[str]
    to: bool
    others_to: bool
    will: bool


@dataclass(frozen=True, slots=True)
class Deeds:
    """The deeds by the lemma of their verb, and the verbs whose refusal is nobody's news."""

    by_verb: Mapping[str, tuple[Deed, ...]]
    idle: frozenset[str]


@cache
def load_deeds() -> Deeds:
    """The deeds shipped beside this module. A malformed file is a bug and raises as such."""
    data = tomllib.loads(files("bot.events").joinpath("deeds.toml").read_text(encoding="utf-8"))
    by_verb: dict[str, tuple[Deed, ...]] = defaultdict(tuple)
    for row in data["deed"]:
        for verb in row["verbs"]:
            by_verb[verb] += (_deed(row),)
    return Deeds(dict(by_verb), frozenset(data["idle"]["verbs"]))


def _deed(row: Mapping[str, Any]) -> Deed:
    words = {
        name: frozenset(row.get(name, ())) for name in ("adjectives", "objects", "particles", "prepositions")
    }
    denied = Act(row["denied"]) if "denied" in row else None
    return Deed(
        Act(row["act"]),
        row.get("cameo"),
        denied,
        to=row.get("to", False),
        others_to=row.get("others_to", False),
        will=row.get("will", False),
        **words,
    )


def find_deeds(
    reading: Reading, cues: Collection[int], taken: Collection[int]
) -> Iterator[tuple[Speech, str | None]]:
    """Every deed with its CAMEO code, in order of the text.

    None is at the tokens `taken`, which are statements already; `cues` are all tokens that report speech, in
    whose words a deed may stand.
    """
    deeds = load_deeds()
    for verb in reading.tokens:
        if verb.pos_ not in _VERBS:
            continue
        rows = _rows(deeds, verb)
        if not rows or verb.i in taken or not _is_told(reading, verb):
            continue
        if not _is_main(verb, cues):
            continue
        for deed in rows:
            speech = _done(reading, deed, verb)
            if speech is not None:
                yield speech, deed.cameo
                break


def _rows(deeds: Deeds, verb: Token) -> tuple[Deed, ...]:
    """What a verb may do; for a participle with "be", what "be" does ("is opposed", "were prepared")."""
    if _is_state(verb):
        return tuple(deed for deed in deeds.by_verb["be"] if verb.lower_ in deed.adjectives)
    ahead = _is_ahead(verb)
    return tuple(deed for deed in deeds.by_verb.get(verb.lemma_.lower(), ()) if deed.will == ahead)


def _is_ahead(verb: Token) -> bool:
    """Whether a verb tells what somebody is going to do."""
    return verb.tag_ == "VB" and any(one.lower_ in _WILL for one in children(verb, "aux"))


def _is_state(verb: Token) -> bool:
    """Whether a participle tells how somebody is, parsed as a passive: "is committed to"."""
    return verb.tag_ == "VBN" and _sufferer(verb) is not None and child(verb, "auxpass") is not None


def _sufferer(verb: Token) -> Token | None:
    """Who is so; a parser may hang it on the auxiliary."""
    passive = child(verb, "auxpass")
    return child(verb, "nsubjpass", "nsubj") or (child(passive, "nsubj") if passive is not None else None)


def is_idle(refusal: Token) -> bool:
    """Whether a verb of refusing refuses only words: "declined to comment"."""
    return any(
        one.lemma_.lower() in load_deeds().idle and is_infinitive(one)
        for one in children(refusal, "xcomp", "advcl", "ccomp")
    )


def _is_told(reading: Reading, verb: Token) -> bool:
    """Whether a verb stands as told by the article: finite, with a subject of its own, outside the words quoted."""
    if verb.tag_ not in _FINITE or (child(verb, "nsubjpass", "auxpass") is not None and not _is_state(verb)):
        return False
    helpers = [one.lemma_.lower() for one in children(verb, "aux", "auxpass")]
    if verb.tag_ in ("VB", "VBG", "VBN") and not _DOING.intersection(helpers) and not _is_ahead(verb):
        return False
    if "have" in helpers and any(one.lower_ in ("had", "'d") for one in children(verb, "aux")):
        return False
    within = reading.quote_at(verb.idx)
    return within is None or not is_speech(reading, within)


def _is_main(verb: Token, cues: Collection[int]) -> bool:
    """Whether a verb tells news by itself or as what somebody says, and does not merely describe a thing."""
    while verb.dep_ in ("conj", "parataxis") and verb.head.pos_ in ("VERB", "AUX"):
        verb = resumed(verb) or verb.head
    return verb.dep_ == "ROOT" or (verb.dep_ == "ccomp" and verb.head.i in cues)


def _done(reading: Reading, deed: Deed, verb: Token) -> Speech | None:
    source = _sufferer(verb) if _is_state(verb) else subject(resumed(verb) or verb)
    denied = negated(verb)
    if source is None or (denied and deed.denied is None):
        return None
    content = _about(deed, verb)
    stretches = tidy(reading, content) if content else ()
    if not stretches:
        return None
    act = deed.denied if denied and deed.denied is not None else deed.act
    return Speech(verb, source, stretches, act, settled=True, public=True, ahead=deed.will)


def _about(deed: Deed, verb: Token) -> list[Stretch]:
    """What follows the verb and makes it the deed; nothing where it does not."""
    host = verb
    if deed.adjectives and not _is_state(verb):
        described = next(
            (
                one
                for one in children(verb, "acomp", "oprd", "attr", "ccomp")
                if one.lower_ in deed.adjectives
            ),
            None,
        )
        if described is None:
            return []
        host = described
    if deed.particles and not any(
        one.lower_ in deed.particles for one in children(verb, "prt", "intj", "advmod", "dobj")
    ):
        return []
    tails = [one for one in _tails(deed, host) if one.i > verb.i]
    return (
        [(min(phrase_of(one)[0] for one in tails), max(phrase_of(one)[1] for one in tails))] if tails else []
    )


def _tails(deed: Deed, host: Token) -> Iterator[Token]:
    for one in host.children:
        if (
            (one.dep_ == "dobj" and (ANY in deed.objects or one.lemma_.lower() in deed.objects))
            or (one.dep_ == "prep" and one.lower_ in deed.prepositions)
            or (deed.others_to and one.dep_ in ("ccomp", "xcomp") and is_infinitive(one) and _has_other(one))
            or (deed.to and one.dep_ in ("xcomp", "advcl", "ccomp") and is_infinitive(one))
        ):
            yield one


def _has_other(infinitive: Token) -> bool:
    """Whether somebody else is to do it: "wants them to leave", "told the army to stop"."""
    return child(infinitive, "nsubj", "nsubjpass") is not None or child(infinitive.head, "dobj") is not None
