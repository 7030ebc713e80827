"""What a parse would work out anew at every question, kept with it: its sentences, and what hangs on each token.

The questions are asked hundreds of times an article. What is kept refers back to the parse, so `forget` it when done,
or only a later sweep for circles frees its memory.
"""

from typing import Any

from spacy.tokens import Doc, Span, Token

_BELOW = "communique.below"


def keep_sentences(doc: Doc) -> None:
    """Have every token of a parsed document know its sentence."""
    sentences = [sentence for sentence in doc.sents for _ in range(len(sentence))]

    def sentence_of(token: Token) -> Span:
        return sentences[token.i]

    doc.user_token_hooks["sent"] = sentence_of


def below(token: Token) -> list[tuple[str, Token]]:
    """The children of a token, left to right, each with its dependency."""
    doc = token.doc
    kept: Any = doc.user_data.get(_BELOW)
    if kept is None:
        kept = doc.user_data[_BELOW] = _below(doc)
    found: list[tuple[str, Token]] = kept[token.i]
    return found


def _below(doc: Doc) -> list[list[tuple[str, Token]]]:
    found: list[list[tuple[str, Token]]] = [[] for _ in range(len(doc))]
    for token in doc:
        head = token.head.i
        if head != token.i:
            found[head].append((token.dep_, token))
    return found


def forget(doc: Doc) -> None:
    """Let go of all that is kept."""
    doc.user_token_hooks.clear()
    doc.user_data.clear()
