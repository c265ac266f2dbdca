"""The recall task: a symbol, then noise, then name the symbol. How far back can a cell be taught?

One of 8 symbols stands at the first of T steps (or, `place="anywhere"`, at any but the last), the
others are drawn from 10 further signs; after the last step the net names the symbol. Chance is 1/8.

What lengthens memory and can be switched on or off here: the initial weights (`elman.nn.init`), a
curriculum that begins with few steps and goes on where the net still answers right, lengths that
vary from batch to batch, clipping of the gradient, and a recurrent weight kept orthogonal while it
is trained.

But: the plain RNN's default start is a latch. It keeps what came first, which is this task; with
`place="anywhere"` it has no such help.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import parametrizations

from elman.errors import OptionError, did_you_mean
from elman.judging.interval import share_interval
from elman.nn import GRU, LRU, LSTM, RNN, init, minGRU, minLSTM

__all__ = ["CELLS", "INITS", "PLACES", "SYMBOLS", "Recall", "RecallNet", "recall", "sequences"]

SYMBOLS = 8

CELLS: dict[str, Any] = {
    "rnn": RNN, "gru": GRU, "lstm": LSTM, "mingru": minGRU, "minlstm": minLSTM, "lru": LRU
}  # fmt: skip

PLACES = ("first", "anywhere")

LEARNED = 0.98
"""Share of a running mean of batches from which the next length is tried."""

SOLVED = 0.995
"""Share of validation sequences at the full length from which training stops."""

_CHUNK = 512
"""Steps read at a time when nothing is learned, so that length costs no memory."""


def _latch(net: RecallNet, gain: float) -> None:
    _small(net)
    init.latch_(net.rnn, gain)


def _small(net: RecallNet) -> None:
    init.initialise(net.rnn)
    init.input_(net.rnn, 0.1)


def _chrono(net: RecallNet, steps: int) -> None:
    init.chrono_(net.rnn, max(3, steps))


def _slow(net: RecallNet, steps: int) -> None:
    # a linear state has no rest points: it must lose next to nothing over all the steps
    init.chrono_(net.rnn, max(3, 10 * steps))


_Start: TypeAlias = "Callable[[RecallNet, int], None]"

INITS: dict[str, dict[str, _Start]] = {
    "torch": dict.fromkeys(CELLS, lambda net, steps: None),
    "orthogonal": dict.fromkeys(("rnn", "gru", "lstm"), lambda net, steps: _small(net)),
    "identity": dict.fromkeys(("rnn", "gru", "lstm"), lambda net, steps: _latch(net, 1.0)),
    "latch": {
        "rnn": lambda net, steps: _latch(net, 1.5),
        "gru": lambda net, steps: _latch(net, 4.0),
        "lstm": lambda net, steps: _latch(net, 4.0),
    },
    "chrono": {
        "gru": _chrono,
        "lstm": _chrono,
        "mingru": _slow,
        "minlstm": _slow,
        "lru": _slow,
    },
}
"""Initial weights by name and cell."""

DEFAULTS = {
    "rnn": "latch",
    "gru": "chrono",
    "lstm": "chrono",
    "mingru": "chrono",
    "minlstm": "chrono",
    "lru": "chrono",
}


@dataclass(frozen=True)
class Recall:
    """What is asked of which net, and how it is trained."""

    cell: str = "rnn"
    steps: int = 500
    init: str = ""
    """One of `INITS`; empty: the cell's own of `DEFAULTS`."""
    place: str = "first"
    grow: bool = True
    """Begin with few steps; else train at the full length from the first step on."""
    vary: bool = True
    """Draw each batch's length between half and all of the length at hand, so that the answer may
    not hang on how many steps there were: what is learned then holds at lengths never seen."""
    keep_orthogonal: bool = False
    """Keep the recurrent weight of a plain RNN orthogonal by Cayley's map while it is trained."""
    hidden_size: int = 128
    batch_size: int = 64
    learning_rate: float = 0.0
    """Of Adam; 0: 0.001, of the linear cells 0.003."""
    clip_norm: float = 1.0
    seed: int = 0
    time_limit_s: float = 600.0
    most_train_steps: int | None = None
    """Optimizer steps at most; a limit that does not hang on the machine."""
    judge_on: int = 2000
    """Fresh sequences for the final figure."""

    def check(self) -> None:
        """Refuse what is not there or does not go together.

        Raises:
            OptionError: an unknown cell, place or init, an init that this cell lacks, T below 2.
        """
        for name, value, known in (
            ("cell", self.cell, CELLS),
            ("init", self.named_init, INITS),
            ("place", self.place, PLACES),
        ):
            if value not in known:
                raise OptionError(f'There is no {name} "{value}". {did_you_mean(value, known)}')
        if self.cell not in INITS[self.named_init]:
            own = ", ".join(name for name, cells in INITS.items() if self.cell in cells)
            raise OptionError(f'Cell "{self.cell}" has no init "{self.named_init}"; it has {own}.')
        if self.keep_orthogonal and self.cell != "rnn":
            raise OptionError(f'Only the plain rnn is kept orthogonal, not "{self.cell}".')
        if self.steps < 2:
            raise OptionError(f"Recall needs at least 2 steps, found {self.steps}.")

    @property
    def rate(self) -> float:
        return self.learning_rate or (0.001 if self.cell in ("rnn", "gru", "lstm") else 0.003)

    @property
    def named_init(self) -> str:
        return self.init or DEFAULTS.get(self.cell, "torch")


