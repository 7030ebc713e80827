"""How far a mediation has come, by the words that govern it; and what of it is no news."""

from datetime import timedelta

from spacy.tokens import Token

from bot.events.mediation_deed import Deed
from bot.events.mediation_words import MediationWords
from bot.events.reading import child, children, negated, subject
from bot.events.scene import Scene
from bot.model import Stage

# Praise counts only where it is of the mediation itself, so near it among the governing words.
NEAR = 8
# A mediation placed further back than this is background.
OLD = timedelta(days=30)
_HELPERS = ("aux", "advmod", "acomp", "amod", "neg", "mark", "dobj", "prep", "oprd")
REPORTS = frozenset({"say", "tell", "add", "report", "state", "confirm", "announce"})
_DOUBT = frozenset({"may", "might", "if", "whether", "unclear"})
_GONE = frozenset({"failed", "past", "former", "ex"})
_DECADE, _YEAR, _MONTH = 3, 4, 7
_MAYBE = frozenset({"may", "might", "could"})
_SEES = frozenset({"meet", "receive", "see", "talk", "speak"})
_WILLING = frozenset({"willing", "ready", "prepared", "agree", "consent"})
_SEEKS = frozenset({"seek", "request", "solicit"})


def stage_of(scene: Scene, words: MediationWords, deed: Deed) -> Stage | None:
    """The stage of a mediation; None where it is background, praised or only thought of."""
    anchor = deed.anchor
    if (anchor.tag_ == "VBN" and anchor.dep_ in ("amod", "acl")) or _hyphened(anchor):
        return None
    if _is_history(scene, words, anchor):
        return None
    if anchor.lemma_.lower() in words.talks["nouns"]:
        return _of_talks(words, anchor)
    chain = _governing(words, anchor)
    if anchor.lemma_ == "offer":
        chain = ["offer", *chain]
    if anchor.lemma_.lower() in words.helping:
        chain = [word for word in chain if word not in words.objects.by_last]
    if (
        "deny" in chain
        or _laid_down(words, anchor)
        or _GONE & {one.lower_ for one in children(anchor, "amod")}
    ):
        return None
    return _refused_or_asked(words, deed, chain) or _open(scene, words, deed, chain)


def _refused_or_asked(words: MediationWords, deed: Deed, chain: list[str]) -> Stage | None:
    said = " ".join(chain)
    if (seen := _would_meet(words, deed.anchor)) is not None:
        return seen
    if _says(words, "declined", said) or _accepts_not(words, deed.anchor) or _is_not_needed(deed):
        return None if _MAYBE & set(chain) else Stage.DECLINED
    if _says(words, "ended", said):
        return None if _MAYBE & set(chain) else Stage.ENDED
    wanted = deed.others or {"must", "should"} & set(chain)
    if _is_sought(deed.anchor) and deed.others:
        return Stage.REQUESTED
    if (deed.asked and not _says(words, "accepted", said)) or (_says(words, "requested", said) and wanted):
        return Stage.REQUESTED
    return None


def _open(scene: Scene, words: MediationWords, deed: Deed, chain: list[str]) -> Stage | None:
    """Offered, accepted or under way; None where praise, history or doubt stands around it."""
    anchor, near, said = deed.anchor, " ".join(chain[:NEAR]), " ".join(chain)
    if _says(words, "background", said) or _unreal(anchor, chain):
        return None
    if _says(words, "accepted", said) and (deed.others or _accepted_by_another(scene, words, deed)):
        return Stage.ACCEPTED
    if _says(words, "welcome", near):
        return Stage.ACCEPTED if _would_welcome(anchor) else None
    if _goes_on(anchor):
        return Stage.UNDERWAY
    if _says(words, "offer", said):
        return Stage.OFFER
    acts = anchor.pos_ in ("VERB", "AUX") or anchor.head.lower_ == "as" or anchor.dep_ == "attr"
    is_ahead = _says(words, "weak_offer", said) or _is_to(anchor)
    if acts and not words.ongoing & set(chain) and is_ahead:
        return Stage.OFFER
    return _by_tense(anchor)


