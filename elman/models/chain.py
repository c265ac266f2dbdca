"""The torch twin of `runtime.chain`: a linear-chain conditional random field."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Chain"]


class Chain(nn.Module):
    """The score of labels y is begin[y_1] + Σ logits[t, y_t] + Σ weight[y_t-1, y_t].

    Args:
        outputs: K, the labels there are.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, outputs))
        self.begin = nn.Parameter(torch.zeros(outputs))

    def forward(self, logits: Tensor, lengths: Tensor) -> Tensor:
        """Return log p(y_t | all steps), `(B, T, K)`, of logits of that shape."""
        kind, T = logits.dtype, logits.shape[1]
        logits, weight = logits.double(), self.weight.double()  # float32 would drift over the steps
        before = self._forward(logits)
        after = torch.zeros_like(logits[:, 0])
        found = [after]
        for t in range(T - 2, -1, -1):
            onward = after + logits[:, t + 1]
            back = torch.logsumexp(weight + onward[:, None, :], dim=2)
            after = torch.where((t + 1 < lengths)[:, None], back, torch.zeros_like(back))
            found.append(after)
        return torch.log_softmax(before + torch.stack(found[::-1], 1), dim=2).to(kind)

    def loss(self, logits: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
        """Return -log p(labels | all steps) of each row, `(B,)`.

        Args:
            logits: `(B, T, K)`.
            labels: `(B, T)`, anything where there is no step.
            lengths: `(B,)`, 1 at least.
        """
        last = (lengths - 1)[:, None, None].expand(-1, 1, logits.shape[2])
        whole = torch.logsumexp(self._forward(logits).gather(1, last)[:, 0], dim=1)
        T = logits.shape[1]
        real = torch.arange(T, device=logits.device) < lengths[:, None]
        labels = labels.where(real, 0)
        said = logits.gather(2, labels[:, :, None])[:, :, 0]
        said = (said * real).sum(1) + self.begin[labels[:, 0]]
        steps = self.weight[labels[:, :-1], labels[:, 1:]] * real[:, 1:]
        return whole - said - steps.sum(1)

    def _forward(self, logits: Tensor) -> Tensor:
        """Return the log of all that leads to each label, `(B, T, K)`."""
        label = self.begin + logits[:, 0]
        found = [label]
        for t in range(1, logits.shape[1]):
            label = torch.logsumexp(label[:, :, None] + self.weight, dim=1) + logits[:, t]
            found.append(label)
        return torch.stack(found, 1)
