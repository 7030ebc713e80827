"""The people an article names: their full names, and the offices and countries the text gives them.

A title in the text ("Austrian chancellor") beats the table of officials, so a stale table never renames anyone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from bot.events.name_spans import SUFFIXES, name_spans
from bot.events.roles import Roles, was_once
from bot.places.fold import fold
from bot.places.gazetteer import Mention, Sense
from bot.places.people import FAMILY_NAME_FIRST, family_name

# How far from a name its title is looked for, in tokens.
TITLE_REACH = 12
# Surnames of one office holder that begin with as many letters alike are spellings of one name.
SPELLED_ALIKE = 4
_TITLE_TAGS = frozenset({"PROPN", "ADJ", "NOUN", "DET", "PART", "NUM"})
_LINKS = frozenset({"of", "for", "and", "-", "’s", "'s"})
# Words of rank that are no title by themselves.
_NO_TITLES = frozenset({"head", "deputy", "counterpart", "colleague", "chief", "leader", "side"})
_STATES = frozenset(
    {
        Sense.COUNTRY,
        Sense.DEMONYM,
        Sense.CAPITAL,
        Sense.METONYM,
        Sense.GOVERNMENT,
        Sense.ORGANISATION,
        Sense.GROUP,
        Sense.REGION,
    }
)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody or something an article names, at token `at`.

    `code` is None for a person of no known state; `state` is whether they speak with its authority.
    """

    code: str | None
    name: str | None
    role: str | None
    state: bool
    at: int
    person: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A person's name in the text: tokens start..stop-1."""

    start: int
    stop: int
    who: Who


def index_mentions(doc: Doc, mentions: Sequence[Mention]) -> dict[int, Mention]:
    """Each token that a gazetteer mention covers, and that mention."""
    covered: dict[int, Mention] = {}
    for mention in mentions:
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is not None:
            covered.update((token.i, mention) for token in span)
    return covered


def find_people(
    doc: Doc, covered: Mapping[int, Mention], roles: Roles, *, dated: bool = True
) -> tuple[Named, ...]:
    """Every name of a person, in order, each with what the article has said of them so far.

    Where an article has no day, the table cannot say who held office then: its people speak for their state.
    """
    known: dict[str, Who] = {}
    people: list[Named] = []
    for name in name_spans(doc, covered, roles):
        who = _describe(name, covered, roles, dated=dated)
        earlier = _earlier(known, who)
        who = _merge(earlier, who)
        people.append(Named(name.start, name.end, who))
        if who.name is not None:
            known[surname(who)] = who
    return tuple(people)


def _describe(name: Span, covered: Mapping[int, Mention], roles: Roles, *, dated: bool) -> Who:
    mention = covered.get(name.end - 1) or covered.get(name.start)
    table = mention if mention is not None and _is_bearer(mention, name, roles) else None
    before, after = _before(name, covered, roles), _after(name)
    office = office_in(before, covered, roles) or office_in(after, covered, roles)
    vetoed = any(
        roles.rules_out(token) for part in (before, after) for token in part if token.i not in covered
    )
    titled = roles_in(before, roles) or roles_in(after, roles)
    of_state = len(after) > 1 and after[0].lower_ == "of" and after[-1].i in covered
    code = _country(before, covered) if titled else None
    if code is None and (titled or of_state):
        code = _country(after, covered)
    if code is None and table is not None:
        code = table.code
    code = code or roles.owner(before)
    full = _as_written(table.name, name) if table is not None and table.name else _plain(name)
    held = table.role if table is not None and (table.role or "").lower() not in _NO_TITLES else None
    role = office_in(before, covered, roles) or held or office
    in_office = (
        role is not None
        or titled
        or of_state
        or (table is not None and (table.role is not None or not dated))
    )
    state = code is not None and in_office and not vetoed
    return Who(code, full, role, state, name.end - 1, person=True)


def _is_bearer(mention: Mention, name: Span, roles: Roles) -> bool:
    """Whether somebody the table knows by surname is meant: not where the article gives another first name ("Omar Nasser")."""
    if mention.sense is not Sense.PERSON:
        return False
    given = [token for token in name if token.idx < mention.start]
    initials = {fold(word)[:1].casefold() for word in (mention.name or "").split()[:-1]}
    if not given or not initials or any(roles.office(token) for token in name):
        return True
    return fold(given[0].text)[:1].casefold() in initials


def _as_written(full: str, name: Span) -> str:
    """The full name of the table in the article's own spelling, as far as the article gives it: "Recep Tayyip Erdogan"."""
    written = {fold(word).casefold(): word for word in _plain(name).split()}
    words = [written.get(fold(word).casefold(), word) for word in full.split()]
    last = _plain(name).split()[-1]
    if _same_surname(fold(last).casefold(), fold(words[-1]).casefold()):
        words[-1] = last
    return " ".join(words)


def _same_surname(one: str, other: str) -> bool:
    """Whether two surnames are spellings of one: "zelensky" and "zelenskyy", "al-sisi" and "el-sisi"."""
    if "-" in one and "-" in other:
        return one.rpartition("-")[2] == other.rpartition("-")[2]
    return one[:SPELLED_ALIKE] == other[:SPELLED_ALIKE] and len(one) >= SPELLED_ALIKE


def _plain(name: Span) -> str:
    words = [token.text_with_ws for token in name]
    return " ".join("".join(words).split())


