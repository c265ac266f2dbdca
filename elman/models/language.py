"""A recurrent network that predicts the next word: what text without labels can teach.

Its embedding and recurrence have the names and shapes of those of a `NetworkSpec`, so that a
classifier takes them over as they are. What predicts a word is the word's own vector (Press & Wolf
2017, arXiv 1608.05859), so the vectors learn from both ends.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from elman.data.text.vocabulary import PADDING, UNKNOWN
from elman.models.network import LAYERS
from elman.nn.embedding import Embedding
from elman.nn.init import initialise
from elman.runtime.spec import NetworkSpec

__all__ = ["LanguageModel"]

_NOISE_POWER = 0.75
"""Of a word's count in the draw of wrong words (Mikolov et al. 2013, arXiv 1310.4546)."""


class LanguageModel(nn.Module):
    """Words → vectors → recurrence → the vector that the next word should have.

    Args:
        spec: whose embedding and recurrence it has, one direction, one id a step.
        counts: `(V,)` how often each word of the text occurs.
        wrong: words drawn for each batch, of which the right one is to be told apart.
        dropout: share of words hidden, and of the features of vectors and outputs, in training.

    Shape:
        x `(B, T)` of word numbers, lengths `(B,)`; `forward` gives the vectors `(B, T, E)`.
    """

    def __init__(
        self, spec: NetworkSpec, counts: Tensor, *, wrong: int = 500, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.spec, self.wrong, self.dropout = spec, wrong, dropout
        self.embedding = Embedding(spec.vocabulary, spec.input_size)
        self.rnn = LAYERS[spec.cell](
            spec.input_size, spec.hidden_size, spec.num_layers, batch_first=True
        )
        initialise(self.rnn, self.embedding, gain=1.0, embedding_range=0.17)
        if spec.cell == "lstm":
            H = spec.hidden_size
            with torch.no_grad():
                for layer in range(spec.num_layers):
                    # a state that is kept at first (Jozefowicz et al. 2015)
                    getattr(self.rnn, f"bias_ih_l{layer}")[H : 2 * H] = 1.0
        self.fc = nn.Linear(spec.hidden_size, spec.input_size)
        share = (counts.double() + 1) / (counts.double() + 1).sum()
        self.bias = nn.Parameter(share.log().float())
        noise = share**_NOISE_POWER
        self.register_buffer("noise", (noise / noise.sum()).float(), persistent=False)
        self.noise: Tensor

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        if self.training and self.dropout:
            hidden = (torch.rand(x.shape) < self.dropout) & (x != PADDING)
            x = x.masked_fill(hidden, UNKNOWN)
        vectors = self._dropped(self.embedding(x))
        for layer in range(self.spec.num_layers):
            vectors = self.rnn.run_layer(layer, vectors, lengths)
        wanted: Tensor = self.fc(self._dropped(vectors))
        return wanted

    def loss(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean loss of telling each next word from drawn ones.

        A sampled softmax (Bengio & Senécal 2003; Jean et al. 2015, arXiv 1412.2007): the drawn
        words, each divided by how often it is to be expected, stand for the sum over all others,
        so the loss tends to that of the whole softmax; a drawn word that is the right one does not
        count.
        """
        wanted, words = self._pairs(x, lengths)  # (N, E), (N,)
        drawn = torch.multinomial(self.noise, self.wrong, replacement=True)
        both = torch.cat([words, drawn])
        vectors = self.embedding(both)
        bias, N = self.bias[both], len(words)
        expected = (self.wrong * self.noise[drawn]).log()
        right = (wanted * vectors[:N]).sum(1) + bias[:N]
        others = wanted @ vectors[N:].T + (bias[N:] - expected)  # (N, wrong)
        others = others.masked_fill(drawn == words[:, None], -1e9)
        total = torch.logaddexp(right, torch.logsumexp(others, 1))
        mean: Tensor = (total - right).mean()
        return mean

    def full_loss(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the sum of the exact losses, in nats, over all next words."""
        wanted, words = self._pairs(x, lengths)
        scores = wanted @ self.embedding.weight.T + self.bias
        return nn.functional.cross_entropy(scores, words, reduction="sum")

    def _pairs(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return the wanted vector and the number of every word that follows another."""
        before = (lengths - 1).clamp(min=0)
        wanted = self(x[:, :-1], before)
        real = torch.arange(x.shape[1] - 1) < before[:, None]
        return wanted[real], x[:, 1:][real]

    def _dropped(self, x: Tensor) -> Tensor:
        """Drop the same features at every step of a row."""
        if not self.training or not self.dropout:
            return x
        keep = 1.0 - self.dropout
        return x * (torch.rand(x.shape[0], 1, x.shape[2]) < keep).to(x.dtype) / keep
