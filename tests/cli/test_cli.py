"""The command line as a person meets it: outputs, exit codes, messages."""

from __future__ import annotations

import json

import pytest

from elman.data.builtin.grammar import DEMO_TEXTS
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

SERIES = "\n".join(["day,sales", *(f"2024-01-{d:02d},{50 + (d * 7) % 11}" for d in range(1, 32))])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli")
    write_csv(path / "reviews.csv", reviews(400))
    (path / "series.csv").write_text(SERIES * 1)
    return path


@pytest.fixture(scope="module")
def model(folder):
    elman("train", folder / "reviews.csv", "--out", folder / "model", "--threads", 1)
    return folder / "model"


def test_train_prints_comparison_and_verdict_and_json_last(folder):
    out = folder / "other"
    done = elman("train", folder / "reviews.csv", "--out", out, "--threads", 1, "--json")
    assert done.stdout.count("\n") == 1
    report = json.loads(done.stdout)
    assert report["model"] == str(out)
    assert "TF-IDF(1,2) + logistic regression" in done.stderr
    assert report["verdict"] in done.stderr
    for part in ("load", "tokenize", "fit", "total"):
        assert report["seconds"][part] >= 0


def test_predict_texts(model):
    done = elman("predict", model, "a lovely film", "a dull film", "--json")
    *shown, last = done.stdout.splitlines()
    assert shown == []
    rows = json.loads(last)["predictions"]
    assert [row["label"] for row in rows] == ["pos", "neg"]
    assert set(rows[0]) >= {"label", "probability", "probabilities"}
    assert done.stderr.splitlines()[0].split("\t")[0] == "pos"


def test_dont_know_below_a_confidence(model):
    done = elman("predict", model, "a film", "--unsure-below", 0.9999)
    assert done.stdout.startswith("don't know\t")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_file_is_answered_in_order_and_bad_rows_are_accounted_for(folder, model, suffix):
    lines = (folder / "reviews.csv").read_text().splitlines()
    broken = [*lines[:50], "one,field,too,many", *lines[50:], "nul\0 byte,pos"]
    (folder / "new.csv").write_text("\n".join(broken) + "\n")
    answers = folder / f"answers{suffix}"
    elman("predict", model, "--input", folder / "new.csv", "--out", answers)
    rejects = (folder / f"answers{suffix}.rejects.jsonl").read_text().splitlines()
    assert [json.loads(r)["line"] for r in rejects] == [51, 403]
    assert "4 fields where the header has 2" in rejects[0]
    rows = answers.read_text().splitlines()
    if suffix == ".csv":
        assert rows.pop(0).startswith("line,label,probability,probabilities.neg")
        numbers = [int(row.split(",")[0]) for row in rows]
    else:
        numbers = [json.loads(row)["line"] for row in rows]
    assert numbers == [n for n in range(2, 403) if n != 51]


def test_stream_ends_where_predict_is(model):
    text = "the plot was dull and the cast was lovely"
    done = elman("stream", model, input=text + "\n")
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [s["read"] for s in steps] == text.split()
    whole = json.loads(elman("predict", model, text, "--json").stdout)["predictions"][0]
    assert steps[-1]["probability"] == pytest.approx(whole["probability"], abs=1e-5)


def test_evaluate_shows_confusion_and_errors(folder, model):
    done = elman("evaluate", model, folder / "reviews.csv")
    assert "confusion" in done.stdout
    assert "400 rows" in done.stdout


def test_rows_of_a_class_that_is_none_are_said_with_the_nearest(folder, model):
    lines = (folder / "reviews.csv").read_text().splitlines()
    lines[1:4] = [
        line[:-3] + wrong for line, wrong in zip(lines[1:4], ["poz", "poz", "new"], strict=True)
    ]
    (folder / "odd.csv").write_text("\n".join(lines))
    done = elman("evaluate", model, folder / "odd.csv")
    assert "3 rows left out" in done.stderr
    assert '"poz" of 2 rows is no class of the training data. Did you mean "pos"?' in done.stderr
    assert '"new" of 1 row is no class of the training data. Did you mean "neg"?' in done.stderr
    (folder / "odd.csv").write_text("\n".join([lines[0], *[f"{n} a,poz" for n in range(9)]]))
    done = elman("evaluate", model, folder / "odd.csv", "--label", "label", code=2)
    assert 'line 2: class "poz". Did you mean "pos"? Choices: neg, pos.' in done.stderr


def test_series_from_file_to_forecast(folder):
    out = folder / "sales"
    done = elman("train", folder / "series.csv", "--out", out, "--horizon", 2, "--threads", 1)
    assert "task: forecast" in done.stdout
    assert "naive" in done.stdout
    lines = elman("predict", out).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["ds", "2024-02-01", "2024-02-02"]
    stream = elman("stream", out, input="50 57 53\n").stdout.splitlines()
    values = elman("predict", out, 50, 57, 53, "--json").stdout
    assert json.loads(stream[-1])["values"] == pytest.approx(json.loads(values)["values"], abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "nosuch.csv", "--out", "m"], "nosuch.csv: no such file"),
        (["train", "reviews.csv", "--out", "m", "--text", "txt"], 'Did you mean "text"'),
        (["train", "reviews.csv", "--out", "m", "--preset", "fats"], 'Did you mean "fast"'),
        (["train", "reviews.csv", "--out", "m", "--presett", "fast"], "--preset"),
        (["trian"], "Did you mean 'train'"),
        (["train", "reviews.csv"], "--out"),
        (["predict", "reviews.csv", "a"], "reviews.csv"),
        (["predict", "nosuch", "a"], "nosuch"),
        (["evaluate", "MODEL", "reviews.csv", "--label", "labl"], 'Did you mean "label"'),
        (["predict", "MODEL"], "nothing to predict"),
        (["predict", "MODEL", "--input", "reviews.csv", "--out", "a.xlsx"], "a.xlsx"),
        (["predict", "MODEL", "--input", "reviews.csv", "--out", "reviews.csv"], "input itself"),
        (["train", "reviews.csv", "--out", "m", "--resume"], "no interrupted run"),
    ],
)
def test_wrong_input_ends_with_two_and_says_what_to_do(folder, model, arguments, message):
    given = [str(model) if a == "MODEL" else a for a in arguments]
    done = elman(*given, code=2, cwd=folder)
    assert message in done.stderr
    assert done.stderr.startswith(("error: ", "task:"))
    assert not (folder / "m").exists()


def test_demo_solves_what_bags_of_words_cannot(tmp_path):
    done = elman("demo", "--out", tmp_path / "demo", "--json")
    report = json.loads(done.stdout)
    # another processor trains another net: of ten seeds the worst is right on 90.6 %
    assert report["metrics"]["accuracy"] >= 0.85
    assert report["baselines"]["tfidf_logistic"]["accuracy"] <= 0.80
    assert [p["text"] for p in report["predictions"]] == list(DEMO_TEXTS)
    assert {p["label"] for p in report["predictions"]} == {"positive", "negative"}
    assert "The model lies in" in done.stderr
