"""Reported speech: every source, cue and content of an article.

The cue is found first, by the lexicon; the grammar gives who and what; quotation marks give the exact words.
"""

from collections.abc import Iterator, Sequence

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from bot.events.asides import find_aside, find_ending
from bot.events.carried import carry_quotes
from bot.events.content import Stretch, find_content, noun_content, overlap, phrase_of, tidy
from bot.events.credits import Credit, find_credits, is_speech
from bot.events.lexicon import Lexicon
from bot.events.reading import RELATIVE, Reading, child, children, negated, noun_phrase
from bot.events.sayers import FINITE, sayer
from bot.events.speech import Speech
from bot.model import Act, Attribution, Form, Span

# What stands before a quotation with which a sentence begins.
_ENDS = frozenset(".!?\n”\"’:'")


def find_speech(reading: Reading, lexicon: Lexicon) -> tuple[Speech, ...]:
    """All reported speech, in order of the text."""
    credited = find_credits(reading, lexicon)
    cues = {token.i: token for token in reading.either(lexicon.telling)}
    cues |= {i: reading.tokens[i] for i in credited}
    found = [speech for i in sorted(cues) for speech in _at(reading, lexicon, cues[i], credited.get(i, ()))]
    found = _without_repeats(found)
    return tuple(sorted(carry_quotes(reading, found), key=lambda speech: (speech.content[0], speech.cue.i)))


def _at(reading: Reading, lexicon: Lexicon, token: Token, credited: tuple[Credit, ...]) -> Iterator[Speech]:
    if credited:
        yield _credited(reading, lexicon, token, credited)
        return
    within = reading.quote_at(token.idx)
    if within is not None and is_speech(reading, within):
        return
    if token.lower_ in lexicon.according and token.i + 1 < len(token.doc):
        yield from _according(reading, token)
    elif token.pos_ in ("VERB", "AUX") and not _names_a_text(token, lexicon):
        yield from _verb(reading, lexicon, token)
    elif token.pos_ == "NOUN":
        yield from _possessed_noun(reading, lexicon, token)
        yield from _copular_noun(reading, lexicon, token)


def _names_a_text(token: Token, lexicon: Lexicon) -> bool:
    return token.lemma_.lower() in lexicon.texts and token.dep_ in ("compound", "amod")


def _credited(reading: Reading, lexicon: Lexicon, cue: Token, credited: tuple[Credit, ...]) -> Speech:
    """Quotations with the cue beside them."""
    frames = lexicon.verbs.get(cue.lemma_.lower(), ())
    frame = next((one for take in ("quote", "clause") for one in frames if take in one.takes), None)
    source = next((one.source for one in credited if one.source is not None), None)
    quoted = [(one.quote.start, one.quote.end) for one in credited]
    return Speech(
        cue,
        sayer(reading, cue) if source is None else source,
        tidy(reading, [*quoted, *_begun_outside(reading, cue, credited[0])]),
        Act.POSITION if frame is None else frame.act,
        settled=frame is not None and frame.decides,
        public=frame is None or frame.public,
        negated=negated(cue),
    )


def _begun_outside(reading: Reading, cue: Token, credit: Credit) -> Iterator[Stretch]:
    """What stands before a quotation that only ends a clause: "Mali “got an agreement,” the envoy said"."""
    before = reading.text[: credit.quote.start].rstrip(" ")[-1:]
    if credit.quote.end > cue.idx or not before or before in _ENDS:
        return
    first = reading.doc.char_span(credit.quote.start, credit.quote.start + 1, alignment_mode="expand")
    if first is None:
        return
    start = first[0].i
    while start > 0 and not reading.doc[start].is_sent_start:
        start -= 1
        if reading.quoted(reading.doc[start]) or reading.doc[start].text in (":", ";", "\n"):
            return
    while start < first[0].i and (reading.doc[start].pos_ == "CCONJ" or reading.doc[start].is_space):
        start += 1
    outside = reading.doc[start : first[0].i]
    told = any(token.tag_ in FINITE or token.tag_ == "MD" for token in (*outside, first[0].nbor()))
    if len(outside) and told:
        yield outside[0].idx, credit.quote.start


