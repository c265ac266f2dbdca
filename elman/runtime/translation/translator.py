"""A network that translates, as a model asks it: sequences in, one row of numbers for each out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from elman.data.parallel.pieces import UNKNOWN
from elman.runtime.arrays import Floats, Integers, Steps
from elman.runtime.inputs import check_ids
from elman.runtime.translation.beam import Found, Search, search
from elman.runtime.translation.network import TranslationNetwork
from elman.runtime.translation.spec import TranslationSpec

__all__ = ["Said", "Translator", "origins_of", "said_of"]


class Said(NamedTuple):
    """One translation, out of a row of outputs."""

    score: float
    pieces: Integers
    """`(T,)` numbers."""
    origins: Integers
    """`(T,)` of each piece, which of the source it comes from."""


class Translator:
    """A network, and how it looks for translations, as its spec says.

    Args:
        spec: what it is.
        tensors: as of `TranslationNetwork`.
    """

    def __init__(self, spec: TranslationSpec, tensors: Mapping[str, np.ndarray]) -> None:
        self.spec = spec
        self.network = TranslationNetwork(spec, tensors)
        self.how = Search(spec.beam, spec.length_penalty, spec.longest)

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Translate, `(N, 1 + 2 · longest)`: a row is the score, pieces and their origins, then 0.

        Args:
            sequences: each `(S,)` numbers of pieces; an empty one has an empty translation.

        Raises:
            InputError: a sequence holds numbers that are no pieces.
        """
        V, L = self.spec.pieces, self.spec.longest
        checked = [check_ids(x, (), V, f"sequence {n}") for n, x in enumerate(sequences)]
        rows = np.zeros((len(checked), self.spec.outputs), np.float32)
        found = search(self.network, checked, self.how)
        for row, source, (best, *_) in zip(rows, checked, found, strict=True):
            T = len(best.pieces)
            row[0] = best.score
            row[1 : 1 + T] = best.pieces
            row[1 + L : 1 + L + T] = origins_of(best, source)
        return rows


def said_of(row: Floats) -> Said:
    """Return the translation that a row of outputs is."""
    pieces, origins = row[1:].astype(np.int64).reshape(2, -1)
    T = int((pieces != 0).sum())
    return Said(float(row[0]), pieces[:T], origins[:T])


def origins_of(found: Found, source: Steps) -> Integers:
    """Return where most of the attention was: of an unknown piece, among those of the source.

    What an unknown piece stands for is most likely what the source has no piece for either.
    """
    if not found.pieces:
        return np.zeros(0, np.int64)
    strange = source == UNKNOWN
    most = found.attention.argmax(axis=1)
    if strange.any():
        among = np.where(strange, found.attention, -1.0).argmax(axis=1)
        most = np.where(np.array(found.pieces) == UNKNOWN, among, most)
    return np.asarray(most, np.int64)
