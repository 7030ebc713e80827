"""Whoever was resolved, in the public form of an event's actor."""

from bot.events.people import Who
from bot.model import Actor


def actor(who: Who) -> Actor:
    """The public form of a resolved `Who` that has a code."""
    if who.code is None:
        msg = "an actor needs a code"
        raise ValueError(msg)
    if not who.person:
        return Actor(who.code)
    role = who.role
    if role is not None and who.name is not None and who.name.casefold().startswith(role.casefold() + " "):
        role = None
    return Actor(who.code, who.name, role)


def actors(found: tuple[Who, ...]) -> tuple[Actor, ...]:
    """Actors of all who have a code, each state once, its named person first."""
    ordered = sorted((who for who in found if who.code is not None), key=lambda who: who.name is None)
    kept = {who.code: actor(who) for who in reversed(ordered)}
    order = dict.fromkeys(who.code for who in found if who.code is not None)
    return tuple(kept[code] for code in order)
