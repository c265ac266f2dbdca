"""Sentences in CoNLL-U, as Universal Dependencies has them: train a tagger, judge it, tag text."""

import json
import random
from pathlib import Path

import elman

WORDS = {
    "DET": ["the", "a", "every", "this"],
    "NOUN": ["can", "fish", "light", "watch", "plan", "cook", "guard", "saw", "dog", "visitor"],
    "VERB": ["can", "fish", "light", "watch", "plan", "cook", "guard", "saw", "see", "find"],
    "PRON": ["we", "they", "you", "I"],
    "ADJ": ["light", "old", "quick", "plain", "red"],
    "ADP": ["with", "near", "behind", "for"],
}
draw = random.Random(0)


def phrase():
    """A pronoun, or words before a noun, which is often a verb elsewhere."""
    return draw.choice(["PRON", "DET NOUN", "DET ADJ NOUN", "DET NOUN ADP DET NOUN"])


def write(name, sentences):
    """Ten columns between tabs, of which a tagger reads the second and the fourth."""
    with open(name, "w", encoding="utf-8") as file:
        for n in range(sentences):
            kinds = f"{phrase()} VERB {phrase()}".split()
            words = [draw.choice(WORDS[kind]) for kind in kinds]
            print(f"# sent_id = {name[:-7]}-{n}\n# text = {' '.join(words)}", file=file)
            for m, (word, kind) in enumerate(zip(words, kinds, strict=True), 1):
                print(m, word, word, kind, *"______", sep="\t", file=file)
            print(file=file)


write("en_toy-ud-train.conllu", 250)
write("en_toy-ud-test.conllu", 100)

model = elman.train(
    "en_toy-ud-train.conllu",
    "tagger",
    test="en_toy-ud-test.conllu",
    keep="recurrent",
    hidden_size=24,
    epochs=10,
)
found = json.loads(Path("tagger/metrics.json").read_text())
for name, one in {"elman": found, **found["baselines"]}.items():
    print(f"{name:19} right on {one.get('metrics', one)['accuracy']:.1%} of the words")

print()
for answer in model.predict(["we light the light", "the guard saw a saw"]):
    print(*(f"{word}/{tag}" for word, tag in zip(answer.words, answer.tags, strict=True)))
