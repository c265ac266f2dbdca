"""Two channels of a sensor, one of which beats first; and tones, as sounds. Both in noise."""

from __future__ import annotations

import csv
import dataclasses
import struct

import numpy as np

from elman.data.signals.wave import samples
from tests.tasks.contract.sample import Sample

KINDS = ("east", "north", "together")
RATE = 2000
PITCHES = np.array([200.0, 700.0])


def beats(kind, random):
    """`(T, 2)` of 45 to 60 rows: which channel beats first, far before the other."""
    T, first = random.integers(45, 61), random.integers(2, 8)
    second = first if kind == "together" else first + random.integers(34, 37)
    found = np.zeros((T, 2))
    one, other = (0, 1) if kind != "north" else (1, 0)
    found[first : first + 2, one] = 1
    found[second : second + 2, other] = 1
    return found


def readings(kind, random, noise=2.0):
    """`(T, 2)` of a sensor that beats so."""
    found = beats(kind, random)
    return (5 * found + [3, -40] + noise * random.normal(size=found.shape)).round(3)


def signals(rows, seed=0, noise=2.0):
    random = np.random.default_rng(seed)
    for n in range(rows):
        kind = KINDS[n % 3]
        yield readings(kind, random, noise), kind


def write_long(path, rows, *, label=True):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["series", "t", *(["label"] if label else []), "east", "north"])
        for n, (values, kind) in enumerate(rows):
            for t, row in enumerate(values):
                writer.writerow([f"s{n}", t, *([kind] if label else []), *row])
    return path


def wrong(folder):
    path = folder / "wrong.csv"
    lines = ["series,t,label,east,north"]
    lines += [f"a,{t},left,{t},1" for t in range(3)]
    lines += ["a,3,left,much,1", *(f"b,{t},right,{-t},0" for t in range(3))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, 5


def judged(path, model):
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["series"], []).append([float(row["east"]), float(row["north"])])
    return [np.array(rows, np.float32) for rows in found.values()]


def numbers(answers):
    return np.array([list(answer.probabilities.values()) for answer in answers])


def packets(words):
    return np.array([[float(cell) for cell in word.split(",")] for word in words], np.float32)


def fresh(folder, seed):
    return write_long(folder / f"fresh-{seed}.csv", signals(300, seed + 10), label=False)


SAMPLE = Sample(
    write=lambda folder: write_long(folder / "beats.csv", signals(150)),
    options={
        "threads": 1,
        "keep": "recurrent",
        "epochs": 10,
        "hidden_size": 16,
        "learning_rate": 0.01,
    },
    items=[
        *(values for values, _ in signals(9, 5)),
        np.zeros((1, 2)),
        np.full((4, 2), np.nan),
        np.array([[np.nan, -40], [3, np.nan], [8, -40]]),
    ],
    judged=judged,
    numbers=numbers,
    words=[f"{a},{b}" for a, b in next(signals(1, 6))[0][:44]],
    whole=packets,
    wrong=wrong,
    fresh=fresh,
    changed=lambda folder: write_long(
        folder / "changed.csv", signals(300, 9, noise=9.0), label=False
    ),
    claimed=(
        ([values for values, _ in signals(4)], ["a", "b", "a", "b"]),
        (np.zeros((4, 7, 3)), np.array([0, 1, 0, 1])),
    ),
    stages={"members": 2, "baselines": False},
    hasty={"features": 84, "keep": "simple"},
)


def write_wav(path, values, rate=RATE):
    """A plain wav of 16 bits, one channel."""
    data = (np.clip(values, -1, 1) * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, rate,
                       2 * rate, 2, 16)  # fmt: skip
    path.write_bytes(head + struct.pack("<4sI", b"data", len(data)) + data)


def sound(kind, random, noise=0.05):
    """Two tones that beat so, ten milliseconds a row."""
    loud = beats(kind, random).repeat(RATE // 100, axis=0)
    t = np.arange(len(loud)) / RATE
    tones = np.sin(2 * np.pi * t[:, None] * PITCHES + random.uniform(0, 6, 2))
    return 0.2 * (loud * tones).sum(1) + noise * random.normal(size=len(t))


def write_folder(folder, rows=150, seed=0, noise=0.05):
    random = np.random.default_rng(seed)
    for n in range(rows):
        kind = KINDS[n % 3]
        (folder / kind).mkdir(parents=True, exist_ok=True)
        write_wav(folder / kind / f"{n:03}.wav", sound(kind, random, noise))
    return folder


def heard(path, model):
    found = []
    for file in sorted(path.glob("*/*.wav"), key=lambda file: (file.parent.name, file.name)):
        with open(file, "rb") as opened:
            found.append(samples(opened, file.name)[0])
    return found


def wrong_sounds(folder):
    write_folder(folder / "some", 6)
    path = folder / "index.csv"
    names = [f"some/{p.parent.name}/{p.name}" for p in sorted((folder / "some").glob("*/*.wav"))]
    names.insert(3, "some/east/gone.wav")
    path.write_text("\n".join(["file,label", *(f"{name},x" for name in names)]) + "\n")
    return path, 5


def fresh_sounds(folder, seed, noise=0.05):
    place = folder / f"sounds-{seed}"
    write_folder(place, 240, seed + 10, noise)
    path = folder / f"fresh-{seed}.csv"
    names = [f"{place.name}/{p.parent.name}/{p.name}" for p in sorted(place.glob("*/*.wav"))]
    path.write_text("\n".join(["file", *names]) + "\n")
    return path


_SOUND = sound("east", np.random.default_rng(8))[:840]

OTHERS = {
    "sound": dataclasses.replace(
        SAMPLE,
        write=lambda folder: write_folder(folder / "tones"),
        items=[
            *(sound(KINDS[n % 3], np.random.default_rng(n)).astype(np.float32) for n in range(7)),
            np.zeros(10, np.float32),
            (sound("north", np.random.default_rng(3)).astype(np.float32), 3000),
            np.zeros(999, np.float32),
        ],
        judged=heard,
        words=[",".join(f"{v:.4f}" for v in part) for part in np.split(_SOUND, 42)],
        whole=lambda words: np.array([float(v) for w in words for v in w.split(",")], np.float32),
        wrong=wrong_sounds,
        fresh=fresh_sounds,
        changed=lambda folder: fresh_sounds(folder, 5, noise=0.3),
        claimed=(),
        stages={"members": 2, "baselines": False},
    ),
    "convolutions": dataclasses.replace(
        SAMPLE,
        options={"threads": 1, "keep": "simple"},
        stages=None,
        another={"class_weight": "balanced", "every": 2},
        states=False,
        claimed=(),
    ),
}
"""Sounds; and the simple model alone."""
