"""Many series in one csv, a row a series and a day, as M5 has them once long: forecast, update."""

import csv
import json
from pathlib import Path

import numpy as np

import elman

SHOPS, DAYS, AHEAD = 6, 110, 7
random = np.random.default_rng(0)
t = np.arange(DAYS + AHEAD + 1)


def sales(shop):
    """A level, a week, a slow wave, promotions that add a third, and noise; a row a day."""
    level, phase = random.uniform(50, 900), random.uniform(0, 6)
    promo = random.random(len(t)) < 0.15
    week = 1 + 0.35 * np.sin(2 * np.pi * t / 7 + phase)
    wave = 1 + 0.2 * np.sin(2 * np.pi * t / 90 + phase)
    values = level * week * wave * (1 + 0.33 * promo) * random.normal(1, 0.04, len(t))
    for day, value, offer in zip(np.datetime64("2024-01-01") + t, values, promo, strict=True):
        yield {"unique_id": f"shop-{shop}", "ds": day, "y": f"{value:.1f}", "promo": int(offer)}


def write(name, rows):
    with open(name, "w", newline="") as file:
        table = csv.DictWriter(file, ["unique_id", "ds", "y", "promo"])
        table.writeheader()
        table.writerows(rows)


shops = [list(sales(shop)) for shop in range(SHOPS)]
known = [row for rows in shops for row in rows[:DAYS]]
today = [rows[DAYS] for rows in shops]
# of the days to come one knows the promotions, not the sales
plans = [{**row, "y": ""} for rows in shops for row in rows[DAYS + 1 :]]
write("sales.csv", known)
write("today.csv", today)

elman.train("sales.csv", "shops-model", horizon=AHEAD, future_covariates="promo", keep="recurrent")
found = json.loads(Path("shops-model/metrics.json").read_text())
for name, one in {"elman": found, **found["baselines"]}.items():
    print(f"{name:18} MASE {one.get('metrics', one)['mase']:.2f}")

model = elman.update("shops-model", "today.csv")  # a day later: no training
rows = [row for shop in shops for row in shop[-60:-AHEAD]] + plans
write("coming.csv", rows)
forecast = model.predict({name: [row[name] for row in rows] for name in plans[0]})[0]
print(f"\n{forecast.name}, the week after {today[0]['ds']}, and where four values of five lie:")
inside = forecast.intervals["80"]
for day, value, low, high in zip(
    forecast.dates, forecast.values, inside.lower, inside.upper, strict=True
):
    print(f"{day} {value:6.1f}, {low:6.1f} to {high:6.1f}")
