"""Commands and errors on a narrow screen: long names of files, columns, classes; wide letters."""

from __future__ import annotations

import csv
import random

import pytest

from tests.cli.command import elman
from tests.screens import too_wide

FILE = "reviews that somebody gave a very long name with spaces, for the second quarter.csv"
TEXT, LABEL = (
    "what the customers wrote to us in the second quarter",
    "判定された感情のラベル（四半期）",
)
CLASSES = [
    "最高の映画でした感想文" * 4,
    "negative, as far as anybody can tell from words",
    "so-so" * 20,
]
WORD = dict(zip(CLASSES, ["great", "bad", "soso"], strict=True))

WIDTHS = pytest.mark.parametrize("columns", [60, 80])


def write(path, columns=(TEXT, LABEL), rows=150):
    pick = random.Random(1)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for _ in range(rows):
            label = pick.choice(CLASSES)
            words = pick.choices(["the", "film", "was", "映画", "a", "plot"], k=pick.randint(2, 30))
            writer.writerow([" ".join([WORD[label], *words]), label])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("screens")
    write(folder / FILE)
    write(folder / "other.csv", columns=[f"列の名前 number {n} of many" for n in range(2)])
    days = [f"2024-01-{day:02d},{1e6 + (day * 7) % 11}" for day in range(1, 32)]
    (folder / "series.csv").write_text("\n".join(["day,sales", *days]))
    elman("train", "series.csv", "--out", "f", "--horizon", 3, "--threads", 1, cwd=folder)
    return folder


@pytest.fixture(scope="module", params=[60, 80])
def trained(request, place):
    words = [
        "train",
        FILE,
        "--header",
        "--out",
        f"m{request.param}",
        "--text",
        TEXT,
        "--label",
        LABEL,
    ]
    done = elman(*words, "--threads", 1, "--epochs", 2, columns=request.param, cwd=place)
    return request.param, place, done


def test_training_fits(trained):
    columns, _, done = trained
    assert "judged on" in done.stdout
    assert not too_wide(done.stdout + done.stderr, columns)


def test_every_look_at_the_model_fits(trained):
    columns, place, _ = trained
    model = f"m{columns}"
    for words in (
        ["evaluate", model],
        ["evaluate", model, FILE, "--header"],
        ["predict", model, "--input", FILE, "--out", f"a file of answers {columns}.csv"],
        ["drift", model, FILE, "--header"],
        ["explain", model, "great film 映画 was bad and " + "so on " * 12],
        ["predict", model, "-v", "great film"],
        ["evaluate", model, "other.csv"],
        ["evaluate", model, FILE, "--label", "other"],
    ):
        done = elman(*words, columns=columns, cwd=place, code=None, terminal=True)
        assert done.stdout + done.stderr
        assert not too_wide(done.stdout + done.stderr, columns), words


@WIDTHS
def test_forecasts_fit(place, columns):
    for words in (["predict", "f"], ["evaluate", "f", "series.csv"], ["update", "f", "series.csv"]):
        done = elman(*words, columns=columns, cwd=place, code=None, terminal=True)
        assert not too_wide(done.stdout + done.stderr, columns), words
    shown = elman("predict", "f", columns=columns, cwd=place, terminal=True).stdout
    assert "│" in shown  # drawn for whoever looks
    assert "\t" not in shown
    assert "│" not in elman("predict", "f", columns=columns, cwd=place).stdout


ERRORS = [
    ["train", "no such file, whatever it may be called by those who look for it.csv", "--out", "m"],
    ["train", f"{'deep/' * 20}file.csv", "--out", "m"],
    ["train", FILE, "--out", "m", "--text", "a column that is called otherwise in this file"],
    ["train", "other.csv", "--out", "m", "--label", "列の名前 number 7 of many"],
    ["train", FILE, "--out", "m", "--preset", "fats"],
    ["train", FILE, "--out", "m", "--presett", "fast"],
    ["train", FILE, "--out", "m", "--seed", "x" * 90],
    ["train", FILE],
    ["trian"],
    ["predict", FILE, "a"],
    ["predict", "f", "a"],
    ["predict", "f", "--input", FILE],
    ["evaluate", "f", FILE],
    ["explain", "f", "x"],
    ["bench", "--cell", "grru"],
    ["recall", "--hidden-size", "0"],
    ["train", FILE, "--out", "m", "-q", "-v"],
]


@WIDTHS
@pytest.mark.parametrize("words", ERRORS, ids=lambda words: " ".join(words)[:30])
def test_errors_fit_and_hang(place, columns, words):
    done = elman(*words, columns=columns, cwd=place, code=2)
    assert not too_wide(done.stdout + done.stderr, columns)
    told = done.stderr[done.stderr.index("error:") :]
    assert " ".join(told.split())[7:].strip()
    whole = elman(*words, cwd=place, code=2).stderr
    assert "".join(done.stderr.split()) == "".join(whole.split())


@WIDTHS
def test_recall_fits(columns):
    asked = ["recall", "--steps", 20, "--train-steps", 3, "--hidden-size", 8]
    done = elman(*asked, columns=columns, code=None)
    assert "fresh sequences" in done.stdout
    assert not too_wide(done.stdout + done.stderr, columns)


def test_who_asks_for_more_columns_gets_sentences_whole(place):
    done = elman(*ERRORS[2], columns=9999, cwd=place, code=2)
    assert len(max(done.stderr.splitlines(), key=len)) > 100


def test_json_has_no_width(place):
    asked = ["evaluate", "f", "series.csv", "--json"]
    assert (
        elman(*asked, columns=60, cwd=place).stdout == elman(*asked, columns=200, cwd=place).stdout
    )
