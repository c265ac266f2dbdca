"""The service under load, on loopback: how many answers a second, and whether each is right.

python benchmarks/serve.py MODEL TEXTS [--column text] [--seconds 10] [--clients 128]
python benchmarks/serve.py MODEL TEXTS --overload 4 --seconds 60 --clients 1000
python benchmarks/serve.py MODEL TEXTS --soak --seconds 600

The service has one core and the clients another. Every answer is compared, bit for bit, with what
`predict` says of the same text in this process. --overload sends so many times what was answered a
second in a first run; only answers, 429 and 503 may come, and none may be lost. --soak looks at the
service's memory all the while. Ends with an error where any of that does not hold.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import elman
from elman import tasks

CLIENTS = Path(__file__).with_name("serve_clients.py")
TEXTS = 4096
CROWD = 128
ALLOWED = {"usual": {200}, "overload": {200, 429, 503}}


def texts_of(path: Path, column: str) -> list[str]:
    """Return the texts of a csv file."""
    csv.field_size_limit(2**24)
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8", newline="") as file:
        return [row[column] for row in itertools.islice(csv.DictReader(file), TEXTS)]


@contextmanager
def serving(
    model: Path, core: int, options: list[str]
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the service on one core; yield its process and port."""
    command = ["taskset", "-c", str(core), sys.executable, "-m", "elman", "serve", str(model)]
    command += ["--port", "0", *options]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield process, int(line.rpartition(":")[2])
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
            if code:
                raise SystemExit(f"the service ended with {code}")
        finally:
            process.kill()
            process.wait()


def load(given: argparse.Namespace, port: int, bodies: Path, rate: float) -> dict[str, Any]:
    """Send requests for a while; return what came back."""
    out = bodies.with_name("answers.jsonl")
    command = ["taskset", "-c", str(given.cores[1]), sys.executable, str(CLIENTS), str(port)]
    command += [str(bodies), "--path", f"/v1/models/{given.model.resolve().name}/predict"]
    command += ["--clients", str(given.clients), "--seconds", str(given.seconds)]
    command += ["--out", str(out), "--rate", str(rate)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"answers": out}


def judged(found: dict[str, Any], expected: list[Any], allowed: set[int]) -> dict[str, Any]:
    """Compare every answer; return the figures."""
    seconds, wrong = [], 0
    with open(found.pop("answers"), encoding="utf-8") as file:
        for line in file:
            body, status, took, text = json.loads(line)
            if status == 200:
                seconds.append(took)
                wrong += json.loads(text)["answer"] != expected[body]
    seconds.sort()
    figures = found | {
        "answers_a_second": len(seconds) / found["seconds"],
        "p50_ms": 1000 * statistics.median(seconds),
        "p99_ms": 1000 * seconds[int(0.99 * len(seconds))],
        "longest_ms": 1000 * seconds[-1],
        "over_a_second": sum(took > 1 for took in seconds),
        "differ_from_predict": wrong,
    }
    strange = {int(status) for status in found["by_status"]} - allowed
    if wrong or strange or found["lost"] or found["hung"]:
        raise SystemExit(json.dumps(figures | {"strange": sorted(strange)}, indent=1))
    return figures


def resident_mib(process: int) -> float:
    """Return the memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--column", default="text")
    parser.add_argument("--clients", type=int, default=CROWD)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--cores", type=int, nargs=2, default=(0, 1))
    parser.add_argument("--overload", type=float, default=0.0)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--options", nargs="*", default=[], help="of elman serve, without dashes")
    given = parser.parse_args()
    texts = texts_of(given.texts, given.column)
    model = elman.load(given.model)
    wire = tasks.named(model.task).wire()
    expected = [json.loads(json.dumps(wire.answer(answer))) for answer in model.predict(texts)]
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts):,} texts of {words:.0f} words", file=sys.stderr)
    options = [f"--{option}" if not option[0].isdigit() else option for option in given.options]
    with tempfile.TemporaryDirectory() as place:
        bodies = Path(place, "bodies.jsonl")
        bodies.write_text("".join(json.dumps({"item": text}) + "\n" for text in texts))
        with serving(given.model, given.cores[0], options) as (process, port):
            if given.soak:
                print(json.dumps(soaked(given, process.pid, port, bodies, expected), indent=1))
                return
            usual = argparse.Namespace(**vars(given))
            usual.seconds, usual.clients = min(given.seconds, 5.0), min(given.clients, CROWD)
            first = judged(load(usual, port, bodies, 0.0), expected, ALLOWED["usual"])
            if not given.overload:
                print(json.dumps(judged(load(given, port, bodies, 0.0), expected, {200}), indent=1))
                return
            rate = given.overload * first["answers_a_second"]
            found = judged(load(given, port, bodies, rate), expected, ALLOWED["overload"])
            print(json.dumps({"offered_a_second": rate, **found}, indent=1))


def soaked(
    given: argparse.Namespace, pid: int, port: int, bodies: Path, expected: list[Any]
) -> dict[str, Any]:
    """Load the service in pieces of half a minute, and look at its memory after each."""
    until, held, answered = time.monotonic() + given.seconds, [], 0.0
    given.seconds = min(30.0, given.seconds / 4)
    while time.monotonic() < until:
        figures = judged(load(given, port, bodies, 0.0), expected, {200})
        held.append(resident_mib(pid))
        answered += figures["answers_a_second"] * figures["seconds"]
        print(f"{held[-1]:.1f} MiB, {figures['answers_a_second']:.0f}/s", file=sys.stderr)
    growth = held[-1] - held[len(held) // 4]
    return {"answers": int(answered), "mib": [round(one, 1) for one in held], "growth_mib": growth}


if __name__ == "__main__":
    main()
