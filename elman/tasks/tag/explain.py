"""Explain the tags of a text: each word is hidden in turn, and every tag looked at.

A hidden word is one that the vocabulary does not hold and whose letters say nothing; it stays a
word, so the others stay where they are. Where a chain ties the tags, their posterior probabilities
are what is compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from elman.attribution.maps.influence import InfluenceMap
from elman.data.text.vocabulary import PADDING, UNKNOWN
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.tag.codec import tag_codec_of

__all__ = ["MOST_WORDS", "influence_map"]

MOST_WORDS = 500
"""A text of T words is read T times; what is longer is no sentence."""

_AT_A_TIME = 64
"""Texts that are read together; it bounds memory."""


def influence_map(model: Model, item: Any) -> InfluenceMap:
    """Tag a text, and return what each tag hangs on.

    Args:
        model: a tagger.
        item: a text, or its words.

    Raises:
        OptionError: the text has no words, or too many.
    """
    codec = tag_codec_of(model)
    steps, context = codec.encode(item)
    T = len(steps)
    if not T:
        raise OptionError('nothing to explain; pass a sentence, as "The dog barks."')
    if T > MOST_WORDS:
        raise OptionError(
            f"the text has {T:,} words, and explain reads up to {MOST_WORDS:,}. Give one sentence."
        )
    whole = codec.decision.probabilities(model.outputs([steps]))
    read: Any = [context]
    (said,) = codec.answers(whole, read)
    rows = np.arange(T)
    tags = np.array([codec.decision.numbers[tag] for tag in said.tags])
    others = whole.copy()
    others[rows, tags] = -1
    against = others.argmax(axis=1)
    scores = []
    for begin in range(-1, T, _AT_A_TIME):
        some = [_hidden(steps, n) for n in range(begin, min(begin + _AT_A_TIME, T))]
        outputs = model.outputs(some).reshape(len(some), T, -1).astype(np.float64)
        scores.append(outputs[:, rows, tags] - outputs[:, rows, against])
    odds = np.concatenate(scores) / codec.decision.temperature  # (1 + T, T)
    return InfluenceMap(
        words=said.words,
        tags=said.tags,
        against=tuple(codec.decision.tags[k] for k in against.tolist()),
        probabilities=np.array(said.probabilities),
        scores=odds[0],
        influence=(odds[0] - odds[1:]).T,
    )


def _hidden(steps: Any, word: int) -> Any:
    """Return the ids of a text with one word hidden; of -1 those of the text as it is."""
    if word < 0:
        return steps
    ids = steps.copy()
    ids[word] = PADDING
    ids[word, 0] = UNKNOWN
    return ids
