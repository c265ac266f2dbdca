"""Every task: no line of any screen is wider than the screen, and nothing hangs on colour."""

from __future__ import annotations

import copy

import pytest

from elman.cli.console import Console
from elman.width import wide
from tests.cli.command import elman
from tests.screens import too_wide
from tests.tasks.contract.samples import KINDS

LONG = f"a name that nobody shortened, 漢字かな交じりの長い名前 and-one-long-word-{'x' * 60}"

WIDTHS = pytest.mark.parametrize("columns", [60, 80])


@pytest.fixture
def either(request):
    """A width, of kinds of models in turn: for what takes seconds to make."""
    return (60, 80)[list(KINDS).index(request.node.callspec.params["kept"]) % 2]


def shown(kept, kind, report, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    Console().show(kept.task.screen(kind, report))
    return capsys.readouterr().out


def stretched(report):
    """The report of a training with long names of models, opponents, and wherever it was judged."""
    report = copy.deepcopy(report)
    report["judged_on"] = f"{report['judged_on']}, {LONG}"
    for n, figures in enumerate(report["baselines"].values()):
        figures["called"] += LONG if n % 2 else " beside"
    return report


@WIDTHS
def test_training_fits(kept, capsys, monkeypatch, columns):
    for report in (kept.report, stretched(kept.report)):
        text = shown(kept, "train", report, capsys, monkeypatch, columns)
        assert not too_wide(text, columns)
        assert report["verdict"].split()[0] in text
        # what does not fit beside the figures goes on below
        words = [word for each in report["baselines"].values() for word in each["called"].split()]
        assert all(word in text or wide(word) > 20 for word in words)


@WIDTHS
def test_comparison_fits(kept, capsys, monkeypatch, columns):
    report = stretched(kept.report)
    figures = report["metrics"] | {"seeds": [0, 1, 2]}
    figures |= {f"{name}_sd": 0.0123 for name in list(report["metrics"])}
    report["models"] = {"gru beside the linear one": figures, LONG: figures}
    text = shown(kept, "compare", report, capsys, monkeypatch, columns)
    assert not too_wide(text, columns)
    assert "3 seeds" in " ".join(text.split())


def test_evaluation_and_drift_fit(kept, tmp_path, either):
    model = kept.model.directory
    for words in (
        ["evaluate", model],
        ["evaluate", model, kept.data],
        ["drift", model, kept.sample.fresh(tmp_path, 1)],
        ["drift", model, kept.sample.changed(tmp_path)],
    ):
        done = elman(*words, columns=either)
        assert not too_wide(done.stdout + done.stderr, either), words


@WIDTHS
@pytest.mark.parametrize("terminal", [False, True])
def test_answers_fit_a_terminal_and_are_whole_elsewhere(kept, tmp_path, columns, terminal):
    asked = "--input" if kept.sample.one_item else None
    item = kept.sample.whole(kept.sample.words)
    if not asked and not isinstance(item, str):
        pytest.skip("its items are files")
    words = [asked, kept.data] if asked else ["--", f"{item} {LONG}", item]
    done = elman("predict", kept.model.directory, *words, columns=columns, terminal=terminal)
    assert done.stdout.strip()
    if terminal:
        assert not too_wide(done.stdout, columns)
        assert "\t" not in done.stdout
    else:
        assert done.stdout == elman("predict", kept.model.directory, *words).stdout


def test_looking_inside_fits(kept, either):
    model, words = kept.model.directory, kept.sample.words
    if "explain" in kept.task.abilities:
        asked = [*words] if kept.sample.one_item else [kept.sample.whole(words)]
        done = elman("explain", model, "--", *asked, columns=either, terminal=True, code=None)
        assert not too_wide(done.stdout + done.stderr, either)
    if "remember" in kept.task.abilities:
        asked = ["memory", model, kept.data, "--time-limit", "0.5s"]
        done = elman(*asked, columns=either, code=None)
        assert not too_wide(done.stdout + done.stderr, either)


@WIDTHS
def test_a_wrong_row_fits(kept, tmp_path, columns):
    path, _ = kept.sample.wrong(tmp_path)
    target = tmp_path / "answers.jsonl"
    asked = ["predict", kept.model.directory, "--input", path, "--out", target]
    done = elman(*asked, columns=columns, code=None)
    assert done.stdout + done.stderr
    assert not too_wide(done.stdout + done.stderr, columns)


def test_no_screen_sends_a_colour(kept, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for kind in ("train", "compare"):
        report = kept.report | {"models": {"gru": kept.report["metrics"]}}
        assert "\x1b" not in shown(kept, kind, report, capsys, monkeypatch, 80)
    done = elman("evaluate", kept.model.directory, kept.data, terminal=True)
    assert "\x1b" not in done.stdout + done.stderr
