"""Predicting the next word as the training loop sees it: pieces of texts, a loss, a score."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.models.language import LanguageModel

__all__ = ["PIECE", "Source", "WordsProblem"]

Ints = NDArray[np.int64]

PIECE = 128
"""Words of a piece: each begins with an empty state, as a text does."""

_HELD = 0.01
"""Share of the pieces that is not learnt from."""

_MOST_HELD = 160
"""Pieces that are judged, at most; the softmax over all words is slow."""

_JUDGED = 16
"""Pieces that are judged at a time."""


class Source(NamedTuple):
    """Texts as numbers: row n is words[offsets[n]:offsets[n + 1]]."""

    words: NDArray[np.int32]
    offsets: Ints
    rows: Ints
    """Those that may be learnt from."""


class WordsProblem:
    """A `training.loop.Problem` over texts without labels.

    Args:
        sources: the texts.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = [source._replace(words=np.asarray(source.words)) for source in sources]
        parts = [_pieces(n, source) for n, source in enumerate(self.sources)]
        every = np.concatenate(parts)  # (pieces, 3): source, begin, length
        every = every[every[:, 2] > 1]
        held = np.zeros(len(every), bool)
        step = max(int(1 / _HELD), len(every) // _MOST_HELD, 1)
        held[step // 2 :: step] = True
        self.pieces, self.held = every[~held], every[held]
        self.lengths = self.pieces[:, 2]

    @property
    def words(self) -> int:
        """Words of one pass."""
        return int(self.lengths.sum())

    def counts(self, vocabulary: int) -> Tensor:
        """Return `(V,)` how often each word occurs."""
        total = np.zeros(vocabulary, np.int64)
        for n, source in enumerate(self.sources):
            for _, begin, length in self.pieces[self.pieces[:, 0] == n]:
                np.add.at(total, source.words[begin : begin + length], 1)
        return torch.from_numpy(total)

    def digest(self, how: object) -> str:
        """Return a digest of what is learnt and how; a run resumes only where it is the same."""
        digest = hashlib.sha256(repr(how).encode())
        digest.update(np.ascontiguousarray(self.pieces).data)
        for source in self.sources:
            for start in range(0, len(source.words), 2**20):
                digest.update(np.ascontiguousarray(source.words[start : start + 2**20]).data)
        return digest.hexdigest()

    def loss(self, module: nn.Module, examples: Ints) -> Tensor:
        return cast(LanguageModel, module).loss(*self._batch(self.pieces[examples]))

    def mass(self, examples: Ints) -> float:
        """Return how much the loss of these examples counts beside that of others: words."""
        return float((self.pieces[examples, 2] - 1).sum())

    def validate(self, module: nn.Module) -> dict[str, float]:
        if not len(self.held):
            return {}
        model, total = cast(LanguageModel, module), 0.0
        for start in range(0, len(self.held), _JUDGED):
            total += float(model.full_loss(*self._batch(self.held[start : start + _JUDGED])))
        loss = total / int((self.held[:, 2] - 1).sum())
        return {"score": loss, "validation_loss": loss}

    def locate(self, examples: Ints) -> str:
        return f"{len(examples)} pieces of text"

    def _batch(self, pieces: Ints) -> tuple[Tensor, Tensor]:
        x = np.zeros((len(pieces), int(pieces[:, 2].max())), np.int64)
        for n, (source, begin, length) in enumerate(pieces):
            x[n, :length] = self.sources[source].words[begin : begin + length]
        return torch.from_numpy(x), torch.from_numpy(pieces[:, 2].copy())


def _pieces(number: int, source: Source) -> Ints:
    """Cut texts into pieces of nearly equal length, `(pieces, 3)`."""
    begins, ends = source.offsets[source.rows], source.offsets[source.rows + 1]
    cuts = np.maximum(-(-(ends - begins) // PIECE), 1)  # pieces of each text
    which = np.repeat(np.arange(len(cuts)), cuts)
    place = np.arange(len(which)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    length = (ends - begins)[which]
    begin = begins[which] + place * length // cuts[which]
    end = begins[which] + (place + 1) * length // cuts[which]
    return np.stack([np.full(len(which), number), begin, end - begin], axis=1).astype(np.int64)
