"""Reported speech: every source, cue and content of an article.

The cue is found first, by the lexicon; the grammar gives who and what; quotation marks give the exact words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from bot.events.content import Stretch, find_content, is_speech, noun_content, overlap, phrase_of, tidy
from bot.events.lexicon import Frame, Lexicon
from bot.events.quotes import Quote
from bot.events.reading import Reading, child, children, negated, noun_phrase, subject
from bot.model import Act, Attribution, Form, Span

_NAME_LIKE = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM"})


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
    found = [speech for token in reading.doc for speech in _at(reading, lexicon, token)]
    found = _without_repeats(found)
    return tuple(sorted(_carry_quotes(reading, found), key=lambda speech: (speech.content[0], speech.cue.i)))


def _at(reading: Reading, lexicon: Lexicon, token: Token) -> Iterator[Speech]:
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
        source = _source(reading, verb)
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
    picked = find_content(reading, verb, frames)
    if picked is None or child(verb, "nsubj") is None:
        tail = _at_the_end(reading, verb, frames)
        if tail is not None:
            yield tail
            return
    if picked is None:
        return
    content, frame = picked
    stretches = tidy(reading, content)
    if stretches:
        yield Speech(
            verb,
            _source(reading, verb),
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


def _at_the_end(reading: Reading, verb: Token, frames: Sequence[Frame]) -> Speech | None:
    """An attribution that ends its sentence ("..., the ministers said."), where the parse has missed its subject."""
    frame = next((f for f in frames if "clause" in f.takes and f.public and not f.decides), None)
    doc, sentence, start = verb.doc, verb.sent, verb.i
    if frame is None or verb.tag_ not in ("VBD", "VBZ") or child(verb, "nsubj", "ccomp") is not None:
        return None
    while start > sentence.start and (
        doc[start - 1].pos_ in _NAME_LIKE or doc[start - 1].lower_ in ("and", "of", "'s", "’s")
    ):
        start -= 1
    speaker = doc[verb.i - 1]
    if speaker.pos_ not in ("PROPN", "NOUN") or start - sentence.start < 5 or doc[start - 1].text != ",":
        return None
    content = tidy(reading, [(sentence.start_char, doc[start - 1].idx)])
    return Speech(verb, speaker, content, frame.act, settled=False, public=True) if content else None


def _is_telephone_call(noun: Token) -> bool:
    """Whether "call" is no appeal: without "for", "on" or "to do" after it."""
    if noun.lemma_.lower() != "call":
        return False
    return not any(one.dep_ == "acl" or one.lower_ in ("for", "on", "to") for one in noun.rights)


def _source(reading: Reading, verb: Token) -> Token | None:
    source = subject(verb)
    if source is None or reading.quoted(source):
        return _beside(reading, verb)
    return source


def _beside(reading: Reading, verb: Token) -> Token | None:
    """Who stands right before or after a cue, where a long quotation has led the parse astray."""
    doc, before = verb.doc, verb.i - 1
    while before >= 0 and doc[before].pos_ in ("ADV", "AUX", "PART"):
        before -= 1
    for place in (before, verb.i + 1):
        if (
            0 <= place < len(doc)
            and doc[place].pos_ in ("PROPN", "PRON", "NOUN", "DET", "ADJ")
            and not reading.quoted(doc[place])
        ):
            head = _head_of_chunk(doc[place])
            if not reading.quoted(head) and head.sent == verb.sent:
                return head
    return None


def _head_of_chunk(token: Token) -> Token:
    while token.dep_ in ("compound", "amod", "det", "poss", "nmod", "nummod") and token.head.i != token.i:
        token = token.head
    return token


def _possessed_noun(reading: Reading, lexicon: Lexicon, noun: Token) -> Iterator[Speech]:
    """A noun of speech with its owner: "Putin's condemnation of", "its calls for"."""
    act = lexicon.nouns.get(noun.lemma_.lower())
    owner = child(noun, "poss")
    if act is None or owner is None or (noun.head.lemma_.lower() in lexicon.light and noun.dep_ == "dobj"):
        return
    if content := noun_content(reading, noun):
        yield Speech(
            noun, owner, tidy(reading, content), act, settled=True, public=act is not Act.POSITION, noun=noun
        )


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
    content = tidy(reading, [(a, b) for a, b in pieces if b - a > 12])
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
    ordered = sorted(found, key=lambda speech: speech.end)
    for quote in reading.quotes:
        if any(
            overlap((quote.start, quote.end), span) for speech in ordered for span in speech.content
        ) or not is_speech(reading, quote):
            continue
        before = [
            i
            for i, speech in enumerate(ordered)
            if max(speech.end, speech.cue.idx) <= quote.start
            and speech.source is not None
            and speech.noun is None
        ]
        if not before:
            continue
        last = max(before, key=lambda i: max(ordered[i].end, ordered[i].cue.idx))
        gap = text[max(ordered[last].end, ordered[last].cue.idx + len(ordered[last].cue)) : quote.start]
        opens_sentence = text[: quote.start].rstrip()[-1:] in ".!?”\"'" or gap.endswith("\n")
        if opens_sentence and "\n" not in gap and len(gap.split()) <= 12:
            ordered[last] = replace(ordered[last], content=(*ordered[last].content, (quote.start, quote.end)))
        elif gap.count("\n") and opens_sentence and _whole_paragraph(text, quote) and len(gap.split()) <= 6:
            ordered.append(replace(ordered[last], content=((quote.start, quote.end),)))
    return ordered


def _whole_paragraph(text: str, quote: Quote) -> bool:
    end = text.find("\n", quote.end)
    return not text[quote.end : end if end >= 0 else len(text)].strip()


def attribution(reading: Reading, speech: Speech) -> Attribution:
    """The public form of a `Speech`: spans of text, and whether the words are quoted, partly or not."""
    text = reading.text
    spans = tuple(Span(start, stop, text[start:stop]) for start, stop in speech.content)
    source = None
    if speech.source is not None:
        phrase = noun_phrase(speech.source)
        source = Span(phrase.start_char, phrase.end_char, phrase.text)
    cue = Span(speech.cue.idx, speech.cue.idx + len(speech.cue), speech.cue.text)
    return Attribution(source, cue, spans, _form(reading, speech.content))


def _form(reading: Reading, content: Sequence[Stretch]) -> Form:
    quoted = [
        quote for quote in reading.quotes for span in content if overlap(span, (quote.start, quote.end))
    ]
    if not quoted:
        return Form.INDIRECT
    outside = sum(b - a for a, b in content) - sum(quote.end - quote.start for quote in quoted)
    return Form.DIRECT if outside <= 2 else Form.MIXED
