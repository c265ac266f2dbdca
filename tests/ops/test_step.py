"""One step of a cell: the kernel against the equations, and drop-in cells against torch's."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn

import elman.nn
from elman import native
from elman.cells import GATES, STATES
from elman.ops.recurrent import reference
from elman.ops.recurrent.weights import Direction
from elman.ops.step import step, supports
from tests.contract.compare import assert_near, assert_same_bits
from tests.isas import on_each_isa

needs_cpu = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

SIZES = [(1, 1, 1), (1, 3, 5), (2, 32, 64), (3, 33, 16), (7, 37, 53), (9, 129, 80), (0, 3, 4)]
"""B, I, H."""
# beyond the columns that are summed at once, and beyond the weights that are read by columns
LARGE = [(1, 520, 299), (2, 600, 451), (37, 600, 130)]
NAMES = ("x", "h", "c", "weight_ih", "weight_hh", "bias_ih", "bias_hh")


def draw(cell, B, I, H, *, biased=True):  # noqa: E741
    """x, h, c and weights as `step` takes them, and the gradients of what it returns."""
    random = torch.Generator().manual_seed(B * 7 + I + H)

    def of(*shape, by=1.0):
        return torch.randn(*shape, generator=random) * by

    rows, by = GATES[cell] * H, (I + H) ** -0.5
    biases = [of(rows), of(rows)] if biased else [None, None]
    c = of(B, H) if STATES[cell] == 2 else None
    tensors = [of(B, I), of(B, H), c, of(rows, I, by=by), of(rows, H, by=by), *biases]
    return tensors, [of(B, H) for _ in range(STATES[cell])]


def results(function, tensors, grads, *, dtype=torch.float32):
    """The next state and all gradients, by name."""
    leaves = [None if t is None else t.detach().to(dtype).requires_grad_() for t in tensors]
    after = function(leaves)
    given = [leaf for leaf in leaves if leaf is not None]
    found = torch.autograd.grad(after, given, [grad.to(dtype) for grad in grads])
    names = [name for name, leaf in zip(NAMES, leaves, strict=True) if leaf is not None]
    states = dict(zip(("h'", "c'"), after, strict=False))
    return {**states, **dict(zip(names, found, strict=True))}


def by_equations(cell):
    def run(leaves):
        x, h, c, *weights = leaves
        return reference.step(cell, x, (h,) if c is None else (h, c), Direction(*weights))[0]

    return run


CASES = [(cell, size) for cell in GATES for size in SIZES] + [
    (cell, size) for cell in ("gru", "lstm") for size in LARGE
]


@needs_cpu
@on_each_isa("case", CASES, CASES)
def test_the_kernel_is_the_equations(isa, case):
    cell, size = case
    for biased in (True, False):
        tensors, grads = draw(cell, *size, biased=biased)
        found = results(lambda leaves: step(cell, leaves), tensors, grads)
        exact = results(by_equations(cell), tensors, grads, dtype=torch.float64)
        assert found.keys() == exact.keys()
        for name, value in found.items():
            # gates are of the size of 1, and a single one may end near 0
            assert_near(name, value, exact[name], "float32 and reference", at_least=0.02)


@needs_cpu
@on_each_isa("cell", list(GATES), list(GATES))
def test_threads_and_company_change_no_bit_of_a_row(isa, cell):
    # 300 · 600 products of 30 rows are enough for three threads
    tensors, grads = draw(cell, 30, 600, 300)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = results(lambda leaves: step(cell, leaves), tensors, grads)
        torch.set_num_threads(3)
        many = results(lambda leaves: step(cell, leaves), tensors, grads)
    finally:
        torch.set_num_threads(threads)
    for name, value in one.items():
        assert_same_bits(name, many[name], value)
    x, h, c, *weights = tensors
    for row, count in ((0, 1), (5, 2), (11, 3), (20, 9)):
        rows = slice(row, row + count)
        few = [x[rows], h[rows], None if c is None else c[rows], *weights]
        alone = results(lambda leaves: step(cell, leaves), few, [grad[rows] for grad in grads])
        for name in ("h'", "c'", "x", "h", "c"):
            if name in alone:
                assert_same_bits(name, alone[name], one[name][rows])


@needs_cpu
def test_what_lies_otherwise_is_read_right():
    tensors, grads = draw("lstm", 5, 9, 6)
    expected = results(lambda leaves: step("lstm", leaves), tensors, grads)
    leaves = [t.detach().requires_grad_() for t in tensors]
    apart = [t.T.contiguous().T if t.dim() == 2 else t.repeat_interleave(2)[::2] for t in leaves]
    assert not any(each.is_contiguous() for each in apart)
    after = step("lstm", apart)
    turned = [grad.T.contiguous().T for grad in grads]
    found = torch.autograd.grad(after, leaves, turned)
    for name, value in zip(NAMES, found, strict=True):
        assert_same_bits(name, value, expected[name])
    negative = torch.view_as_complex(torch.randn(5, 9, 2)).conj().imag
    assert negative.is_neg()
    with torch.no_grad():
        assert_same_bits(
            "negated",
            step("lstm", [negative, *tensors[1:]])[0],
            step("lstm", [negative.resolve_neg(), *tensors[1:]])[0],
        )


@needs_cpu
@pytest.mark.parametrize("cell", list(GATES))
def test_only_wanted_gradients_come_and_each_of_them_alone(cell):
    tensors, grads = draw(cell, 3, 5, 7)
    every = results(lambda leaves: step(cell, leaves), tensors, grads)
    for k, name in enumerate(NAMES):
        if tensors[k] is None:
            continue
        leaves = [
            None if t is None else t.detach().requires_grad_(j == k) for j, t in enumerate(tensors)
        ]
        (found,) = torch.autograd.grad(step(cell, leaves), [leaves[k]], grads)
        assert_same_bits(name, found, every[name])
    for used in range(STATES[cell]):  # the other state's gradient is none, not zeros
        leaves = [None if t is None else t.detach().requires_grad_() for t in tensors]
        given = [leaf for leaf in leaves if leaf is not None]
        found = torch.autograd.grad(step(cell, leaves)[used], given, grads[used], allow_unused=True)
        zeros = [grad if k == used else torch.zeros_like(grad) for k, grad in enumerate(grads)]
        whole = results(lambda leaves: step(cell, leaves), tensors, zeros)
        names = [name for name, leaf in zip(NAMES, leaves, strict=True) if leaf is not None]
        for name, value in zip(names, found, strict=True):
            assert_same_bits(name, value, whole[name])


@needs_cpu
@pytest.mark.parametrize("cell", list(GATES))
def test_a_gradient_of_a_gradient_is_that_of_the_equations(cell):
    tensors, grads = draw(cell, 2, 3, 4)

    def penalty(function, dtype):
        leaves = [None if t is None else t.detach().to(dtype).requires_grad_() for t in tensors]
        given = [leaf for leaf in leaves if leaf is not None]
        seeds = [grad.to(dtype) for grad in grads]
        first = torch.autograd.grad(function(leaves), given, seeds, create_graph=True)
        return torch.autograd.grad(sum(g.square().sum() for g in first), given, allow_unused=True)

    found = penalty(lambda leaves: step(cell, leaves), torch.float32)
    exact = penalty(by_equations(cell), torch.float64)
    for k, (one, two) in enumerate(zip(found, exact, strict=True)):
        assert (one is None) == (two is None)
        if two is not None:
            assert_near(str(k), one, two, "float32 and reference", at_least=1.0)


CELLS = [
    (nn.RNNCell, {}),
    (nn.RNNCell, {"nonlinearity": "relu"}),
    (nn.RNNCell, {"bias": False}),
    (nn.GRUCell, {}),
    (nn.GRUCell, {"bias": False}),
    (nn.LSTMCell, {}),
]


def both(kind, options, sizes=(5, 7)):
    torchs = kind(*sizes, **options)
    ours = getattr(elman.nn, kind.__name__)(*sizes, **options)
    assert isinstance(ours, kind)
    ours.load_state_dict(torchs.state_dict())
    return torchs, ours


@pytest.mark.parametrize(("kind", "options"), CELLS)
@pytest.mark.parametrize("batch", [(), (1,), (6,)])
@pytest.mark.parametrize("given", [True, False])
def test_a_cell_is_torchs_over_a_loop(kind, options, batch, given):
    torch.manual_seed(3)
    torchs, ours = both(kind, options)
    xs = torch.randn(4, *batch, 5)
    start = [torch.randn(*batch, 7) for _ in range(1 + (kind is nn.LSTMCell))] if given else None
    found = []
    for cell in (torchs, ours):
        leaf = xs.clone().requires_grad_()
        state = None
        if start is not None:
            state = tuple(start) if kind is nn.LSTMCell else start[0]
        outputs = []
        for x in leaf:
            state = cell(x, state)
            outputs.append(state[0] if kind is nn.LSTMCell else state)
        whole = torch.stack(outputs)
        whole.square().sum().backward()
        found.append([whole, leaf.grad, *[p.grad for p in cell.parameters()]])
    for k, (expected, ours_) in enumerate(zip(*found, strict=True)):
        assert_near(str(k), ours_, expected, "float32 and reference")


@pytest.mark.parametrize(("kind", "options"), CELLS)
def test_what_the_kernel_does_not_run_is_torchs_own_and_is_said(kind, options):
    torchs, ours = both(kind, options)
    x = torch.randn(2, 5)
    if native.missing() is None:
        assert ours.explain_choice(x) is None
    with torch.autocast("cpu", torch.bfloat16):
        expected = torchs(x)
        assert ours.explain_choice(x) == "inside autocast"
        torch.testing.assert_close(ours(x), expected, rtol=0, atol=0)
    ours, torchs = ours.double(), torchs.double()
    assert "float64" in ours.explain_choice(x.double())
    torch.testing.assert_close(ours(x.double()), torchs(x.double()), rtol=0, atol=0)
    ours, torchs = ours.float(), torchs.float()
    compiled = torch.compile(ours, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x), torchs(x), rtol=0, atol=0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch scripts its own derivatives
@pytest.mark.parametrize(("kind", "options"), CELLS)
def test_torch_func_follows_a_cell(kind, options):
    torch.manual_seed(5)
    torchs, ours = both(kind, options)
    x, tangent = torch.randn(3, 5), torch.randn(3, 5)

    def h_of(cell):
        return lambda x: cell(x)[0] if kind is nn.LSTMCell else cell(x)

    expected = torch.func.jvp(h_of(torchs), (x,), (tangent,))
    for one, two in zip(torch.func.jvp(h_of(ours), (x,), (tangent,)), expected, strict=True):
        torch.testing.assert_close(one, two)
    jacobians = [torch.func.jacrev(h_of(cell))(x) for cell in (torchs, ours)]
    torch.testing.assert_close(*jacobians)


def test_misfits_are_torchs_errors():
    for kind, _ in CELLS[::5]:
        torchs, ours = both(kind, {})
        h = torch.zeros(2, 7)
        state = (h, h) if kind is nn.LSTMCell else h
        wrong = torch.zeros(3, 7)
        for arguments in (
            (torch.zeros(2, 4), state),
            (torch.zeros(2, 5), (wrong, wrong) if kind is nn.LSTMCell else wrong),
            (torch.zeros(1, 2, 5), state),
        ):
            with pytest.raises((RuntimeError, ValueError)) as expected:
                torchs(*arguments)
            with pytest.raises(type(expected.value)):
                ours(*arguments)
            assert ours.explain_choice(*arguments) == "a size does not fit"


def test_cells_copy_pickle_and_print_as_torchs():
    _, ours = both(nn.GRUCell, {"bias": False})
    assert repr(ours) == "GRUCell(5, 7, bias=False)"
    x = torch.randn(2, 5)
    for other in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert_same_bits("h", other(x), ours(x))


@needs_cpu
@pytest.mark.parametrize("cell", list(GATES))
def test_the_next_state_may_be_changed_where_torchs_may(cell):
    tensors, grads = draw(cell, 2, 3, 4)
    expected = results(lambda leaves: step(cell, leaves), tensors, grads)
    leaves = [None if t is None else t.detach().requires_grad_() for t in tensors]
    after = step(cell, leaves)
    for each in after:
        each.mul_(2)
    whole = sum((each * grad).sum() / 2 for each, grad in zip(after, grads, strict=True))
    if STATES[cell] == 1 and cell != "gru":  # torch's tanh and relu keep what they return
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            whole.backward()
        return
    whole.backward()
    for name, leaf in zip(NAMES, leaves, strict=True):
        if leaf is not None:
            assert_near(name, leaf.grad, expected[name], "float32 and reference")


@needs_cpu
def test_reasons_are_said():
    tensors, _ = draw("rnn", 2, 3, 4)
    assert supports("rnn", tensors) is None
    half = [None if t is None else t.bfloat16() for t in tensors]
    assert "bfloat16" in supports("rnn", half)
    assert step("rnn", half) is None

    class Other(torch.Tensor):
        pass

    other = [tensors[0].as_subclass(Other), *tensors[1:]]
    assert supports("rnn", other) == "a Other is not a plain tensor"
    assert step("rnn", other) is None


def as_one(cell):
    """Changes of one tensor, or of where it is asked, that a kernel must not be asked for."""

    def changed(name, change):
        def apply(tensors):
            at = NAMES.index(name)
            return [change(t) if k == at else t for k, t in enumerate(tensors)]

        return apply

    rows = GATES[cell]
    names = [name for name in NAMES if name != "c" or STATES[cell] == 2]
    yield from (changed(name, lambda t: t.double()) for name in names)
    yield from (changed(name, lambda t: t.to("meta")) for name in names)
    yield from (changed(name, lambda t: t[:-1]) for name in names)  # rows, or gates' rows
    yield from (changed(name, lambda t: t[..., :-1]) for name in names)
    yield changed("weight_ih", lambda t: t.reshape(-1, rows * 4))
    yield changed("weight_hh", lambda t: t[:, None])
    yield changed("x", lambda t: t[:, :0])


@needs_cpu
@pytest.mark.parametrize("cell", list(GATES))
def test_a_step_is_taken_where_it_is_said_to_be_and_nowhere_else(cell):
    tensors, _ = draw(cell, 2, 3, 4)
    assert supports(cell, tensors) is None
    assert step(cell, tensors) is not None
    with torch.autocast("cpu", torch.bfloat16):
        assert supports(cell, tensors) == "inside autocast"
        assert step(cell, tensors) is None
    with torch.autograd.forward_ad.dual_level():
        assert supports(cell, tensors) is not None
        assert step(cell, tensors) is None
    for change in as_one(cell):
        other = change(tensors)
        assert supports(cell, other) is not None
        assert step(cell, other) is None


@needs_cpu
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("which", ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
def test_weights_of_another_size_are_an_error_of_cells_and_of_layers_step_by_step(kind, which):
    wrong = torch.randn(2, 5) if which.startswith("weight") else torch.randn(2)
    cell, layer = getattr(elman.nn, f"{kind}Cell")(5, 7), getattr(elman.nn, kind)(5, 7)
    setattr(cell, which, nn.Parameter(wrong))
    setattr(layer, f"{which}_l0", nn.Parameter(wrong))
    x = torch.randn(3, 5)
    for call in (lambda: cell(x), lambda: layer.step(x), lambda: layer(x[None])):
        with pytest.raises(RuntimeError):
            call()


def test_nothing_of_no_size_is_divided_by():
    assert elman.nn.GRUCell(3, 0)(torch.randn(2, 3)).shape == (2, 0)
    both_ = both(nn.LSTMCell, {}, sizes=(0, 4))
    expected, found = (cell(torch.randn(2, 0)) for cell in both_)
    assert_near("h", found[0], expected[0], "float32 and reference")
