"""Two files whose lines belong together, as Multi30k has them: train a translator, ask it."""

import json
import random
from pathlib import Path

import elman

WHO = {"Mann": "man", "Hund": "dog", "Junge": "boy", "Sänger": "singer", "Maler": "painter"}
HOW = {"großer": "tall", "kleiner": "small", "müder": "tired", "froher": "happy"}
DOES = {"spielt": "plays", "wartet": "waits", "singt": "sings", "schläft": "sleeps"}
WHERE = {"im Schnee": "in the snow", "am Strand": "at the beach", "im Haus": "in the house"}
WHEN = {"heute": "today", "oft": "often", "abends": "at night", "manchmal": "sometimes"}
draw = random.Random(0)


def pair():
    """German says when before where, and puts the verb before who if where comes first."""
    (who, a), (how, b), (does, c), (where, d), (when, e) = (
        draw.choice(list(words.items())) for words in (WHO, HOW, DOES, WHERE, WHEN)
    )
    english = f"A {b} {a} {c} {d} {e}."
    if draw.random() < 0.5:
        return f"{where[0].upper()}{where[1:]} {does} {when} ein {how} {who}.", english
    return f"Ein {how} {who} {does} {when} {where}.", english


def write(part, pairs):
    lines = [pair() for _ in range(pairs)]
    for language, side in zip(("de", "en"), zip(*lines, strict=True), strict=True):
        Path(f"{part}.{language}").write_text("\n".join(side) + "\n", encoding="utf-8")


write("train", 350)
write("val", 50)
write("test_2016_flickr", 50)

model = elman.train(
    "train.de",
    "captions-model",
    target="train.en",
    validation="val.de",
    validation_target="val.en",
    test="test_2016_flickr.de",
    test_target="test_2016_flickr.en",
    pieces=150,
    hidden_size=32,
    embedding_size=32,
    num_layers=1,
    epochs=8,
    beam=1,
    batch_size=8,
    learning_rate=0.02,
    dropout=0.0,
    word_dropout=0.0,
    join_dropout=0.0,
)
found = json.loads(Path("captions-model/metrics.json").read_text())
for name, one in {"elman": found, **found["baselines"]}.items():
    print(f"{name:11} BLEU {one.get('metrics', one)['bleu']:.1f}")
for sentence in ("Am Strand singt oft ein müder Hund.", "Ein froher Maler wartet heute im Haus."):
    print(f"{sentence} → {model.predict([sentence])[0].text}")
