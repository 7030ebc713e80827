"""To whom a quotation is credited by where it stands: “…,” X said; X said: “…”; “…” — X; X: “…”.

English sets a quotation beside its cue, whatever a parser makes of the sentence, so the marks and commas decide first.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from spacy.tokens import Token

from bot.events.lexicon import Lexicon
from bot.events.quotes import Quote
from bot.events.reading import Reading, child, head_of_chunk
from bot.events.sayers import FINITE

# Up to this many words in quotation marks inside running text are a term, not speech, unless a cue governs them.
SCARE_WORDS = 4
# How many tokens after a quotation its cue may stand, titles and appositions included.
REACH_AFTER = 40
# How many tokens before a quotation its cue may stand: "told reporters in the capital on Friday:".
REACH_BEFORE = 14
# The longest a name before a colon or after a dash may be, in tokens.
LONGEST_NAME = 10

_NAMING = frozenset({"PROPN", "NOUN", "PRON", "DET", "ADJ", "NUM", "PART"})
_WITHIN_NAMES = frozenset(
    {"of", "for", "and", "-", "–", "'s", "’s", "(", ")", ".", "the", "to", "at", "in", "on"}
)
_DASHES = frozenset({"—", "–", "―", "--", "-"})
# A quotation after one of these goes on with a phrase begun outside it: "as a “…”", "that “…”".
_LEADS_ON = frozenset({"ADP", "DET", "SCONJ", "ADJ", "PART", "PRON"})
_ADJUNCTS = frozenset({"prep", "advmod", "npadvmod", "dobj", "dative", "pobj", "advcl", "prt", "agent"})


@dataclass(frozen=True, slots=True)
class Credit:
    """A quotation and its cue: a verb, or the dash or colon of a credit line. `source` is None where the cue's own subject says it."""

    quote: Quote
    cue: Token
    source: Token | None


def is_speech(reading: Reading, quote: Quote) -> bool:
    """Whether a quotation is long enough, or ended like a sentence, to be words said and not a term."""
    words, last = reading.text[quote.start : quote.end], reading.text[quote.end - 2 : quote.end - 1]
    return len(words.split()) > SCARE_WORDS or last in ",.!?"


def find_credits(reading: Reading, lexicon: Lexicon) -> Mapping[int, tuple[Credit, ...]]:
    """The quotations with a cue beside them, by the index of the cue."""
    found: dict[int, tuple[Credit, ...]] = {}
    starts = [token.idx for token in reading.tokens]
    last: Credit | None = None
    for run in _runs(reading):
        credit = _after(reading, lexicon, run[-1], starts) or _before(reading, lexicon, run[0], starts)
        if credit is None and last is not None and _goes_on(reading.text, last, run[0]):
            credit = replace(last, quote=run[0])
        if credit is not None:
            shared = tuple(replace(credit, quote=quote) for quote in run)
            found[credit.cue.i] = (*found.get(credit.cue.i, ()), *shared)
            last = shared[-1]
    return found


def _runs(reading: Reading) -> Iterator[tuple[Quote, ...]]:
    """Quotations, each with those of the next paragraphs where the marks show that one speech runs on."""
    run: tuple[Quote, ...] = ()
    for quote in reading.quotes:
        if run and (run[-1].closed or reading.text[run[-1].end : quote.start].strip()):
            yield run
            run = ()
        run = (*run, quote)
    if run:
        yield run


def _goes_on(text: str, last: Credit, quote: Quote) -> bool:
    """Whether a quotation is the second half of a sentence split by its cue: “…,” said the mayor, “…”."""
    between = text[last.quote.end : quote.start]
    return (
        last.quote.end <= last.cue.idx < quote.start
        and between.rstrip()[-1:] in (",", "—", "–", "-")
        and not any(mark in between for mark in "\n;")
    )


@dataclass(frozen=True, slots=True)
class _Spot:
    """A quotation and the tokens after it. `sure`: a comma shows that its sentence goes on; `asks`: it ends as a question or a cry."""

    quote: Quote
    tokens: list[Token]
    sure: bool
    asks: bool


# After the quotation --------------------------------------------------------------------------------


