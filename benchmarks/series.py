"""Back-test forecasts over five seeds: python benchmarks/series.py [CSV HORIZON [HOLDOUT]]

Without arguments: the built-in airline passengers, the last 12 months from the rest. One JSON
object a cell goes to standard output.
"""

import json
import sys

import elman
from elman.data.builtin.airline import airline
from elman.data.series.read import read_series


def main(arguments: list[str]) -> None:
    series = read_series(arguments[0]) if arguments else airline()
    horizon = int(arguments[1]) if arguments else 12
    holdout = int(arguments[2]) if len(arguments) > 2 else (None if arguments else 12)
    report = elman.compare(series, task="forecast", seeds=5, horizon=horizon, holdout=holdout)
    for name, found in {**report["models"], **report["baselines"]}.items():
        figures = {k: v for k, v in found.items() if k != "errors"}
        print(json.dumps({"series": series.name, "name": name, **figures}))
    print(report["verdict"])


if __name__ == "__main__":
    main(sys.argv[1:])
