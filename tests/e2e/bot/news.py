"""News of our own wording, put straight into the database: no text is read for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from bot.model import Act, Actor, Article, Citation, Event, EventKind, Medium, Stage, Status
from storage import Storage
from storage.articles import mark_analysed, save_articles
from storage.events import replace_events

READ_BY = "hand"


def call(
    heard: datetime,
    sides: Sequence[str] = ("RU", "TR"),
    *,
    status: Status = Status.HELD,
    outlet: str = "Meridian Courier",
) -> Event:
    """A call between two or more, of the day on which it was heard of."""
    said = f"The leaders of {' and '.join(sides)} {status.value} a telephone call, {outlet} reported at {heard:%H:%M on %d %B}."
    event = _event(EventKind.CALL, tuple(map(Actor, sides)), said, heard, outlet)
    return replace(event, status=status, medium=Medium.PHONE)


def statement(
    heard: datetime,
    country: str = "FR",
    words: str = "",
    *,
    outlet: str = "Meridian Courier",
    url: str | None = None,
) -> Event:
    """A country's foreign ministry says something; `words` are the sentence that proves it."""
    said = (
        words
        or f"The foreign ministry of {country} stated its view of the harbour talks at {heard:%H:%M on %d %B}."
    )
    event = _event(EventKind.STATEMENT, (Actor(country),), said, heard, outlet, url)
    return replace(event, act=Act.POSITION)


def mediation(heard: datetime, country: str = "QA", parties: Sequence[str] = ("RW", "CD")) -> Event:
    """A country offers to mediate."""
    said = f"{country} offered on {heard:%d %B} to host talks between {' and '.join(parties)}."
    event = _event(EventKind.MEDIATION, (Actor(country),), said, heard, "Meridian Courier")
    return replace(event, stage=Stage.OFFER, parties=tuple(map(Actor, parties)))


def confirmed(event: Event, outlet: str, heard: datetime) -> Event:
    """The same event, reported by one more outlet: what the merging of two findings makes."""
    said = f"{outlet} confirmed it: {event.citations[0].sentence}"
    further = _event(event.kind, event.actors, said, heard, outlet)
    return replace(
        event,
        id=_id(event.id, further.id),
        citations=(*event.citations, *further.citations),
        findings=(*event.findings, *further.findings),
        publishers=event.publishers + 1,
        copies=event.copies + 1,
    )


def long_sentence(number: int) -> str:
    """One of sixteen that fill three messages."""
    listed = "the quay, the cranes, the ferries and the customs sheds, " * 5
    return f"Point number {number} of the ministry's list concerns {listed}which it wants to see settled."


async def hear(
    storage: Storage, *events: Event, instead_of: Event | None = None, at: datetime | None = None
) -> None:
    """Store events with the articles that they cite, as if these had just been read.

    Articles that are new were heard at `at`, or else when their event was first heard of.
    """
    articles = [
        Article(
            each.article,
            each.name,
            each.sentence,
            url=each.url,
            source=each.source,
            published=each.published,
            language="en",
            heard_at=at or event.first_heard,
        )
        for event in events
        for each in event.citations
    ]
    async with storage.write() as conn:
        await save_articles(conn, articles)
        await mark_analysed(conn, [article.id for article in articles], READ_BY)
        await replace_events(conn, [instead_of.id] if instead_of else [], events)


def _event(  # noqa: PLR0913, PLR0917 - what an event is made of
    kind: EventKind,
    actors: tuple[Actor, ...],
    said: str,
    heard: datetime,
    outlet: str,
    url: str | None = None,
) -> Event:
    article = _id(outlet, said, str(heard))
    address = url or f"https://{outlet.split(maxsplit=1)[0].lower()}.example/{article}"
    proof = Citation(
        article, said, 0, len(said), f"{article}.txt", article, outlet, address, published=heard.date()
    )
    id_ = _id(kind, article)
    return Event(id_, kind, actors, (proof,), date=heard.date(), first_heard=heard, findings=(id_,))


def _id(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