def _goes_on(verb: Token) -> bool:
    """Whether a verb tells by its own form that the deed has begun: "has been mediating"."""
    forms = [one.lower_ for one in children(verb, "aux")]
    return (
        verb.tag_ == "VBG" and "been" in forms and not {"would", "could", "might", "may", "will"} & set(forms)
    )


def _would_meet(words: MediationWords, anchor: Token) -> Stage | None:
    """Whether a side says it will, or will not, see the mediator: "would meet the envoy if he came"; else None."""
    if words.persons.ending(anchor) is None:
        return None
    seen = anchor.head if anchor.dep_ == "compound" else anchor
    verb = seen.head.head if seen.dep_ == "pobj" and seen.head.lower_ in ("with", "to") else seen.head
    is_ahead = any(aux.lower_ in ("will", "would") for aux in children(verb, "aux"))
    is_willing = verb.dep_ == "xcomp" and verb.head.lemma_.lower() in _WILLING
    if seen.dep_ not in ("dobj", "pobj") or verb.lemma_ not in _SEES or not (is_ahead or is_willing):
        return None
    refused = negated(verb) or (is_willing and any(negated(up) for up in (verb.head, verb.head.head)))
    return Stage.DECLINED if refused else Stage.ACCEPTED


def _would_welcome(anchor: Token) -> bool:
    """Whether a side says yes beforehand: "would welcome mediation by Kenya"."""
    return any(
        up.lemma_ == "welcome" and any(aux.lower_ == "would" for aux in children(up, "aux"))
        for up in anchor.ancestors
    )


def _is_to(anchor: Token) -> bool:
    """Whether the deed is laid down for later: "is to fly there to mediate"."""
    return any(
        up.dep_ == "xcomp"
        and up.head.lemma_ == "be"
        and any(aux.lower_ == "to" for aux in children(up, "aux"))
        for up in (anchor, *anchor.ancestors)
    )


def _accepted_by_another(scene: Scene, words: MediationWords, deed: Deed) -> bool:
    """Whether the subject of a verb of acceptance is another than the mediator: "the rebels consented to"."""
    own = {who.code for who in deed.mediators}
    for up in deed.anchor.ancestors:
        if up.lemma_.lower() in words.stage["accepted"] and up.pos_ == "VERB":
            someone = subject(up)
            return someone is not None and own.isdisjoint(who.code for who in scene.cast.resolve(someone))
    return False


def _is_sought(anchor: Token) -> bool:
    """Whether a mediation is what somebody seeks: "has sought Indian mediation"."""
    return anchor.pos_ == "NOUN" and anchor.dep_ == "dobj" and anchor.head.lemma_ in _SEEKS


def _is_not_needed(deed: Deed) -> bool:
    """Whether a mediator is not wanted: "did not need Brazil as a mediator", "saw no need for mediation", "said no to it"."""
    for up in deed.anchor.ancestors:
        if (
            up.lemma_ == "need"
            and up.pos_ == "NOUN"
            and any(one.lower_ == "no" for one in children(up, "det"))
        ):
            return True
        if deed.asked and up.lemma_ in ("need", "want") and negated(up):
            return True
        if up.lemma_ == "say" and any(one.lower_ == "no" for one in children(up, "intj", "dobj", "det")):
            return True
    return False


def _laid_down(words: MediationWords, anchor: Token) -> bool:
    """Whether a treaty says it and nobody is told to do it: "under the accord, Kenya is to act as mediator"."""
    for up in anchor.ancestors:
        for preposition in children(up, "prep"):
            inner = child(preposition, "prep") or preposition
            thing = child(inner, "pobj")
            if (
                preposition.lower_ in ("under", "according")
                and preposition.i < anchor.i
                and _led_to(words, thing)
            ):
                return True
    return False


