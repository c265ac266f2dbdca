"""How fast a page answers texts, in node: `python -m tests.web.speed`. Nothing is asserted."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from elman.artifact import Artifact, encode
from elman.data.builtin.reviews import reviews
from elman.judging.classes.decision import Decision
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.classify.codec import TextInput
from elman.tasks.classify.presets import PRESETS
from elman.web.packed import packed
from tests.web.entities import WEB
from tests.web.networks import random_tensors

WORDS, TERMS = 20_000, 100_000


def model(preset: str) -> dict[str, Any]:
    """Return a model of the preset's shape, with its linear part, packed as bytes."""
    recipe = PRESETS[preset]
    spec = NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=1,
        vocabulary=WORDS,
        input_size=recipe.embedding,
        pools=recipe.pools,  # type: ignore[arg-type]
        members=recipe.members,
    )
    if recipe.linear:
        spec = replace(spec, linear=WORDS + TERMS, linear_ids=1)
    texts = [text.lower().split() for text, _ in reviews(400, 0)]
    some = dict.fromkeys(word for text in texts for word in text)
    filled = [*some, *(f"w{n}" for n in range(WORDS))][: WORDS - 2]
    saved = Artifact(
        task="classify",
        network=encode(spec),
        input=encode(TextInput(("text",), "label", terms=recipe.linear)),
        output=encode(Decision(("neg", "pos"), "binary")),
        training={},
        tensors=random_tensors(shapes_of_all(spec), 0),
        parts={
            "vocabulary.json": {"words": ["<pad>", "<unk>", *filled]},
            "terms.json": {"terms": [f"a{n} b" for n in range(TERMS)]},
        },
    )
    return packed(saved, "int8", ("vocabulary.json", "terms.json"))


def main() -> None:
    text = " ".join(" ".join(text for text, _ in reviews(40, 1)).split()[:30])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "models.json"
        path.write_text(
            json.dumps({"models": {name: model(name) for name in PRESETS}, "text": text})
        )
        subprocess.run(["npx", "vite-node", "tests/speed.ts", str(path)], cwd=WEB, check=True)


if __name__ == "__main__":
    main()
