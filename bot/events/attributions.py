"""Reported speech: every source, cue and content of an article.

The cue is found first, by the lexicon; the grammar gives who and what; quotation marks give the exact words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from bot.events.asides import find_aside, find_ending
from bot.events.content import Stretch, find_content, noun_content, overlap, phrase_of, tidy
from bot.events.credits import Credit, find_credits, is_speech
from bot.events.lexicon import Lexicon
from bot.events.quotes import Quote
from bot.events.reading import RELATIVE, Reading, child, children, negated, noun_phrase
from bot.events.sayers import sayer
from bot.model import Act, Attribution, Form, Span

# How many words may stand between an attribution and the quotation that goes on with it: the speaker's description.
GAP = 30
# The same before a paragraph that is one quotation; with 15 more are given to the wrong speaker than to the right one.
GAP_OVER_PARAGRAPHS = 6


@dataclass(frozen=True, slots=True)
class Speech:
    """One attribution with its grammar: `cue` and `source` are head tokens, `content` character stretches.

    `act` is what the lexicon says of the cue, `settled` whether it stands whatever the words say;
    `public` is False for thoughts. `noun` is the noun of a phrase such as "voiced concern".
    """

    cue: Token
    source: Token | None
    content: tuple[Stretch, ...]
    act: Act
    settled: bool
    public: bool
    noun: Token | None = None
    negated: bool = False

    @property
    def end(self) -> int:
        """Where its last content stretch ends."""
        return max(stop for _, stop in self.content)


def find_speech(reading: Reading, lexicon: Lexicon) -> tuple[Speech, ...]:
    """All reported speech, in order of the text."""
    credited = find_credits(reading, lexicon)
    found = [
        speech for token in reading.doc for speech in _at(reading, lexicon, token, credited.get(token.i, ()))
    ]
    found = _without_repeats(found)
    return tuple(sorted(_carry_quotes(reading, found), key=lambda speech: (speech.content[0], speech.cue.i)))


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
    return Speech(
        cue,
        sayer(reading, cue) if source is None else source,
        tidy(reading, ((one.quote.start, one.quote.end) for one in credited)),
        Act.POSITION if frame is None else frame.act,
        settled=frame is not None and frame.decides,
        public=frame is None or frame.public,
        negated=negated(cue),
    )


def _verb(reading: Reading, lexicon: Lexicon, verb: Token) -> Iterator[Speech]:
    lemma = verb.lemma_.lower()
    if any(
        f"{lemma} {form}" in lexicon.idioms
        for thing in children(verb, "dobj")
        for form in (thing.lemma_.lower(), thing.lower_)
    ):
        return
    if lemma in lexicon.phrasal and not any(
        one.lower_ in lexicon.phrasal[lemma] for one in children(verb, "prt", "prep", "advmod")
    ):
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


def _carried_noun(verb: Token, lexicon: Lexicon) -> Token | None:
    for noun in (*children(verb, "dobj"), *children(verb, "nsubjpass")):
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
        or (noun.head.lemma_.lower() in lexicon.light and noun.dep_ == "dobj")
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


def _carry_quotes(reading: Reading, found: list[Speech]) -> list[Speech]:
    """Quotations no cue governs: those that go on from an attribution join it; a paragraph of its own takes the last speaker."""
    text = reading.text
    ordered = sorted(found, key=_reach)
    ends = [_reach(speech) for speech in ordered]
    held = sorted(span for speech in found for span in speech.content)
    for quote in reading.quotes:
        if not is_speech(reading, quote) or _is_held(held, quote):
            continue
        place = bisect_right(ends, quote.start) - 1
        while place >= 0 and (ordered[place].source is None or ordered[place].noun is not None):
            place -= 1
        if place < 0:
            continue
        last, gap = ordered[place], text[ends[place] : quote.start]
        opens_sentence = text[: quote.start].rstrip()[-1:] in ".!?”\"'" or gap.endswith("\n")
        if opens_sentence and "\n" not in gap and len(gap.split()) <= GAP:
            ordered[place] = replace(last, content=(*last.content, (quote.start, quote.end)))
        elif (
            "\n" in gap
            and opens_sentence
            and _whole_paragraph(text, quote)
            and len(gap.split()) <= GAP_OVER_PARAGRAPHS
        ):
            ordered.append(replace(last, content=((quote.start, quote.end),)))
            ends.append(quote.end)
    return ordered


def _reach(speech: Speech) -> int:
    return max(speech.end, speech.cue.idx + len(speech.cue))


def _is_held(spans: list[Stretch], quote: Quote) -> bool:
    """Whether a quotation shares a character with one of some stretches in order."""
    place = bisect_left(spans, (quote.end, 0)) - 1
    return any(overlap((quote.start, quote.end), span) for span in spans[max(place - 8, 0) : place + 1])


def _whole_paragraph(text: str, quote: Quote) -> bool:
    end = text.find("\n", quote.end)
    return not text[quote.end : end if end >= 0 else len(text)].strip()


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
