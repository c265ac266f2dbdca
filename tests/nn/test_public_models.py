"""Shapes that public models have, written anew, two of each: ours beside torch's, step for step.

Outputs, states, losses and gradients of a model with torch's layers, and of a copy after
`accelerate`; in evaluation too. The models are small, and call their layers as the public ones do.
"""

from __future__ import annotations

import copy
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from elman import native
from elman.nn import accelerate
from tests.contract.compare import assert_near


class Lines(nn.Module):
    """Lines of writing: convolutions, columns of the picture as steps, a class a step, CTC.

    Output is viewed as rows of steps, which asks for torch's order in memory.
    """

    layers = 2

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(inplace=True),
            nn.MaxPool2d((8, 2)),
        )
        self.first = nn.LSTM(8, 10, bidirectional=True)
        self.between = nn.Linear(20, 10)
        self.second = nn.LSTM(10, 10, bidirectional=True)
        self.classes = nn.Linear(20, 6)

    def forward(self, picture):
        x = self.convolutions(picture).squeeze(2).permute(2, 0, 1)  # (T, B, I)
        for rnn, head in ((self.first, self.between), (self.second, self.classes)):
            output, _ = rnn(x)
            T, B, H = output.size()
            x = head(output.view(T * B, H)).view(T, B, -1)
        return functional.log_softmax(x, 2)

    def batch(self):
        return (torch.randn(3, 1, 8, 26),)

    def loss(self, output):
        T, B, _ = output.shape
        return functional.ctc_loss(output, torch.randint(1, 6, (B, 4)), [T] * B, [4] * B)


class Video(nn.Module):
    """Frames through one convolution, all at once; a recurrent layer over time; its last step."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.frame = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.Flatten())
        self.rnn = nn.GRU(36, 12, num_layers=2, batch_first=True)
        self.fc = nn.Linear(12, 5)

    def forward(self, frames):
        B, T = frames.shape[:2]
        features = self.frame(frames.view(B * T, *frames.shape[2:])).view(B, T, -1)
        self.rnn.flatten_parameters()
        output, _ = self.rnn(features)
        return self.fc(output[:, -1, :])

    def batch(self):
        return (torch.randn(3, 7, 1, 8, 8),)

    def loss(self, output):
        return functional.cross_entropy(output, torch.tensor([0, 4, 2]))


class WeightDrop(nn.Module):
    """Recurrent weights that are dropped out: parameters of another name, set before each call."""

    def __init__(self, module, p):
        super().__init__()
        self.module, self.p = module, p
        raw = nn.Parameter(module._parameters.pop("weight_hh_l0").data)
        module.register_parameter("weight_hh_l0_raw", raw)

    def forward(self, *arguments):
        raw = self.module.weight_hh_l0_raw
        self.module.weight_hh_l0 = functional.dropout(raw, self.p, self.training)
        return self.module(*arguments)


class Dropped(nn.Module):
    """A language model of three layers with dropped weights, locked dropout and tied words."""

    layers = 3

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 8)
        sizes = ((8, 12), (12, 12), (12, 8))
        self.rnns = nn.ModuleList(WeightDrop(nn.LSTM(i, h), 0.5) for i, h in sizes)
        self.decoder = nn.Linear(8, 20)
        self.decoder.weight = self.words.weight

    def forward(self, ids, states=None):
        x, after = self.words(ids), []
        for k, rnn in enumerate(self.rnns):
            x, state = rnn(x) if states is None else rnn(x, states[k])
            after.append(state)
            if self.training:
                x = x * torch.empty_like(x[:1]).bernoulli_(0.6) / 0.6
        return self.decoder(x), after

    def batch(self):
        ids = torch.randint(0, 20, (9, 4))
        states = [(torch.randn(1, 4, h), torch.randn(1, 4, h)) for h in (12, 12, 8)]
        return ids, states

    def loss(self, result):
        output, states = result
        activity = sum(h.pow(2).mean() + c.pow(2).mean() for h, c in states)
        return functional.cross_entropy(output.flatten(0, 1), torch.arange(36) % 20) + activity


class Tied(nn.Module):
    """Dropped weights within a classifier, called from its own loop over parts of a document."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.rnn = WeightDrop(nn.GRU(6, 9, batch_first=True), 0.3)
        self.fc = nn.Linear(27, 3)

    def forward(self, x):
        state, outputs = torch.zeros(1, len(x), 9), []
        for part in x.split(4, 1):
            output, state = self.rnn(part, state)
            state = state.detach()
            outputs.append(output)
        output = torch.cat(outputs, 1)
        pooled = [output.mean(1), output.max(1).values, output[:, -1]]
        return self.fc(torch.cat(pooled, 1))

    def batch(self):
        return (torch.randn(5, 11, 6),)

    def loss(self, output):
        return functional.cross_entropy(output, torch.arange(5) % 3)