def _verb(reading: Reading, lexicon: Lexicon, verb: Token) -> Iterator[Speech]:
    lemma = verb.lemma_.lower()
    if _is_no_report(verb, lemma, lexicon):
        return
    noun = _carried_noun(verb, lexicon) if lemma in lexicon.light else None
    frames = lexicon.verbs.get(lemma, ())
    if noun is not None:
        content = noun_content(reading, noun) or [phrase_of(noun)]
        act = lexicon.nouns[noun.lemma_.lower()]
        source = sayer(reading, verb)
        if source is not None:
            yield Speech(
                verb,
                source,
                tidy(reading, content),
                act,
                settled=True,
                public=True,
                noun=noun,
                negated=negated(verb),
            )
        return
    if not frames:
        return
    aside = find_aside(verb, frames)
    picked = None if aside is not None else find_content(reading, verb, frames)
    if aside is None and (picked is None or child(verb, "nsubj") is None):
        aside = find_ending(verb, frames)
    if aside is not None:
        yield Speech(
            verb,
            aside.source,
            tidy(reading, aside.stretches),
            aside.frame.act,
            settled=aside.frame.decides,
            public=aside.frame.public,
        )
        return
    if picked is None:
        return
    content, frame = picked
    stretches = tidy(reading, content)
    if stretches:
        yield Speech(
            verb,
            sayer(reading, verb),
            stretches,
            frame.act,
            frame.decides,
            frame.public,
            negated=negated(verb),
        )


def _is_no_report(verb: Token, lemma: str, lexicon: Lexicon) -> bool:
    """Whether a verb is part of an idiom, lacks the particle it reports by, or asks for no name to be given."""
    things = [form for thing in children(verb, "dobj") for form in (thing.lemma_.lower(), thing.lower_)]
    if any(f"{lemma} {form}" in lexicon.idioms for form in things):
        return True
    particles = lexicon.phrasal.get(lemma)
    if particles is not None and not any(
        one.lower_ in particles for one in children(verb, "prt", "prep", "advmod")
    ):
        return True
    return _names_a_thing(verb, lexicon) or _asks_for_no_name(verb, lexicon)


def _names_a_thing(verb: Token, lexicon: Lexicon) -> bool:
    """Whether a participle only gives a name: "a programme called EB-5", "an alliance known as"."""
    frames = lexicon.verbs.get(verb.lemma_.lower(), ())
    naming = any("name" in frame.takes and frame.act is Act.POSITION for frame in frames)
    return naming and verb.tag_ == "VBN" and verb.dep_ == "acl" and child(verb, "agent") is None


def _asks_for_no_name(verb: Token, lexicon: Lexicon) -> bool:
    """Whether a speaker only wants to stay unnamed: "asked not to be identified", "requested anonymity"."""
    wants_anonymity = any(one.lemma_.lower() == "anonymity" for one in children(verb, "dobj"))
    return wants_anonymity or any(
        one.lemma_.lower() in lexicon.unnamed and child(one, "auxpass") is not None
        for one in children(verb, "xcomp")
    )


def _carried_noun(verb: Token, lexicon: Lexicon) -> Token | None:
    for noun in (*children(verb, "dobj"), *children(verb, "nsubjpass")):
        if _points_back(noun, lexicon):
            return None
        if noun.lemma_.lower() in lexicon.nouns and not _is_telephone_call(noun):
            return noun
        inner = next((child(p, "pobj") for p in children(noun, "prep") if p.lower_ == "of"), None)
        if (
            inner is not None
            and noun.lemma_.lower() in lexicon.texts
            and inner.lemma_.lower() in lexicon.nouns
        ):
            return inner
    return None


def _points_back(noun: Token, lexicon: Lexicon) -> bool:
    """Whether a noun of speech means words told before: "made the comments on Friday", "repeated this demand"."""
    pointing = any(
        one.lower_ in ("the", "this", "that", "these", "those", "such") for one in children(noun, "det")
    )
    is_vague = lexicon.nouns.get(noun.lemma_.lower()) is Act.POSITION
    return (
        pointing
        and is_vague
        and not any(one.dep_ in ("prep", "acl", "relcl", "ccomp") for one in noun.rights)
    )


def _is_telephone_call(noun: Token) -> bool:
    """Whether "call" is no appeal: without "for", "on" or "to do" after it."""
    if noun.lemma_.lower() != "call":
        return False
    return not any(one.dep_ == "acl" or one.lower_ in ("for", "on", "to") for one in noun.rights)


def _possessed_noun(reading: Reading, lexicon: Lexicon, noun: Token) -> Iterator[Speech]:
    """A noun of speech with its owner: "Putin's condemnation of", "its calls for"."""
    act = lexicon.nouns.get(noun.lemma_.lower())
    owner = child(noun, "poss")
    if (
        act in (None, Act.POSITION)
        or owner is None
        or (noun.head.lemma_.lower() in lexicon.light | lexicon.undone and noun.dep_ == "dobj")
    ):
        return
    if content := noun_content(reading, noun):
        yield Speech(noun, owner, tidy(reading, content), act, settled=True, public=True, noun=noun)


