"""Reported speech: every source, cue and content of an article.

The cue is found first, by the lexicon; the grammar gives who and what; quotation marks give the exact
words. Content spans follow the habit of attribution corpora: the clause with its complementiser, not the cue.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from bot.events.lexicon import Frame, Lexicon
from bot.events.quotes import Quote
from bot.events.reading import Reading, agent, child, children, negated, noun_phrase, subject
from bot.model import Act, Attribution, Form, Span

Stretch = tuple[int, int]

# Up to this many words in quotation marks inside running text are a term, not speech, unless a cue governs them.
SCARE_WORDS = 4


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
    if within is not None and _is_speech(reading, within):
        return
    if token.lower_ in lexicon.according and token.i + 1 < len(token.doc):
        yield from _according(reading, token)
    elif token.pos_ in ("VERB", "AUX") and not _names_a_text(token, lexicon):
        yield from _verb(reading, lexicon, token)
    elif token.pos_ == "NOUN":
        yield from _possessed_noun(reading, lexicon, token)


def _names_a_text(token: Token, lexicon: Lexicon) -> bool:
    return token.lemma_.lower() in lexicon.texts and token.dep_ in ("compound", "amod")


def _verb(reading: Reading, lexicon: Lexicon, verb: Token) -> Iterator[Speech]:
    lemma = verb.lemma_.lower()
    noun = _carried_noun(verb, lexicon) if lemma in lexicon.light else None
    frames = lexicon.verbs.get(lemma, ())
    if noun is not None:
        content = _noun_content(reading, noun) or [_phrase_of(noun)]
        act = lexicon.nouns[noun.lemma_.lower()]
        source = _source(reading, verb)
        if source is not None:
            yield Speech(verb, source, _tidy(reading, content), act, settled=True, public=True, noun=noun, negated=negated(verb))
        return
    if not frames:
        return
    picked = _content(reading, verb, frames)
    if picked is None:
        return
    content, frame = picked
    stretches = _tidy(reading, content)
    if stretches:
        yield Speech(verb, _source(reading, verb), stretches, frame.act, frame.decides, frame.public, negated=negated(verb))


def _carried_noun(verb: Token, lexicon: Lexicon) -> Token | None:
    for noun in (*children(verb, "dobj"), *children(verb, "nsubjpass")):
        if noun.lemma_.lower() in lexicon.nouns:
            return noun
    return None


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
        if 0 <= place < len(doc) and doc[place].pos_ in ("PROPN", "PRON", "NOUN", "DET", "ADJ") and not reading.quoted(doc[place]):
            head = _head_of_chunk(doc[place])
            if not reading.quoted(head) and head.sent == verb.sent:
                return head
    return None


def _head_of_chunk(token: Token) -> Token:
    while token.dep_ in ("compound", "amod", "det", "poss", "nmod", "nummod") and token.head.i != token.i:
        token = token.head
    return token


# Content ------------------------------------------------------------------------------------------


def _content(reading: Reading, verb: Token, frames: Sequence[Frame]) -> tuple[list[Stretch], Frame] | None:
    """What a verb reports and the frame by which it does, the surest evidence first."""
    for take, finder in _FINDERS:
        for frame in frames:
            if take in frame.takes and (content := finder(reading, verb)):
                return content, frame
    return None


def _quote_content(reading: Reading, verb: Token) -> list[Stretch]:
    """Quotations beside the cue, and the clause or phrase of the cue that holds one."""
    governed = [quote for quote in reading.quotes if not quote.holds(verb.idx) and _governs(reading, verb, quote)]
    if not governed:
        return []
    if partly := _clause_content(reading, verb):
        inside = [q for q in governed if any(_overlap(s, (q.start, q.end)) for s in partly)]
        if inside:
            return [*partly, *((q.start, q.end) for q in governed)]
    return [(quote.start, quote.end) for quote in governed if _is_speech(reading, quote) or _follows_colon(reading, quote)]


def _governs(reading: Reading, verb: Token, quote: Quote) -> bool:
    sentence = verb.sent
    if quote.end <= sentence.start_char or quote.start >= sentence.end_char + 2:
        return False
    text = reading.doc.text
    start, stop = _cue_region(verb)
    if quote.end <= start:
        return not any(mark.isalnum() for mark in text[quote.end : start])
    if quote.start >= stop:
        between = text[stop : quote.start]
        return not any(mark.isalnum() for mark in between) or _only_adjuncts(verb, stop, quote.start)
    return False


def _only_adjuncts(verb: Token, start: int, stop: int) -> bool:
    """Whether what stands between cue and quotation only says when, where or to whom."""
    doc = verb.doc
    between = [t for t in doc.char_span(start, stop, alignment_mode="contract") or () if not t.is_punct and not t.is_space]
    return len(between) <= 12 and all(_adjunct_of(token, verb) for token in between)


def _adjunct_of(token: Token, verb: Token) -> bool:
    for up in (token, *token.ancestors):
        if up.head == verb:
            return up.dep_ in ("prep", "advmod", "npadvmod", "dobj", "dative", "pobj", "advcl", "prt", "agent") and up.i > verb.i
    return False


def _cue_region(verb: Token) -> Stretch:
    """From the first to the last character of the cue with its subject and auxiliaries."""
    own = [verb, *children(verb, "aux", "auxpass", "neg", "prt")]
    for who in children(verb, "nsubj", "nsubjpass", "agent"):
        own += [t for t in who.subtree if abs(t.i - verb.i) < 40]
    first, last = min(own, key=lambda t: t.i), max(own, key=lambda t: t.i)
    return first.idx, last.idx + len(last)


def _is_speech(reading: Reading, quote: Quote) -> bool:
    return len(reading.doc.text[quote.start : quote.end].split()) > SCARE_WORDS or reading.doc.text[quote.end - 2 : quote.end - 1] in ",.!?"


def _follows_colon(reading: Reading, quote: Quote) -> bool:
    return reading.doc.text[: quote.start].rstrip().endswith((":", ","))


def _clause_content(reading: Reading, verb: Token) -> list[Stretch]:
    for clause in children(verb, "ccomp"):
        if clause.pos_ in ("VERB", "AUX", "ADJ", "NOUN", "PROPN", "ADV", "PRON", "NUM", "ADP"):
            return _around(clause.left_edge.i, clause.right_edge.i, verb)
    if verb.dep_ in ("parataxis", "ccomp") and verb.head.i < verb.i and _set_off(verb):
        return _host_clause(verb)
    return []


def _set_off(verb: Token) -> bool:
    before = verb.doc[max(verb.left_edge.i - 1, 0)]
    return before.text in (",", "—", "-", "–") and child(verb, "ccomp", "dobj", "xcomp") is None


def _host_clause(verb: Token) -> list[Stretch]:
    host = verb.head
    return _around(host.left_edge.i, host.right_edge.i, verb)


def _around(first: int, last: int, verb: Token) -> list[Stretch]:
    """Tokens first..last as one stretch, or two where the cue with its subject stands between them."""
    doc = verb.doc
    start, stop = doc[first].idx, doc[last].idx + len(doc[last])
    cue_start, cue_stop = _cue_region(verb)
    if stop <= cue_start or start >= cue_stop:
        return [(start, stop)]
    pieces = [(start, cue_start), (cue_stop, stop)]
    return [(a, b) for a, b in pieces if b > a]


def _phrase_of(token: Token) -> Stretch:
    return token.left_edge.idx, token.right_edge.idx + len(token.right_edge)


def _infinitive(_: Reading, verb: Token) -> list[Stretch]:
    return [_phrase_of(one) for one in children(verb, "xcomp") if _is_infinitive(one)][:1]


def _is_infinitive(token: Token) -> bool:
    return any(one.dep_ == "aux" and one.lower_ == "to" for one in token.children)


def _object(_: Reading, verb: Token) -> list[Stretch]:
    objects = [one for one in children(verb, "dobj") if one.pos_ != "PRON"]
    if child(verb, "nsubjpass") is not None and agent(verb) is not None:
        objects += children(verb, "nsubjpass")
    if not objects:
        return []
    first, last = _phrase_of(objects[0])
    for tail in children(verb, "prep", "xcomp", "pcomp"):
        if tail.i > objects[0].i and tail.lower_ in ("for", "of", "with", "as", "over") or _is_infinitive(tail):
            last = max(last, _phrase_of(tail)[1])
    return [(first, last)]


def _person(_: Reading, verb: Token) -> list[Stretch]:
    """ "urged the parties to stop", "told reporters that": the clause, with the one who is to do it where it is an infinitive."""
    for clause in children(verb, "ccomp", "xcomp"):
        if clause.i > verb.i:
            return [_phrase_of(clause)]
    return []


def _for(_: Reading, verb: Token) -> list[Stretch]:
    for preposition in children(verb, "prep"):
        if preposition.lower_ == "for" and preposition.i > verb.i:
            return [_phrase_of(preposition)]
    return []


def _on(_: Reading, verb: Token) -> list[Stretch]:
    for preposition in children(verb, "prep"):
        if preposition.lower_ in ("on", "upon", "to") and preposition.i > verb.i:
            tails = [one for one in children(verb, "xcomp", "advcl", "ccomp", "prep") if one.i > preposition.i]
            last = max((_phrase_of(tail)[1] for tail in tails), default=_phrase_of(preposition)[1])
            someone = child(preposition, "pobj")
            if (tails or (someone is not None and child(someone, "relcl", "acl") is not None)):
                return [(_phrase_of(preposition)[0], last)]
    return []


def _named(_: Reading, verb: Token) -> list[Stretch]:
    """ "called the plan a mistake", "described it as unfair": thing and description together."""
    thing = child(verb, "dobj", "nsubj") if child(verb, "dobj") is None else child(verb, "dobj")
    description = child(verb, "oprd", "ccomp", "xcomp") or next((p for p in children(verb, "prep") if p.lower_ == "as"), None)
    if description is None or description.i < verb.i or verb.lemma_ not in ("call", "describe", "label", "brand", "dub", "term", "consider", "regard", "view", "deem", "characterize", "characterise", "portray", "depict", "denounce", "condemn", "reject", "dismiss", "accuse", "blame", "slam"):
        return []
    start = thing.left_edge.idx if thing is not None and thing.i > verb.i else description.left_edge.idx
    return [(start, _phrase_of(description)[1])]


_FINDERS = (
    ("quote", _quote_content),
    ("clause", lambda reading, verb: _clause_content(reading, verb)),
    ("name", _named),
    ("person", _person),
    ("to", _infinitive),
    ("for", _for),
    ("on", _on),
    ("object", _object),
)


# Nouns and "according to" --------------------------------------------------------------------------


def _noun_content(_: Reading, noun: Token) -> list[Stretch]:
    tails = [one for one in children(noun, "prep", "acl", "relcl", "ccomp", "appos") if one.i > noun.i]
    tails = [one for one in tails if one.dep_ != "prep" or one.lower_ in ("for", "over", "about", "of", "at", "to", "on", "that", "against", "regarding", "with", "by")]
    verb = noun.head
    if not tails and verb.pos_ == "VERB":
        tails = [one for one in children(verb, "prep", "ccomp", "xcomp", "advcl") if one.i > noun.i and (one.dep_ != "prep" or one.lower_ in ("for", "over", "about", "at", "to", "on", "against", "as", "with")) and (one.dep_ not in ("advcl",) or _is_infinitive(one))]
    if not tails:
        return []
    return [(tails[0].left_edge.idx, max(_phrase_of(tail)[1] for tail in tails))]


def _possessed_noun(reading: Reading, lexicon: Lexicon, noun: Token) -> Iterator[Speech]:
    """ "Putin's condemnation of", "its calls for": a noun of speech with its owner."""
    act = lexicon.nouns.get(noun.lemma_.lower())
    owner = child(noun, "poss")
    if act is None or owner is None or (noun.head.lemma_.lower() in lexicon.light and noun.dep_ == "dobj"):
        return
    if content := _noun_content(reading, noun):
        yield Speech(noun, owner, _tidy(reading, content), act, settled=True, public=act is not Act.POSITION, noun=noun)


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
    start, stop = _phrase_of(token)
    first, last = host.left_edge, host.right_edge
    pieces = [(first.idx, start), (stop, last.idx + len(last))]
    content = _tidy(reading, [(a, b) for a, b in pieces if b - a > 12])
    if content:
        yield Speech(token, source, content, Act.POSITION, settled=False, public=True)


# Tidying -------------------------------------------------------------------------------------------


def _tidy(reading: Reading, stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches widened to the quotations they touch, trimmed of loose punctuation, joined where they meet."""
    text = reading.doc.text
    widened: list[Stretch] = []
    for start, stop in stretches:
        for quote in reading.quotes:
            if _overlap((start, stop), (quote.start, quote.end)) and not (quote.start <= start and stop <= quote.end - 2 and stop - start < 3):
                start, stop = min(start, quote.start), max(stop, quote.end)
        widened.append((start, stop))
    joined: list[Stretch] = []
    for start, stop in sorted(widened):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(trimmed for one in joined if (trimmed := _trim(text, one))[1] > trimmed[0])


