"""How far a mediation has come, by the words that govern it; and what of it is no news."""

from datetime import timedelta

from spacy.tokens import Token

from bot.events.mediation_words import MediationWords
from bot.events.mediators import Deed
from bot.events.reading import child, children, negated
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
_YEAR, _MONTH = 4, 7


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
    if "deny" in chain or _GONE & {one.lower_ for one in children(anchor, "amod")}:
        return None
    return _refused_or_asked(words, deed, chain) or _open(words, deed, chain)


def _refused_or_asked(words: MediationWords, deed: Deed, chain: list[str]) -> Stage | None:
    said = " ".join(chain)
    if _says(words, "declined", said) or _accepts_not(words, deed.anchor):
        return Stage.DECLINED
    if _says(words, "ended", said):
        return Stage.ENDED
    wanted = deed.others or {"must", "should"} & set(chain)
    if (deed.asked and not _says(words, "accepted", said)) or (_says(words, "requested", said) and wanted):
        return Stage.REQUESTED
    return None


def _open(words: MediationWords, deed: Deed, chain: list[str]) -> Stage | None:
    """Offered, accepted or under way; None where praise, history or doubt stands around it."""
    anchor, near, said = deed.anchor, " ".join(chain[:NEAR]), " ".join(chain)
    if _says(words, "welcome", near) or _says(words, "background", said) or _unreal(anchor, chain):
        return None
    if deed.others and _says(words, "accepted", said):
        return Stage.ACCEPTED
    if _says(words, "offer", said):
        return Stage.OFFER
    acts = anchor.pos_ in ("VERB", "AUX") or anchor.head.lower_ == "as" or anchor.dep_ == "attr"
    if acts and not words.ongoing & set(chain) and _says(words, "weak_offer", said):
        return Stage.OFFER
    return _by_tense(anchor)


def _is_history(scene: Scene, words: MediationWords, anchor: Token) -> bool:
    """Whether the deed is over and done: what it led to is named, or a year or month long past."""
    if anchor.pos_ == "VERB" and _finished(anchor) and _led_to(words, child(anchor, "dobj", "nsubjpass")):
        return True
    if anchor.dep_ == "pobj" and _behind_result(words, anchor.head.head):
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
        if m.value and len(m.value) in (_YEAR, _MONTH) and m.value[:_YEAR].isdigit()
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
    verb, said = talks.head, " ".join(_governing(words, talks)[:NEAR])
    if talks.dep_ in ("nsubj", "nsubjpass", "dobj") and verb.pos_ == "VERB":
        if verb.lemma_.lower() in words.talks["stopped"]:
            return Stage.ENDED
        if verb.lemma_.lower() in words.talks["running"]:
            return Stage.UNDERWAY
    if _says(words, "declined", said) or _accepts_not(words, talks):
        return Stage.DECLINED
    if talks.dep_ == "pobj" and talks.head.lower_ in ("after", "following", "since"):
        return None
    return Stage.ACCEPTED if _says(words, "accepted", said) and not _unreal(talks, said.split()) else None


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
    for _ in range(7):
        said += [one.lemma_.lower() for one in children(token, "prt")]
        # "Mediate an end to the war": the end is what is wanted, not what has come.
        said += [
            one.lemma_.lower()
            for one in children(token, *_HELPERS)
            if (one.dep_ != "dobj" or one.lemma_.lower() not in words.stage["ended"])
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
        token = token.head
        said += dict.fromkeys((token.lower_, token.lemma_.lower()))
    return said


def _says(words: MediationWords, stage: str, said: str) -> bool:
    padded = f" {said} "
    return any(f" {word} " in padded for word in words.stage[stage])
