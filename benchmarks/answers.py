"""Time a saved classifier's answers as a program gets them: a list, a file, a short text, a stream.

    python benchmarks/answers.py MODEL FILE.csv [CHECKOUT …]

FILE has a column "text". Each checkout of elman (this one where none is named), such as one of the
version before, is run in turn, three times over; what is printed is the best of each, and the ratio
of the last to the first. `ELMAN_NATIVE=avx2` and `off` as ever.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3


def best(call, times: int, each: int = 1) -> float:
    """Seconds of one call."""
    found = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        for _ in range(each):
            call()
        found = min(found, (time.perf_counter() - begun) / each)
    return found


def measure(model: str, file: str) -> dict[str, float]:
    """What this process's elman takes."""
    import elman

    with open(file, encoding="utf-8", newline="") as rows:
        texts = [row["text"] for row in csv.DictReader(rows)][:2000]
    loaded = elman.load(model)
    loaded.predict(texts[:10])
    stream, words = loaded.stream(), " ".join(texts[:3]).split()[:200]
    found = {
        "predict(list), rows/s": len(texts) / best(lambda: loaded.predict(texts), 3),
        "a short predict, µs": 1e6 * best(lambda: loaded.predict(["a fine film"]), 30, 50),
        "stream.feed, µs": 1e6 * best(lambda: [*map(stream.feed, words)], 30) / len(words),
    }
    with open(file, encoding="utf-8", newline="") as rows:
        count = sum(1 for _ in csv.DictReader(rows))
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "elman", "predict", model, "--input", file]
        command += ["--out", str(Path(place, "out.jsonl"))]
        took = best(lambda: subprocess.run(command, check=True, capture_output=True), 1)
    return found | {"elman predict --input, rows/s with its start": count / took}


def main(model: str, file: str, *checkouts: str) -> None:
    """Run every checkout in a process of its own, and print."""
    trees = [*map(Path, checkouts)] or [Path(__file__).parents[1]]
    results: list[dict[str, float]] = [{} for _ in trees]
    for _ in range(ROUNDS):
        for tree, result in zip(trees, results, strict=True):
            environment = os.environ | {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
            command = [sys.executable, __file__, "--one", str(Path(model).absolute())]
            command.append(str(Path(file).absolute()))
            done = subprocess.run(
                command, env=environment, cwd=tree, check=True, capture_output=True, text=True
            )
            for name, value in json.loads(done.stdout).items():
                better = max if "rows/s" in name else min
                result[name] = better(result.get(name, value), value)
    for name, first in results[0].items():
        values = [result[name] for result in results]
        ratio = values[-1] / first if "rows/s" in name else first / values[-1]
        shown = ", ".join(f"{value:,.0f}" if value > 100 else f"{value:.1f}" for value in values)
        print(f"{name}: {shown}" + (f" ({ratio:.1f} ×)" if len(values) > 1 else ""))


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(json.dumps(measure(*sys.argv[2:])))
    else:
        main(*sys.argv[1:])
