"""The words that a tagger is surest of, and wrong; and sentences in which nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.tagged.sentences import Sentence
from elman.judging.tags.yardstick import TagYardstick
from elman.judging.yardstick import Numbers

__all__ = ["telling"]

_WORST = 10
_AROUND = 4
"""Words shown on either side of a wrong one."""
_SUREST, _LEAST_WORDS = 2, 4
"""Right sentences of so many words that are shown, beside the least sure one."""


def telling(
    sentences: Sequence[Sentence], yardstick: TagYardstick, numbers: Numbers
) -> dict[str, list[dict[str, Any]]]:
    """Return the `worst` errors, and the sentences with the surest and the least sure `right` tags.

    Of `worst` are the wrong words of the most probable answers, with those around them as `text`
    and the sentence as `words`, `tags` and `truths`; a word that gets the same wrong tag again is
    not there again. A sentence is as sure as its least sure tag.
    """
    decision, lengths = yardstick.decision, yardstick.lengths
    chosen = decision.choose(numbers, lengths)
    sure = np.take_along_axis(numbers, chosen[:, None], axis=1)[:, 0]
    rows = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths

    def told(row: int) -> dict[str, Any]:
        place = slice(int(starts[row]), int(starts[row] + lengths[row]))
        sentence = sentences[row]
        return {
            "line": sentence.line,
            "words": list(sentence.words),
            "tags": [decision.tags[int(k)] for k in chosen[place]],
            "truths": list(sentence.tags),
            "probabilities": sure[place].round(4).tolist(),
        }

    wrong = np.flatnonzero(chosen != yardstick.truth)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for n in wrong[np.argsort(-sure[wrong], kind="stable")].tolist():
        sentence, place = sentences[rows[n]], n - int(starts[rows[n]])
        word, tag = sentence.words[place], decision.tags[int(chosen[n])]
        begin = max(place - _AROUND, 0)
        found.setdefault(
            (word, sentence.tags[place], tag),
            {
                **told(int(rows[n])),
                "word": word,
                "truth": sentence.tags[place],
                "tag": tag,
                "probability": float(sure[n]),
                "text": " ".join(sentence.words[begin : place + _AROUND + 1]),
            },
        )
        if len(found) == _WORST:
            break
    right = _right(chosen == yardstick.truth, sure, rows, lengths)
    return {"worst": list(found.values()), "right": [told(row) for row in right]}


def _right(
    right: NDArray[np.bool_], sure: Numbers, rows: NDArray[np.int64], lengths: NDArray[np.int64]
) -> list[int]:
    """Return the sentences without an error, the surest first and the least sure last."""
    errors = np.bincount(rows, ~right, len(lengths))
    least = np.ones(len(lengths))
    np.minimum.at(least, rows, sure)
    good = np.flatnonzero((errors == 0) & (lengths > 0))
    long = good[lengths[good] >= _LEAST_WORDS]
    good = long if len(long) else good
    good = good[np.argsort(-least[good], kind="stable")]
    return list(dict.fromkeys([*good[:_SUREST].tolist(), *good[-1:].tolist()]))
