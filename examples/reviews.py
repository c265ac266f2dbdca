"""Reviews in folders pos and neg, as IMDb has them: train, compare, ask, stream."""

import json
import random
from pathlib import Path

import elman

SAYS = {
    "pos": ["superb", "lovely", "witty", "moving", "bright", "charming", "gripping", "tender"],
    "neg": ["dull", "clumsy", "silly", "tired", "bland", "noisy", "tedious", "cold"],
}
OTHER = {"pos": "neg", "neg": "pos"}
THINGS = ["plot", "ending", "music", "film", "cast", "story", "script", "sound", "song", "joke"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
draw = random.Random(0)


def review():
    """An opinion, and often its denial far before it, so that its words alone tell little."""
    label = draw.choice(["pos", "neg"])
    thing, day, word = draw.choice(THINGS), draw.choice(DAYS), draw.choice(SAYS[label])
    text = f"say that the {thing} we had on {day} with {draw.choice(THINGS)} was {word}."
    if draw.random() < 0.5:
        return f"I would not {text}", OTHER[label]
    return f"I {draw.choice(['can', 'would', 'must'])} {text}", label


def write(folder, rows):
    """A file a review, in the folder of its class, with a number and the stars as its name."""
    for n, (text, label) in enumerate(rows):
        path = Path(folder, label, f"{n}_{9 if label == 'pos' else 2}.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


rows = list(dict(review() for _ in range(1000)).items())  # none twice
write("aclImdb/train", rows[:700])
write("aclImdb/test", rows[700:900])

model = elman.train("aclImdb/train", "reviews-model", test="aclImdb/test", epochs=20, force=True)
found = json.loads(Path("reviews-model/metrics.json").read_text())
for name, one in {"elman": found, **found["baselines"]}.items():
    accuracy = one.get("metrics", one)["accuracy"]
    print(f"{name:16} right on {accuracy:.1%} of {found['rows']['test_rows']} held-out reviews")
print(found["verdict"])

text = "I would not say that the music we had on Friday was superb"
print("\nWord by word:")
stream = model.stream()
for word in text.split():
    print(f"{word:8} pos {stream.feed(word).probabilities['pos']:.0%}")

print("\nThe model in a page:", model.directory / "report.html")
