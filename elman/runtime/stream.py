"""A sequence that is still coming in: an answer after every item, in constant memory."""

from __future__ import annotations

import copy
from collections import deque
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Prediction
from elman.judging.values.answer import Forecast
from elman.runtime.arrays import Floats
from elman.runtime.codec import Codec
from elman.runtime.ensemble import AnyNetwork

__all__ = ["Stream"]


class Stream:
    """Feed items one by one; each answer is that of all items so far.

    A codec without a window has its network's state carried on. One with a window has the newest
    items kept, and encoded anew each time, since there an item's steps depend on its neighbours.

    Args:
        network: the arithmetic.
        codec: turns items into steps, and outputs into answers.

    Raises:
        OptionError: the network reads both ways, and the codec has no window.
    """

    def __init__(self, network: AnyNetwork, codec: Codec) -> None:
        self.network = network
        self.codec = codec
        self.reset()

    def reset(self) -> None:
        """Forget everything that was fed."""
        self.steps = 0
        """Items fed so far."""
        self.prediction: Prediction | Forecast | None = None
        """The newest answer; None before the first item."""
        if self.codec.window is None:
            self._state: Any = self.network.begin()
            self._context: object = None
        else:
            self._recent: deque[Any] = deque(maxlen=self.codec.window)

    @property
    def full(self) -> bool:
        """Whether as many items came as an answer reads; before, a forecaster has not learnt from
        so few, and a season that they do not hold is lost.
        """
        return self.steps >= (self.codec.window or 0)

    @overload
    def feed(self, item: str) -> Prediction: ...
    @overload
    def feed(self, item: float) -> Forecast: ...
    @overload
    def feed(self, item: NDArray[np.floating[Any]]) -> Prediction: ...
    def feed(self, item: Any) -> Any:
        """Take one more item and return the prediction for all so far.

        An item that the codec or the network refuses leaves the stream as it was.
        """
        if self.codec.window is None:
            steps, context = self.codec.encode(item, self._context)
            state: Any = self.network.advance(self._state, steps)
            said = self.network.read(state)
            outputs = said if self.network.spec.per_step else said[None]
            prediction = self._answer(outputs, context)
            self._state, self._context = state, context
        else:
            recent = deque([*self._recent, item], maxlen=self.codec.window)
            steps, context = self.codec.encode(list(recent))
            prediction = self._answer(self.network.forward([steps]), context)
            self._recent = recent
        self.steps += 1
        self.prediction = prediction
        return prediction

    def _answer(self, outputs: Floats, context: object) -> Any:
        (answer,) = self.codec.answers(self.codec.numbers(outputs, [context]), [context])
        return answer

    def copy(self) -> Stream:
        """Return a stream that goes on from here by itself."""
        # Shallow is enough: what the attributes refer to is replaced by a feed, never changed.
        return copy.copy(self)