class Noise(Protocol):
    """What stands around the symbol: numbers from 8 on, below `signs`."""

    signs: int

    def draw(self, n: int, steps: int, generator: torch.Generator) -> Tensor:
        """Return `(n, steps)`."""


class Signs:
    """Ten signs, each step drawn by itself."""

    signs = SYMBOLS + 10

    def draw(self, n: int, steps: int, generator: torch.Generator) -> Tensor:
        return torch.randint(SYMBOLS, self.signs, (n, steps), generator=generator)


class RecallNet(nn.Module):
    """Signs, one-hot, or as vectors of 32 where there are many → recurrent layer → linear.

    Read after the last step.

    Args:
        config: cell, size and initial weights.
        signs: symbols and noise together.
    """

    def __init__(self, config: Recall, signs: int = Signs.signs) -> None:
        super().__init__()
        config.check()
        self.embedding = nn.Embedding(signs, min(signs, 32))
        if signs <= 32:
            self.embedding.weight = nn.Parameter(torch.eye(signs), requires_grad=False)
        else:
            nn.init.normal_(self.embedding.weight, std=0.2)
        self.rnn = CELLS[config.cell](min(signs, 32), config.hidden_size, batch_first=True)
        self.fc = nn.Linear(config.hidden_size, SYMBOLS)
        INITS[config.named_init][config.cell](self, config.steps)
        if config.keep_orthogonal:
            parametrizations.orthogonal(self.rnn, "weight_hh_l0", orthogonal_map="cayley")

    def forward(self, ids: Tensor) -> Tensor:
        """Logits `(B, 8)` after signs `(B, T)`, read in pieces where no gradient is wanted."""
        state, piece = None, ids.shape[1] if torch.is_grad_enabled() else _CHUNK
        for part in torch.split(ids, piece, 1):
            output, state = self.rnn(self.embedding(part), state)
        logits: Tensor = self.fc(output[:, -1])
        return logits


def sequences(
    n: int, steps: int, place: str, generator: torch.Generator, noise: Noise | None = None
) -> tuple[Tensor, Tensor]:
    """Draw signs `(n, steps)` and the symbol `(n,)` that stands among them."""
    ids = (noise or Signs()).draw(n, steps, generator)
    symbol = torch.randint(SYMBOLS, (n,), generator=generator)
    at = torch.randint(steps - 1, (n,), generator=generator) if place == "anywhere" else 0
    ids[torch.arange(n), at] = symbol
    return ids, symbol


class Judged(NamedTuple):
    """How many of n sequences were answered right."""

    right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n


@dataclass
class Trained:
    """A net, and how it came to be."""

    net: RecallNet
    train_steps: int = 0
    seconds: float = 0.0
    longest_trained: int = 0
    """Steps of the longest sequences it was trained on."""
    stopped: str = ""
    history: list[tuple[float, int]] = field(default_factory=list)
    """Seconds, and the length that was begun then."""


def recall(
    config: Recall,
    report: Callable[[int, int, float], None] | None = None,
    noise: tuple[Noise, Noise] | None = None,
) -> dict[str, Any]:
    """Train a net to recall, judge it on fresh sequences.

    Args:
        config: what and how; everything random follows from its seed.
        report: called with optimizer steps, the length at hand and the running accuracy.
        noise: what stands around the symbol, in training and in the final judgement.

    Returns:
        The JSON of `elman recall`: `accuracy`, `seconds`, `train_steps` and the rest.
    """
    seen, unseen = noise or (Signs(), Signs())
    begun = time.perf_counter()
    trained = train(config, report, seen)
    fresh = torch.Generator().manual_seed(config.seed + 2**32)
    figure = judge(trained.net, config.judge_on, config.steps, config.place, fresh, unseen)
    by_length = {}
    for steps in lengths_to(4 * config.steps, config.steps):
        # beyond what was asked only while the time limit has not passed
        if steps <= config.steps or time.perf_counter() - begun < config.time_limit_s:
            by_length[steps] = judge(trained.net, 256, steps, config.place, fresh, unseen)
    return {
        "cell": config.cell,
        "steps": config.steps,
        "init": config.named_init,
        "place": config.place,
        "grow": config.grow,
        "vary": config.vary,
        "keep_orthogonal": config.keep_orthogonal,
        "hidden_size": config.hidden_size,
        "seed": config.seed,
        "accuracy": figure.accuracy,
        "accuracy_ci95": share_interval(figure.right, figure.n),
        "judged_on": figure.n,
        "right": figure.right,
        "chance": 1 / SYMBOLS,
        "seconds": round(trained.seconds, 2),
        "train_steps": trained.train_steps,
        "longest_trained": trained.longest_trained,
        "stopped": trained.stopped,
        "history": [[round(seconds, 2), steps] for seconds, steps in trained.history],
        "by_length": [[steps, judged.right, judged.n] for steps, judged in by_length.items()],
    }


