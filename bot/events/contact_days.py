"""The day of a contact, where the clause that tells of it names none.

Read-outs often give it in a sentence of its own ("The conversation took place on May 22"), or let it be seen: what was said
in the call spoke of something that had happened on the very day the text was published, so the call was later that day.
"""

from collections.abc import Iterator
from datetime import date

from spacy.tokens import Span, Token

from bot.events.contact_sides import Contact
from bot.events.contact_words import ContactWords
from bot.events.reading import child, children
from bot.events.scene import Scene
from bot.model import DateMention, Status

# In how many sentences after it a contact may be dated by a sentence of its own.
TOLD_WITHIN = 4
# How the English of such sentences goes on: "the call took place", "the talks were held".
_TAKES_PLACE = frozenset({"take", "hold", "occur", "happen", "come", "last", "begin"})
_THE_SAME = frozenset({"the", "this", "their", "his", "her", "that", "both"})
# Words said in a contact of what had come to pass: "congratulated him on the vote earlier today".
_AFTER = frozenset(
    {
        "thank",
        "congratulate",
        "condole",
        "offer",
        "express",
        "convey",
        "welcome",
        "condemn",
        "commend",
        "praise",
    }
)
_AHEAD = frozenset({"ahead", "before", "prior", "upcoming"})
# "Scheduled for this evening", "by tonight".
_NOT_YET = frozenset({"for", "until", "by"})


def day_of(scene: Scene, words: ContactWords, contact: Contact, status: Status) -> date | None:
    """The day of a contact: its clause's own, else one told of it next, else the day its own words betray."""
    verb = contact.verb
    day = scene.day(contact.anchor) or scene.day(verb)
    # "This morning she had the opportunity to speak": the day is told of the having.
    if day is None and verb.dep_ == "acl" and verb.tag_ == "VB":
        day = scene.day(verb.head.head)
    if day is not None or status is not Status.HELD:
        return day
    return _told_next(scene, words, contact) or _betrayed(scene, contact)


def _told_next(scene: Scene, words: ContactWords, contact: Contact) -> date | None:
    """The day a later sentence gives to "the call", and to nothing but it."""
    for sentence in _following(contact.anchor.sent):
        root = sentence.root
        if root.lemma_ not in _TAKES_PLACE:
            continue
        thing = child(root, "nsubj", "nsubjpass")
        if thing is None or words.nouns.ending(thing) is None:
            continue
        article = child(thing, "det", "poss")
        if article is not None and article.lower_ in _THE_SAME and child(thing, "prep") is None:
            return scene.day(root) or scene.day(thing)
    return None


def _following(sentence: Span) -> Iterator[Span]:
    doc, count = sentence.doc, 0
    while sentence.end < len(doc) and count < TOLD_WITHIN:
        sentence, count = doc[sentence.end].sent, count + 1
        yield sentence


def _betrayed(scene: Scene, contact: Contact) -> date | None:
    """The day of publication where the contact's own sentence speaks of something of that day as past."""
    if scene.reference is None:
        return None
    sentence = contact.anchor.sent
    for mention in scene.dates:
        if sentence.start_char <= mention.start < sentence.end_char and _is_past_today(scene, mention):
            return scene.reference
    return None


def _is_past_today(scene: Scene, mention: DateMention) -> bool:
    """Whether an expression puts something behind the writer, on the day of writing: "the loss of life earlier this evening"."""
    if scene.reference is None or not (mention.value or "").startswith(scene.reference.isoformat()):
        return False
    span = scene.reading.doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if span is None or span.root.head.lower_ in _NOT_YET:
        return False
    if _AHEAD & {up.lower_ for up in span.root.ancestors if up.pos_ in ("ADP", "ADV", "ADJ")}:
        return False
    if any(token.lower_ == "earlier" for token in span.doc[max(span.start - 1, 0) : span.end]):
        return True
    return any(_is_spoken_of(up) for up in span.root.ancestors)


def _is_spoken_of(verb: Token) -> bool:
    return verb.lemma_ in _AFTER and verb.tag_ in ("VBD", "VBG") and not any(children(verb, "aux"))
