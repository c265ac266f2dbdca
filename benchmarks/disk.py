"""How much memory a training from a folder of files takes, as its rows grow.

python benchmarks/disk.py MILLIONS… [--parts N] [--option=VALUE …]

Makes folders of csv files of so many million short made-up texts, trains on each with
`elman train`, options as given (by default no longer than 30 s in the loop), and looks at the
process every 20 ms. Shown are the seconds of each part and the peaks in MiB of

- anon: memory of the process's own (RssAnon), which nobody can take from it;
- all: with the pages of files that it has mapped (VmHWM), which the system drops when it needs
  room.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PIECE = 100_000


def write(folder: Path, rows: int, parts: int = 8) -> Path:
    """Write texts of 4 to 12 words, frequent and rare, of which one in a few tells the label."""
    folder.mkdir()
    draw = np.random.default_rng(0)
    words = np.array([f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in range(850)])
    telling = np.array([[f"bad{n}" for n in range(20)], [f"good{n}" for n in range(20)]])
    for part in range(parts):
        with open(folder / f"part-{part:03d}.csv", "w", encoding="utf-8") as file:
            file.write("text,label\n")
            left = rows * (part + 1) // parts - rows * part // parts
            while left:
                N = min(left, PIECE)
                left -= N
                lengths, labels = draw.integers(4, 13, N), draw.integers(0, 2, N)
                ranks = (len(words) ** draw.random(lengths.sum())).astype(int) - 1
                text = words[ranks].astype(object)
                ends = np.cumsum(lengths)
                there = draw.random(N) < 0.8
                text[ends[there] - 2] = telling[labels, draw.integers(0, 20, N)][there]
                each, begin = text.tolist(), 0
                for end, label in zip(ends.tolist(), labels.tolist(), strict=True):
                    file.write(f"{' '.join(each[begin:end])},{('neg', 'pos')[label]}\n")
                    begin = end
    return folder


def measured(data: Path, out: Path, options: list[str]) -> dict[str, float]:
    """Train in a process of its own; return peaks in MiB and seconds."""
    command = [sys.executable, "-m", "elman", "train", str(data), "--out", str(out), "--json"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    anon, all_of, when = 0, 0, 0.0
    begun = time.monotonic()
    while process.poll() is None:
        time.sleep(0.02)
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        found = dict(re.findall(r"(\w+):\s+(\d+) kB", status))
        if int(found.get("RssAnon", 0)) > anon:
            anon, when = int(found["RssAnon"]), time.monotonic() - begun
        all_of = max(all_of, int(found.get("VmHWM", 0)))
    text = process.communicate()[0]
    assert process.returncode == 0, process.returncode
    report = json.loads(text.splitlines()[-1])
    print({k: report[k] for k in ("rows", "metrics", "warnings")}, file=sys.stderr)
    return {"anon": anon / 1024, "all": all_of / 1024, "at": when, **report["seconds"]}


def main() -> None:
    given = [word for word in sys.argv[1:] if word.startswith("--")] or ["--time-limit=30s"]
    for millions in (word for word in sys.argv[1:] if not word.startswith("--")):
        with tempfile.TemporaryDirectory(dir=".") as place:
            data = write(Path(place, "rows"), round(1e6 * float(millions)))
            found = measured(data, Path(place, "model"), given)
            print(
                f"{millions} million rows:",
                *(f"{k} {v:,.0f}" for k, v in found.items()),
                flush=True,
            )


if __name__ == "__main__":
    main()
