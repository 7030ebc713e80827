"""The heavy work itself, as worker processes do it: pure steps on picklable values.

What a language model is needed for is imported inside the functions that need it, so that a worker which only
cleans pages never loads one, and so is what only answers from the network need; nothing of storage is imported.
So a worker starts soon.
"""

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING

from bot.errors import InputError
from bot.events.merge import affected
from bot.flows.logs import configure_logs
from bot.flows.time_limit import time_limit
from bot.model import Analysis, Article, BodyFormat, Event, Failure, FeedItem, Resemblance, Source
from bot.text.article import to_article
from bot.text.groups import Member, group, reference_day
from bot.text.minhash import signature, text_digest
from bot.text.similarity import profile, resemblance

if TYPE_CHECKING:
    from bot.events.analyse import Analyser
    from bot.flows.poll_entries import FeedRead
    from bot.sources.robots import Permission, Rules


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web address gave: see `bot.sources.fetch.Fetched`. `url` is the one that answered."""

    url: str
    body: bytes
    content_type: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Sketched:
    """By what an article is found again: see `storage.signatures.Sketch`. `minima` None: it is too short for them."""

    article: str
    minima: bytes | None
    band_keys: tuple[int, ...]
    text_key: str
    title_key: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be stored, with the sketch by which its copies are found."""

    article: Article
    sketch: Sketched


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article belongs: see `storage.articles.Placement`."""

    article: str
    component: str
    group: str
    reference: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article to be analysed, the group it belongs to, and the day its dates count from."""

    article: Article
    group: str
    reference: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an article was found to say, given its group and its day of reference."""

    article: str
    group: str
    reference: date | None
    findings: tuple[Event, ...]
    analysed: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two articles relate; for an excerpt `first` is the part and `second` the whole."""

    first: str
    second: str
    resemblance: Resemblance


_model: list[str] = []


def choose_model(model: str) -> None:
    """Say which model this process is to load when it is first needed."""
    _model[:] = [model]


def prepare_worker(model: str, log_level: str) -> None:
    """Begin a worker process: the model it will load when first asked, and its end with the parent's."""
    choose_model(model)
    # The parent is told of Ctrl-C as well, and ends us in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    configure_logs(log_level)


def _end_with_parent() -> None:
    # A killed parent cannot say so, and a worker would wait for its next task for ever.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _analyser(model: str) -> "Analyser":
    from bot.events.analyse import Analyser  # noqa: PLC0415 - see the head of this file

    return Analyser(model)


def analyser_version() -> str:
    """Tell the version stamp of the analyser. Raises `ModelMissing` where its model is not installed."""
    return _analyser(_model[0]).version


def read_answer(answer: Answer, publisher: str | None) -> tuple[FeedItem | Source | Failure, ...]:
    """Read whatever an address gave: a feed, a list of feeds, articles as JSON, a page or plain text.

    `publisher` names who publishes it, None where nobody said. Raises `InputError` where it cannot be used.
    """
    with time_limit():
        return tuple(_read(answer, publisher))


def _read(answer: Answer, publisher: str | None) -> Iterator[FeedItem | Source | Failure]:
    from bot.sources.decode import decode  # noqa: PLC0415 - see the head of this file
    from bot.sources.opml import read_opml  # noqa: PLC0415
    from bot.sources.parse import parse_feed  # noqa: PLC0415
    from bot.sources.records import load, read_records  # noqa: PLC0415
    from bot.sources.sniff import SNIFFED, Kind, sniff  # noqa: PLC0415

    url, body = answer.url, answer.body
    match sniff("", body[:SNIFFED]):
        case Kind.FEED:
            yield from parse_feed(body, url=url, headers=_headers(answer), source=publisher)
        case Kind.OPML:
            yield from read_opml(body, url)
        case Kind.JSON | Kind.JSON_LINES:
            yield from read_records(load(decode(body)), url)
        case Kind.HTML:
            yield FeedItem(url, decode(body), BodyFormat.HTML, url=url, source=publisher)
        case _:
            yield FeedItem(url, decode(body), url=url, source=publisher)


def _headers(answer: Answer) -> dict[str, str] | None:
    if not answer.charset:
        return None
    return {"content-type": f"{answer.content_type}; charset={answer.charset}"}


def read_feed(answer: Answer, source: Source) -> "FeedRead":
    """Read the feed of `source`; what an entry does not state of publisher and language its source does.

    Raises `UnreadableInput` where it is no feed, or takes too long to read.
    """
    from bot.flows.poll_entries import FeedRead, entries_of  # noqa: PLC0415 - see the head of this file
    from bot.sources.parse import parse_channel  # noqa: PLC0415

    with time_limit():
        channel = parse_channel(answer.body, url=answer.url, headers=_headers(answer), source=source.title)
        items = (replace(item, language=item.language or source.language) for item in channel.items)
        return FeedRead(entries_of(items), channel.ttl)


