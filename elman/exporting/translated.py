"""The graphs of a translator held against the runtime: sentences read side by side, then spoken.

The last one of each batch is of no pieces, which the runtime refuses: where there is nothing to
look at, the graphs go on as if what they saw were zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from elman.exporting.check import Found, Session, apart, of_no_rows, unseen
from elman.exporting.translation import SPEAKING
from elman.runtime.translation.network import Source, TranslationNetwork
from elman.runtime.translation.translator import Translator

__all__ = ["compared_translation"]


def compared_translation(
    translator: Translator, graphs: Mapping[str, Any], *, seed: int = 0, batches: int = 3
) -> Found:
    """Hold both graphs against the network that they are of.

    Args:
        translator: as the runtime has it.
        graphs: the one that reads, and by `SPEAKING` the one that speaks.
        seed: of the sentences.
        batches: how many are tried.
    """
    random, network = np.random.default_rng(seed), translator.network
    read, speak = (Session(graphs[name].SerializeToString()) for name in ("", SPEAKING))
    sizes = unseen(*graphs.values())
    whole, spoken, tried = 0.0, 0.0, []
    for _ in range(batches):
        rows, longest, beams, steps = (next(sizes) for _ in range(4))
        lengths = np.array([longest, *random.integers(1, longest, rows - 2), 0], np.int64)
        ids = random.integers(0, network.spec.pieces, (rows, longest + 2))
        tried.append((rows, longest))
        sentences = [row[:n] for row, n in zip(ids, lengths, strict=True)]
        sources = [*network.read(sentences[:-1]), _nothing(network)]
        held = read.run({"steps": ids, "lengths": lengths})
        for row, (source, n) in enumerate(zip(sources, lengths, strict=True)):
            for name in ("keys", "values"):
                whole = max(whole, apart(held[name][row, :n], getattr(source, name)[:n]))
        own = network.start(sources).taken(np.repeat(np.arange(rows), beams))
        state = np.repeat(held["state"][:, None], beams, axis=1)
        for _ in range(steps):
            pieces = random.integers(0, network.spec.pieces, (rows, beams))
            fed = {"keys": held["keys"], "values": held["values"], "lengths": lengths}
            said = speak.run({**fed, "pieces": pieces, "state": state})
            state = said["next_state"]
            scores, own, attention = network.step(sources, own, pieces.ravel())
            spoken = max(spoken, apart(said["scores"].reshape(scores.shape), scores))
            for found, looked, n in zip(said["attention"], attention, lengths, strict=True):
                expected = np.zeros_like(found)
                expected[:, :n] = looked[:, :n]
                spoken = max(spoken, apart(found, expected))
        for time in (0, longest):
            held = read.run({"steps": ids[:0, :time], "lengths": lengths[:0]})
            fed = {"keys": held["keys"], "values": held["values"], "lengths": lengths[:0]}
            said = speak.run({**fed, "pieces": pieces[:0], "state": state[:0]})
            whole, spoken = max(whole, of_no_rows(held)), max(spoken, of_no_rows(said))
    return Found(whole, spoken, tuple(tried))


def _nothing(network: TranslationNetwork) -> Source:
    """Return a sentence of one step that has and brings nothing."""
    H, E = network.spec.hidden_size, network.spec.input_size
    nothing = np.zeros((1, H + E), np.float32)
    return Source(nothing[:, :H], nothing, np.tanh(network.begin(nothing[:, :H]))[0])
