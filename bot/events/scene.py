"""All that the finders of events need to know of one article, and the proof they must give."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from spacy.tokens import Span, Token

from bot.events.actors import Cast
from bot.events.codes import codes, plover_of
from bot.events.credits import SCARE_WORDS
from bot.events.dates import day_for
from bot.events.quotes import Quote
from bot.events.reading import Reading
from bot.events.speech import Speech
from bot.model import Actor, Article, Citation, DateMention, Event

# A proof longer than this is no longer one a reader checks at a glance (characters).
PROOF_LENGTH = 600
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|T)")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_COUNTED = re.compile(
    r"(?:(?P<count>a|one|two|three|four|five) days? (?P<way>earlier|later|before)|the day (?P<way2>before|after)|the (?P<side>previous|following|next) day)"
)
_MARKS = "“”\"«»„‘’'` "
# Quotation marks around a word or two after one of these hold a term and no words of the speaker.
_ARMS_LENGTH = re.compile(r"\b(?:so-called|self-styled|self-proclaimed|known as|dubbed)\s*$", re.IGNORECASE)
_CLOSERS = "”\"'’»)"


@dataclass(frozen=True, slots=True)
class Scene:
    """One article, read: its parse, its people, its dates and its reported speech."""

    article: Article
    reading: Reading
    cast: Cast
    dates: tuple[DateMention, ...]
    speech: tuple[Speech, ...]
    reference: date | None

    def day(self, anchor: Token) -> date | None:
        """The day the clause of a token itself gives; "a day earlier" gives none (see `shift`)."""
        sentence = anchor.sent
        plain = self._plain_dates(sentence.start_char, sentence.end_char)
        found = day_for(self.reading.doc, sentence, anchor, plain, self.reference) if plain else None
        return found or (self._named_beside(anchor) if anchor.pos_ == "VERB" else None)

    def _plain_dates(self, start: int, stop: int) -> list[DateMention]:
        """The dates that begin in text[start:stop], but for those counted from another event."""
        return [one for one in self.dates if start <= one.start < stop and _shift_of(one) is None]

    def _named_beside(self, verb: Token) -> date | None:
        """The day named right beside a verb, which a parser may have given to another word: "said on Monday it was", "the king on Monday called"."""
        tokens = self.reading.tokens
        first, last = tokens[max(verb.i - 4, 0)], tokens[: verb.i + 5][-1]
        for mention in self._plain_dates(first.idx, last.idx + len(last)):
            span = self.reading.doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if span is not None and span.end == verb.i and _hangs_on_noun(span):
                return _day_value(mention)
            if span is None or not verb.i < span.start <= verb.i + 4 or span.end >= len(verb.doc):
                continue
            between = verb.doc[verb.i + 1 : span.start]
            if all(t.pos_ in ("ADP", "PRON", "ADJ", "ADV", "AUX") for t in between) and verb.doc[
                span.end
            ].pos_ not in ("NOUN", "PROPN", "PART"):
                return _day_value(mention)
        return None

    def shift(self, anchor: Token) -> int | None:
        """How many days the clause of a token lies from what the article told before: -1 for "a day earlier"."""
        if self.day(anchor) is not None:
            return None
        sentence = anchor.sent
        for mention in self.dates:
            # One that opens the sentence may stand behind its first mark.
            near = sentence.start_char <= mention.start <= sentence.end_char + 1
            by = _shift_of(mention) if near else None
            if by is not None and (self._opens(mention, anchor) or self._ties(mention, anchor)):
                return by
        return None

    def _opens(self, mention: DateMention, anchor: Token) -> bool:
        """Whether an expression stands first in the sentence of a token."""
        return 0 <= mention.start - self._sentence(anchor.idx)[0] <= 1

    def _ties(self, mention: DateMention, anchor: Token) -> bool:
        return day_for(self.reading.doc, anchor.sent, anchor, (mention,), self.reference) is not None

    def quote(self, spans: Iterable[tuple[int, int]]) -> str | None:
        """The longest quotation among some stretches of text, without its marks; a term put at arm's length is none."""
        text = self.reading.text
        found = [q for span in spans for q in self.reading.quotes_over(*span) if not _is_term(text, q)]
        if not found:
            return None
        longest = max(found, key=lambda one: (one.end - one.start, -one.start))
        return text[longest.start : longest.end].strip(_MARKS).rstrip(",") or None

    def proof(self, anchor: Token, spans: Sequence[tuple[int, int]] = ()) -> Citation:
        """The sentence of a token, with the sentences its words run over where that stays short enough."""
        start, stop = self._sentence(anchor.idx)
        for first, last in spans:
            wider = min(start, self._sentence(first)[0]), max(stop, self._sentence(max(last - 1, first))[1])
            if wider[1] - wider[0] <= PROOF_LENGTH:
                start, stop = wider
        stop = min(stop, self._word_end(start + PROOF_LENGTH))
        text = self.reading.text
        article = self.article
        return Citation(
            article=article.id, sentence=text[start:stop], start=start, end=stop, name=article.name,
            group=article.id, source=article.source, url=article.url, published=self.reference,
        )  # fmt: skip

    def _sentence(self, position: int) -> tuple[int, int]:
        doc = self.reading.doc
        span = doc.char_span(position, position + 1, alignment_mode="expand")
        sentence = doc[0].sent if span is None else span[0].sent
        start, stop, text = sentence.start_char, sentence.end_char, self.reading.text
        while stop < len(text) and text[stop] in _CLOSERS:
            stop += 1
        while start < stop and text[start].isspace():
            start += 1
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        return start, stop

    def _word_end(self, position: int) -> int:
        text = self.reading.text
        if position >= len(text):
            return len(text)
        cut = text.rfind(" ", 0, position)
        return cut if cut > 0 else position


