"""Windows of a sensor in a text file a channel, as UCI HAR has them: train, judge, stream."""

from pathlib import Path

import numpy as np

import elman

ROOT = Path("UCI HAR Dataset")
KINDS = {1: "WALKING", 2: "WALKING_UPSTAIRS", 5: "STANDING"}
AXES = ("x", "y", "z")
random = np.random.default_rng(0)


def window(kind, pace):
    """128 readings of three axes in 2.56 s: steps at somebody's pace, or hardly anything."""
    t = np.arange(128) / 50 + random.uniform(0, 1)
    swing = (kind != 5) * np.sin(2 * np.pi * pace * t)
    lift = (0.5 if kind == 2 else 0.2) * np.abs(swing)
    return np.stack([0.4 * swing, 0.1 * swing, lift]) + 0.3 * random.normal(size=(3, 128))


def write(part, people):
    """Files of `part`: a row a window; of each axis its readings, what was done, and by whom."""
    place = ROOT / part / "Inertial Signals"
    place.mkdir(parents=True, exist_ok=True)
    paces = {person: random.uniform(1.4, 2.4) for person in people}
    rows = [(kind, person) for person in people for kind in KINDS for _ in range(6)]
    windows = np.array([window(kind, paces[person]) for kind, person in rows])
    for n, axis in enumerate(AXES):
        np.savetxt(place / f"body_acc_{axis}_{part}.txt", windows[:, n], "%16.7e")
    np.savetxt(ROOT / part / f"y_{part}.txt", [kind for kind, _ in rows], "%d")
    np.savetxt(ROOT / part / f"subject_{part}.txt", [person for _, person in rows], "%d")


def read(part):
    """Signals `(N, 128, 3)`, and what was done in each."""
    place = ROOT / part / "Inertial Signals"
    channels = [np.loadtxt(place / f"body_acc_{axis}_{part}.txt") for axis in AXES]
    kinds = np.loadtxt(ROOT / part / f"y_{part}.txt", int)
    return np.stack(channels, axis=2), [KINDS[kind] for kind in kinds]


write("train", people=range(1, 9))
write("test", people=range(9, 13))

model = elman.train(
    read("train"), "sensors-model", task="signal", keep="recurrent", epochs=14, hidden_size=16
)
signals, kinds = read("test")
found = elman.evaluate(model, (signals, kinds))
print(f"right on {found['metrics']['accuracy']:.0%} of {found['n']} windows of people never met")

print("\nSomebody climbs stairs; a packet of 16 readings at a time:")
stream = model.stream()
for n, packet in enumerate(np.split(signals[kinds.index("WALKING_UPSTAIRS")], 8), 1):
    answer = stream.feed(packet)
    print(f"{n * 16 / 50:.2f} s: upstairs {answer.probabilities['WALKING_UPSTAIRS']:.0%}")