class Language(nn.Module):
    """The textbook's language model: a state kept by the program and cut off from its graph."""

    layers = 1

    def __init__(self, kind="LSTM"):
        super().__init__()
        self.drop, self.encoder = nn.Dropout(0.2), nn.Embedding(20, 8)
        self.rnn = getattr(nn, kind)(8, 8, 2)
        self.decoder = nn.Linear(8, 20)

    def forward(self, windows, hidden):
        scores = []
        for window in windows:
            hidden = tuple(part.detach() for part in hidden)
            output, hidden = self.rnn(self.drop(self.encoder(window)), hidden)
            scores.append(functional.log_softmax(self.decoder(self.drop(output)).view(-1, 20), 1))
        return torch.cat(scores), hidden

    def batch(self):
        weight = next(self.parameters())
        hidden = (weight.new_zeros(2, 4, 8), weight.new_zeros(2, 4, 8))
        return torch.randint(0, 20, (3, 7, 4)), hidden

    def loss(self, result):
        return functional.nll_loss(result[0], torch.arange(len(result[0])) % 20)


class Letters(nn.Module):
    """Letters one after another; the state is kept in the module."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.letters, self.rnn, self.fc = nn.Embedding(9, 9), nn.RNN(9, 11), nn.Linear(11, 9)
        self.hidden = None

    def forward(self, ids):
        self.hidden = None
        scores = []
        for letter in ids:
            output, self.hidden = self.rnn(self.letters(letter)[None], self.hidden)
            scores.append(self.fc(output.squeeze(0)))
        return torch.stack(scores)

    def batch(self):
        return (torch.randint(0, 9, (8, 3)),)

    def loss(self, output):
        return functional.cross_entropy(output[:-1].flatten(0, 1), torch.arange(21) % 9)


class Tagger(nn.Module):
    """Words, packed by length after sorting, both ways; a tag a word."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 6, padding_idx=0)
        self.rnn = nn.LSTM(6, 7, num_layers=2, dropout=0.0, bidirectional=True)
        self.tags = nn.Linear(14, 4)

    def forward(self, ids, lengths):
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(self.words(ids[:, order]), lengths.tolist())
        h_0 = torch.zeros(4, ids.shape[1], 7)
        output, _ = self.rnn(packed, (h_0, torch.zeros_like(h_0)))
        output, _ = pad_packed_sequence(output)
        return self.tags(output[:, order.argsort()])

    def batch(self):
        lengths = torch.tensor([3, 9, 1, 6])
        ids = torch.randint(1, 20, (9, 4)) * (torch.arange(9)[:, None] < lengths)
        return ids, lengths

    def loss(self, output):
        return functional.cross_entropy(output.flatten(0, 1), torch.arange(36) % 4)


