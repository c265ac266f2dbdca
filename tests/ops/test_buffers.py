"""Memory kept for backward is used again, and never by two at once: tensors, threads, processes."""

from __future__ import annotations

import mmap
import os

import pytest
import torch

from elman.ops import buffers
from tests.forked import fork

SIZE = buffers.SMALLEST // 4 + 1


@pytest.fixture(autouse=True)
def _nothing_idle(monkeypatch):
    monkeypatch.setattr(buffers, "_idle", [])


def test_a_block_is_used_again_only_when_the_last_tensor_on_it_is_gone():
    first = buffers.reserved(SIZE)
    address, view = first.data_ptr(), first[5:]
    del first
    second = buffers.reserved(SIZE)
    assert second.data_ptr() != address
    view.fill_(1)
    second.fill_(2)
    assert (view == 1).all()
    del view
    assert buffers.reserved(SIZE).data_ptr() == address


def test_small_and_far_larger_blocks_are_not_taken():
    block = buffers.reserved(8 * SIZE)
    address = block.data_ptr()
    del block
    assert buffers.reserved(SIZE).data_ptr() != address
    assert buffers.reserved(8 * SIZE).data_ptr() == address
    assert buffers.reserved(3).shape == (3,)


def test_idle_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(buffers, "MOST_IDLE", 3 * buffers.SMALLEST)
    blocks = [buffers.reserved(SIZE) for _ in range(5)]
    del blocks
    assert 0 < sum(map(len, buffers._idle)) <= 3 * buffers.SMALLEST


def test_a_block_that_another_thread_takes_meanwhile_is_not_taken_twice():
    others = []

    class Block(mmap.mmap):
        """Looked at by one thread, it is taken by another before the first goes on."""

        def __len__(self):
            if not others:
                others.append(None)
                others.append(buffers.reserved(SIZE))
            return super().__len__()

    buffers._idle.append(Block(-1, 4 * SIZE))
    mine = buffers.reserved(SIZE)
    assert others[1].data_ptr() != mine.data_ptr()
    assert buffers._idle == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_shares_no_block():
    idle, live = buffers.reserved(SIZE), buffers.reserved(SIZE)
    live.fill_(1)
    del idle
    (child_waits, go), (ready, child_ready) = os.pipe(), os.pipe()

    def other():
        block = buffers.reserved(SIZE)  # the idle block, in both processes
        block.fill_(3)
        live.fill_(4)
        os.write(child_ready, b"x")
        os.read(child_waits, 1)
        return bool((block == 3).all())

    result = fork(other)
    block = buffers.reserved(SIZE)
    block.fill_(2)
    os.read(ready, 1)
    assert (block == 2).all()
    assert (live == 1).all()
    block.fill_(5)
    os.write(go, b"x")
    assert result() is True


def test_training_with_reused_memory_gives_the_same_gradients():
    from tests.contract.compare import assert_same_bits
    from tests.contract.table import LAYERS

    for layer in LAYERS[2:]:
        ours, _ = layer.pair(16, 64, batch_first=True)
        ours = ours.float()
        x = torch.randn(32, 60, 16)
        steps = []
        for _ in range(3):
            ours.zero_grad()
            ours(x)[0].square().sum().backward()
            steps.append(ours.weight_hh_l0.grad.clone())
        for step in steps[1:]:
            assert_same_bits(layer.name, step, steps[0])


@pytest.mark.parametrize("T", [3, 5000])
def test_dimensions_may_lie_in_another_order(T):
    tensor = buffers.reserved(4, T, 7, strides=(7, 28, 1))
    assert tensor.shape == (4, T, 7)
    assert tensor.stride() == (7, 28, 1)
    assert tensor.transpose(0, 1).is_contiguous()
    assert (4 * tensor.numel() >= buffers.SMALLEST) == (T == 5000)
    tensor.transpose(0, 1).view(-1).copy_(torch.arange(float(tensor.numel())))
    assert tensor[2, 1, 3] == 28 + 14 + 3
