"""A sequence that is still coming in: an answer after every item, in constant memory."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from elman.errors import ArtifactError, ElmanError, OptionError
from elman.judging.classes.decision import Prediction
from elman.judging.values.answer import Forecast
from elman.runtime.arrays import Floats
from elman.runtime.codec import Codec
from elman.runtime.ensemble import AnyNetwork
from elman.runtime.streams import keeping

__all__ = ["Stream", "feed_all"]

_LENGTH = re.compile(r"\d{1,15}", re.ASCII)
"""Items that a stream may have been fed."""


class Carried(NamedTuple):
    """What is kept where the network's state is carried on."""

    network: Any
    context: Any
    """What the codec needs of what came before; None at the beginning."""


class Recent(NamedTuple):
    """What is kept where there is a window."""

    items: NDArray[np.float64] | str
    """Numbers; or words, a line each."""


class Stream:
    """Feed items one by one; each answer is that of all items so far.

    A codec without a window has its network's state carried on. One with a window has the newest
    items kept, and encoded anew each time, since there an item's steps depend on its neighbours.

    Args:
        network: the arithmetic.
        codec: turns items into steps, and outputs into answers.
        model: sha256 of the model, to which an exported state is bound; empty where it has none.
        state: as `export` gave it, to go on from there.

    Raises:
        OptionError: the network reads both ways, and the codec has no window.
        ArtifactError: the state is damaged, or another model's.
    """

    __slots__ = (
        "_context",
        "_prediction",
        "_recent",
        "_state",
        "codec",
        "model",
        "network",
        "steps",
    )

    def __init__(
        self,
        network: AnyNetwork,
        codec: Codec,
        model: str = "",
        state: bytes | None = None,
    ) -> None:
        self.network = network
        self.codec = codec
        self.model = model
        self.reset()
        if state is not None:
            self._take_up(state)

    def reset(self) -> None:
        """Forget everything that was fed."""
        self.steps = 0
        """Items fed so far."""
        self._prediction: Prediction | Forecast | None = None
        self._state: Any = None
        self._context: object = None
        self._recent: Any = self.codec.carries
        if self.codec.window is None:
            self._state, self._recent = self.network.begin(), None

    @property
    def prediction(self) -> Prediction | Forecast | None:
        """The newest answer; None before the first item, and of a tagger that was taken up."""
        if self._prediction is None and self.steps and isinstance(self._recent, tuple):
            self._prediction = self._of_recent(self._recent)  # taken up
        return self._prediction

    @prediction.deleter
    def prediction(self) -> None:
        self._prediction = None

    @property
    def full(self) -> bool:
        """Whether as many items came as an answer reads; before, a forecaster has not learnt from
        so few, and a season that they do not hold is lost.
        """
        return self.steps >= (self.codec.window or 0)

    @overload
    def feed(self, item: str | Sequence[str]) -> Prediction: ...
    @overload
    def feed(self, item: float | Sequence[float]) -> Forecast: ...
    @overload
    def feed(self, item: NDArray[np.floating[Any]]) -> Prediction: ...
    def feed(self, item: Any) -> Any:
        """Take one more item and return the prediction for all so far.

        Of values and of words several may come at once, oldest first, and the last is answered.

        An item that the codec or the network refuses leaves the stream as it was.
        """
        if self.codec.window is None:
            steps, context = self.codec.encode(item, self._context)
            state: Any = self.network.advance(self._state, steps)
            prediction = self._answer(self._said(state), context)
            if self.network.spec.per_step and len(steps) > 1:
                state = self._done(state)
            self._state, self._context, came = state, self.codec.carried(context), 1
        else:
            recent, came = self._with(item, self.codec.window)
            prediction = self._of_recent(recent)
            self._recent = recent
        self.steps += came
        self._prediction = prediction
        return prediction

    def _with(self, item: Any, window: int) -> tuple[Any, int]:
        """Return the newest items with further ones, and how many those are."""
        if isinstance(self._recent, tuple):
            if not isinstance(item, str):
                raise OptionError(f"{item!r:.60} is not a text; this model takes words")
            words = item.split()
            longest = getattr(self.codec, "longest", math.inf)
            return _newest((*self._recent, *words)[-window:], longest), len(words)
        try:
            items = np.asarray(item, np.float64).reshape(-1)
        except (TypeError, ValueError):
            raise OptionError(f"{item!r:.60} is no number; this model takes values") from None
        return np.concatenate([self._recent, items])[-window:], len(items)

    def _done(self, state: Any) -> Any:
        """Return a state without what was said of the steps before it, by a step of none."""
        return self.network.advance(state, self._zeros(0))

    def _of_recent(self, recent: Any) -> Any:
        steps, context = self.codec.encode(list(recent) if isinstance(recent, tuple) else recent)
        return self._answer(self.network.forward([steps]), context)

    def _said(self, state: Any) -> Floats:
        said: Floats = self.network.read(state)
        return said if self.network.spec.per_step else said[None]

    def _answer(self, outputs: Floats, context: object) -> Any:
        (answer,) = self.codec.answers(self.codec.numbers(outputs, [context]), [context])
        return answer

    def copy(self) -> Stream:
        """Return a stream that goes on from here by itself."""
        # Shallow is enough: what the attributes refer to is replaced by a feed, never changed.
        other = Stream.__new__(Stream)
        other.network, other.codec, other.model = self.network, self.codec, self.model
        other._state, other._context, other._recent = self._state, self._context, self._recent
        other.steps, other._prediction = self.steps, self._prediction
        return other

    @property
    def kept(self) -> dict[str, NDArray[Any]]:
        """All that is kept of what was fed, by name. Its size does not grow."""
        if self.codec.window is not None:
            words = isinstance(self._recent, tuple)
            return dict(keeping.flat(Recent("\n".join(self._recent) if words else self._recent)))
        state, context = self._done(self._state), self.codec.carried(self._context)
        return dict(keeping.flat(Carried(state, context)))

    def export(self, said: Mapping[str, str] | None = None) -> bytes:
        """Return the state as the bytes of a safetensors file, to go on elsewhere or later.

        `model.stream(state)` takes it up, to the same bits, if the model is the same.

        Args:
            said: texts that are kept in its metadata.

        Raises:
            OptionError: the model was not read from a directory, so nothing says which it is.
        """
        if not self.model:
            raise OptionError(
                "the state of a stream is bound to a saved model, and this one was not read from a "
                "directory. Use elman.load(DIRECTORY).stream()."
            )
        return keeping.packed(
            self.kept, {**(said or {}), keeping.MODEL: self.model, "steps": str(self.steps)}
        )

    def _take_up(self, data: bytes) -> None:
        arrays, said = keeping.unpacked(data)
        if not self.model or said.get(keeping.MODEL) != self.model:
            raise ArtifactError(
                f"the state of a stream belongs to another model ({said.get(keeping.MODEL):.12}…, "
                f"and this is {self.model:.12}…). Begin anew, or load the model it was made with."
            )
        try:
            self.steps = int(said["steps"]) if _LENGTH.fullmatch(said.get("steps", "")) else -1
            if self.codec.window is None:
                self._carry_on(arrays)
            else:
                words = isinstance(self._recent, tuple)
                recent = keeping.taken(Recent("" if words else np.zeros(0)), arrays).items
                self._recent = tuple(recent.split("\n") if recent else ()) if words else recent
                most, items = min(self.codec.window, self.steps), len(self._recent)
                if not (min(most, 1) if words else most) <= items <= most:
                    raise ValueError(f"{items} items of {self.steps} steps")
                if words:  # answered when that is asked, for it takes long
                    self.codec.encode(list(self._recent))
                elif items:
                    self._prediction = self._of_recent(self._recent)
        except (ValueError, ElmanError) as error:
            self.reset()
            raise keeping.refused(error) from None

    def _carry_on(self, arrays: dict[str, NDArray[Any]]) -> None:
        pattern = Carried(self.network.pattern, self.codec.carries)
        state, context = keeping.taken(pattern, arrays)
        if (self.steps == 0) != (context is None) or self.steps < 0:
            raise ValueError(f"{self.steps} steps")
        with np.errstate(all="ignore"):
            tried = self.network.read(self.network.advance(state, self._zeros(1)))
        kept = (array for _, array in keeping.flat(state) if array.dtype.kind == "f")
        if not np.isfinite(tried).all() or any(np.isnan(array).any() for array in kept):
            raise ValueError("its numbers are no state")
        self._state, self._context = state, context
        if context is not None and not self.network.spec.per_step:
            self._prediction = self._answer(self._said(state), context)

    def _zeros(self, steps: int) -> Any:
        spec = self.network.spec
        columns = spec.ids_per_step + spec.linear_ids
        if not spec.vocabulary:
            return np.zeros((steps, spec.input_size), np.float32)
        return np.zeros((steps, columns) if columns > 1 else steps, np.int32)


