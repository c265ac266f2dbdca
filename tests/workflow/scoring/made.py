"""Files to be answered, models that answer them, and what the plain command says of each."""

from __future__ import annotations

import json
import random

import polars as pl

import elman
from elman.workflow.predict import predict_file
from tests.hostile.models import KINDS

WORDS = ["not", "a", "good", "film", "the", "plot", "was", "dull", "and", "bad", "hated", "it"]


def texts(count, seed=0):
    """Rows of which some hold no text, and some have line breaks and quotes."""
    draw = random.Random(seed)
    rows = []
    for n in range(count):
        text = " ".join(draw.choices(WORDS, k=draw.randint(1, 8)))
        odd = draw.random()
        if odd < 0.02:
            text = None
        elif odd < 0.05:
            text += '\nsaid "the end", twice\n'
        rows.append({"id": n, "text": text})
    return rows


def job(place, rows=4000):
    """A model, and a folder of three files, of which each kind can be cut."""
    KINDS["binary"](place / "m")
    folder = place / "in"
    folder.mkdir()
    frame = pl.DataFrame(texts(rows))
    frame.write_csv(folder / "a.csv")
    frame.write_ndjson(folder / "b.jsonl")
    frame.write_parquet(folder / "c.parquet", row_group_size=rows // 3)
    return place


def said(folder):
    """All rows of the parts and of the rejects, as sorted lines."""
    parts = sorted(folder.glob("part-*"))
    rejects = sorted((folder / "_rejects").glob("*"))
    return tuple(
        sorted(line for path in paths for line in path.read_text().splitlines())
        for paths in (parts, rejects)
    )


def plainly(place, names=("a.csv", "b.jsonl", "c.parquet"), keep="id"):
    """The same rows, as the plain command answers each file."""
    model, found = elman.load(place / "m"), ([], [])
    for name in names:
        output, rejects = place / "plain.jsonl", place / "plain-rejects.jsonl"
        predict_file(model, place / "in" / name, {}, output=output, rejects=rejects, keep=keep)
        for path, lines in zip((output, rejects), found, strict=True):
            if path.exists():
                each = map(json.loads, path.read_text().splitlines())
                lines += [json.dumps({"file": name} | row, ensure_ascii=False) for row in each]
        rejects.unlink(missing_ok=True)
    return tuple(map(sorted, found))