def _after(reading: Reading, lexicon: Lexicon, quote: Quote, starts: list[int]) -> Credit | None:
    text = reading.text
    closing = _closing_sign(text, quote)
    tokens = list(_from(reading, bisect_left(starts, quote.end), REACH_AFTER))
    if tokens and tokens[0].text == ",":
        closing, tokens = ",", tokens[1:]
    if not tokens or not quote.closed:
        return None
    if tokens[0].text in _DASHES and (credit := _signed(quote, tokens)) is not None:
        return credit
    if closing not in (",", "?", "!", "-", "—", "–"):
        return None
    spot = _Spot(quote, tokens, sure=closing == "," and _opens_sentence(text, quote), asks=closing in "?!")
    return _inverted(reading, lexicon, spot) or _straight(reading, lexicon, spot)


def _closing_sign(text: str, quote: Quote) -> str:
    inside = text[quote.start : quote.end].rstrip("”\"'’»` ")
    return inside[-1:] or " "


def _opens_sentence(text: str, quote: Quote) -> bool:
    """Whether a quotation begins a sentence, and so cannot be a title inside one."""
    before = text[: quote.start].rstrip(" ")
    return (not before or before[-1] in '.!?\n”"’:') and len(text[quote.start : quote.end].split()) > 1


def _from(reading: Reading, first: int, reach: int) -> Iterator[Token]:
    """Up to `reach` tokens of one paragraph, spaces left out, until another quotation or a full stop."""
    for token in reading.doc[first : first + reach]:
        if token.is_space:
            if "\n" in token.text:
                return
            continue
        if reading.quoted(token) or token.text in (";", ":", "."):
            return
        yield token


def _signed(quote: Quote, tokens: list[Token]) -> Credit | None:
    """A credit line: a dash and a name, with which the paragraph ends."""
    name = tokens[1:]
    if not name or len(name) > LONGEST_NAME or not name[0].text[:1].isupper():
        return None
    if any(token.pos_ in ("VERB", "AUX") for token in name):
        return None
    return Credit(quote, tokens[0], _last_of_name(name))


def _inverted(reading: Reading, lexicon: Lexicon, spot: _Spot) -> Credit | None:
    """“…,” said the minister."""
    quote, tokens = spot.quote, spot.tokens
    cue = _main_verb(tokens[0])
    who = next((t for t in tokens[1:4] if t.pos_ not in ("ADV", "AUX")), None)
    if who is None or cue.i >= who.i or who.pos_ not in _NAMING or who.text in _DASHES:
        return None
    if not (_cues(lexicon, cue, inverted=True) or (spot.sure and cue.tag_ in FINITE)):
        return None
    own = child(cue, "nsubj")
    if own is not None and own.i >= who.i and not reading.quoted(own) and own.sent == cue.sent:
        return Credit(quote, cue, own)
    return Credit(quote, cue, _last_of_name(tokens[tokens.index(who) :]))


def _straight(reading: Reading, lexicon: Lexicon, spot: _Spot) -> Credit | None:
    """“…,” the minister said, with or without a description of the minister between commas."""
    quote, tokens = spot.quote, spot.tokens
    found = _subject_and_verb(tokens)
    if found is None:
        return None
    who, cue = found
    if (spot.asks and _begins_anew(tokens[0])) or (not spot.sure and _says_more(cue)):
        return None
    if not (_cues(lexicon, cue) or spot.sure):
        return None
    own = child(cue, "nsubj")
    if own is not None and tokens[0].i <= own.i < cue.i and not reading.quoted(own):
        who = own
    return Credit(quote, cue, who)


def _begins_anew(token: Token) -> bool:
    """Whether a word after a question or exclamation begins a sentence of its own."""
    return token.text[:1].isupper() and token.pos_ != "PROPN"


def _subject_and_verb(tokens: list[Token]) -> tuple[Token, Token] | None:
    if tokens[0].pos_ not in _NAMING and tokens[0].lower_ != "both":
        return None
    who, described = None, False
    for token in tokens:
        if token.text == ",":
            described = not described
        elif described:
            continue
        elif token.tag_ in FINITE and who is not None:
            return who, _main_verb(token)
        elif token.pos_ in ("PROPN", "NOUN", "PRON", "NUM") or (token.pos_ in _NAMING and who is None):
            joined = token.nbor(-1).lower_ in _WITHIN_NAMES and token.nbor(-1).text != "."
            who = who if joined and who is not None and who.pos_ != "DET" else token
        elif token.pos_ not in ("ADV", *_NAMING) and token.lower_ not in _WITHIN_NAMES:
            return None
    return None


