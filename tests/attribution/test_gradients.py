"""Shares of a path sum to the change of the score; by hand, with kinks, and in every layer."""

from __future__ import annotations

import pytest
import torch

from elman import nn
from elman.attribution.gradients import integrated_gradients
from elman.errors import WorkError
from tests.tolerances import assert_close


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def shares(score, x, baseline, **options):
    path = integrated_gradients(score, baseline, (x - baseline)[:, None], **options)
    return path.shares[:, 0], path


def test_of_a_linear_score_shares_are_its_terms():
    weights, x, baseline = random(5, 3), random(5, 3, seed=1), random(5, 3, seed=2)
    found, path = shares(lambda v: (v * weights).sum((1, 2)), x, baseline)
    assert_close("shares", found, (weights * (x - baseline)).sum(1), "float64 and reference")
    assert path.points == 16
    assert path.start == pytest.approx(float((weights * baseline).sum()))


def test_of_a_product_each_factor_gets_half():
    x = torch.tensor([[3.0], [2.0]], dtype=torch.float64)
    found, path = shares(lambda v: v[:, 0, 0] * v[:, 1, 0], x, torch.zeros_like(x))
    assert found.tolist() == pytest.approx([3.0, 3.0])
    assert (path.start, path.end) == (0.0, pytest.approx(6.0))
    assert path.points == 16  # four panels to begin with are exact


def test_four_points_are_exact_for_the_seventh_degree():
    x = torch.tensor([[1.5], [-2.0]], dtype=torch.float64)
    found, path = shares(lambda v: v[:, 0, 0] ** 5 * v[:, 1, 0] ** 3, x, torch.zeros_like(x))
    assert found.tolist() == pytest.approx([5 / 8 * path.end, 3 / 8 * path.end], rel=1e-12)
    assert path.points == 16
    assert path.error < 1e-12


def test_parts_of_a_step_get_their_own_shares():
    weights, baseline, parts = random(5, 3), random(5, 3, seed=1), random(5, 4, 3, seed=2)
    path = integrated_gradients(lambda v: (v * weights).sum((1, 2)), baseline, parts)
    expected = (parts * weights[:, None]).sum(2)  # (5, 4)
    assert_close("shares", path.shares, expected, "float64 and reference")


def test_kinks_are_found():
    x = torch.tensor([[1.0], [1.0]], dtype=torch.float64)

    def score(v):  # bends at 0.3 and at 0.71 of the way
        return (v[:, 0, 0] - 0.3).clamp(min=0) * 4 - (v[:, 1, 0] - 0.71).clamp(min=0) * 2

    found, path = shares(score, x, torch.zeros_like(x), tolerance=1e-3)
    assert found.tolist() == pytest.approx([2.8, -0.58], rel=2e-3)
    assert path.error <= 1e-3
    assert path.points > 16


def test_errors_that_cancel_are_not_hidden():
    x = torch.ones(2, 1, dtype=torch.float64)

    def score(v):  # two kinks, mirrored, whose errors are equal and opposite
        return (v[:, 0, 0] - 0.3).clamp(min=0) + (v[:, 0, 0] - 0.7).clamp(min=0) + v[:, 1, 0]

    _, path = shares(score, x, torch.zeros_like(x), tolerance=1e-4)
    assert path.error <= 1e-4
    assert path.points > 16


def test_what_no_path_explains_is_said():
    x = torch.ones(1, 1, dtype=torch.float64)

    def score(v):  # a jump: the gradient is 0 wherever it is taken
        return torch.where(v[:, 0, 0] > 0.4, 1.0, 0.0) + 0 * v[:, 0, 0]

    _, path = shares(score, x, torch.zeros_like(x), most_points=64)
    assert path.error == pytest.approx(1.0)
    assert path.points <= 64 + 16


def test_a_score_that_is_not_finite_is_refused():
    x = torch.ones(1, 1, dtype=torch.float64)
    with pytest.raises(WorkError, match="not finite"):
        integrated_gradients(lambda v: (v[:, 0, 0] - 0.5).log(), 0 * x, x[:, None])


LAYERS = [
    *(
        pytest.param(
            name, {"num_layers": layers, "bidirectional": both}, id=f"{name}-{layers}-{way}"
        )
        for name in nn.__all__
        if isinstance(getattr(nn, name), type)
        and issubclass(getattr(nn, name), torch.nn.Module)
        and not issubclass(getattr(nn, name), torch.nn.RNNCellBase)
        for layers in (1, 2)
        for both, way in ((False, "right"), (True, "both"))
    )
]


def test_layers_are_found():
    assert len(LAYERS) >= 12


@pytest.mark.parametrize(("name", "options"), LAYERS)
def test_complete_in_every_layer_with_a_maximum_on_top(name, options):
    torch.manual_seed(3)
    layer = getattr(nn, name)(5, 6, batch_first=True, **options).double().eval()
    for parameter in layer.parameters():
        parameter.requires_grad_(False)
    x, baseline = 2 * random(13, 5, seed=4), random(13, 5, seed=5)
    width = 6 * (1 + options["bidirectional"])
    head = random(2 * width, seed=6)

    def score(v):
        output = layer(v)[0]
        return torch.cat([output.max(1).values, output[:, -1]], 1) @ head

    found, path = shares(score, x, baseline)
    whole = float(score(x[None])[0] - score(baseline[None])[0])
    assert path.end - path.start == pytest.approx(whole)
    assert abs(float(found.sum()) - whole) <= 0.01 * abs(whole)
    assert path.error <= 0.005
