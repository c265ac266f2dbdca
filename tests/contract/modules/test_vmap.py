"""`torch.func` takes the layers: what a transform gives is what calls one by one give."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.func import functional_call, grad, jacfwd, jacrev, stack_module_state, vmap
from torch.nn.utils.rnn import PackedSequence

import elman.nn
from elman import native
from elman.errors import OptionError
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, flat, needs_cpu

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=str)
E, B, T, I = 4, 3, 6, 5  # noqa: E741

# torch's forward mode scripts its decompositions when it is first used
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")


@pytest.fixture
def dtype(engine):
    return torch.float32 if engine == "cpu" else torch.float64


def setting(layer, dtype, **options):
    options = {"num_layers": 2, "bidirectional": True, "batch_first": True, **options}
    return layer.pair(I, 7, **options)[0].to(dtype), torch.randn(E, B, T, I, dtype=dtype)


def near(name, found, expected):
    pair = f"{str(expected.dtype).removeprefix('torch.')} and reference"
    assert_near(name, found, expected, pair)


def stacked(results):
    """Results of several calls, side by side."""
    return [torch.stack(parts) for parts in zip(*results, strict=True)]


def results(ours, *arguments, **options):
    output, state = ours(*arguments, **options)
    return (output, *flat(state))


@each_layer
def test_a_batch_of_batches_equals_one_after_the_other(layer, dtype, engine):
    ours, x = setting(layer, dtype)
    hx, first = layer.states(ours, B), x[0]
    shared, every = [6, 0, 2], torch.tensor([[6, 0, 2], [1, 1, 1], [0, 6, 6], [3, 4, 5]])
    with torch.no_grad():
        for found, expected in [
            (vmap(lambda x: results(ours, x))(x), [results(ours, one) for one in x]),
            (vmap(lambda x: results(ours, x))(x[0]), [results(ours, one) for one in x[0]]),
            (
                vmap(lambda x: results(ours, x, hx, lengths=shared))(x),
                [results(ours, one, hx, lengths=shared) for one in x],
            ),
            (
                vmap(lambda n: results(ours, first, lengths=n))(every),
                [results(ours, first, lengths=n) for n in every],
            ),
            (
                vmap(lambda x: results(ours, x), in_dims=-1)(x.movedim(0, -1)),
                [results(ours, one) for one in x],
            ),
            (
                vmap(vmap(lambda x: results(ours, x)), in_dims=1)(x),
                [stacked(results(ours, one) for one in x[:, k]) for k in range(B)],
            ),
        ]:
            for k, (a, b) in enumerate(zip(found, stacked(expected), strict=True)):
                # rows of the kernels do not know what stands beside them
                (assert_same_bits if engine == "cpu" else near)(f"result {k}", a, b)


@each_layer
def test_states_may_differ_where_inputs_do_not(layer, dtype):
    ours, x = setting(layer, dtype)
    states = [layer.states(ours, B) for _ in range(E)]
    given = stacked(map(flat, states))
    given = tuple(given) if layer.name == "LSTM" else given[0]
    found = vmap(lambda hx: results(ours, x[0], hx))(given)
    for a, b in zip(found, stacked(results(ours, x[0], hx) for hx in states), strict=True):
        near("result", a, b)


@each_layer
@pytest.mark.parametrize("lengths", [None, [6, 0, 3]], ids=["full", "lengths"])
def test_gradients_of_single_examples_and_of_their_sum(layer, dtype, lengths):
    ours, x = setting(layer, dtype)
    weights = {name: p.detach() for name, p in ours.named_parameters()}

    def loss(weights, x):
        output, state = functional_call(ours, weights, (x,), {"lengths": lengths})
        return output.pow(2).sum() + sum(part.sin().sum() for part in flat(state))

    one_by_one = [grad(loss, argnums=(0, 1))(weights, one) for one in x]
    found, found_x = vmap(grad(loss, argnums=(0, 1)), in_dims=(None, 0))(weights, x)
    alone = vmap(grad(loss, argnums=1), in_dims=(None, 0))(weights, x)
    together = grad(lambda w: vmap(loss, in_dims=(None, 0))(w, x).sum())(weights)
    near("x", found_x, torch.stack([g for _, g in one_by_one]))
    near("x alone", alone, found_x)
    for name in weights:
        expected = torch.stack([g[name] for g, _ in one_by_one])
        assert expected.abs().max() > 0
        near(name, found[name], expected)
        near(f"sum of {name}", together[name], expected.sum(0))
    vmap(loss, in_dims=(None, 0))(dict(ours.named_parameters()), x).sum().backward()
    for name, parameter in ours.named_parameters():
        near(f"backward of {name}", parameter.grad, together[name])


@each_layer
def test_an_ensemble_equals_its_members(layer, dtype):
    members = [
        layer.ours(I, 7, batch_first=True, dtype=dtype, **dict(layer.options)) for _ in range(E)
    ]
    x = torch.randn(E, B, T, I, dtype=dtype)
    weights, _ = stack_module_state(members)
    weights = {name: w.detach() for name, w in weights.items()}

    def loss(weights, x):
        return functional_call(members[0], weights, (x,))[0].pow(2).sum()

    for in_dims, given in (((0, None), [x[0]] * E), ((0, 0), list(x))):
        found = vmap(grad(loss), in_dims=in_dims)(weights, x[0] if in_dims[1] is None else x)
        for name in weights:
            expected = [
                torch.autograd.grad(m(one)[0].pow(2).sum(), m.get_parameter(name))[0]
                for m, one in zip(members, given, strict=True)
            ]
            near(name, found[name], torch.stack(expected))


@each_layer
def test_second_derivatives_and_jacobians(layer, dtype):
    ours = layer.pair(2, 3, batch_first=True)[0].to(dtype)
    theirs = elman.nn.restore(copied := copy.deepcopy(ours)) and copied
    x = torch.randn(2, 4, 2, dtype=dtype)
    expected = torch.autograd.functional.jacobian(lambda x: theirs(x)[0], x)
    near("jacrev", jacrev(lambda x: ours(x)[0])(x), expected)
    near("jacfwd", jacfwd(lambda x: ours(x)[0])(x), expected)
    truth = copy.deepcopy(theirs).double()
    truths = torch.autograd.functional.hessian(lambda x: truth(x)[0].sin().sum(), x.double())

    def score(x):
        return ours(x)[0].sin().sum()

    for name, found in (
        ("reverse over reverse", jacrev(jacrev(score))(x)),
        ("forward over reverse", jacfwd(jacrev(score))(x)),
        ("of single rows", vmap(jacrev(grad(score)))(x[:, None])),
    ):
        wanted = truths
        if name == "of single rows":
            wanted = torch.stack([truths[k : k + 1, :, :, k : k + 1] for k in range(2)])
        near(name, found, wanted.to(dtype))


@each_layer
def test_vectors_of_gradients_at_once(layer, dtype):
    ours, x = setting(layer, dtype)
    x = x[0].requires_grad_()
    output = ours(x)[0]
    cotangents = torch.randn(E, *output.shape, dtype=dtype)
    leaves = [x, *ours.parameters()]
    found = torch.autograd.grad(
        output, leaves, cotangents, is_grads_batched=True, retain_graph=True
    )
    one_by_one = [torch.autograd.grad(output, leaves, c, retain_graph=True) for c in cotangents]
    for a, b in zip(found, stacked(one_by_one), strict=True):
        near("gradient", a, b)


@each_layer
def test_packed_steps_in_a_batch_of_batches(layer, dtype):
    ours, _ = setting(layer, dtype)
    sizes = torch.tensor([3, 3, 2, 1])
    data = torch.randn(E, int(sizes.sum()), I, dtype=dtype)
    weights = {name: p.detach() for name, p in ours.named_parameters()}

    def called(weights, data):
        output, state = functional_call(ours, weights, (PackedSequence(data, sizes),))
        return (output.data, *flat(state))

    def loss(weights, data):
        return sum(part.pow(2).sum() for part in called(weights, data))

    found = vmap(called, in_dims=(None, 0))(weights, data)
    for a, b in zip(found, stacked(called(weights, one) for one in data), strict=True):
        near("result", a, b)
    found = vmap(grad(loss, argnums=(0, 1)), in_dims=(None, 0))(weights, data)
    one_by_one = [grad(loss, argnums=(0, 1))(weights, one) for one in data]
    near("data", found[1], torch.stack([g for _, g in one_by_one]))
    for name in weights:
        near(name, found[0][name], torch.stack([g[name] for g, _ in one_by_one]))


def test_dropout_draws_as_it_is_told(dtype):
    ours, x = setting(LAYERS[2], dtype, dropout=0.5)
    x = x[:1].expand(E, B, T, I)
    with pytest.raises(RuntimeError, match="randomness"):
        vmap(lambda x: ours(x)[0])(x)
    same = vmap(lambda x: ours(x)[0], randomness="same")(x)
    near("the same", same[1], same[0])
    different = vmap(lambda x: ours(x)[0], randomness="different")(x)
    assert (different[1] - different[0]).abs().max() > 0.01


@needs_cpu
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_what_does_not_fit_is_said():
    ours, x = setting(LAYERS[3], torch.float32)
    with pytest.raises(ValueError, match="lengths must be between 0 and the 6 steps"):
        vmap(lambda n: ours(x[0], lengths=n)[0])(torch.full((E, B), 7))
    projected = elman.nn.LSTM(I, 7, proj_size=2, batch_first=True)
    with pytest.raises(OptionError, match=r"proj_size=2.* under torch\.func\.vmap"):
        vmap(lambda x: projected(x)[0])(x)


@needs_cpu
def test_rows_of_all_batches_are_one_call_of_the_kernels(monkeypatch):
    ours, x = setting(LAYERS[2], torch.float32, num_layers=1)
    calls = []
    real = native.Layer.forward

    def forward(self, **options):
        calls.append(self.B)
        real(self, **options)

    monkeypatch.setattr(native.Layer, "forward", forward)
    with torch.no_grad():
        vmap(lambda x: ours(x)[0])(x)
    assert calls == [E * B]


@needs_cpu
@each_layer
def test_a_compiled_vmap_gives_the_same(layer):
    ours, x = setting(layer, torch.float32)
    torch._dynamo.reset()
    compiled = torch.compile(
        lambda x: vmap(lambda x: ours(x)[0])(x), fullgraph=True, backend="aot_eager"
    )
    found = compiled(x)
    expected = torch.stack([ours(one)[0] for one in x])
    near("output", found, expected)
    weights = list(ours.parameters())
    for a, b in zip(
        torch.autograd.grad(found.pow(2).sum(), weights),
        torch.autograd.grad(expected.pow(2).sum(), weights),
        strict=True,
    ):
        near("gradient", a, b)
    torch._dynamo.reset()


def test_a_module_around_it_is_as_any():
    """The usual program: gradients of single examples of a model with an embedding and a head."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.rnn, self.fc = nn.Embedding(9, 4), nn.LSTM(4, 6), nn.Linear(6, 1)

        def forward(self, ids):
            return self.fc(self.rnn(self.embedding(ids))[1][0][0])

    net = Net()
    elman.accelerate(net)
    weights = {name: p.detach() for name, p in net.named_parameters()}
    ids = torch.randint(0, 9, (5, 7))

    def loss(weights, ids):
        return functional_call(net, weights, (ids,)).square().sum()

    found = vmap(grad(loss), in_dims=(None, 0))(weights, ids)
    for name, p in net.named_parameters():
        expected = [torch.autograd.grad(net(one).square().sum(), p)[0] for one in ids]
        near(name, found[name], torch.stack(expected))