def _main_verb(token: Token) -> Token:
    """The verb an auxiliary serves: "has said"."""
    head = token.head
    return head if token.dep_ in ("aux", "auxpass") and token.i < head.i <= token.i + 4 else token


def _says_more(cue: Token) -> bool:
    return any(one.i > cue.i and one.dep_ in ("ccomp", "xcomp") for one in cue.children)


def _last_of_name(tokens: list[Token]) -> Token:
    """The head of the name that begins a list of tokens."""
    head = tokens[0]
    for token in tokens[1:]:
        if token.pos_ not in ("PROPN", "NOUN", "ADJ", "PART", "NUM") and token.text not in ("-", "."):
            break
        if token.pos_ in ("PROPN", "NOUN"):
            head = token
    return head


def _cues(lexicon: Lexicon, verb: Token, *, inverted: bool = False) -> bool:
    frames = lexicon.verbs.get(verb.lemma_.lower(), ())
    takes = ("quote",) if inverted else ("quote", "clause")
    return any(take in frame.takes for frame in frames for take in takes)


# Before the quotation -------------------------------------------------------------------------------


def _before(reading: Reading, lexicon: Lexicon, quote: Quote, starts: list[int]) -> Credit | None:
    first = bisect_left(starts, quote.start)
    back = list(_backwards(reading, first))
    if not back:
        return None
    if back[0].text == ":":
        return _colon(reading, lexicon, quote, back)
    if back[0].text not in (",", *_DASHES) and (back[0].pos_ in _LEADS_ON or not is_speech(reading, quote)):
        return None
    for verb in back:
        if verb.pos_ in ("VERB", "AUX") and _cues(lexicon, verb):
            return Credit(quote, verb, None) if _only_adjuncts(verb, first) else None
        if verb.text in (";", ":"):
            return None
    return None


def _backwards(reading: Reading, first: int) -> Iterator[Token]:
    """Tokens before a quotation, nearest first, within its paragraph and sentence."""
    for i in range(first - 1, max(first - 1 - REACH_AFTER, -1), -1):
        token = reading.doc[i]
        if token.is_space:
            if "\n" in token.text and not (i and reading.doc[i - 1].text == ":"):
                return
            continue
        if reading.quoted(token) or token.text in (".", "!", "?"):
            return
        yield token


def _colon(reading: Reading, lexicon: Lexicon, quote: Quote, back: list[Token]) -> Credit | None:
    """What stands before a colon tells of the quotation after it, whatever its verb: "has apologised for it: “…”"."""
    colon, before = back[0], back[1:]
    verbs = [t for t in before if t.pos_ in ("VERB", "AUX")]
    for verb in verbs:
        if _cues(lexicon, verb):
            return Credit(quote, verb, None)
    if not verbs:
        name = next((t for t in before if t.pos_ in ("PROPN", "NOUN")), None)
        while (
            name is not None and name.dep_ == "pobj" and name.head.dep_ == "prep" and name.head.head in before
        ):
            name = name.head.head
        starts_line = len(before) <= LONGEST_NAME and (
            not before or before[-1].i == 0 or "\n" in reading.text[before[-1].idx - 1 : before[-1].idx]
        )
        return Credit(quote, colon, head_of_chunk(name)) if name is not None and starts_line else None
    if not is_speech(reading, quote):
        return None
    main = next((v for v in verbs if child(v, "nsubj") is not None), None)
    return Credit(quote, main, None) if main is not None else None


def _only_adjuncts(verb: Token, first: int) -> bool:
    """Whether what stands between cue and quotation only says when, where or to whom."""
    between = [t for t in verb.doc[verb.i + 1 : first] if not t.is_punct and not t.is_space]
    return len(between) <= REACH_BEFORE and all(_adjunct_of(token, verb) for token in between)


def _adjunct_of(token: Token, verb: Token) -> bool:
    for up in (token, *token.ancestors):
        if up.head == verb:
            return up.i > verb.i and up.dep_ in _ADJUNCTS
    return False
