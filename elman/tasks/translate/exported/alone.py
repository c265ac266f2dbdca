"""Sentences to a graph's steps, and the search for their translations, without elman.

The front end of an export. What of elman this uses is joined to it (`elman.exporting.joined`);
nothing imports it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.parallel.pieces import UNKNOWN, Pieces
from elman.exporting.session import opened, run
from elman.runtime.translation.beam import Search, search
from elman.runtime.translation.network import Source, State
from elman.runtime.translation.translator import origins_of
from elman.tasks.translate.codec import read_sentence

__all__ = ["Network", "main"]


class Network:
    """Both graphs, as the search asks them; see `runtime.translation.network`.

    Args:
        reading: the session of the graph that reads.
        speaking: of the one that says the next piece.
    """

    def __init__(self, reading: Any, speaking: Any) -> None:
        self.reading, self.speaking = reading, speaking

    def read(self, sentences: Sequence[NDArray[np.int64]]) -> list[Source]:
        """Read sentences."""
        said = run(self.reading, list(sentences))
        return [
            Source(said["keys"][n, : len(of)], said["values"][n, : len(of)], said["state"][n])
            for n, of in enumerate(sentences)
        ]

    def start(self, sources: Sequence[Source]) -> State:
        """Return the state before the first step, of one row a source, `(1, R, 4H)`."""
        return State(np.stack([source.begin for source in sources])[None])

    def step(
        self, sources: Sequence[Source], state: State, pieces: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], State, list[NDArray[np.float32]]]:
        """Take one step with the beginnings of each sentence, which stand together."""
        n, lengths = len(sources), np.array([len(source.keys) for source in sources])
        fed: dict[str, Any] = {"lengths": lengths, "pieces": pieces.reshape(n, -1)}
        fed["state"] = state.layers.reshape(n, fed["pieces"].shape[1], -1)
        for name in ("keys", "values"):
            each = [getattr(source, name) for source in sources]
            fed[name] = np.zeros((n, lengths.max(), each[0].shape[1]), np.float32)
            for to, own in zip(fed[name], each, strict=True):
                to[: len(own)] = own
        scores, after, looked = self.speaking.run(["scores", "next_state", "attention"], fed)
        attention = [rows[:, :length] for rows, length in zip(looked, lengths, strict=True)]
        return scores.reshape(len(pieces), -1), State(after.reshape(1, len(pieces), -1)), attention


def main(texts: list[str]) -> None:
    """Translate sentences, one JSON line each."""
    reading, held = opened()
    speaking, _ = opened("-step")
    given, network = held["parts"]["pieces.json"], held["network"]
    merges = tuple((first, second) for first, second in given["merges"])
    pieces = Pieces(tuple(given["alphabet"]), merges)
    read = [read_sentence(pieces, text) for text in texts]
    rows = [np.array(ids, np.int64) for ids, _ in read]
    how = Search(network["beam"], network["length_penalty"], network["longest"])
    found = search(Network(reading, speaking), rows, how)  # type: ignore[arg-type]
    for text, row, (_, each), (best, *_) in zip(texts, rows, read, found, strict=True):
        origins = origins_of(best, row)[np.array(best.pieces, np.int64) == UNKNOWN]
        said = pieces.text(best.pieces, [each[origin] for origin in origins])
        print(json.dumps({"source": text, "text": said, "score": round(best.score, 6)}))
