"""Behaviour files: every kind read, failures counted, messages that help."""

from __future__ import annotations

import csv
import json

import pytest

from elman.errors import DataError, OptionError
from elman.tasks.classify.checklist.run import behave
from elman.tasks.classify.checklist.screen import lines as screen
from tests.attribution.models import counting, saved
from tests.attribution.test_series_explain import saved as saved_forecaster
from tests.cli.test_cli import elman

SCORES = {"good": 9.0, "bad": -9.0, "dull": -3.0, "plot": 0.5}
"""The probability of a text is the sigmoid of the mean of these over its words, by 1.7."""


@pytest.fixture
def model(tmp_path):
    return saved(tmp_path / "model", input_pools=("mean",), change=counting(SCORES))


def write(path, header, *rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


STATED = ("capability", "test", "text", "expected")


def test_stated_answers(model, tmp_path):
    path = write(
        tmp_path / "a.csv",
        STATED,
        ("Words", "one", "good", "pos"),
        ("Words", "one", "bad", "positive"),  # fails, most
        ("Words", "one", "dull", "POS"),  # fails, less
        ("Words", "two", "bad film", "0"),
        ("Negation", "not", "not bad", "not negative"),  # fails
        ("Negation", "not", "not good", "not neg"),
        ("Negation", "not", "the plot", "neutral"),  # left out
        ("Negation", "not", "", "pos"),  # left out
    )
    (report,) = behave(model, [path])
    assert (report["format"], report["n"], report["failures"]) == ("stated", 6, 3)
    totals = {c["capability"]: (c["n"], c["failures"]) for c in report["capabilities"]}
    assert totals == {"Negation": (2, 1), "Words": (4, 2)}
    assert report["skipped"] == {
        'expected "neutral", which is no class of the model': 1,
        "no text": 1,
    }
    tests = {(t["capability"], t["test"]): t for t in report["tests"]}
    assert list(tests) == [("Negation", "not"), ("Words", "one"), ("Words", "two")]
    assert (tests["Negation", "not"]["n"], tests["Negation", "not"]["failures"]) == (2, 1)
    one = tests["Words", "one"]
    assert one["rate"] == pytest.approx(2 / 3)
    assert one["rate_ci95"][0] < 2 / 3 < one["rate_ci95"][1] < 1
    assert [w["texts"] for w in one["worst"]] == [["bad"], ["dull"]]
    assert one["worst"][0]["line"] == 3
    assert tests["Words", "two"]["failures"] == 0


def test_changes_that_must_not_matter_or_only_one_way(model, tmp_path):
    up, down = ("must not go up", "must not go down by more than 0.01")
    path = write(
        tmp_path / "a.csv",
        ("text_original", "text_changed", "type", "expected"),
        ("film was good", "plot was good", "INV", "same prediction"),
        ("film was good", "film was bad", "inv", ""),  # fails
        ("the the dull the the the", "plot the the the the the", "INV", ""),  # other label, by 0.09
        ("bad film", "dull film", "DIR", down),  # fails: 93 % to 71 %
        ("bad film", "dull film", "DIR", "must not go down by more than 0.5"),
        ("dull film", "bad film", "DIR", down),
        ("dull film", "bad film", "DIR", up),  # fails: the same way back
        ("dull film", "dull film film", "DIR", up),
        ("dull film", "bad film", "DIR", "sideways"),  # left out
        ("dull film", "bad film", "DIR", "must not go up by more than nan"),  # left out
        ("dull film", "bad film", "DIR", "must not go up by more than -5"),  # left out
        ("dull film", "bad film", "X", ""),  # left out
        ("dull film", "", "INV", ""),  # left out
    )
    (report,) = behave(model, [path])
    assert (report["format"], report["n"], report["failures"]) == ("pairs", 8, 3)
    assert sum(report["skipped"].values()) == 5
    (test,) = report["tests"]
    assert (test["capability"], test["test"]) == ("all", "all")
    assert [w["line"] for w in test["worst"]] == [3, 5, 8]


def test_contrast_pairs(model, tmp_path):
    path = write(
        tmp_path / "a.csv",
        ("pair_id", "text_original", "label_original", "text_revised", "label_revised"),
        (1, "good film", 1, "bad film", 0),
        (2, "good film", 1, "not good film", 0),  # the revised is wrong
        (3, "not bad", 1, "bad", 0),  # the original is wrong
        (4, "not bad", 1, "not good", 0),  # both
        (5, "bad film", 0, "good film", 1),
    )
    (report,) = behave(model, [path])
    assert (report["format"], report["n"], report["failures"]) == ("contrast", 5, 3)
    shares = {name: report[name]["share"] for name in ("original", "revised", "consistency")}
    assert shares == pytest.approx({"original": 0.6, "revised": 0.6, "consistency": 0.4})
    assert "both right (consistency)" in "\n".join(screen([report]))


def test_names_of_classes(tmp_path):
    path = write(tmp_path / "a.csv", ("text", "expected"), ("good", "glad"), ("bad", "sad"))
    change = counting(SCORES)
    model = saved(tmp_path / "model", classes=("no", "yes"), input_pools=("mean",), change=change)
    with pytest.raises(DataError, match=r"no row can be judged.*glad.*no, yes.*--label-names"):
        behave(model, [path])
    (report,) = behave(model, [path], "glad=yes, SAD = no")
    assert (report["n"], report["failures"]) == (2, 0)
    (report,) = behave(model, [path], "glad=no,sad=yes")
    assert report["failures"] == 2
    with pytest.raises(OptionError, match=r'"glad=yess".*Did you mean "yes"'):
        behave(model, [path], "glad=yess")
    with pytest.raises(OptionError, match="expected FILE_NAME=CLASS"):
        behave(model, [path], "glad")


def test_names_of_three_classes_and_of_stars(tmp_path):
    path = write(tmp_path / "a.csv", ("text", "expected"), ("good", "neutral"), ("bad", "1"))
    classes = ("negative", "neutral", "positive")
    model = saved(tmp_path / "model", classes=classes, kind="multiclass")
    (report,) = behave(model, [path])
    assert report["n"] == 2  # 1 is positive, where no class has that name
    stars = saved(tmp_path / "stars", classes=("1", "2", "3"), kind="multiclass")
    (report,) = behave(stars, [path])
    assert report["n"] == 1


def test_a_name_that_fits_two_classes_fits_neither(tmp_path):
    path = write(tmp_path / "a.csv", ("text", "expected"), ("good", "positive"), ("bad", "POS"))
    (report,) = behave(saved(tmp_path / "model", classes=("good", "pos")), [path])
    assert (report["n"], sum(report["skipped"].values())) == (1, 1)


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        (("text", "label"), ("good", "1"), "has the columns text, label, but a behaviour file has"),
        (("text", "expected"), ("good", "happy"), 'no row can be judged: 1 × expected "happy"'),
    ],
)
def test_a_file_that_is_no_test_is_refused(model, tmp_path, header, row, message):
    path = write(tmp_path / "a.csv", header, row)
    with pytest.raises(DataError, match=message) as caught:
        behave(model, [path])
    assert str(path) in str(caught.value)


