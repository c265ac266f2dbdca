"""Train the lab's own models on the package's own data, and pack them into `elman/web/models`.

    python web/models.py

Four classifiers of the chapter's size, which differ in their cell and in one how the state is
read, one of the preset fast, and a forecaster; and reviews for them to read. All follow from seeds.
"""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from elman import tasks
from elman.data.builtin.airline import airline
from elman.data.builtin.reviews import reviews
from elman.reporting.precision import choose_precision
from elman.training.listener import Listener
from elman.web.builtin import FOLDER, TEXTS
from elman.web.packed import packed
from elman.workflow.load import load
from elman.workflow.train import train_report

ROWS, SHOWN, TRIED = 8000, 300, 400
"""Reviews to train on, to look through in the lab, and on which smaller weights are tried."""
LEARNT_FROM, LOOKED_THROUGH, TRIED_ON = 0, 1, 2
"""The seeds of those reviews."""


class Kind(NamedTuple):
    """A model: what people read, and the options it is trained with."""

    title: str
    options: dict[str, Any]


CLASSIFIERS = {
    "rnn": Kind("RNN, reviews", {"preset": "chapter", "cell": "rnn"}),
    "gru": Kind("GRU, reviews", {"preset": "chapter", "cell": "gru"}),
    "lstm": Kind("LSTM, reviews", {"preset": "chapter", "cell": "lstm"}),
    "rnn-printed": Kind("RNN as printed, reviews", {"preset": "chapter", "as_printed": True}),
    "fast": Kind("RNN beside words and pairs, reviews", {"preset": "fast"}),
}
FORECASTER = Kind("Airline passengers", {"horizon": 12, "keep": "recurrent"})


def write(name: str, content: Any) -> None:
    """Write one file of the package, and say how large it is."""
    path = FOLDER / f"{name}.json"
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB", flush=True)


def train(name: str, kind: Kind, data: Any, task_name: str, items: list[Any], place: Path) -> None:
    """Train and pack one model; its weights are the smallest that answer `items` as it does."""
    report = train_report(data, place / name, task_name, {"seed": 0, **kind.options}, Listener())
    task, model = tasks.named(task_name), load(place / name)
    steps, contexts = zip(*map(model.codec.encode, items), strict=True)
    chosen = choose_precision(model, task, steps, contexts)
    figures = {
        key: report["metrics"][key] for key in ("accuracy", "mase") if key in report["metrics"]
    }
    print(f"{name}: {figures}; {chosen.said}", flush=True)
    parts = task.reporter().parts
    write(name, {"title": kind.title, **packed(model.info, chosen.precision, parts)})


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    shown = reviews(SHOWN, LOOKED_THROUGH)
    write(TEXTS, [{"text": text, "label": label} for text, label in shown])
    rows = reviews(ROWS, LEARNT_FROM)
    tried = [text for text, _ in reviews(TRIED, TRIED_ON)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, kind in CLASSIFIERS.items():
            alone = kind._replace(options={"baselines": False, **kind.options})
            train(name, alone, rows, "classify", tried, place)
        series, file = airline(), place / "airline.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out)
            table.writerow(("month", "passengers"))
            table.writerows((series.date(n), value) for n, value in enumerate(series.values))
        origins = [series.values[:n] for n in range(36, len(series.values))]
        train("airline", FORECASTER, str(file), "forecast", origins, place)


if __name__ == "__main__":
    main()