def _was_before(words: MediationWords, anchor: Token) -> bool:
    """Whether a mediation only led up to what has been done: "after weeks of mediation by Oman, they signed"."""
    if anchor.pos_ != "NOUN" or words.nouns.ending(anchor) is None:
        return False
    up = anchor
    while up.head.i != up.i and up.pos_ in ("NOUN", "ADP", "PROPN"):
        if up.lower_ in ("after", "following"):
            return True
        up = up.head
    return up.lower_ in ("after", "following")


def _is_history(scene: Scene, words: MediationWords, anchor: Token) -> bool:
    """Whether the deed is over and done: what it led to is named, or a year or month long past."""
    if anchor.pos_ == "VERB" and _finished(anchor) and _led_to(words, child(anchor, "dobj", "nsubjpass")):
        return True
    if _was_before(words, anchor) or (anchor.dep_ == "pobj" and _behind_result(words, anchor.head.head)):
        return True
    clause = anchor.head if anchor.dep_ == "xcomp" and anchor.head.lemma_ == "help" else anchor
    if anchor.pos_ == "VERB" and clause.dep_ == "relcl" and (_perfect(clause) or _led_to(words, clause.head)):
        return True
    day = scene.day(anchor)
    if day is not None and scene.reference is not None:
        return day < scene.reference - OLD
    return day is None and _tells_of_past(anchor) and _placed_long_ago(scene, anchor)


def _led_to(words: MediationWords, thing: Token | None) -> bool:
    """Whether a noun phrase is what a mediation leaves behind: "the cease-fire"."""
    return thing is not None and words.outcomes.among(thing.doc[thing.left_edge.i : thing.i + 1])


def _behind_result(words: MediationWords, verb: Token) -> bool:
    """Whether a mediation is but how a result came about: "agreements reached with its mediation"."""
    if verb.tag_ != "VBN":
        return False
    return _led_to(words, verb.head if verb.dep_ == "acl" else child(verb, "nsubjpass"))


def _perfect(verb: Token) -> bool:
    return verb.tag_ == "VBN" and any(aux.lemma_ == "have" for aux in children(verb, "aux"))


def _finished(verb: Token) -> bool:
    """Whether a verb tells of what has been done: "brokered", "has brokered", "by brokering", "helped broker"."""
    above = verb.head
    has = any(aux.lemma_ == "have" for aux in children(verb, "aux"))
    being = any(aux.lower_ == "being" for aux in children(verb, "auxpass"))
    progressive = verb.tag_ == "VBG" and (has or any(aux.lemma_ == "be" for aux in children(verb, "aux")))
    if progressive or being:
        return False
    if (
        verb.tag_ == "VBN"
        and child(verb, "nsubjpass") is not None
        and not any(a.tag_ == "MD" for a in children(verb, "aux"))
    ):
        return True
    helped = above.lemma_ == "help" and (
        above.tag_ == "VBD" or any(a.lemma_ == "have" for a in children(above, "aux"))
    )
    return verb.tag_ == "VBD" or has or verb.dep_ == "pcomp" or helped


def _tells_of_past(anchor: Token) -> bool:
    verb = anchor
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    had = any(aux.lower_ == "had" for aux in children(verb, "aux"))
    return verb.tag_ == "VBD" or had


def _placed_long_ago(scene: Scene, anchor: Token) -> bool:
    """Whether the sentence names a year or month, and only such as lie well before the article's."""
    sentence = anchor.sent
    oldest = (scene.reference - OLD).isoformat() if scene.reference is not None else "9999"
    coarse = [
        m.value
        for m in scene.dates
        if m.value and len(m.value) in (_DECADE, _YEAR, _MONTH) and m.value[:_YEAR].isdigit()
        and sentence.start_char <= m.start < sentence.end_char
    ]  # fmt: skip
    return bool(coarse) and all(value < oldest[: len(value)] for value in coarse)


def _hyphened(anchor: Token) -> bool:
    return anchor.tag_ in ("VBN", "VBD") and any(
        t.lower_ in ("-", "–") and t.i == anchor.i - 1 for t in anchor.lefts
    )