def test_models_that_answer_otherwise_are_refused(tmp_path):
    path = write(tmp_path / "a.csv", ("text", "expected"), ("good", "x"))
    several = saved(tmp_path / "s", kind="multilabel", classes=("x", "y"))
    with pytest.raises(OptionError, match="this model gives several"):
        behave(several, [path])
    with pytest.raises(OptionError, match="this model is for the task forecast"):
        behave(saved_forecaster(tmp_path / "f"), [path])


def test_evaluate_on_the_command_line(model, tmp_path):
    tests = write(tmp_path / "a.csv", STATED, ("W", "one", "good", "1"), ("W", "one", "bad", "1"))
    data = write(tmp_path / "d.csv", ("text", "label"), ("good film", "pos"), ("bad plot", "neg"))
    done = elman("evaluate", model.directory, "--behaviour", tests, "--behaviour", tests)
    assert done.stdout.count("2 tests, 1 fail") == 2
    assert "50.0%" in done.stdout
    assert "line 3: pos; answered neg" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    report = json.loads(
        elman("evaluate", model.directory, data, "--behaviour", tests, "--json").stdout
    )
    assert report["n"] == 2
    assert report["metrics"]["accuracy"] == 1
    assert report["behaviour"][0]["failures"] == 1
    assert "give DATA, or --behaviour FILE" in elman("evaluate", model.directory, code=2).stderr
    stray = elman("evaluate", model.directory, data, "--label-names", "a=b", code=2)
    assert "add the file" in stray.stderr


def test_report_on_the_command_line(model, tmp_path):
    out = tmp_path / "page.html"
    done = elman("report", model.directory, "--out", out, "--json", "--time-limit", "1s", code=2)
    assert "no record of its training" in done.stderr
    assert "an .html file" in elman("report", model.directory, "--out", "x.txt", code=2).stderr
    assert "an .html file" in elman("explain", model.directory, "a", "--out", "x", code=2).stderr


def test_explain_on_the_command_line(model, tmp_path):
    done = elman("explain", model.directory, "the", "film", "was good", "--json")
    assert json.loads(done.stdout)["words"] == ["the", "film", "was", "good"]
    assert done.stderr.startswith("pos ")
    assert "no words to explain" in elman("explain", model.directory, "...", code=2).stderr
    page = tmp_path / "page.html"
    assert f"page: {page}" in elman("explain", model.directory, "good", "--out", page).stdout
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