def _before(name: Span, covered: Mapping[int, Mention], roles: Roles) -> Span:
    """The titles that run up to a name: "Israeli Prime Minister", "the Kremlin aide", "Ghana's envoy, Kofi Mensah,"."""
    doc, start = name.doc, name.start
    floor = max(name.sent.start, name.start - TITLE_REACH)
    stop = start = name.start - _is_between_commas(name, covered, roles)
    while start > floor and _may_be_title(doc[start - 1], covered):
        start -= 1
    while start < stop and doc[start].lower_ in ("of", "for", "and", "'s", "’s", "-"):
        start += 1
    return doc[start:stop]


def _is_between_commas(name: Span, covered: Mapping[int, Mention], roles: Roles) -> bool:
    """Whether a name stands between commas right behind an office: "the premier, Ivo Babic,", "the king of Spain, Felipe,"."""
    doc = name.doc
    closed = (
        doc[name.end : name.end + 1].text in (",", ".") and doc[name.end + 1 : name.end + 2].text != "and"
    )
    if not closed or name.start - name.sent.start < 2 or doc[name.start - 1].text != ",":
        return False
    office = name.start - 2
    while office > name.sent.start and (office in covered or doc[office].lower_ in ("of", "the")):
        office -= 1
    return roles.office(doc[office]) and doc[office].tag_ not in ("NNS", "NNPS")


def _may_be_title(token: Token, covered: Mapping[int, Mention]) -> bool:
    mention = covered.get(token.i)
    if mention is not None and mention.sense is Sense.PERSON:
        return False
    return (token.pos_ in _TITLE_TAGS or token.lower_ in _LINKS or was_once(token)) and token.lower_ not in (
        "and",
        "both",
        "that",
        "this",
    )


def _after(name: Span) -> Span:
    """What follows a name and describes it: "of France", ", the Austrian chancellor,"."""
    doc, stop = name.doc, name.end
    ceiling = min(name.sent.end, name.end + TITLE_REACH)
    if stop >= ceiling:
        return doc[stop:stop]
    if doc[stop].lower_ == "of":
        while stop < ceiling and (doc[stop].pos_ in ("PROPN", "DET", "ADP") or doc[stop].lower_ == "of"):
            stop += 1
        return doc[name.end : stop]
    if doc[stop].text == ",":
        stop += 1
        while (
            stop < ceiling and doc[stop].text not in (",", ";", ".") and doc[stop].pos_ not in ("VERB", "AUX")
        ):
            stop += 1
        described = doc[name.end + 1 : stop]
        return described if _describes(described) else doc[name.end : name.end]
    return doc[stop:stop]


def _describes(span: Span) -> bool:
    """Whether what stands after a name's comma describes it, and is not the next of a list of names."""
    if not len(span) or span[0].pos_ not in ("DET", "PROPN", "NOUN", "ADJ"):
        return False
    return not any(token.lower_ in ("and", "&") or token.ent_type_ == "PERSON" for token in span)


def roles_in(span: Span, roles: Roles) -> bool:
    """Whether a stretch of text holds a word for an office."""
    return any(roles.office(token) for token in span)


def office_in(span: Span, covered: Mapping[int, Mention], roles: Roles) -> str | None:
    """The office a description names, in its own words: "Prime Minister", "foreign minister"."""
    office = last = next((token.i for token in reversed(span) if roles.office(token)), None)
    if office is None or last is None:
        return None
    first = office
    while first > span.start and _part_of_office(span.doc[first - 1], covered, roles):
        first -= 1
    if (
        last + 1 < span.end
        and span.doc[last + 1].lower_ in ("of", "for")
        and not any(i in covered for i in range(last + 1, span.end))
    ):
        last = span.end - 1
    text: str = span.doc[first : office + 1].text
    if span.doc[office].tag_ in ("NNS", "NNPS"):
        text = text.removesuffix("s")  # "Foreign ministers Ana Ruiz of Chile and …" hold it one by one
    text += span.doc[office : last + 1].text_with_ws[len(span.doc[office].text) :].rstrip()
    return text if text.lower() not in _NO_TITLES else None


def _part_of_office(token: Token, covered: Mapping[int, Mention], roles: Roles) -> bool:
    if token.i in covered:
        return False
    return (
        roles.office(token)
        or token.text == "-"
        or (token.pos_ in ("PROPN", "ADJ", "NOUN") and token.dep_ in ("compound", "amod", "nmod"))
    )


def _country(span: Span, covered: Mapping[int, Mention]) -> str | None:
    for token in span:
        mention = covered.get(token.i)
        if mention is not None and mention.sense in _STATES:
            return mention.code
    return None


def surname(who: Who) -> str:
    """The name by which a person is called alone after the first mention, small; "" for someone without a name."""
    words = (who.name or "").split()
    while len(words) > 1 and words[-1].rstrip(".") in SUFFIXES:
        words.pop()
    if who.code in FAMILY_NAME_FIRST:
        return family_name(" ".join(words), (who.code,)).casefold()
    return words[-1].casefold() if words else ""


def _earlier(known: Mapping[str, Who], who: Who) -> Who | None:
    if who.name is None:
        return None
    earlier = known.get(surname(who))
    if earlier is None or earlier.name is None or (who.code and earlier.code and who.code != earlier.code):
        return None
    words, said = {w.casefold() for w in earlier.name.split()}, {w.casefold() for w in who.name.split()}
    return earlier if said <= words or words <= said or len(said) == 1 else None


def _merge(earlier: Who | None, who: Who) -> Who:
    """A person with all that has been said of them; the longest name stands."""
    if earlier is None:
        return who
    longest = max((earlier.name, who.name), key=lambda name: len(name or ""))
    return Who(
        code=who.code or earlier.code,
        name=longest,
        role=who.role or earlier.role,
        state=who.state or (earlier.state and (who.code or earlier.code) == earlier.code),
        at=who.at,
        person=True,
    )
