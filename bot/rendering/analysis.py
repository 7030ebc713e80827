"""All that was read out of one article, as plain data for JSON."""

from typing import Any

from bot.model import Analysis, Article, Attribution, DateMention, Span
from bot.rendering.records import event_json


def analysis_json(analysis: Analysis) -> dict[str, Any]:
    """One article with what was found in it. Offsets are characters of `article.text`, days ISO 8601.

    `article.id` is the name its giver gave it; `analysed` is false where its language is not one we read.
    """
    return {
        "article": _article(analysis.article) | {"analysed": analysis.analysed},
        "attributions": list(map(_attribution, analysis.attributions)),
        "dates": list(map(_date, analysis.dates)),
        "events": list(map(event_json, analysis.events)),
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.name,
        "title": article.title,
        "published": article.published and article.published.isoformat(),
        "language": article.language,
        "source": article.source,
        "url": article.url,
        "text": article.text,
    }


def _attribution(attribution: Attribution) -> dict[str, Any]:
    return {
        "source": attribution.source and _span(attribution.source),
        "cue": attribution.cue and _span(attribution.cue),
        "content": list(map(_span, attribution.content)),
        "form": attribution.form.value,
    }


def _date(mention: DateMention) -> dict[str, Any]:
    return {"start": mention.start, "end": mention.end, "text": mention.text, "value": mention.value}


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}
