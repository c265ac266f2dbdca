"""Sentences with their tags as the training loop sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.data.text.vocabulary import UNKNOWN
from elman.models.chain import Chain
from elman.models.saved import tensors_of

__all__ = ["TagModule", "TagProblem"]

Ints = NDArray[np.int64]

_VALIDATION_WORDS = 20_000
"""Padded words in one validation batch."""


class TagModule(nn.Module):
    """What says something of every word, and the chain on top of it, if there is one.

    Args:
        below: `(x, lengths)` → `(B, T, K)`.
        chain: ties the tags of neighbouring words.
    """

    def __init__(self, below: nn.Module, chain: Chain | None) -> None:
        super().__init__()
        self.below, self.chain = below, chain

    def loss(self, x: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
        """Return -log p of the labels a word, summed up: of `(B, T)`, one number."""
        logits: Tensor = self.below(x, lengths)
        if self.chain is not None:
            total: Tensor = self.chain.loss(logits, labels, lengths)
            return total.sum()
        real = torch.arange(x.shape[1]) < lengths[:, None]
        return nn.functional.cross_entropy(logits[real], labels[real], reduction="sum")

    def wrong(self, x: Tensor, labels: Tensor, lengths: Tensor) -> float:
        """Return how many words get another label than theirs."""
        said: Tensor = self.below(x, lengths)
        if self.chain is not None:
            said = self.chain(said, lengths)
        real = torch.arange(x.shape[1]) < lengths[:, None]
        return float((said.argmax(2) != labels)[real].sum())

    def tensors(self, prefix: str = "") -> dict[str, NDArray[np.float32]]:
        """Return the weights by the names that a spec has for them.

        Args:
            prefix: before the names of what is below.
        """
        found = {prefix + name: tensor for name, tensor in tensors_of(self.below).items()}
        if self.chain is not None:
            found |= {f"chain.{name}": tensor for name, tensor in tensors_of(self.chain).items()}
        return found


@dataclass
class TagProblem:
    """A `training.loop.Problem` over encoded sentences.

    Args:
        ids: `(ΣT, columns)`, the word first.
        offsets: `(N + 1,)`, sentence n is ids[offsets[n]:offsets[n + 1]].
        labels: `(ΣT,)` numbers of the tags; of a held-out tag that none has in training, -1.
        train: numbers of the sentences to learn from.
        validation: of those to choose by.
        lines: `(N,)` line numbers in the user's file.
        hide: `(vocabulary,)` how probably a word is read as unknown while training; its letters
            are read all the same.
    """

    ids: NDArray[np.int32]
    offsets: Ints
    labels: Ints
    train: Ints
    validation: Ints
    lines: Ints
    hide: NDArray[np.float32]

    def __post_init__(self) -> None:
        self.lengths = np.diff(self.offsets)[self.train]
        self._hide = torch.from_numpy(self.hide)

    def digest(self, how: object) -> str:
        """Return a digest of what is learnt and how; a run resumes only where it is the same."""
        digest = hashlib.sha256(repr(how).encode())
        for array in (self.ids, self.offsets, self.labels, self.train, self.validation, self.hide):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def batch(self, rows: Ints) -> tuple[Tensor, Tensor, Tensor]:
        """Return `(B, T, columns)` ids padded with 0, `(B, T)` labels, and lengths `(B,)`."""
        begins = self.offsets[rows]
        lengths = self.offsets[rows + 1] - begins
        t = np.arange(max(int(lengths.max(initial=0)), 1))
        real = t < lengths[:, None]  # (B, T)
        places = np.where(real, begins[:, None] + t, 0)
        x = np.where(real[:, :, None], self.ids[places], 0).astype(np.int64)
        labels = np.where(real, self.labels[places], 0)
        return torch.from_numpy(x), torch.from_numpy(labels), torch.from_numpy(lengths)

    def loss(self, module: nn.Module, examples: Ints) -> Tensor:
        x, labels, lengths = self.batch(self.train[examples])
        hidden = torch.rand(x.shape[:2]) < self._hide[x[:, :, 0]]
        x[:, :, 0] = torch.where(hidden, UNKNOWN, x[:, :, 0])
        return cast(TagModule, module).loss(x, labels, lengths) / lengths.sum()

    def mass(self, examples: Ints) -> float:
        """Return how much the loss of these examples counts beside that of others: words."""
        return float(self.lengths[examples].sum())

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Judge by words that are wrong: they still fall when what is wrong is said too surely."""
        if not len(self.validation):
            return {}
        wrong = 0.0
        for part in self._even_batches(self.validation):
            wrong += cast(TagModule, module).wrong(*self.batch(part))
        error = wrong / float(np.diff(self.offsets)[self.validation].sum())
        return {"score": error, "validation_error": error}

    def locate(self, examples: Ints) -> str:
        numbers = [str(k) for k in np.sort(self.lines[self.train[examples]])]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"lines {', '.join(numbers[:8])}{more}"

    def _even_batches(self, rows: Ints) -> Iterator[Ints]:
        lengths = np.diff(self.offsets)[rows]
        order = rows[np.argsort(-lengths, kind="stable")]
        start = 0
        while start < len(order):
            longest = int(self.offsets[order[start] + 1] - self.offsets[order[start]])
            size = max(1, _VALIDATION_WORDS // max(longest, 1))
            yield order[start : start + size]
            start += size
