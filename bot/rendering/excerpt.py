"""The verbatim words beside a line: a quotation that stands alone, or the sentence that proves the event."""

from bot.briefing.proof import proof
from bot.model import Event
from bot.rendering.safety import clean, shortened
from bot.rendering.words import Words

EXCERPT_LENGTH = 360
"""Characters of a quotation before it is shortened: some sixty words, and longer than nine in ten sentences of
agency news, so that most are shown whole and a line stays one glance long."""

QUOTE_STANDS_ALONE = 6
"""Words a quotation needs to be understood without its sentence. Shorter ones ("sharply worsening") are
fragments that a reporter worked into a sentence of their own."""

OPENING, CLOSING = '"“„«', '"”“»'
"""Quotation marks that a source may have left around what was said."""


def excerpt(event: Event) -> tuple[str, bool]:
    """The words that prove `event`, verbatim, and whether they are a person's own.

    A quotation is given by itself if it can be understood alone (it begins like a sentence and is no mere
    phrase) and it is plain whose it is: one actor, known by name. Otherwise the sentence of the article is
    given, which says who spoke.
    """
    quote, sentence = clean(event.quote or ""), clean(proof(event).sentence)
    speakers = {actor.name for actor in event.actors}
    is_plain = len(speakers) == 1 and None not in speakers
    is_whole = len(quote.split()) >= QUOTE_STANDS_ALONE and not _bare(quote)[0].islower()
    if is_plain and is_whole:
        return _bare(quote), True
    return _ended(sentence), False


def _ended(sentence: str) -> str:
    """`sentence` without a quotation mark that opens the next one and was left at its end."""
    return sentence[:-2] if sentence.endswith(tuple(f" {mark}" for mark in OPENING)) else sentence


def _bare(quote: str) -> str:
    """`quote` without quotation marks around all of it."""
    is_marked = len(quote) > 2 and quote[0] in OPENING and quote[-1] in CLOSING
    return quote[1:-1].strip() if is_marked else quote


def in_marks(text: str, words: Words, *, quoted: bool) -> str:
    """`text` shortened if it must be, in quotation marks if it is `quoted`."""
    shown = shortened(text, EXCERPT_LENGTH, words("quotation.omitted"))
    return words("quotation.open") + shown + words("quotation.close") if quoted else shown
