"""Tag English-EWT: train on its training part, judge once on its test part, and time the answers.

python benchmarks/tagging.py FOLDER OUT [SEED [WAY]]

FOLDER holds ud_ewt as github.com/UniversalDependencies/UD_English-EWT has it, packed; the model
stays in OUT; WAY is both or one. On one thread. A line of JSON goes to standard output: accuracy
with its interval, of known and unknown words, the opponents' figures, the verdict, seconds of
training, and words tagged a second: sentences in batches, and as a stream of sentences, where the
model streams, and of single words.
"""

import json
import sys
import time
from pathlib import Path

import elman
from elman.data.tagged.columns import read_columns
from elman.training.listener import Listener
from elman.workflow.train import train_report

TIMES = 5
"""Passes over the test part; the median is told."""


def main(folder: Path, out: Path, seed: int, way: str) -> None:
    parts = {name: folder / "ud_ewt" / f"en_ewt-ud-{name}.conllu.gz" for name in ("train", "test")}
    options = {"test": str(parts["test"]), "seed": seed, "one_way": way == "one", "force": True}
    report = train_report(parts["train"], out, None, options, Listener())
    shown = {
        name: value for name, value in report["metrics"].items() if name.startswith("accuracy")
    }
    others = {name: rival["accuracy"] for name, rival in report["baselines"].items()}
    told = {"seed": seed, "reads": report["reads"], "kept": report["kept"], **shown}
    told |= {"opponents": others, "verdict": report["verdict"], "seconds": report["seconds"]}
    print(json.dumps(told | {"words_a_second": speeds(out, parts["test"])}))


def speeds(out: Path, path: Path) -> dict[str, float]:
    """Return words a second of each way to ask."""
    model = elman.load(out)
    sentences = [list(of.words) for of in read_columns(path).sentences]
    words = sum(map(len, sentences))

    def streamed(pieces: list[list[str]]) -> None:
        stream = model.stream()
        for piece in pieces:
            stream.feed(piece)

    ways = {"batches": lambda: model.predict(sentences)}
    if not model.network.spec.bidirectional:
        ways["stream of sentences"] = lambda: streamed(sentences)
        ways["stream of words"] = lambda: streamed([[word] for of in sentences for word in of])
    found = {}
    for name, ask in ways.items():
        seconds = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            ask()
            seconds.append(time.perf_counter() - begun)
        found[name] = round(words / sorted(seconds)[TIMES // 2])
    return found


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    way = sys.argv[4] if len(sys.argv) > 4 else "both"
    main(Path(sys.argv[1]), Path(sys.argv[2]), seed, way)
