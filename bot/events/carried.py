"""Quotations that no cue governs: whose words they are by what stands before them."""

from bisect import bisect_left, bisect_right
from dataclasses import replace

from bot.events.content import Stretch, overlap
from bot.events.credits import is_speech
from bot.events.lexicon import load_lexicon
from bot.events.quotes import Quote
from bot.events.reading import Reading, child, negated
from bot.events.speech import Speech
from bot.model import Act

# How many words may stand between an attribution and the quotation that goes on with it: the speaker's description.
GAP = 30
# The same before a paragraph that is one quotation; with 15 more are given to the wrong speaker than to the right one.
GAP_OVER_PARAGRAPHS = 6


def carry_quotes(reading: Reading, found: list[Speech]) -> list[Speech]:
    """Quotations no cue governs: those that go on from an attribution join it; a paragraph of its own takes the last speaker."""
    text = reading.text
    ordered = sorted(found, key=_reach)
    ends = [_reach(speech) for speech in ordered]
    held = sorted(span for speech in found for span in speech.content)
    for quote in reading.quotes:
        if not is_speech(reading, quote) or _is_held(held, quote):
            continue
        if (opened := _opened(reading, quote)) is not None:
            _insert(ordered, ends, opened, quote.end)
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
            _insert(ordered, ends, replace(last, content=((quote.start, quote.end),)), quote.end)
    return ordered


def _insert(ordered: list[Speech], ends: list[int], speech: Speech, end: int) -> None:
    """Put a speech found late where it belongs among those in order of their ends."""
    place = bisect_right(ends, end)
    ordered.insert(place, speech)
    ends.insert(place, end)


def _opened(reading: Reading, quote: Quote) -> Speech | None:
    """A paragraph of quoted words after a sentence that only tells who spoke: "The minister spoke in Lima on Friday."."""
    before = reading.text[: quote.start].rstrip()
    if "\n" not in reading.text[len(before) : quote.start] or not before.endswith("."):
        return None
    last = reading.doc.char_span(len(before) - 1, len(before), alignment_mode="expand")
    cue = last[0].sent.root if last is not None else None
    if (
        cue is None
        or cue.lemma_.lower() not in load_lexicon().speaking
        or child(cue, "dobj", "ccomp") is not None
    ):
        return None
    source = child(cue, "nsubj")
    if source is None or negated(cue) or child(cue, "aux") is not None:
        return None
    return Speech(cue, source, ((quote.start, quote.end),), Act.POSITION, settled=False, public=True)


def _reach(speech: Speech) -> int:
    return max(speech.end, speech.cue.idx + len(speech.cue))


def _is_held(spans: list[Stretch], quote: Quote) -> bool:
    """Whether a quotation shares a character with one of some stretches in order."""
    place = bisect_left(spans, (quote.end, 0)) - 1
    return any(overlap((quote.start, quote.end), span) for span in spans[max(place - 8, 0) : place + 1])


def _whole_paragraph(text: str, quote: Quote) -> bool:
    end = text.find("\n", quote.end)
    return not text[quote.end : end if end >= 0 else len(text)].strip()
