"""Who recalls how far back: python benchmarks/recall.py PART … --out FILE.jsonl

    promise    the plain RNN at 500 (5 seeds), 1,000 and 2,000 steps (3 seeds); every cell at 2,000
    printed    torch's default plain RNN, trained at each length as it is, 300 and 3,000 batches
    parts      what lengthens memory, one by one: initial weights × growing × varying lengths
    anywhere   the same with the symbol anywhere but last
    reach      each cell as far as it goes in a time: --minutes 10 --threads 2

Each run appends one line of JSON. `python benchmarks/recall.py figure FILE.jsonl FIGURE.html` draws
recall by length of the runs of `printed` and `reach`.
"""

import argparse
import json
import time
from itertools import product
from pathlib import Path

import torch

from elman.memory.recall.asked import Recall
from elman.memory.recall.measure import recall
from elman.memory.recall.screen import figure
from elman.memory.recall.starts import CELLS


def promise(arguments):
    for steps, seeds in ((500, 5), (1000, 3), (2000, 3)):
        for seed in range(seeds):
            yield Recall("rnn", steps, seed=seed, time_limit_s=120)
    for cell in CELLS:
        if cell != "rnn":
            # torch multiplies an LRU's outputs at every step, and one is read: 32 units are enough
            units = 32 if cell == "lru" else 128
            yield Recall(cell, 2000, hidden_size=units, time_limit_s=60 * arguments.minutes)


def printed(arguments):
    for steps, batches, seed in product((5, 10, 15, 20, 30, 50, 100), (300, 3000), range(3)):
        plain = {"init": "torch", "grow": False, "vary": False}
        yield Recall("rnn", steps, seed=seed, most_train_steps=batches, **plain)


def parts(arguments):
    inits = ("torch", "orthogonal", "identity", "latch")
    limits = {"time_limit_s": 40, "most_train_steps": 1500}
    for init, grow, vary in product(inits, (False, True), (False, True)):
        yield Recall("rnn", 1000, init, grow=grow, vary=vary, **limits)
    for grow, vary in ((True, False), (True, True)):
        yield Recall(
            "rnn", 1000, "orthogonal", grow=grow, vary=vary, keep_orthogonal=True, **limits
        )


def anywhere(arguments):
    for cell, init in (("rnn", "orthogonal"), ("rnn", "identity"), ("gru", ""), ("lstm", "")):
        yield Recall(cell, 500, init, place="anywhere", time_limit_s=60)


def reach(cell, arguments):
    """Four times as far after each success, while there is time; yields every run."""
    left, steps = 60 * arguments.minutes, 2000
    while left > 1:
        begun = time.perf_counter()
        report = recall(Recall(cell, steps, time_limit_s=left, judge_on=500))
        left -= time.perf_counter() - begun
        yield report
        if report["accuracy"] < 0.99:
            return
        steps *= 4


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("parts", nargs="+")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cell", default=",".join(CELLS))
    arguments = parser.parse_args()
    if arguments.parts[0] == "figure":
        draw(*arguments.parts[1:])
        return
    torch.set_num_threads(arguments.threads)
    for part in arguments.parts:
        runs = (
            (report for cell in arguments.cell.split(",") for report in reach(cell, arguments))
            if part == "reach"
            else (recall(asked) for asked in globals()[part](arguments))
        )
        for report in runs:
            line = json.dumps({"part": part, "threads": arguments.threads, **report})
            print(line, flush=True)
            if arguments.out:
                with arguments.out.open("a") as file:
                    file.write(line + "\n")


def draw(source, target):
    runs = [json.loads(line) for line in Path(source).read_text().splitlines()]
    shown, names = [], []
    tried = [r for r in runs if r["part"] == "printed" and r["train_steps"] <= 300]
    if tried:
        # one net a length, each judged at its own
        points = [
            [steps, sum(r["right"] for r in tried if r["steps"] == steps),
             sum(r["judged_on"] for r in tried if r["steps"] == steps)]
            for steps in sorted({r["steps"] for r in tried})
        ]  # fmt: skip
        shown.append({"by_length": points})
        names.append("rnn as torch starts it, 300 batches of that length")
    for cell in CELLS:
        solved = [r for r in runs if r["part"] == "reach" and r["cell"] == cell]
        solved = [r for r in solved if r["accuracy"] >= 0.99]
        if solved:
            shown.append(solved[-1])
            names.append(f"{cell}, {solved[-1]['init']}")
    figure(shown, names).write_html(target)


if __name__ == "__main__":
    main()
