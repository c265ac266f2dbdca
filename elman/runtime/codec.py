"""What stands between a task and the network: items in, answers out. Each task has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Floats, Steps

__all__ = ["Codec", "Encoded", "Numbers", "encode_all"]

Numbers = NDArray[np.float64]
"""Answers as they are judged, one a row: probabilities `(N, K)`, forecasts `(N, H)`."""


class Encoded(NamedTuple):
    """An item as the network takes it."""

    steps: Steps
    """`(T,)` ids or `(T, I)` vectors."""
    context: object
    """Whatever is needed of the item besides its steps: by `numbers`, the scale of a series, say;
    by the `encode` of the next piece, the word it follows."""


class Codec(Protocol):
    """How the items of one task become steps, and outputs its answers."""

    @property
    def window(self) -> int | None:
        """How a stream works.

        None: an item is as much of a sequence as one likes; the network's state is carried on.
        A number: a sequence is that many raw items at most. A stream keeps the newest and encodes
        them anew each time, as `encode(list_of_items)`. Of words, a codec may have `longest`: how
        many characters those have at most, with a space between.
        """

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the items that given data is: the rows of a frame, say, not its columns' names."""

    def parse(self, text: str) -> Any:
        """Read one item of a stream as a person types it, for `elman stream`."""

    def encode(self, item: Any, after: Any = None) -> Encoded:
        """Turn one item into steps.

        Args:
            item: a whole item; or, in a stream without a window, the next piece of one.
            after: the context of the piece before, None at the beginning.
        """

    @property
    def carries(self) -> Any:
        """What `carried` returns is like: a pattern, as `keeping.like` reads it.

        Of a codec with a window, an empty row of its items: an array of numbers, or a tuple.
        """

    def carried(self, context: Any) -> Any:
        """Return what of a context the next piece of a stream needs, as `keeping.flat` takes it."""

    def numbers(self, outputs: Floats, contexts: Sequence[Any]) -> Numbers:
        """Turn outputs `(N, outputs)` into answers as they are judged."""

    def answers(self, numbers: Numbers, contexts: Sequence[Any]) -> list[Any]:
        """Turn those into answers as the user reads them."""

    def reaching(self, steps: int) -> Codec:
        """Return a codec whose answers reach so many steps ahead, by `further`.

        Raises:
            OptionError: answers have no steps, or `steps` is below 1.
        """

    def further(
        self,
        items: Sequence[Any],
        answers: Sequence[Any],
        answered: Callable[[Sequence[Any]], Sequence[Any]],
    ) -> Sequence[Any]:
        """Return answers as they are given: those that do not reach as far as asked are gone on
        from, as if they had come true.

        Args:
            items: what was asked.
            answers: to them.
            answered: answers further items.
        """


def encode_all(codec: Codec, items: Sequence[Any]) -> tuple[Sequence[Steps], Sequence[Any]]:
    """Return the steps of whole items, and their contexts.

    A codec that is quicker with many items than with one after another has a method of this name.
    """
    at_once = getattr(codec, "encode_all", None)
    if at_once is not None and len(items) > 1:
        steps, contexts = at_once(items)
        return steps, contexts
    encoded = [codec.encode(item) for item in items]
    return [steps for steps, _ in encoded], [context for _, context in encoded]
