"""Small networks that translate, with random weights of all kinds, and the torch module of each."""

from __future__ import annotations

import numpy as np
import torch

from elman.models.translation import TranslationModel
from elman.runtime.translation.network import TranslationNetwork
from elman.runtime.translation.spec import TranslationSpec, tensor_shapes

SPECS = {
    "lstm": TranslationSpec("lstm", pieces=23, input_size=5, hidden_size=6),
    "gru": TranslationSpec("gru", pieces=17, input_size=7, hidden_size=4, encoder_layers=3),
    "rnn": TranslationSpec("rnn", pieces=11, input_size=3, hidden_size=10, encoder_layers=1),
}


def tensors_of(spec, seed=0):
    """Weights whose sums neither vanish nor saturate, and a table that tells pieces apart."""
    random = np.random.default_rng(seed)
    found = {}
    for name, shape in tensor_shapes(spec).items():
        size = 1.0 if name == "embedding.weight" else 1.5 / np.sqrt(shape[-1])
        found[name] = random.normal(0.05, size, shape).astype(np.float32)
    return found


def network_of(spec, seed=0):
    return TranslationNetwork(spec, tensors_of(spec, seed))


def module_of(spec, seed=0):
    module = TranslationModel(spec)
    tensors = {name: torch.from_numpy(t) for name, t in tensors_of(spec, seed).items()}
    module.load_state_dict(tensors, strict=True)
    return module.eval()


def sentences_of(spec, lengths, seed=1):
    random = np.random.default_rng(seed)
    return [random.integers(1, spec.pieces, n) for n in lengths]


def padded(sentences):
    lengths = torch.tensor([len(x) for x in sentences])
    x = torch.zeros(len(sentences), int(lengths.max()), dtype=torch.long)
    for row, sentence in enumerate(sentences):
        x[row, : len(sentence)] = torch.from_numpy(np.asarray(sentence))
    return x, lengths
