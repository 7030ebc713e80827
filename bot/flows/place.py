"""Where an article belongs: found by its sketch, compared word for word, folded with its copies.

Every article keeps its place in the index, copies too. Two texts of one group need not resemble one another, only
the text between them; were it no longer found, the groups would depend on the order in which articles came.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.tasks import Likeness, Place, Sketched, place, relate, resketch
from bot.flows.workers import Workers
from bot.model import Article, Resemblance
from bot.text.groups import Member
from bot.text.minhash import SIGNATURE_VERSION
from storage import Storage
from storage.articles import (
    Placement,
    StoredArticle,
    assign,
    find_articles,
    mark_analysed,
    members,
    save_excerpts,
)
from storage.engine import hold
from storage.signatures import candidates, with_text, with_title

NOT_ANALYSED = ""
"""The stamp of no analyser: an article that bears it waits to be analysed."""

_FOLDS = (Resemblance.COPY, Resemblance.VERSION)


async def place_articles(storage: Storage, workers: Workers, ids: Sequence[str]) -> tuple[str, ...]:
    """Put the stored articles `ids` where they belong; return the ids, sorted, of all articles that moved.

    An article that moved waits to be analysed anew, since what it proves is now counted otherwise.
    """
    async with storage.read() as conn:
        held = await find_articles(conn, ids)
    alike = await _alike(storage, workers, held)
    while True:
        moved = await _try_to_place(storage, workers, [each.article.id for each in held], alike)
        if moved is not None:
            return moved


async def _alike(storage: Storage, workers: Workers, held: Sequence[StoredArticle]) -> tuple[Likeness, ...]:
    """Compare each article with those its sketch finds."""
    sketches = await workers.run(resketch, tuple(each.article for each in held))
    pairs: set[tuple[str, str]] = set()
    async with storage.read() as conn:
        for sketch in sketches:
            found = await _find(conn, sketch)
            pairs.update(_pair(sketch.article, other) for other in found if other != sketch.article)
        known = {each.article.id: each.article for each in held}
        missing = {id_ for pair in pairs for id_ in pair} - known.keys()
        known |= {each.article.id: each.article for each in await find_articles(conn, missing)}
    wanted = sorted({id_ for pair in pairs for id_ in pair})
    if not wanted:
        return ()
    return await workers.run(relate, tuple(_member(known[id_]) for id_ in wanted), tuple(sorted(pairs)))


async def _find(conn: AsyncConnection, sketch: Sketched) -> set[str]:
    by_bands = await candidates(conn, sketch.band_keys, SIGNATURE_VERSION)
    found = {each.article for each in by_bands}
    found.update(await with_text(conn, sketch.text_key, SIGNATURE_VERSION))
    if sketch.title_key:
        found.update(await with_title(conn, sketch.title_key, SIGNATURE_VERSION))
    return found


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


async def _try_to_place(
    storage: Storage, workers: Workers, ids: Sequence[str], alike: Sequence[Likeness]
) -> tuple[str, ...] | None:
    """Place `ids` and all they hang together with; None where another process moved one of them meanwhile."""
    bound = [(each.first, each.second) for each in alike if each.resemblance in _FOLDS]
    async with storage.read() as conn:
        touched = await find_articles(conn, {*ids, *(id_ for pair in bound for id_ in pair)})
        before = await members(conn, {each.component for each in touched})
    together = _together(before, bound)
    places = await workers.run(place, tuple(tuple(map(_member_of, each)) for each in together))
    async with storage.write() as conn:
        await hold(conn, "place")
        now = await members(conn, {each.component for each in before})
        if _components(now) != _components(before):
            return None
        moved = await assign(conn, map(_placement, places))
        await mark_analysed(conn, moved, NOT_ANALYSED)
        await save_excerpts(conn, _excerpts(alike))
    return moved


def _together(
    held: Sequence[StoredArticle], bound: Iterable[tuple[str, str]]
) -> tuple[tuple[StoredArticle, ...], ...]:
    """Join the components of `held` that `bound` pairs tie together."""
    root = {each.article.id: each.component for each in held}
    parent = {component: component for component in root.values()}

    def top(component: str) -> str:
        while parent[component] != component:
            component = parent[component]
        return component

    for one, other in bound:
        low, high = sorted((top(root[one]), top(root[other])))
        parent[high] = low
    joined: dict[str, list[StoredArticle]] = {}
    for each in held:
        joined.setdefault(top(each.component), []).append(each)
    return tuple(tuple(joined[name]) for name in sorted(joined))


def _components(held: Iterable[StoredArticle]) -> dict[str, str]:
    return {each.article.id: each.component for each in held}


def _excerpts(alike: Iterable[Likeness]) -> tuple[tuple[str, str], ...]:
    return tuple((a.first, a.second) for a in alike if a.resemblance is Resemblance.EXCERPT)


def _member(article: Article) -> Member:
    return Member(article.id, article.text, article.title, article.published)


def _member_of(held: StoredArticle) -> Member:
    return _member(held.article)


def _placement(of: Place) -> Placement:
    return Placement(of.article, of.component, of.group, of.reference)
