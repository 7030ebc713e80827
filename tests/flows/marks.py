"""An analyser whose findings stand in the text, and workers without processes."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from bot.flows.workers import Workers
from bot.model import Act, Actor, Analysis, Article, Citation, Event, EventKind, Status

_MARK = re.compile(r"\[(call|statement) ([A-Z|]+)(?: (today|\d{4}-\d\d-\d\d))?\]")


class MarkedAnalyser:
    """Finds what stands in brackets: `[call RU|TR 2024-05-01]`, `[statement RU today]`."""

    def __init__(self, version: str = "marks:1") -> None:
        self.version = version
        self.read: list[str] = []

    def analyse(self, articles: Iterable[tuple[Article, date | None]]) -> Iterator[Analysis]:
        for article, reference in articles:
            self.read.append(article.name)
            events = (_event(article, match, reference) for match in _MARK.finditer(article.text))
            yield Analysis(article, events=tuple(events), analysed=article.language in (None, "en"))


def _event(article: Article, match: re.Match[str], reference: date | None) -> Event:
    kind, codes, day = EventKind(match[1]), match[2].split("|"), match[3]
    start, end = match.span()
    citation = Citation(
        article.id, match[0], start, end, article.name, article.id, article.source, article.url
    )
    is_call = kind is EventKind.CALL
    return Event(
        id=f"{article.id}-{start}",
        kind=kind,
        actors=tuple(map(Actor, codes)),
        citations=(citation,),
        act=None if is_call else Act.POSITION,
        status=Status.HELD if is_call else None,
        date=reference if day == "today" else date.fromisoformat(day) if day else None,
    )


class Here(Workers):
    """Does the work in this process."""

    def __init__(self) -> None:
        super().__init__(2, "marks")

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return work(*args, **kwargs)
