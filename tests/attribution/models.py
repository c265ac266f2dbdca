"""Small saved models with weights that mean something, or nothing."""

from __future__ import annotations

import numpy as np

from elman import artifact
from elman.data.text.features import Features, Terms
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.judging.classes.decision import Decision
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.classify.codec import TERMS, TextInput
from elman.workflow.load import load

WORDS = ("the", "film", "was", "not", "good", "bad", "dull", "plot", "and", "a")
PAIRS = ("not good", "was not", "the film")
LINEAR = ("zyx", "bad film", "the plot", "not good", "very")
"""Words and pairs that a linear part alone knows."""
TEXT = "the film was not Good, zyx and the plot was bad"


def random_tensors(spec, seed=0, size=1.5):
    """Weights large enough that tanh bends and words act together."""
    random = np.random.default_rng(seed)
    tensors = {}
    for name, shape in shapes_of_all(spec).items():
        value = random.normal(size=shape) * size / np.sqrt(shape[-1])
        tensors[name] = value.astype(np.float32)
        if name.endswith("embedding.weight") and spec.ids_per_step > 1:
            tensors[name][0] = 0
    return tensors


def saved(
    directory,
    *,
    classes=("neg", "pos"),
    kind="binary",
    affixes=0,
    pairs=False,
    terms=None,
    change=None,
    **spec,
):
    """Write a classifier with random weights and load it; `change` may set some by hand.

    With `terms` it has a linear part, and with the cell "none" nothing else.
    """
    words = (*SPECIAL_WORDS, *WORDS, *(PAIRS if pairs else ()))
    linear = terms is not None
    features = Features(Vocabulary(words), affixes, pairs, Terms(tuple(terms)) if linear else None)
    decision = Decision(tuple(classes), kind, temperature=1.7)
    shape = {"cell": "rnn", "hidden_size": 7, "input_size": 5} | spec
    if shape["cell"] == "none":
        shape |= {"hidden_size": 0, "num_layers": 0, "pools": ()}
    network = NetworkSpec(
        **shape,
        vocabulary=features.embeddings,
        ids_per_step=features.columns - linear,
        outputs=decision.outputs,
        linear=features.numbers if linear else 0,
        linear_ids=int(linear),
    )
    tensors = random_tensors(network)
    if change is not None:
        change(tensors)
    artifact.write(
        directory,
        task="classify",
        network=artifact.encode(network),
        input=artifact.encode(
            TextInput(("text",), "label", affix_buckets=affixes, pairs=pairs, terms=linear)
        ),
        output=artifact.encode(decision),
        training={},
        tensors=tensors,
        parts={
            "vocabulary.json": features.vocabulary.to_json(),
            **({TERMS: features.terms.to_json()} if linear else {}),
        },
        allowed_parts={"vocabulary.json": 2**20, TERMS: 2**20},
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
