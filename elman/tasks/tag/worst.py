"""The words that a tagger is surest of, and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.tagged.sentences import Sentence
from elman.judging.tags.yardstick import TagYardstick
from elman.judging.yardstick import Numbers

__all__ = ["worst_of"]

_WORST = 10
_AROUND = 4
"""Words shown on either side of a wrong one."""


def worst_of(
    sentences: Sequence[Sentence], yardstick: TagYardstick, numbers: Numbers
) -> list[dict[str, Any]]:
    """Return the wrong words of the most probable answers, with those around them.

    A word that gets the same wrong tag again is not shown again.
    """
    decision, lengths = yardstick.decision, yardstick.lengths
    chosen = decision.choose(numbers, lengths)
    sure = np.take_along_axis(numbers, chosen[:, None], axis=1)[:, 0]
    rows = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    wrong = np.flatnonzero(chosen != yardstick.truth)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for n in wrong[np.argsort(-sure[wrong], kind="stable")].tolist():
        sentence, place = sentences[rows[n]], n - int(starts[rows[n]])
        word, tag = sentence.words[place], decision.tags[int(chosen[n])]
        begin = max(place - _AROUND, 0)
        found.setdefault(
            (word, sentence.tags[place], tag),
            {
                "line": sentence.line,
                "word": word,
                "truth": sentence.tags[place],
                "tag": tag,
                "probability": float(sure[n]),
                "text": " ".join(sentence.words[begin : place + _AROUND + 1]),
            },
        )
        if len(found) == _WORST:
            break
    return list(found.values())
