"""Small, skewed and many-classed cuts of real sets: `fast` beside TF-IDF + logistic regression.

python benchmarks/cuts.py FOLDER [CASE…]

FOLDER as of benchmarks/films.py and benchmarks/accuracy.py. Every case is cut three times, at
random, and judged on 2,000 other rows, of other films where the set has films. A line a case goes
to standard output: mean accuracy and macro F1 of the model, of TF-IDF and of the linear part, the
worst difference to TF-IDF, and its interval there.
"""

import csv
import gzip
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import elman
from elman.training.listener import Listener
from elman.workflow.train import train_report

CUTS = (0, 1, 2)
JUDGED = 2000


def rows_of(path: Path) -> list[dict]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imdb(folder: Path) -> list[tuple[str, object, str]]:
    """Return text, row and film."""
    films = {row["id"]: row["film"] for row in rows_of(folder / "imdb_small/films.csv")}
    rows = rows_of(folder / "imdb_small/train.csv.gz")
    return [(row["text"], row, films[row["id"]]) for row in rows]


def some(rows: list, size: int, cut: int) -> tuple[list, list]:
    """Cut rows to learn from and rows to judge, of different groups where they have any."""
    draw = random.Random(cut)
    together: dict = {}
    for n, row in enumerate(rows):
        together.setdefault(n if row[2] is None else row[2], []).append(row[:2])
    groups = list(together.values())
    draw.shuffle(groups)
    judged: list = []
    while len(judged) < JUDGED:
        judged += groups.pop()
    learnt = [row for group in groups for row in group]
    draw.shuffle(learnt)
    return learnt[:size], judged


def cases(folder: Path) -> dict:
    """Name every case: what it is cut from, and how many rows."""
    films = imdb(folder)
    reviews = [(text, row["label"], film) for text, row, film in films]
    sst2 = [(r["text"], r["label"], None) for r in rows_of(folder / "sst2/train.csv")]
    news = [
        (r["title"] + "\n" + r["description"], r["label"], None)
        for r in rows_of(folder / "ag_news/train.csv.gz")
    ]
    found = {}
    for name, rows in (("imdb", reviews), ("sst2", sst2), ("ag", news)):
        for size in (200, 1000, 5000):
            found[f"{name}:{size}"] = (rows, min(size, len(rows) - JUDGED))
    draw = random.Random(0)
    skewed = [row for row in reviews if row[1] == "1" or draw.random() < 0.02]
    found["imdb 98:2"] = (skewed, 4000)
    often = [film for film, _ in Counter(film for *_, film in films).most_common(60)]
    found["60 films"] = ([(t, film, None) for t, _, film in films if film in often], 900)
    several = [
        (t, ["good"] * (r["label"] == "1") + ["strong"] * (r["rating"] in ("1", "10")), film)
        for t, r, film in films
    ]
    found["several labels"] = (several, 4000)
    return found


def main(folder: Path, names: list[str]) -> None:
    every = cases(folder)
    for name in names or every:
        rows, size = every[name]
        lines = []
        for cut in CUTS:
            if name == "60 films":  # which are the classes
                random.Random(cut).shuffle(rows)
                learnt, judged = [r[:2] for r in rows[:size]], [r[:2] for r in rows[size:]]
            else:
                learnt, judged = some(rows, size, cut)
            with tempfile.TemporaryDirectory() as place:
                files = [Path(place) / f"{part}.jsonl" for part in ("train", "test")]
                for file, part in zip(files, (learnt, judged), strict=True):
                    lines_of = (json.dumps({"text": t, "label": label}) for t, label in part)
                    file.write_text("\n".join(lines_of) + "\n")
                options = {"test": str(files[1]), "seed": cut, "allow_overlap": True}
                out = Path(place) / "model"
                report = train_report(files[0], out, "classify", options, Listener())
            tfidf = report["baselines"]["tfidf_logistic"]
            lines.append(
                {
                    "kept": report["kept"],
                    "accuracy": report["metrics"]["accuracy"],
                    "macro_f1": report["metrics"]["macro_f1"],
                    "tfidf": tfidf["accuracy"],
                    "tfidf_f1": tfidf["macro_f1"],
                    "above": tfidf["paired"]["difference"],
                    "ci95": tfidf["paired"]["ci95"],
                    "seconds": report["seconds"]["total"],
                }
            )
        worst = min(lines, key=lambda line: line["above"])
        means = {
            key: round(sum(line[key] for line in lines) / len(lines), 4)
            for key in ("accuracy", "macro_f1", "tfidf", "tfidf_f1", "above", "seconds")
        }
        kept = " ".join(line["kept"] for line in lines)
        spread = [round(end, 4) for end in worst["ci95"]]
        said = {"case": name, "kept": kept, **means, "worst": round(worst["above"], 4)}
        print(json.dumps(said | {"worst_ci95": spread}), flush=True)


if __name__ == "__main__":
    assert elman.__version__
    main(Path(sys.argv[1]), sys.argv[2:])
