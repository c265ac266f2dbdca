"""Rows a second and losses of a training in one process and in several, in turns.

python benchmarks/processes.py [--rows N] [--rounds N] [--processes N] [--option=VALUE …]

Makes a file of so many texts (as `benchmarks/disk.py`, three joined), and trains the chapter's
model, which drops nothing at random, with 128 units unless told otherwise: `elman train` with one
thread, and the same under `torchrun --nproc-per-node N` with one thread each. Shown are the rows a
second of the training itself (stage `fit`, its validation included), the ratio of each round, and
by how much the losses of all epochs differ at most.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import disk


def train(data: Path, out: Path, processes: int, options: list[str]) -> dict:
    command = [sys.executable]
    if processes > 1:
        command += ["-m", "torch.distributed.run", f"--nproc-per-node={processes}"]
        command += ["--master-addr=127.0.0.1", "--master-port=29517"]
    command += ["-m", "elman", "train", str(data), "--out", str(out), "--force", "-q", *options]
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    return json.loads((out / "metrics.json").read_text())


def main() -> None:
    read = argparse.ArgumentParser()
    read.add_argument("--rows", type=int, default=20_000)
    read.add_argument("--rounds", type=int, default=3)
    read.add_argument("--processes", type=int, default=2)
    asked, options = read.parse_known_args()
    given = ["--preset=chapter", "--no-baselines", "--epochs=1", *options]
    if not any(option.startswith("--hidden-size") for option in options):
        given.append("--hidden-size=128")
    ratios = []
    with tempfile.TemporaryDirectory(dir=".") as place:
        folder = disk.write(Path(place, "rows"), 10 * asked.rows, parts=1)
        data = Path(place, "long.csv")
        rows = (folder / "part-000.csv").read_text(encoding="utf-8").splitlines()[1:]
        with open(data, "w", encoding="utf-8") as file:
            file.write("text,label\n")
            for n in range(0, len(rows), 10):
                texts = [row.rpartition(",")[0] for row in rows[n : n + 10]]
                file.write(f"{' '.join(texts)},{rows[n].rpartition(',')[2]}\n")
        for number in range(asked.rounds):
            found = {n: train(data, Path(place, f"model-{n}"), n, given)
                     for n in (1, asked.processes)}  # fmt: skip
            rate = {}
            for n, report in found.items():
                steps = report["training"]["steps"]
                done = len(report["training"]["history"][0]) * report["rows"]["train"]
                rate[n] = done / report["seconds"]["fit"]
                print(f"{n} process(es): {rate[n]:,.0f} rows/s, {steps:,} steps in "
                      f"{report['seconds']['fit']:.1f} s", flush=True)  # fmt: skip
            ratios.append(rate[asked.processes] / rate[1])
            one, many = (
                [h["loss"] for h in report["training"]["history"][0]] for report in found.values()
            )
            apart = max(abs(a - b) for a, b in zip(one, many, strict=True))
            print(
                f"round {number + 1}: {ratios[-1]:.2f} times as many, losses differ by {apart:.1e}"
            )
    print(f"median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