def _copular_noun(reading: Reading, lexicon: Lexicon, noun: Token) -> Iterator[Speech]:
    """What a noun's owner holds: "the consensus among the leaders was ...", "Beijing's position is that ..."."""
    act, verb = lexicon.nouns.get(noun.lemma_.lower()), noun.head
    if act is None or noun.dep_ != "nsubj" or verb.lemma_ != "be":
        return
    owner = child(noun, "poss") or next(
        (child(p, "pobj") for p in children(noun, "prep") if p.lower_ in ("among", "of", "between", "from")),
        None,
    )
    said = [one for one in verb.rights if one.dep_ in ("attr", "ccomp", "acomp", "xcomp")]
    if owner is not None and said:
        stretch = (said[0].left_edge.idx, max(phrase_of(one)[1] for one in said))
        yield Speech(
            verb,
            owner,
            tidy(reading, [stretch]),
            act,
            settled=act is not Act.POSITION,
            public=True,
            noun=noun,
        )


def _according(reading: Reading, token: Token) -> Iterator[Speech]:
    to = child(token, "prep") or (token.nbor() if token.nbor().lower_ == "to" else None)
    source = child(to, "pobj") if to is not None else child(token, "pobj")
    if source is None:
        return
    host = token.head if token.head.i != token.i else None
    while host is not None and host.pos_ not in ("VERB", "AUX") and host.head.i != host.i:
        host = host.head
    if host is None:
        return
    start, stop = phrase_of(token)
    first, last = host.left_edge, host.right_edge
    pieces = [(first.idx, start), (stop, last.idx + len(last))]
    content = tidy(reading, [(a, b) for a, b in pieces if any(mark.isalnum() for mark in reading.text[a:b])])
    if content:
        yield Speech(token, source, content, Act.POSITION, settled=False, public=True)


def _without_repeats(found: list[Speech]) -> list[Speech]:
    """One attribution per stretch of content: where two cues claim the same words, the nearer verb keeps them."""
    kept: list[Speech] = []
    for speech in sorted(found, key=lambda one: (one.source is None, abs(one.cue.idx - one.content[0][0]))):
        if not any(_same(speech, other) for other in kept):
            kept.append(speech)
    return kept


def _same(one: Speech, other: Speech) -> bool:
    return any(abs(a[0] - b[0]) < 3 and abs(a[1] - b[1]) < 3 for a in one.content for b in other.content)


def outermost(found: Sequence[Speech]) -> tuple[Speech, ...]:
    """Speech that is not told inside the words of another: what somebody is said to have said is the teller's."""
    spans = sorted((*span, place) for place, one in enumerate(found) if one.source for span in one.content)
    inner: set[int] = set()
    open_now: list[tuple[int, int, int]] = []
    ahead = 0
    for place, cue in sorted(enumerate(one.cue.idx for one in found), key=lambda pair: pair[1]):
        while ahead < len(spans) and spans[ahead][0] <= cue:
            open_now.append(spans[ahead])
            ahead += 1
        open_now = [span for span in open_now if span[1] > cue]
        if any(owner != place for _, _, owner in open_now):
            inner.add(place)
    return tuple(one for place, one in enumerate(found) if place not in inner)


def attribution(reading: Reading, speech: Speech) -> Attribution:
    """The public form of a `Speech`: spans of text, and whether the words are quoted, partly or not."""
    text = reading.text
    spans = tuple(Span(start, stop, text[start:stop]) for start, stop in speech.content)
    source = None
    if speech.source is not None:
        phrase = _named(speech.source)
        source = Span(phrase.start_char, phrase.end_char, phrase.text)
    cue = Span(speech.cue.idx, speech.cue.idx + len(speech.cue), speech.cue.text)
    return Attribution(source, cue, spans, _form(reading, speech.content))


def _named(source: Token) -> DocSpan:
    """The words for a speaker; those of a relative pronoun begin with the noun it stands for."""
    phrase = noun_phrase(source)
    clause = source.head
    if source.lower_ in RELATIVE and clause.dep_ == "relcl" and clause.head.i < source.i:
        return source.doc[noun_phrase(clause.head).start : phrase.end]
    return phrase


def _form(reading: Reading, content: Sequence[Stretch]) -> Form:
    quoted = [
        quote for quote in reading.quotes for span in content if overlap(span, (quote.start, quote.end))
    ]
    if not quoted:
        return Form.INDIRECT
    outside = sum(b - a for a, b in content) - sum(quote.end - quote.start for quote in quoted)
    return Form.DIRECT if outside <= 2 else Form.MIXED
