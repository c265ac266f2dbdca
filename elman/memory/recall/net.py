"""The net that recalls, and what may be asked of it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from elman.errors import OptionError, did_you_mean
from elman.memory.recall.asked import PLACES, Recall
from elman.memory.recall.starts import CELLS, INITS
from elman.memory.recall.task import SYMBOLS, Signs

__all__ = ["RecallNet", "check"]

_CHUNK = 512
"""Steps read at a time when nothing is learned, so that length costs no memory."""


def check(asked: Recall) -> None:
    """Refuse what is not there or does not go together.

    Raises:
        OptionError: an unknown cell, place or init, an init that this cell lacks, T below 2.
    """
    for name, value, known in (
        ("cell", asked.cell, CELLS),
        ("init", asked.named_init, INITS),
        ("place", asked.place, PLACES),
    ):
        if value not in known:
            raise OptionError(f'There is no {name} "{value}". {did_you_mean(value, known)}')
    if asked.cell not in INITS[asked.named_init]:
        own = ", ".join(name for name, cells in INITS.items() if asked.cell in cells)
        raise OptionError(f'Cell "{asked.cell}" has no init "{asked.named_init}"; it has {own}.')
    if asked.keep_orthogonal and asked.cell != "rnn":
        raise OptionError(f'Only the plain rnn is kept orthogonal, not "{asked.cell}".')
    if asked.steps < 2:
        raise OptionError(f"Recall needs at least 2 steps, found {asked.steps}.")
    for name, size, most in (
        ("steps", asked.steps, 10**6),
        ("hidden size", asked.hidden_size, 2**14),
        ("seed", asked.seed, 2**63 - 1),
    ):
        if size > most:
            raise OptionError(f"Recall takes a {name} of at most {most:,}, found {size}.")


class RecallNet(nn.Module):
    """Signs, one-hot, or as vectors of 32 where there are many → recurrent layer → linear.

    Read after the last step.

    Args:
        asked: cell, size and initial weights.
        signs: symbols and noise together.
    """

    def __init__(self, asked: Recall, signs: int = Signs.signs) -> None:
        super().__init__()
        check(asked)
        self.embedding = nn.Embedding(signs, min(signs, 32))
        if signs <= 32:
            self.embedding.weight = nn.Parameter(torch.eye(signs), requires_grad=False)
        else:
            nn.init.normal_(self.embedding.weight, std=0.2)
        self.rnn = CELLS[asked.cell](min(signs, 32), asked.hidden_size, batch_first=True)
        self.fc = nn.Linear(asked.hidden_size, SYMBOLS)
        INITS[asked.named_init][asked.cell](self.rnn, asked.steps)
        if asked.keep_orthogonal:
            parametrizations.orthogonal(self.rnn, "weight_hh_l0", orthogonal_map="cayley")

    def forward(self, ids: Tensor) -> Tensor:
        """Logits `(B, 8)` after signs `(B, T)`, read in pieces where no gradient is wanted."""
        state, piece = None, ids.shape[1] if torch.is_grad_enabled() else _CHUNK
        for part in torch.split(ids, piece, 1):
            output, state = self.rnn(self.embedding(part), state)
        logits: Tensor = self.fc(output[:, -1])
        return logits
