"""Take the measures of one module on one set of sequences; each has a file that says what it is."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from elman.errors import InputError, OptionError
from elman.figures import counted
from elman.judging.estimate import Skipped
from elman.memory.card import MemoryCard
from elman.memory.measured import Subject
from elman.memory.measures.check import checked, reads_padding, unlike_its_walk
from elman.memory.measures.delay import delay_probe
from elman.memory.measures.gradient import gradient_flow
from elman.memory.measures.horizon import truncation_horizon
from elman.memory.measures.influence import influence_by_lag
from elman.memory.measures.lyapunov import Lyapunov, lyapunov_exponents
from elman.memory.measures.timescales import GateTimes, gate_times
from elman.memory.measures.track import Track
from elman.memory.measures.walk import recurrent_layers, walking
from elman.memory.order.shuffled_model import ShuffledModel, judge_shuffled
from elman.memory.order.test import FEWEST_ROWS, OrderTest, order_test
from elman.memory.rows.call import Call
from elman.memory.rows.examples import Examples
from elman.memory.rows.read import examples_of
from elman.memory.words.suggestion import suggestion
from elman.memory.words.verdict import verdict

__all__ = ["memory_card"]

Measure = TypeVar("Measure")


def memory_card(
    module: nn.Module,
    data: Any,
    *,
    call: Call | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] | None = None,
    examples: int = 512,
    max_lag: int = 200,
    seed: int = 0,
    time_limit: float = 60.0,
    notes: Sequence[str] = (),
) -> MemoryCard:
    """Measure what a module with a recurrent layer remembers.

    Args:
        module: any, with an `nn.RNN`, `nn.GRU`, `nn.LSTM` or a layer of `elman.nn` inside. It is
            left as it was.
        data: a sequence of pairs (x, y), x `(T,)` ids or `(T, I)` floats of any length, y a class
            number, a float, or a target for every step, of which the last is judged; or a tuple of
            tensors (x, y) or (x, lengths, y). Without labels, a sequence of x.
        call: `(module, x, lengths) → output`, where `module(x)` or `module(x, lengths)`, whichever
            its signature has, is not right. The output is `(B,)`, `(B, K)`, `(B, T)` or
            `(B, T, K)`; of a tuple, its first part.
        loss: `(output, y) → loss`, instead of cross entropy, binary cross entropy of one logit, or
            squared error.
        examples: rows measured on; the order test uses more.
        max_lag: the longest lag looked at, in steps.
        seed: of everything random.
        time_limit: seconds. What has begun is finished; the order test comes last.
        notes: sentences that belong on the card.

    Raises:
        InputError: module or data do not fit together; the message says where.
        OptionError: an option is out of range.
    """
    for name, value in (("examples", examples), ("max_lag", max_lag), ("seed", seed)):
        least = 0 if name == "seed" else 1
        if not isinstance(value, int) or value < least:
            raise OptionError(f"{name} is {value!r}; expected a whole number, {least} or more")
    if time_limit <= 0:
        raise OptionError(f"time_limit is {time_limit}; expected more than 0")
    layers = recurrent_layers(module)
    if not layers:
        raise InputError(
            f"{type(module).__name__} has no recurrent layer: expected an nn.RNN, nn.GRU, nn.LSTM, "
            "or a layer of elman.nn, anywhere inside. Cells called step by step are not seen."
        )
    begun = time.monotonic()
    everything = examples_of(data, module, call=call, loss=loss)
    order = np.random.default_rng(seed).permutation(len(everything))
    few = everything.take(sorted(order[:examples].tolist()))
    notes = list(notes)
    with _at_rest(module):
        everything, few = checked(module, everything, few)
        if few.padded and reads_padding(module, few):
            few = dataclasses.replace(few, padded=False)
            notes.append(
                "Its answer to a row changes with the padding of the batch: it reads it. Measured "
                "without any, rows of one length at a time."
            )
        clock = _Clock(begun, time_limit)
        lag = min(max_lag, max(int(few.lengths.max()) - 1, 1))
        median = int(np.median(few.lengths))
        hidden = unlike_its_walk(module, few)
        tracks = {} if hidden else _tracks(module, few)
        gradient = clock.run(lambda: gradient_flow(module, few, max_lag=lag, seed=seed), hidden)
        horizon = clock.run(lambda: truncation_horizon(module, few, seed=seed))
        gates = clock.run(lambda: _gates(tracks, seed), hidden)
        lyapunov = clock.run(lambda: _lyapunov(tracks, median, seed), hidden)
        influence = clock.run(lambda: influence_by_lag(module, few, max_lag=lag, seed=seed))
        probed = min(max_lag, 2 * median, 100, int(few.lengths.max()) - 1)
        delay = clock.run(lambda: delay_probe(module, few, max_lag=probed, seed=seed), hidden)
        shuffled = clock.run(lambda: _shuffled(module, few, seed))
        worth = clock.run(lambda: _order(everything, seed, clock.left()))
    subject = Subject(
        type(module).__name__,
        tuple(f"{name}: {layer}" for name, layer in layers.items()),
        tuple(dict.fromkeys(track.cell for name in tracks for track in tracks[name])),
        sum(p.numel() for p in module.parameters()),
        len(few),
        int(few.lengths.min()),
        median,
        int(few.lengths.max()),
        few.y is not None,
        seed,
        tuple(notes),
    )
    card = MemoryCard(
        subject, horizon, gradient, influence, gates, lyapunov, delay, shuffled, worth
    )
    return dataclasses.replace(
        card,
        verdict=tuple(verdict(card)),
        suggestion=suggestion(card),
        seconds=round(time.monotonic() - begun, 2),
    )


class _Clock:
    """Measures while there is time."""

    def __init__(self, begun: float, limit: float) -> None:
        self.begun, self.limit = begun, limit

    def left(self) -> float:
        return self.limit - (time.monotonic() - self.begun)

    def run(self, measure: Callable[[], Measure], hidden: str | None = None) -> Measure | Skipped:
        """Measure, or say why not; a measure that fails takes no other along."""
        if hidden is not None:
            return Skipped(hidden)
        if self.left() <= 0:
            return Skipped(f"the time limit of {self.limit:g} s was reached before")
        try:
            return measure()
        except InputError as error:
            return Skipped(str(error))
        except (RuntimeError, ValueError) as error:
            return Skipped(f"it failed: {error}")


@contextmanager
def _at_rest(module: nn.Module) -> Iterator[None]:
    """Evaluation mode while measuring, every part's own mode afterwards; random state untouched."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.inference_mode(mode=False), torch.random.fork_rng(devices=[]):
            yield
    finally:
        for part, training in modes:
            part.training = training


