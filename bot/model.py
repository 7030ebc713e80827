"""The words of the domain: what travels from a feed to a reader's phone.

Every type is frozen and slotted, so that a value can be shared between worker processes. Each stage has its own
type: what a source said (`FeedItem`) is not what we hold (`Article`), nor that what we claim (`Event`).

Countries are ISO 3166-1 alpha-2 (`XK` for Kosovo by user-assigned custom); international and non-state actors carry
codes of their own (`EU`, `HAMAS`) from the gazetteer. Times are UTC-aware; a day without an hour is a plain `date`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Day = date
"""Another name for `date`, which a field called `date` would hide from its own class."""


class EventKind(StrEnum):
    """What sort of thing happened (DESIGN §4)."""

    STATEMENT = "statement"
    CALL = "call"
    MEETING = "meeting"
    MEDIATION = "mediation"


class Act(StrEnum):
    """What a statement does, in the order in which a doubtful case is decided last to first."""

    POSITION = "position"
    APPEAL = "appeal"
    CONCERN = "concern"
    CONDEMNATION = "condemnation"
    CONDOLENCE = "condolence"
    ACCUSATION = "accusation"
    WARNING = "warning"
    REJECTION = "rejection"
    DENIAL = "denial"
    SUPPORT = "support"
    PLEDGE = "pledge"


class Status(StrEnum):
    """Whether a call or meeting is still to come, took place, or was called off."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Medium(StrEnum):
    """How a call was held."""

    PHONE = "phone"
    VIDEO = "video"
    UNSPECIFIED = "unspecified"


class Stage(StrEnum):
    """How far a mediation has come."""

    OFFER = "offer"
    UNDERWAY = "underway"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


