"""The attributes that are remembered are those that spaCy's own ruler gives."""

from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Token

from bot.events.analyse import load_model
from bot.events.attributes import NAME, RULER

CASES = Path(__file__).parent.parent / "cases" / "extract"
LONGER = (
    "He's gonna say there is nothin' to it, y'all.",
    "Let's go; it ain't over, and there were nine.",
    "",
)


@pytest.fixture(scope="module")
def ruled() -> Language:
    """The pipeline with spaCy's own ruler."""
    nlp = load_model()
    nlp.remove_pipe(NAME)
    nlp.enable_pipe(RULER)
    return nlp


def _seen(token: Token) -> tuple[str, ...]:
    return token.text, token.pos_, str(token.morph), token.lemma_, token.tag_, token.dep_


def test_every_token_is_given_what_the_ruler_gives_it(ruled: Language) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.txt"))[::8]]
    known = load_model()
    for text in (*texts, *LONGER, *texts, *LONGER):
        assert list(map(_seen, known(text))) == list(map(_seen, ruled(text)))