def _tracks(module: nn.Module, examples: Examples) -> dict[str, list[Track]]:
    """What every layer and direction did on the rows, by name, a track a batch."""
    found: dict[str, list[Track]] = {}
    with torch.no_grad():
        for rows, x, lengths in examples.batches():
            with walking(module, lengths) as walk:
                examples.ask(module, x, lengths)
            for track in walk.tracks:
                if track.x.shape[:2] == (x.shape[1], len(rows)) and x.shape[1] != len(rows):
                    raise InputError(
                        f"{track.name} saw {len(rows)} steps of {x.shape[1]} rows where the data "
                        f"has {x.shape[1]} steps of {len(rows)} rows: this module takes time "
                        "first. Pass call=lambda module, x, lengths: module(x.transpose(0, 1)), "
                        "or build the layer with batch_first=True."
                    )
                found.setdefault(track.name, []).append(dataclasses.replace(track, epsilons=()))
    if not found:
        raise InputError(
            "no recurrent layer was called while the module answered; expected at least one call"
        )
    return found


def _gates(tracks: dict[str, list[Track]], seed: int) -> tuple[GateTimes, ...]:
    times = [gate_times(parts, seed=seed) for parts in tracks.values()]
    gated = tuple(t for t in times if t is not None)
    if not gated:
        raise InputError("a plain RNN has no gate")
    return gated


def _lyapunov(tracks: dict[str, list[Track]], length: int, seed: int) -> Lyapunov:
    layers = [max(parts, key=lambda t: int(t.lengths.sum())) for parts in tracks.values()]
    if max(int(track.lengths.max()) for track in layers) < 3:
        raise InputError("no row of three steps")
    fewest = min(len(track.lengths) for track in layers)
    same = {len(track.lengths) for track in layers} == {fewest}
    if not same:
        raise InputError("the layers see batches of different sizes")
    return lyapunov_exponents(layers, length=length, seed=seed)


def _shuffled(module: nn.Module, examples: Examples, seed: int) -> ShuffledModel:
    _need_labels(examples)
    return judge_shuffled(module, examples, seed=seed)


def _order(examples: Examples, seed: int, time_limit: float) -> OrderTest:
    _need_labels(examples)
    assert examples.y is not None
    if len(examples) < FEWEST_ROWS:
        raise InputError(
            f"{counted(len(examples), 'row')}; the order test trains a network and needs "
            f"{FEWEST_ROWS}"
        )
    if len(torch.unique(examples.y, dim=0)) < 2:
        raise InputError("all rows have the same target; there is nothing to learn")
    if int(examples.lengths.max()) < 2:
        raise InputError("no row has two steps, so there is no order")
    return order_test(examples, seed=seed, time_limit=time_limit)


def _need_labels(examples: Examples) -> None:
    if examples.y is None:
        raise InputError("needs labels, and the data has none")
