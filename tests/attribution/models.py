"""Small saved models with weights that mean something, or nothing."""

from __future__ import annotations

import dataclasses

import numpy as np

from elman import artifact
from elman.data.text.features import Features
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.judging.classes.decision import Decision
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import tensor_shapes
from elman.tasks.classify.codec import TextInput
from elman.workflow.load import load

WORDS = ("the", "film", "was", "not", "good", "bad", "dull", "plot", "and", "a")
PAIRS = ("not good", "was not", "the film")
TEXT = "the film was not Good, zyx and the plot was bad"


def random_tensors(spec, seed=0, size=1.5):
    """Weights large enough that tanh bends and words act together."""
    random = np.random.default_rng(seed)
    alone = dataclasses.replace(spec, members=1)
    tensors = {}
    for member in range(spec.members):
        prefix = f"{member}." if spec.members > 1 else ""
        for name, shape in tensor_shapes(alone).items():
            value = random.normal(size=shape) * size / np.sqrt(shape[-1])
            tensors[prefix + name] = value.astype(np.float32)
        if spec.ids_per_step > 1:
            tensors[prefix + "embedding.weight"][0] = 0
    return tensors


def saved(
    directory, *, classes=("neg", "pos"), kind="binary", affixes=0, pairs=False, change=None, **spec
):
    """Write a classifier with random weights and load it; `change` may set some by hand."""
    words = (*SPECIAL_WORDS, *WORDS, *(PAIRS if pairs else ()))
    features = Features(Vocabulary(words), affixes, pairs)
    decision = Decision(tuple(classes), kind, temperature=1.7)
    shape = {"cell": "rnn", "hidden_size": 7, "input_size": 5} | spec
    network = NetworkSpec(
        **shape,
        vocabulary=features.embeddings,
        ids_per_step=features.columns,
        outputs=decision.outputs,
    )
    tensors = random_tensors(network)
    if change is not None:
        change(tensors)
    artifact.write(
        directory,
        task="classify",
        network=artifact.encode(network),
        input=artifact.encode(TextInput(("text",), "label", affix_buckets=affixes, pairs=pairs)),
        output=artifact.encode(decision),
        training={},
        tensors=tensors,
        parts={"vocabulary.json": features.vocabulary.to_json()},
        allowed_parts={"vocabulary.json": 2**20},
    )
    return load(directory)


def counting(weights):
    """Return a change that makes the score the mean over words of `weights`, in any cell."""

    def change(tensors):
        table = np.zeros_like(tensors["embedding.weight"])
        for word, weight in weights.items():
            table[[*SPECIAL_WORDS, *WORDS, *PAIRS].index(word), 0] = weight
        tensors["embedding.weight"] = table
        head = np.zeros_like(tensors["fc.weight"])
        head[0, 7] = 1  # the first input, past the 7 units
        tensors["fc.weight"] = head
        tensors["fc.bias"][:] = 0

    return change
