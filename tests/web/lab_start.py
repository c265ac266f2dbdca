"""`python -m tests.web.lab_start [MODEL …]` prints how soon the lab answers after its command."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import urllib.request

_TIMES = 7


def once(models: list[str]) -> tuple[float, int]:
    """Return the seconds from the command to the whole page, and the bytes of it."""
    command = [sys.executable, "-m", "elman", "lab", *models, "--no-browser", "--json"]
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            with urllib.request.urlopen(address, timeout=60) as came:
                size = len(came.read())
            return time.perf_counter() - begin, size
        finally:
            process.terminate()


def main() -> None:
    took, sizes = zip(*(once(sys.argv[1:]) for _ in range(_TIMES)), strict=True)
    print(
        f"{statistics.median(took):.2f} s from the command to the page, of {_TIMES} times "
        f"{min(took):.2f} to {max(took):.2f} s; {sizes[0]:,} bytes"
    )


if __name__ == "__main__":
    main()
