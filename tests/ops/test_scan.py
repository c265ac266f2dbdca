"""The linear recurrence: every twin against the loop, in values and in every gradient."""

from __future__ import annotations

import itertools
import re

import pytest
import torch

from elman import native
from elman.errors import InputError, OptionError
from elman.ops.scan import TWINS, explain_scan, scan
from elman.ops.scan import cpu as scan_cpu
from tests.contract.compare import assert_near, assert_same_bits
from tests.isas import on_each_isa

FAST = [twin for twin in TWINS if twin != "reference"]
DTYPES = [torch.float32, torch.float64, torch.complex64, torch.complex128]
EXACT = {torch.float32: torch.float64, torch.complex64: torch.complex128}

needs_cpu = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))


@pytest.fixture(autouse=True)
def _nan_where_nothing_was_written():
    threads = torch.get_num_threads()
    torch.use_deterministic_algorithms(True)
    assert torch.empty(3).isnan().all()
    yield
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)


def draw(B, T, H, dtype=torch.float32, *, constant=False, seed=0):
    """a of modulus below 1, x, h_0, and cotangents of h and h_n."""
    random = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, dtype=dtype, generator=random)

    a = normal(*((H,) if constant else (B, T, H)))
    a = a / (0.1 + 1.2 * a.abs())
    return a, normal(B, T, H), normal(B, H), normal(B, T, H), normal(B, H)


def results(a, x, h_0, grad_h, grad_h_n, **options):
    """Values and gradients by name."""
    a, x, h_0 = (part.detach().requires_grad_() for part in (a, x, h_0))
    h, h_n = scan(a, x, h_0, **options)
    names = ["h", "h_n", "gradient of a", "gradient of x", "gradient of h_0"]
    # Without a step nothing depends on a: its gradient is 0.
    grads = torch.autograd.grad(
        [h, h_n], [a, x, h_0], [grad_h, grad_h_n], allow_unused=True, materialize_grads=True
    )
    return dict(zip(names, (h.detach(), h_n.detach(), *grads), strict=True))


def real(x):
    return torch.view_as_real(x.resolve_conj()) if x.is_complex() else x


def available(twin, a, x):
    choice = explain_scan(a, x)
    if twin in choice.reasons:
        pytest.skip(f"{twin}: {choice.reasons[twin]}")


def test_reference_by_hand():
    a = torch.tensor([[[2.0], [3.0], [5.0]]])
    x = torch.tensor([[[1.0], [1.0], [7.0]]])
    h_0, lengths = torch.tensor([[1.0]]), torch.tensor([2])
    h, h_n = scan(a, x, h_0, lengths=lengths, twin="reference")
    assert h[0, :, 0].tolist() == [3, 10, 0]
    assert h_n.tolist() == [[10]]
    h, h_n = scan(a, x, h_0, lengths=lengths, reverse=True, twin="reference")
    assert h[0, :, 0].tolist() == [9, 4, 0]
    assert h_n.tolist() == [[9]]


