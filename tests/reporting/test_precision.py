"""Weights of a page: the smallest that answer as the model, and how near is said as it is."""

import numpy as np
import pytest

from elman import tasks
from elman.reporting.precision import choose_precision
from elman.tasks.classify.reporter import REPORTER
from elman.tasks.sections import apart
from elman.web.packed import packed, rounded, unpacked
from tests.attribution.models import saved

TEXTS = ["the film was good", "bad zyx bad", "a film", "good good good bad"]


def asked(model):
    encoded = [model.codec.encode(text) for text in TEXTS]
    return [each.steps for each in encoded], [each.context for each in encoded]


def chosen(model):
    return choose_precision(model, tasks.named("classify"), *asked(model))


def differences(model):
    steps, contexts = asked(model)
    truth = model.numbers(steps, contexts)
    found = {}
    for precision in ("int8", "float16"):
        info = rounded(model.info, precision)
        smaller = type(model).of(info, tasks.named("classify").codec, model.directory)
        found[precision] = float(np.abs(smaller.numbers(steps, contexts) - truth).max())
    return found


@pytest.mark.parametrize("near", [0.005, 0.001, 0.00001])
def test_the_smallest_weights_within_bounds_are_taken(tmp_path, monkeypatch, near):
    monkeypatch.setattr(type(REPORTER), "near", near)
    model = saved(tmp_path / "m")
    by, took = differences(model), chosen(model)
    wanted = {0.005: "int8", 0.001: "float16", 0.00001: "float32"}[near]
    assert 0.00001 < by["float16"] < 0.001 < by["int8"] < 0.005
    assert took.precision == wanted
    assert took.asked == len(TEXTS)
    assert took.apart == pytest.approx(by.get(wanted, 0.0), abs=1e-12)
    assert f"{took.apart:.2g} from" in took.said or (took.apart == 0 and "are those" in took.said)


def test_a_decision_that_changes_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(type(REPORTER), "near", 2.0)
    model = saved(tmp_path / "m")
    tensor = model.info.tensors["fc.bias"]
    tensor -= np.float32(np.median(model.outputs(asked(model)[0])))  # half of them on each side
    model = type(model).of(model.info, tasks.named("classify").codec)
    steps, contexts = asked(model)
    info = rounded(model.info, "int8")
    smaller = type(model).of(info, tasks.named("classify").codec)
    sides = [m.numbers(steps, contexts)[:, 1] >= 0.5 for m in (model, smaller)]
    assert chosen(model).changed == (sides[0] != sides[1]).sum()


def test_bytes_are_rounded_by_the_largest_of_each_row(tmp_path):
    model = saved(tmp_path / "m")
    for name, tensor in rounded(model.info, "int8").tensors.items():
        truth = model.info.tensors[name]
        rows = truth.reshape(len(truth), -1) if truth.ndim > 1 else truth.reshape(1, -1)
        off = np.abs(tensor.reshape(rows.shape) - rows).max(axis=1)
        assert (off <= np.abs(rows).max(axis=1) / 254 * 1.001 + 1e-9).all()
    held = unpacked(packed(model.info, "int8", ["vocabulary.json"]))
    for name, tensor in rounded(model.info, "int8").tensors.items():
        np.testing.assert_array_equal(held.tensors[name], tensor)


def test_numbers_beyond_one_are_compared_by_their_size():
    assert apart(np.array([[0.5, 0.25]]), np.array([[0.5, 0.28]])) == pytest.approx(0.03)
    assert apart(np.array([[100.0, np.nan]]), np.array([[101.0, np.nan]])) == pytest.approx(0.01)
    assert apart(np.array([[1.0, np.nan]]), np.array([[1.0, 1.0]])) == float("inf")
    assert apart(np.zeros((1, 2)), np.zeros((1, 3))) == float("inf")
