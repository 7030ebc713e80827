"""Whom a mediation brings together, from the plainest wording to the vaguest.

A wording that names both sides is trusted before one that names a single side or a place, and the sentence of the deed
before those ahead of it. The mediator is never a party.
"""

from collections.abc import Iterable, Iterator

from spacy.tokens import Span, Token

from bot.events.mediation_deed import Deed
from bot.events.reading import child, children, conjuncts, subject
from bot.events.scene import Scene
from bot.model import Actor, Stage
from bot.places.gazetteer import Sense

# What two sides have with each other: "its dispute with Niger", "the war in Sudan", "Mali's peace accord".
_MATTERS = frozenset(
    {
        *(
            "dispute",
            "conflict",
            "war",
            "quarrel",
            "row",
            "feud",
            "standoff",
            "rift",
            "crisis",
            "fight",
            "fighting",
        ),
        *(
            "talk",
            "negotiation",
            "dialogue",
            "peace",
            "truce",
            "ceasefire",
            "accord",
            "reconciliation",
            "hostility",
        ),
    }
)
# Who is at odds within one state: "Libya's rival camps".
_SIDES = frozenset({"camp", "faction", "side", "party", "rival", "force", "general", "militia", "group"})
# Whoever gives such an answer is a side of the matter; whoever asks for mediation may be a third.
_ANSWERS = frozenset({Stage.ACCEPTED, Stage.DECLINED})
_AHEAD = 20
"""Tokens after "between" within which both sides are named."""
_MOST = 3


def parties(scene: Scene, deed: Deed, stage: Stage) -> tuple[Actor, ...]:
    """Whom a mediation is between, as far as they have a code; empty where the text does not say."""
    mediators = {who.code for who in deed.mediators}
    for found in _wordings(scene, deed, stage):
        if codes := [code for code in dict.fromkeys(found) if code not in mediators]:
            return tuple(Actor(code) for code in codes[:_MOST])
    return ()


def _wordings(scene: Scene, deed: Deed, stage: Stage) -> Iterator[list[str]]:
    sentence = deed.anchor.sent
    others = [who.code for who in deed.others if who.code is not None]
    yield _between(scene, sentence)
    yield _adjectives(scene, sentence)
    yield _brought_together(scene, deed.anchor)
    yield _offered_to(scene, deed.anchor)
    yield _with_each_other(scene, deed)
    if stage in _ANSWERS or len(others) > 1:
        yield others
    yield _side_by_side(scene, deed)
    yield [m.code for t in sentence if (m := scene.cast.mention(t)) is not None and m.sense is Sense.GROUP]
    yield _where(scene, deed)
    yield _conflict_before(scene, deed.anchor)


def _between(scene: Scene, span: Span) -> list[str]:
    """Both sides of "between A and B"; one, where the other has no code or the same ("Caracas and the opposition")."""
    for token in span:
        if token.lower_ == "between":
            side = child(token, "pobj")
            codes = list(scene.cast.codes_within(token.i, _end_of_sides(token)))
            codes = codes or _codes(scene, (side,) if side is not None else ())
            if len(codes) > 1 or (side is not None and _is_several(side)):
                return codes or _codes(scene, (side,) if side is not None else ())
    return []


def _is_several(side: Token) -> bool:
    return side.tag_ in ("NNS", "NNPS") or len(conjuncts(side)) > 1


def _end_of_sides(between: Token) -> int:
    """Where the naming of the sides ends: at the next verb, or so far off that nobody would call them sides."""
    stop = min(between.i + _AHEAD, between.sent.end)
    verbs = (token.i for token in between.doc[between.i : stop] if token.pos_ in ("VERB", "AUX"))
    return next(verbs, stop)


def _adjectives(scene: Scene, span: Span) -> list[str]:
    """The two sides of a hyphenated adjective: "Israeli-Palestinian"."""
    for token in span:
        if token.text in ("-", "–", "—") and span.start < token.i < span.end - 1:
            left, right = scene.cast.covered.get(token.i - 1), scene.cast.covered.get(token.i + 1)
            if (
                left is not None
                and right is not None
                and left.code != right.code
                and Sense.PERSON not in (left.sense, right.sense)
            ):
                return [left.code, right.code]
    return []


