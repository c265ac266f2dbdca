"""Translate Multi30k: train, choose on its validation part, judge once on test 2016.

python benchmarks/translation.py FOLDER OUT [SOURCE TARGET [SEED [LIMIT]]]

FOLDER holds multi30k as github.com/multi30k/dataset has it, SOURCE and TARGET are de and en or the
other way round; the model stays in OUT. On one thread, for no longer than LIMIT, as 45m. A line of
JSON goes to standard output: BLEU with its signature, chrF, the opponents' figures, the verdict,
and seconds; to standard error every pass over the pairs.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from elman.training.listener import Listener
from elman.training.problem import Progress
from elman.workflow.train import train_report

FIGURES = ("bleu", "bleu_ci95", "bleu_signature", "bleu_lower_case", "chrf", "chrf_signature")


class Shown(Listener):
    """Says on standard error what is going on."""

    def say(self, line: str = "") -> None:
        print(line, file=sys.stderr, flush=True)

    warn = say

    @contextmanager
    def training(self, label: str) -> Iterator[Callable[[Progress], None]]:
        def report(progress: Progress) -> None:
            if progress.history and progress.step == 1:
                self.say(f"{progress.elapsed_s:.0f} s {progress.history[-1]}")

        yield report


def main(folder: Path, out: Path, source: str, target: str, seed: int, limit: str) -> None:
    place = folder / "multi30k"
    options = {
        "target": str(place / f"train.{target}.gz"),
        "validation": str(place / f"val.{source}.gz"),
        "validation_target": str(place / f"val.{target}.gz"),
        "test": str(place / f"test_2016_flickr.{source}.gz"),
        "test_target": str(place / f"test_2016_flickr.{target}.gz"),
        "seed": seed,
        "time_limit": limit or None,
        "force": True,
    }
    report = train_report(place / f"train.{source}.gz", out, None, options, Shown())
    shown = {name: report["metrics"][name] for name in FIGURES}
    others = {name: rival["bleu"] for name, rival in report["baselines"].items()}
    training = {name: report["training"][name] for name in ("epochs", "validation_bleu")}
    print(
        json.dumps(
            {"pair": f"{source}-{target}", "seed": seed, **shown, "opponents": others, **training}
            | {"verdict": report["verdict"], "seconds": report["seconds"]}
        )
    )


if __name__ == "__main__":
    source, target, seed, limit = [*sys.argv[3:], *["de", "en", "0", ""][len(sys.argv) - 3 :]]
    main(Path(sys.argv[1]), Path(sys.argv[2]), source, target, int(seed), limit)
