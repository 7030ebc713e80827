"""Which line comes first, and under which country a statement stands."""

from collections.abc import Iterable, Sequence

from bot.briefing.weights import weight
from bot.model import Entry, Event, Standing


def _place(entry: Entry) -> tuple[bool, int, bool, int, tuple[str, ...], str]:
    """What is merely ongoing comes last; then weight, the later day, the countries and the id decide."""
    event = entry.event
    day = event.date.toordinal() if event.date else 0
    is_ongoing = entry.standing is Standing.ONGOING
    return is_ongoing, -weight(event), event.date is None, -day, event.countries, event.id


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Most important first; the order in which they are given plays no part."""
    return tuple(sorted(entries, key=_place))


def home(event: Event, countries: Sequence[str]) -> str:
    """The country whose part of the briefing an event belongs to.

    That of the first actor for a reader of the whole world. Otherwise the first of the reader's
    countries that acts in it, or else the first that it concerns.
    """
    actors = [actor.country for actor in event.actors]
    mine = [country for country in countries if country in actors]
    concerned = [country for country in countries if country in event.countries]
    return next(iter([*mine, *concerned, *actors]), "")


def country_order(entries: Iterable[Entry], countries: tuple[str, ...]) -> tuple[str, ...]:
    """The countries that have entries: in the reader's own order, or for the world the weightiest first."""
    heaviest: dict[str, int] = {}
    total: dict[str, int] = {}
    for entry in entries:
        country, points = home(entry.event, countries), weight(entry.event)
        heaviest[country] = max(points, heaviest.get(country, 0))
        total[country] = total.get(country, 0) + points
    if countries:
        return tuple(country for country in countries if country in total)
    return tuple(sorted(total, key=lambda country: (-heaviest[country], -total[country], country)))