def _trim(text: str, stretch: Stretch) -> Stretch:
    start, stop = stretch
    while start < stop and (text[start].isspace() or text[start] in ",;:—–-.)"):
        start += 1
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;:—–-.("):
        stop -= 1
    return start, stop


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


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
    text = reading.doc.text
    ordered = sorted(found, key=lambda speech: speech.end)
    for quote in reading.quotes:
        if any(_overlap((quote.start, quote.end), span) for speech in ordered for span in speech.content) or not _is_speech(reading, quote):
            continue
        before = [i for i, speech in enumerate(ordered) if max(speech.end, speech.cue.idx) <= quote.start and speech.source is not None and speech.noun is None]
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
    text = reading.doc.text
    spans = tuple(Span(start, stop, text[start:stop]) for start, stop in speech.content)
    source = None
    if speech.source is not None:
        phrase = noun_phrase(speech.source)
        source = Span(phrase.start_char, phrase.end_char, phrase.text)
    cue = Span(speech.cue.idx, speech.cue.idx + len(speech.cue), speech.cue.text)
    return Attribution(source, cue, spans, _form(reading, speech.content))


def _form(reading: Reading, content: Sequence[Stretch]) -> Form:
    quoted = [quote for quote in reading.quotes for span in content if _overlap(span, (quote.start, quote.end))]
    if not quoted:
        return Form.INDIRECT
    outside = sum(b - a for a, b in content) - sum(quote.end - quote.start for quote in quoted)
    return Form.DIRECT if outside <= 2 else Form.MIXED
