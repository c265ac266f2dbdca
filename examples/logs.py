"""Traces of events in a csv, as loghub has HDFS: find what fails, ask for the memory, watch."""

import csv
import json
import random
from pathlib import Path

import elman

draw = random.Random(0)


def trace(fails, *more):
    """What happened to a block: one that was deleted (E21) before it was verified (E2) fails."""
    events = draw.choices(["E3", "E4", "E6", "E9", "E11", "E25", *more], k=draw.randint(8, 24))
    first, last = sorted(draw.sample(range(len(events)), 2))
    events[first], events[last] = ("E21", "E2") if fails else ("E2", "E21")
    return ["E5", "E22", *events]


def write(name, rows, *more):
    with open(name, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["BlockId", "Label", "Features"])
        for n in range(rows):
            fails = draw.random() < 0.3
            said = f"[{','.join(trace(fails, *more))}]"
            table.writerow([f"blk_{n}", "Fail" if fails else "Success", said])


write("Event_traces.csv", 1200)
write("new_traces.csv", 50)
write("after-an-upgrade.csv", 50, "E40", "E41", "E42")

model = elman.train("Event_traces.csv", "logs-model", text="Features", label="Label", epochs=12)
found = json.loads(Path("logs-model/metrics.json").read_text())
for name, one in {"elman": found, **found["baselines"]}.items():
    print(f"{name:16} right on {one.get('metrics', one)['accuracy']:.1%} of held-out traces")

card = elman.memory_card(model, "new_traces.csv")
print(f"\nThe last {card.horizon.within_5.value:.0f} events bring it within 5 % of its accuracy.")

stream = model.stream()
for event in ("E5", "E22", "E21", "E9", "E3", "E2"):
    print(f"{event:4} fails {stream.feed(event).probabilities['Fail']:.0%}")

for name in ("new_traces.csv", "after-an-upgrade.csv"):
    print(f"{name}: {elman.drift(model, name, text='Features')['verdict']}")
