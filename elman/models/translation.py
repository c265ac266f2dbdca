"""The torch twin of `runtime.translation.network`: a `TranslationSpec` as a module that trains.

Its `state_dict` has exactly the tensors the spec names.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from elman.data.parallel.pieces import END, UNKNOWN
from elman.models.network import LAYERS
from elman.nn.embedding import Embedding
from elman.runtime.translation.spec import TranslationSpec

__all__ = ["Sources", "TranslationModel", "bfloat16_is_fast"]


def bfloat16_is_fast() -> bool:
    """Whether the processor multiplies numbers of 16 bits quicker than those of 32.

    Scores of all pieces take a third of a step; they are learnt as well from eight bits, see
    docs/recipes.md.
    """
    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(known is not None and known())


class Sources(NamedTuple):
    """Sentences as the decoder sees them."""

    keys: Tensor
    """`(B, S, H)`: what the attention compares."""
    values: Tensor
    """`(B, S, H + E)`: what it brings."""
    begin: Tensor
    """`(B, 2H)`: h of the decoder's two layers before the first step."""
    beyond: Tensor
    """`(B, S)`: whether a step is padding."""


class TranslationModel(nn.Module):
    """Encoder, attention and decoder, over whole sentences: the target is known in training.

    Args:
        spec: the network, as saved.
        word_dropout: share of pieces read as the unknown one while training, on both sides.
        dropout: share of features dropped of all that a layer reads, the same at every step of a
            row (Gal & Ghahramani 2016, arXiv 1512.05287).
        quick: scores pieces by products of bfloat16 while training; see `bfloat16_is_fast`.

    Shape:
        source `(B, S)` and target `(B, T)` of numbers of pieces, their lengths `(B,)`; the target
        begins with BEGIN. `forward` gives the scores of the piece after each real step of the
        target, `(N, V)`, row after row, unnormalised.
    """

    def __init__(
        self,
        spec: TranslationSpec,
        *,
        word_dropout: float = 0.0,
        dropout: float = 0.0,
        quick: bool = False,
    ) -> None:
        super().__init__()
        self.spec, self.word_dropout, self.dropout, self.quick = spec, word_dropout, dropout, quick
        E, H, V = spec.input_size, spec.hidden_size, spec.pieces
        layer: Any = LAYERS[spec.cell]
        self.embedding = Embedding(V, E)
        self.encoder = nn.ModuleList(
            layer(H if k else E, H // 2, batch_first=True, bidirectional=True)
            for k in range(spec.encoder_layers)
        )
        self.below = layer(E, H, batch_first=True)
        self.above = layer(2 * H + E, H, batch_first=True)
        self.query = nn.Linear(H, H, bias=False)
        self.key = nn.Linear(H, H, bias=False)
        self.begin = nn.Linear(H, 2 * H)
        self.fc = nn.Linear(2 * H + 2 * E, E)
        self.bias = nn.Parameter(torch.zeros(V))
        self._initialise()

    def forward(
        self, source: Tensor, source_lengths: Tensor, target: Tensor, target_lengths: Tensor
    ) -> Tensor:
        said, _ = self.decode(self.read(source, source_lengths), target, target_lengths)
        steps = torch.arange(target.shape[1], device=target.device)
        return self.scores(said[steps < target_lengths[:, None]])

    def read(self, source: Tensor, lengths: Tensor) -> Sources:
        """Read sentences, `(B, S)`, with the encoder."""
        vectors = self._vectors(source)  # (B, S, E)
        y = vectors
        for k, layer in enumerate(self.encoder):
            both, _ = layer(self._dropped(y) if k else y, lengths=lengths)
            y = both + y if k else both
        beyond = torch.arange(source.shape[1]) >= lengths[:, None]
        mean = y.masked_fill(beyond[:, :, None], 0.0).sum(1) / lengths[:, None]
        y = self._dropped(y)
        values = torch.cat([y, vectors], dim=2)
        return Sources(self.key(y), values, torch.tanh(self.begin(mean)), beyond)

    def decode(self, sources: Sources, target: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return what is said at every step, `(B, T, E)`, and the attention, `(B, T, S)`."""
        t = self._vectors(target)
        first, second = (self._state(h) for h in sources.begin.chunk(2, dim=1))
        h = self._dropped(self.below(t, first, lengths=lengths)[0])
        compared = self.query(h) @ sources.keys.transpose(1, 2) / math.sqrt(self.spec.hidden_size)
        attention = compared.masked_fill(sources.beyond[:, None], -torch.inf).softmax(-1)
        brought = attention @ sources.values  # (B, T, H + E)
        h_2, _ = self.above(torch.cat([h, brought], dim=2), second, lengths=lengths)
        said = self.fc(self._dropped(torch.cat([h_2 + h, brought, t], dim=2)))
        return torch.tanh(said), attention

    def scores(self, said: Tensor) -> Tensor:
        """Score all pieces, `(…, E)` → `(…, V)`."""
        table = (self.embedding.weight, self.bias)
        if self.training and self.quick:
            weight, bias = (t.bfloat16() for t in table)
            return nn.functional.linear(said.bfloat16(), weight, bias).float()
        return nn.functional.linear(said, *table)

    def _state(self, h: Tensor) -> Any:
        h = h[None].contiguous()
        return (h, torch.zeros_like(h)) if self.spec.cell == "lstm" else h

    def _vectors(self, pieces: Tensor) -> Tensor:
        if self.training and self.word_dropout:
            hide = (torch.rand(pieces.shape) < self.word_dropout) & (pieces > END)
            pieces = pieces.masked_fill(hide, UNKNOWN)
        scaled: Tensor = self.embedding(pieces) * math.sqrt(self.spec.input_size)
        return self._dropped(scaled)

    def _dropped(self, x: Tensor) -> Tensor:
        if not self.training or not self.dropout:
            return x
        keep = 1.0 - self.dropout
        return x * (torch.rand(x.shape[0], 1, x.shape[2]) < keep).to(x.dtype) / keep

    def _initialise(self) -> None:
        """Start with states that turn without growing, and LSTMs that keep theirs."""
        nn.init.normal_(self.embedding.weight, std=self.spec.input_size**-0.5)
        for layer in (*self.encoder, self.below, self.above):
            H = layer.hidden_size
            for name, weight in layer.named_parameters():
                if "weight_ih" in name:
                    nn.init.xavier_uniform_(weight)
                elif "weight_hh" in name:
                    for gate in weight.detach().split(H):
                        nn.init.orthogonal_(gate)
                else:
                    nn.init.zeros_(weight)
                    if self.spec.cell == "lstm" and "bias_ih" in name:
                        # a state that is kept at first (Jozefowicz et al. 2015)
                        nn.init.ones_(weight.detach()[H : 2 * H])