def _brought_together(scene: Scene, anchor: Token) -> list[str]:
    """The several a clause is about: "the presidents of A and B met under the mediation of C"."""
    verb = anchor
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    someone = subject(verb)
    codes = _codes(scene, (someone,)) if someone is not None else []
    return codes if len(codes) > 1 else []


def _offered_to(scene: Scene, anchor: Token) -> list[str]:
    """The several a verb is done to: "offer Armenia and Azerbaijan a table in Almaty"."""
    if anchor.pos_ != "VERB":
        return []
    inside = (t for t in anchor.subtree if t.i > anchor.i and t.head.lower_ not in ("in", "at"))
    found = (scene.cast.mention(token) for token in inside)
    codes = list(dict.fromkeys(m.code for m in found if m is not None and m.sense is not Sense.PERSON))
    return codes if len(codes) > 1 else []


def _with_each_other(scene: Scene, deed: Deed) -> list[str]:
    """Who has a matter, and with whom: "its dispute with Niger", "to mediate with Pakistan".

    Where the owner is not told, it is whoever asked, answered or spoke.
    """
    for token in deed.anchor.sent:
        if token != deed.anchor and not _is_matter(token):
            continue
        with_ = (one for one in children(token, "prep") if one.lower_ == "with")
        other = next((side for one in with_ for side in children(one, "pobj")), None)
        if other is None:
            continue
        sides = _codes(scene, (other,))
        owner = _owners(scene, deed, token)
        if sides or owner:
            return [*owner, *sides]
    return []


def _owners(scene: Scene, deed: Deed, matter: Token) -> list[str]:
    mediators = {who.code for who in deed.mediators}
    root = matter
    while root.head.i != root.i:
        root = root.head
    own = child(matter, "poss", "amod", "compound")
    for heads in ((own,), (subject(matter.head),), (subject(root),)):
        codes = [code for code in _codes(scene, filter(None, heads)) if code not in mediators]
        if codes:
            return codes
    return [who.code for who in deed.others if who.code is not None]


def _side_by_side(scene: Scene, deed: Deed) -> list[str]:
    """Two states named in one breath, neither of which mediates: "at the disposal of Bolivia and Chile"."""
    mediators = {who.code for who in deed.mediators}
    for token in deed.anchor.sent:
        if token.dep_ == "conj" or not any(one.dep_ == "conj" for one in token.children):
            continue
        if token.pos_ not in ("PROPN", "NOUN"):
            continue
        codes = _codes(scene, (token,))
        if len(codes) > 1 and not mediators & set(codes):
            return codes
    return []


def _where(scene: Scene, deed: Deed) -> list[str]:
    """The state whose matter it is: "a go-between in Nicaragua", "to revive Mali's peace accord"."""
    for token in deed.anchor.sent:
        mention = scene.cast.mention(token)
        if mention is None or mention.sense not in (Sense.COUNTRY, Sense.DEMONYM):
            continue
        up = token.head
        is_owner = token.dep_ in ("poss", "amod", "compound") and (
            _is_matter(up) or up.lemma_.lower() in _SIDES
        )
        is_place = (
            token.dep_ == "pobj" and up.lower_ == "in" and (up.head == deed.anchor or _is_matter(up.head))
        )
        if is_owner or is_place:
            return [mention.code]
    return []


def _is_matter(token: Token) -> bool:
    return token.lemma_.lower() in _MATTERS


def _conflict_before(scene: Scene, anchor: Token) -> list[str]:
    """The conflict named last before the deed: "between Israel and Hamas", "Palestinian-Israeli"."""
    for sentence in reversed([s for s in scene.reading.doc.sents if s.start < anchor.i]):
        at_odds = [token for token in sentence if token.lower_ == "between" and _is_matter(token.head)]
        if codes := (_between(scene, sentence) if at_odds else []) or _adjectives(scene, sentence):
            return codes
    return []


def _codes(scene: Scene, heads: Iterable[Token]) -> list[str]:
    found = (who.code for head in heads for who in scene.cast.resolve(head))
    return list(dict.fromkeys(code for code in found if code is not None))