def _is_term(text: str, quote: Quote) -> bool:
    """Whether marks set a term off and quote nobody: "the so-called “special operation”"."""
    words = text[quote.start : quote.end]
    if len(words.split()) > SCARE_WORDS or words[-2:-1] in ",.!?":
        return False
    return bool(_ARMS_LENGTH.search(text[max(quote.start - 20, 0) : quote.start]))


def _hangs_on_noun(span: Span) -> bool:
    """Whether an "on Monday" hangs on the noun before it."""
    preposition = span.root.head
    return (
        preposition.lower_ == "on"
        and preposition.head.i < preposition.i
        and preposition.head.pos_ in ("NOUN", "PROPN")
    )


def _day_value(mention: DateMention) -> date | None:
    """The day of a value as fine as a day."""
    return date.fromisoformat((mention.value or "")[:10]) if _DAY.match(mention.value or "") else None


def _shift_of(mention: DateMention) -> int | None:
    """Days from what was told before, for an expression that counts from it: "a day earlier", "the following day"."""
    match = _COUNTED.fullmatch(mention.text.casefold())
    if match is None:
        return None
    count = _NUMBERS.get(match["count"] or "", 1)
    return (
        count
        if "later" in (match["way"] or "")
        or match["way2"] == "after"
        or match["side"] in ("following", "next")
        else -count
    )


def finish(event: Event) -> Event:
    """An event with its codes, finer ones than its labels give kept, and its content-derived id."""
    cameo, plover = codes(
        event.kind, act=event.act, stage=event.stage, status=event.status, medium=event.medium
    )
    if event.cameo is not None:
        cameo, plover = event.cameo, plover_of(event.cameo, plover)
    return replace(event, id=finding_id(event), cameo=cameo, plover=plover)


def finding_id(event: Event) -> str:
    """An id from what the event is and the words that prove it: saving twice is harmless."""
    labels = (event.kind, event.act, event.stage, event.status, event.date)
    proof = sorted((c.article, c.start, c.end) for c in event.citations)
    parts = (
        [str(label) for label in labels] + [_code(a) for a in (*event.actors, *event.targets)] + [str(proof)]
    )
    return sha256("|".join(parts).encode()).hexdigest()[:20]


def _code(someone: Actor) -> str:
    return f"{someone.country}:{someone.name}"
