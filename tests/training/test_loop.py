"""The loop on a problem small enough to check by hand: resume, stopping, and bad steps."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from elman.errors import OptionError, WorkError
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.problem import Progress
from tests.training.problems import Regression, Scripted, net, weights

CONFIG = LoopConfig(
    epochs=4,
    batch_size=7,
    learning_rate=1e-2,
    average=0.9,
    seed=11,
    threads=1,
    checkpoint_every_s=0.0,
)


class Killed(Exception):  # noqa: N818
    pass


def killed_at(step, directory, config=CONFIG, error=Killed):
    """Train until `step` steps are done, then die as a kill would: nothing more is written."""

    def report(progress: Progress):
        if progress.steps_done == step:
            raise error

    with pytest.raises(error):
        fit(net(), Regression(), config, directory=directory, resume=True, report=report)


@pytest.mark.parametrize("steps", [(1,), (9,), (10,), (8, 20), (3, 17, 35), (36,)])
def test_resumed_weights_are_bit_identical(tmp_path, steps):
    whole = net()
    fit(whole, Regression(), CONFIG)
    for step in steps:
        killed_at(step, tmp_path)
    module = net()
    fit(module, Regression(), CONFIG, directory=tmp_path, resume=True)
    assert torch.equal(weights(module), weights(whole))


def test_a_finished_run_resumes_to_its_result_without_a_step(tmp_path):
    whole, again = net(), net()
    fit(whole, Regression(), CONFIG, directory=tmp_path)
    problem = Regression()
    fit(again, problem, CONFIG, directory=tmp_path, resume=True)
    assert problem.seen == []
    assert torch.equal(weights(again), weights(whole))


def test_resume_continues_and_does_not_begin_anew(tmp_path):
    killed_at(20, tmp_path)
    problem = Regression()
    fitted = fit(net(), problem, CONFIG, directory=tmp_path, resume=True)
    assert len(problem.seen) == 36 - 19  # the step that was under way is done again
    assert fitted.notes == ["resumed at step 19 of 36"]


def test_interrupt_writes_a_checkpoint_at_the_very_step(tmp_path):
    killed_at(5, tmp_path, error=KeyboardInterrupt)
    problem = Regression()
    fit(net(), problem, CONFIG, directory=tmp_path, resume=True)
    assert len(problem.seen) == 36 - 5  # not one more than was done


def test_resume_with_other_options_is_refused(tmp_path):
    killed_at(12, tmp_path)
    other = dataclasses.replace(CONFIG, learning_rate=2e-2)
    with pytest.raises(OptionError, match=r"learning_rate = 0.01, this run has 0.02"):
        fit(net(), Regression(), other, directory=tmp_path, resume=True)


def test_resume_with_other_data_is_refused(tmp_path):
    def stop(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(net(), Regression(), CONFIG, directory=tmp_path, identity={"data": "a"}, report=stop)
    with pytest.raises(OptionError, match="made from other data, or with another preset"):
        fit(net(), Regression(), CONFIG, directory=tmp_path, identity={"data": "b"}, resume=True)
    more = dataclasses.replace(CONFIG, epochs=9)
    said = rf"made from other data or options: with epochs = {CONFIG.epochs}, this run has 9\. Use"
    with pytest.raises(OptionError, match=said):
        fit(net(), Regression(), more, directory=tmp_path, identity={"data": "b"}, resume=True)


def test_resume_with_more_rows_is_refused(tmp_path):
    killed_at(12, tmp_path)
    with pytest.raises(OptionError, match="examples = 61, this run has 60"):
        fit(net(), Regression(rows=60), CONFIG, directory=tmp_path, resume=True)


def test_damaged_checkpoint_falls_back_to_the_one_before(tmp_path):
    whole = net()
    fit(whole, Regression(), CONFIG)
    killed_at(30, tmp_path)
    newest = sorted(tmp_path.iterdir())[-1]
    data = bytearray(newest.read_bytes())
    data[len(data) // 2] ^= 1
    newest.write_bytes(data)
    module = net()
    fitted = fit(module, Regression(), CONFIG, directory=tmp_path, resume=True)
    assert "damaged" in fitted.notes[0]
    assert "step 28" in fitted.notes[1]
    assert torch.equal(weights(module), weights(whole))


def test_training_learns_and_average_differs_from_last():
    module = net()
    before = Regression().validate(module)["score"]
    fitted = fit(module, Regression(), dataclasses.replace(CONFIG, epochs=30))
    assert fitted.progress.best_score < before / 4
    plain = net()
    fit(plain, Regression(), dataclasses.replace(CONFIG, epochs=30, average=0.0))
    assert not torch.equal(weights(module), weights(plain))


def test_best_weights_are_restored_after_a_worse_end():
    two, six = net(), net()
    config = dataclasses.replace(CONFIG, epochs=6, patience=9)
    marks = []

    def remember(progress):
        marks.append((progress.epoch, progress.step, weights(six)))

    fit(
        six,
        Scripted([5.0, 1.0, 3.0, 4.0, 5.0, 6.0]),
        dataclasses.replace(config, average=0.0),
        report=remember,
    )
    after_second_epoch = next(w for epoch, step, w in marks if (epoch, step) == (1, 9))
    assert torch.equal(weights(six), after_second_epoch)
    assert not torch.equal(weights(six), marks[-1][2])
    del two


def test_patience_stops_and_says_why():
    config = dataclasses.replace(CONFIG, epochs=50, patience=3)
    fitted = fit(net(), Scripted([5.0, 4.0, 4.5, 4.4, 4.3, 1.0]), config)
    assert fitted.progress.epoch == 5
    assert fitted.progress.best_epoch == 1
    assert fitted.progress.finished == "no better score on the validation part for 3 epochs"


def test_time_limit_stops_and_says_so():
    config = dataclasses.replace(CONFIG, epochs=10**6, time_limit_s=0.3)
    fitted = fit(net(), Regression(), config)
    assert "time limit" in fitted.progress.finished
    assert fitted.progress.history


def test_non_finite_step_is_skipped_and_names_step_and_rows():
    problem = Regression(poison=[40])
    module = net()
    fitted = fit(module, problem, CONFIG)
    assert len(fitted.progress.nonfinite) == 4  # row 40 comes once an epoch
    assert torch.isfinite(weights(module)).all()
    first = fitted.progress.nonfinite[0]
    bad = next(rows for rows in problem.seen if 40 in rows)
    step = next(k for k, rows in enumerate(problem.seen) if 40 in rows) + 1
    assert first == f"epoch 1, step {step}: loss nan, skipped; rows: lines {sorted(bad.tolist())}"


def test_non_finite_gradient_is_skipped():
    class Steep(Regression):
        def loss(self, module, examples):
            weight = next(module.parameters())
            return super().loss(module, examples) + (weight * 0.0).abs().sqrt().sum()

    module = net()
    before = weights(module)
    with pytest.raises(WorkError, match="gradient norm nan"):
        fit(module, Steep(), CONFIG)
    assert torch.equal(weights(module), before)


def test_training_stops_after_ten_non_finite_steps(tmp_path):
    with pytest.raises(WorkError, match=r"stopped after 10 non-finite steps.*learning rate"):
        fit(net(), Regression(poison=range(61)), CONFIG, directory=tmp_path)


def test_clipping_is_counted_and_bounds_the_step():
    fitted = fit(net(), Regression(), dataclasses.replace(CONFIG, clip_norm=1e-3))
    assert fitted.progress.clipped == 36
    assert fitted.progress.largest_norm > 1e-3


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 12},
        {"batch_size": 8},
        {"weight_decay": 0.5},
        {"warmup": 0.5},
        {"clip_norm": 0.1},
        {"beta2": 0.5},
        {"decay": False},
        {"unclipped": ("0",)},
        {"learning_rate": 1e-3},
        {"epochs": 5},
    ],
    ids=lambda c: next(iter(c)),
)
def test_no_dead_knob(change):
    one, other = net(), net()
    fit(one, Regression(), CONFIG)
    fit(other, Regression(), dataclasses.replace(CONFIG, **change))
    assert not torch.equal(weights(one), weights(other))


@pytest.mark.parametrize("where", ["validate", "_update_average"])
def test_interrupt_between_steps_keeps_the_last_whole_checkpoint(tmp_path, monkeypatch, where):
    whole = net()
    fit(whole, Regression(), CONFIG)
    problem, calls = Regression(), []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return {"score": 1.0} if where == "validate" else None

    if where == "validate":
        monkeypatch.setattr(problem, "validate", interrupted)
    else:
        monkeypatch.setattr("elman.training.step._update_average", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(net(), problem, dataclasses.replace(CONFIG, checkpoint_every_s=1e9), directory=tmp_path)
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())  # nothing half-changed was written
    module = net()
    fit(module, Regression(), CONFIG, directory=tmp_path, resume=True)
    assert torch.equal(weights(module), weights(whole))


def test_non_finite_gradient_is_seen_where_nothing_is_clipped():
    class Steep(Regression):
        def loss(self, module, examples):
            return super().loss(module, examples) + (module[0].weight * 0.0).abs().sqrt().sum()

    module = net()
    before = weights(module)
    with pytest.raises(WorkError, match="non-finite"):
        fit(module, Steep(), dataclasses.replace(CONFIG, unclipped=("0",)))
    assert torch.equal(weights(module), before)


def test_no_finite_score_is_an_error_not_the_initial_weights():
    with pytest.raises(WorkError, match="without a finite score"):
        fit(net(), Scripted([float("nan")] * 4), CONFIG)


def test_it_learns_with_dropout_and_is_judged_without():
    class Modes(Regression):
        def loss(self, module, examples):
            modes.append(module.training)
            return super().loss(module, examples)

        def validate(self, module):
            modes.append(module.training)
            return super().validate(module)

    modes = []
    fit(net().eval(), Modes(), dataclasses.replace(CONFIG, epochs=2))
    assert modes == ([True] * 9 + [False]) * 2


def test_of_equal_scores_the_first_is_kept():
    fitted = fit(net(), Scripted([3.0, 2.0, 2.0, 4.0]), CONFIG)
    assert (fitted.progress.best_epoch, fitted.progress.best_score) == (1, 2.0)


def test_without_a_score_the_newest_weights_are_the_best_and_patience_waits_for_nothing():
    class Unjudged(Regression):
        def validate(self, module):
            return {}

    module, after = net(), []
    config = dataclasses.replace(CONFIG, average=0.0, patience=1)
    fitted = fit(module, Unjudged(), config, report=lambda _: after.append(weights(module)))
    assert fitted.progress.finished == "all 4 epochs done"
    assert torch.equal(weights(module), after[-1])
    assert len(after) == 36


def test_what_stopped_training_is_found_again_by_resume(tmp_path):
    poisoned = Regression(poison=range(61))
    with pytest.raises(WorkError, match="stopped after 10"):
        fit(net(), poisoned, CONFIG, directory=tmp_path)
    problem = Regression(poison=range(61))
    with pytest.raises(WorkError, match="stopped after 11"):
        fit(net(), problem, CONFIG, directory=tmp_path, resume=True)
    assert [rows.tolist() for rows in problem.seen] == [poisoned.seen[-1].tolist()]


@pytest.mark.parametrize(("asked", "taken"), [(1, 1), (2, 2), (0, 3)])
def test_threads_are_those_asked_for_or_all(monkeypatch, asked, taken):
    given = []
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    monkeypatch.setattr(torch, "set_num_threads", given.append)
    fit(net(), Regression(), dataclasses.replace(CONFIG, epochs=1, threads=asked))
    assert given == [taken]


def test_what_is_drawn_in_a_step_follows_from_seed_epoch_and_step():
    class Draws(Regression):
        def loss(self, module, examples):
            drawn.append(float(torch.rand(1)))
            return super().loss(module, examples)

    drawn = []
    fit(net(), Draws(), CONFIG)
    whole = list(drawn)
    assert len(set(whole)) == len(whole) == 36
    torch.rand(5)
    drawn.clear()
    fit(net(), Draws(), CONFIG)
    assert drawn == whole
    drawn.clear()
    fit(net(), Draws(), dataclasses.replace(CONFIG, seed=12))
    assert not set(drawn) & set(whole)