def read_fuller(item: FeedItem, body: bytes, now: datetime) -> FeedItem | None:
    """Give the entry `item` with the text of its page, `body`; None where that says no more. Raises `InputError`."""
    from bot.flows.poll_entries import fuller  # noqa: PLC0415 - see the head of this file

    with time_limit():
        return fuller(item, body, now)


def permitted(rules: "Rules", addresses: Sequence[str]) -> "Permission":
    """Tell which of the `addresses` of one site its rules let us read. Raises `UnreadableInput`."""
    from bot.sources.robots import judge  # noqa: PLC0415 - see the head of this file

    with time_limit():
        return judge(rules, addresses)


def prepare(items: tuple[FeedItem, ...], *, now: datetime, replayed: bool) -> tuple[Prepared | Failure, ...]:
    """Clean each item and sketch its text.

    News is heard `now`. But where an archive is `replayed` (files), an article that bears a day counts as heard at
    the beginning (00:00 UTC) of that day, as if we had listened then; never later than `now`.
    """
    return tuple(_prepare(item, now, replayed=replayed) for item in items)


def _prepare(item: FeedItem, now: datetime, *, replayed: bool) -> Prepared | Failure:
    try:
        article = to_article(item, heard_at=now)
    except InputError as error:
        return Failure(item.name, str(error))
    if replayed and article.published is not None:
        heard = datetime.combine(article.published, time(), tzinfo=UTC)
        article = replace(article, heard_at=min(heard, now))
    return Prepared(article, _sketch(article))


def _sketch(article: Article) -> Sketched:
    found = signature(article.text)
    return Sketched(
        article=article.id,
        minima=found.minima if found else None,
        band_keys=found.band_keys if found else (),
        text_key=text_digest(article.text),
        title_key=text_digest(article.title) if article.title else None,
    )


def resketch(articles: tuple[Article, ...]) -> tuple[Sketched, ...]:
    """Sketch stored articles again."""
    return tuple(map(_sketch, articles))


def relate(members: tuple[Member, ...], pairs: tuple[tuple[str, str], ...]) -> tuple[Likeness, ...]:
    """Compare `pairs` of ids among `members` word for word; those that differ are left out."""
    profiles = {member.id: profile(member.text, member.title) for member in members}
    found = []
    for pair in pairs:
        first, second = sorted(pair, key=lambda id_: (len(profiles[id_].words), id_))
        how = resemblance(profiles[first], profiles[second])
        if how is not Resemblance.DIFFERENT:
            found.append(Likeness(first, second, how))
    return tuple(found)


def place(components: tuple[tuple[Member, ...], ...]) -> tuple[Place, ...]:
    """Fold each component into groups and give every article its place. A component is named after its least id."""
    return tuple(placement for members in components for placement in _place(members))


def _place(members: tuple[Member, ...]) -> Iterable[Place]:
    groups = group(members)
    days = reference_day(members, groups)
    component = min(groups)
    return (Place(id_, component, groups[id_], days[id_]) for id_ in sorted(groups))


def analyse(articles: tuple[Waiting, ...]) -> tuple[Reading, ...]:
    """Read what stored articles say, each against the day its dates count from. Raises `ModelMissing`."""
    given = ((each.article, each.reference) for each in articles)
    analyses = _analyser(_model[0]).analyse(given)
    return tuple(_reading(held, found) for held, found in zip(articles, analyses, strict=True))


def _reading(held: Waiting, found: Analysis) -> Reading:
    findings = (_finding(event, held) for event in found.events)
    return Reading(
        article=held.article.id,
        group=held.group,
        reference=held.reference,
        findings=tuple({event.id: event for event in findings}.values()),
        analysed=found.analysed,
    )


def _finding(event: Event, held: Waiting) -> Event:
    """What one article tells, as a finding of its own: it may have been joined from several of its sentences."""
    from bot.events.scene import finish  # noqa: PLC0415 - see the head of this file

    citations = (replace(each, group=held.group, published=held.reference) for each in event.citations)
    alone = replace(
        event,
        citations=tuple(citations),
        findings=(),
        publishers=1,
        copies=1,
        first_heard=held.article.heard_at,
    )
    return finish(alone)


def join(new: tuple[Event, ...], nearby: tuple[Event, ...], gone: tuple[Event, ...]) -> tuple[Event, ...]:
    """Merge `new` findings with those `nearby`; give the events that change by it, or by what is `gone`."""
    return affected(new, nearby, gone)


def extract(
    items: tuple[FeedItem, ...], *, clean: bool, published: date | None
) -> tuple[Analysis | Failure, ...]:
    """Clean (or not) and analyse each item; `published` is the day of those that state none."""
    made = [_article(item, clean=clean, published=published) for item in items]
    articles = tuple((one, one.published) for one in made if isinstance(one, Article))
    analyses = iter(_analyser(_model[0]).analyse(articles))
    return tuple(next(analyses) if isinstance(one, Article) else one for one in made)


def _article(item: FeedItem, *, clean: bool, published: date | None) -> Article | Failure:
    try:
        article = to_article(item, clean=clean)
    except InputError as error:
        return Failure(item.name, str(error))
    return replace(article, published=article.published or published)
