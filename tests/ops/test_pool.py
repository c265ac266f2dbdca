"""Mean and maximum over real steps: the C++ walk against torch's own operations, and by hand."""

from __future__ import annotations

import pytest
import torch

from elman import native
from elman.nn.embedding import Embedding
from elman.ops.pool import cpu, mean_and_max
from elman.ops.pool.reference import mean_and_max as composed
from tests.contract.compare import assert_near, assert_same_bits
from tests.isas import on_each_isa

needs_cpu = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

SHAPES = [(1, 1, 1), (3, 5, 7), (4, 9, 16), (257, 2, 65), (5, 40, 33), (2, 0, 5), (0, 4, 3)]


@pytest.fixture(autouse=True)
def _threads():
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def draw(B, T, H):
    random = torch.Generator().manual_seed(B + T + H)
    x = torch.randn(B, T, H, generator=random)
    lengths = torch.randint(0, T + 1, (B,), generator=random)
    if B > 2:
        lengths[:2] = torch.tensor([T, 0])
    for row, length in enumerate(lengths):
        x[row, length:] = torch.inf  # padding must not be read
    return x, lengths, torch.randn(2, B, H, generator=random)


def pooled(function, x, lengths, grads):
    x = x.detach().requires_grad_()
    results = function(x, lengths)
    return [*results, *torch.autograd.grad(results, x, list(grads))]


@on_each_isa("shape", SHAPES, SHAPES)
def test_the_walk_is_torchs_own_operations(isa, shape):
    x, lengths, grads = draw(*shape)
    found = pooled(mean_and_max, x, lengths, grads)
    exact = pooled(composed, x.double(), lengths, grads.double())
    for name, ours, theirs in zip(("mean", "max", "gradient"), found, exact, strict=True):
        assert_near(name, ours, theirs, "float32 and reference")
    assert not found[2][torch.isinf(x)].any()


@needs_cpu
@on_each_isa("shape", SHAPES, SHAPES)
def test_threads_strides_and_padding_change_no_bit(isa, shape):
    x, lengths, grads = draw(*shape)
    torch.set_num_threads(1)
    first = pooled(mean_and_max, x, lengths, grads)
    torch.set_num_threads(3)
    by_time = x.transpose(0, 1).contiguous().transpose(0, 1)
    gaps = torch.stack([x, x], -1)[..., 0]
    for other in (x, by_time, gaps):
        for name, a, b in zip(
            "mg'", pooled(mean_and_max, other, lengths, grads), first, strict=True
        ):
            assert_same_bits(name, a, b)
    longer = torch.cat([x, torch.full_like(x, torch.nan)], 1)
    assert_same_bits("padding", mean_and_max(longer, lengths)[0], first[0])


def test_by_hand():
    x = torch.tensor([[[-5.0], [-3.0], [-3.0], [9.0]], [[1.0], [2.0], [3.0], [4.0]]])
    mean, greatest = mean_and_max(x.requires_grad_(), torch.tensor([3, 0]))
    assert greatest.tolist() == [[-3.0], [0.0]]
    torch.testing.assert_close(mean, torch.tensor([[-11 / 3], [0.0]]))
    greatest.sum().backward()
    assert x.grad.flatten().tolist() == [0, 1, 0, 0, 0, 0, 0, 0], "of two equals, the first"


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_nan_is_not_lost(at):
    x = torch.ones(1, 3, 2)
    x[0, at, 1] = torch.nan
    mean, greatest = mean_and_max(x, torch.tensor([3]))
    assert mean.isnan().tolist() == greatest.isnan().tolist() == [[False, True]]


@needs_cpu
@pytest.mark.parametrize("lengths", [[5, 1], [1, -1], [1]])
def test_lengths_that_do_not_fit(lengths):
    with pytest.raises(ValueError, match="lengths"):
        mean_and_max(torch.zeros(2, 4, 3), torch.tensor(lengths))


def test_second_derivatives():
    x, lengths, _ = draw(3, 5, 7)
    x = torch.where(torch.isinf(x), 0.0, x).requires_grad_()

    def penalty(function):
        mean, greatest = function(x, lengths)
        (grad,) = torch.autograd.grad((mean**2 + greatest**3).sum(), x, create_graph=True)
        return torch.autograd.grad((grad**2).sum(), x)[0]

    assert penalty(mean_and_max).any()
    assert_near("of both", penalty(mean_and_max), penalty(composed), "float32 and reference")


def test_without_kernels(monkeypatch):
    monkeypatch.setattr(cpu, "_MISSING", "left out")
    x, lengths, grads = draw(3, 5, 7)
    assert_near("max", pooled(mean_and_max, x, lengths, grads)[1],
                pooled(composed, x, lengths, grads)[1], "float32 and reference")  # fmt: skip


@pytest.mark.parametrize("padding", [None, 3])
def test_an_embedding_is_torchs(padding):
    torch.manual_seed(0)
    ours, theirs = (Embedding(11, 5, padding_idx=padding) for _ in range(2))
    theirs.__class__ = torch.nn.Embedding
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(0, 9, (4, 6, 2))  # two rows of the table are never read
    ids[0, 0] = 3
    grad = torch.randn(4, 6, 2, 5)
    for table in (ours, theirs):
        table(ids).backward(grad)
    assert_same_bits("rows", ours(ids), theirs(ids))
    assert_near("gradient", ours.weight.grad, theirs.weight.grad, "float32 and reference")
    assert not ours.weight.grad[9:].any()


def test_the_gradient_of_an_embedding_is_the_same_on_any_threads():
    ids, grad, found = torch.randint(0, 50, (64, 250)), torch.randn(64, 250, 32), []
    table = Embedding(20_000, 32)
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(torch.autograd.grad(table(ids), table.weight, grad)[0].clone())
    assert_same_bits("two threads", found[1], found[0])
    assert_same_bits("three", found[2], found[0])


@pytest.mark.parametrize("lengths", [[5, 1], [1, -1], [1]])
def test_lengths_that_do_not_fit_without_the_kernel(lengths):
    with pytest.raises(ValueError, match="lengths"):
        mean_and_max(torch.zeros(2, 4, 3, dtype=torch.float64), torch.tensor(lengths))