def feed_all(streams: Sequence[Stream], items: Sequence[Any]) -> list[Any]:
    """Feed an item to each of several streams of one model.

    The answers have the bits of `feed`, which of a network of words this is several times as quick
    as. No stream may be there twice.

    Returns:
        What `feed` returns of each; or the error that it raises.
    """
    first = streams[0]
    if first.codec.window is None and not first.network.spec.per_step:
        with suppress(ElmanError):
            return _fed(streams, items)
    return [_attempted(stream, item) for stream, item in zip(streams, items, strict=True)]


def _fed(streams: Sequence[Stream], items: Sequence[Any]) -> list[Any]:
    network, codec = streams[0].network, streams[0].codec
    pairs = zip(streams, items, strict=True)
    encoded = [codec.encode(item, stream._context) for stream, item in pairs]
    pieces, contexts = [steps for steps, _ in encoded], [context for _, context in encoded]
    states = network.advance_all([stream._state for stream in streams], pieces)
    outputs = np.stack([network.read(state) for state in states])
    answers = codec.answers(codec.numbers(outputs, contexts), contexts)
    for stream, state, context, answer in zip(streams, states, contexts, answers, strict=True):
        stream._state, stream._context = state, context
        stream.steps, stream._prediction = stream.steps + 1, answer
    return answers


def _newest(words: tuple[str, ...], longest: float) -> tuple[str, ...]:
    """Return the newest words that have so many characters with a space between; one at least."""
    ends = np.cumsum([len(word) + 1 for word in reversed(words)]) - 1
    kept = max(int(np.searchsorted(ends, longest, "right")), 1)
    return words[-kept:]


def _attempted(stream: Stream, item: Any) -> Any:
    try:
        return stream.feed(item)
    except ElmanError as error:
        return error
