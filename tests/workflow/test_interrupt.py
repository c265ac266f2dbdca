"""Ctrl-C says what is kept, and that is what --resume finds."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import pytest

from elman import workflow
from elman.cli.console import Console
from elman.training import loop
from elman.workflow.run import Run
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

LOST = "interrupted before the first checkpoint; nothing of this run is left"


@pytest.fixture
def train(tmp_path):
    data = write_csv(tmp_path / "r.csv", reviews(200))
    words = ["train", data, "--out", tmp_path / "o", "--threads", 1, "--no-baselines"]
    return lambda *more, code: elman(*words, *more, code=code).stderr.strip().splitlines()


def interrupted_at(step, monkeypatch):
    """Have somebody type Ctrl-C as soon as so many steps are done."""

    @contextlib.contextmanager
    def training(self, label):
        def update(progress):
            if progress.steps_done == step:
                raise KeyboardInterrupt

        yield update

    monkeypatch.setattr(Console, "training", training)


def test_before_the_first_checkpoint_nothing_is_left(train, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "take_step", stop)
    assert train(code=130) == [LOST]
    assert not (tmp_path / "o").exists()
    assert "no interrupted run" in train("--resume", code=2)[-1]


def test_after_it_the_step_is_named_that_resume_goes_on_from(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupted_at(7, patch)
        assert train(code=130) == ["interrupted; kept up to step 7 of fit-0, --resume continues"]
    with monkeypatch.context() as patch:  # and once more, before there is a newer one
        patch.setattr(loop, "take_step", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert train("--resume", code=130)[-1].endswith("up to step 7 of fit-0, --resume continues")
    resumed = elman(
        *("train", tmp_path / "r.csv", "--out", tmp_path / "o", "--threads", 1),
        *("--no-baselines", "--resume"),
    )
    assert "resumed at step 7 of" in resumed.stdout


def test_a_new_run_that_ends_at_once_leaves_the_old_one(train, monkeypatch):
    with monkeypatch.context() as patch:
        interrupted_at(3, patch)
        train(code=130)
    with monkeypatch.context() as patch:
        patch.setattr(Console, "say", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        (said,) = train("--task", "classify", code=130)
    assert said.startswith(LOST + ", but the interrupted run before it is: --resume")


def test_a_model_that_is_written_is_not_called_lost(train, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "elman.cli.screen.screen", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    assert train(code=130) == ["interrupted"]
    assert (tmp_path / "o" / "model.json").exists()


def test_torchruns_next_try_goes_on_with_its_own_run_alone(train, tmp_path, monkeypatch):
    """Not with an older one, maybe of other options, whose place it was to take."""

    def resumes(name, step=None):
        """Whether a try of such a run does that; it is ended at a step, or before there is one."""
        made, fit = [], workflow.run._fit

        class Tried(Run):
            def __init__(self, *given):
                super().__init__(*given[:-1], SimpleNamespace(run=name))
                made.append(self.options.resume)

            def stage(self, *given):
                if step is None:
                    raise KeyboardInterrupt
                return super().stage(*given)

        with monkeypatch.context() as patch:
            patch.setattr("elman.workflow.train.Run", Tried)
            patch.setattr(workflow.run, "_fit", lambda *given, ranks, **how: fit(*given, **how))
            interrupted_at(step, patch)
            train(code=130)
        return made

    with monkeypatch.context() as patch:
        interrupted_at(3, patch)
        train(code=130)
    assert [resumes("a"), resumes("a"), resumes("a", step=5)] == [[False]] * 3
    assert [resumes("a"), resumes("b"), resumes("a")] == [[True], [False], [True]]
    assert [resumes("b", step=4), resumes("a"), resumes("b")] == [[False], [False], [True]]
