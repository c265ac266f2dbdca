"""A problem small enough to check by hand, and the net that learns it."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


class Regression:
    """Ragged rows: sum a row of floats, through a little net with dropout."""

    def __init__(self, rows=61, poison=()):
        random = np.random.default_rng(3)
        self.lengths = random.integers(1, 9, rows)
        self.x = np.zeros((rows, 9), np.float32)
        for n, length in enumerate(self.lengths):
            self.x[n, :length] = random.normal(size=length)
        self.y = self.x.sum(1)
        self.poison = set(poison)
        self.seen = []

    def loss(self, module, examples):
        self.seen.append(examples.copy())
        x, y = torch.from_numpy(self.x[examples]), torch.from_numpy(self.y[examples])
        loss = ((module(x)[:, 0] - y) ** 2).mean()
        return loss * float("nan") if self.poison & set(examples.tolist()) else loss

    def validate(self, module):
        with torch.no_grad():
            out = module(torch.from_numpy(self.x))[:, 0]
        return {"score": float(((out - torch.from_numpy(self.y)) ** 2).mean())}

    def locate(self, examples):
        return f"lines {sorted(examples.tolist())}"


class Scripted(Regression):
    """Scores as written down, whatever the weights."""

    def __init__(self, scores):
        super().__init__()
        self.scores = list(scores)

    def validate(self, module):
        return {"score": self.scores.pop(0)}


def net():
    torch.manual_seed(5)
    return nn.Sequential(nn.Linear(9, 13), nn.Tanh(), nn.Dropout(0.3), nn.Linear(13, 1))


def weights(module):
    return torch.cat([p.detach().flatten() for p in module.parameters()])