CASES = [
    (3, 19, 7, [19, 0, 6]),
    (4, 70, 65, [1, 70, 0, 69]),
    (3, 5, 63, None),
    (1, 1, 1, None),
    (2, 3, 33, [0, 0]),
    (2, 0, 5, None),
    (0, 4, 3, None),
]


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("constant", [False, True], ids=["a_t", "a"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("twin", FAST)
def test_equals_the_reference_in_values_and_gradients(twin, dtype, constant, reverse):
    for B, T, H, lengths in CASES:
        drawn = draw(B, T, H, dtype, constant=constant)
        available(twin, *drawn[:2])
        options = {"lengths": None if lengths is None else torch.tensor(lengths, dtype=torch.long)}
        options["reverse"] = reverse
        exact = EXACT.get(dtype, dtype)
        expected = results(*(part.to(exact) for part in drawn), **options, twin="reference")
        found = results(*drawn, **options, twin=twin)
        pair = "float32 and reference" if dtype in EXACT else "float64 and reference"
        for name, tensor in found.items():
            assert tensor.dtype == dtype
            assert_near(f"{B, T, H} {name}", real(tensor), real(expected[name]), pair)


@needs_cpu
@on_each_isa("H", [1, 3, 17, 65], [1, 3, 17, 65])
def test_every_instruction_set_equals_the_reference(isa, H):
    for dtype, constant in itertools.product(DTYPES, [False, True]):
        drawn = draw(2, 9, H, dtype, constant=constant)
        options = {"lengths": torch.tensor([9, 4])}
        exact = EXACT.get(dtype, dtype)
        expected = results(*(part.to(exact) for part in drawn), **options, twin="reference")
        for name, tensor in results(*drawn, **options, twin="cpu").items():
            assert_near(f"{dtype} {H} {name}", real(tensor), real(expected[name]),
                        "float32 and reference")  # fmt: skip


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("constant", [False, True], ids=["a_t", "a"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128], ids=str)
@pytest.mark.parametrize("twin", FAST)
def test_first_and_second_derivatives(twin, dtype, constant, reverse):
    a, x, h_0, *_ = draw(3, 4, 2, dtype, constant=constant)
    available(twin, a, x)
    lengths = torch.tensor([4, 0, 3])

    def run(a, x, h_0):
        return scan(a, x, h_0, lengths=lengths, reverse=reverse, twin=twin)

    inputs = [part.requires_grad_() for part in (a, x, h_0)]
    assert torch.autograd.gradcheck(run, inputs)
    torch.manual_seed(0)
    # Along random directions: every element of a second derivative takes ten times as long.
    assert torch.autograd.gradgradcheck(run, inputs, fast_mode=True)


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("constant", [False, True], ids=["a_t", "a"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128], ids=str)
@pytest.mark.parametrize("twin", FAST)
def test_a_gradient_to_be_differentiated_is_the_same_gradient(twin, dtype, constant, reverse):
    a, x, h_0, *cotangents = draw(3, 6, 5, dtype, constant=constant)
    available(twin, a, x)
    leaves = [part.requires_grad_() for part in (a, x, h_0)]
    results = scan(*leaves, lengths=torch.tensor([6, 0, 2]), reverse=reverse, twin=twin)
    once = torch.autograd.grad(results, leaves, cotangents, retain_graph=True)
    again = torch.autograd.grad(results, leaves, cotangents, create_graph=True)
    for name, found, expected in zip(("a", "x", "h_0"), again, once, strict=True):
        assert_near(name, real(found), real(expected), "float64 and reference")


@pytest.mark.parametrize("twin", FAST)
@pytest.mark.parametrize("used", ["h", "h_n"])
def test_gradient_of_one_result_alone(twin, used):
    a, x, h_0, grad_h, grad_h_n = draw(3, 6, 5)
    available(twin, a, x)
    (grad_h_n if used == "h" else grad_h).zero_()
    lengths = torch.tensor([6, 0, 2])
    expected = results(a, x, h_0, grad_h, grad_h_n, lengths=lengths, twin="reference")
    leaves = [part.requires_grad_() for part in (a, x, h_0)]
    h, h_n = scan(*leaves, lengths=lengths, twin=twin)
    loss = (h * grad_h).sum() if used == "h" else (h_n * grad_h_n).sum()
    for leaf, name in zip(torch.autograd.grad(loss, leaves), ("a", "x", "h_0"), strict=True):
        assert_near(name, leaf, expected[f"gradient of {name}"], "float32 and reference")


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
@needs_cpu
def test_strides_and_views_change_nothing(dtype):
    a, x, h_0, grad_h, grad_h_n = draw(3, 6, 10, dtype)
    expected = results(a, x, h_0, grad_h, grad_h_n, twin="cpu")
    spread = torch.empty(3, 6, 20, dtype=dtype)[..., ::2].copy_(x)
    halves = torch.cat([grad_h, grad_h], 2)[..., :10]
    time_first = a.transpose(0, 1).contiguous().transpose(0, 1)
    conjugated = h_0.conj().resolve_conj().conj()
    assert not dtype.is_complex or conjugated.is_conj()
    grad_h_n = grad_h_n.mT.contiguous().mT
    for layout in (time_first, a.conj().resolve_conj().conj()):
        found = results(layout, spread, conjugated, halves, grad_h_n, twin="cpu")
        for name, tensor in found.items():
            assert_same_bits(name, real(tensor), real(expected[name]))


@pytest.mark.parametrize("twin", FAST)
def test_long_sequences_neither_drift_nor_divide(twin):
    a, x, h_0, grad_h, grad_h_n = draw(2, 2000, 6)
    available(twin, a, x)
    a = torch.stack(
        [
            torch.full_like(a[..., 0], 0.9995),
            torch.full_like(a[..., 0], -0.999),
            torch.full_like(a[..., 0], 1e-30),
            torch.zeros_like(a[..., 0]),
            torch.ones_like(a[..., 0]),
            a[..., 5].sign(),
        ],
        2,
    )
    expected = results(*(part.double() for part in (a, x, h_0, grad_h, grad_h_n)), twin="reference")
    for name, tensor in results(a, x, h_0, grad_h, grad_h_n, twin=twin).items():
        for channel in range(6):
            assert_near(
                f"{name} {channel}",
                tensor[..., channel],
                expected[name][..., channel],
                "float32 scan of 2000 steps",
            )


def rows_of(found, rows):
    return {name: tensor[rows] for name, tensor in found.items()}


@needs_cpu
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
@on_each_isa("H", [1, 7, 63, 65], [65])
def test_a_row_keeps_its_bits_in_any_batch(isa, dtype, H, reverse):
    drawn, lengths = draw(5, 40, H, dtype), torch.tensor([40, 0, 17, 1, 33])
    whole = results(*drawn, lengths=lengths, reverse=reverse, twin="cpu")
    for rows in ([2], [4, 0], [3, 1, 4, 2, 0]):
        part = [each[rows] for each in drawn]
        found = results(*part, lengths=lengths[rows], reverse=reverse, twin="cpu")
        for name, tensor in rows_of(whole, rows).items():
            assert_same_bits(f"{rows} {name}", real(found[name]), real(tensor))


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("filling", [float("nan"), float("inf")])
@pytest.mark.parametrize("twin", FAST)
def test_neither_content_nor_amount_of_padding_changes_a_bit(twin, filling, reverse):
    a, x, h_0, grad_h, grad_h_n = draw(3, 12, 21)
    available(twin, a, x)
    options = {"lengths": torch.tensor([9, 0, 4]), "reverse": reverse, "twin": twin}
    padding = (torch.arange(12) >= options["lengths"][:, None])[..., None]
    clean = results(a, x, h_0, grad_h, grad_h_n, **options)
    dirty = [part.masked_fill(padding, filling) for part in (a, x, grad_h)]
    found = results(dirty[0], dirty[1], h_0, dirty[2], grad_h_n, **options)
    for name, tensor in clean.items():
        assert_same_bits(name, found[name], tensor)
    if twin == "cpu":
        found = results(a[:, :9], x[:, :9], h_0, grad_h[:, :9], grad_h_n, **options)
        for name, tensor in found.items():
            assert_same_bits(name, tensor, clean[name][:, :9] if tensor.dim() == 3 else clean[name])


@needs_cpu
@pytest.mark.parametrize("constant", [False, True], ids=["a_t", "a"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
@on_each_isa("shape", [(1, 600, 129), (3, 200, 129), (8, 600, 8)], [(3, 200, 129)])
def test_the_number_of_threads_changes_no_bit(isa, shape, dtype, constant):
    drawn = draw(*shape, dtype, constant=constant)
    torch.set_num_threads(1)
    expected = results(*drawn, twin="cpu")
    for threads in (2, 3):
        torch.set_num_threads(threads)
        for name, tensor in results(*drawn, twin="cpu").items():
            assert_same_bits(f"{threads} threads, {name}", real(tensor), real(expected[name]))


@needs_cpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
def test_the_operator_keeps_its_promises_to_torch(dtype):
    a, x, h_0, *_ = draw(2, 5, 3, dtype)
    leaves = [part.requires_grad_() for part in (a, x, h_0)]
    for lengths in (None, torch.tensor([5, 2])):
        torch.library.opcheck(torch.ops.elman.scan.default, (*leaves, lengths, False, False))


@pytest.mark.parametrize("lengths", [None, torch.tensor([6, 0, 2])], ids=["full", "ragged"])
def test_compiles_whole_and_keeps_its_bits(lengths):
    drawn = draw(3, 6, 5)

    def run(a, x, h_0):
        return scan(a, x, h_0, lengths=lengths)

    compiled = torch.compile(run, fullgraph=True, backend="aot_eager")
    leaves = [part.clone().requires_grad_() for part in drawn[:3]]
    h, h_n = compiled(*leaves)
    grads = torch.autograd.grad([h, h_n], leaves, list(drawn[3:]))
    for name, expected in results(*drawn, lengths=lengths).items():
        found = {"h": h, "h_n": h_n} | {
            f"gradient of {letter}": grad
            for letter, grad in zip(("a", "x", "h_0"), grads, strict=True)
        }
        assert_same_bits(name, found[name].detach(), expected)


def test_sixteen_bits_are_carried_in_thirty_two():
    a, x, h_0, *_ = (part.bfloat16() for part in draw(2, 300, 4))
    h, h_n = scan(a, x, h_0)
    exact, exact_n = scan(a.float(), x.float(), h_0.float())
    assert_same_bits("h", h, exact.bfloat16())
    assert_same_bits("h_n", h_n, exact_n.bfloat16())


def test_no_initial_state_is_zeros():
    a, x, h_0, *_ = draw(2, 5, 3)
    for found, expected in zip(scan(a, x), scan(a, x, torch.zeros_like(h_0)), strict=True):
        assert_same_bits("without h_0", found, expected)


def test_the_choice_gives_its_reasons(monkeypatch):
    a, x, *_ = draw(1, 2, 3)
    if native.missing() is None:
        assert explain_scan(a, x).twin == "cpu"
    monkeypatch.setattr(scan_cpu, "_MISSING", "there are no kernels")
    choice = explain_scan(a, x)
    assert choice.twin == "parallel"
    assert choice.reasons["cpu"] == "there are no kernels"
    with pytest.raises(OptionError, match=re.escape('"cpu" does not compute this scan: there are')):
        scan(a, x, twin="cpu")


def test_errors_name_what_does_not_fit():
    a, x, h_0, *_ = draw(2, 5, 3)
    for bad, message in [
        (lambda: scan(a, x[0]), "x must be (B, T, H); its shape is (5, 3)"),
        (lambda: scan(a[:, :4], x), "a must be (2, 5, 3), as x, or (3,); it is (2, 4, 3)"),
        (lambda: scan(a, x, h_0[:1]), "h_0 must be (B, H), here (2, 3); it is (1, 3)"),
        (
            lambda: scan(a, x.double()),
            "a, x and h_0 must be of one type; found a torch.float32, x torch.float64",
        ),
        (
            lambda: scan(a, x, lengths=torch.tensor([1.0, 2.0])),
            "lengths must be 2 whole numbers, one for each row; found torch.float32 of shape (2,)",
        ),
    ]:
        with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
            bad()
    with pytest.raises(OptionError, match=r"Did you mean \"parallel\"\?"):
        scan(a, x, twin="paralel")


@needs_cpu
@pytest.mark.parametrize("wrong", [-1, 6])
def test_lengths_out_of_range_are_refused(wrong):
    a, x, *_ = draw(2, 5, 3)
    with pytest.raises(InputError, match="lengths must be between 0 and the 5 steps of x"):
        scan(a, x, lengths=torch.tensor([2, wrong]), twin="cpu")
