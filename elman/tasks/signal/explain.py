"""Explain what a model says of a signal: what each stretch of it adds to the answer.

The score is the log-odds of the answer against the other class or the runner-up, as far as so many
steps are trusted. Shapley values and removal take stretches away (`stretches`).
But: no integrated gradients, for what convolutions count above their thresholds has none.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from elman.attribution.explanation import Explanation
from elman.attribution.question import Question
from elman.attribution.removal import by_orders, one_by_one
from elman.attribution.saved_model import outputs_after, outputs_of, states_of
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.signal.coding.codec import Heard, SignalCodec, signal_codec_of
from elman.tasks.signal.stretches import Stretches

__all__ = ["MOST_STEPS", "explain"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STEPS = 100_000
"""The methods read a signal a hundred times and more; beyond this they take minutes."""

_BASELINE = "all at the mean"

_NUMBERS_AT_A_TIME = 2**24
"""Of the steps of signals that are held together: 64 MiB."""

_CONVOLUTIONS = 2_000, 16
"""About how many steps of a recurrence convolutions take: for a signal, and for each of its steps.
"""


def explain(model: Model, item: Any) -> Explanation:
    """Explain the answer to one signal.

    Args:
        model: of signals.
        item: as of `predict`.

    Raises:
        OptionError: it has no whole step, or too many.
    """
    codec = signal_codec_of(model)
    encoded = codec.encode(item)
    steps, context = np.asarray(encoded.steps), cast(Heard, encoded.context)
    T = len(steps)
    if not T:
        raise OptionError(
            f"the signal is too short: it has no whole step to explain. {codec.input.wanted}"
        )
    if T > MOST_STEPS:
        raise OptionError(
            f"the signal has {T:,} steps, and explain reads up to {MOST_STEPS:,}. Give the part "
            "you want explained."
        )
    stretches = Stretches(codec.input, steps)
    N, ends = len(stretches.ends), stretches.ends
    trusted = codec.input.trusted
    outputs = outputs_of(model, [steps])
    whole = trusted(outputs, np.array([T]))
    question = Question(codec.decision, whole)

    def of_places(parts: list[Ints]) -> Floats:
        """The score with some stretches there, and the others at the mean."""
        every, scores = iter(stretches.keeping(parts)), []
        while some := list(islice(every, max(1, _NUMBERS_AT_A_TIME // steps.size))):
            read = trusted(outputs_of(model, some), np.full(len(some), T))
            scores.append(question.scores(read))
        return np.concatenate(scores)

    end = float(question.scores(whole)[0])
    first, each = _CONVOLUTIONS if model.network.spec.dilations else (0, 1)
    shares = {
        "shapley": by_orders(of_places, N, baseline=_BASELINE, cost=first + each * T),
        "removed": one_by_one(of_places, N, end=end),
    }
    after, source = outputs_after(model, steps, ends.tolist())
    (prediction,) = codec.answers(codec.numbers(outputs, [context]), [context])
    return Explanation(
        task=model.task,
        kind="class",
        words=stretches.names,
        known=(True,) * N,
        answer=question.answer,
        probability=question.probability(whole)[0],
        score=end,
        score_name=question.name,
        shares=shares,
        trajectory=question.trajectory(trusted(after, ends), source, start=question.base),
        states=states_of(model, steps)[ends - 1],
        notes=_notes(codec, prediction.label),
        step="stretch",
    )


def _notes(codec: SignalCodec, said: object) -> tuple[str, ...]:
    sound, sensor = codec.input.sound, codec.input.sensor
    notes = [
        "A stretch that is not there stands at the mean of training"
        + (": a steady noise, not silence." if sound else ", in every channel.")
    ]
    if sensor is not None and sensor.masked:
        notes.append("As many of its readings count as missing as in the whole signal.")
    if said is None:
        notes.append(
            'The model says "don\'t know" here; explained is the class it finds most probable.'
        )
    return tuple(notes)
