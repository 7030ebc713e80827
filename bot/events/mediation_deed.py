"""A mediation as one word of a text tells it."""

from dataclasses import dataclass

from spacy.tokens import Token

from bot.events.people import Who
from bot.events.scene import Scene


@dataclass(frozen=True, slots=True)
class Deed:
    """A mediation as found: its word, who mediates, who else the clause is about, and whether those asked for it."""

    anchor: Token
    mediators: tuple[Who, ...]
    others: tuple[Who, ...]
    asked: bool = False


_FIRST = frozenset({"we", "our", "ours", "us", "i", "my", "me"})


def acting(scene: Scene, token: Token) -> tuple[Who, ...]:
    """Everyone a noun phrase stands for who acts for a state, an organisation or a group; "we" is whoever is quoted."""
    if token.lower_ in _FIRST:
        return _speaking(scene, token)
    return tuple(who for who in scene.cast.resolve(token) if who.code is not None and who.state)


def _speaking(scene: Scene, token: Token) -> tuple[Who, ...]:
    for speech in scene.speech:
        if speech.source is not None and any(start <= token.idx < stop for start, stop in speech.content):
            return tuple(w for w in scene.cast.resolve(speech.source) if w.code is not None and w.state)
    return ()
