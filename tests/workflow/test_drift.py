"""`elman drift` as a shell and a timer see it, and what training records for it."""

from __future__ import annotations

import json
import random

import pytest

import elman
from elman.artifact import HELD_OUT
from elman.errors import OptionError
from elman.workflow import drift as workflow
from tests.cli.command import elman as command
from tests.tasks.classify.small import reviews, write_csv


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drift")
    data = write_csv(folder / "reviews.csv", reviews(1200))
    elman.train(data, folder / "model", baselines=False, threads=1)
    return folder / "model"


def spoilt(rows, seed):
    pick = random.Random(seed)
    for text, label in reviews(rows, seed):
        yield " ".join(w if pick.random() < 0.85 else "zzz" for w in text.split()), label


@pytest.fixture
def same(tmp_path):
    return write_csv(tmp_path / "same.csv", reviews(300, seed=7))


@pytest.fixture
def other(tmp_path):
    return write_csv(tmp_path / "other.csv", spoilt(300, seed=8))


def test_the_command_says_a_sentence_a_measure_and_one_what_to_do(model, same, other):
    lines = command("drift", model, same).stdout.splitlines()
    assert lines[0].startswith('Text: "text"')
    held_out = len(json.loads((model / HELD_OUT).read_text())["label"])
    assert lines[1] == f"300 rows, beside {held_out} held out in training"
    assert [line.split(":")[0] for line in lines[3:7]] == [
        "Unknown words",
        "Length",
        "Answers",
        "Probability of the answer",
    ]
    assert all(line.endswith("no more than chance explains") for line in lines[3:7])
    assert lines[8] == "Nothing to see: the new rows are like those that training held out."
    said = command("drift", model, other).stdout
    assert "Unknown words: 1" in said
    assert "more than chance explains, and large" in said
    assert "Drift for the worse: unknown words" in said


def test_a_timer_can_go_by_the_exit_code(model, same, other, tmp_path):
    command("drift", model, same, "--fail-on-drift", code=0)
    command("drift", model, other, code=0)
    done = command("drift", model, other, "--fail-on-drift", "--json", code=1)
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["drift"], report["verdict"]) == (True, "retrain")
    few = write_csv(tmp_path / "few.csv", spoilt(20, seed=8))
    assert "cannot be told" in command("drift", model, few, "--fail-on-drift", code=0).stdout
    assert "none.csv" in command("drift", model, tmp_path / "none.csv", code=2).stderr


def test_files_are_opened_as_predict_opens_them(model, tmp_path):
    path = tmp_path / "old.csv"
    rows = [f"{n};{text} café" for n, (text, _) in enumerate(reviews(100, seed=4))]
    path.write_bytes("\n".join(["number;words", *rows, ""]).encode("cp1252"))
    done = command("drift", model, path, "--encoding", "cp1252", "--text", "words", "--json")
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["rows"], report["rejected"]) == (100, 0)
    assert 'Text: "words"' in report["said"]
    with pytest.raises(OptionError, match="drift takes no --seed"):
        elman.drift(model, path, seed=3)


def test_texts_are_taken_from_python_and_bad_rows_counted(model, tmp_path):
    texts = [text for text, _ in reviews(60, seed=5)]
    assert elman.drift(elman.load(model), texts)["rows"] == 60
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(["text,label", *(f"{t},x" for t in texts), "one,two,three", ""]))
    report = elman.drift(model, path)
    assert (report["rows"], report["rejected"]) == (61, 1)
    assert "61 rows, 1 of them rejected, beside" in "\n".join(workflow.lines(report))


def test_what_is_recorded_is_of_the_held_out_rows_as_the_saved_model_answers_them(model):
    held_out = json.loads((model / HELD_OUT).read_text(encoding="utf-8"))
    rows = list(reviews(1200))
    texts = [rows[line - 2][0] for line in held_out["line"]]  # line 1 has the names
    assert held_out["truth"] == [rows[line - 2][1] for line in held_out["line"]]
    assert held_out["length"] == [len(text.split()) for text in texts]
    said = elman.load(model).predict(texts)
    assert held_out["label"] == [prediction.label for prediction in said]
    wanted = [prediction.probability for prediction in said]
    assert held_out["probability"] == pytest.approx(wanted, abs=1e-4)


def test_of_very_many_held_out_rows_one_in_so_many_is_recorded(model, tmp_path, monkeypatch):
    monkeypatch.setattr(workflow, "MOST_RECORDED", 50)
    data = write_csv(tmp_path / "reviews.csv", reviews(1200))
    elman.train(data, tmp_path / "m", baselines=False, threads=1, time_limit="0.2s")
    lines = json.loads((tmp_path / "m" / HELD_OUT).read_text())["line"]
    whole = json.loads((model / HELD_OUT).read_text())["line"]
    assert lines == whole[:: -(-len(whole) // 50)]
    assert 30 <= len(lines) <= 50
