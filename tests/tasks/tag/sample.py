"""A little language: an article, words with endings that tell their tag, one word that is two."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.tasks.contract.sample import Sample

STEMS = ("bar", "gol", "tim", "ser", "pon", "wek", "lud", "fim", "zor", "hap", "nel", "cag")


def sentences(count, seed=0, endings=("os", "ant", "ilik")):
    """Words and tags: "run" is a verb after a name, and a noun after an article."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        name, noun, verb = (
            stem + end for stem, end in zip(random.choice(STEMS, 3), endings, strict=True)
        )
        if random.random() < 0.5:
            words, tags = ["the", noun, verb, "a", "run"], ["DET", "NOUN", "VERB", "DET", "NOUN"]
        else:
            words, tags = [name.capitalize(), "run", "the", noun], ["NAME", "VERB", "DET", "NOUN"]
        if random.random() < 0.3:
            words, tags = [*words, "and", *words[:2]], [*tags, "AND", *tags[:2]]
        made.append((words, tags))
    return made


def write(folder, name="tagged.conllu", rows=None):
    blocks = []
    for words, tags in sentences(240) if rows is None else rows:
        lines = [f"# text = {' '.join(words)}"]
        pairs = zip(words, tags, strict=True)
        for n, (word, tag) in enumerate(pairs, start=1):
            lines.append("\t".join([str(n), word, "_", tag, *"______"]))
        blocks.append("\n".join(lines))
    path = folder / name
    path.write_text("\n\n".join(blocks) + "\n\n", encoding="utf-8")
    return path


def wrong(folder):
    lines = write(folder, "right.conllu", sentences(9)).read_text(encoding="utf-8").splitlines()
    place = lines.index("", 20) + 3
    lines[place] = lines[place].rsplit("\t", 2)[0]
    path = folder / "wrong.conllu"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, place + 1


def judged(path, model):
    from elman.data.tagged.columns import read_columns

    return [list(of.words) for of in read_columns(path).sentences]


def numbers(answers):
    """The probability of the tag said, and nothing for others: all that an answer has."""
    names = ("DET", "NOUN", "VERB", "NAME", "AND")
    rows = []
    for answer in answers:
        for tag, probability in zip(answer.tags, answer.probabilities, strict=True):
            rows.append([probability if tag == name else 0.0 for name in names])
    return np.array(rows).reshape(-1, len(names))


def plain(folder, name, rows):
    path = folder / name
    path.write_text("\n".join(" ".join(words) for words, _ in rows) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(
    write=write,
    options={"threads": 1, "one_way": True, "keep": "recurrent", "hidden_size": 24, "epochs": 12},
    items=["the baros run", "", ["the"], "Unheard-of words, only!", *(w for w, _ in sentences(9))],
    judged=judged,
    numbers=numbers,
    words=["Timos", "run", "the", "golant", "and", "Timos", "run", "a", "run"],
    whole=list,
    wrong=wrong,
    fresh=lambda folder, seed: plain(folder, f"fresh-{seed}.txt", sentences(300, seed)),
    changed=lambda folder: plain(folder, "changed.txt", sentences(300, 9, ("xq", "wz", "vk"))),
    claimed=(
        [[("the", "DET"), ("run", "NOUN")]],
        ([["the", "run"], ["a"]], [["DET", "NOUN"], ["DET"]]),
        {"tokens": [["the", "run"]], "tags": [["DET", "NOUN"]]},
    ),
)

OTHERS = {
    "both-ways": dataclasses.replace(
        SAMPLE, options=SAMPLE.options | {"one_way": False}, streams=False
    ),
    "chain": dataclasses.replace(SAMPLE, options=SAMPLE.options | {"crf": True}, tolerance=1e-4),
    "linear": dataclasses.replace(
        SAMPLE, options={"threads": 1, "keep": "simple", "one_way": True}, states=False
    ),
}
"""What does not stream, tags that are tied, and the linear part alone."""
