"""How items and answers of a task travel as JSON: what a service takes, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.errors import OptionError
from elman.runtime.model import Model

__all__ = ["Asked", "Schema", "Tensor", "Wire", "kind_of", "numbers_of", "text_of"]

Schema = dict[str, Any]  # of JSON


class Asked(NamedTuple):
    """An item as the codec takes it."""

    item: Any
    length: int
    """In characters or numbers."""
    cost: int = 0
    """Characters of a text with a class that are answered in the time that this takes, where they
    are more than its length."""
    cells: int = 0
    """Of a table, which take longest to read."""


class Tensor(NamedTuple):
    """An input or output as the Open Inference Protocol has it, along items first."""

    name: str
    datatype: str
    """BYTES, FP32 or FP64."""
    shape: tuple[int, ...] = (-1,)
    """-1 where it varies."""
    key: str = ""
    """Of an object that each element of an input is the value of, where an item is one."""


class Wire(Protocol):
    """One task's. An item becomes arrays, texts and numbers, never a path."""

    def options(self, model: Model) -> dict[str, Schema]:
        """Return what each option of `predict` is that a request may have.

        They say how the model decides; none makes it another one.
        """

    def item_schema(self, model: Model) -> Schema:
        """Return what an item is; whatever fits it is answered."""

    def example(self, model: Model) -> Any:
        """Return an item."""

    def asked(self, model: Model, value: Any) -> Asked:
        """Read one item of a request.

        Args:
            model: that will answer.
            value: as JSON has it; numbers may come as an array.

        Raises:
            OptionError: it is none; the message says what was expected, not which item it is.
        """

    def piece_schema(self, model: Model) -> Schema:
        """Return what a stream is fed: as much of an item as one likes."""

    def piece(self, model: Model, value: Any) -> Asked:
        """Read what a stream is fed; as `asked`."""

    def answer_schema(self, model: Model) -> Schema:
        """Return what an answer is."""

    def answer(self, answer: Any) -> dict[str, Any]:
        """Return an answer as JSON has it, as `elman predict --json` does."""

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        """Return the tensors that items may come as; a request has one of them."""

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        """Return the tensors that answers go as."""

    def columns(self, model: Model, answers: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Return the contents of those, each a row for every answer."""


def text_of(value: Any) -> str:
    """Return a text of a request.

    Raises:
        OptionError: it is something else.
    """
    if not isinstance(value, str):
        raise OptionError(f"expected a text, found {kind_of(value)}")
    return value


def numbers_of(values: list[Any], *, whole: bool) -> NDArray[np.float64]:
    """Return the numbers of an array of JSON, NaN for null.

    Args:
        values: of the array.
        whole: whether none may be null.

    Raises:
        OptionError: one is no number; the message says which.
    """
    kinds = {*map(type, values)}
    if not kinds <= {int, float, type(None)} or (whole and type(None) in kinds):
        n = next(
            n
            for n, x in enumerate(values)
            if type(x) not in (int, float) and (whole or x is not None)
        )
        wanted = "a number" if whole else "a number or null"
        raise OptionError(f"value {n}: expected {wanted}, found {kind_of(values[n])}")
    try:
        found = np.array(values, np.float64)  # null becomes NaN
    except OverflowError:
        raise OptionError("a number has more digits than any that is measured") from None
    if (large := np.flatnonzero(np.isinf(found))).size:
        raise OptionError(
            f"value {large[0]}: beyond {np.finfo(np.float64).max:.2g}, the largest number that is "
            "told from infinity"
        )
    return found


def kind_of(value: Any) -> str:
    """Say what kind of JSON a value is."""
    names = {dict: "an object", list: "an array", str: "a text", type(None): "null"}
    return names.get(type(value), "true or false" if isinstance(value, bool) else "a number")
