"""How long a table of texts takes to load, and a small training from the start of the command.

python benchmarks/load.py ROWS [CHECKOUT…]

Makes a csv of so many short made-up reviews, with quotes, umlauts and line breaks, and one of
2,000. Each measure is a process of its own, the checkouts (by default this one) in turns,
twice; the least seconds of processor are shown, with the seconds by the clock of that process and
its most memory.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

READ = """
import sys, tempfile
from pathlib import Path
from elman.data.text import reader
reader.read_corpus(sys.argv[1], Path(sys.argv[2]))
"""

LOAD = """
import sys
from pathlib import Path
from elman import tasks
from elman.tasks.resolve import resolve
from elman.training.listener import Listener
learner = tasks.named("classify").learner()
learner.read(sys.argv[1], resolve("classify", {}, "train"), Path(sys.argv[2]), Listener())
"""

START = """
import sys
sys.argv = ["elman", "train", sys.argv[1], "--out", sys.argv[2] + "/m", "--no-baselines", "-q"]
from elman.cli.main import main
main()
"""


def write(path: Path, rows: int) -> None:
    """Write so many reviews of 10 to 20 words."""
    chance = random.Random(1)
    begins, ends = ("ba", "ke", "lo", "mi", "pra", "sto", "zu", "é"), ("", "e", "ing", "er", "ly")
    words = [f"{a}{b}{c}" for a in begins for b in ("n", "r", "st", "ck", "lm") for c in ends]
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "text", "label"])
        for n in range(rows):
            good = chance.random() < 0.5
            text = chance.choices(words, k=chance.randrange(10, 21))
            text[chance.randrange(10)] = chance.choice(
                ("great", "fine") if good else ("dull", "bad")
            )
            mark = chance.choices((" ", ", ", ' "', "\n"), (60, 30, 8, 2))[0]
            table.writerow([n, mark.join((text[0], " ".join(text[1:]))), ("neg", "pos")[good]])


def measured(code: str, checkout: str, *given: str) -> tuple[float, float, float]:
    """Seconds of processor, seconds by the clock, most MiB of a process."""
    with tempfile.TemporaryDirectory() as place:
        env = os.environ | {"PYTHONPATH": checkout, "OMP_NUM_THREADS": "1"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # the second turn reads what the first wrote
        begun = os.times().elapsed
        command = [sys.executable, "-c", code, *given, place]
        process = subprocess.Popen(command, env=env, cwd=place, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        assert status == 0, status
        clock = os.times().elapsed - begun
        return used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1024


def main(rows: int, *checkouts: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder, "many.csv"), Path(folder, "few.csv")
        write(many, rows), write(few, 2000)
        for name, code, file in (
            ("elman train --no-baselines, 2,000 rows, cold", START, few),
            (f"{rows:,} rows: records, columns, labels, words, hashes", READ, many),
            ("the same, examined and divided: all of `load`", LOAD, many),
        ):
            found: dict[str, list[tuple[float, float, float]]] = {c: [] for c in checkouts}
            for checkout in 2 * checkouts:
                found[checkout].append(measured(code, checkout, str(file)))
            for checkout, all_of in found.items():
                processor, clock, most = min(all_of)
                print(f"{processor:6.1f} s ({clock:.1f} by the clock), {most:,.0f} MiB: {name} "
                      f"[{Path(checkout).name}]", flush=True)  # fmt: skip


if __name__ == "__main__":
    here = str(Path(__file__).resolve().parents[1])
    main(int(sys.argv[1]), *(sys.argv[2:] or [here]))
