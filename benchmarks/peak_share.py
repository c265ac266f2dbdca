"""How much of this core's multiply-adds the strong preset's network uses when it answers texts.

python benchmarks/peak_share.py FILE.csv [ROWS]

FILE has a column "text". Three LSTMs of 256 units, with random weights, for what they are does not
change how long they take. Counted are the products of the states, and those of the inputs once for
each different word of the call, which is what is computed; processor time, the best of four, beside
the peak that is measured between them, on each instruction set of this processor.
"""

import csv
import sys
import time

import numpy as np

from elman import native
from elman.data.text.words import tokenize
from elman.runtime.ensemble import network_of
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.classify.presets import PRESETS


def main(file: str, rows: int = 1024) -> None:
    with open(file, newline="", encoding="utf-8") as table:
        texts = [row["text"] for row, _ in zip(csv.DictReader(table), range(rows), strict=False)]
    strong = PRESETS["strong"]
    E, H, V = strong.embedding, strong.hidden_size, strong.max_words
    spec = NetworkSpec(
        "lstm", H, 1, vocabulary=V, input_size=E, members=strong.members, pools=strong.pools
    )
    random = np.random.default_rng(0)
    tensors = {
        name: random.normal(0, 0.05, shape).astype(np.float32)
        for name, shape in shapes_of_all(spec).items()
    }
    numbers: dict[str, int] = {}
    steps = [
        np.array([numbers.setdefault(word, len(numbers)) % V for word in tokenize(text)], np.int32)
        for text in texts
    ]
    words = sum(map(len, steps))
    work = spec.members * 2 * 4 * H * (words * H + min(len(numbers), V) * E) / len(texts)
    print(f"{len(texts):,} texts of {words / len(texts):.0f} words, {work / 1e6:.0f} Mflop each")
    for isa in native.ISAS:
        if not native.use_isa(isa):
            continue
        network, took, peak = network_of(spec, tensors), np.inf, 0.0
        for _ in range(4):
            peak = max(peak, native.fma_peak(1, 0.3) or 0.0)
            begun = time.process_time()
            network.forward(steps)
            took = min(took, (time.process_time() - begun) / len(texts))
        print(
            f"{isa}: {1 / took:,.0f} texts/s, {work / took / 1e9:.0f} GFLOP/s, "
            f"{work / took / peak:.0%} of {peak / 1e9:.0f}, which are {peak / work:,.0f} texts/s"
        )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