class Spelled(nn.Module):
    """Words out of their letters: last states of a packed letter layer, then a layer of words."""

    layers = 2

    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(12, 5)
        self.of_letters = nn.GRU(5, 6, batch_first=True, bidirectional=True)
        self.of_words = nn.GRU(12, 8, batch_first=True, bidirectional=True)
        self.tags = nn.Linear(16, 4)

    def forward(self, letters, lengths):
        B, W, C = letters.shape
        packed = pack_padded_sequence(
            self.letters(letters.view(B * W, C)),
            lengths.flatten(),
            batch_first=True,
            enforce_sorted=False,
        )
        _, hidden = self.of_letters(packed)
        words = hidden.transpose(0, 1).contiguous().view(B, W, -1)
        return self.tags(self.of_words(words)[0])

    def batch(self):
        return torch.randint(0, 12, (3, 5, 7)), torch.randint(1, 8, (3, 5))

    def loss(self, output):
        return functional.cross_entropy(output.flatten(0, 1), torch.arange(15) % 4)


class Attention(nn.Module):
    """A translator's decoder, a word a call: the state asks the source, the answer goes in."""

    layers = 2

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(15, 6)
        self.encoder = nn.GRU(6, 8, bidirectional=True)
        self.bridge = nn.Linear(16, 8)
        self.score, self.value = nn.Linear(24, 8), nn.Linear(8, 1, bias=False)
        self.decoder = nn.GRU(6 + 16, 8)
        self.out = nn.Linear(8 + 16 + 6, 15)

    def forward(self, source, target):
        memory, hidden = self.encoder(self.words(source))
        state = torch.tanh(self.bridge(torch.cat((hidden[-2], hidden[-1]), 1)))
        scores = []
        for word in target:
            asked = torch.cat((state.expand(len(source), -1, -1), memory), 2)
            weight = self.value(torch.tanh(self.score(asked))).squeeze(2).softmax(0)  # (T, B)
            context = (weight[:, :, None] * memory).sum(0, keepdim=True)
            embedded = self.words(word)[None]
            output, state = self.decoder(torch.cat((embedded, context), 2), state[None])
            assert torch.equal(output, state)
            state = state.squeeze(0)
            scores.append(self.out(torch.cat((output, context, embedded), 2).squeeze(0)))
        return torch.stack(scores)

    def batch(self):
        return torch.randint(0, 15, (7, 3)), torch.randint(0, 15, (5, 3))

    def loss(self, output):
        return functional.cross_entropy(output.flatten(0, 1), torch.arange(15) % 15)


class Products(nn.Module):
    """Attention by products over the outputs of both sides, batch first, states handed over."""

    layers = 2

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(15, 6)
        self.encoder = nn.LSTM(6, 8, 2, batch_first=True)
        self.decoder = nn.LSTM(6, 8, 2, batch_first=True)
        self.out = nn.Linear(16, 15)

    def forward(self, source, target):
        memory, state = self.encoder(self.words(source))
        output, _ = self.decoder(self.words(target), state)
        weight = torch.bmm(output, memory.transpose(1, 2)).softmax(2)
        return self.out(torch.cat((output, torch.bmm(weight, memory)), 2))

    def batch(self):
        return torch.randint(0, 15, (3, 7)), torch.randint(0, 15, (3, 5))

    def loss(self, output):
        return functional.cross_entropy(output.flatten(0, 1), torch.arange(15) % 15)