class Form(StrEnum):
    """How an article reports speech: in quotation marks, partly so, or in its own words."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class BodyFormat(StrEnum):
    """What the body of a `FeedItem` is written in."""

    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher we read: its short id, its title, and the address of its feed."""

    id: str
    title: str
    feed_url: str
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What a source said, before any of it is believed or cleaned.

    `name` is what a person would call it (a file name, a given id, an address). `published` is the
    day the source itself states, never a file's or a clock's. `source` names the publisher.
    """

    name: str
    body: str
    format: BodyFormat = BodyFormat.TEXT
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published: date | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One cleaned text. Every offset of every citation indexes `text`.

    `id` comes from the publisher, address and words, so saving twice is harmless; `name` is what
    the person who gave it calls it. `published` is None where neither source nor text states a day.
    `language` is None where too little text is left to tell. `heard_at` is when the news reached us.
    """

    id: str
    name: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published: date | None = None
    language: str | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `text` = article text[start:end]."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """One piece of reported speech: who (`source`), the word that reports it (`cue`), what (`content`).

    `content` has several spans where a cue stands in the middle of what was said.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression in an article and its value: ISO 8601 (`2023-10-11`, `2025-05`), or TIMEX3 where ISO is silent.

    `value` is None where the text alone and the article's day do not decide it.
    """

    start: int
    end: int
    text: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A state, organisation or non-state actor, with the person who acted for it where the text says."""

    country: str
    name: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The sentence that proves an event: verbatim, `start`:`end` in the cleaned text of article `article`.

    `name` is what a reader calls the article, `group` the syndication group it is folded under
    (its own id where it stands alone), `published` its day, or its group's where it has none itself.
    """

    article: str
    sentence: str
    start: int
    end: int
    name: str
    group: str
    source: str | None = None
    url: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something a state did, with its proof. An event without a citation does not exist.

    `date` is the day it happened, None where the text does not say. `actors` did it, `targets` are
    whom it was done to (for a contact, everyone who took part is an actor), `parties` are whom a
    mediation brings together. `cameo` and `plover` join it to analysts' data (CAMEO Manual 1.1b3;
    PLOVER 2018). `publishers` counts independent publishers, `copies` all articles that carry it.
    `findings` are the ids of the single-article events it was merged from (its own id before merging).
    `other_dates` and `other_media` are what some report says against `date` and `medium`.
    """

    id: str
    kind: EventKind
    actors: tuple[Actor, ...]
    citations: tuple[Citation, ...]
    act: Act | None = None
    stage: Stage | None = None
    status: Status | None = None
    medium: Medium | None = None
    date: Day | None = None
    targets: tuple[Actor, ...] = ()
    parties: tuple[Actor, ...] = ()
    topic: str | None = None
    quote: str | None = None
    cameo: str | None = None
    plover: str | None = None
    publishers: int = 1
    copies: int = 1
    first_heard: datetime | None = None
    findings: tuple[str, ...] = ()
    other_dates: tuple[Day, ...] = ()
    other_media: tuple[Medium, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of everyone in it, actors first, each once."""
        everyone = (*self.actors, *self.targets, *self.parties)
        return tuple(dict.fromkeys(actor.country for actor in everyone))


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was read out of one article."""

    article: Article
    attributions: tuple[Attribution, ...] = ()
    dates: tuple[DateMention, ...] = ()
    events: tuple[Event, ...] = ()
    analysed: bool = True


class Resemblance(StrEnum):
    """How two texts relate (research figures: see `bot/text/similarity.py`)."""

    COPY = "copy"
    VERSION = "version"
    EXCERPT = "excerpt"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be used, and why; the rest of its batch is kept."""

    name: str
    reason: str


class Standing(StrEnum):
    """What an event is to one reader: not told before, told and since changed, or told and still running."""

    NEW = "new"
    UPDATED = "updated"
    ONGOING = "ongoing"


class Change(StrEnum):
    """What is different in an event since this reader was last told of it."""

    STATUS = "status"
    STAGE = "stage"
    DATE = "date"
    PUBLISHERS = "publishers"


class SectionKind(StrEnum):
    """The parts of a briefing, in reading order."""

    MEDIATION = "mediation"
    CALLS = "calls"
    MEETINGS = "meetings"
    STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class Told:
    """What one chat was last told of one finding: enough to see whether there is anything to add.

    `publishers` names the outlets and syndication groups that had carried it by then.
    """

    status: Status | None = None
    stage: Stage | None = None
    date: Day | None = None
    publishers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lines a briefing shows before it only counts the rest.

    `statements` is per country; where few countries have any, each may have more, up to
    `statements_in_all` together, so that who follows one country is not given four lines of it.
    `countries` bounds how many countries get statements of their own, and `earlier` is per kind in the
    part set apart for older things. The defaults make a briefing that is read in about five minutes: at
    the very most some eighty lines, and on an ordinary day twenty.
    """

    mediation: int = 6
    calls: int = 10
    meetings: int = 8
    statements: int = 4
    statements_in_all: int = 16
    countries: int = 12
    earlier: int = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered source of a briefing: the number its lines show, the outlet and the link."""

    number: int
    source: str
    url: str | None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a briefing: an event, what it is to this reader, and the numbers of its sources.

    `changes` says what was updated; `references` names each independent publisher at most once.
    """

    event: Event
    standing: Standing
    references: tuple[int, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of one kind (and, for statements, of one country), with how many more were left out.

    A last section of statements may hold no entries: it counts those of `more_countries`, which had no room.
    """

    kind: SectionKind
    entries: tuple[Entry, ...]
    country: str | None = None
    more: int = 0
    more_countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """The matter of one opening sentence; the words are the template's.

    `kind` picks the sentence and `actors` are whom it is about. `others` are, for a contact, whom they
    dealt with (empty where all are `actors`), and for a mediation its parties; `targets` are as in the
    event. `date` and `medium` are None unless all `events` (their ids) share them.
    """

    kind: EventKind
    actors: tuple[Actor, ...]
    events: tuple[str, ...]
    others: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    status: Status | None = None
    medium: Medium | None = None
    stage: Stage | None = None
    act: Act | None = None
    topic: str | None = None
    date: Day | None = None
    references: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """What one reader is to be told on one day.

    `countries` is empty for the whole world. `since` and `until` bound when the events were first
    heard. `earlier` holds things that happened before the days covered but were first heard now.
    `events_total` counts the events it is about, shown or only counted; `articles_total` what was read for it.
    """

    id: str
    day: date
    countries: tuple[str, ...]
    since: datetime
    until: datetime
    lead: tuple[Lead, ...]
    sections: tuple[Section, ...]
    earlier: tuple[Section, ...]
    references: tuple[Reference, ...]
    events_total: int
    articles_total: int


class Length(StrEnum):
    """How much of a briefing a reader wants: the weightiest lines of each kind, or all that `Limits` allows."""

    SHORT = "short"
    FULL = "full"


WORLD = "*"
"""Stands in for a country where a chat follows all of them."""

EVERY_DAY = 0b1111111
"""All weekdays, one bit each, Monday lowest."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat and its wish for a briefing.

    `kind` is Telegram's (private, group, supergroup, channel). `zone` is an IANA time zone, `minute` the minute of
    the local day (None: no daily briefing), `weekdays` one bit a day, Monday lowest; nothing comes from the minute
    `quiet_from` until `quiet_until` (None: no quiet hours). `silent_when_empty`: no message on a day without news.
    `next_due_at` is None where nothing is due; `last_date` is the last local day a briefing was made for.
    `paused_because` says in Telegram's words why nothing can be sent, None where it can.
    """

    id: int
    kind: str
    zone: str
    created_at: datetime
    seen_at: datetime
    title: str | None = None
    language: str | None = None
    minute: int | None = None
    weekdays: int = EVERY_DAY
    quiet_from: int | None = None
    quiet_until: int | None = None
    length: Length = Length.FULL
    silent_when_empty: bool = False
    next_due_at: datetime | None = None
    last_date: Day | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat with the codes it follows, sorted; `WORLD` among them for all."""

    chat: Chat
    follows: tuple[str, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries to select by: none for a reader of the whole world, or of nothing yet."""
        return () if WORLD in self.follows else self.follows


@dataclass(frozen=True, slots=True)
class Slot:
    """What is delivered at most once: part number `part` of a chat's briefing for a local day."""

    chat: int
    local_date: date
    part: int = 0


SHARDS = 64
"""Into so many parts chats are divided for sending (`bot.delivery.shard`): more than workers any bot needs, few enough that
looking at each costs nothing. The ledger keeps each row's number, so another count would need a migration."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that is yet to be sent: its slot, of which briefing, since when it is due, and its text in HTML.

    `attempts` counts the sends begun so far, without those whose end had nothing to do with it (Telegram was out of
    reach); `sequel` says that an earlier part of the same briefing has gone out. `zone`, `quiet_from` and `quiet_until`
    are those of its chat.
    """

    slot: Slot
    briefing: str
    due_at: datetime
    html: str
    attempts: int = 0
    sequel: bool = False
    zone: str = "UTC"
    quiet_from: int | None = None
    quiet_until: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a send ended: `outcome` is the delivery's word for it, `message_id` Telegram's own where it was sent."""

    outcome: str
    at: datetime
    message_id: int | None = None
    error: str | None = None


class Subject(StrEnum):
    """What a question in a chat is about: all that a country does, the last day, or one kind of event."""

    COUNTRY = "country"
    TODAY = "today"
    CALLS = "calls"
    MEDIATION = "mediation"
    STATEMENTS = "statements"


MOST_DAYS = 366
"""How many days back a question may reach: whoever needs more wants the database, not a chat."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks: of which countries (none: the world), for how many days back, with every line or the first."""

    subject: Subject
    countries: tuple[str, ...] = ()
    days: int = 7
    every_line: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """What a reader may tap: its label, and what it means to us, in at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What a chat is shown: messages in Telegram's HTML, and rows of buttons below the last of them."""

    messages: tuple[str, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
