"""Explain what a classifier says of a text.

The score is a log-odds: of the answer against the other class, or the runner-up of several. Four
methods say what each word adds to it (`elman.attribution`). What a word says besides its own number
goes with it: beginning and end are its own, and what a pair says is half each word's.

What "no word" means: for Shapley values and `removed` the word is not there, and its neighbours
meet; for gradients and `unknown` a word the vocabulary does not hold stands in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from elman.attribution.explained import Shares
from elman.attribution.explanation import Explanation
from elman.attribution.question import Question
from elman.attribution.removal import by_orders, one_by_one
from elman.attribution.saved_model import outputs_after, outputs_of, states_of
from elman.attribution.trajectory import Trajectory
from elman.data.text.vocabulary import PADDING, UNKNOWN
from elman.data.text.words import tokenize
from elman.errors import OptionError
from elman.runtime.arrays import Steps
from elman.runtime.model import Model
from elman.tasks.classify.codec import TextCodec, TextRead

__all__ = ["MOST_WORDS", "explain"]

Floats = NDArray[np.float64]

MOST_WORDS = 2000
"""The methods score a text of T words with T sub-texts or more; beyond this they take minutes."""


def explain(model: Model, text: str, *, gradients: bool = True) -> Explanation:
    """Explain the answer to one text.

    Args:
        model: a classifier.
        text: of some words.
        gradients: whether to follow them too, which needs torch.

    Raises:
        OptionError: the text has no words, none that the model knows, or too many.
    """
    codec = cast(TextCodec, model.codec)
    words = tokenize(text)
    steps = codec.features.encode(words)
    silent = _silent(steps)
    _check(words, steps, silent)
    whole = outputs_of(model, [steps])
    question = Question(codec.decision, whole)
    T, pairs = len(words), codec.features.reads_pairs

    def score(sequences: Sequence[Steps]) -> Floats:
        return question.scores(outputs_of(model, sequences))

    def of_places(parts: list[NDArray[np.int64]]) -> Floats:
        """The score of some words, as if the others had not been there: pairs are made anew."""
        if pairs:
            return score([codec.features.encode([words[n] for n in part]) for part in parts])
        return score([steps[part] for part in parts])

    end = float(score([steps])[0])
    shares = {
        "shapley": by_orders(of_places, T, baseline="no words"),
        **(
            {"gradients": _gradients(model, steps, silent, pairs=pairs, question=question)}
            if gradients
            else {}
        ),
        "removed": one_by_one(of_places, T, end=end),
        "unknown": Shares(end - score(_hidden(steps, silent, pairs=pairs))),
    }
    known = (steps if steps.ndim == 1 else steps[:, 0]) != UNKNOWN
    read = [TextRead(words[-1], known=True)]  # of a text without a known word nothing is explained
    (prediction,) = codec.answers(codec.numbers(whole, read), read)
    return Explanation(
        task=model.task,
        kind="class",
        words=tuple(words),
        known=tuple(known.tolist()),
        answer=question.answer,
        probability=question.probability(whole)[0],
        score=end,
        score_name=question.name,
        shares=shares,
        trajectory=_trajectory(model, steps, question),
        states=states_of(model, steps),
        notes=_notes(model, prediction.label, question),
    )


def _gradients(
    model: Model, steps: Steps, silent: Steps, *, pairs: bool, question: Question
) -> Shares:
    """Integrated gradients of the input vectors, from those of unknown words."""
    from elman.attribution.gradients import integrated_gradients
    from elman.attribution.vectors import module_of, vector_score, vectors_of

    module = module_of(model)
    x, baseline = vectors_of(module, steps), vectors_of(module, silent)  # (T, k, S)
    score = vector_score(module, question.weights)
    path = integrated_gradients(score, baseline.sum(1), x - baseline)
    of_ids = path.shares.numpy()  # (T, k)
    values = of_ids.sum(1)
    if pairs:
        halves = of_ids[:, -1] / 2
        values -= halves
        values[:-1] += halves[1:]
    return path.told(values, baseline=f"{len(steps)} unknown words")


def _trajectory(model: Model, steps: Steps, question: Question) -> Trajectory:
    start = outputs_of(model, [steps[:0]])
    outputs, source = outputs_after(model, steps, range(1, len(steps) + 1))
    return question.trajectory(outputs, source, start=float(question.scores(start)[0]))


def _silent(steps: Steps) -> Steps:
    """As many steps that say nothing: the unknown word, no beginning, end or pair."""
    silent = np.full_like(steps, UNKNOWN)
    if silent.ndim == 2:
        silent[:, 1:] = PADDING
    return silent


def _hidden(steps: Steps, silent: Steps, *, pairs: bool) -> list[Steps]:
    """The text with each word in turn unknown; it then makes no pair with the next either."""
    every = []
    for n in range(len(steps)):
        hidden = steps.copy()
        hidden[n] = silent[n]
        if pairs and n + 1 < len(steps):
            hidden[n + 1, -1] = PADDING
        every.append(hidden)
    return every


def _check(words: Sequence[str], steps: Steps, silent: Steps) -> None:
    if not words:
        raise OptionError(
            "the text has no words to explain: after punctuation is dropped nothing is left. "
            'Give a text with words, as "not a bad film".'
        )
    if (steps == silent).all():
        raise OptionError(
            f"the vocabulary of this model holds none of the {len(words)} words "
            f"({', '.join(words[:5])}{', …' if len(words) > 5 else ''}), so the answer says "
            "nothing of them and there is nothing to explain. Is it the language of its training?"
        )
    if len(words) > MOST_WORDS:
        raise OptionError(
            f"the text has {len(words):,} words, and explain reads up to {MOST_WORDS:,}. "
            "Give the part you want explained."
        )


def _notes(model: Model, said: object, question: Question) -> tuple[str, ...]:
    notes = [question.note] if question.note else []
    if said is None:
        notes.append(
            'The model says "don\'t know" here; explained is the class it finds most probable.'
        )
    if "padded_last" in model.network.spec.pools:
        notes.append("Its answers depend on the batch (--as-printed); explained is the text alone.")
    return tuple(notes)