class Policy(nn.Module):
    """An agent: step by step, with a state that begins anew where an episode does; two heads."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.see = nn.Sequential(nn.Linear(5, 8), nn.Tanh())
        self.rnn = nn.LSTM(8, 9)
        self.act, self.judge = nn.Linear(9, 3), nn.Linear(9, 1)
        for name, parameter in self.rnn.named_parameters():
            if "weight" in name:
                nn.init.orthogonal_(parameter, 1.0)

    def forward(self, seen, begins, state):
        features, outputs = self.see(seen), []
        for x, begin in zip(features, begins, strict=True):
            keep = (1.0 - begin).view(1, -1, 1)
            output, state = self.rnn(x[None], (keep * state[0], keep * state[1]))
            outputs.append(output)
        hidden = torch.flatten(torch.cat(outputs), 0, 1)
        return self.act(hidden).log_softmax(1), self.judge(hidden).squeeze(1), state

    def batch(self):
        begins = (torch.rand(6, 4) < 0.3).float()
        return torch.randn(6, 4, 5), begins, (torch.zeros(1, 4, 9), torch.zeros(1, 4, 9))

    def loss(self, result):
        chances, values, _ = result
        chosen = chances.gather(1, (torch.arange(24) % 3)[:, None])
        return -(chosen.squeeze(1) * (1 - values.detach())).mean() + (1 - values).pow(2).mean()


class Critic(nn.Module):
    """An agent's memory, trained on whole sequences: episodes cut where one begins."""

    layers = 1

    def __init__(self):
        super().__init__()
        self.gru, self.q = nn.GRU(5, 9, batch_first=True), nn.Linear(9, 3)

    def forward(self, seen, begins):
        cuts = [0, *(begins.any(0).nonzero().flatten().tolist()), seen.shape[1]]
        state, outputs = seen.new_zeros(1, len(seen), 9), []
        for start, end in pairwise(cuts):
            if end > start:
                state = state * (1.0 - begins[:, start].float())[None, :, None]
                output, state = self.gru(seen[:, start:end], state)
                outputs.append(output)
        return self.q(torch.cat(outputs, 1)), state

    def batch(self):
        return torch.randn(4, 8, 5), torch.rand(4, 8) < 0.15

    def loss(self, result):
        values, _ = result
        wanted = 0.9 * values[:, 1:].max(2).values.detach() + 1
        return functional.smooth_l1_loss(values[:, :-1, 0], wanted)


MODELS = {
    "convolutions": (Lines, Video),
    "dropped weights": (Dropped, Tied),
    "language": (Language, Letters),
    "tagger": (Tagger, Spelled),
    "attention": (Attention, Products),
    "agent": (Policy, Critic),
}


def tensors(result):
    leaves = torch.utils._pytree.tree_leaves(result)
    return [leaf.detach() for leaf in leaves if isinstance(leaf, Tensor)]


def step(model, arguments, optimiser):
    """What comes out, the loss, and all gradients; then a step. What is random is the same."""
    torch.manual_seed(11)
    optimiser.zero_grad()
    result = model(*arguments)
    loss = model.loss(result)
    loss.backward()
    gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
    optimiser.step()
    return [*tensors(result), loss.detach()], gradients


@pytest.mark.parametrize("kind", [kind for pair in MODELS.values() for kind in pair])
def test_a_public_models_shape_gives_what_torchs_layers_give(kind):
    torch.manual_seed(5)
    plain = kind()
    model, arguments = copy.deepcopy(plain), plain.batch()
    account = accelerate(model)
    assert len(account.swapped) == kind.layers
    assert account.left == ()
    optimisers = [torch.optim.SGD(m.parameters(), lr=0.1) for m in (model, plain)]
    for _ in range(3):
        found, of_found = step(model, arguments, optimisers[0])
        expected, of_expected = step(plain, arguments, optimisers[1])
        for k, (a, b) in enumerate(zip(found, expected, strict=True)):
            assert_near(f"result {k}", a, b, "float32 and reference")
        for name, gradient in of_expected.items():
            assert_near(name, of_found[name], gradient, "float32 and reference", at_least=0.1)
    assert all(gradient.abs().max() > 0 for gradient in of_expected.values())
    model.eval(), plain.eval()
    with torch.no_grad():
        for a, b in zip(tensors(model(*arguments)), tensors(plain(*arguments)), strict=True):
            assert_near("evaluation", a, b, "float32 and reference")


@pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
@pytest.mark.parametrize("kind", [kind for pair in MODELS.values() for kind in pair])
def test_its_layers_run_in_the_kernels(kind, monkeypatch):
    model = kind()
    accelerate(model)
    for torchs in (nn.RNN, nn.GRU, nn.LSTM):
        monkeypatch.setattr(torchs, "forward", lambda *_: pytest.fail("torch's own layer ran"))
    model.loss(model(*model.batch())).backward()