def _unreal(anchor: Token, chain: list[str]) -> bool:
    return (
        bool(set(chain) & _DOUBT)
        or negated(anchor)
        or any(negated(t) for t in anchor.ancestors if t.pos_ == "VERB")
    )


def _by_tense(anchor: Token) -> Stage | None:
    """What has been brokered is over; anything else is under way."""
    return None if anchor.tag_ == "VBD" and anchor.lemma_ == "broker" else Stage.UNDERWAY


def _of_talks(words: MediationWords, talks: Token) -> Stage | None:
    """How brokered talks stand, by the verb they are subject of, or whoever joins or shuns them; else they are background."""
    chain = _governing(words, talks)
    verb, said = talks.head, " ".join(chain[:NEAR])
    if talks.dep_ in ("nsubj", "nsubjpass", "dobj") and verb.pos_ == "VERB":
        if verb.lemma_.lower() in words.talks["stopped"]:
            return Stage.ENDED
        if verb.lemma_.lower() in words.talks["running"]:
            return Stage.UNDERWAY
    if _left(words, talks):
        return Stage.ENDED
    if _says(words, "declined", " ".join(chain)) or _accepts_not(words, talks):
        return Stage.DECLINED
    if talks.dep_ == "pobj" and talks.head.lower_ in ("after", "following", "since"):
        return None
    return Stage.ACCEPTED if _says(words, "accepted", said) and not _unreal(talks, said.split()) else None


def _left(words: MediationWords, talks: Token) -> bool:
    """Whether a side has left the table: "walked out of the talks", "withdrew from them"."""
    preposition = talks.head
    if talks.dep_ != "pobj" or preposition.lower_ not in ("of", "from"):
        return False
    out = preposition.head
    verb = out.head if out.lower_ == "out" else out
    return verb.lemma_.lower() in words.talks["leaving"] and verb.tag_ in ("VBD", "VBN") and not negated(verb)


def _accepts_not(words: MediationWords, anchor: Token) -> bool:
    """Whether acceptance is denied: "did not accept", "no longer accepted"."""
    return any(
        up.lemma_.lower() in words.stage["accepted"]
        and (negated(up) or any(one.lower_ == "longer" for one in children(up, "advmod")))
        for up in anchor.ancestors
    )


def _governing(words: MediationWords, anchor: Token) -> list[str]:
    """Lemmas of the words that govern the deed and of their helpers, nearest first; a particle follows its verb."""
    said: list[str] = []
    token = anchor
    # "The mediators presented a proposal": what they hand over is no offer of theirs to mediate.
    is_doer = anchor.dep_ == "nsubj" and words.persons.ending(anchor) is not None
    for _ in range(7):
        said += [one.lemma_.lower() for one in children(token, "prt")]
        # "Mediate an end to the war": the end is what is wanted, not what has come.
        said += [
            one.lemma_.lower()
            for one in children(token, *_HELPERS)
            if (one.dep_ != "dobj" or not (is_doer or one.lemma_.lower() in words.stage["ended"]))
            and (one.dep_ != "prep" or one.lower_ != "since")
        ]
        said += [one.lower_ for one in children(token, "aux")]
        said += [
            one.lemma_.lower()
            for p in children(token, "prep")
            if p.lower_ == "at"
            for one in children(p, "pobj")
        ]
        if token.head.i == token.i or (
            token.dep_ == "ccomp" and token.i != anchor.i and token.head.lemma_ in REPORTS
        ):
            break
        below, token = token, token.head
        # "Is being prepared with its mediation" is no readiness.
        if token.lower_ != "prepared" or below.dep_ == "xcomp":
            said += dict.fromkeys((token.lower_, token.lemma_.lower()))
    return said


def _says(words: MediationWords, stage: str, said: str) -> bool:
    padded = f" {said} "
    return any(f" {word} " in padded for word in words.stage[stage])