def train(
    config: Recall,
    report: Callable[[int, int, float], None] | None = None,
    noise: Noise | None = None,
) -> Trained:
    """Train until the full length is solved or the time is over.

    With `grow`, a length that is learned is followed by the longest at which the net already
    answers right, found by doubling, times 1.4.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        noise = noise or Signs()
        net = RecallNet(config, noise.signs)
    drawn = torch.Generator().manual_seed(config.seed)
    checked = torch.Generator().manual_seed(config.seed + 2**31)
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], config.rate)
    done, begun, right = Trained(net), time.perf_counter(), 0.0
    steps = min(config.steps, 10) if config.grow else config.steps
    done.history.append((0.0, steps))
    since = 0
    while True:
        done.seconds = time.perf_counter() - begun
        if done.seconds > config.time_limit_s:
            done.stopped = f"the time limit of {config.time_limit_s:g} s was reached"
            return done
        if done.train_steps == config.most_train_steps:
            done.stopped = f"all {config.most_train_steps:,} steps allowed were taken"
            return done
        right += (_step(net, optimizer, config, steps, drawn, noise) - right) / min(since + 1, 10)
        since += 1
        done.train_steps += 1
        done.longest_trained = max(done.longest_trained, steps)
        if report:
            report(done.train_steps, steps, right)
        if since < 10 or right < LEARNED or (steps == config.steps and since % 10):
            continue
        holds = steps
        for longer in _longer(steps, config.steps):
            over = time.perf_counter() - begun > config.time_limit_s
            if over or judge(net, 256, longer, config.place, checked, noise).accuracy < LEARNED:
                break
            holds = longer
        if holds == config.steps and _solved(net, config, checked, noise):
            done.seconds = time.perf_counter() - begun
            done.stopped = "solved on validation sequences of the full length"
            return done
        if steps < config.steps:
            steps, since = min(config.steps, int(1.4 * holds) + 1), 0
            done.history.append((time.perf_counter() - begun, steps))


def _solved(net: RecallNet, config: Recall, generator: torch.Generator, noise: Noise) -> bool:
    return judge(net, 1000, config.steps, config.place, generator, noise).accuracy >= SOLVED


def judge(
    net: nn.Module,
    n: int,
    steps: int,
    place: str,
    generator: torch.Generator,
    noise: Noise | None = None,
) -> Judged:
    """Count right answers on n fresh sequences, in pieces that fit in memory."""
    right = 0
    with torch.no_grad():
        for begin in range(0, n, 250):
            ids, symbol = sequences(min(250, n - begin), steps, place, generator, noise)
            right += int((net(ids).argmax(1) == symbol).sum())
    return Judged(right, n)


def lengths_to(longest: int, asked: int) -> list[int]:
    """Lengths to judge at: the powers of two up to `longest`, and the length asked for."""
    grid = {2**k for k in range(1, 40) if 2**k < longest}
    return sorted(grid | {asked, longest})


def _longer(steps: int, longest: int) -> Iterator[int]:
    while steps < longest:
        steps = min(2 * steps, longest)
        yield steps


def _step(
    net: RecallNet,
    optimizer: torch.optim.Optimizer,
    config: Recall,
    steps: int,
    generator: torch.Generator,
    noise: Noise,
) -> float:
    """Take one optimizer step; return the share of its batch that was answered right."""
    if config.vary:
        steps = int(torch.randint((steps + 1) // 2, steps + 1, (1,), generator=generator))
    ids, symbol = sequences(config.batch_size, steps, config.place, generator, noise)
    logits = net(ids)
    optimizer.zero_grad()
    cross_entropy(logits, symbol).backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(net.parameters(), config.clip_norm)
    if torch.isfinite(norm):
        optimizer.step()
    return float((logits.argmax(1) == symbol).float().mean())
